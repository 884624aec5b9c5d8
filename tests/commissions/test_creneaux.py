"""A section that limits its opening and its beds: opened, frozen, proposed, decided, told and called."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from commissions.models import PlaceOfferte, Seance
from commissions.queries.appels import feuille_d_appel
from commissions.queries.lettres import _voeux as voeux_de_la_lettre
from commissions.queries.lettres import contexte_lettres, decisions_a_ecrire
from commissions.queries.proposition import PropositionLue, lire_proposition
from commissions.queries.reste import instance_du_reste
from commissions.queries.supplements import supplements_libres
from commissions.regles import detail_refus
from commissions.regles.affectation import affecter
from commissions.regles.explication import Refus, Seuil, mot_court, raison
from commissions.regles.habitude import premier_choix_d_abord
from commissions.regles.places_vides import places_vides, temps_partiels
from commissions.regles.verification import verifier
from commissions.services.decisions import consigner_decision, ouvrir_seance
from commissions.services.gel import geler_seance
from commissions.services.preparation import concerner_sections, recompter_places
from commissions.services.reponses import accepter_offre, decliner_offre
from dossiers.models import Admission, Dossier
from guichet.acces import personne_de
from guichet.erreurs import ErreurMetier
from structures.models import CreneauSupplementaire, Gestionnaire, Section
from structures.regles.creneaux import Limite, Supplement
from tests import factories
from tests.commissions.monde import GEL, Monde, monde_a_geler
from tests.commissions.offres import ENVOI, TENUE, offre_envoyee, seance_validee
from tests.commissions.test_rejeu import rejouer

pytestmark = pytest.mark.django_db
LUNDI_TOT = {"demi_journees": [0, 1], "horaires": {"0": ["07:30", "12:30"], "1": ["12:30", "17:00"]}}
LUNDI_TARD = {"demi_journees": [0, 1], "horaires": {"0": ["09:00", "12:30"], "1": ["12:30", "17:00"]}}
OUVERTURE = Limite("ouverture", "08:00")
LUNDI = Supplement(OUVERTURE, 0)


@pytest.fixture
def monde() -> Monde:
    cree = monde_a_geler()
    Gestionnaire.objects.update(nature="ville")
    cree.grille.delete()
    cree.grille = factories.creer_version_grille(publiee=True)
    for section in (cree.bebes, cree.grands, cree.ailleurs):
        factories.creer_capacite(section, places=[3] * 10)
    return cree


def preparee(monde: Monde, *sections: Section, **champs: Any) -> Seance:
    """A planned séance of these sections, opened with what is free."""
    seance = factories.creer_seance(**champs)
    acteur: dict[str, Any] = {"par": monde.coordination, "maintenant": GEL}
    return concerner_sections(seance, sections, version=seance.version, **acteur)


def trois_pour_deux(monde: Monde) -> tuple[Seance, list[Dossier]]:
    """Three places on Monday but two openings: the second early child waits, a later one enters."""
    factories.creer_creneau(monde.bebes, places=1)
    dossiers = [monde.dossier(100, besoin=LUNDI_TOT), monde.dossier(90, besoin=LUNDI_TOT)]
    dossiers.append(monde.dossier(80, besoin=LUNDI_TARD))
    return geler_seance(preparee(monde, monde.bebes), par=None, maintenant=GEL, graine=7), dossiers


def lue_de(seance: Seance) -> PropositionLue:
    return lire_proposition(factories.creer_proposition(seance))


def test_la_seance_s_ouvre_avec_ce_qui_est_libre_et_ne_baisse_pas(monde: Monde) -> None:
    factories.creer_creneau(monde.bebes, places=2)
    factories.creer_creneau(monde.bebes, nature="lit", age_mois=18, places=2)
    present = factories.creer_enfant(date_naissance=date(2027, 3, 1))
    factories.creer_admission(
        monde.bebes, enfant=present, debut=date(2027, 6, 1), demi_journees=[0], horaires=LUNDI_TOT["horaires"]
    )
    seance = preparee(monde, monde.bebes, monde.ailleurs)
    ouverte = seance.places.get(section=monde.bebes)
    assert [(lu.limite, lu.places[:3]) for lu in ouverte.limites] == [
        (OUVERTURE, (1, 0, 2)),
        (Limite("lit", "18"), (1, 2, 2)),
    ]
    assert seance.places.get(section=monde.ailleurs).supplements == []
    CreneauSupplementaire.objects.filter(nature="ouverture").update(places=1)
    CreneauSupplementaire.objects.filter(nature="lit").delete()
    factories.creer_creneau(monde.ailleurs, nature="fermeture", heure="18:00")
    recompter_places(seance, version=seance.version, par=monde.coordination, maintenant=GEL)
    ouverte.refresh_from_db()
    assert [(lu.limite, lu.places[:3]) for lu in ouverte.limites] == [(OUVERTURE, (1, 0, 2))]
    assert [lu.limite.nature for lu in seance.places.get(section=monde.ailleurs).limites] == ["fermeture"]


def test_sans_limite_l_instance_ne_change_pas(monde: Monde) -> None:
    monde.dossier(100, besoin=LUNDI_TOT)
    seance = geler_seance(preparee(monde, monde.bebes), par=None, maintenant=GEL, graine=7)
    instance = json.loads(seance.instance)
    assert len(instance["creneaux"]) == 10
    assert instance["demandes"][0]["voeux"][0]["creneaux"] == [0, 1]


def test_l_ouverture_s_ajoute_a_l_instance_des_seules_sections_qui_la_limitent(monde: Monde) -> None:
    factories.creer_creneau(monde.bebes, places=1)
    monde.dossier(100, besoin=LUNDI_TOT, voeux=[monde.creche, monde.autre])
    seance = geler_seance(preparee(monde, monde.bebes, monde.ailleurs), par=None, maintenant=GEL, graine=7)
    instance = json.loads(seance.instance)
    assert instance["creneaux"][10:] == [
        f"{j}_matin:ouverture:08:00" for j in ("lun", "mar", "mer", "jeu", "ven")
    ]
    assert [a["capacite"][10:] for a in instance["accueils"]] == [[1] * 5, [0] * 5]
    assert [v["creneaux"] for v in instance["demandes"][0]["voeux"]] == [[0, 1, 10], [0, 1]]
    assert seance.passages.get().horaires == LUNDI_TOT["horaires"]


def test_la_proposition_dit_l_ouverture_qui_manque_et_se_rejoue(monde: Monde, tmp_path: Path) -> None:
    seance, (premier, second, troisieme) = trois_pour_deux(monde)
    lue = lue_de(seance)
    assert lue.issues[premier.numero].entre
    assert lue.issues[troisieme.numero].entre
    refus = lue.issues[second.numero].refus[0].refus
    assert (refus.motif, refus.complets, refus.supplements) == ("creneau", (), (LUNDI,))
    assert raison(refus) == (
        "Complet à l’ouverture du lundi (avant 8\u00a0h) à son rang\u00a0: le dernier admis y a "
        "100\u00a0points, cette demande 90\u202f; un enfant classé après entre parce qu’il n’a pas besoin "
        "de ce qui manque."
    )
    assert mot_court(refus) == "ouverture complète"
    assert verifier(lue.instance, lue.resultat) == []
    assert rejouer(seance.pk)[0] == 0
    assert lue.restes()[monde.bebes.pk][:2] == (1, 1)
    places = list(seance.places.all())
    assert lue.restes_limites(places)[monde.bebes.pk][0].places[:3] == (0, 0, 1)
    assert lue.lignes[seance.passages.get(dossier=premier).pk].creneaux == (0, 1)


def test_autour_de_la_proposition_les_creneaux_ne_sont_pas_des_demi_journees(monde: Monde) -> None:
    seance, (_, second, _) = trois_pour_deux(monde)
    lue = lue_de(seance)
    (vide,) = places_vides(lue.instance, lue.issues)
    assert len(vide.restes) == 10
    assert vide.supplements == (LUNDI,)
    assert "mais complet à l’ouverture du lundi (avant 8\u00a0h)." in vide.raison
    assert temps_partiels(lue.instance, lue.issues) == []
    assert premier_choix_d_abord(lue.instance)[second.numero] is None


def test_un_enfant_present_garde_son_ouverture_et_son_lit(monde: Monde) -> None:
    """A transfer's present place counts in the capacity: the instance stays valid, and it loses nothing."""
    factories.creer_creneau(monde.bebes, places=1)
    factories.creer_creneau(monde.bebes, nature="lit", age_mois=18, places=1)
    enfant = factories.creer_enfant(date_naissance=date(2027, 1, 10))
    place = factories.creer_admission(
        monde.bebes,
        enfant=enfant,
        debut=date(2027, 6, 1),
        fin=None,
        demi_journees=[0, 1],
        horaires=LUNDI_TOT["horaires"],
    )
    mutation = monde.dossier(
        100,
        enfant=enfant,
        famille=enfant.famille,
        voeux=[monde.autre],
        nature="mutation",
        admission_actuelle=place,
        besoin=LUNDI_TOT,
    )
    monde.dossier(90, besoin=LUNDI_TOT)
    seance = geler_seance(preparee(monde, monde.bebes, monde.ailleurs), par=None, maintenant=GEL, graine=7)
    instance = json.loads(seance.instance)
    actuelle = next(d for d in instance["demandes"] if d["id"] == mutation.numero)["voeux"][-1]
    noms = [instance["creneaux"][k] for k in actuelle["creneaux"]]
    assert noms[2:] == ["lun_matin:ouverture:08:00", "lun_matin:lit:18", "lun_apm:lit:18"]
    resultat = affecter(instance)
    assert verifier(instance, resultat) == []
    assert all(issue.entre for issue in lue_de(seance).issues.values())
    assert seance.passages.get(dossier=mutation).horaires_actuels == LUNDI_TOT["horaires"]


def test_la_seance_refuse_une_ouverture_de_trop_puis_repropose_le_reste(monde: Monde) -> None:
    seance, (premier, second, _) = trois_pour_deux(monde)
    factories.creer_presence(seance, monde.coordination, present=True)
    ouvrir_seance(seance, par=None, maintenant=TENUE)
    acteur: dict[str, Any] = {"par": None, "maintenant": TENUE, "section": monde.bebes, "sens": "admis"}
    passages = {p.dossier_id: p for p in seance.passages.all()}
    consigner_decision(passages[premier.pk], demi_journees=[0, 1], **acteur)
    with pytest.raises(ErreurMetier, match="Complet à l’ouverture du lundi") as refus:
        consigner_decision(passages[second.pk], demi_journees=[0, 1], **acteur)
    assert refus.value.code == "plus_de_place"
    reste = instance_du_reste(seance)
    assert next(a for a in reste["accueils"])["capacite"][10] == 0
    assert supplements_libres(seance, seance.places.get())[LUNDI] == 0
    consigner_decision(passages[second.pk], demi_journees=[1], **acteur)


def lettre_de(seance: Seance, dossier: Dossier) -> str:
    contexte = contexte_lettres(seance, le=date(2027, 5, 20))
    decision = next(d for d in decisions_a_ecrire(seance) if d.passage.dossier_id == dossier.pk)
    return voeux_de_la_lettre(contexte, decision)


def test_la_lettre_dit_l_ouverture_complete_sans_nommer_un_admis(monde: Monde) -> None:
    factories.creer_creneau(monde.bebes, places=1)
    dossiers = [monde.dossier(100, besoin=LUNDI_TOT), monde.dossier(90, besoin=LUNDI_TOT)]
    monde.dossier(80, besoin=LUNDI_TARD)
    prete = preparee(monde, monde.bebes)
    seance = seance_validee_de(monde, prete, {dossiers[0]: "admis"})
    dit = lettre_de(seance, dossiers[1])
    assert "Complet à l’ouverture du lundi (avant 8\u00a0h)" in dit
    assert "100" not in dit
    assert "mieux classés" in dit


def seance_validee_de(monde: Monde, prete: Seance, sens: dict[Dossier, str]) -> Seance:
    """The séance of `monde`, with the extra créneaux it was opened with."""
    ouvertes = [(p.section, p.places, p.supplements) for p in prete.places.select_related("section")]
    prete.delete()

    def seance(**champs: Any) -> Seance:
        creee = factories.creer_seance()
        for section, places, supplements in ouvertes:
            PlaceOfferte.objects.create(seance=creee, section=section, places=places, supplements=supplements)
        return creee

    monde.seance = seance  # type: ignore[method-assign]
    return seance_validee(monde, sens)


def test_trois_admis_a_l_ouverture_laissent_dire_le_dernier() -> None:
    admis = [detail_refus.Admis(n, "2026-11-01", (0,), (LUNDI,)) for n in (100, 95, 90)]
    refus = detail_refus.refus_du_voeu(
        semaine=[0], places=[9] * 10, admis=admis, points=80, anteriorite="2026-11-02", supplements={LUNDI: 3}
    )
    assert refus is not None
    assert raison(refus, famille=True) == (
        "Complet à l’ouverture du lundi (avant 8\u00a0h)\u00a0: "
        "le dernier admis y a 90\u00a0points, cette demande 80."
    )
    ferme = detail_refus.refus_du_voeu(
        semaine=[0], places=[9] * 10, admis=[], points=80, anteriorite="2026-11-02", supplements={LUNDI: 0}
    )
    assert ferme is not None
    assert raison(ferme, famille=True) == "Complet à l’ouverture du lundi (avant 8\u00a0h)."


def test_deux_manques_se_disent_ensemble() -> None:
    lit = Supplement(Limite("lit", "18"), 2)
    refus = Refus("rang", 50, "2026-11-02", (4,), Seuil(60, "2026-11-01"), supplements=(LUNDI, lit))
    assert raison(refus) == (
        "Plus de place le mercredi matin, complet à l’ouverture du lundi (avant 8\u00a0h) et plus de lit "
        "bébé le mardi matin (moins de 18\u00a0mois)\u00a0: le dernier admis y a 60\u00a0points, "
        "cette demande 50."
    )
    assert mot_court(refus) == "jours complets, ouverture complète, lits complets"


def test_la_feuille_d_appel_ne_montre_que_qui_tient_a_l_ouverture(monde: Monde) -> None:
    factories.creer_creneau(monde.bebes, places=1)
    garde, rend = monde.dossier(100, besoin=LUNDI_TOT), monde.dossier(95, besoin=LUNDI_TARD)
    tot, tard = monde.dossier(90, besoin=LUNDI_TOT), monde.dossier(80, besoin=LUNDI_TARD)
    sens = {garde: "admis", rend: "admis", tot: "liste_complementaire", tard: "liste_complementaire"}
    seance = seance_validee_de(monde, preparee(monde, monde.bebes), sens)
    offre_envoyee(monde, garde)
    offre = offre_envoyee(monde, rend)
    decliner_offre(offre, motif="date", par=monde.coordination, maintenant=ENVOI + timedelta(days=1))
    (place,) = feuille_d_appel(seance, personne_de(monde.coordination, ENVOI.date()), jour=ENVOI.date())
    assert [a.decision.passage.dossier for a in place.appelables] == [tard]


def test_une_offre_acceptee_garde_ses_heures_et_demande_un_motif_au_dessus(monde: Monde) -> None:
    factories.creer_creneau(monde.bebes, places=1)
    un, deux = monde.dossier(100, besoin=LUNDI_TOT), monde.dossier(90, besoin=LUNDI_TOT)
    seance_validee(monde, {un: "admis", deux: "admis"}, places={monde.bebes: 3})
    premiere, seconde = offre_envoyee(monde, un), offre_envoyee(monde, deux)
    acteur: dict[str, Any] = {"par": monde.coordination, "maintenant": ENVOI + timedelta(hours=1)}
    accepter_offre(premiere, **acteur)
    assert Admission.objects.get(enfant=un.enfant).horaires == LUNDI_TOT["horaires"]
    with pytest.raises(ErreurMetier) as refus:
        accepter_offre(seconde, **acteur)
    assert refus.value.code == "motif_depassement"
    assert not Admission.objects.filter(enfant=deux.enfant).exists()
    accepter_offre(seconde, motif_depassement="fratrie", **acteur)
    assert Admission.objects.get(enfant=deux.enfant).motif_depassement == "fratrie"


def test_chaque_page_de_la_seance_montre_ce_que_la_section_limite(
    monde: Monde, client_de: Callable[..., Any]
) -> None:
    factories.creer_creneau(monde.bebes, places=1)
    factories.creer_creneau(monde.bebes, nature="lit", age_mois=18, places=2)
    for points in (100, 90):
        monde.dossier(points, besoin=LUNDI_TOT)
    prevue, client = preparee(monde, monde.bebes, monde.ailleurs), client_de(monde.coordination)

    def lire(route: str, cle: int, **requete: Any) -> str:
        html = client.get(reverse(f"commissions:{route}", args=[cle]), requete).content.decode()
        return " ".join(html.replace("\u00a0", " ").split())

    def rangees(html: str, titre: str) -> list[list[str]]:
        """The five numbers of each row of this title, in the order of the page."""
        lues = re.findall(rf'<th scope="row">{titre}</th>((?:<td[^>]*>\d+</td>)+)', html)
        return [re.findall(r">(\d+)<", ligne) for ligne in lues]

    place = prevue.places.get(section=monde.bebes)
    for html in (lire("seance_detail", prevue.pk), lire("places_modifier", place.pk)):
        assert rangees(html, "Ouverture, avant 8 h") == [["1"] * 5]
        assert rangees(html, "Lits bébé, moins de 18 mois, matin") == [["2"] * 5]
    assert "Ouverture" not in lire("places_modifier", prevue.places.get(section=monde.ailleurs).pk)

    seance = geler_seance(prevue, par=None, maintenant=GEL, graine=7)
    factories.creer_proposition(seance)
    assert rangees(lire("agenda", seance.pk), "Ouverture, avant 8 h") == [["1"] * 5]
    proposition = lire("proposition", seance.pk, section=monde.bebes.pk)
    assert rangees(proposition, "Ouverture, avant 8 h") == [["1"] * 5, ["0", "1", "1", "1", "1"]]
    ouvrir_seance(seance, par=None, maintenant=TENUE)
    acteur: dict[str, Any] = {"par": None, "maintenant": TENUE, "section": monde.bebes, "sens": "admis"}
    consigner_decision(seance.passages.order_by("-verifie")[0], demi_journees=[0, 1], **acteur)
    salle = lire("seance_conduite", seance.pk, section=monde.bebes.pk)
    assert rangees(salle, "Ouverture, avant 8 h") == [["0", "1", "1", "1", "1"]]
