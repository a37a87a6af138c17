"""One municipality with all its rows, from staff to paid invoices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from brobygger.accounts.models import Municipality
from brobygger.accounts.permissions import Role
from brobygger.web.demo import citizen_pages, evaluations, open_work, registers, results, toolbox, watched
from brobygger.web.demo.care import make_care
from brobygger.web.demo.cases import (
    CODES,
    COMPANY_EMPLOYEE,
    GROUPS,
    KINDS,
    MUNICIPAL_EMPLOYEE,
    SCHOOL_EMPLOYEE,
    WEEKS_AT_A_TIME,
    Cases,
    draw_cases,
)
from brobygger.web.demo.chain import Tables, Town, make_chain
from brobygger.web.demo.copying import Array, Pool
from brobygger.web.demo.drawing import Draw, Ids, as_days
from brobygger.web.demo.economy import make_economy
from brobygger.web.demo.letters import make_letters
from brobygger.web.demo.meetings import make_contacts
from brobygger.web.demo.money import make_money
from brobygger.web.demo.papers import Papers
from brobygger.web.demo.people import (
    Places,
    make_citizens,
    make_logins,
    make_mentors,
    make_places,
    make_staff,
)
from brobygger.web.demo.planned import make_planned
from brobygger.web.demo.sizes import Size
from brobygger.web.demo.trail import Trail, roles_of
from brobygger.web.demo.waiting import make_waiting

WEEKS_AT_A_TIME_IN_COUNTRY = 24
HANDLE_CASES_TOO = 2
"""Case worker and coordinator, beside the consultants."""


@dataclass(frozen=True)
class Home:
    """``password`` is the shared hash; only a ``shared`` municipality has logins with it."""

    municipality: Municipality
    password: str
    shared: bool


def make_town(draw: Draw, ids: Ids, home: Home, size: Size, count: int, today: date) -> Tables:
    """All tables of a municipality in an order that the keys allow."""
    municipality_id = home.municipality.pk
    first_day = size.first_day or today - timedelta(days=int(size.years * 365))
    years = max(1.0, (today - first_day).days / 365)
    consultants = max(4, min(60, round(count / years / 22)))
    weeks_at_a_time = WEEKS_AT_A_TIME if size.is_detailed else WEEKS_AT_A_TIME_IN_COUNTRY
    cases, crowd = draw_cases(
        draw,
        count,
        first_day=first_day,
        today=today,
        consultants=consultants,
        weeks_at_a_time=weeks_at_a_time,
    )
    staff, tables = make_staff(
        draw,
        ids,
        municipality_id,
        consultants=consultants,
        password=home.password if home.shared else None,
        prefix="" if home.shared else f"{home.municipality.code}.",
    )
    places, more = make_places(
        draw,
        ids,
        municipality_id,
        companies=max(14, min(220, count // 12)),
        providers=max(6, min(20, count // 150)),
    )
    tables += more
    mentors, more = make_mentors(
        draw,
        ids,
        municipality_id,
        kinds=crowd.mentor_kinds,
        places=_workplaces(draw, crowd.mentor_kinds, places),
        organisations=places,
        today=today,
    )
    tables += more
    first, last = _first_and_last(cases)
    citizens, more = make_citizens(
        draw,
        ids,
        municipality_id,
        born=crowd.born,
        groups=Pool(CODES, _group_today(cases, last, today)),
        consultants=staff.consultants[cases.consultant[first]],
        teams=staff.teams[cases.consultant[first]],
    )
    tables += more
    town = Town(
        draw,
        ids,
        municipality_id,
        today,
        weeks_at_a_time,
        cases,
        staff,
        places,
        citizens,
        mentors,
        Trail(size.is_detailed),
    )
    papers = Papers(town, home.municipality, crowd.born) if size.is_detailed else None
    chain, chained = make_chain(town, papers)
    shown = open_work.choose_people(town, chain) if home.shared else None
    documents = make_letters(town, chain, papers, chained, citizen=shown.citizen) if papers and shown else []
    logins, more = _logins(town, shown, home, size)
    tables += more
    contacts, met = make_contacts(town, chain, logins=logins, waits_for=shown.citizen if shown else None)
    money = make_money(town, chain, contacts, home.municipality, months=size.invoice_months)
    tables += chained + documents
    tables.append(("grants_grant", chain.grants.table, len(chain.grants.row)))
    tables.append(("hours_contact", contacts.table, len(contacts.ids)))
    tables += met
    tables += money
    tables += make_care(
        town, chain, with_messages=size.is_detailed, journal_share=1.0 if size.is_detailed else 0.1
    )
    tables += toolbox.make(town, chain) if size.is_detailed else []
    tables += open_work.make(town, chain, first_day=first_day, with_drafts=home.shared)
    tables += watched.make(town, chain) if home.shared else []
    tables += citizen_pages.asked(town)
    tables += citizen_pages.make(town, chain) if size.is_detailed else []
    tables += evaluations.make(town, chain) if size.is_detailed else []
    tables += make_planned(town, chain, contacts) if size.is_detailed else []
    waiting = None
    if home.shared and size.never_mentored:
        waiting, more = make_waiting(town, size.never_mentored, crowd.born)
        tables += more
    tables += registers.make(town, share=1.0 if home.shared else registers.SHARE_IN_COUNTRY, waiting=waiting)
    tables += results.asked(town) if home.shared else []
    tables += make_economy(town, chain, is_detailed=size.is_detailed)
    roles = roles_of(staff.consultants, staff.by_role)
    tables += town.trail.table(draw, ids, municipality_id, staff.names, roles)
    return tables


def _workplaces(draw: Draw, kinds: Array, places: Places) -> Array:
    """Row number of the place that each mentor works for, -1 for volunteers and probation."""
    found = np.full(len(kinds), -1)
    of_kind = {
        KINDS[COMPANY_EMPLOYEE]: "COMPANY",
        KINDS[SCHOOL_EMPLOYEE]: "SCHOOL",
        KINDS[MUNICIPAL_EMPLOYEE]: "MUNICIPAL_UNIT",
        KINDS[3]: "PROVIDER",
        KINDS[4]: "PROVIDER",
    }
    for kind, place in of_kind.items():
        rows = np.flatnonzero(kinds == kind.value)
        candidates = places.of(place)
        found[rows] = candidates[draw.whole(0, len(candidates), len(rows))]
    return found


def _first_and_last(cases: Cases) -> tuple[Array, Array]:
    """Row of each citizen's first and last mentorship."""
    first = np.unique(cases.citizen, return_index=True)[1]
    last = cases.count - 1 - np.unique(cases.citizen[::-1], return_index=True)[1]
    return first, last


def _group_today(cases: Cases, last: Array, today: date) -> Array:
    """The number that the citizen's group has in the list of today."""
    present = np.array([CODES.index(code) for _, code, *_ in GROUPS])
    codes = present[cases.group[last]]
    if as_days(today) >= np.datetime64("2026-02-01"):
        codes = np.where(codes == CODES.index("6.8"), CODES.index("6.7"), codes)
    return codes


def _logins(
    town: Town, chosen: open_work.Shown | None, home: Home, size: Size
) -> tuple[dict[str, Array], Tables]:
    """Logins of mentors and citizens where every case is detailed, and the three shared ones."""
    mentors, citizens = np.zeros(len(town.mentors.ids), np.int64), np.zeros(len(town.citizens.ids), np.int64)
    if chosen is None:
        return {"mentor": mentors, "citizen": citizens}, []
    people: list[tuple[str, str, str, str, int]] = []
    for table, role, key, shown in (
        (town.mentors, Role.MENTOR, mentors, chosen.mentor),
        (town.citizens, Role.CITIZEN, citizens, chosen.citizen),
    ):
        rows = range(len(table.names)) if size.is_detailed else [shown]
        for row in rows:
            username = (
                {Role.MENTOR: "mentor", Role.CITIZEN: "borger"}[role] if row == shown else table.emails[row]
            )
            key[row] = len(people) + 1
            people.append((username, table.names[row], table.emails[row], role.value, int(table.ids[row])))
    place = chosen.place
    people.append(
        (
            "virksomhed",
            town.places.contacts[place],
            town.places.emails[place],
            Role.COMPANY.value,
            int(town.places.ids[place]),
        )
    )
    start = town.ids.following.get("accounts_user", 1)
    for keys in (mentors, citizens):
        keys[keys > 0] += start - 1
    return {"mentor": mentors, "citizen": citizens}, make_logins(
        town.draw, town.ids, town.municipality_id, people=people, password=home.password
    )
