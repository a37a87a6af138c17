"""Line by line against confirmed hours: what is paid, refused or waits, and that no minute is paid twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.einvoice import AllowanceCharge, Document, Kind, Line, StatedPeriod, matching
from brobygger.einvoice.matching import (
    Cover,
    LineDecision,
    MentorshipCover,
    Outcome,
    Reason,
    State,
    match,
    references,
    settle,
)
from brobygger.values.period import Period
from tests.einvoice.samples import document, line

NOVEMBER = Period.of_month(2026, 11)


def cover(contact: str, minutes: int, day: int = 5, rate: int = 300, state: State = State.CONFIRMED) -> Cover:
    return Cover(contact, minutes, Decimal(rate), date(2026, 11, day), state)


def decide(*lines: Line, covers: Sequence[Cover] = (), **known: object) -> list[LineDecision]:
    """All lines belong to mentorship M."""
    made = document(*lines)
    mentorship = MentorshipCover(tuple(covers), **known)  # type: ignore[arg-type]
    return list(match(made, ["M"] * len(made.lines), {"M": mentorship}))


def one(made: Line, covers: Sequence[Cover] = (), **known: object) -> LineDecision:
    (decision,) = decide(made, covers=covers, **known)
    return decision


def test_a_line_with_confirmed_hours_is_payable() -> None:
    decision = one(line(), [cover("b", 300, day=6), cover("a", 240, day=4)])
    assert (decision.outcome, decision.code, decision.covered_minutes) == (
        Outcome.PAYABLE,
        Reason.COVERED,
        480,
    )
    assert [(use.contact_id, use.minutes) for use in decision.uses] == [("a", 240), ("b", 240)]


def test_one_minute_too_much_refuses_the_whole_line_and_names_the_covered_hours() -> None:
    decision = one(line(), [cover("a", 479)])
    assert (decision.outcome, decision.code, decision.uses) == (Outcome.REFUSED, Reason.NOT_CONFIRMED, ())
    assert decision.covered_minutes == 479
    assert decision.sentence_da == (
        "Linjen er på 8 timer, og 7 timer og 59 minutter er bekræftet. "
        "Resten er ikke dækket, så linjen er afvist i sin helhed."
    )


def test_a_refused_line_leaves_its_minutes_to_the_others() -> None:
    too_long, fits = decide(line(1, quantity=Decimal(20)), line(2), covers=[cover("a", 480)])
    assert (too_long.outcome, fits.outcome) == (Outcome.REFUSED, Outcome.PAYABLE)


def test_two_lines_never_share_a_minute() -> None:
    first, second = decide(line(1), line(2), covers=[cover("a", 700)])
    assert (first.outcome, second.outcome, second.covered_minutes) == (Outcome.PAYABLE, Outcome.REFUSED, 220)


@pytest.mark.parametrize(("rate", "outcome"), [("300.00", Outcome.PAYABLE), ("300.01", Outcome.REFUSED)])
def test_the_rate_is_held_to_the_oere(rate: str, outcome: Outcome) -> None:
    decision = one(line(unit_price=Decimal(rate)), [cover("a", 480)])
    assert decision.outcome is outcome
    if outcome is Outcome.REFUSED:
        assert decision.code is Reason.RATE_TOO_HIGH
        assert "2.400,00 kr. værd" in decision.sentence_da


def test_a_cheaper_line_is_paid_as_stated() -> None:
    decision = one(line(unit_price=Decimal(250)), [cover("a", 480)])
    assert (decision.outcome, decision.amount) == (Outcome.PAYABLE, Decimal("2000.00"))


def test_contacts_at_two_rates_are_worth_their_own() -> None:
    covers = [cover("a", 240, day=4, rate=300), cover("b", 240, day=20, rate=350)]
    assert one(line(amount=Decimal("2600.00")), covers).is_payable
    assert one(line(amount=Decimal("2600.01")), covers).code is Reason.RATE_TOO_HIGH


def test_a_line_without_a_mentorship_is_refused() -> None:
    made = document()
    for mentorship in (None, "unknown"):
        (decision,) = match(made, [mentorship], {})
        assert (decision.outcome, decision.code) == (Outcome.REFUSED, Reason.NO_MENTORSHIP)


@pytest.mark.parametrize("unit", ["EA", "DAY", ""])
def test_a_line_without_hours_is_refused(unit: str) -> None:
    assert one(line(unit=unit), [cover("a", 4800)]).code is Reason.NO_HOURS


@pytest.mark.parametrize("quantity", [0, -8])
def test_no_or_negative_hours_are_refused(quantity: int) -> None:
    decision = one(line(quantity=Decimal(quantity)), [cover("a", 4800)])
    assert (decision.outcome, decision.code) == (Outcome.REFUSED, Reason.NO_HOURS)


@pytest.mark.parametrize("text", [
    "Kørsel 40 km", "Transporttid", "Mentortimer og transporttid", "KILOMETERGODTGØRELSE", "Befordring", "km-penge",
    "Togbillet Aarhus", "Overhead 5 %", "Faktureringsgebyr", "Løn under sygdom", "Sygeløn",
])  # fmt: skip
def test_what_may_not_be_paid_is_refused_with_the_paragraph(text: str) -> None:
    decision = one(line(text=text), [cover("a", 4800)])
    assert (decision.outcome, decision.code) == (Outcome.REFUSED, Reason.NOT_PAYABLE_KIND)
    assert "§ 122, stk. 2" in decision.sentence_da


@pytest.mark.parametrize(
    "text", ["Mentor hos Vejle Transport A/S", "Timer, administration", "10 km", "Gebyr"]
)
def test_a_doubtful_word_makes_a_person_look(text: str) -> None:
    decision = one(line(text=text), [cover("a", 4800)])
    assert (decision.outcome, decision.code) == (Outcome.WAITING, Reason.NOT_PAYABLE_KIND)


@pytest.mark.parametrize(
    "text", ["Mentortimer uden kørsel", "Timer ekskl. transporttid", "Mentor på rejsebureau"]
)
def test_a_word_that_is_left_out_or_part_of_another_does_not_stop_a_line(text: str) -> None:
    assert one(line(text=text), [cover("a", 480)]).is_payable


@pytest.mark.parametrize(("last_day", "outcome"), [
    (date(2020, 12, 10), Outcome.WAITING), (date(2020, 12, 11), Outcome.REFUSED),
])  # fmt: skip
def test_before_the_order_the_agreement_decides(last_day: date, outcome: Outcome) -> None:
    old = line(text="Kørsel", stated_period=StatedPeriod(last_day, last_day))
    assert one(old, [cover("a", 480)]).outcome is outcome


def test_a_credit_note_waits_for_a_person() -> None:
    (decision,) = match(document(kind=Kind.CREDIT_NOTE), ["M"], {"M": MentorshipCover((cover("a", 480),))})
    assert (decision.outcome, decision.code) == (Outcome.WAITING, Reason.CREDIT_NOTE)


def test_unconfirmed_hours_make_the_line_wait() -> None:
    covers = [cover("a", 400), cover("b", 80, state=State.UNCONFIRMED)]
    decision = one(line(), covers)
    assert (decision.outcome, decision.code, decision.covered_minutes) == (
        Outcome.WAITING,
        Reason.NOT_CONFIRMED,
        400,
    )


def test_disputed_hours_make_the_line_wait_and_are_named() -> None:
    decision = one(line(), [cover("a", 400), cover("b", 80, state=State.DISPUTED)])
    assert (decision.outcome, decision.code) == (Outcome.WAITING, Reason.DISPUTED)
    assert "Borgeren er uenig i 1 time og 20 minutter." in decision.sentence_da


def test_disputed_hours_that_would_not_be_enough_are_refused() -> None:
    decision = one(line(), [cover("b", 80, state=State.DISPUTED)])
    assert (decision.outcome, decision.code) == (Outcome.REFUSED, Reason.DISPUTED)


@pytest.mark.parametrize(("left", "outcome"), [(480, Outcome.PAYABLE), (479, Outcome.REFUSED)])
def test_the_grant_is_never_exceeded(left: int, outcome: Outcome) -> None:
    decision = one(line(), [cover("a", 4800)], grant_minutes_left=left)
    assert decision.outcome is outcome
    assert decision.code is (Reason.COVERED if left == 480 else Reason.OVER_GRANT)


def test_two_lines_share_one_grant() -> None:
    first, second = decide(line(1), line(2), covers=[cover("a", 4800)], grant_minutes_left=959)
    assert (first.outcome, second.code, second.covered_minutes) == (Outcome.PAYABLE, Reason.OVER_GRANT, 479)


def test_only_contacts_in_the_lines_period_count() -> None:
    week = line(stated_period=StatedPeriod(date(2026, 11, 2), date(2026, 11, 8)))
    assert one(week, [cover("a", 480, day=8)]).is_payable
    outside = one(week, [cover("a", 480, day=9)])
    assert (outside.code, outside.covered_minutes) == (Reason.OUTSIDE_PERIOD, 0)
    assert "02.11.2026 til og med 08.11.2026" in outside.sentence_da


def test_a_line_outside_the_grant_is_refused() -> None:
    granted = Period.of_month(2026, 12)
    assert one(line(), [cover("a", 480)], period=granted).code is Reason.OUTSIDE_PERIOD


def test_granted_training_is_payable_once() -> None:
    course = line(1, text="Mentorkursus", unit="EA", quantity=Decimal(1), unit_price=Decimal(2950))
    first, second = decide(course, replace(course, number="2"), training_left=Decimal(2950))
    assert (first.outcome, first.code, first.uses) == (Outcome.PAYABLE, Reason.TRAINING, ())
    assert (second.outcome, second.code) == (Outcome.REFUSED, Reason.NO_HOURS)


def test_training_above_the_grant_is_refused() -> None:
    course = line(text="Mentorkursus", unit="EA", quantity=Decimal(1), unit_price=Decimal("2950.01"))
    assert one(course, training_left=Decimal(2950)).code is Reason.NO_HOURS


def test_a_contact_may_be_given_once() -> None:
    with pytest.raises(ValueError, match="once"):
        MentorshipCover((cover("a", 60), cover("a", 60)))
    with pytest.raises(ValueError, match="one entry"):
        match(document(), [], {})


def test_references_come_from_the_line_before_the_document() -> None:
    made = document(line(text="Mentor M-2026-0042", accounting_reference="K-1"), order_reference="O-9")
    found = references(made.lines[0], made)
    assert found[0] == "K-1"
    assert found.index("M-2026-0042") < found.index("O-9") < found.index("Z-77")


# Settlement


def test_an_invoice_payable_in_full_is_paid_as_stated() -> None:
    made = document(line(1), line(2, quantity=Decimal(3)))
    decisions = match(made, ["M", "M"], {"M": MentorshipCover((cover("a", 4800),))})
    assert settle(made, decisions).total == made.totals.payable


def test_a_refused_line_takes_its_tax_and_share_of_the_discount_with_it() -> None:
    """Lines 2,400 and 600; discount 100; only the first is paid: 2,400 - 80 = 2,320 and 580 VAT."""
    discount = AllowanceCharge(False, Decimal(100), vat_percent=Decimal(25), vat_category="S")
    made = document(line(1), line(2, quantity=Decimal(2)), allowances_charges=(discount,))
    decisions = match(made, ["M", None], {"M": MentorshipCover((cover("a", 480),))})
    settlement = settle(made, decisions)
    assert (settlement.net, settlement.vat, settlement.total) == (Decimal(2320), Decimal(580), Decimal(2900))
    assert settlement.not_paid_net == Decimal(600)


def test_an_addition_on_the_document_is_never_paid() -> None:
    made = document(allowances_charges=(AllowanceCharge(True, Decimal(75)),))
    settlement = settle(made, match(made, ["M"], {"M": MentorshipCover((cover("a", 480),))}))
    assert (settlement.net, settlement.charges_not_paid) == (Decimal(2400), Decimal(75))


def test_nothing_payable_is_nothing_to_pay() -> None:
    made = document()
    settlement = settle(made, match(made, [None], {}))
    assert (settlement.total, settlement.not_paid_net) == (0, Decimal(2400))


# Whatever comes: the promises

COVERS = st.lists(
    st.builds(
        Cover,
        contact_id=st.uuids().map(str),
        minutes_left=st.integers(0, 600),
        hourly_rate=st.sampled_from([Decimal(250), Decimal(300), Decimal("333.33")]),
        day=st.dates(date(2026, 10, 25), date(2026, 12, 5)),
        state=st.sampled_from(State),
    ),
    max_size=6,
    unique_by=lambda each: each.contact_id,
).map(tuple)
MENTORSHIPS = st.fixed_dictionaries(
    {
        name: st.builds(
            MentorshipCover,
            covers=COVERS,
            period=st.sampled_from([None, NOVEMBER]),
            grant_minutes_left=st.none() | st.integers(0, 1200),
            training_left=st.sampled_from([Decimal(0), Decimal(2950)]),
        )
        for name in ("M", "N")
    }
)
LINES = st.lists(
    st.tuples(
        st.builds(
            line,
            quantity=st.decimals(Decimal(-1), Decimal(12), places=2),
            unit_price=st.sampled_from([Decimal(240), Decimal(300), Decimal(400)]),
            unit=st.sampled_from(["HUR", "HUR", "HUR", "MIN", "EA"]),
            text=st.sampled_from(["Mentortimer", "Mentortimer", "Kørsel", "Mentorkursus", "Transport"]),
            stated_period=st.sampled_from([None, StatedPeriod(date(2026, 11, 2), date(2026, 11, 8))]),
        ),
        st.sampled_from(["M", "M", "N", None]),
    ),
    min_size=1,
    max_size=8,
)


def broken_promises(
    made: Document, known: dict[str, MentorshipCover], decisions: Sequence[LineDecision]
) -> list[str]:
    """Everything that must hold, worked out from the contacts and not from the matcher's own books."""
    broken: list[str] = []
    used: Counter[str] = Counter()
    contacts = {each.contact_id: each for mentorship in known.values() for each in mentorship.covers}
    if [decision.index for decision in decisions] != list(range(len(made.lines))):
        broken.append("not one decision for each line")
    for decision in decisions:
        of_line = made.lines[decision.index]
        if decision.outcome is not Outcome.PAYABLE and decision.uses:
            broken.append("a line that is not paid uses minutes")
        if (
            decision.code is Reason.COVERED
            and sum(use.minutes for use in decision.uses) != decision.claimed_minutes
        ):
            broken.append("uses are not what is claimed")
        worth = Decimal(0)
        for use in decision.uses:
            contact = contacts[use.contact_id]
            used[use.contact_id] += use.minutes
            worth += Decimal(use.minutes) * contact.hourly_rate / 60
            if contact.state is not State.CONFIRMED:
                broken.append("minutes that nobody confirmed")
            if of_line.period and contact.day not in of_line.period:
                broken.append("minutes outside the period")
        if decision.code is Reason.COVERED and of_line.amount > worth + Decimal("0.02"):
            broken.append("more kroner than the minutes are worth")
    broken += [
        "a minute used twice" for contact, minutes in used.items() if minutes > contacts[contact].minutes_left
    ]
    for name, mentorship in known.items():
        total = sum(use.minutes for each in decisions if each.mentorship_id == name for use in each.uses)
        if mentorship.grant_minutes_left is not None and total > mentorship.grant_minutes_left:
            broken.append("more than the grant")
    return broken


@settings(max_examples=400, deadline=None)
@given(LINES, MENTORSHIPS)
def test_the_promises_hold_whatever_comes(
    lines: list[tuple[Line, str | None]], known: dict[str, MentorshipCover]
) -> None:
    made = document(*(each for each, _ in lines), stated_period=None)
    decisions = match(made, [mentorship for _, mentorship in lines], known)
    assert broken_promises(made, known, decisions) == []
    assert all(decision.sentence_da.endswith(".") for decision in decisions)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 600), min_size=1, max_size=6), st.lists(st.integers(0, 300), max_size=6))
def test_plain_hours_are_decided_as_one_would_by_hand(claims: list[int], confirmed: list[int]) -> None:
    """One rate, one period: a pot of minutes that each line takes from if it can."""
    pot, by_hand = sum(confirmed), []
    for claim in claims:
        by_hand.append(claim <= pot)
        pot -= claim if claim <= pot else 0
    lines = [
        line(n, quantity=Decimal(claim), unit="MIN", unit_price=Decimal(5)) for n, claim in enumerate(claims)
    ]
    covers = [cover(str(n), minutes, rate=300) for n, minutes in enumerate(confirmed)]
    assert [decision.is_payable for decision in decide(*lines, covers=covers)] == by_hand


@pytest.mark.parametrize("fault", ["take", "left"])
def test_the_promises_notice_a_matcher_that_forgets(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted faults: a ledger that does not note what is used, and one that ignores what was there."""
    if fault == "take":
        monkeypatch.setattr(matching._Ledger, "take", lambda self, mentorship, uses: None)
    else:
        monkeypatch.setattr(matching._Ledger, "left", lambda self, cover: cover.minutes_left + 1)
    made = document(line(1), line(2))
    known = {"M": MentorshipCover((cover("a", 480 if fault == "take" else 479),))}
    assert "a minute used twice" in broken_promises(made, known, match(made, ["M", "M"], known))
