"""The shared components say what they show, and fail loudly when misused."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import Context, Template

from commissions.models import EtatSeance
from dossiers.models import EtatDossier
from guichet.formulaires import DateField, NomField, TelephoneField, aide
from guichet.pastilles import PAR_ETAT, VARIANTES
from guichet.semaine_svg import dessin, trace
from structures.models import EtatTache
from structures.regles.semaine import SEMAINE_PLEINE


def rendu(source: str, **contexte: Any) -> str:
    return Template("{% load guichet crispy_forms_tags %}" + source).render(Context(contexte))


def test_une_semaine_est_deux_traces_et_un_texte() -> None:
    html = dessin((0, 1, 6))
    assert html.count("<path") == 2
    assert 'role="img"' in html
    assert 'aria-label="lun journée, jeu matin"' in html
    assert "style=" not in html


def test_une_semaine_pleine_n_a_pas_de_case_vide() -> None:
    assert dessin(SEMAINE_PLEINE).count("<path") == 1
    assert trace(SEMAINE_PLEINE).count("M") == 10


def test_la_semaine_dit_de_quoi_elle_parle_et_prend_sa_taille() -> None:
    html = rendu('{% semaine jours classe="semaine-grande" quoi="demandé" %}', jours=[4])
    assert "demandé\u00a0: mer, matin" in html
    assert "semaine semaine-grande" in html


def test_le_glyphe_passe_dans_un_pdf() -> None:
    from guichet.pdf import html_en_pdf

    html = f'<html lang="fr"><head><title>x</title></head><body><p>{dessin((0, 3))}</p></body></html>'
    assert html_en_pdf(html).startswith(b"%PDF")


@pytest.mark.parametrize("variante", VARIANTES)
def test_une_pastille_porte_son_mot(variante: str) -> None:
    html = rendu("{% pastille v 'À vérifier' %}", v=variante)
    assert f'class="pastille pastille-{variante}"' in html
    assert "À vérifier" in html


def test_une_pastille_inconnue_echoue() -> None:
    with pytest.raises(ValueError, match="rose"):
        rendu("{% pastille 'rose' 'Non' %}")
    with pytest.raises(ValueError, match="rose"):
        rendu('{% include "composants/pastille.html" with variante="rose" texte="Non" only %}')


def test_chaque_etat_a_sa_couleur() -> None:
    etats = {*EtatDossier.values, *EtatSeance.values, *EtatTache.values}
    assert sorted(etats - set(PAR_ETAT)) == []
    with pytest.raises(ValueError, match="inconnu"):
        rendu("{% pastille_etat 'inconnu' 'Inconnu' %}")


def test_les_points_verifies_d_abord_le_reste_en_mots() -> None:
    html = rendu("{% points 1140 1220 %}")
    assert html.index("1\u202f140") < html.index("+80 à vérifier")
    assert "à vérifier" not in rendu("{% points 140 140 %}")


@pytest.mark.parametrize(
    ("gabarit", "attendu"),
    [
        ("{{ jour|date_longue }}", "1er\u00a0mars\u00a02027"),
        ("{{ jour|date_courte }}", "01/03/2027"),
        ("{{ jour|mois_annee }}", "mars\u00a02027"),
        ("{{ instant|heure }}", "0\u00a0h\u00a030"),
        ("{{ instant|date_longue }}", "2\u00a0mars\u00a02027"),
        ("{{ instant|date_heure }}", "2\u00a0mars\u00a02027 à 0\u00a0h\u00a030"),
        ("{{ rien|date_longue }}{{ rien|heure }}{{ rien|nombre }}", ""),
        ("{{ 60204|nombre }}", "60\u202f204"),
        ("{{ 1|accord:'dossier,dossiers' }}", "1\u00a0dossier"),
        ("{{ 0|accord:'dossier,dossiers' }}", "0\u00a0dossier"),
        ("{{ 1204|accord:'dossier,dossiers' }}", "1\u202f204\u00a0dossiers"),
        ("{{ '0639981234'|telephone }}", "06\u00a039\u00a098\u00a012\u00a034"),
        ("{{ naissance|age:jour }}", "7 mois"),
    ],
)
def test_dates_nombres_et_ages_se_disent_en_francais(gabarit: str, attendu: str) -> None:
    contexte = {
        "jour": date(2027, 3, 1),
        # 23:30 UTC is past midnight in Paris.
        "instant": datetime(2027, 3, 1, 23, 30, tzinfo=UTC),
        "naissance": date(2026, 7, 14),
        "rien": None,
    }
    assert rendu(gabarit, **contexte) == attendu


class _Essai(forms.Form):
    nom = NomField(label="Nom")
    telephone = TelephoneField(required=False)
    entree = DateField(label="Entrée")
    jours = forms.MultipleChoiceField(
        label="Jours", choices=[("1", "lundi")], widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()


def test_l_obligatoire_se_dit_et_les_erreurs_sont_liees() -> None:
    html = rendu("{% crispy form %}", form=_Essai({"telephone": "12", "entree": "31/02/2027"}))
    assert html.count('<span class="obligatoire">obligatoire</span>') == 3
    assert "*</span>" not in html
    assert 'role="alert"' in html
    assert "4 points sont à corriger" in html
    assert 'href="#id_nom"' in html
    assert 'href="#id_jours_0"' in html
    assert 'aria-describedby="id_entree_error"' in html
    assert html.count('aria-invalid="true"') >= 3
    assert 'value="31/02/2027"' in html


def test_un_formulaire_sans_faute_n_a_pas_de_resume() -> None:
    assert 'role="alert"' not in rendu("{% crispy form %}", form=_Essai())


@pytest.mark.parametrize(
    "saisie", ["2027-03-01", "01/03/2027", "1/3/27", "01.03.2027", "01032027", " 01/03/2027 "]
)
def test_une_date_se_tape_comme_on_veut(saisie: str) -> None:
    assert DateField().clean(saisie) == date(2027, 3, 1)


@pytest.mark.parametrize("saisie", ["0027-03-01", "32/01/2027", "demain"])
def test_une_date_impossible_est_refusee(saisie: str) -> None:
    with pytest.raises(forms.ValidationError):
        DateField().clean(saisie)


def test_le_champ_date_parle_au_selecteur_du_navigateur() -> None:
    form = _Essai(initial={"entree": date(2027, 3, 1), "telephone": "0639981234"})
    assert 'type="date"' in str(form["entree"])
    assert 'value="2027-03-01"' in str(form["entree"])
    assert "06\u00a039\u00a098" in str(form["telephone"])


def test_un_nom_garde_ses_accents_et_perd_ses_espaces() -> None:
    assert NomField().clean("  Lévy   d’Ornano ") == "Lévy d’Ornano"
    with pytest.raises(forms.ValidationError):
        NomField().clean("<b>Lino</b>")


def test_un_fragment_isole_recoit_le_jeton_de_ses_formulaires() -> None:
    """`include … only` drops the CSRF token: the button of such a form would always be refused."""
    dossier = Path(__file__).parents[1] / "templates"
    textes = {str(f.relative_to(dossier)): f.read_text("utf-8") for f in dossier.rglob("*.html")}
    isoles = [
        (nom, inclusion, fragment)
        for nom, texte in textes.items()
        for inclusion, fragment in re.findall(r'({% include "([^"]+)"[^%]* only %})', texte)
    ]
    assert len(isoles) > 5
    oublis = [
        f"{nom} : {inclusion}"
        for nom, inclusion, fragment in isoles
        if "{% csrf_token %}" in textes[fragment] and "csrf_token=" not in inclusion
    ]
    assert oublis == []
