"""Every address to walk: a route that takes nothing or a dossier's number needs no line here.

To add a route that takes anything else, say in `CLES` what its address names, the protected family's own
object whenever there is one:

    "dossiers:situation": lambda o: [{"pk": o["situation"].pk}],

and in `ENVOIS` what a POST must send to show more than an empty form.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.protection.monde import MARQUES, REPERES, Monde

Objets = dict[str, Any]
Cles = Callable[[Objets], list[dict[str, Any]]]


def nomme(*noms: str) -> Cles:
    return lambda o: [{"pk": o[nom].pk} for nom in noms]


CLES: dict[str, Cles] = {
    "structures:compte_detail": lambda o: [{"pk": o["collegue"].pk}],
    "structures:compte_mot_de_passe": lambda o: [{"pk": o["collegue"].pk}],
    "structures:compte_ouverture": lambda o: [{"pk": o["collegue"].pk}],
    "structures:compte_droit_accorder": lambda o: [{"pk": o["collegue"].pk}],
    "structures:compte_droit_finir": lambda o: [
        {"pk": o["collegue"].pk, "droit": o["collegue"].habilitations.get().pk}
    ],
    "structures:structure_detail": nomme("structure", "structure_autre"),
    "structures:section_nouvelle": nomme("structure"),
    "structures:section_detail": nomme("section_structure", "section_structure_autre"),
    "structures:section_modifier": nomme("section_structure"),
    "structures:employeur_nouveau": nomme("section_structure"),
    "dossiers:employeurs": nomme("structure"),
    "dossiers:employeur_designer": nomme("mur"),
    "dossiers:employeur_liberer": nomme("mur"),
    "dossiers:designe_admettre": nomme("designe"),
    "structures:assistantes": nomme("service"),
    "structures:assistante_nouvelle": nomme("service"),
    "structures:assistante": nomme("assistante"),
    "structures:agrement_nouveau": nomme("assistante"),
    "structures:agrement": nomme("agrement"),
    "dossiers:affectations": nomme("service"),
    "dossiers:affectation": nomme("place_service"),
    "dossiers:echec_vu": nomme("echec"),
    "commissions:affectation_echec": nomme("place_service"),
    "structures:capacite_nouvelle": nomme("section_structure"),
    "structures:capacite_modifier": lambda o: [{"pk": o["section_structure"].capacites.get().pk}],
    "structures:capacite_retirer": lambda o: [{"pk": o["section_structure"].capacites.get().pk}],
    "structures:creneau_nouveau": nomme("section_structure"),
    "structures:creneau_modifier": nomme("creneau"),
    "structures:creneau_retirer": nomme("creneau"),
    "structures:mairie_modifier": nomme("mairie"),
    "structures:quartier_modifier": nomme("quartier"),
    "structures:gestionnaire_detail": lambda o: [{"pk": o["structure"].gestionnaire_id}],
    "structures:convention_nouvelle": lambda o: [{"pk": o["structure"].gestionnaire_id}],
    "structures:convention_modifier": nomme("convention"),
    "structures:reglage_detail": lambda o: [{"cle": "delai_offre"}],
    "structures:tache_detail": nomme("tache"),
    "structures:tache_avancement": nomme("tache"),
    "dossiers:piece": lambda o: [{"numero": o["dossier"].numero, "code": "domicile"}],
    "dossiers:piece_redemandee": lambda o: [{"numero": o["dossier"].numero, "code": "domicile"}],
    "dossiers:piece_refusee": lambda o: [{"numero": o["dossier"].numero, "code": "domicile"}],
    "dossiers:etat": lambda o: [{"numero": o["dossier"].numero, "geste": g} for g in ("suspendre", "clore")],
    "dossiers:rapprochement": nomme("paire"),
    "dossiers:rapprochement_fusionner": nomme("paire"),
    "dossiers:rapprochement_distinguer": nomme("paire"),
    "dossiers:rapprochement_demander": nomme("paire"),
    "dossiers:fusion": nomme("fusion"),
    "dossiers:liste_points": nomme("dossier"),
    "dossiers:liste_export": nomme("export"),
    "commissions:deport": nomme("seance"),
    "dossiers:liste_vue_retirer": nomme("vue"),
    "dossiers:liste_colonnes_retirer": nomme("jeu_colonnes"),
    "dossiers:brouillon_supprimer": nomme("brouillon"),
    "dossiers:situation": nomme("situation"),
    "dossiers:situation_geste": lambda o: [
        {"pk": o["situation"].pk, "geste": geste} for geste in ("repondre", "changement", "tache", "cercle")
    ],
    "dossiers:tache_faite": lambda o: [{"pk": o["situation"].pk, "tache": o["tache_situation"].pk}],
    "dossiers:cercle_sortir": lambda o: [
        {"pk": o["situation"].pk, "membre": o["situation"].cercle.first().pk}
    ],
    "dossiers:lien_lever": lambda o: [{"pk": o["famille"].liens.first().pk}],
    "dossiers:points_retirer": lambda o: [{"numero": o["dossier"].numero, "code": "residence"}],
    "dossiers:conservation_lever": nomme("maintien"),
    "dossiers:acces_famille_fichier": lambda o: [{"pk": o["acces"].pk, "format": "pdf"}],
    "dossiers:note_effacer": lambda o: [{"numero": o["dossier"].numero, "pk": o["note"].pk}],
    "dossiers:courrier_pdf": lambda o: [{"numero": o["dossier"].numero, "pk": o["courrier"].pk}],
    "dossiers:courrier_renvoyer": lambda o: [{"numero": o["dossier"].numero, "pk": o["courrier"].pk}],
    "dossiers:urgence": nomme("urgence"),
    "dossiers:depart": nomme("place"),
    "dossiers:places_perdues": nomme("structure"),
    "dossiers:jours": nomme("place"),
    "dossiers:depart_annuler": nomme("place"),
    "dossiers:places_structure": nomme("structure"),
    "dossiers:rentree": nomme("structure"),
    "dossiers:renseignement_dossier": nomme("renseignement"),
    "dossiers:protection_retirer": lambda o: [{"numero": o["dossier"].numero, "pk": o["nommee"].pk}],
    "dossiers:ouverture_vue": nomme("ouverture"),
    "dossiers:reprise_detail": nomme("reprise"),
    "dossiers:reprise_colonnes": nomme("reprise"),
    "dossiers:reprise_appliquer": nomme("reprise"),
    "dossiers:reprise_abandonner": nomme("reprise"),
    "dossiers:reprise_rapport": lambda o: [
        {"pk": o["reprise"].pk, "forme": forme} for forme in ("csv", "xlsx")
    ],
    "commissions:seance_detail": nomme("seance", "seance_prevue"),
    "commissions:seance_modifier": nomme("seance_prevue"),
    "commissions:seance_membres": nomme("seance_prevue"),
    "commissions:seance_calendrier": nomme("seance"),
    "commissions:membre_retirer": nomme("presence"),
    "commissions:seance_sections": nomme("seance_prevue"),
    "commissions:places_recompter": nomme("seance_prevue"),
    "commissions:places_modifier": nomme("places"),
    "commissions:seance_geler": nomme("seance_prevue"),
    "commissions:seance_ecartes": nomme("seance", "seance_prevue"),
    "commissions:agenda": nomme("seance"),
    "commissions:proposition": nomme("seance"),
    "commissions:proposition_demander": nomme("seance"),
    "commissions:proposition_vides": nomme("seance"),
    "commissions:proposition_habitude": nomme("seance"),
    "commissions:proposition_essai": nomme("seance"),
    "commissions:simulation_demander": nomme("seance", "seance_prevue"),
    "commissions:simulation": nomme("simulation"),
    "commissions:pourquoi": lambda o: [{"pk": o["dossier"].passages.get(seance=o["seance"]).pk}],
    "commissions:ordre_du_jour_imprimer": nomme("seance"),
    **{
        f"commissions:seance_{suite}": nomme("seance_ouverte")
        for suite in (
            *("emargement", "ouvrir", "cloturer", "conduite", "montrer", "decider", "bloc", "annuler"),
            *("recalculer", "suivi"),
        )
    },
    "commissions:emargement_pdf": nomme("seance"),
    "commissions:a_discuter": nomme("seance_ouverte"),
    **{
        f"commissions:{nom}": nomme("seance_tenue")
        for nom in (
            "proces_verbal",
            "proces_verbal_valider",
            "proces_verbal_pdf",
            "extrait",
            "decisions_xlsx",
        )
    },
    "commissions:ordre_du_jour": nomme("ordre_sans_noms", "ordre_nominative"),
    "commissions:urgence_admettre": nomme("urgence_accordee"),
    "commissions:offre": nomme("offre"),
    "commissions:offre_geste": lambda o: [{"pk": o["offre"].pk, "geste": "accepter"}],
    **{
        f"commissions:{nom}": nomme("seance_tenue", "seance_appel")
        for nom in ("reponses", "lettres_preparer", "appels", "bilan", "bilan_pdf")
    },
    "commissions:admis": lambda o: [{"pk": o["seance_tenue"].pk, "format": f} for f in ("json", "csv")],
    "commissions:lettres_remettre": nomme("lot"),
    "commissions:lettres_impression": nomme("lot"),
    "commissions:lettre": nomme("lettre"),
    "commissions:lettre_pdf": nomme("lettre"),
    **{
        f"commissions:confirmation_{geste}": nomme("confirmation")
        for geste in ("confirmer", "refuser", "redemander")
    },
    "commissions:appel_noter": nomme("attente"),
    "commissions:appel_proposer": nomme("attente"),
    "commissions:appel_reproposer": nomme("offre"),
    "commissions:modele": lambda o: [{"nature": n} for n in ("offre", "refus", "discrete")],
}
_GRILLE = ("detail", "fichier", "essai", "copier", "cadre", "json", "publier", "deprogrammer", "supprimer")
for _route in _GRILLE:
    CLES[f"dossiers:grille_{_route}"] = nomme("grille")
CLES["dossiers:critere_nouveau"] = nomme("grille")
for _route in ("modifier", "deplacer", "retirer"):
    CLES[f"dossiers:critere_{_route}"] = lambda o: [{"pk": o["grille"].pk, "code": "residence"}]


def _facettes(o: Objets) -> list[str]:
    """Every filter, sort and scope that may tell a masked fact, by answering or by what is left out."""
    return [
        *(f"mairie={o[m].code}" for m in ("mairie", "mairie_autre", "mairie_tierce")),
        *(f"quartier={o[q].code}" for q in ("quartier", "quartier_tiers")),
        *(f"structure={o[s].code}" for s in ("structure", "structure_autre", "structure_tierce")),
        f"structure={o['structure'].code}&choix=1",
        f"section={o['section_structure'].pk}&le=2027-09-01",
        *("choix=1", "vue=mes", "etat=actif", "critere=residence", "a_verifier=oui"),
        *("entree_de=2027-09", "demi=lun_matin", "besoin=regulier", "contact=jamais"),
        *(f"tri={t}" for t in ("complet", "depot", "age", "nom", "-nom", "entree")),
    ]


NOMINATIVES = ("agenda", "proposition", "proposition_vides", "proposition_habitude", "pourquoi")


def questions(route: str, o: Objets) -> list[str]:
    """The query strings a route is asked with, besides none."""
    if route in ("dossiers:recherche", "dossiers:reponse"):
        mots = [formes[0] for formes in MARQUES.values()] + list(REPERES.values())
        mots += ["Ofirine Zyntarele", "7766", o["dossier"].numero, o["dossier"].numero[-3:]]
        return [f"{'q' if route.endswith('recherche') else 'numero'}={mot}" for mot in mots]
    return {
        "dossiers:liste": _facettes(o),
        "dossiers:index": [f"vue={v}" for v in ("incomplets", "renouveler", "recents", "suspendus", "clos")],
        "dossiers:liste_passee": [
            "au=2026-11-20",
            f"au=2026-11-20&structure={o['structure'].code}",
            f"au=2026-11-20&structure={o['structure_tierce'].code}",
        ],
        "dossiers:rapprochements": ["origine=saisie", "origine=demandes"],
        "dossiers:journal": [f"numero={o['dossier'].numero}"],
        "dossiers:nouveau": [
            f"fratrie={o['dossier'].numero}",
            f"jumeau={o['dossier'].numero}",
            f"brouillon={o['brouillon'].pk}",
        ],
        **{f"commissions:{nom}": ["version=nominative"] for nom in NOMINATIVES},
        "commissions:proposition": [
            *("version=nominative", f"section={o['section_structure'].pk}"),
            f"version=nominative&section={o['section_structure'].pk}",
            f"ordre={o['dossier'].passages.get(seance=o['seance']).numero_ordre}",
        ],
        "commissions:proposition_essai": [
            f"essayer=1&section={place.pk}&ecart={n}" for place in o["seance"].places.all() for n in (2, -2)
        ],
        "commissions:seance_conduite": [f"section={o['section_structure'].pk}&ligne={o['ligne'].pk}"],
        "commissions:delais": ["vue=depasses", "vue=risque"],
        "dossiers:places": ["le=2027-09-01"],
        "dossiers:places_structure": ["au=2027-09-01"],
        "dossiers:places_perdues": ["au=2027-09-01"],
    }.get(route, [])


def envois(route: str, o: Objets) -> list[tuple[str, dict[str, Any]]]:
    """(query string, data) of each POST: an empty one always, and what shows more."""
    saisie = {"e1-nom": "Zyntharelle", "e1-prenom": "Ophirine", "naissance": "2026-03-17", "nombre": "1"}
    saisie |= {"statut": "ne", "r1-nom": "Quorvamond", "r1-telephone": "06 39 98 77 66", "geste": "attente"}
    fichiers = [{"format": f, "forme": t} for f in ("csv", "xlsx") for t in ("enfant", "choix")]
    # The same names as in base, only as the look-alike box would hear them.
    autrement = saisie | {"e1-nom": "Zyntarele", "e1-prenom": "Ofirine", "r1-nom": "Quorvamon"}
    plus: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "dossiers:liste_exporter": [
            *(("", fichier) for fichier in fichiers),
            *((f, fichiers[0]) for f in _facettes(o)[:10]),
        ],
        "dossiers:liste_imprimer": [(f, {}) for f in _facettes(o)[:8]],
        "dossiers:liste_passee_exporter": [("au=2026-11-20", fichier) for fichier in fichiers],
        "dossiers:recepisse_imprimer": [("", {"sortie": s}) for s in ("code", "copie", "page")],
        "dossiers:saisie_suivi": [("", saisie), ("", autrement)],
        "dossiers:nouveau": [("", saisie | {"geste": "enregistrer"}), ("", autrement)],
        "dossiers:reponse": [("", {"numero": o["dossier"].numero})],
        "dossiers:acces": [("", {"motif": "inconnu"})],
        "dossiers:acces_famille": [("", {"numero": o["dossier"].numero, "rang": "1"})],
        "dossiers:courriers_imprimer": [("", {"courrier": [o["courrier"].pk]})],
        "dossiers:courrier_renvoyer": [("", {"canal": "courriel"})],
        "dossiers:employeur_designer": [("", {"numero": o["dossier"].numero})],
        "commissions:seance_decider": [
            ("", {"voeu": o["ligne"].pk, "version": "0", "geste": geste}) for geste in ("N", "A:0,1")
        ],
        "commissions:confirmations_bloc": [("", {"lignes": str(o["confirmation"].pk)})],
        "commissions:a_discuter": [("", {"voeu": o["ligne"].pk, "motif": "egalite"})],
        "commissions:extrait": [("", {"ordre": o["ligne_tenue"].passage.numero_ordre})],
        "commissions:seance_montrer": [("", {"section": o["section_structure"].pk, "voeu": o["ligne"].pk})],
        "dossiers:contact": [("", {"contact-canal": "appel", "contact-issue": "joint"})],
    }
    return [("", {}), *plus.get(route, [])]


def routes(
    motifs: list[URLPattern | URLResolver] | None = None, espace: str = ""
) -> Iterator[tuple[str, Any]]:
    """Every route of the project with its pattern."""
    for motif in get_resolver().url_patterns if motifs is None else motifs:
        if isinstance(motif, URLResolver):
            dessous = f"{espace}{motif.namespace}:" if motif.namespace else espace
            yield from routes(motif.url_patterns, dessous)
        else:
            yield f"{espace}{motif.name}", motif.pattern


def sans_plan() -> list[str]:
    """The routes whose address nobody said how to write."""
    return [r for r, motif in routes() if r not in CLES and set(_arguments(motif)) - {"numero"}]


def _arguments(motif: Any) -> list[str]:
    return [*motif.converters, *getattr(motif.regex, "groupindex", ())]


def adresses(monde: Monde) -> Iterator[tuple[str, str]]:
    """(route, address) of everything that can be asked."""
    o = monde.objets
    manquent = set(sans_plan())
    for route, motif in routes():
        if route in manquent:
            continue
        if route in CLES:
            cles = CLES[route](o)
        else:
            cles = [{"numero": o["dossier"].numero}] if _arguments(motif) else [{}]
        for cle in cles:
            yield route, reverse(route, kwargs=cle)
