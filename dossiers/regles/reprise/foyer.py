"""Who the child is, who answers for it, what the household declares."""

import re
from functools import partial

from structures.regles.texte import cle, cle_mots, sans_accents

from .cellules import Cellules
from .lignes import Contexte, LigneResponsable
from .listes import ACTIVITES, LIENS
from .valeurs import est_vide, lire_courriel, lire_liste, lire_oui_non, lire_telephones, nettoyer


def lire_coche(c: Cellules, champ: str) -> bool:
    return c.lire(champ, lire_oui_non, False)


def lire_identite(c: Cellules, champ_nom: str, champ_prenom: str, champ_entier: str) -> tuple[str, str]:
    """Name and first name, from two cells or from one (« LE GALL Anouk », « Le Gall, Anouk »)."""
    nom, prenom = c.nom(champ_nom), c.nom(champ_prenom)
    if nom or prenom or not c.present(champ_entier):
        return nom, prenom
    entier = c.nom(champ_entier)
    if "," in entier:
        gauche, _, droite = entier.partition(",")
        return gauche.strip(), droite.strip()
    mots = entier.split()
    capitales = [m for m in mots if m.isupper() and len(m) > 1]
    if capitales and len(capitales) < len(mots):
        return " ".join(capitales), " ".join(m for m in mots if m not in capitales)
    if len(mots) > 1:
        c.signaler(
            champ_entier, f"nom « {mots[0]} » et prénom « {' '.join(mots[1:])} » séparés au premier blanc"
        )
    return (mots[0], " ".join(mots[1:])) if mots else ("", "")


def lire_responsables(c: Cellules) -> tuple[LigneResponsable, ...]:
    telephones: dict[str, list[str]] = {"1": [], "2": []}
    for rang, champ in (("1", "telephone"), ("2", "telephone_2")):
        for brut in c.bruts(champ):
            for numero in c.lire(champ, lire_telephones, list[str](), brut):
                if numero not in telephones[rang]:
                    telephones[rang].append(numero)
    lien = c.lire("lien", partial(lire_liste, liste=LIENS, quoi="un lien"), "parent")
    lus = []
    for rang in ("1", "2"):
        nom, prenom = lire_identite(c, f"nom_{rang}", f"prenom_{rang}", f"identite_{rang}")
        titre = cle_mots(
            c.rangee.titres.get(f"nom_{rang}", "") + " " + c.rangee.titres.get(f"identite_{rang}", "")
        )
        defaut = next((p for p in ("mere", "pere") if p in titre.split()), "parent")
        if not nom and not prenom:
            continue
        lus.append(
            LigneResponsable(
                nom=nom,
                prenom=prenom,
                lien=lien if rang == "1" and lien != "parent" else defaut,
                telephones=tuple(telephones[rang][:2]),
                courriel=c.lire("courriel" if rang == "1" else "courriel_2", lire_courriel, ""),
                activite=c.lire(
                    f"activite_{rang}", partial(lire_liste, liste=ACTIVITES, quoi="une activité"), ""
                ),
            )
        )
    if not lus:
        c.signaler("nom_1", "aucun responsable nommé")
    return tuple(lus)


def lire_commune(c: Cellules, contexte: Contexte) -> str:
    commune = c.texte("commune")
    if commune and _cle_commune(commune) == _cle_commune(contexte.commune):
        return contexte.commune
    if commune:
        c.signaler("commune", "autre commune")
    return commune


def _cle_commune(nom: str) -> str:
    mots = re.findall(r"[a-z]+", sans_accents(nom))
    return cle(" ".join({"st": "saint", "ste": "sainte"}.get(m, m) for m in mots if m != "cedex"))


def lire_mairie(c: Cellules, contexte: Contexte) -> str:
    nom = c.texte("mairie")
    trouvee = None if est_vide(nom) else contexte.mairies.chercher(nom)
    if trouvee:
        return trouvee.code
    choisie = contexte.mairies.noms.get(contexte.mairie_defaut, contexte.mairie_defaut)
    quoi = "mairie absente" if est_vide(nom) else "mairie inconnue"
    c.reparer("mairie", f"{quoi} : dossier rattaché à « {choisie} »")
    return contexte.mairie_defaut


def lire_allocataire(c: Cellules) -> str:
    lu = re.sub(r"[.,]0+$", "", c.texte("allocataire")).replace(" ", "")
    if lu and not re.search(r"\d", lu):
        if not est_vide(lu):
            c.reparer("allocataire", "ce n’est pas un numéro d’allocataire : il n’est pas gardé")
        return ""
    return lu


def lire_fratrie(c: Cellules, contexte: Contexte) -> str:
    """The structure of a sibling already received, « oui » when it is not named, else nothing."""
    brut = nettoyer(c.brut("fratrie"))
    if est_vide(brut):
        return ""
    if trouve := contexte.structures.chercher(brut):
        return trouve.code
    return "oui" if lire_coche(c, "fratrie") else ""


def est_a_naitre(prenom: str) -> bool:
    """Vrai pour un prénom d’attente : « À naître », « Bébé 1 », « X »."""
    return bool(
        re.fullmatch(r"(enfant )?a naitre( \d)?|bebe( \d)?|x|xx|nn|futur( bebe| enfant)?", cle_mots(prenom))
    )


def ecarter_notes(c: Cellules) -> None:
    """Les remarques libres sont laissées de côté et c’est dit, sans les répéter : le rapport se garde."""
    for note in c.bruts("note"):
        c.reparer(
            "note", f"remarque de {len(nettoyer(note))} signes laissée de côté : pas de texte libre", ""
        )
