"""`manage.py rejouer`: the same bytes from what was stored, or a verification under another engine."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from commissions.models import Proposition
from commissions.services import rejeu
from dossiers.models import Cotation
from tests import factories
from tests.commissions.monde import Monde, monde_a_geler
from tests.commissions.test_proposition import une_liste

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde() -> Monde:
    return monde_a_geler()


def rejouer(seance: int, **options: str) -> tuple[int, str, str]:
    dit, erreurs = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("rejouer", seance, stdout=dit, stderr=erreurs, **options)
    except SystemExit as sortie:
        code = int(sortie.code or 0)
    return code, dit.getvalue(), erreurs.getvalue()


def test_rejouer_redonne_les_memes_octets(monde: Monde, tmp_path: Path) -> None:
    seance = une_liste(monde)
    faite = factories.creer_proposition(seance)
    Cotation.objects.update(courante=False)
    monde.creche.nom = "Un autre nom"
    monde.creche.save()
    fichier = tmp_path / "resultat.json"
    code, dit, erreurs = rejouer(seance.pk, fichier=str(fichier))
    assert (code, erreurs) == (0, "")
    assert fichier.read_bytes() == faite.resultat.encode()
    for mot in (seance.empreinte, faite.empreinte, faite.moteur, str(monde.grille), "les mêmes octets"):
        assert mot in dit


def test_un_autre_moteur_la_verifie_et_sort_en_3(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    seance = une_liste(monde)
    factories.creer_proposition(seance)
    monkeypatch.setattr(rejeu, "VERSION_MOTEUR", "9.9.9")
    code, dit, erreurs = rejouer(seance.pk)
    assert (code, erreurs) == (3, "")
    assert "9.9.9" in dit
    assert "vérifiée, sans anomalie" in dit


@pytest.mark.parametrize("moteur", [rejeu.VERSION_MOTEUR, "0.9.0"])
def test_un_resultat_qui_n_est_pas_celui_du_calcul_sort_en_1(monde: Monde, moteur: str) -> None:
    seance = une_liste(monde)
    with transaction.atomic():
        vraie = factories.creer_proposition(seance)
        transaction.set_rollback(True)
    Proposition.objects.bulk_create(
        [
            Proposition(
                seance=seance,
                moteur=moteur,
                empreinte_instance=seance.empreinte,
                resultat=vraie.resultat.replace('"voeu":1', '"voeu":2', 1),
                empreinte=vraie.empreinte,
                faite_le=factories.INSTANT.replace(year=2028),
            )
        ]
    )
    code, dit, erreurs = rejouer(seance.pk)
    assert code == 1
    assert "le résultat gardé n’a plus son empreinte" in erreurs
    assert "les mêmes octets" not in dit


def test_sans_proposition_il_n_y_a_rien_a_rejouer(monde: Monde) -> None:
    seance = une_liste(monde)
    for pk in (seance.pk, 999_999):
        with pytest.raises(CommandError) as refus:
            rejouer(pk)
        assert refus.value.returncode == 2
