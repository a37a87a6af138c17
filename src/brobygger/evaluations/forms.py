"""What a leader fills in to plan an evaluation, and a consultant to put a citizen in its lot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.evaluations import steps, words
from brobygger.evaluations.models import Candidate, Design, Division, Evaluation, Outcome
from brobygger.evaluations.rights import Circumstances
from brobygger.evaluations.services import MOST_MONTHS, MOST_PEOPLE, MOST_UNITS, Protocol, Size
from brobygger.evaluations.words import month_words
from brobygger.hours.forms import SomeForm
from brobygger.people.models import Citizen
from brobygger.ui.forms import (
    ChipsField,
    ChipsMultipleField,
    DanishDateField,
    DanishDecimalField,
    ShortText,
    TextAreaField,
    UiBoundField,
)
from brobygger.values.period import add_months

_WHOLE_NUMBER = {"invalid": gettext_lazy("Skriv et helt tal.")}
MONTHS_AHEAD = 18
YES_NO = (("no", gettext_lazy("Nej")), ("yes", gettext_lazy("Ja")))


def _whole(label: Any, most: int, least: int = 1, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=ShortText(width="xs", inputmode="numeric"),
        error_messages=_WHOLE_NUMBER,
        **more,
    )


def _of_100(label: Any, help_text: Any, most: int = 100) -> DanishDecimalField:
    return DanishDecimalField(
        label=label,
        help_text=help_text,
        suffix=gettext_lazy("af 100"),
        decimals=1,
        min_value=0,
        max_value=most,
    )


class _SizeForm(SomeForm):
    outcome = ChipsField(label=gettext_lazy("Hvad skal mentoren føre til?"), choices=Outcome.choices)
    base = _of_100(
        gettext_lazy("Hvor mange når det uden mentor?"),
        gettext_lazy("I forsøget med unge i 2012-13 var det 12 af 100 i uddannelse efter et år."),
    )
    relevant = _of_100(
        gettext_lazy("Hvor mange flere skal det være, før det er værd at vide?"),
        gettext_lazy("I det samme forsøg var det 4 flere af 100."),
    )

    def as_sent(self) -> Self:
        """The same form as if what it begins with had been sent."""
        initial = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
        return self._again({name: "" if value is None else str(value) for name, value in initial.items()})

    def _again(self, data: dict[str, str]) -> Self:
        return type(self)(data)


class LotterySizeForm(_SizeForm):
    people = _whole(
        gettext_lazy("Borgere, der vil have en mentor"),
        MOST_PEOPLE,
        help_text=gettext_lazy("Så mange, I regner med på ventelisten, når der trækkes lod."),
    )
    places = _whole(gettext_lazy("Pladser"), MOST_PEOPLE)

    def size(self) -> Size:
        """The form must be valid."""
        return Size(design=Design.LOTTERY.value, **self.cleaned_data)


class RollOutSizeForm(_SizeForm):
    units = _whole(
        gettext_lazy("Enheder"),
        MOST_UNITS,
        2,
        help_text=gettext_lazy("For eksempel hold, afdelinger eller kommuner, der begynder hver for sig."),
    )
    never = _whole(
        gettext_lazy("Enheder, der ikke begynder"),
        MOST_UNITS,
        0,
        help_text=gettext_lazy("De er med for at have nogen at sammenligne med til sidst."),
    )
    per_month = _whole(gettext_lazy("Borgere i en enhed om måneden"), MOST_PEOPLE)
    months = _whole(gettext_lazy("Måneder i alt"), MOST_MONTHS, 3)
    first_month = forms.TypedChoiceField(label=gettext_lazy("Første måned"), coerce=date.fromisoformat)
    between = _of_100(
        gettext_lazy("Hvor forskellige er enhederne i forvejen?"),
        gettext_lazy("Så mange af 100 ligger en enhed typisk over eller under de andre."),
        most=50,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].label = _("Hvad skal den nye praksis føre til?")
        self.fields["base"].label, self.fields["base"].help_text = _("Hvor mange når det i dag?"), ""
        self.fields["relevant"].help_text = ""
        first = today.replace(day=1)
        months = [add_months(first, number) for number in range(MONTHS_AHEAD)]
        self.today = today
        self.initial.setdefault("first_month", add_months(first, 1).isoformat())
        self.fields["first_month"].choices = [(each.isoformat(), month_words(each)) for each in months]  # type: ignore[attr-defined]

    def _again(self, data: dict[str, str]) -> Self:
        return type(self)(data, today=self.today)

    def size(self) -> Size:
        """The form must be valid."""
        return Size(design=Design.ROLL_OUT.value, **self.cleaned_data)


LOTTERY_EXAMPLE = {
    "outcome": Outcome.EDUCATION.value,
    "base": "12",
    "relevant": "4",
    "people": 200,
    "places": 100,
}
ROLL_OUT_EXAMPLE = {
    "outcome": Outcome.EDUCATION.value, "base": "12", "relevant": "4", "units": 8, "never": 1, "per_month": 20,
    "months": 12, "between": "3",
}  # fmt: skip
"""What the pages begin with: the base and the difference of the Danish trial."""


class NeededLater(UiBoundField):
    """A field that a draft may lack but that is not left out for good, or one whose page says that all are free."""

    @property
    def optional(self) -> bool:
        return False


class ProtocolForm(SomeForm):
    bound_field_class = NeededLater

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Navn"), max_length=120, required=False, widget=ShortText(width="l")
    )
    question = TextAreaField(
        label=gettext_lazy("Hvilket spørgsmål skal evalueringen svare på?"),
        max_length=400,
        rows=2,
        required=False,
    )
    horizon_weeks = forms.TypedChoiceField(
        label=gettext_lazy("Hvornår ses der efter?"), choices=words.HORIZONS, coerce=int
    )
    protocol = TextAreaField(
        label=gettext_lazy("Protokol"),
        help_text=gettext_lazy(
            "Hvem kan være med, hvad får de, hvad måles, hvordan regnes det, og hvornår er I færdige? "
            "Det kan ikke ændres, når det er registreret."
        ),
        max_length=8000,
        rows=8,
        required=False,
    )
    subgroups = ChipsMultipleField(
        label=gettext_lazy("Grupper, I vil se på for sig"),
        help_text=gettext_lazy("Kun grupper, der er valgt på forhånd, kan vises som andet end en opdagelse."),
        choices=Division.choices,
        required=False,
    )
    strata = forms.ChoiceField(
        label=gettext_lazy("Pladserne fordeles efter"),
        choices=[("", gettext_lazy("Ingen opdeling")), *Division.choices],
        required=False,
        help_text=gettext_lazy("Alle har samme chance. Hver gruppe får sin andel af pladserne."),
    )
    not_drawn = ChipsField(
        label=gettext_lazy("Hvad får de, der ikke trækkes?"), choices=Evaluation.NotDrawn.choices
    )
    consent_text = TextAreaField(
        label=gettext_lazy("Det siger borgeren ja til"),
        help_text=gettext_lazy("Læs det op, eller giv det på papir. Skriv kort og let."),
        max_length=2000,
        rows=6,
        required=False,
    )
    is_by_lot = ChipsField(
        label=gettext_lazy("Hvem begynder hvornår?"),
        choices=(
            ("lot", gettext_lazy("Loddet giver månederne")),
            ("chosen", gettext_lazy("Som der står her")),
        ),
    )

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evaluation = evaluation
        for name in ("is_by_lot",) if evaluation.is_lottery else ("strata", "not_drawn", "consent_text"):
            del self.fields[name]
        self.rows = 0 if evaluation.is_lottery else len(evaluation.units)
        for number in range(self.rows):
            self.fields[f"unit_{number}"] = forms.CharField(
                label=_("Enhed %(number)d") % {"number": number + 1},
                max_length=60,
                widget=ShortText(width="m"),
            )
            self.fields[f"month_{number}"] = forms.ChoiceField(
                label=_("Begynder"), choices=_month_choices(evaluation), required=False
            )

    @property
    def plain(self) -> list[forms.BoundField]:
        """All but the rows of units."""
        return [each for each in self if not each.name.startswith(("unit_", "month_"))]

    @property
    def unit_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"unit_{number}"], self[f"month_{number}"]) for number in range(self.rows)]

    def written(self) -> Protocol:
        """The form must be valid."""
        data = self.cleaned_data
        names = (
            "name",
            "question",
            "horizon_weeks",
            "protocol",
            "subgroups",
            "strata",
            "not_drawn",
            "consent_text",
        )
        rows = [(data[f"unit_{number}"], data[f"month_{number}"]) for number in range(self.rows)]
        return Protocol(
            **{name: data[name] for name in names if name in data},
            is_by_lot=data.get("is_by_lot", "lot") == "lot",
            units=steps.plan_of(rows),
        )


def _month_choices(evaluation: Evaluation) -> list[tuple[str, str]]:
    """The months after the first, since a unit needs one before to start from."""
    assert evaluation.first_month is not None
    months = [add_months(evaluation.first_month, number) for number in range(1, evaluation.months)]
    return [("", _("Begynder ikke")), *((f"{each:%Y-%m}", month_words(each)) for each in months)]


def protocol_initial(evaluation: Evaluation) -> dict[str, Any]:
    """What a draft holds, with a proposal for the words a citizen says yes to."""
    names = ("version", "name", "question", "horizon_weeks", "protocol", "subgroups", "strata", "not_drawn")
    held = {name: getattr(evaluation, name) for name in names}
    rows: Sequence[Sequence[str]] = evaluation.units
    for number, (name, month) in enumerate(rows):
        held |= {f"unit_{number}": name, f"month_{number}": month}
    held["is_by_lot"] = "lot" if evaluation.is_by_lot else "chosen"
    held["consent_text"] = evaluation.consent_text or consent_proposal()
    return held


def consent_proposal() -> str:
    """Words to read aloud."""
    return _(
        "Flere vil gerne have en mentor, end der er pladser til. Derfor trækker vi lod om pladserne. "
        "Du bestemmer selv, om du vil være med. Siger du nej, får du den samme hjælp som ellers. "
        "Du kan sige fra igen, når du vil. Bagefter ser vi i registre, hvor mange der kom i job eller uddannelse. "
        "Ingen kan se dit navn i det, vi skriver om det."
    )


class VersionForm(SomeForm):
    """What is done was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class DrawForm(SomeForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)


class CloseForm(VersionForm):
    note = TextAreaField(
        label=gettext_lazy("Hvordan gik det?"),
        max_length=2000,
        rows=3,
        error_messages={
            "required": gettext_lazy("Skriv, hvordan det gik, også hvis der ikke blev trukket lod.")
        },
    )


class CandidateForm(SomeForm):
    """The three questions about rights, and the consent."""

    leaves_psychiatry = ChipsField(
        label=gettext_lazy(
            "Udskrives borgeren fra en psykiatrisk indlæggelse, eller er det sket det seneste halve år?"
        ),
        help_text=gettext_lazy("En borger i § 6 har så ret til en mentor (LAB § 167, stk. 2)."),
        choices=YES_NO,
    )
    starts_education = ChipsField(
        label=gettext_lazy("Er borgeren optaget på en uddannelse, eller begynder borgeren på en?"),
        help_text=gettext_lazy(
            "En borger i § 6, nr. 4 eller 5, har så ret til en mentor (LAB § 167, stk. 3)."
        ),
        choices=YES_NO,
    )
    cannot_join_offers = ChipsField(
        label=gettext_lazy("Kan borgeren af personlige grunde ikke deltage i tilbud?"),
        help_text=gettext_lazy("Det er ikke bekræftet, om ret og pligt til mentor gælder efter 2020."),
        choices=YES_NO,
    )
    consented_on = DanishDateField(label=gettext_lazy("Hvilken dag sagde borgeren ja?"))
    consent_how = ChipsField(label=gettext_lazy("Hvordan sagde borgeren ja?"), choices=Candidate.How.choices)

    def said(self, citizen: Citizen) -> Circumstances:
        """The form must be valid."""
        asked = {name: self.cleaned_data[name] == "yes" for name in words.RIGHT_FIELDS.values() if name}
        return Circumstances(citizen.target_group, **asked)


class LeaveForm(SomeForm):
    why = forms.ChoiceField(
        label=gettext_lazy("Hvorfor er borgeren ikke med mere?"), choices=Candidate.Left.choices
    )

    def __init__(self, *args: Any, is_drawn: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_drawn:
            left = Candidate.Left.CONSENT
            self.fields["why"].choices = [(left.value, left.label)]  # type: ignore[attr-defined]
