"""Evaluations of the demonstration: a lot that waits, one that was drawn, a roll-out, and what both sides answered."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from brobygger.evaluations import services, steps
from brobygger.evaluations.lot import Ticket, commitment, draw, seal_of
from brobygger.evaluations.models import Evaluation, Outcome
from brobygger.evaluations.rhythm import AFTER, RHYTHMS, START, Moment, moments
from brobygger.evaluations.surveys.items import ITEMS, NO, UNSURE, YES, items_of
from brobygger.evaluations.words import power_kept
from brobygger.values.moment import danish_day, instant
from brobygger.values.period import add_months
from brobygger.web.demo.cases import ACTIVE, ENDED
from brobygger.web.demo.chain import Chain, Tables, Town
from brobygger.web.demo.copying import Key, Nullable, Pool, Table
from brobygger.web.demo.drawing import DAY, Draw, instants

OWN_SEED = 606
"""A generator of its own, so that these tables move nothing in the others."""
ASKED_BACK = 1_100
"""Days: so long that both sides have been asked also in mentorships that have been over for more than a year."""
VARIANTS = 40
ANSWERED, LATE_SHARE = (0.55, 0.76), 0.06
"""Citizens and mentors who answer, and the share of them who do so late."""
SIDES = ("CITIZEN", "MENTOR")
YES_SHARES = {"say": (0.45, 0.7), "reasons": (0.42, 0.78), "trust": (0.72, 0.88), "unwanted": (0.3, 0.08)}
"""By citizens and by mentors: mentors see more of what is good."""
UNSURE_SHARE = 0.08


def make(town: Town, chain: Chain) -> Tables:
    """What both sides were asked in the last years, and what they answered. In a demonstration of every detail."""
    rng = Draw(OWN_SEED, town.municipality_id)
    asks = list(_asks(town))
    if not asks:
        return []
    row = np.repeat(np.array([case for case, _moment in asks]), 2)
    side = np.tile([0, 1], len(asks))
    named = [moment for _case, moment in asks for _side in SIDES]
    due, last = (
        np.array([getattr(each, name) for each in named], "datetime64[D]") for name in ("due_on", "last_day")
    )
    told = _answers(rng, named, side, due, last, town)
    count = len(row)
    cases = town.cases
    table: Table = {
        "id": town.ids.take("evaluations_surveyask", count),
        "municipality_id": town.municipality_id,
        "public_id": rng.public_ids(count),
        "mentorship_id": chain.ids[row],
        "party": Pool(SIDES, side),
        "citizen_id": Key(np.where(side == 0, town.citizens.ids[cases.citizen[row]], 0)),
        "mentor_id": Key(np.where(side == 1, town.mentors.ids[cases.mentor[row]], 0)),
        "moment": Pool([each.name for each in named], np.arange(count)),
        "due_on": due,
        "last_day": last,
        "asked_at": instants(due, 9 * 60),
        **told,
        "dropped_at": None,
    }
    return [("evaluations_surveyask", table, count), *_choice(town)]


def _asks(town: Town) -> Iterator[tuple[int, Moment]]:
    """(row, moment) of each that has fallen due."""
    cases, today = town.cases, town.today
    since = today - timedelta(days=ASKED_BACK)
    for row in np.flatnonzero(np.isin(cases.status, (ACTIVE, ENDED))).tolist():
        starts, ends = cases.starts[row].item(), cases.ends[row].item()
        for moment in moments(starts, ends):
            is_after_the_end = moment.name != AFTER or cases.status[row] == ENDED
            if since <= moment.due_on < today and is_after_the_end:
                yield row, moment


def _answers(draw: Draw, named: list[Moment], side: Any, due: Any, last: Any, town: Town) -> dict[str, Any]:
    count = len(named)
    is_late = draw.chance(LATE_SHARE, count)
    days = np.where(is_late, draw.whole(30, 50, count), draw.whole(0, 20, count))
    day = due + days * DAY
    is_answered = draw.chance(np.array(ANSWERED)[side], count) & (day < town.now)
    at_start = np.array([moment.name == START for moment in named])
    pools = [_pool(draw, which, is_start) for which in (0, 1) for is_start in (False, True)]
    code = (2 * side + at_start) * VARIANTS + draw.whole(0, VARIANTS, count)
    texts = [*(text for pool in pools for text in pool), "{}"]
    remind = due + RHYTHMS[-1].remind * DAY
    is_reminded = (remind < town.now) & (~is_answered | (day >= remind))
    return {
        "reminded_at": instants(np.where(is_reminded, remind, np.datetime64("NaT")), 9 * 60),
        "answers": Pool(texts, np.where(is_answered, code, len(texts) - 1)),
        "answered_at": instants(np.where(is_answered, day, np.datetime64("NaT")), 18 * 60),
        "in_time": Nullable(day <= last, ~is_answered),
    }


def _pool(draw: Draw, side: int, is_start: bool) -> list[str]:
    """Made answers of a side as JSON."""
    asked = items_of(START) if is_start else ITEMS
    found = []
    for _variant in range(VARIANTS):
        answers: dict[str, Any] = {}
        for item in asked:
            if item.is_scale:
                answers[item.key] = int(np.clip(round(draw.rng.normal(3.0 + 0.4 * side, 1.0)), 1, 5))
            elif draw.rng.random() < UNSURE_SHARE:
                answers[item.key] = UNSURE
            else:
                answers[item.key] = YES if draw.rng.random() < YES_SHARES[item.key][side] else NO
        found.append(json.dumps(answers))
    return found


def _choice(town: Town) -> Tables:
    """Both sides have been asked for years, and today already, so that no message goes out by itself."""
    since = town.now - ASKED_BACK * DAY
    choice: Table = {
        "id": town.ids.take("evaluations_surveychoice", 1),
        "municipality_id": town.municipality_id,
        "is_on": True,
        "valid_from": np.array([since], "datetime64[D]"),
        "chosen_at": instants(np.array([since], "datetime64[D]"), 10 * 60),
        "chosen_by_id": Key(np.array([town.staff.by_role["TEAM_LEADER"]])),
    }
    asked: Table = {
        "id": town.ids.take("evaluations_surveyround", 1),
        "municipality_id": town.municipality_id,
        "day": np.array([town.now], "datetime64[D]"),
        "asked": np.array([0]),
    }
    return [("evaluations_surveychoice", choice, 1), ("evaluations_surveyround", asked, 1)]


# Lots and a roll-out: few rows, in the municipality that the shared logins belong to

LEADER = "leder"
_PEOPLE = """
select c.id, c.birth_date, c.target_group
  from people_citizen c
 where c.municipality_id = %(municipality)s and c.target_group in ('6.1', '6.2', '6.3', '6.6', '6.7', '6.9')
   and not exists (select 1 from mentorships_mentorship m
                    where m.citizen_id = c.id and m.status in ('FOR_APPROVAL', 'GRANTED', 'ACTIVE'))
 order by c.id limit %(most)s
"""
_BEGAN = """
select c.id, c.birth_date, c.target_group, min(m.starts_on) as begins
  from people_citizen c
  left join mentorships_mentorship m
    on m.municipality_id = c.municipality_id and m.citizen_id = c.id and m.starts_on is not null
 where c.municipality_id = %(municipality)s and c.target_group in ('6.1', '6.2', '6.3', '6.6', '6.7', '6.9')
   and exists (select 1 from registers_statusspell s
                where s.municipality_id = c.municipality_id and s.citizen_id = c.id and s.source = 'WEEKLY'
                  and s.first_week <= %(drawn)s and s.before_week > %(drawn)s and s.code ~ '^7[23]')
 group by c.id, c.birth_date, c.target_group
having min(m.starts_on) between %(drawn)s and %(soon)s or coalesce(min(m.starts_on), 'infinity') >= %(late)s
 order by c.id
"""
_TEAMS = "select name from accounts_team where municipality_id = %(municipality)s order by name"
_LEADER = "select id, municipality_id from accounts_user where username = %(username)s"
WAITING, DRAWN = 12, 22
"""At most so many stand in each lot."""
FOLLOWED, SOON, FOLLOWED_MOST = 440, 120, 60
"""The lot with a result: days since it was registered, days in which those drawn began, people a side in a group."""
STAYED_AWAY = 6
"""One in so many of those drawn did not begin."""
_CIRCUMSTANCES = {"leaves_psychiatry": False, "starts_education": False, "cannot_join_offers": False}
_CONSENT = (
    "Flere vil gerne have en mentor, end der er pladser til. Derfor trækker vi lod. Du bestemmer selv, om du vil være "
    "med. Siger du nej, får du den samme hjælp som ellers. Du kan sige fra igen, når du vil."
)
_PROTOCOL = (
    "Eksempel. Med er borgere, der vil have en mentor og ikke har ret til en.\n\n"
    "De, der trækkes, får en mentor i 6 måneder. Vi ser i registre, hvor mange der er {outcome} efter et år, "
    "også dem, der holder op undervejs. Vi regner forskellen uge for uge og viser den med usikkerhed, uanset "
    "hvordan den falder ud."
)


def draw_lots(cursor: Any, today: date) -> None:
    """A registered lot with people on its list, one drawn half a year ago, one followed for a year, and a roll-out."""
    leader = cursor.execute(_LEADER, {"username": LEADER}).fetchone()
    if leader is None:
        return
    user, municipality = leader
    told = {"municipality": municipality, "most": WAITING + DRAWN}
    people = cursor.execute(_PEOPLE, told).fetchall()
    waiting, drawn = people[:WAITING], people[WAITING:]
    shared = {"municipality_id": municipality, "created_by_id": user, "registered_by_id": user}
    if len(waiting) > 1:
        at = instant(today - timedelta(days=20), time(10, 0))
        lot = _lottery("Mentor til job i foråret", Outcome.JOB, max(1, len(waiting) // 2), 40, at)
        _put_in(cursor, _insert(cursor, lot, shared), waiting, lot, user, municipality)
    if len(drawn) > 1:
        at = instant(today - timedelta(days=190), time(10, 0))
        lot = _lottery("Mentor til uddannelse", Outcome.EDUCATION, max(1, len(drawn) // 2), len(drawn), at)
        key = _insert(cursor, lot, shared)
        _draw(cursor, key, _put_in(cursor, key, drawn, lot, user, municipality), lot, user)
    _followed(cursor, today, user, municipality, shared)
    teams = [name for (name,) in cursor.execute(_TEAMS, told).fetchall()]
    if len(teams) > 1:
        _roll_out(cursor, teams, today, shared, user)


def _followed(cursor: Any, today: date, user: int, municipality: int, shared: dict[str, Any]) -> None:
    """A lot among people on benefit: those who began soon after it, and those who did so a year later or never."""
    at = instant(today - timedelta(days=FOLLOWED), time(10, 0))
    drawn_on = danish_day(at) + timedelta(days=14)
    days = {
        "drawn": drawn_on,
        "soon": drawn_on + timedelta(days=SOON),
        "late": drawn_on + timedelta(days=371),
    }
    rows = cursor.execute(_BEGAN, {"municipality": municipality, **days}).fetchall()
    groups: dict[str, tuple[list[Any], list[Any]]] = {"30+": ([], []), "<30": ([], [])}
    for citizen, born, group, begins in rows:
        is_late = begins is None or begins > days["soon"]
        groups[_stratum(born, danish_day(at))][is_late].append((citizen, born, group))
    sizes = {
        name: min(len(soon), len(late) - len(late) // STAYED_AWAY, FOLLOWED_MOST) - 1
        for name, (soon, late) in groups.items()
    }
    sizes = {name: size for name, size in sizes.items() if size > 1}
    if not sizes:
        return
    places = sum(sizes.values())
    lot = _lottery("Mentor til job, forrige år", Outcome.JOB, places, 2 * places, at)
    # The tickets are drawn first and then given to people, so that what came of each fits its ticket.
    tickets = [
        Ticket(str(uuid.uuid5(uuid.NAMESPACE_OID, f"{lot.name}:{name}:{number}")), name)
        for name, size in sizes.items()
        for number in range(2 * size)
    ]
    won = set(draw(tickets, places=places, seed=lot.seed).drawn)
    people = []
    for number, ticket in enumerate(tickets):
        soon, late = groups[ticket.stratum]
        began = ticket.ref in won and number % STAYED_AWAY
        people.append((*(soon if began and soon else late or soon).pop(), ticket.ref))
    key = _insert(cursor, lot, shared)
    _draw(cursor, key, _put_in(cursor, key, people, lot, user, municipality), lot, user)


def _stratum(born: date | None, on: date) -> str:
    return "<30" if born and (on - born).days < 30 * 365.25 else "30+"


def _lottery(name: str, outcome: Outcome, places: int, people: int, at: datetime) -> Evaluation:
    lot = Evaluation(
        design="LOTTERY", name=name, outcome=outcome.value, horizon_weeks=52, base=Decimal(12), relevant=Decimal(20),
        people=people, places=places, strata="AGE", subgroups=["AGE"], consent_text=_CONSENT,
        question="Kommer flere i mål, når de får en mentor?",
        protocol=_PROTOCOL.format(outcome={Outcome.JOB: "i job"}.get(outcome, "i uddannelse")),
    )  # fmt: skip
    return _registered(lot, at)


def _registered(made: Evaluation, at: datetime) -> Evaluation:
    """As the service leaves it, with a seed that is the same each time."""
    made.state, made.created_at, made.registered_at = Evaluation.State.REGISTERED, at, at
    made.seed = commitment(f"demo:{made.name}")
    made.seed_sha256, made.protocol_sha256 = commitment(made.seed), services.protocol_seal(made)
    made.power = power_kept(services.power_now(made))
    return made


_LATER = {"id", "drawn_by", "closed_by", "created_by", "registered_by", "municipality"}


def _insert(cursor: Any, made: Evaluation, shared: dict[str, Any]) -> int:
    values = dict(shared)
    for field in Evaluation._meta.local_fields:
        if field.name not in _LATER:
            value = getattr(made, field.attname)
            values[field.attname] = json.dumps(value) if field.get_internal_type() == "JSONField" else value
    names = ", ".join(values)
    marks = ", ".join(f"%({name})s" for name in values)
    row = cursor.execute(
        f"insert into evaluations_evaluation ({names}) values ({marks}) returning id".encode(), values
    ).fetchone()
    return int(row[0])


_CANDIDATE = """
insert into evaluations_candidate (municipality_id, public_id, evaluation_id, citizen_id, stratum, target_group,
  circumstances, "right", consented_on, consent_how, added_at, added_by_id, left_why)
values (%(municipality)s, coalesce(%(ref)s::uuid, gen_random_uuid()), %(evaluation)s, %(citizen)s, %(stratum)s,
  %(group)s, %(circumstances)s, '',
  %(day)s, 'MEETING', %(at)s, %(user)s, '') returning id, public_id::text, stratum
"""


def _put_in(
    cursor: Any, key: int, people: list[Any], lot: Evaluation, user: int, municipality: int
) -> list[tuple[int, str, str]]:
    assert lot.registered_at is not None
    found = []
    for number, (citizen, born, group, *ref) in enumerate(people):
        at = lot.registered_at + timedelta(days=1 + number % 12, hours=number % 5)
        told = {
            "municipality": municipality, "evaluation": key, "citizen": citizen, "group": group, "user": user,
            "stratum": _stratum(born, danish_day(lot.registered_at)), "at": at, "ref": ref[0] if ref else None,
            "day": danish_day(at), "circumstances": json.dumps(_CIRCUMSTANCES),
        }  # fmt: skip
        found.append(cursor.execute(_CANDIDATE, told).fetchone())
    return found


def _draw(cursor: Any, key: int, rows: list[tuple[int, str, str]], lot: Evaluation, user: int) -> None:
    assert lot.registered_at is not None
    tickets = [Ticket(ref, stratum) for _key, ref, stratum in rows]
    drawing = draw(tickets, places=lot.places, seed=lot.seed)
    places = dict.fromkeys(drawing.drawn) | {ref: number for number, ref in enumerate(drawing.waiting, 1)}
    for candidate, ref, _stratum in rows:
        cursor.execute(
            "update evaluations_candidate set is_drawn = %s, place = %s where id = %s",
            [places[ref] is None, places[ref], candidate],
        )
    cursor.execute(
        "update evaluations_evaluation set state = 'STARTED', drawn_at = %s, drawn_by_id = %s, frame_sha256 = %s"
        " where id = %s",
        [lot.registered_at + timedelta(days=14), user, seal_of(tickets), key],
    )


def _roll_out(cursor: Any, teams: list[str], today: date, shared: dict[str, Any], user: int) -> None:
    first = add_months(today.replace(day=1), -2)
    plan = steps.evenly(teams, first, 12, never=1 if len(teams) > 2 else 0)
    made = Evaluation(
        design="ROLL_OUT", name="Fast opfølgning hver uge", outcome=Outcome.JOB_OR_EDUCATION.value, horizon_weeks=26,
        base=Decimal(20), relevant=Decimal(8), people=len(teams) * 12 * 15, months=12, per_month=15, between=Decimal(3),
        first_month=first, units=steps.rows_of(plan), question="Fører fast opfølgning til mere?",
        protocol="Eksempel. Holdene begynder med fast opfølgning hver uge i den måned, loddet giver.",
    )  # fmt: skip
    at = instant(add_months(first, -1), time(9, 0))
    key = _insert(cursor, _registered(made, at), shared)
    drawn = steps.rows_of(steps.by_lot(plan, seed=made.seed))
    cursor.execute(
        "update evaluations_evaluation set state = 'STARTED', drawn_at = %s, drawn_by_id = %s, start_plan = %s"
        " where id = %s",
        [at + timedelta(days=3), user, json.dumps(drawn), key],
    )
