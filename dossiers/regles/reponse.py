"""« Que répondre au téléphone » : where a dossier stands, why, and what would help, in three plain sentences.

The same words for the counter, the director and the élu: nothing here is masked to any of them. No name,
no points, no structure, no birth day, no other family; a protected dossier has a text that tells nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from dossiers.regles import cycle
from dossiers.regles.faits import FAITS
from dossiers.regles.pieces import PREUVES
from guichet.texte import INSECABLE, MOIS, date_longue, nombre

PREAVIS_RENOUVELLEMENT = timedelta(days=30)
FERME_PAR_LA_FAMILLE = ("retire_famille", "autre_mode", "report_projet", "demenagement")
# A paper as one asks for it aloud; the others keep the name of their list.
_PAPIERS = {
    "identite": "l’acte de naissance ou la déclaration de grossesse",
    "domicile": "un justificatif de domicile",
    "autorite_parentale": "le livret de famille, pour l’autorité parentale",
}
# The paper of a protected fact is not named aloud, even when a city makes it compulsory.
_PAPIERS_TUS = frozenset(fait.preuve for fait in FAITS.values() if fait.protege)
_ORDINAUX = ("premier", "deuxième", "troisième", "quatrième", "cinquième", "sixième", "septième", "huitième")


@dataclass(frozen=True)
class ChoixDit:
    """One choice: how many ranked children come before (None: not ranked), and whether a section takes it.

    `possible_le` is the first day after the wanted entry when one will; None when it does at entry.
    """

    rang: int
    devant: int | None = None
    possible_le: date | None = None
    trop_grand: bool = False

    @property
    def ouvert(self) -> bool:
        return self.possible_le is None and not self.trop_grand


@dataclass(frozen=True)
class FaitsReponse:
    """What is known of a dossier on `jour`.

    `manquantes` are codes of compulsory pieces; `seance` is the day of the next one the dossier is for.
    """

    etat: str
    jour: date
    protege: bool = False
    complet_le: date | None = None
    manquantes: tuple[str, ...] = ()
    choix: tuple[ChoixDit, ...] = ()
    regulier: bool = True
    a_naitre: bool = False
    transfert: bool = False
    a_verifier: bool = False
    tolerance_jours: int = 0
    a_renouveler_le: date | None = None
    clos_le: date | None = None
    motif_cloture: str = ""
    seance: date | None = None


@dataclass(frozen=True)
class Reponse:
    """Exactly three sentences, said to the family."""

    ou: str
    pourquoi: str
    aide: str

    @property
    def phrases(self) -> tuple[str, str, str]:
        return self.ou, self.pourquoi, self.aide


NEUTRE = Reponse(
    "Nous ne pouvons pas répondre par téléphone sur cette demande.",
    "Seule la mairie qui suit la demande peut en parler, et seulement à la famille.",
    "Passez à votre mairie avec votre récépissé, ou vérifiez le numéro qui y est écrit.",
)
_ATTENTE = "Rien à faire pour l’instant : prévenez votre mairie si votre adresse ou vos jours changent."


def reponse(faits: FaitsReponse) -> Reponse:
    """Ce qu’on dit à la famille qui appelle : où en est la demande, pourquoi, ce qui aiderait."""
    if faits.protege or faits.etat not in _DIRE:
        return NEUTRE
    dite = _DIRE[faits.etat](faits)
    return Reponse(*(_ponctuer(phrase) for phrase in dite.phrases))


def _incomplet(f: FaitsReponse) -> Reponse:
    ou = "Votre demande est enregistrée, mais elle n’est pas encore complète."
    if not f.manquantes:
        pourquoi = "Les papiers ont été montrés, et un agent doit encore relire la demande."
        return Reponse(ou, pourquoi, "Rappelez votre mairie dans quelques jours si elle ne vous a pas écrit.")
    papiers = list(dict.fromkeys(_papier(code) for code in f.manquantes))
    if len(papiers) == 1:
        pourquoi = f"Il manque encore {papiers[0]}."
    else:
        pourquoi = f"Il manque encore {', '.join(papiers[:-1])} et {papiers[-1]}."
    aide = "Montrez ce qui manque à votre mairie : votre ancienneté compte du jour où tout est là."
    return Reponse(ou, pourquoi, aide)


def _actif(f: FaitsReponse) -> Reponse:
    if not f.regulier:
        return Reponse(
            "Votre demande d’accueil occasionnel est enregistrée.",
            "L’accueil occasionnel ne passe pas en commission : chaque crèche répond selon ses places.",
            _renouveler(f) or "Appelez directement les crèches que vous avez choisies.",
        )
    quoi = "demande de changement de crèche" if f.transfert else "demande"
    ou = f"Votre {quoi} est complète et attend une place"
    ou += f" ; elle sera étudiée le {date_longue(f.seance)}." if f.seance else "."
    return Reponse(ou, _pourquoi_attend(f), _ce_qui_aiderait(f))


def _pourquoi_attend(f: FaitsReponse) -> str:
    if not f.choix:
        return "Aucune crèche n’est choisie dans votre demande."
    ouverts = [c for c in f.choix if c.ouvert]
    if not ouverts:
        plus_tard = [c.possible_le for c in f.choix if c.possible_le]
        if not plus_tard:
            return "Les crèches choisies n’accueillent plus les enfants de cet âge à la date demandée."
        return f"Les crèches choisies n’accueillent pas d’enfant aussi jeune avant {_mois(min(plus_tard))}."
    classes = [c for c in ouverts if c.devant is not None]
    if not classes:
        return "Les demandes sont plus nombreuses que les places, et la vôtre n’est pas encore classée."
    premier = min(classes, key=lambda c: c.rang)
    phrase = f"Pour {_choix(premier)}, {_devant(premier)}"
    meilleur = min(classes, key=lambda c: (c.devant or 0, c.rang))
    if meilleur is not premier and _groupe(meilleur) < _groupe(premier):
        phrase += f" ; pour {_choix(meilleur)}, {_devant(meilleur)}"
    return f"{phrase}."


def _ce_qui_aiderait(f: FaitsReponse) -> str:
    if urgent := _renouveler(f):
        return urgent
    if not any(c.ouvert for c in f.choix):
        return "Voyez avec votre mairie une autre date d’entrée ou une autre crèche."
    if f.a_verifier:
        return "Apportez à votre mairie les justificatifs demandés : ce qui n’est pas prouvé ne compte pas."
    if f.a_naitre:
        return "Après la naissance, apportez l’acte de naissance à votre mairie."
    fermes = [c for c in f.choix if not c.ouvert]
    if fermes:
        encore = "pas encore" if fermes[0].possible_le else "plus"
        return f"Revoyez {_choix(fermes[0])} : cette crèche n’accueille {encore} les enfants de cet âge."
    if len(f.choix) == 1:
        return "Ajouter d’autres crèches à vos choix augmente vos chances."
    if f.tolerance_jours == 0:
        return "Accepter une date d’entrée un peu plus souple augmente vos chances."
    return _ATTENTE


def _propose(f: FaitsReponse) -> Reponse:
    return Reponse(
        "Une place vous est proposée.",
        "La proposition vous a été envoyée, avec la crèche, les jours et la date limite.",
        "Répondez avant cette date : sans réponse, la place va à une autre famille.",
    )


def _admis(f: FaitsReponse) -> Reponse:
    return Reponse(
        "Votre enfant a une place.",
        "Votre demande a été acceptée et elle a quitté la liste d’attente.",
        "Appelez la crèche pour fixer les premiers jours et signer le contrat.",
    )


def _suspendu(f: FaitsReponse) -> Reponse:
    return Reponse(
        "Votre demande est en pause.",
        "Elle n’est pas proposée pendant ce temps, mais elle garde son ancienneté.",
        "Dites à votre mairie quand vous voulez la reprendre.",
    )


def _clos(f: FaitsReponse) -> Reponse:
    ou = (
        f"Votre demande est fermée depuis le {date_longue(f.clos_le)}."
        if f.clos_le
        else "Votre demande est fermée."
    )
    pourquoi, aide = _FERMETURES.get(f.motif_cloture, _FERMETURE_MUETTE)
    return Reponse(ou, pourquoi, aide)


_ROUVRIR = "Appelez votre mairie : elle peut encore la rouvrir, ou en enregistrer une nouvelle."
_FERMETURE_MUETTE = (
    "Votre mairie vous dira pourquoi de vive voix.",
    "Vous n’avez aucune démarche à faire.",
)
_FERMETURES = {
    **dict.fromkeys(FERME_PAR_LA_FAMILLE, ("Vous nous avez dit ne plus en avoir besoin.", _ROUVRIR)),
    "sans_reponse": ("Nous avons essayé de vous joindre et nous n’avons pas eu de réponse.", _ROUVRIR),
    "perime": ("Elle n’a pas été confirmée à temps.", _ROUVRIR),
    "limite_age": (
        "Votre enfant a l’âge d’aller à l’école.",
        "Renseignez-vous auprès de votre mairie pour l’inscription à l’école.",
    ),
    "depart": (
        "Elle demandait des jours en plus dans une crèche que votre enfant a quittée.",
        "Votre mairie peut enregistrer une nouvelle demande.",
    ),
    "refus_offres": ("Vous avez décliné plusieurs places qui étaient ce que vous demandiez.", _ROUVRIR),
    "doublon": (
        "Une autre demande est enregistrée pour le même enfant, et c’est elle qui compte.",
        "Demandez à votre mairie le numéro de cette autre demande.",
    ),
}


def _renouveler(f: FaitsReponse) -> str:
    """What never waits: a request that is not confirmed leaves the list."""
    if f.a_renouveler_le is None or f.a_renouveler_le > f.jour + PREAVIS_RENOUVELLEMENT:
        return ""
    if f.a_renouveler_le < f.jour:
        return "Confirmez vite votre demande auprès de votre mairie : la date est passée."
    jour = date_longue(f.a_renouveler_le)
    return f"Confirmez votre demande à votre mairie avant le {jour}, sinon elle sera fermée."


def _papier(code: str) -> str:
    if code in _PAPIERS_TUS or code not in PREUVES:
        return "un autre papier"
    return _PAPIERS.get(code, f"le papier « {PREUVES[code].libelle} »")


def _choix(choix: ChoixDit) -> str:
    if choix.rang <= len(_ORDINAUX):
        return f"votre {_ORDINAUX[choix.rang - 1]} choix"
    return f"votre choix n°{INSECABLE}{choix.rang}"


def _groupe(choix: ChoixDit) -> int:
    """The group of those ahead: none, under ten, then tens. An exact rank would sound like a promise."""
    devant = choix.devant or 0
    return 0 if devant == 0 else 5 if devant < 10 else devant // 10 * 10


def _devant(choix: ChoixDit) -> str:
    groupe = _groupe(choix)
    if groupe == 0:
        return "aucun enfant n’est avant le vôtre, mais une place doit se libérer"
    if groupe == 5:
        return "moins de 10 enfants sont avant le vôtre, tous âges confondus"
    return f"environ {nombre(groupe)} enfants sont avant le vôtre, tous âges confondus"


def _mois(jour: date) -> str:
    """The month alone: the day would give the birth day away."""
    return f"{MOIS[jour.month - 1]} {jour.year}"


def _ponctuer(phrase: str) -> str:
    phrase = phrase.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    return phrase.replace(" :", "\u00a0:").replace(" ;", "\u202f;").replace(" ?", "\u202f?")


_DIRE = {
    cycle.INCOMPLET: _incomplet,
    cycle.ACTIF: _actif,
    cycle.PROPOSE: _propose,
    cycle.ADMIS: _admis,
    cycle.SUSPENDU: _suspendu,
    cycle.CLOS: _clos,
}
