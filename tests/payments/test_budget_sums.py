"""The database's forecast of a municipality is that of ``payment.forecast``, to the øre."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brobygger.accounts.models import User
from brobygger.grants.models import Grant
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship, Status
from brobygger.payment.budget import WhatIf, alarm
from brobygger.payment.forecast import Commitment, Method, Paid, figures, year
from brobygger.payment.hour_plan import HourPlan
from brobygger.payments.budget import presenters, selectors
from brobygger.payments.budget.models import Dimension
from brobygger.payments.budget.sums import Seen, expected_until, groups, never_asked_for
from brobygger.values.money import ZERO
from brobygger.values.period import Period
from tests.cast import Cast
from tests.factories.economy import make_payments
from tests.factories.invoices import make_contact
from tests.factories.mentorships import make_decision, make_mentorship

Acting = Callable[[User | None], AbstractContextManager[None]]
ON = date(2026, 11, 23)
WEEKS = ("1", "2.5", "3.3333", "10", "26", "0.5")
CONTEXTS = ("COMPANY_PLACEMENT", "ONLY_EFFORT", "EDUCATION")


def make_case(cast: Cast, dice: random.Random, *, renewed: bool = False) -> list[Commitment]:
    """A mentorship with one grant of many shapes, part of it paid and part of it confirmed, as rows and as facts."""
    plan = [
        {"weeks": dice.choice(WEEKS), "minutes_per_week": dice.randrange(0, 2221)}
        for _ in range(dice.randrange(1, 4))
    ]
    hours = HourPlan.from_data(plan)
    start = ON - timedelta(days=dice.randrange(-60, 330))
    end = start + timedelta(days=max(1, hours.days + dice.choice((0, 0, 14, -3))))
    rate = Decimal(dice.choice((0, 25_000, 33_333, 21_250))) / 100
    mentorship = make_mentorship(
        cast,
        status=Status.ACTIVE,
        starts_on=start,
        ends_before=end,
        context=dice.choice(CONTEXTS),
        target_group=dice.choice(("6.1", "6.3")),
        team=dice.choice((cast.team, None)),
    )
    paid = _paid(dice, start, rate)
    fixed = Decimal(dice.choice((0, 0, 2950)))
    kroner = Decimal(hours.total_minutes) * rate / 60 + fixed + sum((each.amount for each in paid), ZERO) + 1
    grant = Grant.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        decision=make_decision(cast, mentorship),
        starts_on=start,
        ends_before=end,
        plan=plan,
        minutes=hours.total_minutes + 30_000,
        used_minutes=int(sum((each.amount for each in paid), ZERO) * 60 / rate) + 1 if rate else 0,
        hourly_rate=rate,
        fixed_kroner=fixed,
        kroner=kroner.quantize(Decimal("0.01")),
        paid_kroner=sum((each.amount for each in paid), ZERO),
        account=dice.choice(("5.68.90.018", "5.68.90.012")),
    )
    make_payments(cast, ((mentorship, each.day, each.amount) for each in paid))
    unpaid = ZERO
    if start < ON and dice.random() < 0.5:
        minutes = dice.randrange(5, 200)
        make_contact(cast, mentorship, minutes, day=max(start, ON - timedelta(days=9)), grant=grant)
        unpaid = (Decimal(minutes) * rate / 60).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    return [
        Commitment(
            mentorship.code,
            Period(start, end),
            hours,
            rate,
            fixed=fixed,
            paid=paid,
            unpaid=unpaid,
            account=grant.account,
            team=str(mentorship.team_id or ""),
            target_group=mentorship.target_group,
            context=mentorship.context,
            right_and_duty=mentorship.context == "ONLY_EFFORT",
        )
    ]


def _paid(dice: random.Random, start: date, rate: Decimal) -> tuple[Paid, ...]:
    if not rate or start >= ON:
        return ()
    days = [start + timedelta(days=dice.randrange(0, (ON - start).days)) for _ in range(dice.randrange(0, 4))]
    return tuple(Paid(day, Decimal(dice.randrange(100, 300_000)) / 100) for day in days)


@pytest.fixture
def identities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each contact has a mentor of its own number, since one mentor is in one place at a time."""
    numbers = iter(range(10_000_000, 20_000_000))
    create = Contact.objects.create
    monkeypatch.setattr(
        Contact.objects, "create", lambda **given: create(**{**given, "mentor_identity": next(numbers)})
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_database_and_the_slow_way_agree(cast: Cast, identities: None, seed: int) -> None:
    dice = random.Random(seed)
    known = [each for _ in range(40) for each in make_case(cast, dice)]
    for method in Method:
        for on in (ON, date(2026, 12, 31), date(2027, 1, 4)):
            _agree(cast, known, on, method)
    factor = Decimal("1.073")
    dearer = WhatIf(price_percent=factor * 100).applied(known)
    _agree(cast, dearer, ON, Method.BY_PLAN, factor)


def _agree(
    cast: Cast,
    known: list[Commitment] | tuple[Commitment, ...],
    on: date,
    method: Method,
    factor: Decimal = Decimal(1),
) -> None:
    seen = Seen(cast.municipality.pk, on, method, factor)
    found = selectors.Outlook(seen, 2026, tuple(groups(seen, first_year=2026)))
    for number in (2026, 2027):
        assert found.figures(number) == figures(known, year(number), on=on, method=method)
    for dimension, key in (
        (Dimension.ACCOUNT, lambda each: each.account),
        (Dimension.TEAM, lambda each: each.team),
        (Dimension.TARGET_GROUP, lambda each: each.target_group),
        (Dimension.CONTEXT, lambda each: each.context),
    ):
        for name, of_key in found.by(dimension, 2026).items():
            own = [each for each in known if key(each) == name]
            assert of_key == figures(own, year(2026), on=on, method=method)
    duty = figures([each for each in known if each.right_and_duty], year(2026), on=on, method=method)
    assert found.right_and_duty(2026) == duty


def test_a_wrong_rounding_is_found(cast: Cast, identities: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: minutes are cut down instead of rounded."""
    from brobygger.payments.budget import sums

    dice = random.Random(1)
    known = [each for _ in range(40) for each in make_case(cast, dice)]
    assert "+ 7, 14)" in sums._CASES
    monkeypatch.setattr(sums, "_CASES", sums._CASES.replace("+ 7, 14)", ", 14)"))
    with pytest.raises(AssertionError):
        _agree(cast, known, ON, Method.BY_PLAN)


def test_each_row_is_the_sum_of_its_mentorships(cast: Cast, identities: None) -> None:
    dice = random.Random(7)
    for _ in range(20):
        make_case(cast, dice)
    Grant.objects.filter(pk__in=Grant.objects.order_by("pk").values("pk")[:5]).update(account="")
    for year_of, method in ((2026, Method.BY_PLAN), (2027, Method.BY_RUN_RATE)):
        found = selectors.outlook(cast.finn, on=ON, first_year=year_of, method=method)
        for dimension in (Dimension.WHOLE, *presenters.FIRST_KEYS):
            seen: list[int] = []
            for key, row in found.by(dimension, year_of).items():
                own = selectors.cases_of(
                    cast.finn, on=ON, year=year_of, method=method, dimension=dimension, key=key
                )
                assert selectors.total(own.values()) == row
                seen += own
            assert len(seen) == len(set(seen)) > 0, "Each mentorship stands in one row."


def test_the_day_the_budget_is_used_up_is_the_slow_ways(cast: Cast, identities: None) -> None:
    dice = random.Random(3)
    known = [each for _ in range(15) for each in make_case(cast, dice)]
    whole = figures(known, year(2026), on=ON).outcome
    for budget in (whole, whole - 1, whole * Decimal("0.98"), whole / 2, Decimal(0)):
        rounded = budget.quantize(Decimal("0.01"))
        seen = Seen(cast.municipality.pk, ON)
        found = selectors.Outlook(seen, 2026, tuple(groups(seen, first_year=2026)))
        expected = alarm(known, rounded, of_year=2026, on=ON)
        assert selectors.alarm_of_year(found, 2026, rounded, Decimal(90)) == expected


def test_next_years_budget_is_used_up_on_a_day_of_next_year(cast: Cast, identities: None) -> None:
    dice = random.Random(4)
    known = [each for _ in range(15) for each in make_case(cast, dice)]
    whole = figures(known, year(2027), on=ON).outcome
    assert whole > 0
    seen = Seen(cast.municipality.pk, ON)
    found = selectors.Outlook(seen, 2026, tuple(groups(seen, first_year=2026)))
    expected = alarm(known, whole - 10, of_year=2027, on=ON)
    assert expected.passed_on and expected.passed_on.year == 2027
    assert selectors.alarm_of_year(found, 2027, whole - 10, Decimal(90)) == expected


def test_two_grants_of_a_mentorship_are_one_mentorship(cast: Cast) -> None:
    mentorship = make_mentorship(cast, status=Status.ACTIVE)
    common = {
        "municipality": cast.municipality,
        "mentorship": mentorship,
        "decision": make_decision(cast, mentorship),
        "plan": [{"weeks": "4", "minutes_per_week": 300}],
        "minutes": 1200,
        "hourly_rate": Decimal(250),
        "kroner": Decimal(5000),
    }
    Grant.objects.create(**common, starts_on=date(2026, 10, 5), ends_before=date(2026, 11, 2))
    Grant.objects.create(**common, starts_on=date(2026, 11, 2), ends_before=date(2026, 11, 30))
    Grant.objects.create(
        **common, starts_on=date(2026, 12, 1), ends_before=date(2026, 12, 29), is_current=False
    )
    found = selectors.total(each.years[0] for each in groups(Seen(cast.municipality.pk, ON), first_year=2026))
    assert (found.committed, found.mentorships) == (Decimal("10000.00"), 1)


def test_what_an_ended_mentorship_had_left_is_not_expected(cast: Cast) -> None:
    make_mentorship(cast, status=Status.ENDED, ends_before=date(2026, 11, 16))
    mentorship = Mentorship.objects.get()
    Grant.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        decision=make_decision(cast, mentorship),
        starts_on=date(2026, 11, 2),
        ends_before=date(2027, 2, 1),
        plan=[{"weeks": "13", "minutes_per_week": 300}],
        minutes=3900,
        hourly_rate=Decimal(250),
        kroner=Decimal(16_250),
    )
    (group,) = groups(Seen(cast.municipality.pk, ON), first_year=2026)
    assert group.years[0].committed == Decimal("2500.00")  # two weeks of five hours
    assert group.years[0].expected == group.years[1].committed == ZERO


def test_money_paid_before_the_payments_were_kept_is_shared_by_days(cast: Cast) -> None:
    mentorship = make_mentorship(
        cast, status=Status.ACTIVE, starts_on=date(2025, 12, 1), ends_before=date(2026, 2, 1)
    )
    Grant.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        decision=make_decision(cast, mentorship),
        starts_on=date(2025, 12, 1),
        ends_before=date(2026, 2, 1),
        plan=[{"weeks": "8", "minutes_per_week": 300}],
        minutes=2400,
        hourly_rate=Decimal(250),
        kroner=Decimal(10_000),
        paid_kroner=Decimal(6_200),
    )
    seen = Seen(cast.municipality.pk, ON)
    of_year = {
        number: selectors.total(each.years[0] for each in groups(seen, first_year=number)).spent
        for number in (2025, 2026)
    }
    assert of_year == {2025: Decimal("3100.00"), 2026: Decimal("3100.00")}


def test_another_municipality_adds_nothing(cast: Cast, acting: Acting, identities: None) -> None:
    dice = random.Random(5)
    make_case(cast, dice)
    with acting(cast.bo):
        assert groups(Seen(cast.municipality.pk, ON), first_year=2026) == []


def test_one_question_for_one_and_for_many(cast: Cast, identities: None) -> None:
    dice = random.Random(6)
    seen = Seen(cast.municipality.pk, ON)
    counts = []
    for more in (1, 12):
        for _ in range(more):
            make_case(cast, dice)
        with CaptureQueriesContext(connection) as queries:
            groups(seen, first_year=2026)
            expected_until(seen, [date(2026, 12, 1), date(2027, 1, 1)])
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_old_work_that_nobody_was_paid_for_is_told_of_apart(cast: Cast) -> None:
    mentorship = make_mentorship(
        cast, status=Status.ACTIVE, starts_on=date(2025, 9, 1), ends_before=date(2025, 12, 1)
    )
    grant = Grant.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        decision=make_decision(cast, mentorship),
        starts_on=date(2025, 9, 1),
        ends_before=date(2025, 12, 1),
        plan=[{"weeks": "13", "minutes_per_week": 300}],
        minutes=3900,
        hourly_rate=Decimal(250),
        kroner=Decimal(16_250),
    )
    make_contact(cast, mentorship, 60, day=date(2025, 10, 6), grant=grant)
    make_contact(cast, mentorship, 120, day=date(2025, 11, 25), grant=grant)
    seen = Seen(cast.municipality.pk, ON)
    assert never_asked_for(seen) == Decimal("250.00")
    assert selectors.total(each.years[0] for each in groups(seen, first_year=2026)).expected == Decimal(
        "500.00"
    )
