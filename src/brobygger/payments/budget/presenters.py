"""The pages of budget, chart of accounts and reimbursement: figures with their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import teams_of
from brobygger.law import regimes
from brobygger.law.codes import Act, Context
from brobygger.law.parameters import MissingParameter
from brobygger.law.reimbursement import INSURED
from brobygger.law.target_groups import BY_CODE, target_groups
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship
from brobygger.payment.budget import Alarm, BudgetLine, Comparison, Level
from brobygger.payment.forecast import Figures, Method, figures
from brobygger.payment.forecast import year as year_of
from brobygger.payment.reimbursement import (
    Reimbursement,
    ladder,
    municipality_pays,
    reimburse,
    state_pays,
    state_share,
    weeks_in_a_row,
)
from brobygger.payment.shares import CeilingStand, RightAndDutyShare, ceiling_stand
from brobygger.payments.budget import selectors
from brobygger.payments.budget.forms import ThoughtForm
from brobygger.payments.budget.models import Dimension
from brobygger.payments.budget.selectors import NO_KEY, Outlook
from brobygger.payments.budget.sums import never_asked_for
from brobygger.rulebook import selectors as rulebook
from brobygger.values.money import ZERO

FIRST_KEYS = {
    Dimension.ACCOUNT: "konto",
    Dimension.TEAM: "hold",
    Dimension.TARGET_GROUP: "maalgruppe",
    Dimension.CONTEXT: "sammenhaeng",
}
"""How the address names what the table is split by."""
ALL_WORD = "alt"
_BY_WORD = {word: dimension for dimension, word in FIRST_KEYS.items()}
_LEVELS = {
    Level.FINE: ("success", "ok"),
    Level.CLOSE: ("warning", "waiting"),
    Level.OVER: ("error", "refused"),
}


@dataclass(frozen=True)
class Wanted:
    """Which year, split by what, how the hours to come are estimated, and whether old work is asked about too."""

    year: int
    dimension: Dimension = Dimension.TEAM
    method: Method = Method.BY_PLAN
    with_old: bool = False

    def cases_url(self, key: str) -> str:
        """The mentorships that the row of a key is made of."""
        query = self.url(noegle=quote(key, safe="")).partition("?")[2]
        return f"{reverse('payments:budget_cases')}?{query}"

    @property
    def all_cases_url(self) -> str:
        """The mentorships that the whole table is made of."""
        return self.url(efter=ALL_WORD).replace(reverse("payments:budget"), reverse("payments:budget_cases"))

    @classmethod
    def of(cls, query: Any, today: date) -> Wanted:
        """From the address; what it does not say, or says wrongly, is the usual."""
        text = query.get("aar", "")
        number = int(text) if text.isascii() and text.isdecimal() and 2003 <= int(text) < 2100 else today.year
        method = Method.BY_RUN_RATE if query.get("metode") == "forbrug" else Method.BY_PLAN
        dimension = _BY_WORD.get(query.get("efter", ""), Dimension.TEAM)
        return cls(number, dimension, method, with_old=query.get("gamle") == "ja")

    def url(self, **changed: Any) -> str:
        told = {"aar": self.year, "efter": FIRST_KEYS[self.dimension]}
        if self.method is Method.BY_RUN_RATE:
            told["metode"] = "forbrug"
        told |= changed
        return (
            reverse("payments:budget")
            + "?"
            + "&".join(f"{name}={value}" for name, value in told.items() if value)
        )


@dataclass(frozen=True)
class Line:
    """One row of the table: the key in words, and how its budget stands."""

    label: str
    line: BudgetLine
    tone: str
    cases_url: str

    @property
    def figures(self) -> Figures:
        return self.line.figures

    @property
    def over(self) -> Decimal:
        """Kroner that the budget lacks."""
        return max(ZERO, -(self.line.free or ZERO))


@dataclass(frozen=True)
class BudgetPage:
    wanted: Wanted
    on: date
    whole: BudgetLine
    next_year: BudgetLine
    lines: list[Line]
    alarm: Alarm | None
    alarm_kind: str
    share: RightAndDutyShare
    ceiling: CeilingStand | None
    never_asked_for: Decimal | None
    comparison: Comparison | None
    comparison_next: Comparison | None

    @property
    def next_year_number(self) -> int:
        return self.wanted.year + 1

    @property
    def old_url(self) -> str:
        """The page with what old work comes to, which takes a question of its own."""
        return self.wanted.url(gamle="ja") + "#gamle"

    @property
    def plain_url(self) -> str:
        """The page without the thought."""
        return self.wanted.url()

    @property
    def thought_rows(self) -> list[tuple[int, Comparison, Decimal | None]]:
        """Year, comparison, and what of the budget is free then."""
        pairs = (
            (self.wanted.year, self.comparison, self.whole),
            (self.next_year_number, self.comparison_next, self.next_year),
        )
        return [
            (year, each, None if line.budget is None else line.budget - each.after.outcome)
            for year, each, line in pairs
            if each is not None
        ]


def budget_page(user: User, wanted: Wanted, thought: ThoughtForm, on: date) -> BudgetPage:
    """All that the page shows. The number of queries does not follow the number of mentorships."""
    found = selectors.outlook(user, on=on, first_year=wanted.year, method=wanted.method)
    set_aside = selectors.budgets(user, (wanted.year, wanted.year + 1))
    facts = selectors.facts_of(user, wanted.year)
    whole = _whole(found, wanted.year, set_aside)
    alarm = (
        selectors.alarm_now(found, wanted.year, whole.budget, facts.close_at_percent)
        if whole.budget is not None
        else None
    )
    compared = _compared(user, found, wanted, thought)
    return BudgetPage(
        wanted=wanted,
        on=on,
        whole=whole,
        next_year=_whole(found, wanted.year + 1, set_aside),
        lines=_lines(user, found, wanted, set_aside, facts.close_at_percent),
        alarm=alarm,
        alarm_kind=_LEVELS[alarm.level][0] if alarm else "",
        share=_share(found, wanted.year),
        ceiling=_ceiling(user, whole.figures, facts.full_time_persons, facts.other_guidance, wanted.year),
        never_asked_for=never_asked_for(found.seen) if wanted.with_old else None,
        comparison=compared[0] if compared else None,
        comparison_next=compared[1] if compared else None,
    )


def _whole(found: Outlook, year: int, set_aside: dict[tuple[int, str, str], Decimal]) -> BudgetLine:
    return BudgetLine(NO_KEY, set_aside.get((year, Dimension.WHOLE.value, NO_KEY)), found.figures(year))


def _lines(
    user: User,
    found: Outlook,
    wanted: Wanted,
    set_aside: dict[tuple[int, str, str], Decimal],
    close_at: Decimal,
) -> list[Line]:
    by_key = found.by(wanted.dimension, wanted.year)
    own = {
        key: amount
        for (year, dimension, key), amount in set_aside.items()
        if (year, dimension) == (wanted.year, wanted.dimension.value)
    }
    words = words_of(user, wanted.dimension)
    shown = [
        BudgetLine(key, own.get(key), by_key.get(key, Figures()))
        for key in {*by_key, *own}
        if key in own or by_key[key] != Figures()
    ]
    lines = [
        Line(
            word_of(wanted.dimension, each.key, words),
            each,
            _tone(each, close_at),
            wanted.cases_url(each.key),
        )
        for each in shown
    ]
    return sorted(lines, key=lambda each: (each.line.key == NO_KEY, each.label.casefold()))


def _tone(line: BudgetLine, close_at: Decimal) -> str:
    if line.budget is None:
        return ""
    if line.figures.outcome > line.budget:
        return "over"
    return "close" if line.percent is not None and line.percent >= close_at else ""


def _share(found: Outlook, year: int) -> RightAndDutyShare:
    whole = found.figures(year).outcome
    part = found.right_and_duty(year).outcome
    return RightAndDutyShare(part * 100 / whole if whole > 0 else None)


def _ceiling(
    user: User, whole: Figures, persons: Decimal | None, other: Decimal, year: int
) -> CeilingStand | None:
    if not persons:
        return None
    numbers = rulebook.money_numbers_of(user)
    try:
        return ceiling_stand(whole.outcome + other, persons, on=date(year, 12, 31), parameters=numbers)
    except MissingParameter:
        return None


def _compared(
    user: User, found: Outlook, wanted: Wanted, thought: ThoughtForm
) -> tuple[Comparison, Comparison] | None:
    """This year and the next as they are and as they would be; nothing is saved."""
    if not thought.is_asked:
        return None
    factor = thought.factor
    changed = (
        found
        if factor == 1
        else selectors.outlook(
            user, on=found.seen.on, first_year=wanted.year, method=wanted.method, factor=factor
        )
    )
    years = (wanted.year, wanted.year + 1)
    this, following = (
        Comparison(found.figures(year), _with_added(changed.figures(year), thought, year, found.seen.on))
        for year in years
    )
    return this, following


def _with_added(before: Figures, thought: ThoughtForm, year: int, on: date) -> Figures:
    if thought.added is None:
        return before
    one, count = thought.added
    own = figures([one], year_of(year), on=min(on, one.period.start))
    return Figures(
        before.committed + own.committed * count,
        before.spent,
        before.expected + own.expected * count,
        before.mentorships + own.mentorships * count,
        before.without_subsidy + own.without_subsidy * count,
    )


# The mentorships behind a row


@dataclass(frozen=True)
class CaseLine:
    """A mentorship and what it comes to in the year."""

    mentorship: Mentorship
    figures: Figures


@dataclass(frozen=True)
class CasesPage:
    """What a row of the budget is made of, dearest first; ``whole`` is the row itself."""

    heading: str
    figures_by_case: list[tuple[int, Figures]]
    whole: Figures
    back: str

    def lines(self, user: User, shown: Sequence[tuple[int, Figures]]) -> list[CaseLine]:
        """The rows of one page of the list, in two queries."""
        known = mentorships.visible_to(user).in_bulk([key for key, _figures in shown])
        return [CaseLine(known[key], each) for key, each in shown if key in known]


def cases_page(user: User, wanted: Wanted, query: Any, on: date) -> CasesPage:
    """From the address, as the table's links write it."""
    is_all = query.get("efter") == ALL_WORD
    dimension, key = (Dimension.WHOLE, NO_KEY) if is_all else (wanted.dimension, query.get("noegle", NO_KEY))
    found = selectors.cases_of(
        user, on=on, year=wanted.year, method=wanted.method, dimension=dimension, key=key
    )
    word = word_of(dimension, key, words_of(user, dimension)) if not is_all else _("alle forløb")
    return CasesPage(
        _("Budget %(year)s: %(part)s") % {"year": wanted.year, "part": word},
        sorted(found.items(), key=lambda each: (-each[1].outcome, each[0])),
        selectors.total(found.values()),
        wanted.url(),
    )


# Words


def words_of(user: User, dimension: Dimension) -> dict[str, str]:
    """The keys one can set a budget for, in words; accounts have none of their own."""
    if dimension is Dimension.WHOLE:
        return {NO_KEY: _("Hele budgettet")}
    if dimension is Dimension.TEAM:
        return {str(team.pk): team.name for team in teams_of(user)}
    if dimension is Dimension.CONTEXT:
        return dict(Context.choices())
    if dimension is Dimension.TARGET_GROUP:
        return {code: f"{group.label} ({group.paragraph})" for code, group in BY_CODE.items()}
    return {}


def word_of(dimension: Dimension, key: str, words: dict[str, str]) -> str:
    if key:
        return words.get(key, key)
    nothing = {
        Dimension.ACCOUNT: _("Ingen konto kendt"),
        Dimension.TEAM: _("Uden hold"),
        Dimension.TARGET_GROUP: _("Uden målgruppe"),
    }
    return nothing.get(dimension, _("Andet"))


def keys_to_set(user: User, wanted: Wanted, on: date) -> dict[str, str]:
    """The keys that a form of budgets asks for: those in use, those with a budget, and all teams."""
    words = words_of(user, wanted.dimension)
    if wanted.dimension in (Dimension.WHOLE, Dimension.TEAM):
        return words
    used = selectors.outlook(user, on=on, first_year=wanted.year).by(wanted.dimension, wanted.year)
    own = {
        key
        for _year, dimension, key in selectors.budgets(user, [wanted.year])
        if dimension == wanted.dimension.value
    }
    found = {key: word_of(wanted.dimension, key, words) for key in {*used, *own} if key}
    return dict(sorted(found.items(), key=lambda each: each[1].casefold()))


# Tabs


def year_links(wanted: Wanted, today: date) -> list[dict[str, Any]]:
    years = sorted({today.year - 1, today.year, today.year + 1, wanted.year})
    return [
        {"label": str(year), "url": wanted.url(aar=year), "current": year == wanted.year} for year in years
    ]


def dimension_tabs(wanted: Wanted) -> list[dict[str, Any]]:
    return [
        {
            "label": dimension.label,
            "url": wanted.url(efter=word),
            "current": dimension is wanted.dimension,
        }
        for dimension, word in FIRST_KEYS.items()
    ]


def method_links(wanted: Wanted) -> list[dict[str, Any]]:
    return [
        {
            "label": method.label,
            "url": wanted.url(metode="forbrug" if method is Method.BY_RUN_RATE else ""),
            "current": method is wanted.method,
        }
        for method in Method
    ]


# The chart of accounts


@dataclass(frozen=True)
class AccountRow:
    """A target group and its account on the day; "" where none is known."""

    code: str
    label: str
    account: str
    is_of_the_law: bool


def accounts_on(user: User, on: date) -> list[AccountRow]:
    """The account of every group one can choose on the day. One query."""
    numbers = rulebook.numbers_of(user)
    return [
        AccountRow(
            group.code,
            f"{group.label} ({group.paragraph})",
            selectors.account_for(group.code, on, numbers=numbers),
            group.code in INSURED,
        )
        for group in target_groups(on)
    ]


# Reimbursement


@dataclass(frozen=True)
class ShareRow:
    """What the state repaid on a day of a status, of 10,000 kroner."""

    day: date
    who: str
    result: Reimbursement


OF_TEN_THOUSAND = Decimal(10_000)
_SHOWN = (
    (regimes.CASH_BENEFIT_REFORM, "2.3"),
    (regimes.REIMBURSEMENT_ENDS - timedelta(days=1), "2.3"),
    (regimes.REIMBURSEMENT_ENDS - timedelta(days=1), "2.1"),
    (regimes.REIMBURSEMENT_ENDS, "2.3"),
    (regimes.REIMBURSEMENT_ENDS, "2.1"),
)


def share_rows(today: date) -> list[ShareRow]:
    """The days on which the state's share changed."""
    rows = [
        ShareRow(day, BY_CODE[code].label, _repaid(OF_TEN_THOUSAND, on=day, status=code))
        for day, code in _SHOWN
    ]
    rows.append(ShareRow(today, _("Alle målgrupper i dag"), _repaid(OF_TEN_THOUSAND, on=today, status="6.3")))
    apart = reimburse(OF_TEN_THOUSAND, state_share(on=today, status_at_agreement=None, act=Act.INL))
    rows.append(ShareRow(today, Act.INL.label, apart))
    return rows


def _repaid(cost: Decimal, *, on: date, status: str) -> Reimbursement:
    return reimburse(cost, state_share(on=on, status_at_agreement=status))


def share_of(data: dict[str, Any]) -> Reimbursement:
    """The state's kroner of what the form says."""
    share = state_share(
        on=data["on"],
        status_at_agreement=data["status"] or None,
        employed_at_agreement=data["employed"],
        act=Act(data["act"]),
    )
    return reimburse(data["cost"], share, left_of_amount=data["left"])


@dataclass(frozen=True)
class LadderPage:
    """Weeks in a row on benefit: who pays what, and the per cent of the last week."""

    weeks: int
    whole: Decimal
    state: Decimal
    municipality: Decimal
    last_percent: Decimal


def ladder_of(data: dict[str, Any]) -> LadderPage:
    """Raises MissingParameter for weeks before the ladder."""
    monday = data["first_day"] - timedelta(days=data["first_day"].weekday())
    found = ladder(weeks_in_a_row(monday, data["weeks"]))
    benefit = data["benefit"]
    return LadderPage(
        len(found),
        benefit * len(found),
        state_pays(found, benefit),
        municipality_pays(found, benefit),
        found[-1].state_percent if found else ZERO,
    )


def may_set(user: User) -> bool:
    return user.may(Permission.SET_BUDGET)
