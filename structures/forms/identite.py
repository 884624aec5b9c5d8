"""The city's name, colour and logo."""

import io
import warnings
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, UnidentifiedImageError

from guichet.erreurs import ErreurMetier
from guichet.formulaires import aide
from structures.regles.couleur import verifier_couleur

POIDS_MAXIMAL = 500_000
COTE_MAXIMAL = 600


class IdentiteForm(forms.Form):
    nom = forms.CharField(label="Nom de la ville", max_length=80)
    couleur = forms.CharField(
        label="Couleur principale",
        max_length=7,
        help_text="La barre et les boutons : un texte blanc doit s’y lire (contraste de 4,5 au moins).",
        widget=forms.TextInput(attrs={"type": "color", "class": "form-control-color"}),
    )
    logo = forms.FileField(
        label="Logo", required=False, help_text="PNG, JPEG ou WebP, 500 ko au plus. Vide : inchangé."
    )
    sans_logo = forms.BooleanField(label="Retirer le logo actuel", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()

    def clean_couleur(self) -> str:
        try:
            return verifier_couleur(self.cleaned_data["couleur"])
        except ErreurMetier as refus:
            raise forms.ValidationError(refus.message, refus.code) from refus

    def clean_logo(self) -> bytes | None:
        envoye: UploadedFile | None = self.cleaned_data.get("logo")
        if not envoye:
            return None
        if (envoye.size or 0) > POIDS_MAXIMAL:
            raise forms.ValidationError("Ce logo dépasse 500 ko : réduisez-le.")
        return _png(envoye.read())


def _png(octets: bytes) -> bytes:
    """The picture drawn again as a small PNG: nothing of the file received is kept."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(octets), formats=["PNG", "JPEG", "WEBP"]).convert("RGBA")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombWarning,
    ) as erreur:
        raise forms.ValidationError("Ce fichier n’est pas une image PNG, JPEG ou WebP lisible.") from erreur
    image.thumbnail((COTE_MAXIMAL, COTE_MAXIMAL))
    sortie = io.BytesIO()
    image.save(sortie, "PNG", optimize=True)
    return sortie.getvalue()
