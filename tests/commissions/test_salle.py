"""The session in the room: following or leaving the proposal, blocks, recomputing, what each one sees."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissions.models import Decision, LigneADiscuter, PassageVoeu, Projection, Proposition, Seance
from commissions.queries.avis import avis_de
from commissions.queries.salle import salle
from commissions.regles.affectation import VERSION_MOTEUR, affecter, resultat_canonique
from commissions.regles.instance import empreinte
from commissions.regles.instance_lecture import lire
from commissions.services.decisions import annuler_geste, ouvrir_seance
from commissions.services.gel import geler_seance
from commissions.services.salle import (
    ajourner_le_reste,
    decider,
    montrer,
    recalculer,
    terminer,
    valider_bloc,
)
from dossiers.services.liens import declarer_lien
from guichet.erreurs import ErreurMetier
from structures.models import Reglage
from tests import factories
from tests.commissions.monde import GEL, Monde, monde_a_geler
from tests.conftest import ClientStrict

Ouvrir = Callable[..., ClientStrict]
PLEIN = tuple(range(10))


@pytest.fixture
def monde(db: None) -> Monde:
    return monde_a_geler()


def proposer(seance: Seance) -> Proposition:
    resultat = resultat_canonique(affecter(lire(seance.instance)))
    return Proposition.objects.create(
        seance=seance,
        moteur=VERSION_MOTEUR,
        empreinte_instance=seance.empreinte,
        resultat=resultat.decode(),
        empreinte=empreinte(resultat),
        faite_le=GEL,
    )


def en_seance(monde: Monde, *, proposee: bool = True, **champs: Any) -> Seance:
    seance = geler_seance(monde.seance(**champs), par=monde.coordination, maintenant=GEL, graine=3)
    if proposee:
        proposer(seance)
    return ouvrir_seance(seance, par=monde.coordination, maintenant=GEL)


def ligne(seance: Seance, dossier: Any, section: Any) -> PassageVoeu:
    return PassageVoeu.objects.get(passage__seance=seance, passage__dossier=dossier, section=section)


def acte(monde: Monde) -> dict[str, Any]:
    return {"par": monde.coordination, "maintenant": GEL}


def test_l_avis_propose_admet_puis_met_en_liste_puis_ne_retient_pas(monde: Monde) -> None:
    Reglage.objects.create(cle="liste_complementaire", valeur=1, a_partir_du=date(2027, 1, 1))
    dossiers = [monde.dossier(300 - n) for n in range(4)]
    seance = en_seance(monde, places={monde.bebes: 2})
    avis = avis_de(seance)
    lus = [avis[ligne(seance, d, monde.bebes).passage_id] for d in dossiers]
    assert [(a.sens, a.motif, a.rang) for a in lus] == [
        ("admis", "", None),
        ("admis", "", None),
        ("liste_complementaire", "rang", 1),
        ("non_retenu", "rang", None),
    ]


def test_le_bloc_valide_ce_qui_suit_la_proposition_sauf_les_lignes_marquees(monde: Monde) -> None:
    dossiers = [monde.dossier(300 - n) for n in range(4)]
    seance = en_seance(monde, places={monde.bebes: 2})
    marquee = ligne(seance, dossiers[1], monde.bebes)
    LigneADiscuter.objects.create(voeu=marquee, motif="egalite", marquee_le=GEL)
    place = seance.places.get()
    lue = salle(seance)
    assert lue is not None
    vues = [un.voeu.pk for un in lue.bloc]
    assert marquee.pk not in vues
    with pytest.raises(ErreurMetier, match="relisez"):
        valider_bloc(seance, place, lignes=[*vues, marquee.pk], **acte(monde))
    assert valider_bloc(seance, place, lignes=vues, **acte(monde)) == 3
    assert set(Decision.objects.values_list("geste", "conforme")) == {(1, True)}
    assert list(
        Decision.objects.filter(sens="liste_complementaire")
        .order_by("rang_complementaire")
        .values_list("passage__dossier", "rang_complementaire")
    ) == [(dossiers[2].pk, 1), (dossiers[3].pk, 2)]
    annulees = annuler_geste(seance, geste=1, **acte(monde))
    assert (len(annulees), Decision.objects.count()) == (3, 0)


def test_s_ecarter_de_la_proposition_demande_un_motif(monde: Monde) -> None:
    premier, _ = monde.dossier(300), monde.dossier(200)
    seance = en_seance(monde, places={monde.bebes: 1})
    voeu = ligne(seance, premier, monde.bebes)
    with pytest.raises(ErreurMetier) as refus:
        decider(voeu, sens="ajourne", version=0, **acte(monde))
    assert (refus.value.code, refus.value.champ) == ("motif_a_dire", "motif")
    with pytest.raises(ErreurMetier) as refus:
        decider(voeu, sens="ajourne", motif="report", version=0, **acte(monde))
    assert (refus.value.code, refus.value.champ) == ("ecart_a_motiver", "ecart")
    decision = decider(voeu, sens="ajourne", motif="report", ecart="famille", version=0, **acte(monde))
    assert (decision.conforme, decision.ecart) == (False, "famille")
    suivie = decider(
        voeu, sens="admis", demi_journees=PLEIN, ecart="famille", version=decision.version, **acte(monde)
    )
    assert (suivie.conforme, suivie.ecart) == (True, "")


def test_sans_proposition_rien_n_est_un_ecart(monde: Monde) -> None:
    dossier = monde.dossier()
    seance = en_seance(monde, proposee=False)
    decision = decider(
        ligne(seance, dossier, monde.bebes), sens="admis", demi_journees=PLEIN, version=0, **acte(monde)
    )
    assert decision.conforme is None


def test_recalculer_ne_change_que_les_lignes_non_decidees(monde: Monde) -> None:
    un, deux, trois = (monde.dossier(300 - n, voeux=[monde.creche, monde.autre]) for n in range(3))
    seance = en_seance(monde, places={monde.bebes: 1, monde.ailleurs: 1})
    avant = avis_de(seance)
    assert avant[ligne(seance, trois, monde.bebes).passage_id].sens == "liste_complementaire"
    decider(
        ligne(seance, un, monde.bebes),
        sens="ajourne",
        motif="report",
        ecart="famille",
        version=0,
        **acte(monde),
    )
    recalculer(seance, **acte(monde))
    apres = avis_de(seance)
    assert (
        apres[ligne(seance, un, monde.bebes).passage_id] == avant[ligne(seance, un, monde.bebes).passage_id]
    )
    lus = {d.pk: apres[ligne(seance, d, monde.bebes).passage_id] for d in (deux, trois)}
    assert (lus[deux.pk].section, lus[trois.pk].section) == (monde.bebes.pk, monde.ailleurs.pk)
    assert {a.sens for a in lus.values()} == {"admis"}


def test_un_ecart_dit_qui_gagne_et_qui_perd(monde: Monde, client_de: Ouvrir) -> None:
    un, deux = monde.dossier(300), monde.dossier(200)
    seance = en_seance(monde, places={monde.bebes: 1})
    voeu = ligne(seance, deux, monde.bebes)
    client = client_de(monde.coordination)
    adresse = reverse("commissions:seance_decider", args=[seance.pk])
    envoi = {"voeu": voeu.pk, "version": "0", "geste": "A:" + ",".join(map(str, PLEIN))}
    html = client.post(adresse, envoi).content.decode()
    numero = ligne(seance, un, monde.bebes).passage.numero_ordre
    assert f"<strong>{numero}</strong> perd sa place à Câlin-Doudou" in html
    assert not Decision.objects.exists()
    html = client.post(adresse, {**envoi, "raisons": "oui"}).content.decode()
    assert "dites pourquoi" in html
    assert client.post(adresse, {**envoi, "raisons": "oui", "ecart": "fratrie"}).status_code == 302
    assert Decision.objects.get().ecart == "fratrie"


def test_la_fin_ajourne_ce_qui_reste_ou_laisse_tout_ouvert(monde: Monde) -> None:
    for n in range(3):
        monde.dossier(300 - n)
    seance = en_seance(monde, places={monde.bebes: 1})
    with pytest.raises(ErreurMetier, match="relisez"):
        terminer(seance, nombre=2, ecart="famille", **acte(monde))
    with pytest.raises(ErreurMetier, match="dites pourquoi"):
        ajourner_le_reste(seance, nombre=3, ecart="", **acte(monde))
    seance.refresh_from_db()
    assert (seance.etat, Decision.objects.count()) == ("ouverte", 0)
    seance = terminer(seance, nombre=3, ecart="famille", **acte(monde))
    assert seance.etat == "tenue"
    assert set(Decision.objects.values_list("sens", "motif", "ecart")) == {("ajourne", "report", "famille")}


def test_chaque_ecran_suit_ce_que_la_salle_regarde(monde: Monde, client_de: Ouvrir) -> None:
    monde.dossier(voeux=[monde.creche, monde.autre])
    elu = factories.creer_agent("membre")
    seance = en_seance(monde)
    factories.creer_presence(seance, elu, present=True)
    client = client_de(elu)
    adresse = reverse("commissions:seance_suivi", args=[seance.pk])
    assert "Câlin-Doudou · Bébés" in client.get(adresse).content.decode()
    montrer(seance, section=monde.ailleurs.pk, maintenant=GEL)
    page = client.get(adresse)
    assert "Les Galipettes · Bébés" in page.content.decode()
    jeton = page.context["jeton"]
    htmx = {"HX-Request": "true"}
    assert client.get(adresse, {"etat": jeton}, headers=htmx).status_code == 204
    voeu = ligne(seance, monde.suite[0], monde.ailleurs)
    decider(voeu, sens="ajourne", motif="report", ecart="famille", version=0, **acte(monde))
    rendu = client.get(adresse, {"etat": jeton}, headers=htmx)
    assert rendu.status_code == 200
    assert "Ajourné" in rendu.content.decode()
    assert "<html" not in rendu.content.decode()
    assert "<form" not in rendu.content.decode()


def test_ni_nom_ni_numero_de_dossier_sur_les_ecrans(monde: Monde, client_de: Ouvrir) -> None:
    dossier = monde.dossier()
    seance = en_seance(monde)
    for route in ("seance_conduite", "seance_suivi"):
        html = (
            client_de("coordination").get(reverse(f"commissions:{route}", args=[seance.pk])).content.decode()
        )
        assert seance.passages.get().numero_ordre in html
        assert dossier.numero not in html
        assert dossier.enfant.nom not in html


def test_qui_se_deporte_ne_voit_que_le_rang(monde: Monde, client_de: Ouvrir) -> None:
    famille = factories.creer_famille()
    connu = monde.dossier(300, famille=famille)
    monde.dossier(200)
    seance = en_seance(monde, places={monde.bebes: 2})
    elu = factories.creer_agent("membre")
    factories.creer_presence(seance, elu, present=True)
    voeu = ligne(seance, connu, monde.bebes)
    montrer(seance, section=monde.bebes.pk, voeu=voeu.pk, maintenant=GEL)
    declarer_lien(connu, par=elu, maintenant=GEL)
    html = client_de(elu).get(reverse("commissions:seance_suivi", args=[seance.pk])).content.decode()
    assert "sa ligne ne vous est pas montrée" in html
    assert voeu.passage.numero_ordre not in html
    assert ">300<" not in html
    decider(voeu, sens="admis", demi_journees=PLEIN, version=0, **acte(monde))
    html = client_de(elu).get(reverse("commissions:seance_suivi", args=[seance.pk])).content.decode()
    assert voeu.passage.numero_ordre not in html
    lie = factories.creer_agent("coordination")
    declarer_lien(connu, par=lie, maintenant=GEL)
    client = client_de(lie)
    conduite = client.get(reverse("commissions:seance_conduite", args=[seance.pk])).content.decode()
    assert voeu.passage.numero_ordre not in conduite
    envoi = {"voeu": voeu.pk, "version": "0", "geste": "N"}
    assert client.post(reverse("commissions:seance_decider", args=[seance.pk]), envoi).status_code == 404


def test_l_ecran_coute_un_nombre_fixe_de_requetes(monde: Monde, client_de: Ouvrir) -> None:
    from django.db import connection

    client, comptes = client_de("coordination"), []
    for nombre in (2, 9):
        for n in range(nombre):
            monde.dossier(300 - n)
        seance = en_seance(monde)
        adresse = reverse("commissions:seance_conduite", args=[seance.pk])
        client.get(adresse)
        with CaptureQueriesContext(connection) as capture:
            client.get(adresse)
        comptes.append(len(capture))
    assert comptes[0] == comptes[1], comptes


def test_hors_seance_ouverte_l_ecran_renvoie_a_la_seance(monde: Monde, client_de: Ouvrir) -> None:
    monde.dossier()
    seance = geler_seance(monde.seance(), par=None, maintenant=GEL, graine=3)
    client = client_de("coordination")
    assert client.get(reverse("commissions:seance_conduite", args=[seance.pk])).status_code == 302
    page = client.get(reverse("commissions:seance_suivi", args=[seance.pk])).content.decode()
    assert "pas encore ouverte" in page
    client.post(
        reverse("commissions:seance_decider", args=[seance.pk]), {"voeu": "1", "version": "x", "geste": "Z"}
    )
    assert not Projection.objects.exists()
