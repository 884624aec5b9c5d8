"""The day whose places are shown."""

from typing import Any

from django import forms

from guichet.formulaires import DateField, aide


class JourPlacesForm(forms.Form):
    le = DateField(label="Places du", required=False)
    q = forms.CharField(label="Structure", required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()


class AuForm(forms.Form):
    """The day a structure's places are counted at."""

    au = DateField(label="Places au", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = aide()
