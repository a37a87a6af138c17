"""From plan to draw: what must be there first, what never changes again, and who may not stand in a lot."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.analysis import Entries, Lottery, PanelOfUnits, Question, compare
from brobygger.audit.models import Event
from brobygger.evaluations import presenters, selectors, services, steps
from brobygger.evaluations.lot import commitment
from brobygger.evaluations.models import Candidate, Evaluation
from brobygger.evaluations.rights import Circumstances, right_to_mentor
from brobygger.people.models import Citizen
from tests.cast import Cast
from tests.evaluations.conftest import AT, LOTTERY, ON, PROTOCOL, ROLL_OUT, put_in, registered, waiting
from tests.factories.mentorships import make_active

Lot = Callable[..., Evaluation]
State = Evaluation.State


def draw(cast: Cast, evaluation: Evaluation, seen: int = 8, by: User | None = None) -> None:
    services.draw_lot(evaluation=evaluation, seen=seen, by=by or cast.eva, at=AT)


def drawn(evaluation: Evaluation) -> set[int]:
    return set(selectors.candidates_of(evaluation).filter(is_drawn=True).values_list("citizen_id", flat=True))


# Planning and registering


def test_only_the_leader_plans(cast: Cast) -> None:
    for user in (cast.anna, cast.freja, cast.tove, cast.carla, cast.david):
        with pytest.raises(NotAllowed):
            services.plan(size=LOTTERY, by=user, at=AT)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"places": 8}, "places"),
        ({"places": 0}, "places"),
        ({"people": 1}, "people"),
        ({"base": Decimal(0)}, "base"),
        ({"relevant": Decimal(89)}, "relevant"),
        ({"relevant": Decimal(0)}, "relevant"),
    ],
)
def test_a_size_that_makes_no_lottery_is_refused_by_its_field(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        services.plan(size=dataclasses.replace(LOTTERY, **changes), by=cast.eva, at=AT)
    assert refused.value.field == field


def test_nothing_is_registered_before_it_is_written_down(cast: Cast) -> None:
    made = services.plan(size=LOTTERY, by=cast.eva, at=AT)
    with pytest.raises(Refused, match="Skriv protokollen"):
        services.register(evaluation=made, version=made.version, by=cast.eva, at=AT)
    assert len(services.what_is_missing(made)) == 4 and made.seed == ""


def test_registering_makes_a_seed_and_shows_only_its_hash(cast: Cast) -> None:
    made = registered(cast)
    assert made.state == State.REGISTERED and len(made.seed) == 64
    assert made.seed_sha256 == commitment(made.seed) and made.power["verdict"] == "TOO_FEW"
    event = Event.objects.get(action="evaluation.registered")
    assert event.detail["seed_sha256"] == made.seed_sha256 and made.seed not in str(event.detail)
    assert made.seed not in str(presenters.page(made, cast.eva))
    assert registered(cast).seed != made.seed


def change(evaluation: Evaluation, **fields: Any) -> None:
    with transaction.atomic():
        Evaluation.objects.filter(pk=evaluation.pk).update(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"protocol": "Noget andet."},
        {"places": 5},
        {"outcome": "JOB"},
        {"subgroups": ["AGE"]},
        {"relevant": Decimal(1)},
        {"seed": "valgt"},
        {"consent_text": ""},
        {"state": "DRAFT", "registered_at": None, "seed": ""},
    ],
)
def test_a_registered_protocol_never_changes(cast: Cast, fields: dict[str, Any]) -> None:
    made = registered(cast)
    with pytest.raises(IntegrityError, match="never changes"):
        change(made, **fields)
    # The control: a draft takes the same change, so it is the registration that refuses it.
    draft = services.plan(size=LOTTERY, by=cast.eva, at=AT)
    change(draft, **{name: value for name, value in fields.items() if name != "seed"})


def test_the_service_refuses_too(cast: Cast) -> None:
    made = registered(cast)
    with pytest.raises(Conflict):
        services.write_protocol(evaluation=made, protocol=PROTOCOL, version=made.version, by=cast.eva)
    with pytest.raises(Conflict):
        services.register(evaluation=made, version=made.version, by=cast.eva, at=AT)


# Who stands in the lot


@pytest.mark.parametrize(
    ("group", "said", "rule", "sure"),
    [
        ("6.3", {"leaves_psychiatry": True}, "A11", True),
        ("6.5", {"starts_education": True}, "A13", True),
        ("6.3", {"cannot_join_offers": True}, "E01", False),
        ("", {}, "UNKNOWN", True),
    ],
)
def test_nobody_with_a_right_to_a_mentor_is_put_in(
    cast: Cast, group: str, said: dict[str, bool], rule: str, sure: bool
) -> None:
    made, citizen = registered(cast), waiting(cast, 1, target_group=group)
    with pytest.raises(Refused) as refused:
        put_in(cast, made, citizen, **said)
    assert ("ikke bekræftet" in refused.value.message) is not sure and refused.value.remedy
    right = right_to_mentor(_said(group, **said), ON)
    assert right is not None and (right.rule, right.is_confirmed) == (rule, sure)


def _said(group: str, **said: bool) -> Circumstances:
    names = ("leaves_psychiatry", "starts_education", "cannot_join_offers")
    return Circumstances(group, **{name: said.get(name, False) for name in names})


def test_who_has_no_right_is_put_in(cast: Cast) -> None:
    made = registered(cast)
    for number, (group, said) in enumerate(
        [
            ("6.3", {"starts_education": True}),
            ("6.1", {"cannot_join_offers": True}),
            ("SELF", {"leaves_psychiatry": True}),
        ]
    ):
        assert put_in(cast, made, waiting(cast, number, target_group=group), **said).right == ""


def test_right_and_duty_was_certain_while_the_old_act_had_it() -> None:
    right = right_to_mentor(_said("2.3", cannot_join_offers=True), date(2018, 5, 1))
    assert right is not None and right.is_confirmed


def test_the_database_refuses_somebody_with_a_right(cast: Cast) -> None:
    made = registered(cast)
    row = {
        "municipality": cast.municipality, "evaluation": made, "target_group": "6.5", "consented_on": ON,
        "consent_how": "MEETING", "added_at": AT, "added_by": cast.anna,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="nobody_with_a_right"), transaction.atomic():
        Candidate.objects.create(**row, citizen=waiting(cast, 1), right="A13")
    Candidate.objects.create(**row, citizen=waiting(cast, 2))  # the control: without the right it is taken


def test_nobody_with_a_mentor_or_in_another_lot_or_twice(cast: Cast, lot: Lot) -> None:
    made = lot(2)
    helped = waiting(cast, 20)
    make_active(cast, citizen=helped)
    with pytest.raises(Refused, match="har en mentor"):
        put_in(cast, made, helped)
    somebody = Citizen.objects.get(name="Borger 1")
    with pytest.raises(Refused, match="allerede på listen"):
        put_in(cast, made, somebody)
    with pytest.raises(Refused, match="Mentor til unge"):
        put_in(cast, registered(cast, name="En anden"), somebody)


def test_nobody_without_consent_before_registering_or_after_the_draw(cast: Cast, lot: Lot) -> None:
    draft = services.plan(size=LOTTERY, by=cast.eva, at=AT)
    with pytest.raises(Conflict):
        put_in(cast, draft, waiting(cast, 30))
    made = lot()
    said = {"said": _said("6.3"), "by": cast.anna, "at": AT, "evaluation": made, "citizen": waiting(cast, 31)}
    with pytest.raises(Refused, match="fremtiden"):
        services.add_candidate(**said, how="MEETING", consented_on=ON + timedelta(days=1))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="hvordan"):
        services.add_candidate(**said, how="", consented_on=ON)  # type: ignore[arg-type]
    draw(cast, made)
    with pytest.raises(Conflict):
        put_in(cast, made, waiting(cast, 32))
    with pytest.raises(IntegrityError, match="after the draw"), transaction.atomic():
        Candidate.objects.create(
            municipality=cast.municipality, evaluation=made, citizen=waiting(cast, 33), target_group="6.3",
            consented_on=ON, consent_how="MEETING", added_at=AT, added_by=cast.anna,
        )  # fmt: skip


# The draw


def test_the_draw_gives_the_places_and_can_be_drawn_again(cast: Cast, lot: Lot) -> None:
    made = lot()
    draw(cast, made)
    assert made.state == State.STARTED and len(drawn(made)) == 3
    places = list(selectors.candidates_of(made).filter(is_drawn=False).values_list("place", flat=True))
    assert sorted(places) == [1, 2, 3, 4, 5]
    assert selectors.is_redrawn_the_same(made)
    event = Event.objects.get(action="evaluation.drawn")
    assert event.detail["seed"] == made.seed and event.detail["people"] == 8
    # The control: another seed, or a list that is not the one that was sealed, shows.
    made.seed = "et andet frø"
    assert not selectors.is_redrawn_the_same(made)
    made.refresh_from_db()
    made.frame_sha256 = "0" * 64
    assert not selectors.is_redrawn_the_same(made)


def test_both_age_groups_get_their_share(cast: Cast, lot: Lot) -> None:
    made = lot()
    draw(cast, made)
    rows = {
        each.name: (each.people, each.drawn)
        for each in presenters.shares(list(selectors.candidates_of(made)))
    }
    assert set(rows) == {"Under 30 år", "30 år og derover"}
    assert all(people == 4 and count in (1, 2) for people, count in rows.values())


def test_what_was_drawn_never_changes(cast: Cast, lot: Lot) -> None:
    made = lot()
    draw(cast, made)
    lucky = selectors.candidates_of(made).filter(is_drawn=True)[0]
    for fields in ({"is_drawn": False, "place": 9}, {"stratum": "andet"}, {"citizen": waiting(cast, 40)}):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            Candidate.objects.filter(pk=lucky.pk).update(**fields)
    with pytest.raises(IntegrityError, match="drawn once"):
        change(made, drawn_at=AT + timedelta(days=1))
    with pytest.raises(Conflict):
        draw(cast, made)


def test_nobody_draws_another_list_than_the_one_that_was_seen(cast: Cast, lot: Lot) -> None:
    made = lot()
    with pytest.raises(Conflict, match="Listen er ændret"):
        draw(cast, made, seen=7)
    with pytest.raises(NotAllowed):
        draw(cast, made, by=cast.anna)
    assert made.state == State.REGISTERED


def test_who_has_got_a_mentor_or_a_right_since_leaves_before_the_draw(cast: Cast, lot: Lot) -> None:
    made = lot(6)
    student = waiting(cast, 50, target_group="6.3")
    put_in(cast, made, student, starts_education=True)  # no right in this group
    Citizen.objects.filter(pk=student.pk).update(target_group="6.5")  # in this one there is
    helped = Citizen.objects.get(name="Borger 0")
    make_active(cast, citizen=helped)
    draw(cast, made, seen=7)
    left = {each.citizen_id: each.left_why for each in selectors.candidates_of(made) if each.left_at}
    assert left == {student.pk: "RIGHT", helped.pk: "MENTOR"}
    assert len(selectors.frame_of(made)) == 5 and selectors.is_redrawn_the_same(made)


def test_with_places_for_all_there_is_no_lot(cast: Cast, lot: Lot) -> None:
    made = lot(3)
    with pytest.raises(Refused, match="alle en plads"):
        draw(cast, made, seen=3)
    assert Evaluation.objects.get(pk=made.pk).state == State.REGISTERED


def test_consent_can_be_taken_back_and_the_result_stands(cast: Cast, lot: Lot) -> None:
    made = lot()
    before = selectors.candidates_of(made)[0]
    services.leave(candidate=before, why="CONSENT", by=cast.anna, at=AT)
    with pytest.raises(Conflict):
        services.leave(candidate=before, why="CONSENT", by=cast.anna, at=AT)
    draw(cast, made, seen=7)
    after = selectors.candidates_of(made).filter(is_drawn=False)[0]
    with pytest.raises(Refused, match="står ved magt"):
        services.leave(candidate=after, why="OTHER", by=cast.anna, at=AT)
    services.leave(candidate=after, why="CONSENT", by=cast.anna, at=AT)
    assert selectors.is_redrawn_the_same(made)
    rows = rows_of(made)
    assert (len(rows.person), rows.left_out) == (6, 1) and after.citizen_id not in rows.person.tolist()


def test_closing_needs_words_and_ends_it(cast: Cast) -> None:
    made = registered(cast)
    with pytest.raises(Refused, match="hvordan det gik"):
        services.close(evaluation=made, note=" ", version=made.version, by=cast.eva, at=AT)
    services.close(evaluation=made, note="For få ville være med.", version=made.version, by=cast.eva, at=AT)
    with pytest.raises(Conflict):
        draw(cast, made, seen=0)
    with pytest.raises(IntegrityError, match="never goes back"):
        change(made, state="REGISTERED")


# For the analysis


def rows_of(made: Evaluation) -> selectors.LotteryRows:
    return selectors.drawn_lotteries(made.municipality_id, [str(made.public_id)])[0][1]


def test_the_lot_is_what_the_analysis_of_a_lottery_takes(cast: Cast) -> None:
    made = registered(cast, dataclasses.replace(LOTTERY, people=60, places=30))
    for number in range(60):
        put_in(cast, made, waiting(cast, number))
    draw(cast, made, seen=60)
    make_active(cast, citizen=Citizen.objects.get(pk=min(drawn(made))), starts_on=ON + timedelta(days=7))
    rows = rows_of(made)
    assert rows.treated.sum() == 30 and rows.strata_names == ("30+", "<30") and rows.took_part.sum() == 1
    outcome = (rows.treated | (np.arange(60) % 3 == 0)).astype(float)[:, None]
    data = Entries(
        treated=rows.treated,
        outcome=outcome,
        weeks=np.array([52]),
        covariates=np.zeros((60, 0)),
        strata=rows.strata,
        person=rows.person,
        took_part=rows.took_part,
    )
    found = compare(data, Lottery(draws=99), Question("i uddannelse", headline=52, relevant=0.05))
    assert found.sample.treated == 30 and found._effect.estimate[0] > 0.4


def test_a_roll_out_is_started_once_and_feeds_the_panel(cast: Cast) -> None:
    made = registered(cast, ROLL_OUT)
    planned = sorted(month for _name, month in made.units)
    with pytest.raises(ValueError, match="not been started"):
        selectors.first_periods(made)
    services.start_roll_out(evaluation=made, by=cast.eva, at=AT)
    assert sorted(month for _name, month in made.start_plan) == planned and planned[0] == ""
    assert steps.plan_of(made.start_plan) == steps.by_lot(steps.plan_of(made.units), seed=made.seed)
    with pytest.raises(Conflict):
        services.start_roll_out(evaluation=made, by=cast.eva, at=AT)
    assert made.first_month is not None
    periods = steps.period_number(made.first_month) + np.arange(-1, made.months)
    panel = PanelOfUnits(np.zeros((4, len(periods))), periods, selectors.first_periods(made))
    assert len(panel.groups) == 3


def test_a_roll_out_as_chosen_begins_as_it_stands(cast: Cast) -> None:
    made = registered(cast, ROLL_OUT, is_by_lot=False)
    services.start_roll_out(evaluation=made, by=cast.eva, at=AT)
    assert made.start_plan == made.units
    with pytest.raises(Refused):
        services.draw_lot(evaluation=made, seen=0, by=cast.eva, at=AT)


def test_another_municipality_sees_nothing(
    cast: Cast, lot: Lot, acting: Callable[[User | None], AbstractContextManager[None]]
) -> None:
    lot(2)
    with acting(cast.bo):
        assert not Evaluation.objects.exists() and not Candidate.objects.exists()
    for user in (cast.carla, cast.david, cast.signe):
        with acting(user):
            assert not Evaluation.objects.exists() and not Candidate.objects.exists()
    with acting(cast.eva):
        assert Evaluation.objects.count() == 1 and Candidate.objects.count() == 2
