"""The form of a paper: whose it is, what stands on it line by line, and from when it counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.accounts.models import User
from brobygger.organisations import selectors as organisations
from brobygger.payment.pay_evidence import MAX_MINUTES, Holiday, PayBasis, PayEvidence
from brobygger.payment.pay_items import BadPay, PayItem, PayItemKind, Per
from brobygger.payments.evidence.models import PayRecord
from brobygger.payments.evidence.reading import MEGABYTE, MOST_BYTES, NotAPaper, Paper, read_paper
from brobygger.payments.evidence.services import Owner
from brobygger.ui.forms import (
    CheckboxField,
    ChipsField,
    DanishDateField,
    DanishDecimalField,
    DurationField,
    SearchSelect,
    ShortText,
    UiForm,
)
from brobygger.values.period import ONE_DAY, Period

MOST_ROWS = 16
FIRST_ROWS = ("WAGE", "EMPLOYER_PENSION", "EMPLOYER_ATP")
HOLIDAYS = [
    (Holiday.STATED.value, gettext_lazy("Står på linjerne")),
    (Holiday.WITH_PAY.value, gettext_lazy("Ferie med løn")),
    (Holiday.ALLOWANCE.value, gettext_lazy("Feriegodtgørelse, 12,5 %")),
    (Holiday.ALLOWANCE_BY_CHOICE.value, gettext_lazy("Feriegodtgørelse efter eget valg, 12 %")),
]
PERS = [
    (Per.PERIOD.value, gettext_lazy("for perioden")),
    (Per.HOUR.value, gettext_lazy("i timen")),
    (Per.QUARTER.value, gettext_lazy("for et kvartal")),
    (Per.PERCENT.value, gettext_lazy("procent af lønnen")),
]


class ItemForm(UiForm):
    """One line of the paper."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Linje"),
        required=False,
        choices=[("", gettext_lazy("Vælg")), *PayItemKind.choices()],
        widget=forms.Select(attrs={"data-bb-plain": ""}),
    )
    amount = DanishDecimalField(
        label=gettext_lazy("Beløb"),
        required=False,
        min_value=0,
        max_value=9_999_999,
        widget=ShortText(width="s", inputmode="decimal"),
    )
    per = forms.ChoiceField(
        label=gettext_lazy("Beløbet er"), choices=PERS, widget=forms.Select(attrs={"data-bb-plain": ""})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, amount = data.get("kind"), data.get("amount")
        if amount is not None and not kind and "kind" not in self.errors:
            self.add_error("kind", _("Vælg, hvad beløbet er for."))
        try:
            self.item_with(agreed=False)
        except BadPay as problem:
            self.add_error(problem.field or None, str(problem))
        return data

    def item_with(self, *, agreed: bool) -> PayItem | None:
        """The line, or None while it is half written. Raises BadPay."""
        data = self.cleaned_data
        if not data.get("kind") or data.get("amount") is None or not data.get("per"):
            return None
        return PayItem(PayItemKind(data["kind"]), data["amount"], Per(data["per"]), agreed=agreed)


class PayForm(UiForm):
    """All but the lines."""

    organisation: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        queryset=None,
        to_field_name="public_id",
        label=gettext_lazy("Virksomhed, konsulent eller leverandør"),
        widget=SearchSelect,
        error_messages={
            "required": gettext_lazy("Vælg, hvem lønoplysningen kommer fra."),
            "invalid_choice": gettext_lazy("Vælg en fra listen."),
        },
    )
    group = forms.CharField(
        label=gettext_lazy("Medarbejdergruppe"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("For eksempel butiksassistenter. Skriv ikke navne."),
    )
    basis = forms.ChoiceField(label=gettext_lazy("Hvad bygger den på?"), choices=PayBasis.choices())
    valid_from = DanishDateField(label=gettext_lazy("Gælder fra"))
    last_day = DanishDateField(
        label=gettext_lazy("Sidste dag"),
        required=False,
        help_text=gettext_lazy("Tomt felt: den gælder, til den ændrer sig."),
    )
    # Drawn as rows; here only so that an error has a name and a place to link to.
    items = forms.Field(required=False, widget=forms.HiddenInput)
    minutes = DurationField(
        label=gettext_lazy("Timer, lønnen dækker"),
        required=False,
        min_minutes=1,
        max_minutes=MAX_MINUTES,
        help_text=gettext_lazy("En fuld måned er 160 timer og 20 minutter."),
    )
    holiday = ChipsField(label=gettext_lazy("Ferie"), choices=HOLIDAYS, initial=Holiday.STATED.value)
    holiday_days = forms.IntegerField(
        label=gettext_lazy("Feriedage om året"),
        required=False,
        min_value=0,
        max_value=60,
        help_text=gettext_lazy("Bruges kun ved ferie med løn. Tomt felt er 25."),
        widget=ShortText(width="xs", inputmode="numeric"),
    )
    agreed = CheckboxField(
        label=gettext_lazy("Aftalen dækker kørsel eller andet, som ikke kan betales fra 11. december 2020"),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Hvor satsen kommer fra"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Skrives, når der ingen lønseddel er: selvstændig eller overenskomst."),
    )
    reference = forms.CharField(label=gettext_lazy("Papirets navn"), required=False, max_length=120)
    paper = forms.FileField(
        label=gettext_lazy("Lønseddel, opgørelse eller kontrakt"),
        required=False,
        help_text=gettext_lazy("PDF eller billede, højst 10 MB. Du kan også nøjes med at skrive beløbene."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={"empty": gettext_lazy("Filen er tom. Vælg en anden.")},
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].queryset = organisations.by_name(user)  # type: ignore[attr-defined]

    def clean_paper(self) -> Paper | None:
        file = self.cleaned_data["paper"]
        if not file:
            return None
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _("Filen er for stor. Den må højst fylde %(most)s MB.") % {"most": MOST_BYTES // MEGABYTE}
            )
        try:
            return read_paper(file.read())
        except NotAPaper as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("valid_from"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Sidste dag ligger før den første. Ret en af dem."))
        return data


class NewPay:
    """The form and its rows together. ``judged`` reads what was typed, otherwise it is only shown."""

    def __init__(
        self,
        data: Mapping[str, Any],
        files: Any = None,
        *,
        user: User,
        judged: bool,
        more: bool = False,
    ) -> None:
        self.data, self.judged = data, judged
        self.main = PayForm(data, files, user=user) if judged else PayForm(initial=dict(data), user=user)
        self.rows = [self._row(place) for place in range(_count(data, more))]
        self.can_grow = len(self.rows) < MOST_ROWS
        if judged:
            self.is_valid()

    def _row(self, place: int) -> ItemForm:
        prefix = f"line-{place}"
        if self.judged:
            return ItemForm({f"{prefix}-per": Per.PERIOD.value, **self.data}, prefix=prefix)
        own = {
            name.removeprefix(f"{prefix}-"): self.data[name]
            for name in self.data
            if name.startswith(f"{prefix}-")
        }
        if not own and place < len(FIRST_ROWS) and not _places(self.data):
            own = {"kind": FIRST_ROWS[place]}
        return ItemForm(initial={"per": Per.PERIOD.value, **own}, prefix=prefix)

    def is_valid(self) -> bool:
        return all([self.main.is_valid(), *[row.is_valid() for row in self.rows]])

    @cached_property
    def items(self) -> tuple[PayItem, ...]:
        """The lines that can be read."""
        agreed = bool(self.main.cleaned_data.get("agreed"))
        rows = [row for row in self.rows if not row.errors]
        return tuple(item for row in rows if (item := row.item_with(agreed=agreed)))

    def evidence(self, *, otherwise_from: date | None = None) -> PayEvidence:
        """What was typed as evidence; ``otherwise_from`` stands in for a first day not written yet. Raises BadPay."""
        data = self.main.cleaned_data
        first, last = data.get("valid_from") or otherwise_from, data.get("last_day")
        if first is None:
            raise BadPay(_("Skriv, hvornår den gælder fra."), "valid_from")
        return PayEvidence(
            basis=PayBasis(data.get("basis") or PayBasis.PAYSLIP),
            items=self.items,
            valid=Period(first, last + ONE_DAY if last and last >= first else None),
            minutes=data.get("minutes"),
            holiday=Holiday(data.get("holiday") or Holiday.STATED),
            holiday_days=25 if data.get("holiday_days") is None else data["holiday_days"],
            reason=data.get("reason", ""),
            reference=data.get("reference", ""),
        )

    @property
    def owner(self) -> Owner:
        data = self.main.cleaned_data
        return Owner(data["organisation"], data.get("group", ""))

    def add_error(self, field: str, sentence: str) -> None:
        self.main.add_error(field if field in self.main.fields else None, sentence)

    def without(self, place: int) -> dict[str, Any]:
        """The data with one row taken out and the later ones moved up."""
        return without_row(self.data, place)


def _places(data: Mapping[str, Any]) -> list[int]:
    found = (re.match(r"line-(\d{1,2})-", name) for name in data)
    return sorted({int(match[1]) for match in found if match and int(match[1]) < MOST_ROWS})


def _count(data: Mapping[str, Any], more: bool) -> int:
    count = max([place + 1 for place in _places(data)], default=len(FIRST_ROWS))
    return min(count + more, MOST_ROWS)


def without_row(data: Mapping[str, Any], place: int) -> dict[str, Any]:
    """The data with one row taken out and the later ones moved up."""
    kept = {name: data[name] for name in data if not name.startswith("line-")}
    for new_place, old_place in enumerate(each for each in _places(data) if each != place):
        prefix = f"line-{old_place}-"
        for name in data:
            if name.startswith(prefix):
                kept[f"line-{new_place}-{name.removeprefix(prefix)}"] = data[name]
    return kept


def data_of(record: PayRecord) -> dict[str, Any]:
    """A record as the form's data, to begin the next one from."""
    data: dict[str, Any] = {
        "organisation": str(record.organisation.public_id),
        "group": record.staff_group,
        "basis": record.basis,
        "minutes": record.minutes,
        "holiday": record.holiday,
        "holiday_days": record.holiday_days,
        "reason": record.reason,
        "agreed": any(row["agreed"] for row in record.items),
    }
    for place, row in enumerate(record.items[:MOST_ROWS]):
        amount = str(row["amount"]).replace(".", ",")
        data |= {
            f"line-{place}-kind": row["kind"],
            f"line-{place}-amount": amount,
            f"line-{place}-per": row["per"],
        }
    return data


class EndForm(UiForm):
    """The last day a record counts."""

    last_day = DanishDateField(label=gettext_lazy("Sidste dag"))


class FindForm(UiForm):
    q = forms.CharField(label=gettext_lazy("Virksomhed, CVR-nummer eller gruppe"), required=False)
