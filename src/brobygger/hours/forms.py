"""What mentor, citizen and staff fill in about a contact."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.accounts.errors import Refused
from brobygger.hours.models import Contact
from brobygger.hours.words import entry_as_initial, label_of, task_key, when_in_words
from brobygger.mentorships.models import Mentorship, Task
from brobygger.ui.fields import ShortText
from brobygger.ui.forms import (
    ChipsField,
    ChipsMultipleField,
    ClockField,
    DanishDateField,
    DurationField,
    TextAreaField,
    UiForm,
)
from brobygger.values.duration import format_minutes
from brobygger.values.moment import COPENHAGEN, NoSuchTime, TimeOccursTwice, elapsed_minutes, instant

OTHER = "OTHER"
_LENGTHS = (30, 60, 90)
_CHANGE = (
    ("BEFORE", gettext_lazy("Før uret blev stillet")),
    ("AFTER", gettext_lazy("Efter uret blev stillet")),
)


@dataclass(frozen=True)
class Entry:
    """A contact as typed; of a meeting with several, ``cases`` are all who were there."""

    cases: tuple[Mentorship, ...]
    kind: Contact.Kind
    starts_at: datetime
    ends_at: datetime
    task: Task | None
    note: str
    done_by_whom: str


class SomeForm(UiForm):
    """A form that can show a service's refusal by the field it concerns."""

    def show(self, refusal: Refused) -> None:
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, " ".join(part for part in (refusal.message, refusal.remedy) if part))


class ContactForm(SomeForm):
    """Who, when, how and what: a contact in four answers, all but one of them preset."""

    mentorship = ChipsField(label=gettext_lazy("Hvem?"))
    day = DanishDateField(label=gettext_lazy("Dag"))
    clock = ClockField(label=gettext_lazy("Fra kl."))
    after_change = ChipsField(
        label=gettext_lazy("Uret blev stillet den nat. Hvornår var det?"), choices=_CHANGE, required=False
    )
    length = ChipsField(label=gettext_lazy("Hvor længe?"))
    other_length = DurationField(
        label=gettext_lazy("Andet"),
        required=False,
        min_minutes=1,
        max_minutes=24 * 60,
        help_text=gettext_lazy("Skriv for eksempel 1,5 eller 45 min."),
    )
    kind = ChipsField(label=gettext_lazy("Hvordan?"), choices=Contact.Kind.choices)
    task = ChipsField(label=gettext_lazy("Hvad?"), required=False)
    done_by_whom = ChipsField(
        label=gettext_lazy("Hvem gjorde det?"), choices=Contact.DoneBy.choices, required=False
    )
    others = ChipsMultipleField(
        label=gettext_lazy("Hvem var ellers med?"),
        required=False,
        help_text=gettext_lazy(
            "Tiden deles lige. Minutter, der ikke går op, får de første på listen. Hver borger bliver spurgt om "
            "sin egen del, og du kan rette hver del for sig."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("Et par ord"),
        required=False,
        max_length=300,
        widget=ShortText(width="xl"),
        help_text=gettext_lazy("Borgeren kan læse det."),
    )
    public_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, cases: Sequence[Mentorship], usual: int, initial: dict[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, initial={"public_id": uuid.uuid4(), **initial}, **kwargs)
        self.cases = {str(case.public_id): case for case in cases}
        self.asks_which = False
        self._choices("mentorship", [(key, label_of(case, cases)) for key, case in self.cases.items()])
        self._choices("length", [(str(minutes), format_minutes(minutes)) for minutes in lengths(usual)])
        self._choices("task", [(task_key(case, task), task.text) for case, task in self._tasks()])
        self._offer_others(cases)

    def _offer_others(self, cases: Sequence[Mentorship]) -> None:
        """All of them, so that picking another first one needs no new page."""
        if len(cases) < 2:
            del self.fields["others"]
            return
        field = self.fields["others"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key, label_of(case, cases)) for key, case in self.cases.items()]

    @property
    def case(self) -> Mentorship | None:
        """The mentorship picked, or the preset one."""
        key = str(self["mentorship"].value() or "")
        return self.cases.get(key)

    def _tasks(self) -> list[tuple[Mentorship, Task]]:
        case = self.case
        return [(case, task) for task in case.tasks.all()] if case else []

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*choices, (OTHER, _("Andet"))] if name == "length" else choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("length") == OTHER and not data.get("other_length") and "other_length" not in self.errors:
            self.add_error("other_length", _("Skriv, hvor længe det varede."))
        if data.get("day") and data.get("clock"):
            data["starts_at"] = self._instant(data)
        return data

    def _instant(self, data: dict[str, Any]) -> datetime | None:
        try:
            return instant(data["day"], data["clock"])
        except NoSuchTime as error:
            self.add_error("clock", str(error))
        except TimeOccursTwice as error:
            self.asks_which = True
            which = {"BEFORE": error.first, "AFTER": error.second}.get(data.get("after_change") or "")
            if which is None:
                self.add_error("after_change", str(error))
            return which
        return None

    def entry(self) -> Entry:
        """The contact typed. Only after ``is_valid``."""
        data = self.cleaned_data
        minutes = data["other_length"] if data["length"] == OTHER else int(data["length"])
        tasks = {task_key(case, task): task for case, task in self._tasks()}
        there = {str(self.case.public_id) if self.case else "", *data.get("others", ())}
        return Entry(
            cases=tuple(case for key, case in self.cases.items() if key in there),
            kind=Contact.Kind(data["kind"]),
            starts_at=data["starts_at"],
            ends_at=data["starts_at"] + timedelta(minutes=minutes),
            task=tasks.get(data["task"]),
            note=data["note"],
            done_by_whom=data["done_by_whom"],
        )


class CorrectionForm(ContactForm):
    """The same contact again, with why."""

    reason = forms.CharField(
        label=gettext_lazy("Hvorfor retter du?"), max_length=200, widget=ShortText(width="xl")
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        kwargs["initial"] = entry_as_initial(contact)
        kwargs.setdefault("usual", elapsed_minutes(contact.starts_at, contact.ends_at))
        super().__init__(*args, cases=[contact.mentorship], **kwargs)
        del self.fields["mentorship"]
        self.asks_which = _occurs_twice(contact.starts_at)

    @property
    def case(self) -> Mentorship | None:
        return next(iter(self.cases.values()), None)


class WithdrawForm(SomeForm):
    """Why a contact is deleted."""

    reason = forms.CharField(
        label=gettext_lazy("Hvorfor sletter du?"), max_length=200, widget=ShortText(width="xl")
    )


class ResolveForm(SomeForm):
    """Whether the hours stand, and why."""

    pay = ChipsField(
        label=gettext_lazy("Skal timerne gælde?"),
        choices=(
            ("YES", gettext_lazy("Ja, timerne godkendes")),
            ("NO", gettext_lazy("Nej, timerne godkendes ikke")),
        ),
    )
    reason = TextAreaField(
        label=gettext_lazy("Begrundelse"),
        rows=4,
        max_length=2000,
        help_text=gettext_lazy("Skriv, hvem du har talt med, og hvad du lægger vægt på."),
    )


class AnswersForm(SomeForm):
    """What a citizen has told the municipality about meetings that await an answer."""

    contacts = forms.MultipleChoiceField(
        label=gettext_lazy("Hvilke møder bekræfter borgeren?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Vælg mindst ét møde.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Hvordan har borgeren svaret?"),
        max_length=300,
        widget=ShortText(width="xl"),
        help_text=gettext_lazy("For eksempel: Telefon den 23. november."),
    )

    def __init__(self, *args: Any, waiting: Sequence[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contacts"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(contact.public_id), when_in_words(contact)) for contact in waiting]


def lengths(usual: int) -> list[int]:
    return sorted({*_LENGTHS, usual})


def _occurs_twice(moment: datetime) -> bool:
    local = moment.astimezone(COPENHAGEN)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
