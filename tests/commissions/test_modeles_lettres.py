"""The models of the letters, and what a refusal says and hides of each wish."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from commissions.models import Lettre, ModeleLettre, Signataire
from commissions.queries.lettres import contexte_lettres
from commissions.regles import detail_refus
from commissions.regles import lettres as regles
from commissions.services.lettres import publier_modele
from guichet.erreurs import ErreurMetier
from tests.commissions.monde import Monde
from tests.commissions.offres import ENVOI
from tests.commissions.test_lettres import monde_des_lettres, preparer, seance_de

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde() -> Monde:
    return monde_des_lettres()


class TestModeles:
    @pytest.mark.parametrize(
        ("corps", "code"),
        [
            ("Bonjour {prenom}", "champ_inconnu"),
            ("Bonjour {enfant", "accolade"),
            ("Bonjour {enfant}", "champ_manquant"),
        ],
    )
    def test_un_texte_fautif_est_refuse_avec_le_champ(self, corps: str, code: str) -> None:
        with pytest.raises(ErreurMetier) as refus:
            publier_modele("refus", objet="Réponse", corps=corps, par=None, maintenant=ENVOI)
        assert (refus.value.code, refus.value.champ) == (code, "corps")

    def test_une_lettre_discrete_tait_les_choix(self) -> None:
        corps = "{numero} {voeux} {auteur} {mention} {recours}"
        with pytest.raises(ErreurMetier, match="ne dit pas"):
            publier_modele("discrete", objet="Réponse", corps=corps, par=None, maintenant=ENVOI)

    def test_un_nouveau_texte_est_une_version_de_plus(self, monde: Monde) -> None:
        ancien = ModeleLettre.objects.get(nature="refus")
        assert ancien.demonstration
        corps = ancien.corps + "\n\nOu bien : « écrivez » !"
        nouveau = publier_modele("refus", objet=ancien.objet, corps=corps, par=None, maintenant=ENVOI)
        assert (nouveau.numero, nouveau.demonstration) == (2, False)
        assert nouveau.corps.endswith("Ou bien\u00a0: «\u00a0écrivez\u00a0»\u202f!")
        with pytest.raises(DatabaseError), transaction.atomic():
            ModeleLettre.objects.filter(pk=ancien.pk).update(corps="autre")

    def test_chaque_texte_de_demonstration_dit_tout(self, monde: Monde) -> None:
        assert sorted(ModeleLettre.objects.values_list("nature", flat=True)) == sorted(regles.OBLIGATOIRES)

    @pytest.mark.parametrize(
        ("modele", "champs", "contrainte"),
        [
            (ModeleLettre, {"nature": "offre", "numero": 1, "publie_le": ENVOI}, "modele_version_unique"),
            (Signataire, {"nom": "X", "qualite": "Y", "depuis": date(2020, 1, 1)}, "signataire_un_par_jour"),
        ],
    )
    def test_la_base_refuse(self, monde: Monde, modele: Any, champs: dict[str, Any], contrainte: str) -> None:
        with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
            modele.objects.create(**champs)


def admis(points: int, *jours: int) -> detail_refus.Admis:
    return detail_refus.Admis(points, "2026-11-01", jours or tuple(range(10)))


class TestDetail:
    def dire(self, semaine: tuple[int, ...], places: list[int], *presents: detail_refus.Admis) -> str:
        refus = detail_refus.refus_du_voeu(
            semaine=semaine, places=places, admis=presents, points=50, anteriorite="2026-12-01"
        )
        return detail_refus.ligne_du_voeu("Câlin, Bébés", choix=1, places=places, refus=refus)

    def test_la_demi_journee_qui_manquait_et_son_dernier_admis(self) -> None:
        presents = [admis(90, 0, 1, 4), admis(80, 0, 4), admis(70, 4, 5), admis(60, 6)]
        dit = self.dire((0, 4), [5, 5, 5, 5, 3, 5, 5, 5, 5, 5], *presents)
        assert "Plus de place le mercredi matin" in dit
        assert "le dernier admis y a 70\u00a0points, cette demande 50" in dit

    def test_moins_de_trois_admis_ne_se_disent_pas(self) -> None:
        dit = self.dire((0, 1), [2] * 10, admis(90), admis(80))
        assert "80" not in dit
        assert "enfants mieux classés" in dit

    def test_aucune_place_ouverte(self) -> None:
        assert "aucune place ouverte" in self.dire((0, 1), [0] * 10)

    def test_la_plus_dure_des_demi_journees_pleines(self) -> None:
        presents = [admis(99 - n, 0) for n in range(3)] + [admis(55 - n, 1) for n in range(3)]
        dit = self.dire((0, 1), [3] * 10, *presents)
        assert "97\u00a0points" in dit

    def test_les_points_s_additionnent_choix_par_choix(self) -> None:
        lignes = [
            {"libelle": "Réside dans la ville", "points": 100, "verifie": True},
            {"libelle": "Parent seul", "points": 80, "verifie": False},
            {"libelle": "Sans effet", "points": 0, "verifie": True},
            {"libelle": "Fratrie ici", "points": 30, "verifie": True, "voeu": 9},
            {"libelle": "Fratrie", "points": -20, "verifie": True, "voeu": 9},
        ]
        choix = [detail_refus.Choix(1, 9, "Câlin", 110), detail_refus.Choix(2, 7, "Galipettes", 100)]
        assert detail_refus.points_en_lignes(lignes, 100, choix) == [
            "Réside dans la ville\u00a0: 100\u00a0points",
            "Parent seul\u00a0: non compté, sans justificatif vu",
            "Total commun à vos choix\u00a0: 100\u00a0points",
            "Choix\u00a01, Câlin\u00a0: 110\u00a0points, avec «\u00a0Fratrie ici\u00a0» (30\u00a0points)"
            " et «\u00a0Fratrie\u00a0» (−20\u00a0points)",
        ]
        assert detail_refus.points_en_lignes(lignes[:1], 100, choix)[-1] == "Total\u00a0: 100\u00a0points"


@pytest.mark.parametrize(
    ("nature", "lu"),
    [("refus", "Câlin-Doudou"), ("discrete", "Cette lettre vous est envoyée par Claire Roche")],
)
def test_l_apercu_montre_le_texte_tape_sur_un_vrai_dossier_sans_rien_garder(
    monde: Monde, client_de: Callable[..., Any], nature: str, lu: str
) -> None:
    _, dossiers = seance_de(monde)
    avant = list(ModeleLettre.objects.values_list("nature", "numero"))
    corps = "Bonjour {enfant}, essai tapé. {auteur} {mention} {recours}"
    corps += " {voeux} {points} {departage} {renouvellement} {relais}" if nature == "refus" else ""
    envoi = {"objet": "Réponse {numero}", "corps": corps, "voir": "1"}
    html = client_de(monde.coordination).post(reverse("commissions:modele", args=[nature]), envoi)
    apercu = html.content.decode().partition("</form>")[2]
    for attendu in (f"Réponse {dossiers[-1].numero}", f"Bonjour {dossiers[-1].enfant}, essai tapé.", lu):
        assert attendu in apercu, attendu
    assert list(ModeleLettre.objects.values_list("nature", "numero")) == avant


def test_un_modele_publie_pendant_un_lot_attend_le_suivant(monde: Monde) -> None:
    seance, _ = seance_de(monde)
    contexte = contexte_lettres(seance, le=ENVOI.date())
    ancien = contexte.modeles["refus"]
    publier_modele("refus", objet=ancien.objet, corps=ancien.corps, par=None, maintenant=ENVOI)
    assert contexte.modeles["refus"].numero == 1
    preparer(monde, seance)
    assert set(Lettre.objects.filter(nature="refus").values_list("modele__numero", flat=True)) == {2}
