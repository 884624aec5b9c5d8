"""What the database refuses by itself, one violation per named constraint."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction

from dossiers.models import (
    ActionJournal,
    Cotation,
    Dossier,
    EtatPiece,
    GrilleCriteres,
    Journal,
    NatureDossier,
    PieceJustificative,
    Rapprochement,
    Voeu,
)
from structures.models import Capacite, Habilitation, Reglage, Section
from tests import factories as f

pytestmark = pytest.mark.django_db


def refuse(contrainte: str, geste: Callable[[], object]) -> None:
    """`geste` is refused by the constraint of that name, and by no other."""
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        geste()


def refuse_la_periode(geste: Callable[[], object]) -> None:
    """A period that ends before it begins cannot even be computed."""
    with pytest.raises(DataError, match="range lower bound"), transaction.atomic():
        geste()


@pytest.mark.parametrize(
    ("contrainte", "champs"),
    [
        ("dossier_complet_date", {"etat": "actif", "complet_le": None}),
        ("dossier_complet_date", {"etat": "incomplet", "complet_le": date(2026, 11, 1)}),
        ("dossier_clos_motive", {"etat": "clos", "motif_cloture": "", "clos_le": f.INSTANT}),
        ("dossier_clos_motive", {"etat": "clos", "motif_cloture": "perime", "clos_le": None}),
        ("dossier_suspendu_date", {"etat": "suspendu", "suspendu_le": None}),
        ("dossier_admis_date", {"etat": "admis", "admis_le": None}),
        ("dossier_nature", {"nature": NatureDossier.MUTATION}),
    ],
)
def test_l_etat_porte_sa_date(contrainte: str, champs: dict[str, Any]) -> None:
    dossier = f.creer_dossier()
    refuse(contrainte, lambda: Dossier.objects.filter(pk=dossier.pk).update(**champs))


def test_un_seul_dossier_en_attente_par_enfant() -> None:
    dossier = f.creer_dossier()
    refuse("dossier_un_en_attente_par_enfant", lambda: f.creer_dossier(enfant=dossier.enfant))
    f.creer_dossier(enfant=dossier.enfant, etat="clos")


def test_le_numero_est_unique() -> None:
    dossier = f.creer_dossier()
    refuse("numero", lambda: f.creer_dossier(numero=dossier.numero))


def test_un_enfant_a_une_date() -> None:
    refuse("enfant_date", lambda: f.creer_enfant(date_naissance=None))


def test_une_protection_porte_son_jour() -> None:
    refuse("famille_protegee_datee", lambda: f.creer_famille(protegee=True, protegee_le=None))


def test_des_ressources_ne_sont_pas_negatives() -> None:
    refuse("famille_ressources_positives", lambda: f.creer_famille(ressources_mensuelles=-1))


def test_deux_responsables_au_plus() -> None:
    famille = f.creer_famille()
    refuse("responsable_rang_unique", lambda: f.creer_responsable(famille, rang=1))
    refuse("responsable_rang", lambda: f.creer_responsable(famille, rang=3))


def test_un_besoin_par_type_et_au_moins_une_demi_journee() -> None:
    dossier = f.creer_dossier()
    besoin = dossier.besoins.get()
    besoin.pk = None
    refuse("besoin_unique_par_type", lambda: besoin.save(force_insert=True))
    refuse("besoin_une_demi_journee", lambda: dossier.besoins.update(demi_journees=[]))


def test_des_voeux_distincts_et_ranges() -> None:
    structure = f.creer_structure()
    dossier = f.creer_dossier(voeux=[structure])
    refuse("voeu_structure_unique", lambda: Voeu.objects.create(dossier=dossier, rang=2, structure=structure))
    refuse(
        "voeu_rang_positif",
        lambda: Voeu.objects.create(dossier=dossier, rang=0, structure=f.creer_structure()),
    )


def test_deux_voeux_de_meme_rang_sont_refuses_a_la_fin_de_la_transaction() -> None:
    dossier = f.creer_dossier(voeux=[f.creer_structure()])
    Voeu.objects.create(dossier=dossier, rang=1, structure=f.creer_structure())
    with pytest.raises(IntegrityError, match="voeu_rang_unique"), connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("contrainte", "champs"),
    [
        ("piece_un_porteur", {"dossier": None}),
        ("piece_vue_datee", {"etat": EtatPiece.VUE}),
        ("piece_refusee_motivee", {"etat": EtatPiece.REFUSEE}),
    ],
)
def test_une_piece_dit_a_qui_quand_et_pourquoi(contrainte: str, champs: dict[str, Any]) -> None:
    valeurs = {"dossier": f.creer_dossier(), "code": "identite", **champs}
    refuse(contrainte, lambda: PieceJustificative.objects.create(**valeurs))


def test_une_piece_par_code_et_par_porteur() -> None:
    dossier = f.creer_dossier()
    for champs in ({"dossier": dossier}, {"famille": dossier.famille}):
        PieceJustificative.objects.create(code="domicile", **champs)
        nom = f"piece_unique_{next(iter(champs))}"
        refuse(nom, lambda champs=champs: PieceJustificative.objects.create(code="domicile", **champs))


def test_des_admissions_d_un_enfant_ne_se_chevauchent_pas() -> None:
    section = f.creer_section()
    presente = f.creer_admission(section, fin=date(2027, 8, 31))
    enfant = presente.enfant
    refuse(
        "admission_sans_chevauchement",
        lambda: f.creer_admission(section, enfant=enfant, debut=date(2027, 8, 31)),
    )
    # The adaptation occupies too.
    refuse(
        "admission_sans_chevauchement",
        lambda: f.creer_admission(
            section, enfant=enfant, debut=date(2027, 9, 1), adaptation_le=date(2027, 8, 25)
        ),
    )
    f.creer_admission(section, enfant=enfant, debut=date(2027, 9, 1))


@pytest.mark.parametrize(
    ("contrainte", "champs"),
    [
        ("admission_adaptation", {"adaptation_le": date(2026, 10, 1)}),
        ("admission_une_demi_journee", {"demi_journees": []}),
    ],
)
def test_une_admission_a_des_dates_et_des_jours(contrainte: str, champs: dict[str, Any]) -> None:
    section = f.creer_section()
    refuse(contrainte, lambda: f.creer_admission(section, **champs))
    refuse_la_periode(lambda: f.creer_admission(section, fin=date(2026, 8, 1)))


def test_un_rapprochement_est_unique_et_ordonne() -> None:
    a, b = f.creer_dossier(), f.creer_dossier()
    refuse("rapprochement_ordonne", lambda: Rapprochement.objects.create(dossier=b, autre=a, le=f.INSTANT))
    Rapprochement.objects.create(dossier=a, autre=b, le=f.INSTANT)
    refuse("rapprochement_unique", lambda: Rapprochement.objects.create(dossier=a, autre=b, le=f.INSTANT))


def refuse_par_declencheur(gestes: str, table: str, geste: Callable[[], object]) -> None:
    with pytest.raises(ProgrammingError, match=f"Cannot {gestes} rows from {table}"), transaction.atomic():
        geste()


def creer_grille(**champs: Any) -> GrilleCriteres:
    return GrilleCriteres.objects.create(
        **{"nom": f"Grille {f.suivant()}", "debut": date(2026, 1, 1), **champs}
    )


def test_une_seule_grille_en_vigueur_et_datee() -> None:
    creer_grille(etat="en_vigueur", publiee_le=f.INSTANT)
    refuse("grille_une_en_vigueur", lambda: creer_grille(etat="en_vigueur", publiee_le=f.INSTANT))
    refuse("grille_publiee_datee", lambda: creer_grille(etat="remplacee"))


def creer_cotation(**champs: Any) -> Cotation:
    valeurs = {"declare": 100, "verifie": 80, "cle_rang": "1", "calculee_le": f.INSTANT, **champs}
    return Cotation.objects.create(**valeurs)


def test_une_cotation_courante_et_des_lignes_ecrites_une_fois() -> None:
    dossier, grille = f.creer_dossier(), creer_grille()
    cotation = creer_cotation(dossier=dossier, grille=grille)
    refuse("cotation_une_courante", lambda: creer_cotation(dossier=dossier, grille=grille))
    meme = Cotation.objects.filter(pk=cotation.pk)
    refuse_par_declencheur("update", "dossiers_cotation", lambda: meme.update(verifie=500))
    refuse_par_declencheur("delete", "dossiers_cotation", meme.delete)
    assert meme.update(courante=False) == 1


def test_le_journal_ne_se_recrit_pas() -> None:
    ligne = Journal.objects.create(le=f.INSTANT, action=ActionJournal.LECTURE)
    for geste in (
        lambda: Journal.objects.filter(pk=ligne.pk).update(objet="autre"),
        lambda: Journal.objects.filter(pk=ligne.pk).delete(),
    ):
        with (
            pytest.raises(ProgrammingError, match="Cannot update or delete rows from dossiers_journal"),
            transaction.atomic(),
        ):
            geste()


def test_l_historique_ne_se_recrit_pas() -> None:
    dossier = f.creer_dossier()
    Dossier.objects.filter(pk=dossier.pk).update(nb_passages=1)
    assert dossier.events.count() == 2
    for geste in (dossier.events.all().delete, lambda: dossier.events.update(nb_passages=9)):
        with (
            pytest.raises(ProgrammingError, match="Cannot update or delete rows from dossiers_dossierevent"),
            transaction.atomic(),
        ):
            geste()


@pytest.mark.parametrize(
    ("profil", "portee"),
    [("agent", {}), ("direction", {}), ("partenaire", {}), ("dpo", {"service": "pmi"})],
)
def test_une_habilitation_a_la_portee_de_son_profil(profil: str, portee: dict[str, Any]) -> None:
    agent = f.creer_agent()
    refuse(
        "habilitation_portee",
        lambda: Habilitation.objects.create(agent=agent, profil=profil, debut=f.JOUR, **portee),
    )


def test_une_habilitation_finit_apres_son_debut() -> None:
    agent = f.creer_agent()
    refuse(
        "habilitation_dates",
        lambda: Habilitation.objects.create(
            agent=agent, profil="dpo", debut=date(2026, 2, 1), fin=date(2026, 1, 1)
        ),
    )


def test_des_capacites_entieres_datees_et_sans_chevauchement() -> None:
    section = f.creer_section()
    Capacite.objects.create(section=section, debut=date(2026, 1, 1), places=[5] * 10)

    def creer(**champs: Any) -> Capacite:
        return Capacite.objects.create(
            **{"section": section, "debut": date(2026, 6, 1), "places": [5] * 10, **champs}
        )

    refuse("capacite_ouverture_unique", creer)
    refuse("capacite_creneaux", lambda: creer(places=[5] * 9, motif="travaux"))
    refuse_la_periode(lambda: creer(fin=date(2026, 5, 1), motif="travaux"))
    creer(motif="travaux", fin=date(2026, 7, 1))


def test_un_reglage_par_jour() -> None:
    Reglage.objects.create(cle="delai_offre", valeur=10, a_partir_du=f.JOUR)
    refuse(
        "reglage_unique_par_jour",
        lambda: Reglage.objects.create(cle="delai_offre", valeur=12, a_partir_du=f.JOUR),
    )


def test_une_section_a_un_nom_et_des_ages() -> None:
    section = f.creer_section()
    refuse("section_nom_unique", lambda: f.creer_section(section.structure, nom=section.nom))
    refuse("section_ages", lambda: Section.objects.filter(pk=section.pk).update(age_max_mois=0))
