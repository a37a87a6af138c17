"""Danish cells as facts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind
from brobygger.review.intake import cells, choices
from brobygger.review.intake.cells import NotReadable
from brobygger.review.intake.fields import BY_NAME, FIELDS

DAY = date(2025, 2, 3)


@pytest.mark.parametrize(
    "cell",
    ["03-02-2025", "3.2.2025", "3/2/25", "2025-02-03", "20250203", "3. februar 2025", "3. feb 2025", "03-02-2025 00:00",
     datetime.combine(DAY, time(12)), DAY, 45691, 45691.0, 20250203, "2025-02-03T10:00:00"],
)  # fmt: skip
def test_dates(cell: Any) -> None:
    assert cells.read_date(cell) == DAY


@pytest.mark.parametrize(
    "cell", ["31-02-2025", "i morgen", "1", 7, True, "03-02-1899", "13-13-2025", "#REF!"]
)
def test_what_is_no_date(cell: Any) -> None:
    with pytest.raises(NotReadable):
        cells.read_date(cell)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [("2,5", 150), ("2.5", 150), ("2:30", 150), ("2 t 30", 150), ("90 min", 90), (2.5, 150), (40, 2400),
     ("40 timer", 2400), (time(2, 30), 150), (timedelta(hours=30), 1800), ("1.250", 75000), ("0", 0)],
)  # fmt: skip
def test_hours(cell: Any, minutes: int) -> None:
    assert cells.read_hours(cell) == minutes


@pytest.mark.parametrize("cell", ["mange", "-2", -1, 1e9, "", float("inf"), float("nan"), 1e300])
def test_what_is_no_number_of_hours(cell: Any) -> None:
    with pytest.raises(NotReadable):
        cells.read_hours(cell)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [("1.234,50", "1234.50"), ("1234,5", "1234.50"), ("kr. 1.234", "1234.00"), ("1.234,50 kr.", "1234.50"),
     ("1,234.50", "1234.50"), ("225.5", "225.50"), (225.5, "225.50"), ("1 234,50", "1234.50"), ("500,-", "500.00")],
)  # fmt: skip
def test_kroner(cell: Any, amount: str) -> None:
    assert cells.read_kroner(cell) == Decimal(amount)


@pytest.mark.parametrize(
    ("cell", "answer"),
    [("Ja", True), ("x", True), (True, True), (1, True), ("NEJ", False), (0, False), ("03-02-2025", True)],
)
def test_yes_and_no(cell: Any, answer: bool) -> None:
    assert cells.read_yes_no(cell) is answer


@pytest.mark.parametrize("cell", ["måske", "delvist"])
def test_neither_yes_nor_no(cell: Any) -> None:
    with pytest.raises(NotReadable):
        cells.read_yes_no(cell)


@pytest.mark.parametrize(
    ("cell", "answer"),
    [("Borgeren skal blive", True), ("ja", True), ("-", False), ("ikke udfyldt", False), ("nej", False)],
)
def test_whether_something_is_written_and_not_what(cell: Any, answer: bool) -> None:
    assert cells.read_documented(cell) is answer


@pytest.mark.parametrize(
    ("cell", "codes"),
    [("§ 6, nr. 3", ("6.3",)), ("6.3", ("6.3",)), (6.3, ("6.3",)), ("LAB § 2, nr. 3", ("2.3",)),
     ("§ 6, stk. 1, nr. 11", ("6.11",)), ("Dagpengemodtagere", ("2.1", "6.1"))],
)  # fmt: skip
def test_target_groups(cell: Any, codes: tuple[str, ...]) -> None:
    assert choices.read_target_group(cell) == codes


def test_a_bare_number_is_no_target_group_because_it_has_meant_two_things() -> None:
    with pytest.raises(NotReadable, match="Et nummer alene"):
        choices.read_target_group("3")


@pytest.mark.parametrize(
    ("day", "code"), [(date(2019, 12, 31), "2.1"), (date(2020, 1, 1), "6.1"), (None, None)]
)
def test_a_shared_name_is_settled_by_the_day(day: date | None, code: str | None) -> None:
    assert choices.target_group_on(("2.1", "6.1"), day) == code


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("context", "Virksomhedspraktik", Context.COMPANY_PLACEMENT),
        ("context", "WAGE_SUBSIDY", Context.WAGE_SUBSIDY),
        ("context", "Ansættelse i fleksjob", Context.FLEX_JOB),
        ("mentor_kind", "Ekstern", MentorKind.EXTERNAL_CONSULTANT),
        ("price_line_kinds", "Løn; feriepenge + kørsel",
         {PriceLineKind.WAGE, PriceLineKind.HOLIDAY_PAY, PriceLineKind.TRAVEL_EXPENSES}),
        ("act", "LAB § 167", Act.LAB),
        ("act", "Integrationsloven", Act.INL),
        ("decision_kind", "Bevilling givet", "GRANT"),
        ("decision_kind", "Afslag", "REFUSAL"),
    ],
)  # fmt: skip
def test_words_of_other_systems(field: str, cell: str, value: Any) -> None:
    assert BY_NAME[field].read(cell) == value


def test_a_formula_that_failed_is_named_as_such() -> None:
    with pytest.raises(NotReadable, match="regnefejl"):
        BY_NAME["granted_minutes"].read("#REF!")


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(FIELDS),
    st.one_of(
        st.text(max_size=60),
        st.integers(),
        st.floats(),
        st.booleans(),
        st.dates(),
        st.datetimes(),
        st.times(),
        st.timedeltas(),
    ),
)
def test_no_cell_does_more_than_be_unreadable(field: Any, cell: Any) -> None:
    try:
        field.read(cell)
    except NotReadable as error:
        assert str(error).endswith(".")
