"""The municipality's people: staff, citizens, mentors, and the places they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np

from brobygger.accounts.permissions import Role
from brobygger.people import vault
from brobygger.web.demo import words
from brobygger.web.demo.copying import Array, Bytes, Key, Pool, Table
from brobygger.web.demo.drawing import DAY, Draw, Ids, as_days

DOMAIN = "example.org"
LOCKED = "!"
"""A password that nobody has."""

STAFF = (
    ("jobkonsulent", "Jonna Bak", Role.JOB_CONSULTANT, "Jobkonsulent"),
    ("sagsbehandler", "Sanne Bjerre", Role.CASE_WORKER, "Sagsbehandler"),
    ("leder", "Lena Brandt", Role.TEAM_LEADER, "Leder"),
    ("koordinator", "Kurt Bonde", Role.COORDINATOR, "Mentorkoordinator"),
    ("oekonomi", "Ørn Balle", Role.FINANCE, "Økonomimedarbejder"),
    ("tilsyn", "Tina Bruun", Role.CONTROLLER, "Tilsynsførende"),
    ("administrator", "Arne Boel", Role.ADMINISTRATOR, "Administrator"),
)
"""(user name, name, role, title) of the demonstration's staff."""

TEAMS = ("Team Ung", "Team Voksen", "Team Virksomhed")


@dataclass(frozen=True)
class Staff:
    """``consultants`` and ``teams`` are matched by place; ``by_role`` has one user for each role of ``STAFF``."""

    consultants: Array
    teams: Array
    by_role: dict[str, int]
    names: dict[int, str]


def make_staff(
    draw: Draw, ids: Ids, municipality_id: int, *, consultants: int, password: str | None, prefix: str
) -> tuple[Staff, list[tuple[str, Table, int]]]:
    """The staff with their teams. With ``password`` (a hash) the first of each role can sign in."""
    team_ids = ids.take("accounts_team", len(TEAMS))
    count = len(STAFF) + consultants - 1
    user_ids = ids.take("accounts_user", count)
    more = [_name(draw) for _ in range(consultants - 1)]
    names = [name for _, name, _, _ in STAFF] + more
    roles = [role.value for _, _, role, _ in STAFF] + [Role.JOB_CONSULTANT.value] * len(more)
    titles = [title for _, _, _, title in STAFF] + ["Jobkonsulent"] * len(more)
    usernames = [prefix + key for key, *_ in STAFF]
    usernames += [f"{prefix}{_plain(name)}{number}" for number, name in enumerate(more, 1)]
    in_case_work = [Role.JOB_CONSULTANT.value, Role.CASE_WORKER.value, Role.TEAM_LEADER.value]
    # Case worker and coordinator have cases of their own too.
    consultant_ids = np.concatenate((user_ids[[0, 1, 3]], user_ids[len(STAFF) :]))
    team_of = np.where([role in in_case_work for role in roles], team_ids[0], 0)
    team_of[len(STAFF) :] = team_ids[np.arange(len(more)) % len(TEAMS)]
    users: Table = {
        "id": user_ids,
        "password": Pool([password or LOCKED, LOCKED], (np.arange(count) >= len(STAFF)).astype(int)),
        "last_login": None,
        "municipality_id": municipality_id,
        "public_id": draw.public_ids(count),
        "username": Pool(usernames, np.arange(count)),
        "name": Pool(names, np.arange(count)),
        "title": Pool(titles, np.arange(count)),
        "email": Pool([f"{username}@{DOMAIN}" for username in usernames], np.arange(count)),
        "phone": _phones(draw, count),
        "team_id": Key(team_of),
        "roles": Pool([[role] for role in roles], np.arange(count)),
        "person_id": None,
        "is_active": True,
        "failed_logins": 0,
        "locked_until": None,
    }
    teams: Table = {
        "id": team_ids,
        "municipality_id": municipality_id,
        "public_id": draw.public_ids(len(TEAMS)),
        "name": Pool(TEAMS, np.arange(len(TEAMS))),
    }
    team_by_user = dict(zip(user_ids.tolist(), team_of.tolist(), strict=True))
    staff = Staff(
        consultants=consultant_ids,
        teams=np.array([team_by_user[each] for each in consultant_ids.tolist()]),
        by_role={role: int(user) for role, user in zip(roles[: len(STAFF)], user_ids, strict=False)},
        names=dict(zip(user_ids.tolist(), names, strict=True)),
    )
    return staff, [("accounts_team", teams, len(TEAMS)), ("accounts_user", users, count)]


@dataclass(frozen=True)
class Places:
    """Organisations by kind: their keys, and for all the details that other tables repeat."""

    ids: Array
    kinds: Array
    names: list[str]
    cvrs: list[str]
    employees: Array
    contacts: list[str]
    emails: list[str]

    def of(self, kind: str) -> Array:
        """Places (row numbers) of one kind."""
        return np.flatnonzero(self.kinds == kind)


def make_places(
    draw: Draw, ids: Ids, municipality_id: int, *, companies: int, providers: int
) -> tuple[Places, list[tuple[str, Table, int]]]:
    rows: list[tuple[str, str, int]] = []
    for number in range(companies):
        trade, employees = words.COMPANY_TRADES[number % len(words.COMPANY_TRADES)]
        word = words.COMPANY_WORDS[
            (number // len(words.COMPANY_TRADES) + number % len(words.COMPANY_TRADES) * 5) % 16
        ]
        rows.append(("COMPANY", f"{word} {trade}", max(2, employees + int(draw.rng.integers(-6, 12)))))
    rows += [("SCHOOL", name, 140) for name in words.SCHOOLS]
    rows += [
        ("PROVIDER", f"{words.PROVIDERS[n % 10]} {'Mentor' if n < 10 else 'Rådgivning'}", 8 + 3 * n)
        for n in range(providers)
    ]
    rows += [("MUNICIPAL_UNIT", name, 30) for name in words.MUNICIPAL_UNITS]
    count, every = len(rows), np.arange(len(rows))
    organisation_ids = ids.take("organisations_organisation", count)
    cvrs = [example_cvr(municipality_id * 1_000 + number) for number in range(count)]
    contacts = _names(draw, count)
    emails = _emails(contacts, organisation_ids, "virksomhed")
    table: Table = {
        "id": organisation_ids,
        "municipality_id": municipality_id,
        "public_id": draw.public_ids(count),
        "kind": Pool([kind for kind, _, _ in rows], every),
        "name": Pool([name for _, name, _ in rows], every),
        "cvr": Pool(cvrs, every),
        "employees": np.array([employees for _, _, employees in rows]),
        "contact_name": Pool(contacts, every),
        "contact_email": Pool(emails, every),
        "contact_phone": _phones(draw, count),
    }
    places = Places(
        organisation_ids,
        np.array([kind for kind, _, _ in rows]),
        [name for _, name, _ in rows],
        cvrs,
        np.array([employees for _, _, employees in rows]),
        contacts,
        emails,
    )
    return places, [("organisations_organisation", table, count)]


@dataclass(frozen=True)
class Citizens:
    ids: Array
    public_ids: Bytes
    names: list[str]
    emails: list[str]
    reads_danish: Array


def make_citizens(
    draw: Draw,
    ids: Ids,
    municipality_id: int,
    *,
    born: Array,
    groups: Pool,
    consultants: Array,
    teams: Array,
    others_born: Array | None = None,
) -> tuple[Citizens, list[tuple[str, Table, int]]]:
    """Citizens with replacement CPR numbers (day + 60), which nobody in the register can have.

    ``others_born`` are the birth dates of citizens made before them.
    """
    count = len(born)
    citizen_ids, public_ids = ids.take("people_citizen", count), draw.public_ids(count)
    names, every = _names(draw, count), np.arange(count)
    emails = _emails(names, citizen_ids, "borger")
    streets = [
        f"{street} {number}, 9000 {town}"
        for street in words.STREETS
        for number in (3, 8, 14, 27)
        for town in words.TOWNS
    ]
    language = draw.pick([88, 5, 3, 2, 2], count)
    citizens: Table = {
        "id": citizen_ids,
        "municipality_id": municipality_id,
        "public_id": public_ids,
        "name": Pool(names, every),
        "birth_date": born,
        "address": draw.from_pool(streets, count),
        "phone": _phones(draw, count),
        "email": Pool(emails, every),
        "language": Pool(["da", "ar", "uk", "so", "en"], language),
        "has_protected_address": Pool([False, True], draw.pick([98, 2], count)),
        "is_exempt_from_digital_post": Pool([False, True], draw.pick([91, 9], count)),
        "target_group": groups,
        "consultant_id": Key(consultants),
        "team_id": Key(teams),
    }
    numbers = replacement_numbers(draw, born, others_born)
    keys = [bytes(row) for row in public_ids]

    cpr: Table = {
        "id": ids.take("people_cprnumber", count),
        "municipality_id": municipality_id,
        "citizen_id": citizen_ids,
        "ciphertext": Pool(
            [
                vault.encrypt(number, UUID(bytes=key), municipality_id)
                for number, key in zip(numbers, keys, strict=True)
            ],
            every,
        ),
        "blind_index": Pool([vault.blind_index(number, municipality_id) for number in numbers], every),
        "key_version": vault.KEY_VERSION,
    }
    return Citizens(citizen_ids, public_ids, names, emails, language == 0), [
        ("people_citizen", citizens, count),
        ("people_cprnumber", cpr, count),
    ]


@dataclass(frozen=True)
class Mentors:
    """``places`` are row numbers of the organisation they work for, -1 for none."""

    ids: Array
    identities: Array
    kinds: Array
    names: list[str]
    places: Array
    qualifications: Pool
    emails: list[str]


def make_mentors(
    draw: Draw,
    ids: Ids,
    municipality_id: int,
    *,
    kinds: Array,
    places: Array,
    organisations: Places,
    today: date,
) -> tuple[Mentors, list[tuple[str, Table, int]]]:
    count = len(kinds)
    mentor_ids = ids.take("people_mentor", count)
    identities = ids.take("mentor_identity", count)
    names, every = _names(draw, count), np.arange(count)
    qualifications = draw.from_pool(words.QUALIFICATIONS, count)
    trained = as_days(today) - draw.whole(30, 1_500, count) * DAY
    trained = np.where(draw.chance(0.32, count), trained, np.datetime64("NaT"))
    emails = _emails(names, mentor_ids, "mentor")
    table: Table = {
        "id": mentor_ids,
        "municipality_id": municipality_id,
        "public_id": draw.public_ids(count),
        "identity": identities,
        "kind": Pool(sorted(set(kinds.tolist())), np.searchsorted(sorted(set(kinds.tolist())), kinds)),
        "name": Pool(names, every),
        "phone": _phones(draw, count),
        "email": Pool(emails, every),
        "organisation_id": Key(np.where(places >= 0, organisations.ids[places], 0)),
        "qualifications": qualifications,
        "languages": Pool(
            ["dansk", "dansk, engelsk", "dansk, arabisk", "dansk, ukrainsk"], draw.pick([60, 28, 8, 4], count)
        ),
        "trained_on": trained,
        "is_active": True,
    }
    mentors = Mentors(mentor_ids, identities, kinds, names, places, qualifications, emails)
    return mentors, [("people_mentor", table, count)]


def make_logins(
    draw: Draw, ids: Ids, municipality_id: int, *, people: list[tuple[str, str, str, str, int]], password: str
) -> list[tuple[str, Table, int]]:
    """Logins of outsiders: (user name, name, e-mail, role, person), the password's hash or ``LOCKED`` by user name."""
    count, every = len(people), np.arange(len(people))
    has_password = np.array(["@" not in username for username, *_ in people], int)
    table: Table = {
        "id": ids.take("accounts_user", count),
        "password": Pool([LOCKED, password], has_password),
        "last_login": None,
        "municipality_id": municipality_id,
        "public_id": draw.public_ids(count),
        "username": Pool([username for username, *_ in people], every),
        "name": Pool([name for _, name, *_ in people], every),
        "title": "",
        "email": Pool([email for _, _, email, _, _ in people], every),
        "phone": _phones(draw, count),
        "team_id": None,
        "roles": Pool([[role] for _, _, _, role, _ in people], every),
        "person_id": np.array([person for *_, person in people]),
        "is_active": True,
        "failed_logins": 0,
        "locked_until": None,
    }
    return [("accounts_user", table, count)]


def replacement_numbers(draw: Draw, born: Array, given: Array | None = None) -> list[str]:
    """A CPR number for each birth date, day raised by 60, none twice; ``given`` are days of numbers already given."""
    days = as_days(born)
    earlier = np.sort(as_days(born[:0] if given is None else given))
    order = np.argsort(days, kind="stable")
    of_day = np.empty(len(days), int)
    ordered = days[order]
    first = np.searchsorted(ordered, ordered)
    of_day[order] = np.arange(len(days)) - first
    of_day += np.searchsorted(earlier, days, side="right") - np.searchsorted(earlier, days)
    offsets = draw.whole(0, 7, len(days))
    numbers = []
    for day, serial, offset in zip(days.tolist(), of_day.tolist(), offsets.tolist(), strict=True):
        century = 4 if day.year >= 2000 else 0
        numbers.append(f"{day.day + 60:02}{day:%m%y}{century}{(serial * 7 + offset) % 1000:03}")
    return numbers


_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)


def example_cvr(number: int) -> str:
    """A CVR number with a valid check digit from the high end, far above those that companies are given today."""
    while True:
        body = f"{9_500_000 + number % 500_000}"
        rest = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11
        if rest != 1:
            return body + str((11 - rest) % 11)
        number += 250_003


def _name(draw: Draw) -> str:
    return _names(draw, 1)[0]


def _names(draw: Draw, count: int) -> list[str]:
    first = draw.whole(0, len(words.FIRST_NAMES), count)
    last = draw.whole(0, len(words.LAST_NAMES), count)
    return [f"{words.FIRST_NAMES[one]} {words.LAST_NAMES[two]}" for one, two in zip(first, last, strict=True)]


def _plain(name: str) -> str:
    plain = name.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return plain.replace(" ", ".").replace("-", ".")


def _emails(names: list[str], keys: Array, kind: str) -> list[str]:
    return [f"{_plain(name)}.{kind[0]}{key}@{DOMAIN}" for name, key in zip(names, keys.tolist(), strict=True)]


def _phones(draw: Draw, count: int) -> Pool:
    """Danish numbers begin with 2 or more; these begin with 00 and reach nobody."""
    return Pool(
        [f"+4500{number:06}" for number in draw.whole(0, 1_000_000, count).tolist()], np.arange(count)
    )
