"""Rows written by COPY: the same rows, keys given, triggers fired."""

from datetime import date

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction

from commissions.models import Passage
from dossiers.models import Journal
from structures.services.copie import copier
from tests import factories

pytestmark = pytest.mark.django_db


def une_ligne(**champs: object) -> Journal:
    return Journal(le=factories.INSTANT, action="lecture", objet="essai", **champs)


def test_les_lignes_sont_celles_d_un_enregistrement_ordinaire() -> None:
    details = {"mot": "l’un « deux »\t\\N\n", "liste": [1, None, {"x": True}]}
    ordinaire = une_ligne(details=details)
    ordinaire.save()
    copiees = [une_ligne(details=details), une_ligne(motif="a\tb\\c")]
    copier(copiees)
    assert copiees[0].pk < copiees[1].pk
    lue, autre = (Journal.objects.get(pk=une.pk) for une in copiees)
    champs = ("le", "action", "objet", "motif", "details", "dossier_id", "par_id", "mairie_id")
    assert [getattr(lue, c) for c in champs] == [getattr(ordinaire, c) for c in champs]
    assert autre.motif == "a\tb\\c"
    copier([])


def test_une_copie_n_ouvre_pas_une_liste_gelee() -> None:
    seance = factories.creer_seance_gelee()
    modele = seance.passages.get()
    modele.pk, modele.numero_ordre, modele.dossier = None, "B99", factories.creer_dossier()
    modele.naissance = date(2027, 1, 1)
    with pytest.raises(DatabaseError, match="gelee"), transaction.atomic():
        copier([modele])
    assert Passage.objects.count() == 1


def test_l_histoire_suit_une_copie() -> None:
    seance = factories.creer_seance_gelee()
    evenements = apps.get_model("commissions", "PassageEvent").objects.filter(seance_id=seance.pk)
    assert list(evenements.values_list("pgh_label", "numero_ordre")) == [
        ("insert", seance.passages.get().numero_ordre)
    ]
