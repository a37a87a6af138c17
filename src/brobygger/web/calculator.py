"""The public calculator: the zero solution (nulløsning), and what hours for a person or a place cost.

Open to anybody. What is typed stands in the address only; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from brobygger.accounts.models import User
from brobygger.law.parameters import MissingParameter, Parameters
from brobygger.payment.hour_plan import MAX_WEEKS, BadPlan, HourPlan, Phase
from brobygger.payment.place_plan import MAX_PLACES, PlacePlan, may_be_fixed_per_place
from brobygger.payment.zero_solution import (
    Answer,
    BadCase,
    Verdict,
    ZeroCase,
    ZeroSolution,
    judge,
    solve,
)
from brobygger.rulebook import selectors as rulebook
from brobygger.rulebook.frames import REAL_FRAMES, Frame
from brobygger.ui.forms import (
    ChipsField,
    DanishDateField,
    DanishDecimalField,
    DurationField,
    KronerField,
    ShortText,
    UiForm,
)
from brobygger.values.money import ZERO, price_of_minutes
from brobygger.values.period import Period
from brobygger.values.source import Source
from brobygger.web import payment_words
from brobygger.web.payment_words import Said

INVALID = 422
WEEK = 7 * 24 * 60
PHASES = (1, 2, 3)
CHANGES = (1, 2, 3)
NO_FRAME, OWN_FRAME = "", "egen"
_TONES = {Answer.YES: "ok", Answer.NO: "refused", Answer.CANNOT_TELL: "cannot_tell"}


class ZeroForm(UiForm):
    """A citizen in work with wage subsidy, and the mentor."""

    wage_cost = KronerField(label=gettext_lazy("Lønudgift i timen"), max_value=100_000)
    wage_subsidy = KronerField(label=gettext_lazy("Løntilskud i timen"), max_value=100_000)
    minutes = DurationField(label=gettext_lazy("Borgerens timer om ugen"), min_minutes=1, max_minutes=WEEK)
    mentor_rate = KronerField(
        label=gettext_lazy("Mentorens pris i timen"), min_value=Decimal("0.01"), max_value=100_000
    )
    once = KronerField(
        label=gettext_lazy("Betales én gang"),
        required=False,
        max_value=1_000_000,
        help_text=gettext_lazy("For eksempel et mentorkursus."),
    )
    starts_on = DanishDateField(label=gettext_lazy("Begynder"))
    weeks = DanishDecimalField(
        label=gettext_lazy("Så mange uger"),
        min_value=Decimal("0.15"),
        max_value=MAX_WEEKS,
        suffix=gettext_lazy("uger"),
    )
    frame = ChipsField(label=gettext_lazy("Kommunens ramme"), required=False)

    def __init__(self, *args: Any, own: Frame | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.own = own
        examples = [(str(place), _example(place).name) for place in range(len(REAL_FRAMES))]
        mine = [(OWN_FRAME, own.name)] if own else []
        self.fields["frame"].choices = [(NO_FRAME, _("Ingen ramme")), *mine, *examples]  # type: ignore[attr-defined]

    @property
    def chosen_frame(self) -> Frame | None:
        choice = self.cleaned_data["frame"]
        if choice == OWN_FRAME:
            return self.own
        return _example(int(choice)) if choice else None


def _example(place: int) -> Frame:
    return REAL_FRAMES[place](Period(date(2007, 2, 1)))


class PlanForm(UiForm):
    """Phases, price, and where a place is held by changing people, the days on which it changes hands."""

    rate = KronerField(label=gettext_lazy("Pris i timen"), max_value=100_000)
    once = KronerField(label=gettext_lazy("Betales én gang pr. borger"), required=False, max_value=1_000_000)
    places = forms.IntegerField(
        label=gettext_lazy("Pladser eller borgere"),
        min_value=1,
        max_value=MAX_PLACES,
        initial=1,
        widget=ShortText(width="xs", inputmode="numeric"),
    )
    starts_on = DanishDateField(label=gettext_lazy("Begynder"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for place in PHASES:
            self.fields[f"weeks_{place}"] = DanishDecimalField(
                label=_("Uger"), required=place == 1, min_value=Decimal("0.01"), max_value=MAX_WEEKS
            )
            self.fields[f"hours_{place}"] = DurationField(
                label=_("Timer om ugen"), required=place == 1, min_minutes=0, max_minutes=WEEK
            )
        for place in CHANGES:
            self.fields[f"change_{place}"] = DanishDateField(
                label=_("Skifter borger %(number)s. gang") % {"number": place}, required=False
            )

    @property
    def phase_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"weeks_{place}"], self[f"hours_{place}"]) for place in PHASES]

    @property
    def change_fields(self) -> list[forms.BoundField]:
        return [self[f"change_{place}"] for place in CHANGES]

    @property
    def plan(self) -> HourPlan:
        """Raises BadPlan."""
        data = self.cleaned_data
        pairs = [(data[f"weeks_{place}"], data[f"hours_{place}"]) for place in PHASES]
        return HourPlan(tuple(Phase(weeks, minutes or 0) for weeks, minutes in pairs if weeks))

    @property
    def changes(self) -> list[date]:
        return sorted({day for place in CHANGES if (day := self.cleaned_data[f"change_{place}"])})


# The answers


@dataclass(frozen=True)
class ZeroAnswer:
    """A zero solution as the page shows it. Kroner and minutes of a week, and of the whole wanted period."""

    solution: ZeroSolution
    verdict: Verdict
    wanted: Period
    once: Decimal

    @property
    def tone(self) -> str:
        return _TONES[self.verdict.allowed]

    @property
    def last_day(self) -> date | None:
        """The last day law and frame let it run; None where they hold no day."""
        days = self.verdict.length.days
        return self.wanted.start + timedelta(days=days - 1) if days else None

    @property
    def stops(self) -> Said:
        language = payment_words.reader()
        found = (payment_words.label(stop, language).words for stop in self.verdict.length.stops)
        return Said(", ".join(found), language)

    @property
    def allowed(self) -> Said:
        return payment_words.label(self.verdict.allowed, payment_words.reader())

    @property
    def reasons(self) -> list[Said]:
        return [payment_words.sentence(each, payment_words.reader()) for each in self.verdict.reasons]

    @property
    def fits_a_week(self) -> bool:
        """Whether a week holds the mentor's hours at all; a tiny rate asks for more."""
        return 0 < self.solution.mentor_minutes_per_week <= WEEK

    @property
    def minutes(self) -> int:
        if not self.fits_a_week:
            return 0
        return self.solution.plan(self.wanted.days).total_minutes

    @property
    def kroner(self) -> Decimal:
        return self.once + price_of_minutes(self.minutes, self.solution.case.mentor_rate)


@dataclass(frozen=True)
class Holder:
    """One who holds the place, and the minutes that are theirs."""

    number: int
    period: Period
    minutes: int
    kroner: Decimal


@dataclass(frozen=True)
class PlanAnswer:
    """What a plan comes to, for one and for all, and how a place's hours are shared."""

    plan: HourPlan
    period: Period
    places: int
    for_one: Decimal
    holders: list[Holder]
    source: Source | None

    @property
    def described(self) -> Said:
        return payment_words.plan(self.plan, payment_words.reader())

    @property
    def minutes(self) -> int:
        return self.plan.total_minutes * self.places

    @property
    def kroner(self) -> Decimal:
        return self.for_one * self.places


def zero_answer(data: Mapping[str, Any], frame: Frame | None, numbers: Parameters | None) -> ZeroAnswer:
    """What the typed figures come to. Raises BadCase, BadPlan, and MissingParameter before the scheme began."""
    solution = solve(ZeroCase(data["wage_cost"], data["wage_subsidy"], data["minutes"], data["mentor_rate"]))
    days = max(1, int(data["weeks"] * 7))
    wanted = Period(data["starts_on"], data["starts_on"] + timedelta(days=days))
    once = data["once"] or ZERO
    verdict = judge(solution, wanted=wanted, findings=None, frame=frame, fixed=once, parameters=numbers)
    return ZeroAnswer(solution, verdict, wanted, once)


def plan_answer(form: PlanForm) -> PlanAnswer:
    """What the plan costs, and each holder's share of a place. Raises BadPlan."""
    data, plan = form.cleaned_data, form.plan
    place = PlacePlan(plan, data["starts_on"], data["places"])
    rate, once = data["rate"], data["once"] or ZERO
    changes = form.changes
    return PlanAnswer(
        plan,
        place.period,
        data["places"],
        once + price_of_minutes(plan.total_minutes, rate),
        _holders(place, changes, rate) if changes else [],
        may_be_fixed_per_place(place.start) if changes else None,
    )


def _holders(place: PlacePlan, changes: list[date], rate: Decimal) -> list[Holder]:
    end = place.period.end
    assert end is not None  # a plan ends
    if not all(place.start < day < end for day in changes):
        raise BadPlan(_("Dagen for et skifte skal ligge inde i planen."))
    edges = [place.start, *changes, end]
    periods = {str(number): Period(first, last) for number, (first, last) in enumerate(pairwise(edges), 1)}
    shares = place.shares(periods)
    return [
        Holder(int(key), period, shares[key], price_of_minutes(shares[key], rate))
        for key, period in periods.items()
    ]


# The page


@require_GET
def calculator(request: HttpRequest) -> HttpResponse:
    """Both calculators on one page; the address says which and with what."""
    today = timezone.localdate()
    is_plan = request.GET.get("vis") == "plan"
    context = _plan(request, today) if is_plan else _zero(request, today)
    context |= {"tabs": _tabs(is_plan), "is_plan": is_plan}
    return render(request, "web/calculator.html", context, status=INVALID if context["form"].errors else 200)


def _zero(request: HttpRequest, today: date) -> dict[str, Any]:
    staff = _staff(request)
    own = rulebook.frame_on(staff, today) if staff else None
    usual = {"starts_on": today, "frame": OWN_FRAME if own else NO_FRAME}
    form = ZeroForm(request.GET, own=own) if "wage_cost" in request.GET else ZeroForm(initial=usual, own=own)
    answer = None
    if form.is_bound and form.is_valid():
        try:
            numbers = rulebook.numbers_of(staff) if staff else None
            answer = zero_answer(form.cleaned_data, form.chosen_frame, numbers)
        except (BadCase, BadPlan) as problem:
            form.add_error(None, _sentence(problem))
        except MissingParameter:
            form.add_error("starts_on", _("Vælg en dag efter den 9. juni 2003, da ordningen begyndte."))
    return {"form": form, "answer": answer}


def _plan(request: HttpRequest, today: date) -> dict[str, Any]:
    form = PlanForm(request.GET) if "rate" in request.GET else PlanForm(initial={"starts_on": today})
    answer = None
    if form.is_bound and form.is_valid():
        try:
            answer = plan_answer(form)
        except BadPlan as problem:
            form.add_error(None, _sentence(problem))
    return {"form": form, "answer": answer}


def _sentence(problem: Exception) -> str:
    return payment_words.sentence(str(problem), payment_words.reader()).words


def _staff(request: HttpRequest) -> User | None:
    """Staff count with the frame and the numbers of their own municipality."""
    user = request.user
    is_staff = isinstance(user, User) and user.kind == "staff" and user.municipality_id is not None
    return user if is_staff and isinstance(user, User) else None


def _tabs(is_plan: bool) -> list[dict[str, Any]]:
    url = reverse("web:calculator")
    return [
        {"label": _("Nulløsning"), "url": url, "current": not is_plan},
        {"label": _("Timer og pris"), "url": f"{url}?vis=plan", "current": is_plan},
    ]
