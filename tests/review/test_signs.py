"""Each sign on a case made for it, and on its honest twin, which must stay unmarked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from brobygger.review.signs import (
    MET,
    OTHER,
    SPOKE,
    UNITS,
    About,
    Answer,
    Billed,
    Clash,
    Limits,
    Meeting,
    Phase,
    Plans,
    Sign,
    SignKind,
    Study,
    holidays_between,
)
from brobygger.review.signs.facts import monday_of, says_never_met, says_not_met
from brobygger.review.signs.limits import NAMES

MONDAY = date(2026, 1, 12).toordinal()
EPOCH = date(1970, 1, 1).toordinal()
CASE, CITIZEN, MENTOR, PLACE = 10, 20, 30, 40


def meeting(
    number: int,
    day: int,
    minute: int = 600,
    minutes: int = 55,
    *,
    mentor: int = MENTOR,
    case: int = CASE,
    citizen: int = CITIZEN,
    place: int = PLACE,
    kind: int = MET,
) -> Meeting:
    start = (day - EPOCH) * 1440 + minute
    return Meeting(number, mentor, case, citizen, place, kind, start, start + minutes, day, minute, minutes)


def study(plans: dict[int, tuple[Phase, ...]] | None = None, **limits: int) -> Study:
    return Study(Limits().with_own(limits), Plans(plans or {}), holidays_between(2026, 2026))


def found(made: Study, kind: SignKind) -> list[Sign]:
    return [sign for sign in made.signs() if sign.kind is kind]


def uneven(weeks: int = 16, **fields: int) -> list[Meeting]:
    """An honest half year: never quite the same twice, never round."""
    return [
        meeting(
            number, MONDAY + 7 * number + number % 5, 547 + 37 * number % 300, 41 + number * 7 % 40, **fields
        )
        for number in range(weeks)
    ]


def signs_of(meetings: Iterable[Meeting], kind: SignKind, **limits: int) -> list[Sign]:
    made = study(**limits)
    made.add_mentor(MENTOR, list(meetings))
    return found(made, kind)


def test_an_honest_mentor_has_no_sign() -> None:
    made = study({CASE: (Phase(MONDAY, MONDAY + 200, 120),)})
    made.add_mentor(MENTOR, uneven())
    assert made.signs() == []


def test_a_citizen_with_two_mentors_at_once() -> None:
    mine = [meeting(number, MONDAY + number) for number in range(4)]
    theirs = [meeting(100 + number, MONDAY + number, 620, mentor=31, case=11) for number in range(4)]
    made = study()
    made.add_citizen(CITIZEN, mine + theirs)
    [sign] = found(made, SignKind.OVERLAP)
    assert (sign.about, sign.key, sign.count) == (About.CITIZEN, str(CITIZEN), 4)
    assert sign.evidence[0] == (0, 100) and set(sign.cases) == {10, 11}


@pytest.mark.parametrize(
    "later",
    [
        meeting(100, MONDAY, 641, mentor=31),
        meeting(100, MONDAY, 620),
        meeting(100, MONDAY, mentor=31, kind=OTHER),
    ],
)
def test_short_overlaps_own_corrections_and_messages_are_none(later: Meeting) -> None:
    made = study(overlap_meetings=1)
    made.add_citizen(CITIZEN, [meeting(1, MONDAY), later])
    assert found(made, SignKind.OVERLAP) == []


@pytest.mark.parametrize(("together", "signs"), [(2, 0), (3, 0), (4, 1), (10, 1)])
def test_mentors_who_meet_a_citizen_together_now_and_then_are_none(together: int, signs: int) -> None:
    """Ten meetings each, of which so many lie on top of each other."""
    mine = [meeting(number, MONDAY + number) for number in range(10)]
    theirs = [
        meeting(100 + number, MONDAY + number, 600 if number < together else 900, mentor=31, case=11)
        for number in range(10)
    ]
    made = study(overlap_share=31)
    made.add_citizen(CITIZEN, mine + theirs)
    assert len(found(made, SignKind.OVERLAP)) == signs


def test_work_elsewhere_at_the_same_time_tells_only_of_the_own_contacts() -> None:
    made = study()
    made.add_mentor(MENTOR, uneven(), (), [Clash(number, MENTOR, CASE, True) for number in range(3)])
    [sign] = found(made, SignKind.OVERLAP)
    assert sign.about is About.MENTOR and sign.evidence == ((0,), (1,), (2,))


@pytest.mark.parametrize(("length", "signs"), [(121, 1), (120, 0)])
def test_a_day_longer_than_the_limit(length: int, signs: int) -> None:
    days = [
        meeting(10 * day + part, MONDAY + day, 400 + part * 130, length)
        for day in range(2)
        for part in range(5)
    ]
    assert len(signs_of(days, SignKind.LONG_DAY)) == signs


@pytest.mark.parametrize(("gap", "other_place", "signs"), [(0, 41, 1), (20, 41, 0), (0, PLACE, 0), (0, 0, 0)])
def test_no_time_between_two_places(gap: int, other_place: int, signs: int) -> None:
    days = [
        each
        for day in range(10)
        for each in (
            meeting(2 * day, MONDAY + day, 541, 43),
            meeting(2 * day + 1, MONDAY + day, 584 + gap, 47, place=other_place),
        )
    ]
    assert len(signs_of(days, SignKind.NO_TRAVEL)) == signs


@pytest.mark.parametrize(("off_by", "weeks", "signs"), [(0, 14, 1), (0, 13, 0), (5, 14, 0)])
def test_hours_always_exactly_as_granted(off_by: int, weeks: int, signs: int) -> None:
    made = study({CASE: (Phase(MONDAY, MONDAY + 7 * weeks, 97),)})
    made.add_mentor(
        MENTOR,
        [meeting(week, MONDAY + 7 * week + week % 4, 500 + 13 * week, 97 - off_by) for week in range(weeks)],
    )
    assert len(found(made, SignKind.EXACT_GRANT)) == signs


def test_weeks_that_the_grant_does_not_cover_whole_are_left_out() -> None:
    plans = Plans({CASE: (Phase(MONDAY + 1, MONDAY + 14, 60),)})
    assert (plans.week(CASE, MONDAY), plans.week(CASE, MONDAY + 7), plans.week(11, MONDAY + 7)) == (0, 60, 0)


def test_round_times_need_many_different_meetings() -> None:
    varied = [meeting(day, MONDAY + day, 480 + 60 * (day % 7), 60 + 60 * (day % 2)) for day in range(28)]
    assert len(signs_of(varied, SignKind.ROUND_TIMES)) == 1
    standing = [meeting(week, MONDAY + 7 * week, 600, 60) for week in range(28)]
    assert signs_of(standing, SignKind.ROUND_TIMES) == []


def test_weeks_copied_to_the_minute() -> None:
    copied = [
        meeting(2 * week + part, MONDAY + 7 * week + 2 * part, 607 + part, 53)
        for week in range(14)
        for part in (0, 1)
    ]
    [sign] = signs_of(copied, SignKind.COPIED_WEEKS)
    assert (sign.about, sign.count, sign.out_of) == (About.CASE, 13, 13)
    real = [each._replace(minute=each.minute + each.id % 5) for each in copied]
    assert signs_of(real, SignKind.COPIED_WEEKS) == []


@pytest.mark.parametrize(
    ("minute", "signs"), [(22 * 60, 1), (5 * 60 + 59, 1), (21 * 60 + 59, 0), (6 * 60, 0)]
)
def test_the_night_begins_and_ends_where_the_limits_say(minute: int, signs: int) -> None:
    some = [each._replace(minute=minute) if each.id % 3 == 0 else each for each in uneven(24)]
    assert len(signs_of(some, SignKind.ODD_HOURS)) == signs


def test_holidays_count_as_odd_and_ordinary_days_do_not() -> None:
    holidays = [date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25), date(2026, 12, 25)]
    at_work = [meeting(100 + number, each.toordinal(), 613, 47) for number, each in enumerate(holidays)]
    assert signs_of(uneven(20) + at_work, SignKind.ODD_HOURS)[0].count == 5
    moved = [each._replace(day=each.day + 7) for each in at_work]
    assert signs_of(uneven(20) + moved, SignKind.ODD_HOURS) == []


def test_a_place_where_several_work_at_night_works_at_night() -> None:
    def at_night(mentor: int, place: int) -> list[Meeting]:
        return [
            meeting(1000 * mentor + each.id, each.day, 1380, 45, mentor=mentor, place=place)
            for each in uneven()
        ]

    together, alone = study(), study()
    for mentor in range(1, 4):
        together.add_mentor(mentor, at_night(mentor, PLACE))
        alone.add_mentor(mentor, at_night(mentor, PLACE + mentor))
    assert found(together, SignKind.ODD_HOURS) == []
    assert len(found(alone, SignKind.ODD_HOURS)) == 3


def answers(gap: int, *, citizens: int = 2, wait: int = 50_000, by_staff: bool = False) -> list[Answer]:
    """Each week the citizens answer ``gap`` seconds apart, ``wait`` seconds after the registration."""
    found = []
    for week in range(10):
        begun = 1_770_000_000 + week * 604_800 + 31 * week
        for citizen in range(citizens):
            at = begun + citizen * gap
            contact, case, who = 10 * week + citizen, CASE + citizen, CITIZEN + citizen
            found.append(Answer(contact, MENTOR, case, who, MONDAY, at, at - wait, False, by_staff))
    return found


@pytest.mark.parametrize(
    ("said", "signs"),
    [
        (answers(20), 1),
        (answers(3600), 0),
        (answers(20, by_staff=True), 0),
        (answers(20)[:4], 0),
        (answers(0, citizens=1, wait=15), 1),
        (answers(0, citizens=1, wait=600), 0),
    ],
)
def test_answers_on_a_row(said: list[Answer], signs: int) -> None:
    made = study()
    made.add_mentor(MENTOR, uneven(), said)
    assert len(found(made, SignKind.QUICK_ANSWERS)) == signs


def on_devices(*devices: int, weeks: int = 8, mentor: int = MENTOR) -> list[Answer]:
    """Each week each of the mentor's citizens answers, on a device of its own number; hours apart."""
    return [
        Answer(
            100 * week + place, mentor, CASE + place, 1000 * mentor + place, MONDAY,
            1_770_000_000 + 604_800 * week + 7200 * place, 1_760_000_000, False, False, "", device,
        )
        for week in range(weeks)
        for place, device in enumerate(devices)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "signs"),
    [
        (on_devices(7, 7, 7), 1),
        (on_devices(7, 7, 7, 8), 1),
        (on_devices(7, 8, 9), 0),
        (on_devices(7, 7, 8), 0),
        (on_devices(0, 0, 0), 0),
        (on_devices(7, 7, 7, weeks=4), 0),
        (on_devices(7, 7, 7, 8, 9, 10), 0),
        ([each._replace(by_staff=True) for each in on_devices(7, 7, 7)], 0),
        ([each._replace(said_no=True) for each in on_devices(7, 7, 7)], 0),
    ],
    ids=[
        "all",
        "most",
        "own",
        "two live together",
        "unknown",
        "too few days",
        "a home",
        "told to staff",
        "noes",
    ],
)
def test_answers_from_one_device(said: list[Answer], signs: int) -> None:
    made = study()
    made.add_mentor(MENTOR, uneven(), said)
    assert len(found(made, SignKind.SHARED_DEVICE)) == signs


def test_the_sign_of_a_device_names_its_citizens_cases_and_one_contact_of_each() -> None:
    made = study()
    made.add_mentor(MENTOR, [], on_devices(7, 7, 7, 8))
    [sign] = found(made, SignKind.SHARED_DEVICE)
    assert (sign.about, sign.key, sign.count, sign.out_of, sign.limit) == (
        About.MENTOR,
        str(MENTOR),
        24,
        32,
        3,
    )
    assert sign.evidence == ((0,), (1,), (2,)) and sign.cases == (CASE, CASE + 1, CASE + 2)


@pytest.mark.parametrize(("mentors", "signs"), [(2, 2), (3, 0)])
def test_a_device_that_citizens_of_many_mentors_use_is_a_common_one(mentors: int, signs: int) -> None:
    made = study()
    for mentor in range(1, mentors + 1):
        made.add_mentor(mentor, [], on_devices(7, 7, 7, mentor=mentor))
    assert len(found(made, SignKind.SHARED_DEVICE)) == signs


def test_one_tap_for_many_meetings_is_one_answer() -> None:
    one = answers(0, citizens=1)
    made = study()
    made.add_mentor(MENTOR, [], [each._replace(contact=number) for each in one for number in range(5)])
    assert found(made, SignKind.QUICK_ANSWERS) == []


@pytest.mark.parametrize(("citizens", "signs"), [(21, 1), (20, 0)])
def test_many_citizens_within_four_weeks(citizens: int, signs: int) -> None:
    first = MONDAY - MONDAY % 28
    met = [
        meeting(each, first + each % 25, 480 + 7 * each, 33, citizen=each, case=each)
        for each in range(citizens)
    ]
    assert len(signs_of(met, SignKind.MANY_CITIZENS)) == signs


@pytest.mark.parametrize(
    ("claimed", "held", "invoices", "signs"),
    [(600, 300, 2, 1), (600, 300, 1, 0), (600, 481, 2, 0), (6000, 5800, 2, 0)],
)
def test_invoices_ahead_of_the_contact(claimed: int, held: int, invoices: int, signs: int) -> None:
    made = study()
    made.add_bills(Billed(number, "12345674", CASE, MONDAY, claimed, held) for number in range(invoices))
    assert len(found(made, SignKind.INVOICE_AHEAD)) == signs


def test_one_account_for_two_suppliers() -> None:
    made = study()
    made.add_accounts([("a", "1", 1), ("a", "2", 2), ("b", "3", 3), ("b", "3", 4)])
    [sign] = found(made, SignKind.SHARED_ACCOUNT)
    assert (sign.key, sign.count, sign.evidence) == ("a", 2, ((1,), (2,)))


def test_a_firm_that_collects_for_many_is_no_sign() -> None:
    made = study(account_most=3)
    made.add_accounts([("a", str(supplier), supplier) for supplier in range(4)])
    assert found(made, SignKind.SHARED_ACCOUNT) == []


def test_two_of_many_invoices_are_mistakes() -> None:
    made = study()
    made.add_bills(Billed(number, "1", CASE, MONDAY, 600 if number < 2 else 300, 300) for number in range(12))
    assert found(made, SignKind.INVOICE_AHEAD) == []


@pytest.mark.parametrize(
    ("words", "never", "absent"),
    [
        ("Jeg har aldrig mødt hende.", True, True),
        ("Vi har ALDRIG haft et møde", True, True),
        ("Jeg kender ikke den mentor", True, True),
        ("I have never met him", True, True),
        ("Vi mødtes ikke.", False, True),
        ("Han kom ikke den dag", False, True),
        ("Mødet blev aflyst", False, True),
        ("Vi mødtes kun i en halv time.", False, False),
        ("Det var om tirsdagen.", False, False),
        ("", False, False),
    ],
)
def test_what_citizens_write(words: str, never: bool, absent: bool) -> None:
    assert (says_never_met(words), says_not_met(words)) == (never, absent)


def test_one_citizen_who_has_never_met_the_mentor_is_enough() -> None:
    no = answers(0, citizens=1)[0]._replace(said_no=True, words="Jeg har aldrig mødt hende.")
    made = study()
    made.add_mentor(MENTOR, uneven(), [no])
    [sign] = found(made, SignKind.NEVER_MET)
    assert (sign.about, sign.key) == (About.CASE, str(CASE))


@pytest.mark.parametrize(("noes", "signs"), [(6, 1), (1, 0)])
def test_many_meetings_that_did_not_take_place(noes: int, signs: int) -> None:
    said = [
        each._replace(said_no=number < noes, words="Vi mødtes ikke.")
        for number, each in enumerate(answers(3600))
    ]
    made = study()
    made.add_mentor(MENTOR, uneven(), said)
    assert len(found(made, SignKind.NEVER_MET)) == signs


@pytest.mark.parametrize(("met_once", "minutes", "signs"), [(False, 50, 1), (True, 50, 0), (False, 30, 0)])
def test_hours_without_one_meeting(met_once: bool, minutes: int, signs: int) -> None:
    calls = [each._replace(kind=SPOKE, minutes=minutes) for each in uneven()]
    calls[0] = calls[0]._replace(kind=MET if met_once else SPOKE)
    assert len(signs_of(calls, SignKind.NO_FACE)) == signs


def test_a_municipality_sets_its_own_limits() -> None:
    calls = [each._replace(kind=SPOKE, minutes=50) for each in uneven()]
    assert signs_of(calls, SignKind.NO_FACE, no_face_minutes=900) == []
    with pytest.raises(KeyError, match="no_such"):
        Limits().with_own({"no_such": 1})


def test_every_limit_has_a_unit_and_a_default_inside_it() -> None:
    assert set(UNITS) == NAMES
    assert [n for n, unit in UNITS.items() if not unit.least <= getattr(Limits(), n) <= unit.most] == []


def test_the_monday_of_a_week() -> None:
    assert {date.fromordinal(monday_of(MONDAY + day)) for day in range(7)} == {date(2026, 1, 12)}
