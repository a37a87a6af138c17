"""From need to agreement: the rows of each mentorship, its applications, decisions, grants and agreements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from brobygger.law.accounts import account_of
from brobygger.law.codes import Act
from brobygger.law.parameters import shipped
from brobygger.web.demo import toolbox_words, words
from brobygger.web.demo.cases import (
    ACTIVE,
    AT_WORK,
    CODES,
    CONTEXTS,
    EDUCATION,
    ENDED,
    FOR_APPROVAL,
    GRANTED,
    INTEGRATION,
    KINDS,
    REFUSED,
    STATUSES,
    SUPPORT,
    Cases,
)
from brobygger.web.demo.copying import Array, Bytes, Column, Key, Nullable, Oere, Pool, Table
from brobygger.web.demo.drawing import DAY, MINUTE, Draw, Ids, as_days, instants, spread, working_day
from brobygger.web.demo.papers import Papers
from brobygger.web.demo.people import Citizens, Mentors, Places, Staff
from brobygger.web.demo.trail import Trail

CODE_SIGNS = "23456789ABCDEFGHJKMNPQRTVWXYZ"
FRAME_MINUTES_PER_WEEK = 300
COMPLAINT_DAYS = 28
NEVER = np.datetime64("NaT")

Tables = list[tuple[str, Table, int]]


@dataclass
class Town:
    """What every table of one municipality is made from."""

    draw: Draw
    ids: Ids
    municipality_id: int
    today: date
    weeks_at_a_time: int
    cases: Cases
    staff: Staff
    places: Places
    citizens: Citizens
    mentors: Mentors
    trail: Trail

    @property
    def now(self) -> Array:
        return as_days(self.today)


@dataclass
class Grants:
    """``row`` is the mentorship's row number, ``part`` the number of the grant in it."""

    ids: Array
    row: Array
    part: Array
    starts: Array
    ends: Array
    weeks: Array
    minutes: Array
    rate: Array
    decision_ids: Array
    table: dict[str, Column]


@dataclass
class Chain:
    ids: Array
    public_ids: Bytes
    codes: list[str]
    organisation: Array
    task_ids: Array
    task_begins: Array
    task_counts: Array
    first_goals: Array
    decided_at: Array
    grants: Grants


def make_chain(town: Town, papers: Papers | None) -> tuple[Chain, Tables]:
    """All rows up to the agreement. ``papers`` writes each case's own texts; without it they are short."""
    cases, draw, ids = town.cases, town.draw, town.ids
    count = cases.count
    mentorship_ids, public_ids = ids.take("mentorships_mentorship", count), draw.public_ids(count)
    codes = _case_codes(draw, count)
    organisation = _organisations(town)
    created = working_day(cases.starts - draw.whole(9, 24, count) * DAY)
    created = np.minimum(created, town.now - draw.whole(0, 3, count) * DAY)
    created_at = instants(created, draw.whole(8 * 60, 15 * 60, count))
    consultant = town.staff.consultants[cases.consultant]
    mentorships: Table = {
        "id": mentorship_ids,
        "municipality_id": town.municipality_id,
        "public_id": public_ids,
        "code": Pool(codes, np.arange(count)),
        "status": Pool(STATUSES, cases.status),
        "citizen_id": town.citizens.ids[cases.citizen],
        "mentor_id": town.mentors.ids[cases.mentor],
        "organisation_id": Key(np.where(organisation >= 0, town.places.ids[organisation], 0)),
        "consultant_id": consultant,
        "team_id": Key(town.staff.teams[cases.consultant]),
        "act": Pool([Act.LAB.value, Act.INL.value], (cases.group == INTEGRATION).astype(int)),
        "target_group": Pool(CODES, cases.code),
        "context": Pool([context.value for context, _ in CONTEXTS], cases.context),
        "support_type": Pool([each.value for each in SUPPORT], cases.support),
        "purpose": (purposes := _purposes(draw, cases)),
        "decisive_reason": (decisive := draw.from_pool(words.DECISIVE, count)),
        "beyond_normal_reason": (beyond := draw.from_pool(words.BEYOND_NORMAL, count)),
        "qualifications_needed": draw.from_pool(words.NEEDED, count),
        "not_usual_work": True,
        "in_group_since": cases.in_group_since,
        "discharge_on": None,
        "education_admission_on": None,
        "starts_on": cases.starts,
        "ends_before": cases.ends,
        "created_at": created_at,
        "created_by_id": consultant,
    }
    town.trail.note("mentorship.created", public_ids, created_at, consultant)
    goals, goal_rows = _goals(town, mentorship_ids)
    tasks, task_ids, task_rows = _tasks(town, mentorship_ids)
    grants = _grants(town)
    decided = _decisions(town, grants, created)
    if papers:
        papers.know(purposes, decisive, beyond, organisation, goal_rows, task_rows, codes)
    tables: Tables = [("mentorships_mentorship", mentorships, count), goals, tasks]
    tables += _applications_and_decisions(town, mentorship_ids, public_ids, grants, decided, papers)
    tables.append(
        (
            "mentorships_statuschange",
            *_status_changes(town, mentorship_ids, public_ids, created_at, grants, decided),
        )
    )
    tables += _agreements(town, mentorship_ids, public_ids, organisation, grants, decided, papers)
    task_counts = task_rows[0]
    chain = Chain(
        ids=mentorship_ids,
        public_ids=public_ids,
        codes=codes,
        organisation=organisation,
        task_ids=task_ids,
        task_begins=np.cumsum(task_counts) - task_counts,
        task_counts=task_counts,
        first_goals=np.asarray(goals[1]["id"])[np.searchsorted(goal_rows[0], np.arange(count))],
        decided_at=decided.at,
        grants=grants,
    )
    return chain, tables


def _case_codes(draw: Draw, count: int) -> list[str]:
    """Four signs each, none twice."""
    base = len(CODE_SIGNS)
    numbers = draw.rng.choice(base**4, count, replace=False).tolist()
    return ["".join(CODE_SIGNS[number // base**place % base] for place in range(4)) for number in numbers]


def _organisations(town: Town) -> Array:
    """Row number of the place where the citizen is, -1 for none."""
    cases, places = town.cases, town.places
    companies, schools = places.of("COMPANY"), places.of("SCHOOL")
    own = town.mentors.places[cases.mentor]
    employed = np.isin(cases.kind, (0, 1))
    anywhere = companies[town.draw.whole(0, len(companies), cases.count)]
    at_work = np.isin(
        cases.context, [place for place, (context, _) in enumerate(CONTEXTS) if context in AT_WORK]
    )
    at_school = schools[town.draw.whole(0, len(schools), cases.count)]
    elsewhere = np.where(at_work, anywhere, np.where(cases.context == EDUCATION, at_school, -1))
    return np.where(employed, own, elsewhere)


def _purposes(draw: Draw, cases: Cases) -> Pool:
    texts: list[str] = []
    begins, counts = [], []
    for context, _ in CONTEXTS:
        begins.append(len(texts))
        counts.append(len(words.PURPOSES[context]))
        texts += words.PURPOSES[context]
    lot = draw.rng.random(cases.count)
    return Pool(texts, np.array(begins)[cases.context] + (lot * np.array(counts)[cases.context]).astype(int))


def _distinct(draw: Draw, rows: Array, position: Array, count: int, size: int) -> Array:
    """For each place a number below ``size``, different within a row."""
    begin, step = draw.whole(0, size, count), draw.whole(1, 4, count)
    places: Array = (begin[rows] + position * step[rows]) % size
    return places


def _goals(town: Town, mentorship_ids: Array) -> tuple[tuple[str, Table, int], tuple[Array, Array]]:
    draw, cases = town.draw, town.cases
    rows, position = spread(draw.whole(1, 4, cases.count))
    texts = _distinct(draw, rows, position, cases.count, len(words.GOALS))
    total = len(rows)
    judged = (cases.status[rows] == ENDED) & draw.chance(
        np.where(cases.starts < np.datetime64("2019-01-01"), 0.5, 0.97), cases.count
    )[rows]
    attainment = draw.pick([15, 28, 30, 27], total)
    table: Table = {
        "id": town.ids.take("mentorships_goal", total),
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(total),
        "mentorship_id": mentorship_ids[rows],
        "position": position + 1,
        "text": Pool(words.GOALS, texts),
        "attainment": Nullable(attainment, ~judged),
        "attainment_note": Pool(
            [*words.ATTAINMENT_NOTES, ""],
            np.where(judged, draw.whole(0, len(words.ATTAINMENT_NOTES), total), len(words.ATTAINMENT_NOTES)),
        ),
        "own_words": Pool(toolbox_words.OWN_WORDS, texts),
        "target_on": cases.ends[rows] - DAY,
        "scale_start": 1 + texts % 3,
        "scale_wanted": 6 + texts % 4,
    }
    return ("mentorships_goal", table, total), (rows, texts)


def _tasks(
    town: Town, mentorship_ids: Array
) -> tuple[tuple[str, Table, int], Array, tuple[Array, Array, Array]]:
    draw, cases = town.draw, town.cases
    counts = draw.whole(2, 5, cases.count)
    rows, position = spread(counts)
    texts = _distinct(draw, rows, position, cases.count, len(words.TASKS))
    ids = town.ids.take("mentorships_task", len(rows))
    table: Table = {
        "id": ids,
        "municipality_id": town.municipality_id,
        "mentorship_id": mentorship_ids[rows],
        "position": position + 1,
        "text": Pool(words.TASKS, texts),
        "boundary": Pool([limit for limit, _who in toolbox_words.BOUNDARIES], texts),
        "beyond": Pool([who for _limit, who in toolbox_words.BOUNDARIES], texts),
    }
    return ("mentorships_task", table, len(rows)), ids, (counts, rows, texts)


def _grants(town: Town) -> Grants:
    cases = town.cases
    parts = np.where(cases.is_given, -(-cases.weeks // town.weeks_at_a_time), 0)
    row, part = spread(parts)
    starts = cases.starts[row] + part * town.weeks_at_a_time * 7 * DAY
    ends = np.minimum(cases.ends[row], starts + town.weeks_at_a_time * 7 * DAY)
    weeks = ((ends - starts) / DAY).astype(int) // 7
    return Grants(
        ids=town.ids.take("grants_grant", len(row)),
        row=row,
        part=part,
        starts=starts,
        ends=ends,
        weeks=weeks,
        minutes=weeks * cases.minutes_per_week[row],
        rate=cases.rate[row],
        decision_ids=np.zeros(len(row), np.int64),
        table={},
    )


@dataclass
class _Decided:
    """When each grant was asked for and decided, and who did it."""

    asked_on: Array
    asked_at: Array
    on: Array
    at: Array
    by: Array
    is_outside: Array


def _decisions(town: Town, grants: Grants, created: Array) -> _Decided:
    draw, cases, count = town.draw, town.cases, len(grants.row)
    is_first = grants.part == 0
    asked = np.where(
        is_first, created[grants.row], working_day(grants.starts - draw.whole(8, 16, count) * DAY)
    )
    is_outside = cases.minutes_per_week[grants.row] > FRAME_MINUTES_PER_WEEK
    on = np.where(is_outside, working_day(asked + draw.whole(1, 5, count) * DAY), asked)
    on = np.minimum(np.minimum(on, town.now), np.maximum(grants.starts - 2 * DAY, asked))
    asked_at = instants(asked, draw.whole(8 * 60, 13 * 60, count))
    at = np.where(on == asked, asked_at + 5 * MINUTE, instants(on, draw.whole(9 * 60, 15 * 60, count)))
    leader = town.staff.by_role["TEAM_LEADER"]
    by = np.where(is_outside, leader, town.staff.consultants[cases.consultant[grants.row]])
    return _Decided(asked, asked_at, on, at, by, is_outside)


def _applications_and_decisions(
    town: Town,
    mentorship_ids: Array,
    public_ids: Bytes,
    grants: Grants,
    decided: _Decided,
    papers: Papers | None,
) -> Tables:
    """Applications of every grant, of what was refused and of what waits; then the decisions, by day."""
    draw, cases, ids, now = town.draw, town.cases, town.ids, town.now
    given = len(grants.row)
    refused = np.flatnonzero(cases.status == REFUSED)
    waiting = np.flatnonzero(cases.status == FOR_APPROVAL)
    ending = (cases.status == ACTIVE) & (cases.ends > now) & (cases.ends <= now + 21 * DAY)
    renewed = np.flatnonzero(ending & draw.chance(0.3, cases.count))
    row = np.concatenate((grants.row, refused, waiting, renewed))
    is_renewal = np.concatenate(
        (grants.part > 0, np.zeros(len(refused) + len(waiting), bool), np.ones(len(renewed), bool))
    )
    starts = np.concatenate(
        (grants.starts, cases.starts[refused], cases.starts[waiting], cases.ends[renewed])
    )
    weeks = np.concatenate(
        (
            grants.weeks,
            np.minimum(cases.weeks[refused], town.weeks_at_a_time),
            np.full(len(waiting) + len(renewed), 20),
        )
    )
    minutes_per_week = cases.minutes_per_week[row]
    late = np.arange(len(row)) >= given + len(refused)
    asks = _asks_of_leader(len(row))
    weeks, minutes_per_week = np.where(late, asks, (weeks, minutes_per_week))
    minutes = weeks * minutes_per_week
    extra = len(row) - given
    asked_on = np.concatenate(
        (
            decided.asked_on,
            working_day(cases.starts[refused] - 14 * DAY),
            np.full(extra - len(refused), now) - draw.whole(1, 6, extra - len(refused)) * DAY,
        )
    )
    asked_at = np.concatenate(
        (decided.asked_at, instants(asked_on[given:], draw.whole(8 * 60, 13 * 60, extra)))
    )
    application_ids = ids.take("grants_application", len(row))
    is_outside = (
        np.concatenate((decided.is_outside, minutes_per_week[given:] > FRAME_MINUTES_PER_WEEK)) | late
    )
    state = np.concatenate(
        (np.zeros(given, int), np.ones(len(refused), int), np.full(len(waiting) + len(renewed), 2))
    )
    is_outside[state == 1] = True
    by = town.staff.consultants[cases.consultant[row]]
    shapes, shape = np.unique(np.stack((weeks, minutes_per_week), axis=1), axis=0, return_inverse=True)
    plans = Pool(
        [f'[{{"weeks": "{length}", "minutes_per_week": {each}}}]' for length, each in shapes.tolist()],
        shape.ravel(),
    )
    reasons = Pool([*words.HOURS_REASONS], draw.whole(0, len(words.HOURS_REASONS), len(row)))
    renewal_reasons = draw.whole(0, len(words.RENEWAL_REASONS), len(row))
    every = np.arange(len(row))
    ends = starts + weeks * 7 * DAY
    if papers:
        texts = papers.of_applications(row, is_renewal, starts, weeks, minutes_per_week, asked_on, reasons)
    else:
        texts = Papers.short(len(row))
    applications: Table = {
        "id": application_ids,
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(len(row)),
        "mentorship_id": mentorship_ids[row],
        "kind": Pool(["GRANT", "RENEWAL"], is_renewal.astype(int)),
        "state": Pool(["GRANTED", "REFUSED", "PENDING"], state),
        "starts_on": starts,
        "ends_before": ends,
        "plan": plans,
        "price_lines": _price_lines(cases.kind[row], cases.rate[row]),
        "minutes": minutes,
        "minutes_per_week_max": minutes_per_week,
        "hourly_rate": Oere(cases.rate[row] * 100),
        "fixed_kroner": Oere(np.zeros(len(row), np.int64)),
        "kroner": Oere(minutes * cases.rate[row] * 100 // 60),
        "hours_reason": reasons,
        "reason": Pool(
            [*words.RENEWAL_REASONS, ""], np.where(is_renewal, renewal_reasons, len(words.RENEWAL_REASONS))
        ),
        "is_reassessed": is_renewal,
        "findings": texts.findings,
        "frame_check": texts.frame_checks,
        "decided_by_role": Pool(["SELF", "TEAM_LEADER"], is_outside.astype(int)),
        "route_reason": Pool(["", "Uden for rammen: en leder afgør det."], is_outside.astype(int)),
        "requested_at": asked_at,
        "requested_by_id": by,
        "version": np.where(state == 2, 1, 2),
    }
    town.trail.note(
        "application.submitted",
        public_ids[row],
        asked_at,
        by,
        detail=Pool([f'{{"minutes": {each}}}' for each in minutes.tolist()], every),
    )
    ended = np.flatnonzero(cases.status == ENDED)
    ended_on = np.minimum(working_day(cases.ends[ended] + draw.whole(0, 6, len(ended)) * DAY), now)
    refused_on = np.minimum(working_day(asked_on[given : given + len(refused)] + 4 * DAY), now)
    decided_row = np.concatenate((grants.row, refused, ended))
    decided_on = np.concatenate((decided.on, refused_on, ended_on))
    many = len(decided_row)
    decided_at = np.concatenate(
        (decided.at, instants(decided_on[given:], draw.whole(9 * 60, 15 * 60, many - given)))
    )
    kind = np.concatenate((np.where(grants.part > 0, 1, 0), np.full(len(refused), 2), np.full(len(ended), 3)))
    decided_by = np.concatenate(
        (
            decided.by,
            np.full(len(refused), town.staff.by_role["TEAM_LEADER"]),
            town.staff.consultants[cases.consultant[ended]],
        )
    )
    application = np.concatenate((application_ids[: given + len(refused)], np.zeros(len(ended), np.int64)))
    order = np.lexsort((kind, decided_on, decided_row))
    decision_ids = np.empty(many, np.int64)
    decision_ids[order] = ids.take("grants_decision", many)
    grants.decision_ids = decision_ids[:given]
    told = [
        *words.DECISIVE,
        *words.REFUSALS,
        *words.RENEWAL_REASONS,
        "Mentorstøtten ophører, fordi perioden er slut.",
    ]
    of_kind = np.array([0, len(words.DECISIVE) + len(words.REFUSALS), len(words.DECISIVE), len(told) - 1])
    spans = np.array([len(words.DECISIVE), len(words.RENEWAL_REASONS), len(words.REFUSALS), 1])
    why = of_kind[kind] + (draw.rng.random(many) * spans[kind]).astype(int)
    rules = texts.rules
    rules_of = np.concatenate((every[: given + len(refused)], _last_application(grants, ended)))
    for place, action in enumerate(("grant", "renewal", "refusal", "end")):
        chosen = np.flatnonzero(kind == place)
        town.trail.note(
            f"decision.{action}", public_ids[decided_row[chosen]], decided_at[chosen], decided_by[chosen]
        )
    decisions: Table = {
        "id": decision_ids,
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(many),
        "mentorship_id": mentorship_ids[decided_row],
        "application_id": Key(application),
        "kind": Pool(["GRANT", "RENEWAL", "REFUSAL", "END"], kind),
        "decided_on": decided_on,
        "decided_at": decided_at,
        "decided_by_id": decided_by,
        "reasons": Pool(told, why),
        "hearing": Pool(
            ["", "Borgeren er hørt den uge, indstillingen kom, og havde ingen bemærkninger."],
            (kind == 2).astype(int),
        ),
        "rules_used": Pool(rules.values, rules.codes[rules_of]),
        "notified_on": decided_on,
        "complaint_last_day": decided_on + COMPLAINT_DAYS * DAY,
        "letter_id": None,
    }
    grants.table = {
        "id": grants.ids,
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(given),
        "mentorship_id": mentorship_ids[grants.row],
        "decision_id": grants.decision_ids,
        "starts_on": grants.starts,
        "ends_before": grants.ends,
        "plan": Pool(plans.values, plans.codes[:given]),
        "minutes": grants.minutes,
        "hourly_rate": Oere(grants.rate * 100),
        "fixed_kroner": Oere(np.zeros(given, np.int64)),
        "kroner": Oere(grants.minutes * grants.rate * 100 // 60),
        "is_current": True,
        "account": _accounts(town, grants.row, decided.on),
    }
    return [("grants_application", applications, len(row)), ("grants_decision", decisions, many)]


def _accounts(town: Town, row: Array, decided_on: Array) -> Pool:
    """The account of each grant by target group and day; "" where the product knows none."""
    codes, years = town.cases.code[row], decided_on.astype("datetime64[Y]").astype(int) + 1970
    known = {
        (int(code), int(year)): account_of(CODES[int(code)], date(int(year), 12, 31), shipped()) or ""
        for code, year in set(zip(codes.tolist(), years.tolist(), strict=True))
    }
    values = sorted(set(known.values()))
    places = [values.index(known[pair]) for pair in zip(codes.tolist(), years.tolist(), strict=True)]
    return Pool(values, np.array(places, np.int64))


def _asks_of_leader(count: int) -> Array:
    """Weeks and minutes a week outside the frame: longer, more, or both."""
    asks = np.array([(20, 240), (12, 420), (16, 360), (12, 600), (24, 180)])
    return asks[np.arange(count) % len(asks)].T


def _last_application(grants: Grants, rows: Array) -> Array:
    """Place of the last grant of each of these mentorships."""
    return np.searchsorted(grants.row, rows, side="right") - 1


def _price_lines(kind: Array, rate: Array) -> Pool:
    shapes, place = np.unique(np.stack((kind, rate), axis=1), axis=0, return_inverse=True)
    lines = []
    for each, kroner in shapes.tolist():
        if not kroner:
            lines.append("[]")
            continue
        is_fee = KINDS[each].is_external
        line, text = ("FEE", "Honorar") if is_fee else ("WAGE", "Løn i de frikøbte timer")
        lines.append(
            f'[{{"kind": "{line}", "text": "{text}", "amount": "{kroner}.00", "basis": "PER_HOUR"}}]'
        )
    return Pool(lines, place.ravel())


def _status_changes(
    town: Town, mentorship_ids: Array, public_ids: Bytes, created_at: Array, grants: Grants, decided: _Decided
) -> tuple[Table, int]:
    """For approval, granted, under way, ended: as far as each has come."""
    cases, draw = town.cases, town.draw
    first = np.flatnonzero(grants.part == 0)
    granted_at = np.full(cases.count, NEVER, "datetime64[us]")
    granted_at[grants.row[first]] = decided.at[first]
    started_at = instants(np.where(cases.status >= ACTIVE, cases.starts, NEVER), 7 * 60)
    ended_on = np.minimum(cases.ends + 1 * DAY, town.now)
    ended_at = instants(np.where(cases.status == ENDED, ended_on, NEVER), 14 * 60)
    refused_at = np.where(cases.status == REFUSED, created_at + 5 * 24 * 60 * MINUTE, NEVER)
    moments = np.stack((created_at, granted_at, started_at, ended_at, refused_at), axis=1)
    row, step = np.nonzero(~np.isnat(moments))
    status = np.array([FOR_APPROVAL, GRANTED, ACTIVE, ENDED, REFUSED])[step]
    later = step > 0
    town.trail.note(
        "mentorship.status_changed",
        public_ids[row[later]],
        moments[row, step][later],
        np.where(status == ACTIVE, 0, town.staff.consultants[cases.consultant[row]])[later],
        detail=Pool([f'{{"after": "{each}"}}' for each in STATUSES], status[later]),
    )
    by = np.where(status == ACTIVE, 0, town.staff.consultants[cases.consultant[row]])
    table: Table = {
        "id": town.ids.take("mentorships_statuschange", len(row)),
        "municipality_id": town.municipality_id,
        "mentorship_id": mentorship_ids[row],
        "status": Pool(STATUSES, status),
        "reason": Pool(
            ["", "Perioden er udløbet."], ((status == ENDED) & draw.chance(0.6, len(row))).astype(int)
        ),
        "at": moments[row, step],
        "by_id": Key(by),
    }
    return table, len(row)


def _agreements(
    town: Town,
    mentorship_ids: Array,
    public_ids: Bytes,
    organisation: Array,
    grants: Grants,
    decided: _Decided,
    papers: Papers | None,
) -> Tables:
    draw, cases, count = town.draw, town.cases, len(grants.row)
    agreement_ids = town.ids.take("grants_agreement", count)
    is_whole = cases.has_agreement[grants.row] | (grants.part > 0)
    by_start = instants(grants.starts - DAY, 19 * 60)
    latest = np.maximum(np.minimum(by_start, instants(town.now, 60)), decided.at + 30 * MINUTE)
    contents = (
        papers.of_agreements(grants, decided.on)
        if papers
        else Pool([Papers.SHORT_AGREEMENT], np.zeros(count, int))
    )
    row, party = np.nonzero(
        np.stack((np.ones(count, bool), np.ones(count, bool), organisation[grants.row] >= 0), axis=1)
    )
    lacks = np.where(is_whole, -1, draw.whole(0, 2, count))
    accepts = lacks[row] != party
    wait = draw.rng.random(len(row)) * (latest - decided.at)[row].astype(np.int64)
    accepted_at = np.where(accepts, decided.at[row] + wait.astype("timedelta64[us]"), NEVER)
    completed = np.full(count, np.datetime64("1970-01-01"), "datetime64[us]")
    np.maximum.at(completed, row[accepts], accepted_at[accepts])
    case_row = grants.row[row]
    people = np.choose(
        party,
        (
            town.citizens.ids[cases.citizen[case_row]],
            town.mentors.ids[cases.mentor[case_row]],
            town.places.ids[organisation[case_row]],
        ),
    )
    names, emails = _party_names(town, case_row, party, organisation)
    town.trail.note("agreement.sent", public_ids[grants.row], decided.at + MINUTE, decided.by)
    answered = np.flatnonzero(accepts)
    town.trail.note(
        "agreement.accepted",
        public_ids[case_row[answered]],
        accepted_at[answered],
        np.zeros(len(answered), np.int64),
    )
    agreements: Table = {
        "id": agreement_ids,
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(count),
        "mentorship_id": mentorship_ids[grants.row],
        "grant_id": grants.ids,
        "content": contents,
        "document_id": None,
        "sent_at": decided.at + MINUTE,
        "sent_by_id": decided.by,
        "completed_at": np.where(is_whole, completed, NEVER),
        "replaced_at": None,
    }
    parties: Table = {
        "id": town.ids.take("grants_agreementparty", len(row)),
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(len(row)),
        "agreement_id": agreement_ids[row],
        "party": Pool(["CITIZEN", "MENTOR", "COMPANY"], party),
        "name": names,
        "email": emails,
        "phone": "",
        "person_id": people,
        "accepted_at": accepted_at,
        "declined_at": None,
        "declined_reason": "",
        "strength": Pool(
            ["LINK_AND_CODE", "SIGNED_IN", "PAPER", ""],
            np.where(accepts, draw.pick([75, 18, 7], len(row)), 3),
        ),
        "last_sent_at": (decided.at + MINUTE)[row],
    }
    return [
        ("grants_agreement", agreements, count),
        ("grants_agreementparty", parties, len(row)),
    ]


def _party_names(town: Town, case_row: Array, party: Array, organisation: Array) -> tuple[Pool, Pool]:
    cases = town.cases
    citizens, mentors = len(town.citizens.names), len(town.mentors.names)
    place = np.choose(
        party,
        (
            cases.citizen[case_row],
            citizens + cases.mentor[case_row],
            citizens + mentors + organisation[case_row],
        ),
    )
    names = [*town.citizens.names, *town.mentors.names, *town.places.contacts]
    emails = [*town.citizens.emails, *town.mentors.emails, *town.places.emails]
    return Pool(names, place), Pool(emails, place)
