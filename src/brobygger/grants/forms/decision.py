"""Forms of the decision maker, and of the one who asks for a new period or other hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import ceil
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.grants.forms.new import MentorChoice
from brobygger.grants.models import Grant, Kind
from brobygger.grants.proposals import Proposal, prices_of_new_mentor
from brobygger.law.codes import MentorKind, PriceLineKind
from brobygger.law.mentor import RELEASED_KINDS
from brobygger.mentorships.models import Mentorship
from brobygger.payment.hour_plan import BadPlan, HourPlan, Phase
from brobygger.payment.price import Basis, PriceLine
from brobygger.people import selectors as people
from brobygger.ui.forms import (
    CheckboxField,
    DanishDateField,
    DanishDecimalField,
    DurationField,
    KronerField,
    ShortText,
    TextAreaField,
    UiForm,
)

PHASES = 4
_PLACE_OF = {
    "phases": "weeks_1",
    "price_lines": "price_0",
    "ends_on": "ends_on",
    "starts_on": "starts_on",
}


def tell(form: forms.BaseForm, refusal: Refused) -> None:
    """Puts a refusal by the field it concerns, with what to do; at the top where the form has no such field."""
    place: str | None = _PLACE_OF.get(refusal.field, refusal.field)
    form.add_error(place if place in form.fields else None, f"{refusal.message} {refusal.remedy}".strip())


class ApproveForm(UiForm):
    """Godkend."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reasons = TextAreaField(
        label=gettext_lazy("Begrundelse"),
        help_text=gettext_lazy("Står i brevet til borgeren. Ret den, hvis du lægger vægt på andet."),
        rows=5,
        max_length=4000,
        required=False,
    )
    hearing = TextAreaField(
        label=gettext_lazy("Partshøring"),
        help_text=gettext_lazy("Hvad borgeren har svaret, hvis I har hørt borgeren."),
        rows=2,
        max_length=2000,
        required=False,
    )


class RefuseForm(UiForm):
    """Afvis med begrundelse."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reasons = TextAreaField(
        label=gettext_lazy("Begrundelse for afslaget"),
        help_text=gettext_lazy("Står i brevet til borgeren."),
        rows=4,
        max_length=4000,
        error_messages={"required": gettext_lazy("Skriv begrundelsen for afslaget.")},
    )
    hearing = TextAreaField(
        label=gettext_lazy("Partshøring"),
        help_text=gettext_lazy("Hvad borgeren har svaret, eller hvorfor en høring ikke var nødvendig."),
        rows=2,
        max_length=2000,
        error_messages={
            "required": gettext_lazy(
                "Skriv resultatet af partshøringen, eller hvorfor den ikke var nødvendig."
            )
        },
    )


class ProposalForm(UiForm):
    """A new period or other hours, filled with what is known. The fields of phases and prices are made here."""

    kind = Kind.RENEWAL
    starts_on = DanishDateField(label=gettext_lazy("Begynder"))
    ends_on = DanishDateField(label=gettext_lazy("Til og med"))
    hours_reason = TextAreaField(
        label=gettext_lazy("Hvorfor netop de timer"),
        help_text=gettext_lazy("Borgerens behov og forudsætninger nu."),
        rows=3,
        max_length=2000,
        error_messages={"required": gettext_lazy("Skriv, hvorfor timetallet passer til borgerens behov.")},
    )
    reason = TextAreaField(label=gettext_lazy("Begrundelse"), rows=3, max_length=4000)

    def __init__(self, data: Any = None, *, price_lines: Sequence[PriceLine] = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.known_lines = tuple(price_lines)
        for number in range(1, PHASES + 1):
            # The first phase is always there; the others may stay empty.
            self.fields[f"weeks_{number}"] = DanishDecimalField(
                label=_("Fase %(number)s") % {"number": number},
                required=number == 1,
                min_value=0,
                max_value=520,
                widget=ShortText(width="xs", suffix=_("uger"), inputmode="decimal"),
                error_messages={"required": _("Skriv, hvor mange uger fasen varer.")},
            )
            self.fields[f"hours_{number}"] = DurationField(
                label=_("Timer om ugen"),
                required=number == 1,
                min_minutes=0,
                max_minutes=168 * 60,
                error_messages={"required": _("Skriv timer om ugen.")},
            )
        for place, line in enumerate(self.known_lines):
            basis = _("pr. time") if line.basis is Basis.PER_HOUR else _("i alt")
            self.fields[f"price_{place}"] = KronerField(
                label=f"{line.text or line.kind.label} ({basis})", required=False
            )

    @classmethod
    def filled(
        cls, known: Proposal, *, starts_on: date, ends_on: date | None, reason: str = "", **options: Any
    ) -> ProposalForm:
        """The form as it first shows: the hours and prices that were granted last, and a reason that is known."""
        initial: dict[str, Any] = {
            "starts_on": starts_on,
            "ends_on": ends_on,
            "hours_reason": known.hours_reason,
            "reason": reason,
        }
        for number, phase in enumerate((known.plan.phases if known.plan else ())[:PHASES], 1):
            initial[f"weeks_{number}"] = phase.weeks
            initial[f"hours_{number}"] = phase.minutes_per_week
        for place, line in enumerate(known.price_lines):
            if line.basis is Basis.PER_HOUR:
                initial[f"price_{place}"] = line.amount
        form = cls(price_lines=known.price_lines, initial=initial, **options)
        if reason:
            form.fields["reason"].help_text = _(
                "Hentet fra opfølgningen. Ret den til, før du sender: den kommer i brevet til borgeren."
            )
        return form

    def phases(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The phases in use and one more."""
        return self._all_phases()[: self._shown()]

    def more_phases(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Those that are folded away."""
        return self._all_phases()[self._shown() :]

    def _all_phases(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"weeks_{number}"], self[f"hours_{number}"]) for number in range(1, PHASES + 1)]

    def _shown(self) -> int:
        used = [
            place
            for place, pair in enumerate(self._all_phases(), 1)
            if any(bound.value() not in (None, "") or bound.errors for bound in pair)
        ]
        return max(used, default=0) + 1

    def prices(self) -> list[forms.BoundField]:
        return [self[f"price_{place}"] for place in range(len(self.known_lines))]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("Skriv en slutdato, der ligger efter begyndelsen."))
        for number in range(1, PHASES + 1):
            weeks, hours = cleaned.get(f"weeks_{number}"), cleaned.get(f"hours_{number}")
            if weeks and hours is None and f"hours_{number}" not in self.errors:
                self.add_error(f"hours_{number}", _("Skriv timer om ugen."))
            if hours and not weeks and f"weeks_{number}" not in self.errors:
                self.add_error(f"weeks_{number}", _("Skriv antal uger."))
        if not self.errors:
            self._read_plan(cleaned)
        return cleaned

    def _read_plan(self, cleaned: dict[str, Any]) -> None:
        try:
            phases = tuple(
                Phase(cleaned[f"weeks_{number}"], cleaned[f"hours_{number}"])
                for number in range(1, PHASES + 1)
                if cleaned.get(f"weeks_{number}")
            )
            cleaned["plan"] = HourPlan(phases)
        except BadPlan as problem:
            self.add_error("weeks_1", str(problem))

    def proposal(self) -> Proposal:
        """What is asked for. Call it only when the form is valid."""
        cleaned = self.cleaned_data
        lines = tuple(
            PriceLine(line.kind, line.text, cleaned[f"price_{place}"], line.basis)
            for place, line in enumerate(self.known_lines)
            if cleaned.get(f"price_{place}")
        )
        return Proposal(
            kind=self.kind,
            starts_on=cleaned["starts_on"],
            ends_before=cleaned["ends_on"] + timedelta(days=1),
            plan=cleaned["plan"],
            price_lines=lines,
            hours_reason=cleaned["hours_reason"],
            reason=cleaned["reason"],
            is_reassessed=cleaned.get("is_reassessed"),
        )


class RenewForm(ProposalForm):
    """Forlæng."""

    is_reassessed = CheckboxField(
        label=gettext_lazy("Jeg har lavet en ny konkret vurdering af borgerens behov."),
        error_messages={
            "required": gettext_lazy(
                "Lav en ny konkret vurdering, og sæt kryds. Uden den kan støtten ikke forlænges."
            )
        },
    )

    @classmethod
    def after(cls, last: Grant, known: Proposal) -> ProposalForm:
        """The period after the current one, as long as its plan."""
        plan = known.plan
        ends_on = last.ends_before + timedelta(days=plan.days - 1) if plan else None
        return cls.filled(known, starts_on=last.ends_before, ends_on=ends_on)


class ChangeForm(ProposalForm):
    """Ændr."""

    kind = Kind.CHANGE
    mentor = MentorChoice(
        label=gettext_lazy("Ny mentor"),
        help_text=gettext_lazy(
            "Kun når borgeren skal have en anden mentor. Den nye begynder den dag, ændringen gælder fra."
        ),
    )
    new_price = KronerField(
        label=gettext_lazy("Ny mentors pris pr. time"),
        required=False,
        help_text=gettext_lazy("Skriv den, hvis den er en anden end nu. En frivillig får ingen betaling."),
    )

    new_tasks = TextAreaField(
        label=gettext_lazy("Nye opgaver til mentoren"),
        required=False,
        rows=3,
        max_length=2000,
        help_text=gettext_lazy(
            "Én opgave på hver linje. De kommer i brevet og i den nye aftale, som alle skal sige ja til."
        ),
    )

    def __init__(self, *args: Any, user: User, mentorship: Mentorship, **options: Any) -> None:
        super().__init__(*args, **options)
        mentors = people.visible_to(user).filter(is_active=True).exclude(pk=mentorship.mentor_id or 0)
        choice: MentorChoice = self.fields["mentor"]  # type: ignore[assignment]
        choice.queryset = mentors.select_related("organisation").order_by("name", "pk")
        choice.empty_label = _("Samme mentor som nu")

    @classmethod
    def inside(
        cls, last: Grant, known: Proposal, today: date, *, reason: str, user: User, mentorship: Mentorship
    ) -> ProposalForm:
        """From today, or from the first day, to the end that was granted, with the hours planned for the rest of it."""
        first, until = max(today, last.starts_on), last.last_day
        begun_weeks = ceil((first - last.starts_on).days / 7)
        left = HourPlan.from_data(last.plan).after_weeks(begun_weeks)
        known = replace(known, plan=left or known.plan)
        return cls.filled(
            known, starts_on=first, ends_on=until, reason=reason, user=user, mentorship=mentorship
        )

    def clean_new_tasks(self) -> tuple[str, ...]:
        """One task a line; empty lines are none."""
        return tuple(filter(None, map(str.strip, self.cleaned_data["new_tasks"].splitlines())))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        mentor, price = cleaned.get("mentor"), cleaned.get("new_price")
        if price is not None and mentor is None and "mentor" not in self.errors:
            self.add_error("mentor", _("Vælg den nye mentor, prisen gælder for."))
        if mentor and price is None and "new_price" not in self.errors:
            self._require_price_that_fits(MentorKind(mentor.kind))
        return cleaned

    def _require_price_that_fits(self, kind: MentorKind) -> None:
        """A wage does not become a fee by itself: the amount is another."""
        paid = [line.kind for line in self.known_lines if line.basis is Basis.PER_HOUR]
        if kind.is_external and any(each is not PriceLineKind.FEE for each in paid):
            self.add_error(
                "new_price",
                _("Skriv den nye mentors honorar pr. time. En ekstern mentor får honorar og ikke løn."),
            )
        elif kind in RELEASED_KINDS and PriceLineKind.FEE in paid:
            self.add_error(
                "new_price", _("Skriv den nye mentors løn pr. time. En ansat får løn og ikke honorar.")
            )

    def proposal(self) -> Proposal:
        asked = replace(super().proposal(), new_tasks=self.cleaned_data["new_tasks"])
        mentor = self.cleaned_data["mentor"]
        if mentor is None:
            return asked
        lines = prices_of_new_mentor(
            asked.price_lines, MentorKind(mentor.kind), self.cleaned_data["new_price"]
        )
        return replace(asked, mentor=mentor, price_lines=lines)
