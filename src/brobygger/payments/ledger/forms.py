"""What a clerk types in the ledger: a claim, a receipt, the payer's file, why two things differ, an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.payments.ledger.finance_file import FINANCE_ACCOUNTS
from brobygger.payments.ledger.models import ACTS
from brobygger.ui.forms import DanishDateField, KronerField, ShortText, TextAreaField, UiForm

MEGABYTE = 1024 * 1024
MAX_BYTES = 4 * MEGABYTE


class ListFilter(UiForm):
    """What the list of postings is narrowed to."""

    art = forms.ChoiceField(
        label=gettext_lazy("Art"), required=False, choices=[("", gettext_lazy("Alle")), *ACTS]
    )
    q = forms.CharField(label=gettext_lazy("Forløb, CVR-nummer eller fakturanummer"), required=False)


class AnswerForm(UiForm):
    """The payer's file."""

    file = forms.FileField(
        label=gettext_lazy("Fil fra betaleren"),
        help_text=gettext_lazy("CSV med kolonnerne reference;beløb;dato;status."),
        error_messages={"required": gettext_lazy("Vælg en fil."), "empty": gettext_lazy("Filen er tom.")},
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> Any:
        """A file that is too large is refused before it is read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            sentence = _("Filen er større end %(limit)s MB. Del den op.")
            raise forms.ValidationError(sentence % {"limit": MAX_BYTES // MEGABYTE})
        return file


class CloseForm(UiForm):
    """Why a difference is no longer one."""

    reason = forms.CharField(
        label=gettext_lazy("Hvad skyldes forskellen?"),
        max_length=300,
        error_messages={"required": gettext_lazy("Skriv, hvad forskellen skyldes.")},
    )


class ClawbackForm(UiForm):
    """How much of a paid line is claimed back, and why."""

    amount = KronerField(label=gettext_lazy("Beløb uden moms"))
    reason = TextAreaField(
        label=gettext_lazy("Hvorfor kræves pengene tilbage?"),
        help_text=gettext_lazy("Står i brevet til leverandøren. Skriv ikke borgerens navn."),
        rows=3,
        max_length=500,
        error_messages={"required": gettext_lazy("Skriv, hvorfor pengene kræves tilbage.")},
    )


class RefuseForm(UiForm):
    """Why a claim is not made."""

    note = TextAreaField(
        label=gettext_lazy("Hvorfor godkendes kravet ikke?"),
        rows=2,
        max_length=500,
        error_messages={"required": gettext_lazy("Skriv, hvorfor kravet ikke godkendes.")},
    )


class ReceiptForm(UiForm):
    """Money that came back."""

    amount = KronerField(label=gettext_lazy("Modtaget beløb"))
    received_on = DanishDateField(label=gettext_lazy("Modtaget den"))


class AccountForm(UiForm):
    """Which account of the municipality one of the ledger's is."""

    account = forms.ChoiceField(
        label=gettext_lazy("Brobyggers konto"),
        choices=[(account.value, account.label) for account in FINANCE_ACCOUNTS],
    )
    number = forms.CharField(
        label=gettext_lazy("Kommunens konto"),
        max_length=40,
        widget=ShortText(width="s"),
        error_messages={"required": gettext_lazy("Skriv kommunens konto.")},
    )


class StateForm(UiForm):
    """A month that the state repays half of."""

    month = DanishDateField(
        label=gettext_lazy("En dag i måneden"),
        help_text=gettext_lazy("Staten refunderede til og med juni 2019."),
    )


class FromStateForm(UiForm):
    """The day the state paid."""

    received_on = DanishDateField(label=gettext_lazy("Modtaget den"))
