"""Look-alikes in the database: found when they should be, silent on what must not be shown."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.models import Dossier, EtatDossier, GroupeNaissance, Journal, Rapprochement
from dossiers.queries.rapprochement import PLAFOND, candidats, identite_de, rapprochements_possibles
from dossiers.regles.rapprochement import Identite
from dossiers.services.rapprochement import distinguer
from dossiers.taches import signaler_ressemblances
from guichet.acces import Personne, personne_de
from guichet.erreurs import ErreurMetier
from tests import factories

pytestmark = pytest.mark.django_db
NE_LE = date(2026, 9, 14)


def qui(profil: str = "agent", **portee: Any) -> Personne:
    return personne_de(factories.creer_agent(profil, **portee), factories.JOUR)


def connu(**champs: Any) -> Dossier:
    famille = factories.creer_famille(
        responsable={"nom": "Ferrand", "prenom": "Maud", "telephone": "06 39 98 41 07"},
        numero_allocataire="1234567",
        **champs.pop("foyer", {}),
    )
    identite = {"nom": "FÉRAND", "prenom": "Lino", "date_naissance": NE_LE, **champs.pop("enfant", {})}
    return factories.creer_dossier(enfant=factories.creer_enfant(famille, **identite), **champs)


def trouves(identite: Identite, personne: Personne | None = None) -> list[Dossier]:
    return [r.dossier for r in rapprochements_possibles(identite, qui=personne or qui())]


@pytest.mark.parametrize(
    "saisie",
    [
        {"nom": "Ferrand", "prenom": "Lino", "naissance": NE_LE},
        {"nom": "LINO", "prenom": "Ferand", "naissance": NE_LE},
        {"nom": "Ferand", "prenom": "Lino, Marcel", "naissance": NE_LE},
        {"nom": "Ferand", "prenom": "Linno", "naissance": NE_LE},
        {
            "nom": "Ferand",
            "prenom": "Lino",
            "naissance": date(2026, 9, 19),
            "telephones": ("+33 6 39 98 41 07",),
        },
        {"nom": "Ferand", "terme": date(2026, 9, 30), "numero_caf": "1234567"},
    ],
)
def test_un_enfant_connu_se_retrouve(saisie: dict[str, Any]) -> None:
    dossier = connu()
    assert trouves(Identite(**saisie)) == [dossier]


def test_jour_et_mois_inverses() -> None:
    dossier = connu(enfant={"date_naissance": date(2026, 4, 9)})
    assert trouves(Identite("Ferand", "Lino", date(2026, 9, 4), telephones=("0639984107",))) == [dossier]


@pytest.mark.parametrize(
    "saisie",
    [
        {"nom": "Ferrand", "prenom": "Lino"},
        {"nom": "", "prenom": "Lino", "naissance": NE_LE},
        {"nom": "Ferrand", "prenom": "Jeanne", "naissance": NE_LE},
        {"nom": "Ferrand", "prenom": "Lino", "naissance": date(2025, 1, 2)},
        {"nom": "Martin", "prenom": "Zoé", "naissance": NE_LE, "telephones": ("0639984107",)},
    ],
)
def test_un_autre_enfant_ne_se_propose_pas(saisie: dict[str, Any]) -> None:
    connu()
    assert trouves(Identite(**saisie)) == []


def test_des_jumeaux_ne_sont_pas_un_doublon() -> None:
    groupe = GroupeNaissance.objects.create()
    lino = connu(enfant={"groupe": groupe})
    sol = factories.creer_enfant(
        lino.famille, nom="Férand", prenom="Sol", date_naissance=NE_LE, groupe=groupe
    )
    sol_dossier = factories.creer_dossier(enfant=sol)
    assert trouves(identite_de(sol_dossier.enfant)) == []


def test_un_dossier_clos_se_montre_apres_celui_qui_attend() -> None:
    clos = connu(etat=EtatDossier.CLOS)
    ouvert = factories.creer_dossier(enfant=clos.enfant)
    assert trouves(Identite("Ferrand", "Lino", NE_LE)) == [ouvert, clos]


def test_une_direction_ne_cherche_pas_de_doublon() -> None:
    connu()
    assert trouves(Identite("Ferrand", "Lino", NE_LE), qui("direction")) == []


class TestDossierProtege:
    identite = Identite("Ferrand", "Lino", NE_LE)

    def test_son_guichet_le_voit(self) -> None:
        dossier = connu(foyer={"protegee": True})
        assert trouves(self.identite, qui(mairie=dossier.mairie)) == [dossier]

    def test_les_autres_guichets_n_en_savent_rien(self) -> None:
        connu(foyer={"protegee": True})
        assert trouves(self.identite, qui()) == []
        assert trouves(self.identite, qui("coordination")) == []

    def test_la_coordination_est_prevenue_sans_que_l_agent_le_lise(self) -> None:
        protege, nouveau = connu(foyer={"protegee": True}), connu()
        personne = qui(mairie=nouveau.mairie)
        for _ in range(2):
            signaler_ressemblances([nouveau.pk], personne.agent.pk)
        pair = Rapprochement.objects.get()
        assert (pair.dossier, pair.autre, pair.statut) == (protege, nouveau, "propose")
        assert [ligne.dossier for ligne in Journal.objects.all()] == [protege]


def test_distinguer_demande_une_raison_de_la_liste() -> None:
    un, deux = connu(), connu()
    with pytest.raises(ErreurMetier, match="raison"):
        distinguer(deux, un, motif="parce que", par=qui().agent, maintenant=factories.INSTANT)
    pair = distinguer(deux, un, motif="homonyme", par=qui().agent, maintenant=factories.INSTANT)
    assert (pair.dossier, pair.autre, pair.motif) == (un, deux, "homonyme")
    assert Journal.objects.get().objet == un.numero


def _plan(requete: str) -> str:
    with connection.cursor() as curseur:
        curseur.execute(f"EXPLAIN {requete}")
        return "\n".join(ligne[0] for ligne in curseur.fetchall())


def test_quatre_requetes_et_chaque_branche_a_son_index() -> None:
    modele = connu()
    identite = Identite("Ferrand", "Lino", NE_LE, telephones=("0639984107",), numero_caf="1234567")
    with CaptureQueriesContext(connection) as requetes:
        assert candidats(identite) == [modele]
    assert len(requetes) == 4
    with connection.cursor() as curseur:
        # A small table is always scanned: what matters is that no branch has to.
        curseur.execute("SET LOCAL enable_seqscan = off")
    for requete in requetes[:2]:
        plan = _plan(requete["sql"])
        assert "Seq Scan" not in plan, plan


def test_une_date_mise_faute_de_mieux_ne_cache_pas_le_vrai_rapprochement() -> None:
    """Hundreds born « on 1 January »: the likest names come first, the true look-alikes are among them."""
    premier = date(2026, 1, 1)
    vrais = [
        connu(enfant={"nom": nom, "prenom": prenom, "date_naissance": premier})
        for nom, prenom in (("Ferrand", "Lino"), ("Lino", "Ferand"), ("Feran", "Lino"))
    ]
    famille = factories.creer_famille()
    for rang in range(3 * PLAFOND):
        factories.creer_enfant(
            famille, nom=f"Ferra{chr(97 + rang % 26)}i", prenom=f"Lin{rang}", date_naissance=premier
        )
    saisie = Identite("Ferand", "Lino", premier)
    with CaptureQueriesContext(connection) as requetes:
        retenus = candidats(saisie)
    assert {d.pk for d in vrais} <= {d.pk for d in retenus}
    assert len(retenus) <= PLAFOND
    assert len(requetes) <= 4
    assert {d.pk for d in trouves(saisie)} == {d.pk for d in vrais}


def test_une_date_a_un_chiffre_pres_se_cherche_si_la_famille_est_connue() -> None:
    dossier = connu()
    proche = Identite("Ferand", "Lino", date(2026, 9, 19))
    assert trouves(proche) == []
    assert trouves(replace(proche, responsables=(("Ferrand", "Maud"),))) == [dossier]
