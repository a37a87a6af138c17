"""Files in, and what a clerk chooses for each line."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.errors import Refused
from brobygger.einvoice.refusal import SENTENCES
from brobygger.einvoice.safe_xml import MAX_BYTES, MEGABYTE
from brobygger.payments.models import InvoiceLine
from brobygger.payments.selectors import UNDECIDED
from brobygger.payments.services.parts import Left, left_of
from brobygger.payments.services.settle import RefusalReason
from brobygger.ui.forms import ChipsField, SearchSelect, TextAreaField, UiForm
from brobygger.values.duration import parse_minutes
from brobygger.values.ids import uuid_or_none
from brobygger.values.money import round_to_oere

MOST_FILES = 50
PAY, REFUSE, LEAVE = "pay", "refuse", "leave"


class FileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files; each too large one is told of before it is read."""

    widget = FileInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = list(data) if data and isinstance(data, list | tuple) else [data or None]
        files = [super(FilesField, self).clean(each, initial) for each in given]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                _("Vælg højst %(most)s filer ad gangen."), params={"most": MOST_FILES}
            )
        return files


class UploadForm(UiForm):
    """Electronic invoices from the disk."""

    file = FilesField(
        label=_("Elektronisk faktura"),
        help_text=_("XML i OIOUBL 2.1 eller Peppol BIS Billing 3. Træk filerne herhen, eller vælg dem."),
        error_messages={
            "required": _("Vælg mindst én fil."),
            "empty": SENTENCES["EMPTY"],
        },
        widget=FileInput(attrs={"accept": ".xml,text/xml,application/xml", "data-pay-files": ""}),
    )


class OneInvoiceForm(UiForm):
    """The supplier's own invoice from the disk."""

    file = forms.FileField(
        label=_("Elektronisk faktura"),
        help_text=_("XML i OIOUBL 2.1 eller Peppol BIS Billing 3."),
        error_messages={"required": _("Vælg en fil."), "empty": SENTENCES["EMPTY"]},
        widget=forms.FileInput(attrs={"accept": ".xml,text/xml,application/xml"}),
    )


def too_large(file: UploadedFile[Any]) -> str:
    """The sentence for a file that is too large to be read, else nothing."""
    if (file.size or 0) <= MAX_BYTES:
        return ""
    return SENTENCES["TOO_LARGE"].format(limit=MAX_BYTES // MEGABYTE)


class ListFilter(UiForm):
    """Search in the list of invoices."""

    q = forms.CharField(label=_("Leverandør, CVR-nummer, fakturanummer eller forløb"), required=False)


class LineChoice(ChipsField):
    """What to do with one line; whether it still can be done is for the service to say."""

    def validate(self, value: Any) -> None:
        pass


class DecideForm(UiForm):
    """A choice for each undecided line, and the reason for those refused."""

    act = forms.ChoiceField(choices=[(PAY, PAY), (REFUSE, REFUSE)])
    reason_code = forms.ChoiceField(
        label=_("Hvorfor afvises linjerne?"),
        choices=[("", _("Vælg årsag")), *RefusalReason.choices],
        error_messages={"required": _("Vælg en årsag til afvisningen.")},
    )
    reason = TextAreaField(label=_("Uddybning til leverandøren"), rows=2, max_length=500, required=False)

    def __init__(
        self,
        lines: Iterable[InvoiceLine],
        *args: Any,
        may_pay: bool = True,
        is_credit: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["reason_code"].required = self.data.get("act") != PAY
        self.lines = [line for line in lines if line.state in UNDECIDED]
        for line in self.lines:
            self.fields[f"choice_{line.public_id.hex}"] = _choice(line, may_pay, is_credit)

    def choice_of(self, line: InvoiceLine) -> forms.BoundField:
        return self[f"choice_{line.public_id.hex}"]

    def chosen(self, choice: str) -> dict[uuid.UUID, int]:
        """The lines sent with this choice and the version that was shown, also those decided meanwhile."""
        sent = [name for name, value in self.data.items() if name.startswith("choice_") and value == choice]
        keys = ((uuid_or_none(name.removeprefix("choice_")), name) for name in sent)
        return {key: self._version(name) for key, name in keys if key}

    def _version(self, name: str) -> int:
        text = str(self.data.get(name.replace("choice_", "version_"), ""))
        return int(text) if text.isdecimal() and len(text) < 10 else 0


def _choice(line: InvoiceLine, may_pay: bool, is_credit: bool) -> LineChoice:
    can_pay = may_pay and line.state == InvoiceLine.State.PAYABLE
    choices = [(REFUSE, _("Afvis")), (LEAVE, _("Vent"))]
    return LineChoice(
        label=_("Linje %(number)s") % {"number": line.line_number},
        choices=[(PAY, _("Træk fra") if is_credit else _("Betal")), *choices] if can_pay else choices,
        initial=PAY if can_pay else LEAVE,
        required=False,
    )


class AssignForm(UiForm):
    """Which mentorship a waiting line is about."""

    mentorship = forms.ChoiceField(label=_("Forløb"), widget=SearchSelect)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, choices: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["mentorship"] = forms.ChoiceField(
            label=_("Forløb"),
            choices=[("", _("Vælg forløb")), *choices],
            widget=SearchSelect,
            error_messages={"required": _("Vælg det forløb, som linjen handler om.")},
        )


class PartForm(UiForm):
    """What is to be paid of a line, and why the rest is not."""

    left = forms.CharField(label=_("Betal kun"), max_length=12)
    part_code = forms.ChoiceField(
        label=_("Hvorfor afvises resten?"),
        choices=[("", _("Vælg årsag")), *RefusalReason.choices],
        error_messages={"required": _("Vælg en årsag til afvisningen.")},
    )
    part_reason = forms.CharField(label=_("Uddybning til leverandøren"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, line: InvoiceLine, *args: Any, **options: Any) -> None:
        super().__init__(*args, prefix=f"p{line.public_id.hex}", **options)
        self.line = line
        is_hours = bool(line.claimed_minutes)
        self.fields["left"].help_text = (
            _("Timer og minutter, for eksempel 1:30.") if is_hours else _("Kroner uden moms.")
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "left" in data:
            try:
                data["left"] = self._left(data["left"])
            except Refused as refusal:
                self.add_error("left", refusal.message)
        return data

    def _left(self, text: str) -> Left:
        if self.line.claimed_minutes:
            try:
                return left_of(self.line, minutes=parse_minutes(text))
            except ValueError:
                raise Refused(gettext("Skriv timer og minutter, for eksempel 1:30.")) from None
        plain = text.replace(" ", "").replace(".", "").replace(",", ".")
        try:
            return left_of(self.line, amount=round_to_oere(Decimal(plain)))
        except InvalidOperation:
            raise Refused(gettext("Skriv et beløb i kroner, for eksempel 450,50.")) from None
