"""From a payslip to the hourly wage cost: each line by its rule, refusals by line, and papers that last."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.law.codes import PriceLineKind
from brobygger.law.parameters import MissingParameter
from brobygger.payment import wage_cost
from brobygger.payment.hour_plan import HourPlan, Phase
from brobygger.payment.pay_evidence import (
    FULL_TIME_MONTH_MINUTES,
    Holiday,
    NoEvidence,
    PayBasis,
    PayEvidence,
    days_without_evidence,
    evidence_on,
    with_change,
)
from brobygger.payment.pay_items import ITEM_RULES, NEVER_PAID, BadPay, PayItem, PayItemKind, Per
from brobygger.payment.price import FIXED, PriceLine, estimate, hourly_rate
from brobygger.payment.wage_cost import hourly_cost, rates_in
from brobygger.values.period import Period

K = PayItemKind
FROM = Period(date(2026, 9, 1))
ON = date(2026, 11, 2)
PAYSLIP = (
    PayItem(K.WAGE, Decimal("33734.13")),
    PayItem(K.OWN_PENSION, Decimal(4), Per.HOUR),
    PayItem(K.EMPLOYER_PENSION, Decimal("1836.00")),
    PayItem(K.EMPLOYER_ATP, Decimal("198.00")),
    PayItem(K.WORK_INJURY, Decimal("120.00"), Per.QUARTER),
    PayItem(K.PARENTAL_FUND, Decimal("175.00"), Per.QUARTER),
    PayItem(K.OVERHEAD, Decimal("1500.00")),
)


def payslip(*items: PayItem, **changes: object) -> PayEvidence:
    values: dict[str, object] = {
        "basis": PayBasis.PAYSLIP,
        "items": items or PAYSLIP,
        "valid": FROM,
        "minutes": FULL_TIME_MONTH_MINUTES,
        "holiday": Holiday.ALLOWANCE,
    }
    return PayEvidence(**{**values, **changes})  # type: ignore[arg-type]


def test_one_payslip_gives_250_kroner_an_hour() -> None:
    cost = hourly_cost(payslip(), on=ON)
    assert cost.rate == Decimal("250.00")
    assert [(part.text, part.per_hour) for part in cost.parts] == [
        ("Løn", Decimal("210.40")),
        ("Arbejdsgiverens pensionsbidrag", Decimal("11.45")),
        ("Arbejdsgiverens ATP", Decimal("1.24")),
        ("Arbejdsskade (AES)", Decimal("0.25")),
        ("Barselsudligning (Barsel.dk)", Decimal("0.36")),
        ("Feriegodtgørelse", Decimal("26.30")),
    ]
    (refused,) = cost.refused
    assert (refused.item.kind, refused.rule_id) == (K.OVERHEAD, "D06")
    assert "§ 122, stk. 2" in str(refused.source)
    assert [item.kind for item in cost.already_counted] == [K.OWN_PENSION]


def test_the_payslip_and_a_course_make_15450_kroner() -> None:
    course = PriceLine(PriceLineKind.TRAINING, "Mentorkursus", Decimal(2950), FIXED)
    lines = (*hourly_cost(payslip(), on=ON).as_price_lines(), course)
    made = estimate(HourPlan((Phase(10, 300),)), lines, on=ON)
    assert (made.hourly_rate, made.hours_amount, made.total) == (
        Decimal("250.00"),
        Decimal("12500.00"),
        Decimal("15450.00"),
    )


def test_80_hours_for_17000_kroner_are_a_rate_of_212_50() -> None:
    contract = PayEvidence(
        PayBasis.PROVIDER_CONTRACT,
        (PayItem(K.FEE, Decimal("212.50"), Per.HOUR),),
        FROM,
        reference="Kontrakt 7",
    )
    made = estimate(HourPlan((Phase(16, 300),)), hourly_cost(contract, on=ON).as_price_lines(), on=ON)
    assert (made.minutes, made.total) == (4800, Decimal("17000.00"))


def test_a_full_month_is_160_hours_and_20_minutes() -> None:
    assert FULL_TIME_MONTH_MINUTES == 37 * 52 * 60 / 12


def test_holiday_with_pay_is_carried_by_the_hours_worked() -> None:
    wage = PayItem(K.WAGE, Decimal(200), Per.HOUR)
    cost = hourly_cost(payslip(wage, holiday=Holiday.WITH_PAY), on=ON)
    assert [part.per_hour for part in cost.parts] == [Decimal("200.00"), Decimal("2.00"), Decimal("21.28")]
    assert [part.confirmed for part in cost.parts] == [True, True, False]
    assert cost.rate == Decimal("223.28")


@pytest.mark.parametrize(("holiday", "rate"), [
    (Holiday.ALLOWANCE, "225.00"), (Holiday.ALLOWANCE_BY_CHOICE, "224.00"), (Holiday.STATED, "200.00"),
])  # fmt: skip
def test_holiday_pay_by_the_rate_of_the_act(holiday: Holiday, rate: str) -> None:
    wage = PayItem(K.WAGE, Decimal(200), Per.HOUR)
    assert hourly_cost(payslip(wage, holiday=holiday), on=ON).rate == Decimal(rate)


def test_holiday_pay_before_the_act_must_stand_on_the_paper() -> None:
    wage = PayItem(K.WAGE, Decimal(200), Per.HOUR)
    with pytest.raises(MissingParameter, match=r"holiday.allowance.*31\.08\.2020"):
        hourly_cost(payslip(wage), on=date(2020, 8, 31))
    assert hourly_cost(payslip(wage), on=date(2020, 9, 1)).rate == Decimal("225.00")


@pytest.mark.parametrize("kind", sorted(NEVER_PAID))
def test_what_may_not_be_included_is_refused_by_line(kind: PayItemKind) -> None:
    wage, extra = PayItem(K.WAGE, Decimal(200), Per.HOUR), PayItem(kind, Decimal(40), Per.HOUR, agreed=True)
    evidence = payslip(wage, extra, holiday=Holiday.STATED)
    cost = hourly_cost(evidence, on=date(2020, 12, 11))
    assert (cost.rate, [each.rule_id for each in cost.refused]) == (Decimal("200.00"), ["D06"])
    before = hourly_cost(evidence, on=date(2020, 12, 10))
    assert (before.rate, before.refused) == (Decimal("240.00"), ())
    assert (before.parts[-1].rule.rule_id, before.parts[-1].confirmed) == ("D07", False)


def test_before_the_order_a_line_the_agreement_does_not_cover_is_refused() -> None:
    wage, mileage = PayItem(K.WAGE, Decimal(200), Per.HOUR), PayItem(K.TRAVEL_EXPENSES, Decimal(9), Per.HOUR)
    cost = hourly_cost(payslip(wage, mileage, holiday=Holiday.STATED), on=date(2018, 2, 12))
    (refused,) = cost.refused
    assert (cost.rate, refused.rule_id, refused.source.paragraph) == (Decimal("200.00"), "D07", "§ 31 e")
    assert refused.sentence_da.endswith("hvis aftalen dækker det.")


def test_every_kind_has_a_rule_with_a_paragraph() -> None:
    assert set(ITEM_RULES) == set(PayItemKind)
    assert all(rule.source.paragraph and rule.sentence_da.endswith(".") for rule in ITEM_RULES.values())


def test_an_employees_own_shares_are_never_counted_twice() -> None:
    wage = PayItem(K.WAGE, Decimal(30000))
    own = PayItem(K.OWN_ATP, Decimal("99.00"))
    assert hourly_cost(payslip(wage, own), on=ON).rate == hourly_cost(payslip(wage), on=ON).rate


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"items": ()}, "mindst én linje"),
    ({"items": (PayItem(K.OVERHEAD, Decimal(1)),)}, "mindst én linje"),
    ({"items": (PayItem(K.FEE, Decimal(1)),)}, "frikøbes for sin løn"),
    ({"minutes": None}, "hvor mange timer"),
    ({"minutes": 0}, "mellem 0 og 744"),
    ({"basis": PayBasis.UNION_RATE}, "hvor timesatsen kommer fra"),
    ({"basis": PayBasis.SELF_EMPLOYED, "reason": "x"}, "uden tillæg"),
    ({"basis": PayBasis.CONSULTANT_FEE}, "får honorar"),
    ({"items": (*PAYSLIP, PayItem(K.HOLIDAY_ALLOWANCE, Decimal(1)))}, "Ferien står på en linje"),
    ({"items": (PayItem(K.EMPLOYER_PENSION, Decimal(1)),)}, "kun af en ansats løn"),
    ({"holiday_days": 61}, "mellem 0 og 60"),
])  # fmt: skip
def test_a_paper_that_does_not_hang_together_is_refused_with_a_sentence(
    changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(BadPay, match=sentence) as refused:
        PayEvidence(**{"basis": PayBasis.PAYSLIP, "items": PAYSLIP, "valid": FROM, "minutes": 9620,
                       "holiday": Holiday.ALLOWANCE, **changes})  # type: ignore[arg-type]  # fmt: skip
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity"])
def test_an_amount_below_zero_is_refused(amount: str) -> None:
    with pytest.raises(BadPay, match="Skriv beløbet"):
        PayItem(K.WAGE, Decimal(amount))


def test_wage_in_per_cent_is_refused() -> None:
    with pytest.raises(BadPay, match="i kroner"):
        PayItem(K.WAGE, Decimal(10), Per.PERCENT)


def test_a_self_employed_mentor_has_the_rate_that_was_set_and_its_reason() -> None:
    evidence = PayEvidence(
        PayBasis.SELF_EMPLOYED,
        (PayItem(K.WAGE, Decimal(260), Per.HOUR),),
        FROM,
        reason="Gennemsnittet i faget.",
    )
    assert hourly_cost(evidence, on=ON).rate == Decimal("260.00")


def test_the_union_rate_bears_holiday_pay_and_pension() -> None:
    evidence = PayEvidence(
        PayBasis.UNION_RATE,
        (PayItem(K.WAGE, Decimal(180), Per.HOUR), PayItem(K.EMPLOYER_PENSION, Decimal(8), Per.PERCENT)),
        FROM,
        holiday=Holiday.ALLOWANCE,
        reason="Oplyst af fagforeningen.",
    )
    assert hourly_cost(evidence, on=ON).rate == Decimal("216.90")


def test_a_paper_lasts_until_the_wage_changes() -> None:
    first = payslip(valid=Period(date(2026, 1, 1)))
    raised = payslip(PayItem(K.WAGE, Decimal(36000)), valid=Period(date(2026, 10, 15)))
    both = with_change([first], raised)
    assert [each.valid for each in both] == [
        Period(date(2026, 1, 1), date(2026, 10, 15)),
        Period(date(2026, 10, 15)),
    ]
    assert evidence_on(both, date(2026, 10, 14)).items == PAYSLIP
    assert evidence_on(both, date(2026, 10, 15)) == raised
    assert days_without_evidence(both, Period(date(2025, 12, 1), date(2027, 1, 1))) == [
        Period(date(2025, 12, 1), date(2026, 1, 1))
    ]
    with pytest.raises(NoEvidence, match=r"31\. december 2025"):
        evidence_on(both, date(2025, 12, 31))
    october = rates_in(both, Period.of_month(2026, 10))
    assert [(each.period.days, each.rate) for each in october] == [
        (14, Decimal("250.00")),
        (17, Decimal("252.60")),
    ]


def test_the_same_first_day_replaces_and_an_older_one_is_refused() -> None:
    first, again = payslip(), payslip(PayItem(K.WAGE, Decimal(1000)))
    assert with_change([first], again) == (again,)
    with pytest.raises(BadPay, match="nyere lønoplysning"):
        with_change([first], payslip(valid=Period(date(2026, 8, 1))))
    with pytest.raises(BadPay, match="to lønoplysninger"):
        evidence_on([first, again], ON)


AMOUNTS = st.decimals(0, 60_000, places=2)
ITEMS = st.lists(
    st.builds(
        PayItem,
        kind=st.sampled_from([kind for kind in PayItemKind if kind not in (K.WAGE, K.SUPPLEMENT, K.FEE)]),
        amount=AMOUNTS,
        per=st.sampled_from([Per.PERIOD, Per.QUARTER, Per.HOUR]),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(AMOUNTS, ITEMS, st.integers(600, 12_000))
def test_the_hourly_cost_agrees_with_a_slow_count(wage: Decimal, items: list[PayItem], minutes: int) -> None:
    evidence = payslip(PayItem(K.WAGE, wage), *items, minutes=minutes, holiday=Holiday.STATED)
    cost = hourly_cost(evidence, on=ON)
    with localcontext() as context:
        context.prec = 60
        total = wage * 60 / minutes
        for item in items:
            if item.kind.value in ("OVERHEAD", "ILLNESS_WAGE", "TRANSPORT_TIME", "TRAVEL_EXPENSES"):
                continue
            if item.kind.value in ("OWN_PENSION", "OWN_ATP"):
                continue
            per_hour = {"HOUR": item.amount, "PERIOD": item.amount * 60 / minutes,
                        "QUARTER": item.amount / 3 * 60 / minutes}  # fmt: skip
            total += per_hour[item.per.value]
        assert cost.rate == total.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert sum(part.per_hour for part in cost.parts) == cost.rate == hourly_rate(cost.as_price_lines())
    assert len(cost.parts) + len(cost.refused) + len(cost.already_counted) == len(items) + 1


def test_the_payslip_notices_overhead_that_slips_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: nothing is refused."""
    monkeypatch.setattr(wage_cost, "refusal_of", lambda item, on: None)
    assert hourly_cost(payslip(), on=ON).rate != Decimal("250.00")
