"""Notes: few, warned about, confirmed without the words, erased for good."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from dossiers.models import Dossier, Journal, Note
from structures.models import Reglage
from tests import factories
from tests.conftest import ClientStrict

pytestmark = pytest.mark.django_db
MOT = "asthmatique"


def ecrire(client: ClientStrict, dossier: Dossier, texte: str, **champs: str) -> Any:
    donnees = {"note-texte": texte} | {f"note-{nom}": v for nom, v in champs.items()}
    return client.post(reverse("dossiers:note", args=[dossier.numero]), donnees)


@pytest.fixture
def scene(client_de: Callable[..., ClientStrict]) -> tuple[ClientStrict, Dossier]:
    dossier = factories.creer_dossier()
    return client_de("agent", mairie=dossier.mairie), dossier


def test_une_note_s_ecrit_et_se_lit(scene: tuple[ClientStrict, Dossier]) -> None:
    client, dossier = scene
    assert ecrire(client, dossier, "  Rappeler   le soir ").status_code == 302
    note = dossier.notes.get()
    assert (note.texte, note.par) == ("Rappeler le soir", client.agent)
    page = client.get(reverse("dossiers:fiche", args=[dossier.numero])).content.decode()
    assert "Rappeler le soir" in page
    assert "lisibles par la famille" in page
    assert "Note écrite" in page


def test_un_mot_a_eviter_attend_une_raison_et_rien_n_est_perdu(scene: tuple[ClientStrict, Dossier]) -> None:
    client, dossier = scene
    page = ecrire(client, dossier, f"Enfant {MOT}").content.decode()
    assert "Ces mots ne doivent pas être gardés" in page
    assert f"Enfant {MOT}</textarea>" in page
    assert 'href="#id_note-texte"' in page
    assert "Pourquoi ces mots restent" in page
    assert not dossier.notes.exists()
    ecrire(client, dossier, f"Enfant {MOT}", motif_mots="nom_propre")
    assert dossier.notes.get().motif_mots == "nom_propre"
    ligne = Journal.objects.get(action="note")
    assert ligne.motif == "nom_propre"
    assert MOT not in f"{ligne.objet} {ligne.motif} {ligne.details}"


def test_une_note_sans_mot_ne_garde_pas_de_raison(scene: tuple[ClientStrict, Dossier]) -> None:
    client, dossier = scene
    assert "Pourquoi ces mots restent" not in ecrire(client, dossier, "").content.decode()
    ecrire(client, dossier, "Rappeler le soir", motif_mots="nom_propre")
    assert dossier.notes.get().motif_mots == ""


def test_les_notes_sont_comptees(scene: tuple[ClientStrict, Dossier]) -> None:
    Reglage.objects.create(cle="notes_par_dossier", valeur=2, a_partir_du=factories.DEBUT)
    client, dossier = scene
    for n in range(2):
        ecrire(client, dossier, f"Note {n}")
    page = ecrire(client, dossier, "Une de trop").content.decode()
    assert "a déjà 2 notes" in page
    assert "Une de trop</textarea>" in page
    note = dossier.notes.first()
    assert note
    client.post(reverse("dossiers:note_effacer", args=[dossier.numero, note.pk]))
    assert ecrire(client, dossier, "Une de trop").status_code == 302


@pytest.mark.parametrize(("texte", "dit"), [("x" * 301, "300"), ("   ", "obligatoire")])
def test_une_note_vide_ou_longue_est_refusee(
    scene: tuple[ClientStrict, Dossier], texte: str, dit: str
) -> None:
    client, dossier = scene
    page = ecrire(client, dossier, texte).content.decode()
    assert dit in page
    assert not dossier.notes.exists()


def test_une_note_effacee_ne_laisse_aucun_mot_nulle_part(scene: tuple[ClientStrict, Dossier]) -> None:
    """Neither the row, nor its history, nor the journal."""
    client, dossier = scene
    ecrire(client, dossier, "Zarbanipal rappellera")
    note = dossier.notes.get()
    client.post(reverse("dossiers:note_effacer", args=[dossier.numero, note.pk]))
    client.post(reverse("dossiers:note_effacer", args=[dossier.numero, note.pk]))
    note.refresh_from_db()
    assert (note.texte, note.effacee_par) == ("", client.agent)
    assert [ligne.objet for ligne in Journal.objects.filter(action="note").order_by("pk")] == [
        "ecrite",
        "effacee",
    ]
    assert note.events.count() == 2
    with connection.cursor() as curseur:
        for table in ("dossiers_note", "dossiers_noteevent", "dossiers_journal", "dossiers_journalevent"):
            curseur.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%%Zarbanipal%%'")
            assert curseur.fetchone() == (0,), table
    page = client.get(reverse("dossiers:fiche", args=[dossier.numero])).content.decode()
    assert "Zarbanipal" not in page
    assert "Note effacée" in page


def test_la_base_refuse_une_note_effacee_qui_garde_ses_mots(scene: tuple[ClientStrict, Dossier]) -> None:
    _, dossier = scene
    with pytest.raises(IntegrityError, match="note_effacee_vide"), transaction.atomic():
        Note.objects.create(
            dossier=dossier, texte="mots", ecrite_le=factories.INSTANT, effacee_le=factories.INSTANT
        )


def test_une_direction_ne_lit_pas_les_notes(client_de: Callable[..., ClientStrict]) -> None:
    structure = factories.creer_structure()
    dossier = factories.creer_dossier(voeux=[structure])
    dossier.notes.create(texte="Zarbanipal", ecrite_le=factories.INSTANT)
    client = client_de("direction", structure=structure)
    assert "Zarbanipal" not in client.get(reverse("dossiers:fiche", args=[dossier.numero])).content.decode()
