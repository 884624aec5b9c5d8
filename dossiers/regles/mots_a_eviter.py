"""Words a note must not keep: health, origin, religion, police and courts. The lists, then how to read them.

A word is looked for whole, whatever its accents, case and ending. `SANS_RISQUE` are the expressions where
it says nothing of the family: they are taken out first.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from structures.regles.texte import sans_accents

SUJETS: dict[str, str] = {
    "santé": """
        addict, addiction, aeeh, alcool, alcoolique, alcoolisme, allergie, allergique, anorexie, anxieux,
        asthmatique, asthme, autisme, autiste, autistique, avc, aveugle, bipolaire, burn out, camsp, cancer,
        cancereux, cardiaque, chimiotherapie, covid, dependance, depressif, depression, diabete, diabetique,
        diagnostic, diagnostique, drogue, dyslexie, dyslexique, dysphasie, dyspraxie, eczema, epilepsie,
        epileptique, fausse couche, fievre, handicap, handicape, hepatite, hospitalisation, hospitalise,
        hyperactif, hyperactivite, infirme, infirmite, ivg, leucemie, maladie, malade, malvoyant, mdph,
        medicament, medical, mucoviscidose, mutique, mutisme, neurologique, obese, obesite, opere, ordonnance,
        orthophonie, pathologie, pathologique, polyhandicap, polyhandicape, premature, prematurite, psy,
        psychiatre, psychiatrie, psychiatrique, psychique, psychologique, psychose, psychotique,
        retard mental, retard de developpement, sante, schizophrene, schizophrenie, seropositif, sida, sourd,
        suicidaire, suicide, surdite, syndrome, tdah, therapie, toxicomane, toxicomanie, traitement, trisomie,
        trisomique, trouble, tuberculose, tumeur, vaccin, vaccination, vaccine, vih""",
    "origine": """
        afghan, africain, albanais, algerien, angolais, apatride, arabe, armenien, asiatique, bosniaque,
        camerounais, chinois, clandestin, comorien, congolais, demandeur d asile, ethnie, ethnique, etranger,
        gens du voyage, georgien, gitan, guineen, immigration, immigre, ivoirien, kosovar, kurde, maghrebin,
        malien, manouche, marocain, migrant, mineur isole, nationalite, noir de peau, oqtf, origine,
        portugais, race, refugie, rom, roumain, sans papier, senegalais, syrien, tchetchene, titre de sejour,
        tsigane, tunisien, turc, turque, ukrainien, vietnamien""",
    "religion": """
        adventiste, athee, bapteme, baptise, bouddhiste, burqa, careme, casher, catholique, chretien,
        circoncis, circoncision, confession, confessionnel, coran, croyant, eglise, evangelique, foulard,
        halal, hallal, hijab, hindou, imam, islam, islamique, islamiste, israelite, juif, kippa, le voile,
        mosquee, musulman, orthodoxe, priere, protestant, rabbin, ramadan, religieux, religion, sans porc,
        secte, sikh, synagogue, temoin de jehovah, voilee""",
    "justice ou police": """
        aemo, agresse, agresseur, agression, battue, bracelet electronique, casier judiciaire, commissariat,
        condamnation, condamne, coups, crip, criminel, delinquant, delit, detention, detenu, ecroue,
        enquete sociale, expulse, garde a vue, gendarme, gendarmerie, incarceration, incarcere,
        information preoccupante, judiciaire, juge, main courante, maltraitance, maltraitant, maltraite,
        plainte, police, policier, prison, prisonnier, proces, radicalisation, radicalise, signalement,
        tribunal, victime, viol, viole, violence, violent""",
}
SANS_RISQUE = """
    maison de sante, centre de sante, cadre de sante, metier de la sante, professionnel de sante,
    professionnel de la sante, assurance maladie, medico social, secretaire medical, cabinet medical,
    traitement de la demande, traitement du dossier, traitement de texte, trouble de voisinage,
    mairie d origine, commune d origine, ville d origine, structure d origine, creche d origine, a l origine,
    dossier d origine, langue etrangere, a l etranger, affaires etrangeres,
    rue de l eglise, place de l eglise, rue de la mosquee, rue de la synagogue, priere de, priere d,
    juge aux affaires familiales, rue du tribunal, place du tribunal, porte battue, terre battue,
    coups de fil, coups de telephone, coups de main, travaille a la police, police municipale,
    agent de police, travaille a la gendarmerie, travaille au tribunal, travaille a la prison,
    travaille au commissariat, rue de la prison, proces verbal, violent la regle, race de chien, club addict
"""
# Endings of a feminine or a plural, by the ending of the word as it is listed.
_FINS = (
    ("eux", "eu(?:x|ses?)"),
    ("if", "i(?:f|fs|ve|ves)"),
    ("en", "en(?:s|ne|nes)?"),
    ("eur", "eu(?:r|rs|se|ses)"),
    ("ier", "i(?:er|ers|ere|eres)"),
    ("al", "a(?:l|ls|le|les|ux)"),
    ("el", "el(?:s|le|les)?"),
)
COURT = 4


def mots_a_eviter(texte: str) -> dict[str, list[str]]:
    """Les mots d’une note qui ne doivent pas être gardés, par sujet, tels qu’ils sont écrits.

    « Fils asthmatique, père malien » donne {"santé": ["asthmatique"], "origine": ["malien"]}. Empty when
    there is none.
    """
    texte = unicodedata.normalize("NFC", texte)
    plat, places = _aplatir(texte)
    plat = _motif(SANS_RISQUE, souple=True).sub(lambda m: "_" * len(m[0]), plat)
    trouves: dict[str, list[str]] = {}
    for sujet, liste in SUJETS.items():
        ecrits = [texte[places[m.start()] : places[m.end() - 1] + 1] for m in _motif(liste).finditer(plat)]
        if ecrits:
            trouves[sujet] = list({mot.lower(): mot for mot in reversed(ecrits)}.values())[::-1]
    return trouves


def _aplatir(texte: str) -> tuple[str, list[int]]:
    """The text in small letters without accents, any other sign a space; each letter knows its place."""
    lettres: list[str] = []
    places: list[int] = []
    for place, signe in enumerate(texte):
        for lettre in sans_accents(signe):
            lettres.append(lettre if lettre.isascii() and lettre.isalnum() else " ")
            places.append(place)
    return "".join(lettres), places


@cache
def _motif(liste: str, *, souple: bool = False) -> re.Pattern[str]:
    """Any expression of the list, the longest first; `souple` only adds plurals."""
    expressions = sorted({" ".join(e.split()) for e in liste.split(",")}, key=lambda e: (-len(e), e))
    return re.compile(rf"(?<![a-z0-9_])(?:{'|'.join(_ecritures(expressions, souple))})(?![a-z0-9_])")


def _ecritures(expressions: Iterable[str], souple: bool) -> Iterable[str]:
    for expression in expressions:
        mots = expression.split()
        if souple or len(mots) > 1:
            yield " +".join(f"{mot}s?" for mot in mots)
        else:
            yield _accords(mots[0])


def _accords(mot: str) -> str:
    """« malien » reads « malienne », « positif » reads « positives »; a short word only takes its plural."""
    for fin, accord in _FINS:
        if mot.endswith(fin):
            return mot.removesuffix(fin) + accord
    return f"{mot}s?" if len(mot) <= COURT else f"{mot}e?e?s?"
