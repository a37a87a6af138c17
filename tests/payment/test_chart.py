"""A chart of accounts becomes dated rows that the law's own look-up reads; a bad file is refused whole."""

from __future__ import annotations

from datetime import date

import pytest

from brobygger.law.accounts import account_of
from brobygger.payment.chart import COLUMNS, BadChart, parameter_rows, read_chart
from brobygger.payment.parameters import money_parameters
from brobygger.values.source import Source

HEAD = ";".join(COLUMNS)
CHART = (
    f"\ufeff{HEAD}\n5.68.98.010;6.3;2020-01-01;2026-06-30\n5.57.73.011;6.3;2026-07-01;\n"
    "5.99.01;*;2020-01-01;\n5.44.02;6.4;2024-01-01;2024-12-31\n"
)
OWN = Source("Kommunens kontoplan", "2026")
RECORDED = date(2026, 11, 2)


@pytest.mark.parametrize(("group", "on", "account"), [
    ("6.3", "2020-01-01", "5.68.98.010"), ("6.3", "2026-06-30", "5.68.98.010"), ("6.3", "2026-07-01", "5.57.73.011"),
    ("6.4", "2023-12-31", "5.99.01"), ("6.4", "2024-12-31", "5.44.02"), ("6.4", "2025-01-01", "5.99.01"),
    ("6.9", "2026-07-01", "5.99.01"), ("6.1", "2026-07-01", "5.68.90.018"), ("6.3", "2019-12-31", None),
])  # fmt: skip
def test_the_account_by_target_group_and_day(group: str, on: str, account: str | None) -> None:
    rows = parameter_rows(read_chart(CHART), source=OWN, recorded_on=RECORDED)
    numbers = money_parameters().with_local(rows)
    assert account_of(group, date.fromisoformat(on), numbers) == account


def test_one_row_for_each_day_of_change() -> None:
    rows = parameter_rows(read_chart(CHART), source=OWN, recorded_on=RECORDED)
    assert [(row.start.isoformat(), row.text) for row in rows] == [
        ("2020-01-01", "6.3: 5.68.98.010; 5.99.01"),
        ("2024-01-01", "6.3: 5.68.98.010; 6.4: 5.44.02; 5.99.01"),
        ("2025-01-01", "6.3: 5.68.98.010; 5.99.01"),
        ("2026-07-01", "6.3: 5.57.73.011; 5.99.01"),
    ]


def test_a_day_from_which_no_account_counts_is_named() -> None:
    chart = read_chart(f"{HEAD}\n5.99.01;*;2020-01-01;2026-12-31\n")
    with pytest.raises(BadChart, match=r"ingen konto fra den 1\. januar 2027"):
        parameter_rows(chart, source=OWN, recorded_on=RECORDED)


@pytest.mark.parametrize(("text", "problem"), [
    ("5.1;6.3;2020-01-01;", "Den første række"),
    (f"{HEAD}\n", "ingen rækker"),
    (f"{HEAD}\n6.68;6.3;2020-01-01;", "Række 2: Kontoen"),
    (f"{HEAD}\n5.x;6.3;2020-01-01;", "Række 2: Kontoen"),
    (f"{HEAD}\n6.3: 5.1;6.3;2020-01-01;", "Række 2: Kontoen"),
    (f"{HEAD}\n5.1;;2020-01-01;", "Række 2: Skriv en målgruppe"),
    (f"{HEAD}\n5.1;6.1;2020-01-01;", "Række 2: Kontoen for forsikrede"),
    (f"{HEAD}\n5.1;6.3;1.1.2020;", "Række 2: Datoen i kolonnen fra"),
    (f"{HEAD}\n5.1;6.3;2020-01-01;2019-01-01", "Række 2: En periode"),
    (f"{HEAD}\n5.1;6.3;2020-01-01;\n5.2;6.3;2021-01-01;", "to konti på samme dag: 5.1 og 5.2"),
    (f"{HEAD}\n5.1\n", "Række 2: Skriv en målgruppe"),
    (f"{HEAD}\n" + "5.1;6.3;2020-01-01;\n" * 2001, "mere end 2000"),
])  # fmt: skip
def test_a_chart_with_a_bad_row_is_refused_whole(text: str, problem: str) -> None:
    with pytest.raises(BadChart, match=problem):
        read_chart(text)


def test_every_bad_row_is_named() -> None:
    with pytest.raises(BadChart) as refused:
        read_chart(f"{HEAD}\n6.1;6.3;2020-01-01;\n5.1;6.3;x;\n5.2;6.2;2020-01-01;")
    assert [each[:7] for each in refused.value.problems] == ["Række 2", "Række 3"]
