"""An administrator's dated rows: they fill what is not confirmed and add later values, and rewrite nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.law.catalogue import assess, assess_many
from brobygger.law.parameters import (
    LocalParameterRow,
    MissingParameter,
    ParameterValue,
    parameter,
    parameters,
    shipped,
    with_local,
)
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source

from .examples import NO, YES, facts

ORDER = Source("Ny bekendtgørelse", "§ 1", "https://example.dk", Confidence.HIGH)
RECORDED = date(2026, 11, 23)


def row(parameter_id: str, start: date, number: int = 6, **changes: object) -> LocalParameterRow:
    told = {"source": ORDER, "recorded_on": RECORDED, "amount": Decimal(number), **changes}
    return LocalParameterRow(parameter_id, start, **told)  # type: ignore[arg-type]


def test_a_row_fills_what_is_not_confirmed() -> None:
    numbers = with_local([row("P08", date(2024, 1, 1), 30)])
    assert numbers.on("P08", date(2023, 12, 31)).amount is None
    found = numbers.on("P08", date(2024, 1, 1))
    assert (found.amount, found.is_local, found.recorded_on) == (30, True, RECORDED)
    assert found is numbers.on("P06", date(2024, 1, 1)), "P06 and P08 are one series"


def test_a_row_fills_a_draft_and_a_day_without_value() -> None:
    numbers = with_local([row("P12", date(2026, 1, 1), 11000), row("P05", date(2018, 1, 1), 3)])
    assert numbers.on("P12", date(2026, 1, 1)).amount == 11000
    assert numbers.on("P05", date(2018, 1, 1)).amount == 3
    with pytest.raises(MissingParameter):
        numbers.on("P05", date(2017, 12, 31))


def test_a_confirmed_row_of_the_law_goes_before_one_of_the_same_or_an_earlier_day() -> None:
    numbers = with_local([row("P01", date(2014, 1, 1), 12), row("P01", date(2019, 6, 1), 9)])
    assert numbers.on("P01", date(2014, 1, 1)).amount == 6
    assert numbers.on("P01", date(2019, 6, 1)).amount == 9
    assert numbers.on("P01", date(2020, 1, 1)).amount == 6


def test_a_later_value_can_be_set_and_the_last_one_recorded_counts() -> None:
    first = row("P01", date(2027, 1, 1), 9, recorded_on=date(2026, 11, 1))
    second = row("P01", date(2027, 1, 1), 12, recorded_on=date(2026, 12, 1))
    for rows in ([first, second], [second, first]):
        numbers = with_local(rows)
        assert numbers.on("P01", date(2026, 12, 31)).amount == 6
        assert numbers.on("P01", date(2027, 1, 1)).amount == 12
    known = shipped().with_local([first, second], known_on=date(2026, 11, 30))
    assert known.on("P01", date(2027, 1, 1)).amount == 9


def test_nothing_is_rewritten_and_both_are_shown() -> None:
    before = parameter("P01", date(2027, 1, 1))
    numbers = with_local([row("P01", date(2020, 1, 1), 12), row("P01", date(2027, 1, 1), 9)])
    assert parameter("P01", date(2027, 1, 1)) is before
    assert shipped().on("P01", date(2027, 1, 1)) is before
    shown = [(each.start.year, each.amount, each.is_local) for each in numbers.rows("P01")]
    assert shown == [
        (2003, None, False),
        (2014, 6, False),
        (2020, 12, True),
        (2020, 6, False),
        (2027, 9, True),
    ]
    assert len(shipped().rows("P01")) == 3


def test_words_for_an_account_and_a_number_for_a_number() -> None:
    numbers = with_local([row("P19", date(2027, 1, 1), amount=None, text="5.68.90.099")])
    assert numbers.on("P19", date(2027, 1, 1)).text == "5.68.90.099"


@pytest.mark.parametrize(
    ("parameter_id", "changes"),
    [
        ("P99", {}),
        ("P01", {"amount": None}),
        ("P01", {"text": "seks"}),
        ("P01", {"amount": Decimal("5.5")}),
        ("P01", {"amount": Decimal(0)}),
        ("P01", {"amount": Decimal("NaN")}),
        ("P01", {"amount": Decimal("1e30")}),
        ("P01", {"amount": None, "text": "seks"}),
        ("P19", {"amount": Decimal(5)}),
        ("P01", {"source": Source(" ")}),
    ],
)
def test_a_row_that_does_not_fit_is_refused(parameter_id: str, changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        with_local([row(parameter_id, date(2027, 1, 1), **changes)])


def test_assess_uses_the_rows_it_is_given_and_says_so() -> None:
    nine = Period.of_months(date(2027, 2, 1), 9)
    case = facts(date(2027, 1, 15), period=nine)
    numbers = with_local([row("P01", date(2027, 1, 1), 9)])
    shipped_answer, local_answer = (
        assess(case).by_rule("B09"),
        assess(case, parameters=numbers).by_rule("B09"),
    )
    assert shipped_answer is not None and local_answer is not None
    assert (shipped_answer.outcome, local_answer.outcome) == (NO, YES)
    stored = local_answer.to_dict()["parameters"]
    assert stored == [
        {
            "id": "P01",
            "amount": "9",
            "unit": "months",
            "start": "2027-01-01",
            "local_source": "Ny bekendtgørelse § 1",
        }
    ]
    assert type(local_answer).from_dict(local_answer.to_dict()) == local_answer


def test_an_answer_on_a_doubtful_local_row_is_not_shown_as_certain() -> None:
    doubtful = Source("Et rygte", confidence=Confidence.LOW)
    numbers = with_local([row("P01", date(2027, 1, 1), 9, source=doubtful)])
    found = assess(facts(date(2027, 1, 15)), parameters=numbers).by_rule("B09")
    assert found is not None and not found.confirmed


def test_many_cases_are_answered_as_one_by_one() -> None:
    numbers = with_local([row("P01", date(2020, 1, 1) + timedelta(days=1), 3)])
    cases = [facts(date(2005 + each, 5, 1)) for each in range(22)]
    assert list(assess_many(cases, parameters=numbers)) == [
        assess(each, parameters=numbers) for each in cases
    ]
    assert list(assess_many([])) == []


def slow_lookup(parameter_id: str, rows: list[LocalParameterRow], on: date) -> ParameterValue | None:
    """The order of precedence written out plainly, without a timeline."""
    series = parameters()[parameter_id].series or parameter_id
    best: tuple[date, int, date, int] | None = None
    found: object = None
    for value in parameters()[series].values:
        if value.start <= on:
            key = (value.start, 3 if value.status.is_settled else 1, date.min, 0)
            if best is None or key >= best:
                best, found = key, value
    for index, each in enumerate(rows):
        if (parameters()[each.parameter_id].series or each.parameter_id) == series and each.start <= on:
            key = (each.start, 2, each.recorded_on, index)
            if best is None or key >= best:
                best, found = key, each
    if isinstance(found, LocalParameterRow):
        return _as_value(found, series)
    return found  # type: ignore[return-value]


def _as_value(local: LocalParameterRow, series: str) -> ParameterValue:
    return next(each for each in with_local([local]).rows(series) if each.is_local)


ROWS = st.lists(
    st.builds(
        LocalParameterRow,
        st.sampled_from(["P01", "P03", "P06", "P08", "P14"]),
        st.sampled_from(
            [date(2003, 6, 10), date(2014, 1, 1), date(2016, 5, 1), date(2020, 1, 1), date(2027, 1, 1)]
        ),
        st.just(ORDER),
        st.dates(date(2026, 1, 1), date(2026, 1, 5)),
        st.integers(1, 60).map(Decimal),
    ),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(
    ROWS, st.sampled_from(["P01", "P03", "P06", "P08", "P14"]), st.dates(date(2003, 1, 1), date(2028, 1, 1))
)
def test_the_timeline_agrees_with_the_order_written_out(
    rows: list[LocalParameterRow], parameter_id: str, on: date
) -> None:
    expected = slow_lookup(parameter_id, rows, on)
    if expected is None:
        with pytest.raises(MissingParameter):
            with_local(rows).on(parameter_id, on)
    else:
        assert with_local(rows).on(parameter_id, on) == expected
