"""What companies have shown of their wages, and what the municipality has set aside for this year and the next."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from brobygger.payment.pay_evidence import Holiday, PayBasis
from brobygger.payment.pay_items import PayItem, PayItemKind, Per
from brobygger.payments.evidence.reading import items_as_data
from brobygger.web.demo.cases import COMPANY_EMPLOYEE, EXTERNAL, PROVIDER, SCHOOL_EMPLOYEE
from brobygger.web.demo.chain import Chain, Tables, Town
from brobygger.web.demo.copying import Array, Oere, Pool, Table
from brobygger.web.demo.drawing import as_days, instants

SHARE_SHOWN = 0.7
"""Of the companies with a paid mentor, so many have shown a paper."""
ALLOWANCE = Decimal("1.125")
GROUPS = {
    COMPANY_EMPLOYEE: "Medarbejdere med mentoropgaver",
    SCHOOL_EMPLOYEE: "Lærere og vejledere",
    EXTERNAL: "Konsulenter",
    PROVIDER: "Mentorer efter kontrakt",
}
BASES = {
    COMPANY_EMPLOYEE: PayBasis.PAYSLIP,
    SCHOOL_EMPLOYEE: PayBasis.WAGE_STATEMENT,
    EXTERNAL: PayBasis.CONSULTANT_FEE,
    PROVIDER: PayBasis.PROVIDER_CONTRACT,
}
BUDGET_OF_GRANTED = 0.6
"""Not all that is granted is used, so this year's budget is smaller, and the alarm has something to say."""


def make_economy(town: Town, chain: Chain, *, is_detailed: bool) -> Tables:
    """Pay records of the companies with paid mentors, and budgets of two years."""
    return [_records(town), *_budgets(town, chain, is_detailed=is_detailed)]


def _records(town: Town) -> tuple[str, Table, int]:
    cases = town.cases
    places = town.mentors.places[cases.mentor]
    paid = (places >= 0) & np.isin(cases.kind, list(GROUPS)) & (cases.rate > 0)
    pairs, first = np.unique(np.stack((places[paid], cases.kind[paid])), axis=1, return_index=True)
    shown: Array = town.draw.rng.random(int(pairs.shape[1])) < SHARE_SHOWN
    place, kind, rate = pairs[0][shown], pairs[1][shown], cases.rate[paid][first][shown]
    count, every = len(place), np.arange(int(shown.sum()))
    kinds = kind.tolist()
    table: Table = {
        "id": town.ids.take("payments_payrecord", count),
        "municipality_id": town.municipality_id,
        "public_id": town.draw.public_ids(count),
        "organisation_id": town.places.ids[place],
        "staff_group": Pool([GROUPS[each] for each in kinds], every),
        "basis": Pool([BASES[each].value for each in kinds], every),
        "valid_from": as_days(np.full(count, np.datetime64(f"{town.today.year}-01-01"))),
        "valid_before": None,
        "minutes": None,
        "holiday": Pool([_holiday(each).value for each in kinds], every),
        "holiday_days": 25,
        "items": Pool([_items(each, int(of)) for each, of in zip(kinds, rate.tolist(), strict=True)], every),
        "reason": "",
        "reference": "Genereret eksempel",
        "paper": None,
        "paper_type": "",
        "paper_sha256": None,
        "recorded_at": instants(np.full(count, np.datetime64(f"{town.today.year}-01-12")), 9 * 60),
        "recorded_by_id": int(town.staff.consultants[0]),
        "replaced_at": None,
    }
    return "payments_payrecord", table, count


def _holiday(kind: int) -> Holiday:
    return Holiday.ALLOWANCE if kind == COMPANY_EMPLOYEE else Holiday.STATED


def _items(kind: int, rate: int) -> str:
    """Lines that make an hour cost about the rate of the grants; a company's paper has one that may not be paid."""
    if kind in (EXTERNAL, PROVIDER):
        return json.dumps(items_as_data([PayItem(PayItemKind.FEE, Decimal(rate), Per.HOUR)]))
    pension = (Decimal(rate) * Decimal("0.06")).quantize(Decimal("0.01"))
    wage = Decimal(rate) - pension
    lines = [PayItem(PayItemKind.EMPLOYER_PENSION, pension, Per.HOUR)]
    if kind == COMPANY_EMPLOYEE:
        wage = (wage / ALLOWANCE).quantize(Decimal("0.01"))
        lines.append(PayItem(PayItemKind.OVERHEAD, Decimal(25), Per.HOUR))
    return json.dumps(items_as_data([PayItem(PayItemKind.WAGE, wage, Per.HOUR), *lines]))


def _budgets(town: Town, chain: Chain, *, is_detailed: bool) -> Tables:
    this = town.today.year
    of_year = {year: _granted(chain, year) for year in (this, this + 1)}
    rows = [
        (this, "WHOLE", "", of_year[this] * BUDGET_OF_GRANTED),
        (this + 1, "WHOLE", "", max(of_year[this + 1] * 3.0, of_year[this])),
    ]
    if is_detailed:
        teams = [team for team in np.unique(town.staff.teams).tolist() if team]
        rows += [
            (this, "TEAM", str(int(team)), of_year[this] * BUDGET_OF_GRANTED / len(teams)) for team in teams
        ]
    count = len(rows)
    every = np.arange(count)
    clerk = town.staff.by_role["FINANCE"]
    set_at = instants(np.full(count, np.datetime64(f"{this - 1}-12-10")), 10 * 60)
    budgets: Table = {
        "id": town.ids.take("payments_budgetrow", count),
        "municipality_id": town.municipality_id,
        "year": np.array([row[0] for row in rows]),
        "dimension": Pool([row[1] for row in rows], every),
        "key": Pool([row[2] for row in rows], every),
        "amount": Oere(np.array([round(row[3] / 1000) * 100_000 for row in rows], np.int64)),
        "set_at": set_at,
        "set_by_id": clerk,
    }
    persons = max(1, round(len(town.citizens.ids) * 4))
    facts: Table = {
        "id": town.ids.take("payments_yearfacts", 1),
        "municipality_id": town.municipality_id,
        "year": np.array([this]),
        "full_time_persons": Oere(np.array([persons * 100], np.int64)),
        "other_guidance": Oere(np.array([persons * 300_000], np.int64)),
        "close_at_percent": Oere(np.array([9_000], np.int64)),
        "recorded_at": set_at[:1],
        "recorded_by_id": clerk,
    }
    return [("payments_budgetrow", budgets, count), ("payments_yearfacts", facts, 1)]


def _granted(chain: Chain, year: int) -> float:
    """Kroner of the grants' hours in a year, by days."""
    grants = chain.grants
    first, last = np.datetime64(date(year, 1, 1)), np.datetime64(date(year, 1, 1) + timedelta(days=366))
    starts, ends = grants.starts.astype("datetime64[D]"), grants.ends.astype("datetime64[D]")
    inside = np.clip((np.minimum(ends, last) - np.maximum(starts, first)).astype(int), 0, None)
    days: Array = np.maximum((ends - starts).astype(int), 1)
    return float((grants.minutes * grants.rate / 60 * inside / days).sum())
