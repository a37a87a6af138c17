"""Asking both sides, who sees which answer, and what the leader is shown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.accounts.tenancy import acting as acting_for
from brobygger.accounts.tenancy import system_actor
from brobygger.evaluations.models import Party, SurveyAsk, SurveyChoice
from brobygger.evaluations.surveys import gaps, presenters, selectors, services
from brobygger.evaluations.surveys.gaps import Asked
from brobygger.evaluations.surveys.items import BY_KEY, ITEMS, as_yes, items_of
from brobygger.mentorships.models import Mentorship, Status
from brobygger.notices.models import OutgoingMessage
from tests.cast import Cast
from tests.factories.mentorships import ENDS_BEFORE, STARTED, make_active

Acting = Callable[[User | None], AbstractContextManager[None]]
SWITCHED_ON = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # the day the mentorship of the factory begins
SAID = {"say": "YES", "health": 4}


@pytest.fixture
def case(cast: Cast) -> Mentorship:
    services.choose(is_on=True, by=cast.eva, at=SWITCHED_ON)
    return make_active(cast)


def ask(cast: Cast, at: datetime = MONDAY) -> int:
    return services.ask(municipality=cast.municipality, at=at)


def asked() -> dict[str, SurveyAsk]:
    return {each.party: each for each in SurveyAsk.objects.filter(dropped_at=None).order_by("due_on")}


# Asking


def test_both_sides_are_asked_once_by_messages_that_say_nothing(cast: Cast, case: Mentorship) -> None:
    assert ask(cast) == 2 and ask(cast) == 0 and ask(cast, MONDAY + timedelta(days=1)) == 0
    rows = asked()
    assert set(rows) == {Party.CITIZEN, Party.MENTOR}
    assert all((row.moment, row.due_on) == ("START", STARTED) for row in rows.values())
    messages = list(OutgoingMessage.objects.all())
    assert len(messages) == 2
    for word in (cast.citizen.name, cast.mentor.name, case.code, "mentorforløb"):
        assert all(word not in each.body + each.subject for each in messages)


def test_nobody_is_asked_before_the_municipality_says_so_or_out_of_hours(cast: Cast) -> None:
    make_active(cast)
    assert ask(cast) == 0 and not SurveyAsk.objects.exists()
    services.choose(is_on=True, by=cast.eva, at=MONDAY + timedelta(days=1))
    assert ask(cast, MONDAY + timedelta(days=2)) == 0  # the first day was before the choice
    services.choose(is_on=False, by=cast.eva, at=MONDAY + timedelta(days=2))
    assert services.ask_next(at=datetime(2026, 11, 8, 3, 0, tzinfo=UTC)) == 0
    with pytest.raises(NotAllowed):
        services.choose(is_on=True, by=cast.anna, at=MONDAY)
    assert SurveyChoice.objects.count() == 2


def test_a_day_that_nobody_worked_is_made_up_for_while_an_answer_is_in_time(
    cast: Cast, case: Mentorship
) -> None:
    assert ask(cast, MONDAY + timedelta(days=28)) == 2
    SurveyAsk.objects.update(dropped_at=MONDAY)
    assert asked() == {}


def test_too_late_to_be_asked(cast: Cast, case: Mentorship) -> None:
    assert ask(cast, MONDAY + timedelta(days=29)) == 0


def test_an_end_that_moves_is_asked_again_at_the_new_end(cast: Cast, case: Mentorship) -> None:
    end = datetime.combine(ENDS_BEFORE - timedelta(days=1), MONDAY.timetz())
    assert ask(cast, end) == 2
    Mentorship.objects.filter(pk=case.pk).update(ends_before=ENDS_BEFORE + timedelta(days=40))
    ask(cast, end + timedelta(days=1))
    assert not SurveyAsk.objects.filter(dropped_at=None).exists()
    assert SurveyAsk.objects.filter(moment="END").exclude(dropped_at=None).count() == 2
    assert ask(cast, end + timedelta(days=40)) == 2
    assert {row.due_on for row in selectors.rows_of(cast.eva, "END")} == {ENDS_BEFORE + timedelta(days=39)}


def test_half_a_year_after_the_end(cast: Cast, case: Mentorship) -> None:
    after = datetime(2027, 7, 31, 9, 0, tzinfo=UTC)
    assert ask(cast, after) == 0  # still under way as far as anybody has said
    Mentorship.objects.filter(pk=case.pk).update(status=Status.ENDED)
    assert ask(cast, after + timedelta(days=1)) == 2


# Answering


def test_each_side_answers_once_and_a_late_answer_is_kept_and_marked(cast: Cast, case: Mentorship) -> None:
    ask(cast)
    rows = asked()
    services.answer(ask=rows["CITIZEN"], said=SAID, by=cast.david, at=MONDAY + timedelta(days=28))
    services.answer(ask=rows["MENTOR"], said=SAID, by=cast.carla, at=MONDAY + timedelta(days=29))
    kept = asked()
    assert (kept["CITIZEN"].in_time, kept["MENTOR"].in_time) == (True, False)
    assert kept["MENTOR"].answers == SAID
    with pytest.raises(Conflict):
        services.answer(ask=rows["CITIZEN"], said=SAID, by=cast.david, at=MONDAY)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"health": 6},
        {"say": "MAYBE"},
        {"say": True},
        {"reasons": "YES"},
        {"unknown": "YES"},
        {"health": ""},
    ],
)
def test_what_is_no_answer_is_refused(cast: Cast, case: Mentorship, said: dict[str, Any]) -> None:
    ask(cast)
    with pytest.raises(Refused):
        services.answer(ask=asked()["CITIZEN"], said=said, by=cast.david, at=MONDAY)


def test_nobody_answers_for_another(cast: Cast, case: Mentorship) -> None:
    ask(cast)
    rows = asked()
    for party, by in (
        ("CITIZEN", cast.carla),
        ("MENTOR", cast.david),
        ("CITIZEN", cast.eva),
        ("MENTOR", cast.signe),
    ):
        with pytest.raises(NotAllowed):
            services.answer(ask=rows[party], said=SAID, by=by, at=MONDAY)


# Who sees what


def test_the_mentor_never_sees_the_citizens_answer_nor_the_citizen_the_mentors(
    cast: Cast, case: Mentorship, acting: Acting
) -> None:
    ask(cast)
    for party, by in (("CITIZEN", cast.david), ("MENTOR", cast.carla)):
        services.answer(ask=asked()[party], said=SAID, by=by, at=MONDAY)
    seen: dict[str, list[str]] = {}
    for key in ("david", "carla", "signe", "bo", "eva", "anna"):
        user = cast.users[key]
        with acting(user):  # the database alone: no selector
            seen[key] = sorted(SurveyAsk.objects.values_list("party", flat=True))
        assert not selectors.asks_visible_to(user).exclude(party=_own(key)).exists()
    assert seen == {
        "david": ["CITIZEN"], "carla": ["MENTOR"], "signe": [], "bo": [],
        "eva": ["CITIZEN", "MENTOR"], "anna": ["CITIZEN", "MENTOR"],
    }  # fmt: skip
    # Staff reach no answer by any selector; the database lets them count only for the leader's shares.
    assert (
        not selectors.asks_visible_to(cast.eva).exists() and not selectors.asks_visible_to(cast.anna).exists()
    )


def _own(key: str) -> str:
    return {"david": "CITIZEN", "carla": "MENTOR"}.get(key, "")


def test_a_citizens_answer_with_the_mentors_key_would_be_seen_and_is_refused(
    cast: Cast, case: Mentorship
) -> None:
    """The control of the border: it is the column that keeps the two apart, and the database keeps the column."""
    ask(cast)
    with pytest.raises(IntegrityError, match="survey_asks_one_side"), transaction.atomic():
        SurveyAsk.objects.filter(party="CITIZEN").update(mentor=cast.mentor)


def test_a_mentor_cannot_write_an_answer_for_the_citizen_in_the_database(
    cast: Cast, case: Mentorship, acting: Acting
) -> None:
    ask(cast)
    citizens = asked()["CITIZEN"]
    with acting(cast.carla):
        assert SurveyAsk.objects.filter(pk=citizens.pk).update(answers=SAID) == 0
    with pytest.raises(DatabaseError), acting(cast.carla):
        SurveyAsk.objects.create(
            municipality=cast.municipality, mentorship=case, party="CITIZEN", citizen=cast.citizen, moment="M03",
            due_on=STARTED, last_day=STARTED, asked_at=MONDAY,
        )  # fmt: skip


def test_the_pages_of_both_sides(cast: Cast, case: Mentorship, signed_in: Callable[[User], Client]) -> None:
    ask(cast)
    rows = asked()
    for key, party, other in (("david", "CITIZEN", "MENTOR"), ("carla", "MENTOR", "CITIZEN")):
        client = signed_in(cast.users[key])
        first = client.get("/timer/borger/" if key == "david" else "/timer/mentor/").content.decode()
        assert f"/evalueringer/svar/{rows[party].public_id}/" in first
        assert client.get(f"/evalueringer/svar/{rows[other].public_id}/").status_code == 404
        assert client.post(f"/evalueringer/svar/{rows[party].public_id}/", {}).status_code == 422
        answered = client.post(f"/evalueringer/svar/{rows[party].public_id}/", {"say": "NO", "daily": "2"})
        assert answered.status_code == 302
        assert "Tak for det" in client.get(f"/evalueringer/svar/{rows[party].public_id}/").content.decode()
    with acting_for(system_actor(cast.municipality.pk)):
        assert {each.answers["daily"] for each in SurveyAsk.objects.all()} == {2}


# What the leader is shown


def pairs(*cells: tuple[str, str, int], moment_answers: str = "trust") -> list[Asked]:
    """(mentor, citizen, how many) as rows of both sides, with something known that differs."""
    rows, number = [], 0
    for mentor, citizen, count in cells:
        for _each in range(count):
            about = (float(number % 2),)
            for is_citizen, said in ((False, mentor), (True, citizen)):
                answers: dict[str, object] = {moment_answers: said} if said else {}
                rows.append(Asked(number, is_citizen, answers, bool(said), bool(said), about))
            number += 1
    return rows


TRUST = BY_KEY["trust"]


def test_shares_and_pairs_are_of_the_same_mentorships() -> None:
    found = gaps.item_gap(
        pairs(("YES", "YES", 20), ("YES", "NO", 12), ("NO", "NO", 8), ("YES", "", 10)), TRUST
    )
    assert (found.citizens, found.mentors) == (40, 50)
    assert found.citizen == 0.5 and found.mentor == pytest.approx(42 / 50)
    assert found.paired is not None and found.paired.table.tolist() == [[20, 12], [0, 8]]
    assert found.paired.only_mentor == pytest.approx(0.3) and found.shows_table
    assert found.paired.p_value < 0.001


def test_fewer_than_five_answers_show_nothing() -> None:
    few = gaps.item_gap(pairs(("YES", "YES", 4)), TRUST)
    assert (few.citizen, few.mentor, few.paired, few.weighted) == (None, None, None, (None, None))
    assert gaps.item_gap(pairs(("YES", "YES", 5)), TRUST).citizen == 1.0  # the control
    hidden = gaps.item_gap(pairs(("YES", "YES", 20), ("NO", "YES", 3)), TRUST)
    assert hidden.paired is not None and not hidden.shows_table
    assert not presenters._gap(hidden).table and presenters._gap(hidden).note.startswith(
        "Tabellen vises ikke"
    )


def test_who_does_not_know_and_who_is_late_are_not_counted() -> None:
    rows = pairs(("YES", "UNSURE", 6), ("YES", "NO", 6))
    late = [Asked(100 + number, True, {"trust": "YES"}, True, False, (0.0,)) for number in range(9)]
    found = gaps.item_gap([*rows, *late], TRUST)
    assert (found.citizens, found.citizen) == (6, 0.0)
    side = gaps.side_of([*rows, *late], is_citizen=True)
    assert (side.asked, side.answered, side.late) == (21, 21, 9)


def test_weights_let_those_who_answered_stand_for_those_like_them() -> None:
    """The young seldom answer and say no; so all citizens together say yes less often than those who answered."""
    rows = []
    for number in range(200):
        young = number < 100
        answers_at_all = number % 10 < (2 if young else 8)
        said: dict[str, object] = {"trust": "NO" if young else "YES"} if answers_at_all else {}
        rows.append(Asked(number, True, said, answers_at_all, answers_at_all, (float(young),)))
    found = gaps.item_gap(rows, TRUST)
    assert found.citizen == pytest.approx(0.8)
    assert found.weighted[0] == pytest.approx(0.5, abs=0.02)
    side = gaps.side_of(rows, is_citizen=True)
    assert side.rate == 0.5 and side.largest == pytest.approx(2.5, abs=0.1)


def test_the_leaders_page_tells_shares_and_no_answer(
    cast: Cast, case: Mentorship, signed_in: Callable[[User], Client]
) -> None:
    ask(cast)
    services.answer(ask=asked()["CITIZEN"], said=SAID, by=cast.david, at=MONDAY)
    page = signed_in(cast.eva).get("/evalueringer/spoergsmaal/").content.decode()
    assert "Færre end 5 svar" in page and "1 af 1 har svaret" in page and cast.citizen.name not in page
    assert signed_in(cast.anna).get("/evalueringer/spoergsmaal/").status_code == 403
    assert "af 100" not in page.partition("<h3>")[2].partition("Et ansigt")[0]


def test_the_items_are_the_same_for_both_and_the_first_day_asks_less() -> None:
    assert len({item.key for item in ITEMS}) == len(ITEMS) == 9
    assert [item.key for item in items_of("START")] == [
        "say",
        "health",
        "daily",
        "belief",
        "together",
        "search",
    ]
    assert len(items_of("M03")) == 9
    health = BY_KEY["health"]
    assert [as_yes(health, value) for value in (3, 4, 5, None, True, "YES")] == [
        False,
        True,
        True,
        None,
        None,
        None,
    ]
    assert [as_yes(TRUST, value) for value in ("YES", "NO", "UNSURE", 4)] == [True, False, None, None]


def test_day_by_day_a_whole_mentorship_is_asked_at_each_moment_once(cast: Cast, case: Mentorship) -> None:
    Mentorship.objects.filter(pk=case.pk).update(ends_before=date(2027, 11, 2))
    for number in range(0, 370, 7):  # a worker that runs once a week
        ask(cast, MONDAY + timedelta(days=number))
    found = list(SurveyAsk.objects.values_list("moment", "party"))
    assert len(found) == len(set(found)) == 10
    assert {moment for moment, _party in found} == {"START", "M03", "M06", "M09", "END"}
