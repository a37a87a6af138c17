"""What makes the first pages real: the frame, drafts, and whom the shared logins are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np

from brobygger.web.demo.cases import ACTIVE, COMPANY_EMPLOYEE, EXTERNAL, PROVIDER
from brobygger.web.demo.chain import Chain, Tables, Town
from brobygger.web.demo.copying import Column, Pool, Table
from brobygger.web.demo.drawing import DAY, as_days, instants
from brobygger.web.demo.papers import FRAME_NAME


@dataclass(frozen=True)
class Shown:
    """Row numbers of the mentor, citizen and place that the shared logins belong to."""

    mentor: int
    citizen: int
    place: int


def choose_people(town: Town, chain: Chain) -> Shown:
    """The mentor with most citizens now who read Danish, the newest of these citizens, a company with a mentor."""
    cases = town.cases
    active = (cases.status == ACTIVE) & (cases.ends > town.now) & (cases.starts < town.now - 30 * DAY)
    by_fee = active & np.isin(cases.kind, (EXTERNAL, PROVIDER)) & town.citizens.reads_danish[cases.citizen]
    if not by_fee.any():
        by_fee = np.ones(cases.count, bool)
    mentor = int(np.bincount(cases.mentor[by_fee]).argmax())
    own = np.flatnonzero(by_fee & (cases.mentor == mentor))
    citizen = int(cases.citizen[own[-1]])
    at_company = active & (cases.kind == COMPANY_EMPLOYEE)
    if not at_company.any():
        at_company = cases.kind == COMPANY_EMPLOYEE
    place = int(np.bincount(chain.organisation[at_company]).argmax()) if at_company.any() else 0
    return Shown(mentor, citizen, place)


def make(town: Town, chain: Chain, *, first_day: date, with_drafts: bool) -> Tables:
    tables = _rules(town, first_day)
    return [*tables, _drafts(town)] if with_drafts else tables


def _rules(town: Town, first_day: date) -> Tables:
    """Three months at a time and five hours a week, more by a leader; the consultant grants."""
    leader = town.staff.by_role["TEAM_LEADER"]
    valid_from = min(as_days(first_day) - 400 * DAY, as_days(date(2017, 1, 1)))
    shared: dict[str, Column] = {
        "municipality_id": town.municipality_id,
        "valid_from": np.array([valid_from]),
        "recorded_at": instants(np.array([valid_from]), 9 * 60),
        "recorded_by_id": leader,
    }
    frame: Table = {
        **shared,
        "id": town.ids.take("rulebook_localframe", 1),
        "public_id": town.draw.public_ids(1),
        "name": FRAME_NAME,
        "max_months": 3,
        "max_weeks": None,
        "max_minutes_per_week": 300,
        "max_minutes_total": None,
        "max_kroner_total": None,
        "max_hourly_rate": None,
        "training_budget": None,
        "exceeded_by": "TEAM_LEADER",
    }
    way: Table = {
        **shared,
        "id": town.ids.take("rulebook_localwayofworking", 1),
        "public_id": town.draw.public_ids(1),
        "way": "CONSULTANT_GRANTS",
    }
    return [("rulebook_localframe", frame, 1), ("rulebook_localwayofworking", way, 1)]


def _drafts(town: Town) -> tuple[str, Table, int]:
    """Two beginnings of new mentorships, as the form keeps them."""
    citizens = town.citizens
    rows = [int(town.draw.rng.integers(0, len(citizens.names))) for _ in range(2)]
    data = [
        {
            "citizen": str(UUID(bytes=bytes(citizens.public_ids[rows[0]]))),
            "context": "COMPANY_PLACEMENT",
            "support_type": "WORKPLACE_INTRODUCTION",
            "purpose": "At borgeren kommer godt fra start i praktikken.",
            "goal_1": "Møder tre dage om ugen",
        },
        {"citizen": str(UUID(bytes=bytes(citizens.public_ids[rows[1]]))), "context": "ONLY_EFFORT"},
    ]
    titles = [
        f"{_initials(citizens.names[rows[0]])} virksomhedspraktik",
        f"{_initials(citizens.names[rows[1]])} mentor som eneste indsats",
    ]
    saved = instants(town.now - np.array([1, 3]) * DAY, np.array([14 * 60 + 12, 10 * 60 + 41]))
    table: Table = {
        "id": town.ids.take("mentorships_mentorshipdraft", 2),
        "municipality_id": town.municipality_id,
        "public_id": town.draw.public_ids(2),
        "owner_id": town.staff.by_role["JOB_CONSULTANT"],
        "data": Pool([json.dumps(each) for each in data], np.arange(2)),
        "title": Pool(titles, np.arange(2)),
        "started_at": saved,
        "saved_at": saved,
    }
    return "mentorships_mentorshipdraft", table, 2


def _initials(name: str) -> str:
    return " ".join(f"{part[0]}." for part in name.split())
