"""A new token, and a rule package."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.einvoice.rules import MAX_PACKED, MEGABYTE
from brobygger.organisations.models import Organisation
from brobygger.payments.intake.models import RulePackage
from brobygger.ui.fields import DanishDateField
from brobygger.ui.forms import UiForm


class TokenForm(UiForm):
    """Which system, perhaps for one supplier only, and until when."""

    name = forms.CharField(label=_("Systemets navn"), max_length=80)
    organisation = forms.ModelChoiceField(
        label=_("Kun for leverandøren"), queryset=Organisation.objects.none(), required=False,
        empty_label=_("Kommunens eget system"),
    )  # fmt: skip
    ends_before = DanishDateField(label=_("Gælder til"))

    def __init__(self, suppliers: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = suppliers


class RulesForm(UiForm):
    """The package as its issuer publishes it."""

    standard = forms.ChoiceField(label=_("Standard"), choices=RulePackage.Standard.choices)
    rules_name = forms.CharField(label=_("Navn og version"), max_length=120)
    is_binding = forms.BooleanField(
        label=_("Fejl efter reglerne afviser fakturaen"), required=False, initial=True
    )
    file = forms.FileField(
        label=_("Regelpakke (ZIP)"),
        help_text=_("Pakken med XSLT eller Schematron, som den er hentet hos udgiveren."),
        error_messages={"required": _("Vælg en fil."), "empty": _("Filen er tom.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_PACKED:
            raise forms.ValidationError(
                _("Filen er for stor. Den må højst fylde %(limit)s MB."),
                params={"limit": MAX_PACKED // MEGABYTE},
            )
        return file
