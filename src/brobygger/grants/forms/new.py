"""The form of a new mentorship: one page, all of it kept as typed, read as far as it goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.accounts.models import User
from brobygger.grants.proposals import Proposal
from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind, SupportType
from brobygger.law.target_groups import INTEGRATION, target_groups
from brobygger.mentorships.need import Need
from brobygger.organisations import selectors as organisations
from brobygger.organisations.models import Organisation
from brobygger.payment.hour_plan import MAX_WEEKS, BadPlan, HourPlan, Phase
from brobygger.payment.price import Basis, PriceLine
from brobygger.people import selectors as people
from brobygger.people.models import Citizen, Mentor
from brobygger.ui.forms import (
    ChipsField,
    DanishDateField,
    DanishDecimalField,
    DurationField,
    KronerField,
    SearchSelect,
    ShortText,
    TextAreaField,
    UiBoundField,
    UiForm,
)
from brobygger.values.cpr import NotACpr, birth_date, parse_cpr

MOST_ROWS = 8
LONGEST_LINE = 300
LONGEST_TEXT = 4000
NOT_TOO_LONG = MaxLengthValidator(
    LONGEST_TEXT, gettext_lazy("Teksten er for lang. Skriv højst %(limit_value)d tegn.")
)
OPTIONAL = frozenset(
    {
        "organisation",
        "goal_2",
        "goal_3",
        "in_group_since",
        "discharge_on",
        "education_admission_on",
        "ends_on",
        "text",
    }
)
"""What a mentorship may well lack. All else the law or the case asks for, though not while one is writing."""
GOALS = ("goal_1", "goal_2", "goal_3")

_EMPLOYED_WHERE_THE_CITIZEN_IS = (
    MentorKind.COMPANY_EMPLOYEE,
    MentorKind.SCHOOL_EMPLOYEE,
    MentorKind.MUNICIPAL_EMPLOYEE,
)
_BLANK = [("", gettext_lazy("Vælg"))]

# Where an error of the services or the law is written, when the field there has another name here.
FIELD_OF = {"citizen": "cpr", "name": "new_name", "goals": "goal_1", "agreement": ""}


class LongSelect(SearchSelect):
    """A select of hundreds of rows: drawn in one go, for a template per row takes longer than the page may."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (option["value"], SafeString(" selected" if option["selected"] else ""), option["label"])
                for _group, rows, _place in widget["optgroups"]
                for option in rows
            ),
        )
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), options)


class PublicIdChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row of a register, told apart by its random public id."""

    def __init__(self, *, label: Any, help_text: Any = "", widget: Any = None) -> None:
        super().__init__(
            queryset=None,
            to_field_name="public_id",
            required=False,
            label=label,
            help_text=help_text,
            empty_label=_BLANK[0][1],
            widget=widget or LongSelect,
            error_messages={"invalid_choice": gettext_lazy("Vælg en fra listen.")},
        )

    def prepare_value(self, value: Any) -> Any:
        return str(value.public_id) if hasattr(value, "public_id") else value

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


class MentorChoice(PublicIdChoice):
    def label_from_instance(self, obj: Mentor) -> str:
        where = obj.organisation.name if obj.organisation else ""
        return " · ".join(part for part in (obj.name, MentorKind(obj.kind).label, where) if part)


class OrganisationChoice(PublicIdChoice):
    def label_from_instance(self, obj: Organisation) -> str:
        return f"{obj.name} · CVR {obj.cvr}" if obj.cvr else obj.name


class AskedField(UiBoundField):
    """Says "valgfri" only of what really is, although no field stops a draft."""

    @property
    def optional(self) -> bool:
        return self.name in OPTIONAL


class NewForm(UiForm):
    """All but the rows of phases and prices. Nothing is demanded here: the law says what is missing."""

    bound_field_class = AskedField

    cpr = forms.CharField(
        label=gettext_lazy("CPR-nummer eller navn"),
        required=False,
        max_length=120,
        widget=ShortText(width="m", data_bb_secret=""),
        help_text=gettext_lazy("Slå borgeren op i kommunens register. CPR-nummeret gemmes ikke i kladden."),
    )
    citizen = PublicIdChoice(label=gettext_lazy("Borger"), widget=forms.HiddenInput)
    new_name = forms.CharField(
        label=gettext_lazy("Navn på ny borger"),
        required=False,
        max_length=120,
        widget=ShortText(width="l"),
        help_text=gettext_lazy("Kun hvis borgeren ikke findes i registret. Skriv CPR-nummeret ovenfor."),
    )
    target_group = forms.ChoiceField(label=gettext_lazy("Målgruppe"), required=False, widget=SearchSelect)
    context = forms.ChoiceField(
        label=gettext_lazy("Hvad skal mentoren hjælpe borgeren med at opnå eller fastholde?"),
        required=False,
        choices=[*_BLANK, *Context.choices()],
        widget=SearchSelect,
    )
    organisation = OrganisationChoice(
        label=gettext_lazy("Virksomhed eller uddannelsessted"),
        help_text=gettext_lazy("Stedet, hvor borgeren er. Tomt felt betyder mentorens arbejdsplads."),
    )
    support_type = ChipsField(label=gettext_lazy("Støttetype"), required=False, choices=SupportType.choices())
    purpose = TextAreaField(
        label=gettext_lazy("Formål"),
        required=False,
        validators=[NOT_TOO_LONG],
        rows=3,
        help_text=gettext_lazy("Hvad skal borgeren opnå eller fastholde?"),
    )
    goal_1 = forms.CharField(
        label=gettext_lazy("Mål 1"),
        required=False,
        max_length=LONGEST_LINE,
        widget=ShortText(width="xl"),
        help_text=gettext_lazy("Noget, man kan se, når forløbet slutter."),
    )
    goal_2 = forms.CharField(
        label=gettext_lazy("Mål 2"), required=False, max_length=LONGEST_LINE, widget=ShortText(width="xl")
    )
    goal_3 = forms.CharField(
        label=gettext_lazy("Mål 3"), required=False, max_length=LONGEST_LINE, widget=ShortText(width="xl")
    )
    tasks = TextAreaField(
        label=gettext_lazy("Mentorens opgaver"),
        required=False,
        validators=[NOT_TOO_LONG],
        rows=4,
        help_text=gettext_lazy(
            "Én opgave på hver linje. Skriv det, som hører til mentoren og ikke til andre."
        ),
    )
    decisive_reason = TextAreaField(
        label=gettext_lazy("Hvorfor er mentoren afgørende?"),
        required=False,
        validators=[NOT_TOO_LONG],
        rows=3,
    )
    beyond_normal_reason = TextAreaField(
        label=gettext_lazy("Hvad går ud over det sædvanlige?"),
        required=False,
        validators=[NOT_TOO_LONG],
        rows=3,
        help_text=gettext_lazy("Det, som stedet ikke skal give alle nye af sig selv."),
    )
    in_group_since = DanishDateField(
        label=gettext_lazy("I målgruppen siden"),
        help_text=gettext_lazy("Skriv den, hvis målgruppen er lukket for nye."),
        required=False,
    )
    discharge_on = DanishDateField(label=gettext_lazy("Udskrives fra psykiatrisk afdeling"), required=False)
    education_admission_on = DanishDateField(label=gettext_lazy("Optaget på uddannelse"), required=False)
    mentor = MentorChoice(label=gettext_lazy("Mentor"))
    qualifications_needed = TextAreaField(
        label=gettext_lazy("Hvad skal mentoren kunne?"),
        required=False,
        validators=[NOT_TOO_LONG],
        rows=2,
    )
    not_usual_work = forms.BooleanField(
        label=gettext_lazy("Mentoren gør ikke sit sædvanlige arbejde i de timer, der betales"),
        required=False,
    )
    starts_on = DanishDateField(label=gettext_lazy("Begynder"), required=False)
    ends_on = DanishDateField(
        label=gettext_lazy("Sidste dag"),
        required=False,
        help_text=gettext_lazy("Tomt felt: forløbet slutter, når planen er slut."),
    )
    hours_reason = TextAreaField(
        label=gettext_lazy("Hvorfor lige det antal timer?"),
        required=False,
        validators=[NOT_TOO_LONG],
        rows=2,
    )
    # Drawn as rows; here only so that an error has a name and a place to link to.
    phases = forms.Field(required=False, widget=forms.HiddenInput)
    price_lines = forms.Field(required=False, widget=forms.HiddenInput)
    qualifications = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on
        self._rows_of("citizen", people.citizens_visible_to(user))
        mentors = people.visible_to(user).filter(is_active=True).select_related("organisation")
        self._rows_of("mentor", mentors.order_by("name", "pk"))
        self._rows_of("organisation", organisations.by_name(user))
        groups = [(group.code, f"{group.label} ({group.paragraph})") for group in target_groups(on)]
        self.fields["target_group"].choices = [*_BLANK, *groups]  # type: ignore[attr-defined]

    def _rows_of(self, name: str, rows: QuerySet[Any]) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean_tasks(self) -> str:
        text: str = self.cleaned_data["tasks"]
        if any(len(line) > LONGEST_LINE for line in text.splitlines()):
            raise ValidationError(
                _("En opgave er for lang. Skriv højst %(limit)d tegn på hver linje.")
                % {"limit": LONGEST_LINE}
            )
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("Sidste dag ligger før den dag, forløbet begynder. Ret en af dem."))
        return data


class PhaseForm(UiForm):
    """One row of the hour plan."""

    bound_field_class = AskedField

    weeks = DanishDecimalField(
        label=gettext_lazy("Uger"),
        required=False,
        min_value=0,
        max_value=MAX_WEEKS,
        widget=ShortText(width="xs", suffix=gettext_lazy("uger"), inputmode="decimal"),
    )
    hours = DurationField(
        label=gettext_lazy("Timer om ugen"), required=False, min_minutes=0, max_minutes=7 * 24 * 60
    )

    @property
    def phase(self) -> Phase | None:
        """The phase, or None while it is half written."""
        data = getattr(self, "cleaned_data", {})
        weeks, minutes = data.get("weeks"), data.get("hours")
        return Phase(weeks, minutes) if weeks and minutes is not None else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        weeks, minutes = data.get("weeks"), data.get("hours")
        if weeks == 0:
            self.add_error("weeks", _("Skriv, hvor mange uger fasen varer."))
        if minutes is not None and weeks is None and "weeks" not in self.errors:
            self.add_error("weeks", _("Skriv, hvor mange uger fasen varer."))
        if weeks and minutes is None and "hours" not in self.errors:
            self.add_error("hours", _("Skriv timer om ugen, for eksempel 5."))
        return data


class PriceForm(UiForm):
    """One row of the price."""

    bound_field_class = AskedField

    kind = forms.ChoiceField(
        label=gettext_lazy("Hvad"),
        required=False,
        choices=[*_BLANK, *PriceLineKind.choices()],
        widget=forms.Select(attrs={"data-bb-plain": ""}),
    )
    amount = KronerField(
        label=gettext_lazy("Beløb"),
        required=False,
        max_value=9_999_999,
        widget=ShortText(width="xs", suffix="kr.", inputmode="decimal"),
    )
    text = forms.CharField(
        label=gettext_lazy("Tekst"), required=False, max_length=120, widget=ShortText(width="m")
    )

    @property
    def line(self) -> PriceLine | None:
        """The price line, or None while it is half written."""
        data = getattr(self, "cleaned_data", {})
        if not data.get("kind") or data.get("amount") is None:
            return None
        kind = PriceLineKind(data["kind"])
        return PriceLine(kind, data.get("text") or "", data["amount"], basis_of(kind))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        has_amount = data.get("amount") is not None
        if has_amount and not data.get("kind"):
            self.add_error("kind", _("Vælg, hvad beløbet dækker."))
        if data.get("kind") and data.get("text") and not has_amount and "amount" not in self.errors:
            self.add_error("amount", _("Skriv beløbet i kroner."))
        return data


def basis_of(kind: PriceLineKind) -> Basis:
    """A course is paid once, everything else by the hour."""
    return Basis.FIXED if kind is PriceLineKind.TRAINING else Basis.PER_HOUR


class NewMentorship:
    """The page's forms together: the main form and the rows of phases and prices.

    ``shown`` draws what was typed without judging it; ``read`` judges it.
    """

    def __init__(
        self, data: Mapping[str, Any], *, user: User, on: date, judged: bool, more: str = ""
    ) -> None:
        self.data, self.on, self.judged = data, on, judged
        source = {"data": data} if judged else {"initial": data}
        self.main = NewForm(user=user, on=on, **source)
        self.phases = [PhaseForm(**self._row(data, "phase", row)) for row in self._rows(data, "phase", more)]
        self.prices = [PriceForm(**self._row(data, "price", row)) for row in self._rows(data, "price", more)]
        self.more_phases = len(self.phases) < MOST_ROWS
        self.more_prices = len(self.prices) < MOST_ROWS

    @classmethod
    def shown(cls, data: Mapping[str, Any], *, user: User, on: date, more: str = "") -> NewMentorship:
        return cls(data, user=user, on=on, judged=False, more=more)

    @classmethod
    def read(cls, data: Mapping[str, Any], *, user: User, on: date) -> NewMentorship:
        new = cls(data, user=user, on=on, judged=True)
        new.is_valid()
        return new

    def _rows(self, data: Mapping[str, Any], kind: str, more: str) -> range:
        count = max([place + 1 for place in _places(data, kind)], default=1)
        return range(min(count + (more == kind), MOST_ROWS))

    def _row(self, data: Mapping[str, Any], kind: str, place: int) -> dict[str, Any]:
        prefix = f"{kind}-{place}"
        if self.judged:
            return {"data": data, "prefix": prefix}
        start = len(prefix) + 1
        initial = {name[start:]: data[name] for name in data if name.startswith(f"{prefix}-")}
        if kind == "price" and place == 0 and not initial:
            initial = {"kind": PriceLineKind.WAGE.value}
        return {"initial": initial, "prefix": prefix}

    @property
    def all(self) -> list[UiForm]:
        return [self.main, *self.phases, *self.prices]

    def is_valid(self) -> bool:
        """Whether all that was typed can be read, whatever the law says of it."""
        valid = [form.is_valid() for form in self.all]
        return all(valid) and self._plan_fits()

    def _plan_fits(self) -> bool:
        data = self.main.cleaned_data
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if not (self.plan and starts and ends) or "ends_on" in self.main.errors:
            return True
        over = (self.plan.period(starts).end or starts) - (ends + timedelta(days=1))
        if over.days > 0:
            self.main.add_error(
                "ends_on", _("Planens uger går ud over sidste dag. Ret ugerne eller sidste dag.")
            )
            return False
        return True

    def demand(self) -> None:
        """Writes by its field what a case must have though no rule of law asks for it."""
        data = self.main.cleaned_data
        wanted = {
            "citizen": (self.citizen, _("Find borgeren, eller skriv navnet på en ny.")),
            "support_type": (data.get("support_type"), _("Vælg støttetypen.")),
            "goals": (self.need().goals, _("Skriv mindst ét mål.")),
            "tasks": (self.need().tasks, _("Skriv mindst én opgave til mentoren.")),
            "qualifications_needed": (
                data.get("qualifications_needed"),
                _("Skriv, hvad mentoren skal kunne."),
            ),
            "starts_on": (data.get("starts_on"), _("Skriv, hvornår forløbet begynder.")),
            "phases": (self.plan, _("Skriv mindst én fase med uger og timer om ugen.")),
            "price_lines": (self._is_priced, _("Skriv mindst én prislinje.")),
        }
        for field, (value, sentence) in wanted.items():
            if not value:
                self.add_error(field, sentence)

    @property
    def _is_priced(self) -> bool:
        """A volunteer costs nothing; everybody else has a price."""
        mentor = self.main.cleaned_data.get("mentor")
        return bool(self.proposal().price_lines) or (
            mentor is not None and not MentorKind(mentor.kind).is_paid
        )

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in self.all)

    def add_error(self, field: str, sentence: str) -> None:
        """Puts a refusal by the field it concerns, or at the top. The first error of a field is enough."""
        name = FIELD_OF.get(field, field)
        here = name if name in self.main.fields else None
        if here is None or here not in self.main.errors:
            self.main.add_error(here, sentence)

    # What has been typed so far, as the law and the frame read it

    @cached_property
    def plan(self) -> HourPlan | None:
        phases = tuple(phase for form in self.phases if (phase := form.phase))
        try:
            return HourPlan(phases) if phases else None
        except BadPlan:
            return None

    @property
    def citizen(self) -> Citizen | None:
        """The citizen found, or one as typed, not saved yet."""
        data = self.main.cleaned_data
        if data.get("citizen"):
            return data["citizen"]  # type: ignore[no-any-return]
        if not data.get("new_name"):
            return None
        return Citizen(name=data["new_name"], birth_date=_born(data.get("cpr", "")))

    @property
    def is_new_citizen(self) -> bool:
        citizen = self.citizen
        return citizen is not None and citizen.pk is None

    def need(self) -> Need:
        """Everything readable; what is missing or wrong is left out."""
        data = self.main.cleaned_data
        group, mentor = data.get("target_group") or "", data.get("mentor")
        return Need(
            citizen=self.citizen,
            act=Act.INL if group == INTEGRATION else Act.LAB,
            target_group=group,
            context=Context(data["context"]) if data.get("context") else None,
            support_type=SupportType(data["support_type"]) if data.get("support_type") else None,
            organisation=data.get("organisation") or _workplace(mentor),
            mentor=mentor,
            purpose=data.get("purpose", ""),
            goals=tuple(text for name in GOALS if (text := data.get(name, "").strip())),
            tasks=tuple(line.strip() for line in data.get("tasks", "").splitlines() if line.strip()),
            qualifications_needed=data.get("qualifications_needed", ""),
            decisive_reason=data.get("decisive_reason", ""),
            beyond_normal_reason=data.get("beyond_normal_reason", ""),
            not_usual_work=True if data.get("not_usual_work") else None,
            in_group_since=data.get("in_group_since"),
            discharge_on=data.get("discharge_on"),
            education_admission_on=data.get("education_admission_on"),
        )

    def need_for(self, citizen: Citizen) -> Need:
        """The need of a citizen who has just been registered."""
        return replace(self.need(), citizen=citizen)

    def proposal(self) -> Proposal:
        """Period, hours and price as far as they can be read."""
        data = self.main.cleaned_data
        ends = data.get("ends_on")
        return Proposal(
            starts_on=data.get("starts_on"),
            ends_before=ends + timedelta(days=1) if ends else None,
            plan=self.plan,
            price_lines=tuple(line for form in self.prices if (line := form.line)),
            hours_reason=data.get("hours_reason", ""),
        )


def _workplace(mentor: Mentor | None) -> Organisation | None:
    """Nothing is typed twice: where the mentor is employed on the spot, that is the place."""
    if mentor is None or mentor.kind not in _EMPLOYED_WHERE_THE_CITIZEN_IS:
        return None
    return mentor.organisation  # type: ignore[no-any-return]


def _born(cpr: str) -> date | None:
    try:
        return birth_date(parse_cpr(cpr))
    except NotACpr:
        return None


def looks_like_cpr(text: str) -> bool:
    """Whether digits were meant, so that a mistyped number is not searched as a name."""
    return bool(re.fullmatch(r"[\d\s\-]{6,}", text.strip()))


# Rows come and go without a script too


def _places(data: Mapping[str, Any], kind: str) -> list[int]:
    found = (re.match(rf"{kind}-(\d{{1,2}})-", name) for name in data)
    return sorted({int(match[1]) for match in found if match and int(match[1]) < MOST_ROWS})


def without_row(data: Mapping[str, Any], kind: str, place: int) -> dict[str, Any]:
    """The data with one row taken out and the later ones moved up."""
    kept = {name: data[name] for name in data if not name.startswith(f"{kind}-")}
    for new_place, old_place in enumerate(each for each in _places(data, kind) if each != place):
        prefix = f"{kind}-{old_place}-"
        for name in data:
            if name.startswith(prefix):
                kept[f"{kind}-{new_place}-{name.removeprefix(prefix)}"] = data[name]
    return kept


def typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft keeps: the page's own fields that hold something."""
    rows = re.compile(r"(phase|price)-\d{1,2}-[a-z]+")
    fields = set(NewForm.base_fields) - {"cpr"}
    return {name: data[name] for name in data if (name in fields or rows.fullmatch(name)) and data[name]}
