"""The pages an agent opens all day, on a small and on a big city: same queries, nearly the same time."""

from django.test import Client
from django.urls import reverse

from dossiers.models import Enfant, LigneListe, Responsable
from structures.models import Agent, Mairie, Quartier, Structure
from tests.mesures.chrono import Figure, prendre


def lectures(agent: Agent) -> dict[str, str]:
    """Each page measured, by name; the values filtered on exist in whatever city is measured."""
    liste = reverse("dossiers:liste")
    structure, quartier, mairie = (
        modele.objects.order_by("pk")[0].code for modele in (Structure, Quartier, Mairie)
    )
    cles = LigneListe.objects.order_by("cle", "dossier").values_list("dossier", flat=True)
    milieu = cles[max(0, LigneListe.objects.count() * 2 // 5)]
    requetes = {
        "liste, toute la ville": "",
        "liste, page profonde": f"apres={milieu}",
        "liste, une structure": f"structure={structure}",
        "liste, un quartier": f"quartier={quartier}",
        "liste, une mairie": f"mairie={mairie}",
        "liste, un mois d’entrée": "entree_de=2027-03&entree_a=2027-03",
        "liste, une demi-journée": "demi=mer_matin",
        "liste, incomplets": "etat=incomplet",
        "liste, structure et demi-journée": f"structure={structure}&demi=lun_matin",
        "liste, triée par entrée": "tri=entree",
        "liste, triée par nom": "tri=nom",
    }
    pages = {nom: f"{liste}?{requete}" if requete else liste for nom, requete in requetes.items()}
    return pages | _recherches()


def _recherches() -> dict[str, str]:
    recherche = reverse("dossiers:recherche")
    enfant = Enfant.objects.exclude(prenom="").order_by("pk")[3]
    adulte = Responsable.objects.exclude(telephone_cle="").order_by("pk")[3]
    return {
        "recherche, nom mal écrit": f"{recherche}?q={enfant.nom[:-1]}z+{enfant.prenom}",
        "recherche, téléphone": f"{recherche}?q={adulte.telephone}",
        "recherche, début de numéro": f"{recherche}?q=2026-0000",
    }


def mesurer_pages(agent: Agent, *, essais: int = 9) -> list[Figure]:
    """Every page through Django's test client, signed in as `agent`: the server's own time."""
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")

    def lire(adresse: str) -> None:
        reponse = client.get(adresse)
        if reponse.status_code != 200:
            raise RuntimeError(f"{adresse} répond {reponse.status_code}")

    return [
        prendre(nom, lambda adresse=adresse: lire(adresse), essais=essais)
        for nom, adresse in lectures(agent).items()
    ]
