"""The movements of a rentrée: said child by child by the director, then signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dossiers.models import ActionJournal, Admission, MouvementRentree, SignatureRentree, SortRentree
from dossiers.queries.rentree import dits_de, empreinte, presents_la_veille
from dossiers.regles.recevabilite import jour_fr
from dossiers.services.journal import journaliser
from dossiers.services.places import refus_de_place
from guichet.erreurs import ErreurMetier
from structures.models import Agent, Structure

CHAMPS = ("sort", "dernier_jour", "section_id", "motif")


@dataclass(frozen=True)
class Dit:
    """What is said of one child; `dernier_jour` when it leaves, `section_id` when it moves up."""

    sort: str
    dernier_jour: date | None = None
    section_id: int | None = None
    motif: str = ""


def dire_mouvements(
    structure: Structure,
    passage: date,
    dits: Mapping[int, Dit],
    *,
    vu: str,
    par: Agent,
    maintenant: datetime,
) -> int:
    """Write what changed, by admission id; a signature that held is reopened. Returns the changes.

    `vu` is the imprint of the page. Raises ErreurMetier `modifie_entre_temps`, `enfant_inconnu`,
    `date_de_place` (field `jour_<id>`), `contrat_fini`, `agrement_plein` (field `sort_<id>`).
    """
    with transaction.atomic():
        _verrouiller(structure)
        connus = {a.pk: a for a in presents_la_veille([structure.pk], passage).select_related("dossier")}
        avant = dits_de(list(connus.values()), passage)
        if vu != empreinte(avant.values()):
            raise ErreurMetier(
                "modifie_entre_temps",
                "Une autre personne vient de changer ces mouvements\u202f: relisez, puis enregistrez.",
            )
        changes = 0
        for pk, dit in dits.items():
            if pk not in connus:
                raise ErreurMetier("enfant_inconnu", "Un de ces enfants n’est plus dans la structure.")
            _verifier(connus[pk], dit, passage)
            with refus_de_place(champ=f"sort_{pk}"):
                changes += _dire(connus[pk], dit, avant.get(pk), passage, par, maintenant)
        if changes:
            tenue = SignatureRentree.objects.filter(
                structure=structure, passage_le=passage, rouverte_le__isnull=True
            )
            if tenue.update(rouverte_le=maintenant):
                _noter(structure, passage, "rentree_rouverte", par, maintenant)
    return changes


def signer_rentree(
    structure: Structure, passage: date, *, par: Agent, maintenant: datetime
) -> SignatureRentree:
    """The director signs: every present child was spoken of, unknown included.

    Raises ErreurMetier `reste_a_dire`, `deja_signee`.
    """
    with transaction.atomic():
        _verrouiller(structure)
        presents = list(presents_la_veille([structure.pk], passage))
        reste = len(presents) - len(dits_de(presents, passage))
        if reste:
            raise ErreurMetier("reste_a_dire", f"Dites d’abord ce que deviennent tous les enfants ({reste}).")
        tenues = SignatureRentree.objects.filter(structure=structure, passage_le=passage)
        if tenues.filter(rouverte_le__isnull=True).exists():
            raise ErreurMetier("deja_signee", "Ces mouvements sont déjà signés.")
        signature = tenues.create(
            structure=structure, passage_le=passage, signee_le=maintenant, signee_par=par
        )
        _noter(structure, passage, "rentree_signee", par, maintenant)
    return signature


def _verrouiller(structure: Structure) -> None:
    Structure.objects.select_for_update(of=("self",)).get(pk=structure.pk)


def _verifier(admission: Admission, dit: Dit, passage: date) -> None:
    if dit.sort == SortRentree.PART:
        limite = min(passage, admission.fin) if admission.fin else passage
        if dit.dernier_jour is None or not admission.debut <= dit.dernier_jour <= limite:
            message = f"Le dernier jour va du {jour_fr(admission.debut)} au {jour_fr(limite)}."
            raise ErreurMetier("date_de_place", message, champ=f"jour_{admission.pk}")
    elif dit.sort != SortRentree.INCONNU and admission.fin and admission.fin < passage:
        message = f"Son contrat s’arrête le {jour_fr(admission.fin)}\u202f: prolongez-le d’abord."
        raise ErreurMetier("contrat_fini", message, champ=f"sort_{admission.pk}")


def _dire(
    admission: Admission,
    dit: Dit,
    avant: MouvementRentree | None,
    passage: date,
    par: Agent,
    maintenant: datetime,
) -> bool:
    if avant and all(getattr(avant, champ) == getattr(dit, champ) for champ in CHAMPS):
        return False
    ligne = avant or MouvementRentree(admission=admission, passage_le=passage)
    for champ in CHAMPS:
        setattr(ligne, champ, getattr(dit, champ))
    ligne.dit_le, ligne.dit_par = maintenant, par
    ligne.save()
    journaliser(
        ActionJournal.MODIFICATION,
        par=par,
        maintenant=maintenant,
        dossier=admission.dossier,
        objet="mouvement_rentree",
        motif=dit.motif,
        details={"place": admission.pk, "le": passage.isoformat(), "sort": dit.sort},
    )
    return True


def _noter(structure: Structure, passage: date, objet: str, par: Agent, maintenant: datetime) -> None:
    details = {"structure": structure.nom, "le": passage.isoformat()}
    journaliser(ActionJournal.MODIFICATION, par=par, maintenant=maintenant, objet=objet, details=details)
