"""Reading the form of a new mentorship: as far as it goes, and nothing lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brobygger.grants.forms.new import MOST_ROWS, NewMentorship, typed, without_row
from brobygger.law.codes import Act, Context, PriceLineKind
from brobygger.payment.price import Basis
from tests.cast import Cast

ON = date(2026, 11, 23)


def filled(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "citizen": str(cast.citizen.public_id),
        "target_group": "6.3",
        "context": "COMPANY_PLACEMENT",
        "support_type": "WORKPLACE_INTRODUCTION",
        "purpose": "At David kan gennemføre praktikken.",
        "goal_1": "Møder tre dage om ugen",
        "tasks": "Introducere til arbejdet\n\nTage imod om morgenen\n",
        "decisive_reason": "Uden mentor møder David ikke.",
        "beyond_normal_reason": "Daglig støtte til fremmøde.",
        "mentor": str(cast.mentor.public_id),
        "qualifications_needed": "Kan lære fra sig.",
        "not_usual_work": "on",
        "starts_on": "1/12-2026",
        "hours_reason": "Flest timer i begyndelsen.",
        "phase-0-weeks": "2",
        "phase-0-hours": "37",
        "phase-1-weeks": "10",
        "phase-1-hours": "4 t 30",
        "price-0-kind": "WAGE",
        "price-0-amount": "212,50",
        "price-1-kind": "TRAINING",
        "price-1-amount": "2.950",
        **changes,
    }


def read(cast: Cast, **changes: Any) -> NewMentorship:
    return NewMentorship.read(filled(cast, **changes), user=cast.anna, on=ON)


def test_all_of_it_is_read(cast: Cast) -> None:
    new = read(cast)
    need, proposal = new.need(), new.proposal()
    assert new.is_valid()
    assert (need.citizen, need.mentor, need.context) == (cast.citizen, cast.mentor, Context.COMPANY_PLACEMENT)
    assert need.tasks == ("Introducere til arbejdet", "Tage imod om morgenen")
    assert need.goals == ("Møder tre dage om ugen",)
    assert need.not_usual_work is True
    assert proposal.starts_on == date(2026, 12, 1)
    assert proposal.plan and proposal.plan.total_minutes == (2 * 37 + 10 * 4.5) * 60
    assert [(line.kind, line.amount, line.basis) for line in proposal.price_lines] == [
        (PriceLineKind.WAGE, Decimal("212.50"), Basis.PER_HOUR),
        (PriceLineKind.TRAINING, Decimal(2950), Basis.FIXED),
    ]


def test_the_mentors_workplace_need_not_be_typed_again(cast: Cast) -> None:
    assert read(cast).need().organisation == cast.company


def test_an_untouched_tick_is_not_known_rather_than_no(cast: Cast) -> None:
    assert read(cast, not_usual_work="").need().not_usual_work is None


def test_the_integration_programme_is_another_act(cast: Cast) -> None:
    assert read(cast, target_group="INL").need().act is Act.INL


def test_an_empty_page_is_no_error_and_no_need(cast: Cast) -> None:
    new = NewMentorship.read({}, user=cast.anna, on=ON)
    assert new.is_valid()
    assert new.need().citizen is None and new.proposal().plan is None
    assert len(new.phases) == len(new.prices) == 1


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("starts_on", "32/1-2026", "Datoen findes ikke."),
        ("phase-0-weeks", "mange", "Skriv et tal"),
        ("phase-0-hours", "lidt", "Skriv timerne som 2,5 eller 2 t 30."),
        ("phase-0-hours", "200", "Skriv højst"),
        ("phase-1-weeks", "", "Skriv, hvor mange uger"),
        ("phase-1-hours", "", "Skriv timer om ugen"),
        ("price-0-amount", "-5", "Skriv mindst 0"),
        ("price-0-kind", "", "Vælg, hvad beløbet dækker."),
        ("goal_1", "x" * 301, "300"),
        ("tasks", "x" * 301, "En opgave er for lang."),
        ("mentor", "ukendt", "Vælg en fra listen."),
        ("ends_on", "30.11.2026", "Sidste dag ligger før"),
        ("ends_on", "1.2.2027", "Planens uger går ud over sidste dag."),
    ],
)
def test_what_cannot_be_read_is_said_by_its_field_and_kept(
    cast: Cast, field: str, text: str, sentence: str
) -> None:
    new = read(cast, **{field: text})
    assert not new.is_valid()
    errors = {
        form.add_prefix(name): " ".join(found) for form in new.all for name, found in form.errors.items()
    }
    assert sentence in errors[field]
    bound = next(form[name] for form in new.all for name in form.fields if form.add_prefix(name) == field)
    assert bound.value() == text
    new.need(), new.proposal()


def test_another_municipalitys_people_cannot_be_chosen(cast: Cast) -> None:
    new = NewMentorship.read(filled(cast), user=cast.bo, on=ON)
    assert new.need().citizen is None and new.need().mentor is None
    assert {"citizen", "mentor"} <= set(new.main.errors)


def test_a_new_citizen_has_the_age_of_the_number(cast: Cast) -> None:
    citizen = read(cast, citizen="", new_name="Sara Ahmadi", cpr="650594-1234").need().citizen
    assert citizen and citizen.pk is None
    assert (citizen.name, citizen.birth_date) == ("Sara Ahmadi", date(1994, 5, 5))


def test_a_row_taken_out_moves_the_later_ones_up(cast: Cast) -> None:
    data = without_row(filled(cast), "phase", 0)
    assert (data["phase-0-weeks"], data["phase-0-hours"]) == ("10", "4 t 30")
    assert "phase-1-weeks" not in data and data["price-1-kind"] == "TRAINING"


def test_rows_are_many_but_not_endless(cast: Cast) -> None:
    data = {f"phase-{row}-weeks": "1" for row in range(40)}
    assert len(NewMentorship.shown(data, user=cast.anna, on=ON, more="phase").phases) == MOST_ROWS
    assert len(NewMentorship.shown({}, user=cast.anna, on=ON, more="phase").phases) == 2


def test_a_draft_keeps_what_was_typed_and_not_the_cpr_number(cast: Cast) -> None:
    data = filled(
        cast, cpr="650594-1234", csrfmiddlewaretoken="t", act="draft", idempotency_key="k", draft="d"
    )
    kept = typed(data)
    assert kept == filled(cast)
    shown = NewMentorship.shown(kept, user=cast.anna, on=ON)
    assert shown.main["starts_on"].value() == "1/12-2026"
    assert shown.phases[1]["hours"].value() == "4 t 30"
    assert not any(form.errors for form in shown.all)


NAMES = st.sampled_from(
    [
        "starts_on",
        "ends_on",
        "phase-0-weeks",
        "phase-0-hours",
        "phase-7-weeks",
        "price-0-amount",
        "price-0-kind",
        "citizen",
        "mentor",
        "organisation",
        "target_group",
        "context",
        "cpr",
        "tasks",
        "goal_1",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(NAMES, st.text(max_size=30)))
def test_nothing_typed_makes_it_fall_over(cast: Cast, data: dict[str, str]) -> None:
    new = NewMentorship.read(data, user=cast.anna, on=ON)
    new.need(), new.proposal()
