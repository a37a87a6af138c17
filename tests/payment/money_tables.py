"""The tables of docs/calculations on pay, zero solutions, forecasts, reimbursement, months, pay days and the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from brobygger.payment import postings
from brobygger.payment.banking_days import WhenClosed, is_banking_day, pay_day
from brobygger.payment.budget import WhatIf, alarm, compare
from brobygger.payment.forecast import Commitment, Method, Paid, figures, year
from brobygger.payment.hour_plan import HourPlan, Phase
from brobygger.payment.ledger import ACCOUNTS, Account, Ledger, Side, Transaction
from brobygger.payment.month import ConfirmedContact, DatedRate, accrual_steps, month_claim
from brobygger.payment.parameters import own_parameters
from brobygger.payment.pay_evidence import Holiday, PayBasis, PayEvidence
from brobygger.payment.pay_items import ITEM_RULES, PayItem, PayItemKind, Per
from brobygger.payment.place_plan import PlacePlan
from brobygger.payment.reimbursement import (
    WeekKind,
    ladder,
    municipality_pays,
    reimburse,
    state_pays,
    state_share,
    weeks_in_a_row,
)
from brobygger.payment.wage_cost import hourly_cost
from brobygger.payment.zero_solution import ZeroCase, judge, longest, solve
from brobygger.rulebook.frames import REAL_FRAMES, four_months_eighty_hours
from brobygger.values.money import price_of_minutes
from brobygger.values.period import Period

Rows = Iterable[Iterable[object]]
START = date(2026, 11, 2)
MONDAY = date(2026, 1, 5)
DECEMBER = date(2026, 12, 7)
ALWAYS = Period(date(2007, 2, 1))
TEN_WEEKS = HourPlan((Phase(10, 300),))
PAYSLIP = PayEvidence(
    PayBasis.PAYSLIP,
    (
        PayItem(PayItemKind.WAGE, Decimal("33734.13")),
        PayItem(PayItemKind.OWN_PENSION, Decimal("918.00")),
        PayItem(PayItemKind.EMPLOYER_PENSION, Decimal("1836.00")),
        PayItem(PayItemKind.EMPLOYER_ATP, Decimal("198.00")),
        PayItem(PayItemKind.WORK_INJURY, Decimal("120.00"), Per.QUARTER),
        PayItem(PayItemKind.PARENTAL_FUND, Decimal("175.00"), Per.QUARTER),
        PayItem(PayItemKind.OVERHEAD, Decimal("1500.00")),
    ),
    Period(START),
    minutes=9620,
    holiday=Holiday.ALLOWANCE,
)
ZERO_CASE = ZeroCase(Decimal(180), Decimal(95), 37 * 60, Decimal("212.50"))
PROJECT = Commitment("m1", Period.of_weeks(START, 10), TEN_WEEKS, Decimal(250), Decimal(2950))
UNDER_WAY = replace(PROJECT, paid=(Paid(date(2026, 11, 30), Decimal(5350)),), unpaid=Decimal(1250))


def kroner(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def hours(minutes: int) -> str:
    return f"{minutes // 60} h {minutes % 60:02} min"


def pay_rules() -> Rows:
    for kind, rule in ITEM_RULES.items():
        counted = f"`{rule.counted_as.value}`" if rule.counted_as else "no"
        yield f"{kind.label} (`{kind.value}`)", counted, rule.rule_id, rule.source, rule.own_source or ""


def payslip() -> Rows:
    cost = hourly_cost(PAYSLIP, on=START)
    for part in cost.parts:
        yield part.text, kroner(part.per_hour), part.rule.rule_id
    for refused in cost.refused:
        yield refused.item.label, "refused", f"{refused.rule_id}, {refused.source.paragraph}"
    for item in cost.already_counted:
        yield item.label, "inside the wage", "D03"
    yield "**One hour**", f"**{kroner(cost.rate)}**", ""


def holiday() -> Rows:
    for way in Holiday:
        evidence = replace(
            PAYSLIP, items=(PayItem(PayItemKind.WAGE, Decimal(200), Per.HOUR),), holiday=way, minutes=None
        )
        cost = hourly_cost(evidence, on=START)
        sure = "yes" if all(part.confirmed for part in cost.parts) else "our own way"
        yield (
            f"`{way.value}`",
            " + ".join(kroner(part.per_hour) for part in cost.parts),
            kroner(cost.rate),
            sure,
        )


def pay_numbers() -> Rows:
    for each in own_parameters().values():
        for value in each.values:
            yield (
                f"`{each.id}`",
                each.text,
                f"{value.amount:g} {each.unit}",
                value.start,
                value.source,
                value.note,
            )


def zero() -> Rows:
    frame = four_months_eighty_hours(ALWAYS)
    for rate, fixed in (("212.50", 0), ("250.00", 0), ("212.50", 2950)):
        solution = solve(replace(ZERO_CASE, mentor_rate=Decimal(rate)))
        length = longest(solution, starts_on=START, frame=frame, fixed=Decimal(fixed))
        yield (
            rate,
            fixed,
            kroner(solution.rest_per_week),
            hours(solution.mentor_minutes_per_week),
            kroner(solution.mentor_cost_per_week),
            length.days,
            ", ".join(stop.label for stop in length.stops),
        )


def zero_frames() -> Rows:
    solution = solve(ZERO_CASE)
    for make in REAL_FRAMES:
        frame = make(ALWAYS)
        verdict = judge(solution, wanted=Period.of_weeks(START, 5), findings=None, frame=frame)
        yield frame.name, verdict.frame.label, " ".join(verdict.reasons[1:-1])


def places() -> Rows:
    plan = PlacePlan(TEN_WEEKS, START, 1)
    three_weeks = START + timedelta(weeks=3)
    shares = plan.shares({"First": Period(START, three_weeks), "Second": Period(three_weeks)})
    for holder, minutes in shares.items():
        yield holder, hours(minutes)
    yield "**The place**", f"**{hours(plan.total_minutes)}**"


def half_way() -> Rows:
    for method in Method:
        for number in (2026, 2027):
            found = figures([UNDER_WAY], year(number), on=DECEMBER, method=method)
            yield f"`{method.value}`", number, *map(kroner, (found.committed, found.spent, found.expected))


def alarms() -> Rows:
    for budget in (20_000, 15_000, 10_450):
        yield f"{budget:,}", alarm([PROJECT], Decimal(budget), of_year=2026, on=START).sentence_da


def what_if() -> Rows:
    in_december = Period.of_weeks(DECEMBER, 10)
    for text, thought in (
        (
            "Ten more like it begin on 7 December",
            WhatIf(added=tuple(replace(PROJECT, key=f"new{n}", period=in_december) for n in range(10))),
        ),
        ("Hours still to come cost 10 % more", WhatIf(price_percent=Decimal(110))),
        ("It stops on 14 December", WhatIf(stopped=frozenset({"m1"}), stops_on=date(2026, 12, 14))),
    ):
        found = compare([UNDER_WAY], thought, of_year=2026, on=DECEMBER)
        yield text, kroner(found.before.outcome), kroner(found.after.outcome), kroner(found.difference)


def shares_of_the_state() -> Rows:
    for on, status in (
        (date(2014, 1, 1), "2.3"),
        (date(2019, 6, 30), "2.3"),
        (date(2019, 6, 30), "2.1"),
        (date(2019, 6, 30), "2.11"),
        (date(2019, 7, 1), "2.3"),
        (date(2019, 7, 1), "2.1"),
        (date(2026, 1, 1), "6.3"),
    ):
        share = state_share(on=on, status_at_agreement=status)
        state = reimburse(Decimal(15_450), share).state
        percent = "not known" if share.percent is None else f"{share.percent:g}"
        yield on, status, percent, kroner(state), share.rule_id, "yes" if share.confirmed else "no"


def steps() -> Rows:
    state = ladder(weeks_in_a_row(MONDAY, 60))
    own = ladder(weeks_in_a_row(MONDAY, 60), series="P11")
    for number in (1, 4, 5, 26, 27, 52, 53):
        yield number, f"{state[number - 1].state_percent:g}", f"{own[number - 1].state_percent:g}"


def restarts() -> Rows:
    benefit, free, other = WeekKind.BENEFIT, WeekKind.SELF_SUPPORT, WeekKind.OTHER
    for text, runs in (
        ("30 benefit, 51 self-support, benefit", [(benefit, 30), (free, 51)]),
        ("30 benefit, 52 self-support, benefit", [(benefit, 30), (free, 52)]),
        ("30 benefit, 26 self-support, 1 benefit, 26 self-support, benefit",
         [(benefit, 30), (free, 26), (benefit, 1), (free, 26)]),
        ("30 benefit, 100 of supported work, benefit", [(benefit, 30), (other, 100)]),
        ("1 benefit, 26 self-support, 104 other, 26 self-support, benefit",
         [(benefit, 1), (free, 26), (other, 104), (free, 26)]),
        ("1 benefit, 26 self-support, 105 other, 26 self-support, benefit",
         [(benefit, 1), (free, 26), (other, 105), (free, 26)]),
    ):  # fmt: skip
        kinds = [kind for kind, count in runs for _ in range(count)] + [benefit]
        weeks = {MONDAY + timedelta(weeks=step): kind for step, kind in enumerate(kinds)}
        yield text, ladder(weeks)[-1].number


def benefit_cost() -> Rows:
    benefit = Decimal(3000)
    for count in (4, 26, 52, 104):
        weeks = ladder(weeks_in_a_row(MONDAY, count))
        yield (
            count,
            kroner(benefit * count),
            *map(kroner, (state_pays(weeks, benefit), municipality_pays(weeks, benefit))),
        )


def month_lines() -> Rows:
    contacts = [
        ConfirmedContact("a", date(2026, 11, 3), 300),
        ConfirmedContact("b", date(2026, 11, 10), 300),
        ConfirmedContact("c", date(2026, 11, 17), 90),
    ]
    raised = date(2026, 11, 16)
    rates = (
        DatedRate(Period(date(2026, 1, 1), raised), Decimal("250.00")),
        DatedRate(Period(raised), Decimal("262.50")),
    )
    claim = month_claim(contacts, rates, period=Period.of_month(2026, 11))
    for line in claim.lines:
        yield line.rate, hours(line.minutes), kroner(line.amount)
    yield "**November**", f"**{hours(claim.minutes)}**", f"**{kroner(claim.total)}**"


def month_steps() -> Rows:
    rate, reached = Decimal("333.33"), Decimal(0)
    for number, step in enumerate(accrual_steps([50] * 7, rate), start=1):
        reached += step
        yield number, kroner(price_of_minutes(50, rate)), kroner(step), kroner(reached)


def closed_days() -> Rows:
    for number in (2026, 2027):
        days = [date(number, 1, 1) + timedelta(days=step) for step in range(365)]
        closed = [day for day in days if day.weekday() < 5 and not is_banking_day(day)]
        yield number, ", ".join(f"{day:%d.%m.}" for day in closed)


def pay_days() -> Rows:
    for due in (date(2026, 10, 31), date(2026, 5, 14), date(2026, 12, 31), date(2027, 3, 27)):
        yield due, *(pay_day(due, when_closed=way) for way in WhenClosed)


def accounts() -> Rows:
    for account, rule in ACCOUNTS.items():
        side = (
            "any" if rule.side is Side.ANY else f"{rule.side.value.lower()}, for each {rule.by.value.lower()}"
        )
        yield f"{account.label} (`{account.value}`)", rule.book.value.lower(), side


def _acts() -> list[Transaction]:
    day, who = START, {"requested_by": "a", "approved_by": "b"}
    about = {"mentorship": "m", "line": "l", "supplier": "s"}
    return [
        postings.budget(key="1", day=day, amount=Decimal(100_000)),
        postings.grant(key="2", day=day, mentorship="m", amount=Decimal(15_450)),
        postings.commitment(key="3", day=day, mentorship="m", amount=Decimal(15_450)),
        postings.accrued(key="4", day=day, mentorship="m", amount=Decimal(12_500)),
        postings.invoice(key="5", day=day, line="l", amount=Decimal(13_000)),
        postings.payment(key="6", day=day, amount=Decimal(12_500), vat=Decimal(3125), **about),  # type: ignore[arg-type]
        postings.refusal(key="7", day=day, line="l", amount=Decimal(500)),
        postings.payout(key="8", day=day, supplier="s", amount=Decimal(15_625)),
        postings.clawback(key="9", day=day, amount=Decimal(1000), vat=Decimal(250), **about, **who),  # type: ignore[arg-type]
        postings.repayment(key="10", day=day, supplier="s", amount=Decimal(1250)),
        postings.release(key="11", day=day, mentorship="m", amount=Decimal(2950)),
        postings.reimbursement(key="12", day=day, mentorship="m", amount=Decimal(5750)),
        postings.received(key="13", day=day, mentorship="m", amount=Decimal(5750)),
    ]


def acts() -> Rows:
    for each in _acts():
        debit = ", ".join(f"{e.account.value} {kroner(e.amount)}" for e in each.entries if e.amount > 0)
        credit = ", ".join(f"{e.account.value} {kroner(-e.amount)}" for e in each.entries if e.amount < 0)
        yield postings.Act(each.act).label, debit, credit


def balances() -> Rows:
    ledger = Ledger()
    for each in _acts():
        ledger = ledger.post(each)
    for account in Account:
        yield account.label, kroner(ledger.balance(account))


TABLES: dict[str, Callable[[], Rows]] = {
    make.__name__: make
    for make in (
        pay_rules, payslip, holiday, pay_numbers, zero, zero_frames, places, half_way, alarms, what_if,
        shares_of_the_state, steps, restarts, benefit_cost, month_lines, month_steps, closed_days, pay_days,
        accounts, acts, balances,
    )
}  # fmt: skip
