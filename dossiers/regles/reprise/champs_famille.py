"""The headings of the dossier, the child, the parents and their household."""

from .champ import Champ

R1 = (
    r"(responsable 1|parent 1|1 parent|mere|responsable|parent|representant|representant 1|demandeur"
    r"|titulaire|tuteur)"
)
R2 = r"(responsable 2|parent 2|pere|conjoint|representant 2|2 parent|autre parent|co responsable)"
_ENF = r"( enfant| bebe| petit)?"


def personne(rang: str, qui: str) -> tuple[Champ, ...]:
    nom = "premier" if rang == "1" else "second"
    return (
        Champ(
            f"nom_{rang}",
            f"Nom du {nom} responsable",
            "responsables",
            (rf"nom {qui}", rf"{qui} nom", rf"nom (naissance|usage|famille) {qui}", rf"nom legal {qui}"),
        ),
        Champ(
            f"prenom_{rang}",
            f"Prénom du {nom} responsable",
            "responsables",
            (rf"prenoms? {qui}", rf"{qui} prenoms?", rf"prenoms? legal {qui}"),
        ),
        Champ(
            f"identite_{rang}",
            f"Nom et prénom du {nom} responsable",
            "responsables",
            (rf"nom prenoms? {qui}", rf"prenom nom {qui}", rf"identite {qui}", rf"{qui}( legal)?"),
        ),
        Champ(
            f"activite_{rang}",
            f"Activité du {nom} responsable",
            "foyer",
            (rf"(activite|profession|situation professionnelle|emploi|statut)( professionnelle)? {qui}",)
            + (
                (r"activite", r"situation professionnelle", r"activite professionnelle")
                if rang == "1"
                else ()
            ),
        ),
    )


DOSSIER = (
    Champ(
        "numero",
        "Numéro d’origine",
        "dossier",
        (
            r"numero dossier",
            r"dossier numero",
            r"(reference|ref|identifiant|id|code)( dossier| demande| inscription| preinscription)?",
            r"numero( demande| preinscription| inscription| enregistrement| ordre| origine| fiche)?",
            r"dossier",
        ),
    ),
    Champ(
        "depot",
        "Date de dépôt",
        "dossier",
        (
            r"date depot( dossier| demande)?",
            r"(depose|depot)( dossier)?",
            r"date demande( dossier)?",
            r"date (preinscription|inscription)( dossier| demande)?",
            r"(date reception|recu|date arrivee)( dossier| demande)?",
            r"(date enregistrement|enregistre)( dossier| demande)?",
            r"date creation( dossier| demande)?",
            r"date saisie( dossier| demande)?",
        ),
    ),
    Champ(
        "complet",
        "Date du dossier complet",
        "dossier",
        (r"date dossier complet", r"(date )?(dossier )?(complet|completude|complete)( dossier| depuis)?"),
    ),
    Champ(
        "mairie",
        "Mairie de dépôt",
        "dossier",
        (
            r"mairie( depot| proximite| quartier| annexe| accueil| enregistrement)*",
            r"(guichet|lieu depot|lieu inscription|point accueil|antenne|site depot)( depot)?",
        ),
    ),
)
ENFANT = (
    Champ(
        "nom",
        "Nom de l’enfant",
        "enfant",
        (
            r"nom enfant",
            r"enfant nom",
            r"nom|nom bebe",
            r"nom (famille|usage)" + _ENF,
            r"nom naissance" + _ENF,
        ),
    ),
    Champ(
        "prenom",
        "Prénom de l’enfant",
        "enfant",
        (r"prenoms? enfant", r"enfant prenoms?", r"prenoms?" + _ENF, r"prenom usuel" + _ENF),
    ),
    Champ(
        "identite",
        "Nom et prénom de l’enfant",
        "enfant",
        (
            r"nom prenoms?" + _ENF,
            r"enfant nom prenoms?",
            r"prenom nom" + _ENF,
            r"enfant",
            r"identite( enfant)?",
        ),
    ),
    Champ(
        "naissance",
        "Date de naissance",
        "enfant",
        (
            r"date naissance" + _ENF,
            r"(ddn|dn|date nais|date naiss|naissance|ne|nee|jour naissance|enfant ne|date n)" + _ENF,
            r"naissance enfant|enfant date naissance|enfant naissance",
        ),
    ),
    Champ(
        "terme",
        "Date prévue d’accouchement",
        "enfant",
        (
            r"date (presumee|prevue|previsionnelle|theorique|probable)( accouchement| naissance| terme)?"
            + _ENF,
            r"(dpa|terme|accouchement|date accouchement|date terme|(terme|naissance|accouchement) prevue)"
            + _ENF,
        ),
    ),
    Champ("sexe", "Sexe", "enfant", (r"(sexe|genre)" + _ENF, r"civilite enfant", r"fille garcon")),
    Champ(
        "multiple",
        "Naissance multiple",
        "enfant",
        (
            r"naissances? multiples?",
            r"(jumeaux|jumeau|jumelles|gemellaire|grossesse multiple|jumeaux triples|fratrie jumeaux)",
        ),
    ),
)
COORDONNEES = (
    Champ(
        "lien",
        "Lien avec l’enfant",
        "responsables",
        (r"lien( parente| enfant)?", r"lien " + R1, r"qualite( responsable)?"),
    ),
    Champ(
        "telephone",
        "Téléphone",
        "responsables",
        (
            r"telephone( " + R1 + r")?|" + R1 + r" telephone( mobile| portable)?",
            r"(telephone )?(mobile|portable|fixe|domicile|travail|principal|1|2|contact)( " + R1 + r")?",
            r"numero telephone( mobile| portable| fixe)?",
            r"gsm",
        ),
        repetable=True,
    ),
    Champ(
        "telephone_2",
        "Téléphone du second responsable",
        "responsables",
        (
            r"telephone( mobile| portable| fixe)? " + R2,
            R2 + r" telephone( mobile| portable)?",
            r"(mobile|portable) " + R2,
        ),
        repetable=True,
    ),
    Champ(
        "courriel_2",
        "Courriel du second responsable",
        "responsables",
        (r"(courriel|mail|mel|adresse mail) " + R2, R2 + r" (courriel|mail)"),
    ),
    Champ(
        "courriel",
        "Courriel",
        "responsables",
        (
            r"(courriel|mail|email|mel|adresse (mail|email|courriel|electronique))( "
            + R1
            + r"| contact| famille)?",
        ),
    ),
    Champ(
        "adresse",
        "Adresse",
        "responsables",
        (r"adresse( postale| domicile| famille| 1| " + R1 + r")?", r"(rue|voie|domicile)"),
    ),
    Champ(
        "complement",
        "Complément d’adresse",
        "responsables",
        (r"complement( adresse)?", r"adresse (2|complement)"),
    ),
    Champ("code_postal", "Code postal", "responsables", (r"code postal( " + R1 + r")?", r"cp|code post")),
    Champ(
        "commune",
        "Commune",
        "responsables",
        (r"(commune|ville|localite)( residence| domicile| " + R1 + r")?",),
    ),
    Champ(
        "protegee",
        "Adresse protégée",
        "responsables",
        (
            r"(adresse|famille|dossier|coordonnees|domicile) (protegee?|confidentielle?|secrete?)",
            r"(protection|protege|confidentiel)",
        ),
    ),
)
FOYER = (
    Champ(
        "allocataire",
        "Numéro d’allocataire",
        "foyer",
        (r"numero (allocataire|caf|msa)( caf| msa)?( caf)?", r"(allocataire|matricule)( caf)?|caf"),
    ),
    Champ(
        "situation",
        "Situation familiale",
        "foyer",
        (r"situation (familiale|famille|parents)", r"(situation|etat civil|composition foyer)"),
    ),
    Champ(
        "enfants_a_charge",
        "Enfants à charge",
        "foyer",
        (r"(nombre )?enfants? charge", r"nombre enfants?( foyer)?"),
    ),
    Champ(
        "ressources",
        "Ressources mensuelles",
        "foyer",
        (r"(ressources|revenus?)( mensuelle?s?| mensuels?| foyer| famille| nets?)*",),
    ),
    Champ("quotient", "Quotient familial", "foyer", (r"(quotient( familial)?|qf)( caf)?",)),
    Champ(
        "fratrie",
        "Frère ou sœur en crèche",
        "foyer",
        (
            r"(frere soeur|fratrie|soeur frere|frere|aine)"
            r"( creche| accueillie?| structure| deja| inscrit| present)*",
        ),
    ),
    Champ(
        "handicap_enfant",
        "Handicap de l’enfant",
        "foyer",
        (r"handicap enfant|enfant handicap|aeeh|enfant porteur handicap", r"handicap"),
    ),
    Champ(
        "handicap_foyer", "Handicap au foyer", "foyer", (r"handicap (foyer|famille|parent|parents|fratrie)",)
    ),
    Champ("parent_mineur", "Parent mineur", "foyer", (r"parents? mineurs?|mere mineure",)),
    Champ(
        "suivi",
        "Suivi médico-social",
        "foyer",
        (r"suivi (medico social|social|pmi)|accompagnement social|medico social",),
    ),
)
