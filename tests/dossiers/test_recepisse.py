"""The receipt: its code, its two faces, its tags, and what it must never say."""

import io
import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.urls import reverse

from dossiers.models import Dossier, GroupeNaissance, Journal, PieceJustificative
from dossiers.queries.recepisse import dossiers_du_recepisse, recepisse
from dossiers.services.recepisse import (
    ALPHABET,
    LONGUEUR,
    code_valable,
    empreinte_code,
    nouveau_code,
    remettre_code,
)
from tests import factories
from tests.conftest import ClientStrict
from tests.dossiers.scene import ADRESSE, NOM, un_dossier_complet, une_grille

pytestmark = pytest.mark.django_db
Ouvrir = Callable[..., ClientStrict]
CODE = re.compile(rf"\b[{ALPHABET}]{{4}} [{ALPHABET}]{{4}} [{ALPHABET}]{{4}}\b")


def imprimer(client: ClientStrict, dossier: Dossier, sortie: str) -> Any:
    return client.post(reverse("dossiers:recepisse_imprimer", args=[dossier.numero]), {"sortie": sortie})


def texte_du_pdf(pdf: bytes, dossier: Path) -> str:
    fichier = dossier / "recepisse.pdf"
    fichier.write_bytes(pdf)
    lu = subprocess.run(["pdftotext", "-layout", fichier, "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s+", " ", lu.stdout)


class TestCode:
    def test_au_moins_cinquante_bits_sans_signe_ambigu(self) -> None:
        assert len(set(ALPHABET)) ** LONGUEUR >= 2**50
        assert not set(ALPHABET) & set("0O1IL5S2")
        assert len({nouveau_code() for _ in range(200)}) == 200

    def test_la_base_ne_garde_qu_une_empreinte_a_cle(self, settings: Any) -> None:
        dossier = factories.creer_dossier()
        code = remettre_code([dossier], par=factories.creer_agent(), maintenant=factories.INSTANT)
        dossier.refresh_from_db()
        assert len(dossier.code_hmac) == 64
        assert code_valable(dossier, code.lower().replace(" ", "-"))
        settings.CLE_CODES = "une autre clé"
        assert not code_valable(dossier, code)

    def test_un_code_n_ouvre_que_son_dossier(self) -> None:
        assert empreinte_code("2026-000001", "AAAA") != empreinte_code("2026-000002", "AAAA")
        assert not code_valable(factories.creer_dossier(), "")

    def test_reimprimer_fait_un_nouveau_code_et_le_dit(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet()
        client = client_de("agent", mairie=dossier.mairie)
        premier, second = (CODE.search(imprimer(client, dossier, "page").content.decode()) for _ in range(2))
        assert premier
        assert second
        dossier.refresh_from_db()
        assert not code_valable(dossier, premier[0])
        assert code_valable(dossier, second[0])
        avant = client.get(reverse("dossiers:recepisse", args=[dossier.numero])).content.decode()
        assert "le précédent ne servira plus" in avant
        assert not CODE.search(avant)
        fiche = client.get(reverse("dossiers:fiche", args=[dossier.numero])).content.decode()
        assert "Récépissé réimprimé : le code secret précédent ne sert plus" in fiche

    def test_une_copie_garde_le_code_de_la_famille(self, client_de: Ouvrir, tmp_path: Path) -> None:
        dossier = un_dossier_complet()
        client = client_de("agent", mairie=dossier.mairie)
        imprimer(client, dossier, "page")
        dossier.refresh_from_db()
        copie = imprimer(client, dossier, "copie")
        garde = dossier.code_hmac
        dossier.refresh_from_db()
        assert dossier.code_hmac == garde
        assert not CODE.search(texte_du_pdf(copie.content, tmp_path))

    def test_le_code_n_est_ni_au_journal_ni_en_cache(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet()
        reponse = imprimer(client_de("agent"), dossier, "page")
        code = CODE.search(reponse.content.decode())
        assert code
        assert "no-store" in reponse["Cache-Control"]
        assert code[0] not in str(list(Journal.objects.values()))


class TestContenu:
    def test_tout_y_est(self, client_de: Ouvrir) -> None:
        dossier = un_dossier_complet(grille=une_grille(), etat="incomplet")
        client = client_de("agent", mairie=dossier.mairie)
        page = client.get(reverse("dossiers:recepisse", args=[dossier.numero])).content.decode()
        for dit in (
            dossier.numero,
            dossier.mairie.nom,
            "2\u00a0novembre\u00a02026",
            "toute la semaine",
            "1er\u00a0septembre\u00a02027",
            "Petits pas à l’entrée",
            "Autorité parentale",
            "jugement",
            "il manque : handicap de l’enfant",
            "L. 112-3",
            "L. 311-3-1",
            "R. 311-3-1-1",
            "silence",
            "www.cada.fr",
            "CNIL",
            "Relais petite enfance",
            "10\u00a0jours",
        ):
            assert dit in page, dit

    def test_le_silence_court_du_jour_complet(self) -> None:
        dossier = un_dossier_complet(complet_le=date(2026, 11, 30))
        assert recepisse([dossier], le=factories.JOUR).silence_le == date(2027, 1, 30)
        incomplet = un_dossier_complet(etat="incomplet")
        assert recepisse([incomplet], le=factories.JOUR).silence_le is None

    def test_jamais_d_adresse_ni_de_responsable_ecarte(self, client_de: Ouvrir, tmp_path: Path) -> None:
        dossier = un_dossier_complet(foyer={"protegee": True})
        factories.creer_responsable(dossier.famille, nom="Varkhenstal", ecarte=True)
        client = client_de("agent", mairie=dossier.mairie)
        page = imprimer(client, dossier, "page").content.decode()
        papier = texte_du_pdf(imprimer(client, dossier, "code").content, tmp_path)
        for texte in (page, papier):
            assert NOM in texte
            assert ADRESSE not in texte
            assert "Varkhenstal" not in texte


class TestJumeaux:
    def jumeaux(self, **second: Any) -> tuple[Dossier, Dossier]:
        groupe = GroupeNaissance.objects.create()
        lino = un_dossier_complet(enfant_dit={"groupe": groupe})
        sol = factories.creer_enfant(lino.famille, nom=NOM, prenom="Sol", groupe=groupe)
        choix = [v.structure for v in lino.voeux.all()]
        return lino, factories.creer_dossier(
            enfant=sol, voeux=choix, **{"mairie": lino.mairie, "numero_origine": "", **second}
        )

    def test_un_seul_papier_et_un_seul_code_pour_deux_numeros(self, client_de: Ouvrir) -> None:
        lino, sol = self.jumeaux()
        page = imprimer(client_de("agent", mairie=lino.mairie), sol, "page").content.decode()
        assert lino.numero in page
        assert sol.numero in page
        assert page.count("Vos choix, dans l’ordre") == 1
        code = CODE.search(page)
        assert code
        for dossier in (lino, sol):
            dossier.refresh_from_db()
            assert code_valable(dossier, code[0])
        assert lino.code_hmac != sol.code_hmac

    def test_des_demandes_differentes_se_disent_deux_fois(self, client_de: Ouvrir) -> None:
        lino, sol = self.jumeaux()
        sol.voeux.filter(rang=2).delete()
        page = imprimer(client_de("agent", mairie=lino.mairie), lino, "page").content.decode()
        assert page.count("Vos choix, dans l’ordre") == 2

    def test_la_piece_d_un_enfant_dit_lequel(self) -> None:
        lino, sol = self.jumeaux(etat="incomplet")
        vue = {"etat": "vue", "vue_le": date(2026, 11, 3)}
        PieceJustificative.objects.create(dossier=lino, code="identite", **vue)
        attendues = recepisse([lino, sol], le=factories.JOUR).manquantes
        assert [(a.piece.code, a.enfants) for a in attendues] == [
            ("autorite_parentale", ()),
            ("identite", ("Sol",)),
        ]

    def test_un_jumeau_d_une_autre_mairie_ou_ferme_a_son_papier(self) -> None:
        lino, _ = self.jumeaux(mairie=factories.creer_mairie())
        assert dossiers_du_recepisse(lino) == [lino]
        lino, _ = self.jumeaux(etat="clos")
        assert dossiers_du_recepisse(lino) == [lino]


class TestPdf:
    @pytest.fixture
    def pdf(self, client_de: Ouvrir) -> bytes:
        dossier = un_dossier_complet(grille=une_grille())
        reponse = imprimer(client_de("agent", mairie=dossier.mairie), dossier, "code")
        assert reponse["Content-Type"] == "application/pdf"
        return reponse.content

    def test_balise_en_francais_et_titre(self, pdf: bytes) -> None:
        with pikepdf.open(io.BytesIO(pdf)) as lu:
            assert lu.Root.MarkInfo.Marked
            assert str(lu.Root.Lang) == "fr"
            assert lu.Root.ViewerPreferences.DisplayDocTitle
            with lu.open_metadata() as meta:
                assert meta["pdfuaid:part"] == "1"
                assert meta["dc:title"].startswith("Récépissé de pré-inscription en crèche")
            roles = _roles(lu.Root.StructTreeRoot)
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/LI", "/Figure"} <= roles

    def test_la_semaine_se_lit_sans_l_image(self, pdf: bytes) -> None:
        with pikepdf.open(io.BytesIO(pdf)) as lu:
            figures = [n for n in _noeuds(lu.Root.StructTreeRoot) if n.get("/S") == "/Figure"]
            assert [str(f.Alt) for f in figures] == ["demandé\u00a0: toute la semaine"]

    def test_le_texte_et_le_code_s_y_lisent(self, pdf: bytes, tmp_path: Path) -> None:
        texte = texte_du_pdf(pdf, tmp_path)
        assert CODE.search(texte)
        assert "Points vérifiés, les seuls qui comptent" in texte
        assert "Page 1 /" in texte


def _noeuds(noeud: Any) -> Any:
    yield noeud
    enfants = noeud.get("/K")
    for enfant in enfants if isinstance(enfants, pikepdf.Array) else [enfants]:
        if isinstance(enfant, pikepdf.Dictionary) and "/S" in enfant:
            yield from _noeuds(enfant)


def _roles(racine: Any) -> set[str]:
    return {str(n.get("/S")) for n in _noeuds(racine) if "/S" in n}
