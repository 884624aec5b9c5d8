"""« Mouvements de rentrée »: said child by child, uncertain ones as a range, signed, reopened by a change."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Journal, MouvementRentree, SignatureRentree
from dossiers.queries.rentree import page_rentree, passage_de, rentrees
from dossiers.services.rentree import Dit, dire_mouvements, signer_rentree
from guichet.acces import personne_de
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Section, Structure
from structures.regles.ages import ajouter_mois
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.test_places_a_date import presente, sections

pytestmark = pytest.mark.django_db
RENTREE = date(2027, 9, 1)


@pytest.fixture
def lieux() -> tuple[Section, Section, Section]:
    trois = sections(nom="Câlin-Doudou")
    for section in trois:
        factories.creer_capacite(section, places=[3] * 10)
    return trois


@pytest.fixture
def directrice(lieux: tuple[Section, ...]) -> Agent:
    return factories.creer_agent("direction", structure=lieux[0].structure)


def page(directrice: Agent, structure: Structure) -> Any:
    return page_rentree(personne_de(directrice, factories.JOUR), structure, passage=RENTREE)


def dire(structure: Structure, par: Agent, dits: dict[int, Dit], **champs: Any) -> int:
    vu = page(par, structure).empreinte
    return dire_mouvements(
        structure, RENTREE, dits, **{"vu": vu, "par": par, "maintenant": factories.INSTANT, **champs}
    )


def test_ce_qui_est_prevu_vient_de_l_age_et_du_contrat(
    lieux: tuple[Section, Section, Section], directrice: Agent
) -> None:
    bebes, moyens, grands = lieux
    presente(bebes)
    presente(bebes, ne=date(2026, 6, 20))
    presente(grands, ne=date(2024, 5, 2), fin=date(2027, 7, 30))
    presente(grands, ne=date(2024, 5, 2), fin=date(2026, 12, 1))
    lue = page(directrice, bebes.structure)
    assert [(e.section.nom, e.sort, e.vers, e.dernier_jour) for e in lue.enfants] == [
        ("Bébés", "monte", moyens.pk, None),
        ("Bébés", "reste", None, None),
        ("Grands", "part", None, date(2027, 7, 30)),
    ]
    assert (lue.a_dire, lue.inconnus) == (3, 0)
    assert [s.fourchette.basse[0] for s in lue.sections] == [2, 2, 3]
    assert all(s.fourchette.exacte for s in lue.sections)


def test_un_incertain_fait_une_fourchette_et_la_suite_rouvre_la_signature(
    lieux: tuple[Section, Section, Section], directrice: Agent
) -> None:
    bebes, moyens, _ = lieux
    structure = bebes.structure
    un, deux = presente(bebes, demi_journees=[0]), presente(bebes, demi_journees=[0])
    qui: dict[str, Any] = {"par": directrice, "maintenant": factories.INSTANT}
    with pytest.raises(ErreurMetier, match="tous les enfants"):
        signer_rentree(structure, RENTREE, **qui)
    dits = {un.pk: Dit("inconnu"), deux.pk: Dit("part", date(2027, 7, 2))}
    assert dire(structure, directrice, dits) == 2
    assert dire(structure, directrice, dits) == 0
    lue = page(directrice, structure)
    plages = {s.section.nom: (s.fourchette.basse[0], s.fourchette.haute[0]) for s in lue.sections}
    assert plages == {"Bébés": (2, 3), "Moyens": (2, 3), "Grands": (3, 3)}
    signer_rentree(structure, RENTREE, **qui)
    with pytest.raises(ErreurMetier, match="déjà signés"):
        signer_rentree(structure, RENTREE, **qui)
    with pytest.raises(IntegrityError, match="signature_une_en_cours"), transaction.atomic():
        SignatureRentree.objects.create(
            structure=structure, passage_le=RENTREE, signee_le=factories.INSTANT, signee_par=directrice
        )
    assert dire(structure, directrice, {un.pk: Dit("monte", section_id=moyens.pk)}) == 1
    assert page(directrice, structure).signature is None
    signer_rentree(structure, RENTREE, **qui)
    assert SignatureRentree.objects.count() == 2
    objets = Journal.objects.order_by("pk").values_list("objet", flat=True)
    assert list(objets) == [
        *("mouvement_rentree", "mouvement_rentree", "rentree_signee"),
        *("mouvement_rentree", "rentree_rouverte", "rentree_signee"),
    ]


def test_ce_qui_ne_se_peut_pas_est_refuse(lieux: tuple[Section, Section, Section], directrice: Agent) -> None:
    bebes, _, grands = lieux
    petit = presente(bebes, fin=date(2027, 7, 30))
    for dit, champ in (
        (Dit("part", date(2027, 8, 15)), f"jour_{petit.pk}"),
        (Dit("part", None), f"jour_{petit.pk}"),
        (Dit("reste"), f"sort_{petit.pk}"),
    ):
        with pytest.raises(ErreurMetier) as refus:
            dire(bebes.structure, directrice, {petit.pk: dit})
        assert refus.value.champ == champ
    with pytest.raises(ErreurMetier, match="n’est plus dans la structure"):
        dire(bebes.structure, directrice, {presente(factories.creer_section()).pk: Dit("inconnu")})
    with pytest.raises(ErreurMetier, match="Une autre personne"):
        dire(bebes.structure, directrice, {}, vu="autre")
    champs = {"admission": petit, "passage_le": RENTREE, "dit_le": factories.INSTANT}
    for nom, faux in (
        ("mouvement_part_un_jour", {"sort": "part"}),
        ("mouvement_monte_une_section", {"sort": "reste", "section": grands}),
        ("mouvement_motif_de_derogation", {"sort": "inconnu", "motif": "fratrie"}),
    ):
        with pytest.raises(IntegrityError, match=nom), transaction.atomic():
            MouvementRentree.objects.create(**champs, **faux)


def test_la_direction_remplit_et_signe_la_coordination_lit(
    lieux: tuple[Section, Section, Section], directrice: Agent, client_de: Callable[..., ClientStrict]
) -> None:
    bebes, moyens, _ = lieux
    passage = passage_de(bebes.structure, jour=timezone.localdate())
    ne, dates = ajouter_mois(passage, -17), {"debut": ajouter_mois(passage, -12), "fin": None}
    petit = presente(bebes, ne=ne, **dates)
    cache = factories.creer_enfant(factories.creer_famille(protegee=True), date_naissance=ne, nom="Caché")
    masque = factories.creer_admission(bebes, enfant=cache, **dates)
    avant, apres = (ajouter_mois(passage, n).isoformat() for n in (-1, 4))
    client = client_de(directrice)
    adresse = reverse("dossiers:rentree", args=[bebes.structure_id])
    html = client.get(adresse).text
    assert "Identité masquée" in html
    assert "Caché" not in html
    vu = client.get(adresse).context["page"].empreinte
    saisie = {
        "vu": vu,
        f"sort_{petit.pk}": "reste",
        f"jour_{petit.pk}": "",
        f"motif_{petit.pk}": "",
        f"sort_{masque.pk}": "part",
        f"jour_{masque.pk}": "",
        f"motif_{masque.pk}": "",
        "signer": "1",
    }
    faux = client.post(adresse, saisie)
    assert set(faux.context["form"].errors) == {f"motif_{petit.pk}", f"jour_{masque.pk}"}
    tard = client.post(adresse, saisie | {f"motif_{petit.pk}": "fratrie", f"jour_{masque.pk}": apres})
    assert set(tard.context["form"].errors) == {f"jour_{masque.pk}"}
    juste = saisie | {f"motif_{petit.pk}": "fratrie", f"jour_{masque.pk}": avant}
    coordination = client_de("coordination")
    assert "À signer" in coordination.get(reverse("dossiers:rentrees")).text
    assert client.post(adresse, juste).status_code == 302
    assert "Une autre personne" in client.post(adresse, juste).text
    tableau = coordination.get(reverse("dossiers:rentrees")).text
    assert "Signés" in tableau
    # The coordination corrects, which reopens; it never signs in the director's place.
    vu = coordination.get(adresse).context["page"].empreinte
    monte = {"vu": vu, f"sort_{petit.pk}": f"monte-{moyens.pk}"}
    assert coordination.post(adresse, juste | monte).status_code == 302
    assert not SignatureRentree.objects.filter(rouverte_le=None).exists()
    autre = client_de("direction").get(adresse)
    assert autre.status_code == 404


@pytest.mark.parametrize("nombre", [1, 4])
def test_les_pages_coutent_le_meme_nombre_de_requetes(nombre: int, directrice: Agent) -> None:
    structure = directrice.habilitations.get().structure
    assert structure
    for _ in range(nombre):
        presente(factories.creer_section(structure))
        presente(factories.creer_section())
    qui = personne_de(directrice, factories.JOUR)
    assert qui.familles_liees == frozenset()
    passage = passage_de(structure, jour=factories.JOUR)
    with CaptureQueriesContext(connection) as une:
        page_rentree(qui, structure, passage=passage)
    with CaptureQueriesContext(connection) as toutes:
        rentrees(Structure.objects.all(), jour=factories.JOUR)
    assert (len(une), len(toutes)) == (7, 4)
