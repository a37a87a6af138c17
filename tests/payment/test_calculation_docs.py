"""The tables in docs/calculations are what the code computes. ``python -m`` this file writes them anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from brobygger.einvoice.checks import vat_tolerance
from brobygger.einvoice.document import claimed_minutes
from brobygger.einvoice.matching import Cover, MentorshipCover, match
from brobygger.law.codes import PriceLineKind
from brobygger.payment.hour_plan import HourPlan, Phase
from brobygger.payment.price import FIXED, PriceLine, estimate, is_payable
from brobygger.rulebook.frames import REAL_FRAMES, Frame, FrameRequest, check
from brobygger.values.money import fraction_to_oere, price_of_minutes, round_to_oere, running_oere
from brobygger.values.period import ONE_DAY, Period
from tests.einvoice.samples import document, line
from tests.payment import money_tables

DOCS = Path(__file__).parents[2] / "docs" / "calculations"
MARKED = re.compile(r"<!-- table: (\w+) -->\n(\|[^\n]*\n\|[-|]*\n)(.*?)<!-- end -->\n", re.DOTALL)
START = date(2026, 11, 2)
Rows = Iterable[Iterable[object]]


def plan() -> Rows:
    made, reached = HourPlan((Phase(2, 2220), Phase(10, 300))), 0
    for week, minutes in enumerate(made.by_week(), start=1):
        reached += minutes
        yield week, _number(minutes), _number(reached)


def broken() -> Rows:
    """Weeks that two phases share; the exact minutes are added up here by hand."""
    made, reached = HourPlan((Phase(Decimal("0.5"), 5), Phase(1, 6), Phase(1, 3))), 0
    exact = (Fraction(5 + 6, 2), Fraction(6 + 3, 2), Fraction(3, 2))
    for week, minutes in enumerate(made.by_week(), start=1):
        reached += minutes
        yield week, float(exact[week - 1]), float(sum(exact[:week])), reached, minutes


def claimed() -> Rows:
    for quantity, unit in (
        ("7.5", "HUR"),
        ("1.33", "HUR"),
        ("0.17", "HUR"),
        ("90", "MIN"),
        ("1", "DAY"),
        ("8", "EA"),
    ):
        minutes = claimed_minutes(line(quantity=Decimal(quantity), unit=unit))
        yield quantity, f"`{unit}`", "not hours" if minutes is None else minutes


def kinds() -> Rows:
    for kind in PriceLineKind:
        counted = is_payable(PriceLine(kind, "", Decimal(1)))
        yield f"{kind.label} (`{kind.value}`)", "yes" if counted else "no, D06"


def example() -> Rows:
    lines = [
        PriceLine(PriceLineKind.WAGE, "", Decimal("210.40")),
        PriceLine(PriceLineKind.HOLIDAY_PAY, "", Decimal("26.30")),
        PriceLine(PriceLineKind.PENSION, "", Decimal("13.30")),
        PriceLine(PriceLineKind.TRAINING, "", Decimal(2950), FIXED),
    ]
    for each in lines:
        yield each.kind.label, f"{each.amount:,.2f}"
    made = estimate(HourPlan((Phase(10, 300),)), lines)
    yield "Hourly rate", f"{made.hourly_rate:,.2f}"
    yield f"{_number(made.minutes)} hours", f"{made.hours_amount:,.2f}"
    yield "**In all**", f"**{made.total:,.2f}**"


def frames() -> Rows:
    for make in REAL_FRAMES:
        frame = make(Period(date(2007, 2, 1)))
        at_limit, above = (check(frame, _request(frame, step)) for step in (0, 1))
        yield frame.name, at_limit.sentence, " ".join(result.sentence_da for result in above.exceeded)


def _request(frame: Frame, step: int) -> FrameRequest:
    """Every limit met exactly, or exceeded by one day, minute or krone."""
    period = Period.of_months(START, frame.max_months) if frame.max_months else Period.of_weeks(START, 10)
    assert period.end is not None
    return FrameRequest(
        period=Period(START, period.end + ONE_DAY * step),
        minutes_per_week_max=(frame.max_minutes_per_week or 0) + step,
        minutes_total=(frame.max_minutes_total or 0) + step,
        kroner_total=(frame.max_kroner_total or 0) + Decimal(step),
        hourly_rate=(frame.max_hourly_rate or 0) + Decimal(step),
        training_kroner=(frame.training_budget or 0) + Decimal(step),
    )


def lines() -> Rows:
    for hours, rate, confirmed, agreed in (
        ("8", "300.00", 480, 300),
        ("8", "250.00", 480, 300),
        ("8", "300.00", 479, 300),
        ("8", "300.01", 480, 300),
        ("1.33", "300.00", 80, 300),
    ):
        of_hours = line(quantity=Decimal(hours), unit_price=Decimal(rate))
        known = MentorshipCover((Cover("a", confirmed, Decimal(agreed), date(2026, 11, 5)),))
        (decision,) = match(document(of_hours), ["M"], {"M": known})
        outcome = f"{decision.outcome.label}. {decision.sentence_da}"
        yield f"{hours} h x {rate} = {of_hours.amount:,.2f}", f"{confirmed} min.", agreed, outcome


def oere() -> Rows:
    for amount in ("0.125", "0.124", "-0.125", "1944.425"):
        yield amount, round_to_oere(Decimal(amount))


def once() -> Rows:
    rate = Decimal("333.33")
    yield "350 minutes, rounded once (ours)", price_of_minutes(350, rate)
    yield "Each week rounded, then added", sum(price_of_minutes(50, rate) for _ in range(7))


def running() -> Rows:
    third = Fraction(100, 3)
    shares = running_oere([third] * 3)
    for part, share in enumerate(shares, start=1):
        yield part, fraction_to_oere(third), share
    yield "**Together**", f"**{fraction_to_oere(third) * 3}**", f"**{sum(shares)}**"


def tolerance() -> Rows:
    for count in (1, 2, 3, 10, 100):
        yield count, f"{vat_tolerance(count)} kr."


TABLES: dict[str, Callable[[], Rows]] = money_tables.TABLES | {
    make.__name__: make
    for make in (plan, broken, claimed, kinds, example, frames, lines, oere, once, tolerance, running)
}


def _number(minutes: int) -> str:
    return f"{Decimal(minutes) / 60:g}"


def written(text: str) -> str:
    """The page with every marked table made anew."""

    def table(found: re.Match[str]) -> str:
        rows = "".join(f"| {' | '.join(map(str, row))} |\n" for row in TABLES[found[1]]())
        return f"<!-- table: {found[1]} -->\n{found[2]}{rows}<!-- end -->\n"

    return MARKED.sub(table, text)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_the_tables_on_the_page_are_current(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert written(text) == text


def test_every_table_is_on_one_page() -> None:
    found = [
        name for page in DOCS.glob("*.md") for name, _, _ in MARKED.findall(page.read_text(encoding="utf-8"))
    ]
    assert sorted(found) == sorted(TABLES)


def test_a_wrong_figure_on_a_page_is_noticed() -> None:
    """Planted fault: one figure is changed."""
    text = (DOCS / "price.md").read_text(encoding="utf-8")
    wrong = text.replace("15,450.00", "15,440.00")
    assert wrong != text
    assert written(wrong) != wrong


if __name__ == "__main__":
    for each in DOCS.glob("*.md"):
        each.write_text(written(each.read_text(encoding="utf-8")), encoding="utf-8")
