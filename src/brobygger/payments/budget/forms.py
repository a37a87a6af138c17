"""What is set aside, what a year is held against, a thought about the year, a chart of accounts, and a day of work."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.law.codes import Act
from brobygger.law.target_groups import ALL
from brobygger.payment.chart import COLUMNS
from brobygger.payment.forecast import Commitment
from brobygger.payment.hour_plan import HourPlan, Phase
from brobygger.payments.budget.models import Dimension, YearFacts
from brobygger.ui.forms import (
    CheckboxField,
    ChipsField,
    DanishDateField,
    DanishDecimalField,
    DurationField,
    KronerField,
    SearchSelect,
    ShortText,
    UiForm,
)
from brobygger.values.money import ZERO

MOST_KRONER = 999_999_999_999
MOST_BYTES = 1024 * 1024


class BudgetForm(UiForm):
    """An amount for each key of a dimension; an empty field is no budget."""

    def __init__(
        self,
        data: Any = None,
        *,
        dimension: Dimension,
        words: Mapping[str, str],
        known: Mapping[str, Decimal],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.dimension, self.keys = dimension, list(words)
        for place, (key, label) in enumerate(words.items()):
            self.fields[f"amount_{place}"] = KronerField(
                label=label,
                required=False,
                max_value=MOST_KRONER,
                initial=known.get(key),
                widget=ShortText(width="m", suffix="kr.", inputmode="decimal"),
            )

    @property
    def amounts(self) -> dict[str, Decimal | None]:
        return {key: self.cleaned_data[f"amount_{place}"] for place, key in enumerate(self.keys)}


class YearFactsForm(UiForm):
    """Full-time persons, other guidance, and when to be told."""

    full_time_persons = DanishDecimalField(
        label=gettext_lazy("Fuldtidspersoner i året"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=gettext_lazy("Bruges til tallet pr. fuldtidsperson. Tomt felt: tallet vises ikke."),
    )
    other_guidance = KronerField(
        label=gettext_lazy("Udgift til øvrig vejledning i året"), required=False, max_value=MOST_KRONER
    )
    close_at_percent = DanishDecimalField(
        label=gettext_lazy("Sig til, når forbrug og forventning når"),
        min_value=1,
        max_value=100,
        suffix=gettext_lazy("procent"),
    )

    @classmethod
    def of(cls, facts: YearFacts, data: Any = None) -> YearFactsForm:
        names = ("full_time_persons", "other_guidance", "close_at_percent")
        return cls(data, initial={name: getattr(facts, name) for name in names})

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {**self.cleaned_data, "other_guidance": self.cleaned_data["other_guidance"] or ZERO}


class ThoughtForm(UiForm):
    """New mentorships, and other hours and another price for what is still to come. Nothing of it is saved."""

    count = forms.IntegerField(
        label=gettext_lazy("Nye forløb"),
        required=False,
        min_value=0,
        max_value=100_000,
        widget=ShortText(width="xs", inputmode="numeric"),
    )
    weeks = DanishDecimalField(
        label=gettext_lazy("Uger i hvert"), required=False, min_value=Decimal("0.01"), max_value=520
    )
    minutes = DurationField(
        label=gettext_lazy("Timer om ugen"), required=False, min_minutes=1, max_minutes=7 * 24 * 60
    )
    rate = KronerField(label=gettext_lazy("Pris i timen"), required=False, max_value=100_000)
    once = KronerField(label=gettext_lazy("Betales én gang"), required=False, max_value=1_000_000)
    starts_on = DanishDateField(label=gettext_lazy("Begynder"), required=False)
    price_percent = DanishDecimalField(
        label=gettext_lazy("Prisen på resten"),
        required=False,
        min_value=0,
        max_value=1_000,
        suffix=gettext_lazy("procent"),
    )
    hours_percent = DanishDecimalField(
        label=gettext_lazy("Timerne i resten"),
        required=False,
        min_value=0,
        max_value=1_000,
        suffix=gettext_lazy("procent"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("count"):
            lacking = [name for name in ("weeks", "minutes", "rate", "starts_on") if data.get(name) is None]
            for name in lacking:
                if name not in self.errors:
                    self.add_error(name, _("Udfyld feltet for de nye forløb."))
        return data

    @property
    def factor(self) -> Decimal:
        """What the rest is multiplied by."""
        data = self.cleaned_data
        percents = (data.get("price_percent"), data.get("hours_percent"))
        factor = Decimal(1)
        for percent in percents:
            factor *= Decimal(1) if percent is None else percent / 100
        return factor

    @property
    def added(self) -> tuple[Commitment, int] | None:
        """One of the new mentorships, and how many like it."""
        data = self.cleaned_data
        if not data.get("count"):
            return None
        plan = HourPlan((Phase(data["weeks"], data["minutes"]),))
        period = plan.period(data["starts_on"])
        return Commitment("new", period, plan, data["rate"], data.get("once") or ZERO), data["count"]

    @property
    def is_asked(self) -> bool:
        return self.is_valid() and (self.factor != 1 or self.added is not None)


class ChartForm(UiForm):
    """A chart of accounts as a CSV file."""

    file = forms.FileField(
        label=gettext_lazy("Kontoplan"),
        help_text=gettext_lazy("CSV med semikolon. Første række: %(columns)s.")
        % {"columns": ";".join(COLUMNS)},
        error_messages={
            "required": gettext_lazy("Vælg en fil."),
            "empty": gettext_lazy("Filen er tom. Vælg en anden."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Hvor den står"),
        required=False,
        max_length=160,
        help_text=gettext_lazy("For eksempel kommunens kontoplan 2027. Navnet vises som kilde."),
    )

    def clean_file(self) -> str:
        """The text of the file, in UTF-8 or as older Windows programs write it."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("Filen er for stor. En kontoplan fylder højst 1 MB."))
        content = file.read()
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return str(content.decode(encoding))
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError(_("Filen kan ikke læses som tekst. Gem den som CSV."))


class ShareForm(UiForm):
    """A cost, the day of the work, and whom it was for."""

    cost = KronerField(label=gettext_lazy("Udgift til mentor"), max_value=MOST_KRONER)
    on = DanishDateField(label=gettext_lazy("Arbejdet blev udført"))
    status = forms.ChoiceField(
        label=gettext_lazy("Borgerens målgruppe, da aftalen blev indgået"),
        required=False,
        widget=SearchSelect,
    )
    employed = CheckboxField(
        label=gettext_lazy("Borgeren var ansat, da aftalen blev indgået"), required=False
    )
    act = ChipsField(label=gettext_lazy("Lov"), choices=Act.choices(), initial=Act.LAB.value)
    left = KronerField(
        label=gettext_lazy("Rest af rådighedsbeløbet"),
        required=False,
        max_value=MOST_KRONER,
        help_text=gettext_lazy("Kun for 2014 til midten af 2019. Tomt felt: der er nok."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        groups = [(group.code, f"{group.label} ({group.paragraph})") for group in ALL]
        self.fields["status"].choices = [("", _("Ikke oplyst")), *groups]  # type: ignore[attr-defined]


class LadderForm(UiForm):
    """Weeks with benefit in a row, and the benefit of a week."""

    weeks = forms.IntegerField(
        label=gettext_lazy("Uger i træk på ydelse"),
        min_value=1,
        max_value=520,
        widget=ShortText(width="xs", inputmode="numeric"),
    )
    benefit = KronerField(label=gettext_lazy("Ydelse om ugen"), max_value=100_000)
    first_day = DanishDateField(label=gettext_lazy("Første uge"))
