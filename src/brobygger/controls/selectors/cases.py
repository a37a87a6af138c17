"""The facts of a municipality's cases, read from PostgreSQL in one statement and streamed.

Everything a control needs is added up by the database, one row a case, so that a night over the whole country is
short. Texts stay where they are: only whether something was written comes out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple, cast

from django.db import connection

from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind, SupportType
from brobygger.law.target_groups import NEW_ACT
from brobygger.mentorships.models import Mentorship, Status
from brobygger.review.facts import AGREEMENT_ITEMS, CaseFacts, FollowUpSeen, GrantedPeriod

DAYS_TO_ANSWER = 14
"""Days a citizen has to confirm a contact before a control asks for it."""

ROWS_AT_A_TIME = 2_000

SMALLEST_ASSESSMENT = 200
"""Bytes. A kept assessment that names any rule is larger; to weigh it is a hundredth of the cost of opening it."""

_SQL = """
with granted as (
  select mentorship_id as id, array_agg(starts_on order by starts_on) as starts,
    array_agg(ends_before order by starts_on) as ends, sum(minutes)::int as minutes, sum(used_minutes)::int as used,
    sum(kroner) as kroner, sum(paid_kroner) as paid, sum(fixed_kroner) as fixed, max(hourly_rate) as rate,
    nullif(concat_ws(' og ', nullif(min(nullif(account, '')), max(account)), nullif(max(account), '')), '') as account
  from grants_grant where municipality_id = %(m)s and is_current {only_m} group by mentorship_id
), decided as (
  select d.mentorship_id as id, min(d.decided_on) as first_on,
    bool_or(d.kind <> 'REFUSAL') as is_given, bool_or(d.kind = 'REFUSAL') as is_refused,
    bool_and(d.kind in ('GRANT', 'RENEWAL')) as is_upheld,
    bool_and({written[d.reasons]}) as reasons,
    bool_and(true) filter (where pg_column_size(d.rules_used) > {smallest}) as rules_named,
    bool_and({written[d.hearing]}) filter (where d.kind = 'REFUSAL') as heard,
    (array_agg(d.notified_on order by d.complaint_last_day - d.notified_on, d.id))[1] as notified_on,
    (array_agg(d.complaint_last_day order by d.complaint_last_day - d.notified_on, d.id))[1] as last_day,
    min(d.decided_by_id) as decider, array_agg(lower(u.email)) filter (where u.email <> '') as emails
  from grants_decision d join accounts_user u on u.id = d.decided_by_id
  where d.municipality_id = %(m)s {only_d} group by d.mentorship_id
), asked as (
  select mentorship_id as id, bool_and({written[hours_reason]}) as hours_reason,
    bool_and(is_reassessed) filter (where kind = 'RENEWAL') as reassessed,
    string_agg(price_lines::text, ' ') as prices
  from grants_application where municipality_id = %(m)s and state = 'GRANTED' {only_m} group by mentorship_id
), agreed as (
  select a.mentorship_id as id, min(a.completed_at) as completed_at,
    bit_and(case when a.completed_at is not null and i.hours is not null then
      (i.goal::text ~ '[[:alnum:]]')::int * 1 + ({written[i.mentor_name]})::int * 2
      + ({written[i.mentor_contact]})::int * 4 + (i.tasks::text ~ '[[:alnum:]]')::int * 8
      + ({written[i.starts_on]})::int * 16 + ({written[i.ends_on]})::int * 32
      + (i.hours > 0)::int * 64 + ({written[i.complaint_guidance]})::int * 128 end) as items
  from grants_agreement a cross join lateral jsonb_to_record(coalesce(a.content -> 'items', '{{}}')) as
    i(goal jsonb, mentor_name text, mentor_contact text, tasks jsonb, starts_on text, ends_on text, hours int,
      complaint_guidance text)
  where a.municipality_id = %(m)s {only_a} group by a.mentorship_id
), told as (
  select a.mentorship_id as id, min(p.accepted_at) as citizen_at
  from grants_agreementparty p join grants_agreement a on a.id = p.agreement_id and a.municipality_id = %(m)s
  where p.municipality_id = %(m)s and p.party = 'CITIZEN' {only_a} group by a.mentorship_id
), met as (
  select mentorship_id as id,
    min(starts_at) filter (where minutes > 0 and state not in ('SUPERSEDED', 'WITHDRAWN', 'REJECTED')) as first_at,
    sum(minutes) filter (where state in ('CONFIRMED', 'ACCEPTED')) as confirmed,
    sum(minutes) filter (where state = 'DISPUTED') as disputed,
    sum(minutes) filter (where state = 'REGISTERED' and starts_at < %(answered_before)s) as silent,
    sum(paid_minutes) as paid
  from hours_contact where municipality_id = %(m)s {only_m} group by mentorship_id
), followed as (
  select mentorship_id as id, array_agg(planned_for order by planned_for, id) as due,
    array_agg(done_on order by planned_for, id) as done,
    array_agg(service_delivered order by planned_for, id) as delivered
  from followups_followup where municipality_id = %(m)s and cancelled_at is null {only_m} group by mentorship_id
), aimed as (
  select mentorship_id as id, count(*)::int as goals, count(attainment)::int as judged
  from mentorships_goal where municipality_id = %(m)s {only_m} group by mentorship_id
), tasked as (
  select mentorship_id as id, bool_or({written[text]}) as written
  from mentorships_task where municipality_id = %(m)s {only_m} group by mentorship_id
)
select m.id, m.code, m.team_id, m.citizen_id, m.mentor_id, m.organisation_id, m.status,
  (m.created_at at time zone 'Europe/Copenhagen')::date, m.starts_on, m.ends_before,
  m.act, m.target_group, m.context, m.support_type,
  extract(year from age(coalesce(d.first_on, m.created_at::date), c.birth_date))::int,
  t.kind, {written[m.purpose]}, coalesce(k.written, false), {written[t.qualifications]}, {written[m.decisive_reason]},
  {written[m.beyond_normal_reason]}, m.not_usual_work, o.employees, o.kind = 'SCHOOL', m.discharge_on,
  m.education_admission_on, m.in_group_since,
  g.starts, g.ends, g.minutes, g.used, g.kroner, g.paid, g.fixed, g.rate, g.account,
  d.first_on, d.is_given, d.is_refused, d.is_upheld, d.reasons, d.rules_named, d.heard, d.notified_on, d.last_day,
  d.decider, lower(t.email) = any(d.emails),
  q.hours_reason, q.reassessed, q.prices,
  (a.completed_at at time zone 'Europe/Copenhagen')::date, a.items,
  (b.citizen_at at time zone 'Europe/Copenhagen')::date,
  (h.first_at at time zone 'Europe/Copenhagen')::date, h.confirmed, h.disputed, h.silent, h.paid,
  f.due, f.done, f.delivered, v.goals, v.judged, e.ended_on
from mentorships_mentorship m
join people_citizen c on c.municipality_id = %(m)s and c.id = m.citizen_id
left join people_mentor t on t.municipality_id = %(m)s and t.id = m.mentor_id
left join organisations_organisation o on o.municipality_id = %(m)s and o.id = m.organisation_id
left join granted g on g.id = m.id left join decided d on d.id = m.id left join asked q on q.id = m.id
left join agreed a on a.id = m.id left join told b on b.id = m.id left join met h on h.id = m.id
left join followed f on f.id = m.id left join aimed v on v.id = m.id left join tasked k on k.id = m.id
left join followups_conclusion e on e.municipality_id = %(m)s and e.mentorship_id = m.id
where m.municipality_id = %(m)s {only}
"""

# The days of contact are asked only where the law had a least number of them.
_CONTACT_DAYS = """
select k.mentorship_id, array_agg(distinct (k.starts_at at time zone 'Europe/Copenhagen')::date)
from mentorships_mentorship m join hours_contact k on k.municipality_id = %(m)s and k.mentorship_id = m.id
where m.municipality_id = %(m)s and m.context = 'ONLY_EFFORT' and m.starts_on < %(until)s and k.minutes > 0
  and k.state not in ('SUPERSEDED', 'WITHDRAWN', 'REJECTED') {only} group by k.mentorship_id
"""

_SETTINGS = (
    "set local jit = off; set local work_mem = '96MB'; set local enable_nestloop = off;"
    # Each core has a process of its own to serve; helpers of the database only get in their way.
    " set local max_parallel_workers_per_gather = 0"
)


class _Written(dict[str, str]):
    """Column -> the condition that something is written in it.

    The first character tells nearly always; to search a long text for one costs a hundred times as much.
    """

    def __missing__(self, column: str) -> str:
        return f"(ascii({column}) between 33 and 126 or {column} ~ '\\S')"


class Case(NamedTuple):
    """A case with the keys that its findings are kept under."""

    id: int
    team_id: int | None
    facts: CaseFacts


def facts_of_all(municipality_id: int, municipality_code: str, on: date) -> Iterator[Case]:
    """Every case of a municipality. Runs in the caller's transaction and context."""
    return _read(municipality_id, municipality_code, on, None)


def facts_of(mentorship: Mentorship, on: date) -> CaseFacts:
    """One case as it stands."""
    code = mentorship.municipality.code
    (case,) = _read(mentorship.municipality_id, code, on, mentorship.pk)
    return case.facts


def _read(municipality_id: int, code: str, on: date, only: int | None) -> Iterator[Case]:
    values = {
        "m": municipality_id,
        "only": only,
        "until": NEW_ACT,
        "answered_before": on - timedelta(days=DAYS_TO_ANSWER),
    }
    with connection.cursor() as settings:
        if only is None:
            settings.execute(_SETTINGS)
        settings.execute(_statement(_CONTACT_DAYS, only), values)
        contact_days = dict(settings.fetchall())
    connection.ensure_connection()
    raw = cast(Any, connection.connection)
    with raw.cursor("control_facts", binary=True) as cursor:
        cursor.itersize = ROWS_AT_A_TIME
        cursor.execute(_statement(_SQL, only), values)
        for row in cursor:
            yield _case(row, code, contact_days)


def _statement(sql: str, only: int | None) -> str:
    """The statement for the whole municipality, or for one mentorship."""
    parts = {
        "only": "m.id",
        "only_m": "mentorship_id",
        "only_d": "d.mentorship_id",
        "only_a": "a.mentorship_id",
    }
    chosen = {key: f"and {column} = %(only)s" if only is not None else "" for key, column in parts.items()}
    return sql.format(smallest=SMALLEST_ASSESSMENT, written=_Written(), **chosen)


_ITEM_SETS = tuple(
    frozenset(item for place, item in enumerate(AGREEMENT_ITEMS) if mask >> place & 1) for mask in range(256)
)
_KIND_IN_PRICE = re.compile(r'"kind": ?"([A-Z_]+)"')


class _Prices(dict[str, frozenset[PriceLineKind]]):
    """Price lines of a case as text -> what they pay for; few different ones stand in many cases."""

    def __missing__(self, text: str) -> frozenset[PriceLineKind]:
        found = frozenset(PriceLineKind(kind) for kind in _KIND_IN_PRICE.findall(text))
        if len(self) < 50_000:
            self[text] = found
        return found


_prices = _Prices()
_ACTS = {each.value: each for each in Act}
_CONTEXTS = {each.value: each for each in Context}
_SUPPORT = {each.value: each for each in SupportType}
_KINDS = {each.value: each for each in MentorKind}
_BEGUN = (Status.ACTIVE.value, Status.ENDED.value)
_as_period: Callable[..., GrantedPeriod] = GrantedPeriod
_ONE_DAY = timedelta(days=1)


def _case(row: tuple[Any, ...], municipality_code: str, contact_days: dict[int, list[date]]) -> Case:
    (
        key, code, team, citizen, mentor, organisation, status, created_on, starts_on, ends_before,
        act, target_group, context, support, age, mentor_kind, purpose, tasks, qualifications, decisive,
        beyond, not_usual_work, employees, at_school, discharge_on, admission_on, in_group_since,
        starts, ends, granted, used, kroner, paid_kroner, fixed, rate, account,
        decided_on, is_given, is_refused, is_upheld, reasons, rules_named, heard, notified_on, last_day,
        decider, mentor_decides, hours_reason, reassessed, prices, agreed_on, items, told_on,
        first_contact, confirmed, disputed, silent, paid_minutes, due, done, delivered, goals, judged, concluded_on,
    ) = row  # fmt: skip
    has_begun = status in _BEGUN or first_contact is not None
    has_ended = status == "ENDED" or concluded_on is not None
    waits = decided_on is None and starts is None
    facts = CaseFacts(
        case_code=code,
        municipality_code=municipality_code,
        team=str(team) if team else None,
        citizen_ref=str(citizen),
        mentor_ref=str(mentor) if mentor else None,
        supplier_ref=str(organisation) if organisation else None,
        created_on=created_on,
        decided_on=decided_on,
        started_on=starts_on,
        begun=has_begun,
        ended_on=(concluded_on or (ends_before and ends_before - _ONE_DAY)) if has_ended else None,
        planned_end_before=ends_before,
        agreement_on=agreed_on,
        first_contact_on=first_contact,
        citizen_informed_on=told_on,
        act=_ACTS[act],
        target_group=target_group or None,
        context=_CONTEXTS[context],
        support_type=_SUPPORT[support],
        age=age,
        mentor_kind=_KINDS.get(mentor_kind),
        purpose=purpose,
        tasks=tasks,
        qualifications=bool(qualifications),
        decisive=decisive,
        beyond_normal=beyond,
        not_usual_work=not_usual_work,
        employees=employees,
        at_school=at_school,
        discharge_on=discharge_on,
        education_admission_on=admission_on,
        in_group_since=in_group_since,
        periods=tuple(map(_as_period, starts, ends)) if starts else (),
        decision_kind=None if waits else "REFUSAL" if is_refused and not is_given else "GRANT",
        reasons=reasons,
        rules_named=rules_named,
        hearing=heard,
        hearing_needed=bool(is_refused),
        fully_upheld=is_upheld,
        reassessed=reassessed,
        complaint_guidance=None,
        notified_on=notified_on,
        complaint_last_day=last_day,
        decided_by_ref=str(decider) if decider else None,
        mentor_is_decider=bool(mentor_decides) if decider else None,
        agreement_items=None if items is None else _ITEM_SETS[items],
        agreement_written=agreed_on is not None,
        granted_minutes=granted,
        hours_reason=hours_reason,
        used_minutes=used,
        confirmed_minutes=confirmed or 0,
        disputed_minutes=disputed or 0,
        unconfirmed_minutes=silent or 0,
        paid_minutes=paid_minutes or 0,
        paid_kroner=paid_kroner,
        granted_kroner=kroner,
        fixed_kroner=fixed,
        hourly_rate=rate,
        account=account,
        price_line_kinds=None if prices is None else _prices[prices],
        contact_dates=tuple(contact_days[key]) if key in contact_days else None,
        follow_ups=tuple(map(FollowUpSeen, due, done, delivered)) if due else (),
        goals=goals or 0,
        goals_with_attainment=judged or 0,
        conclusion_recorded=concluded_on is not None,
    )
    return Case(key, team, facts)
