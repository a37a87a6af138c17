"""What people see of signs, what they say to them, and who may."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import ROLE_PERMISSIONS, NotAllowed, Permission, Role
from brobygger.audit.models import Event
from brobygger.controls.risks import presenters, services
from brobygger.controls.risks.models import RiskSetting, RiskSign
from brobygger.controls.risks.words import EVIDENCE, LIMITS, MAY_BE, SENTENCES, UNIT_WORDS
from brobygger.mentorships.models import Mentorship
from brobygger.review.signs import UNITS, About, SignKind
from tests.cast import Cast
from tests.factories.invoices import hours, make_contact, receive
from tests.factories.mentorships import make_active

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]
LIST, LIMIT_PAGE = "/tilsyn/tegn/", "/tilsyn/tegn/graenser/"
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def mentorship(cast: Cast) -> Mentorship:
    return make_active(cast)


def make_sign(cast: Cast, mentorship: Mentorship, **fields: Any) -> RiskSign:
    """Carla's meetings with David overlap others, as the night found."""
    return RiskSign.objects.create(
        **{
            "municipality": cast.municipality,
            "kind": SignKind.OVERLAP.value,
            "about": About.MENTOR.value,
            "key": str(uuid4()),
            "mentor": cast.mentor,
            "count": 4,
            "limit": 3,
            "cases": [mentorship.pk],
            "evidence": [],
            "first_seen_on": DAY,
            "last_seen_on": DAY,
            **fields,
        }
    )


def page(sign: RiskSign, name: str = "risk") -> str:
    return reverse(f"controls:{name}", args=[sign.public_id])


def test_the_list_says_what_was_seen_and_logs_whom_it_shows(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    make_sign(cast, mentorship)
    text = signed_in(cast.tove).get(LIST).content.decode()
    assert "4 af mentorens møder ligger oven i møder" in text and mentorship.code in text
    with acting(cast.tove):
        seen = Event.objects.filter(action="citizens.listed").latest("id")
    assert seen.detail["citizens"] == [str(cast.citizen.public_id)]


def test_evidence_stands_side_by_side(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    first, second = make_contact(cast, mentorship, hour=9), make_contact(cast, mentorship, hour=11)
    sign = make_sign(
        cast, mentorship, kind="QUICK_ANSWERS", evidence=[[first.pk, second.pk]], count=1, out_of=9
    )
    text = signed_in(cast.tove).get(page(sign)).content.decode()
    assert text.count("bb-evidence-item") == 2 and "10.00–11.00" in text and "12.00–13.00" in text
    assert "efter en anden borgers" in text and "bb-evidence-single" not in text


def test_evidence_of_invoices_is_for_those_who_see_money(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = receive(cast, hours(mentorship))
    sign = make_sign(
        cast, mentorship, kind="SHARED_ACCOUNT", about="ACCOUNT", mentor=None, evidence=[[invoice.pk]]
    )
    assert "F-1001" in signed_in(cast.tove).get(page(sign)).content.decode()
    without = ROLE_PERMISSIONS[Role.CONTROLLER] - {Permission.SEE_MONEY}
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.CONTROLLER, without)
    text = signed_in(cast.tove).get(page(sign)).content.decode()
    assert "F-1001" not in text and "kan ikke vises for dig" in text


def test_looking_into_it_is_seen_by_the_others(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    sign = make_sign(cast, mentorship)
    sent = signed_in(cast.tove).post(page(sign, "risk_look"), {"idempotency_key": str(uuid4())})
    assert sent.status_code == 302
    with acting(cast.eva):
        sign.refresh_from_db()
        assert (sign.state, sign.handled_by) == (RiskSign.State.LOOKING, cast.tove)
        assert Event.objects.filter(action="risk.looked_into").latest("id").actor_id == cast.tove.pk
        with pytest.raises(Conflict):
            services.look_into(sign=sign, by=cast.eva, at=AT)


def test_an_explanation_is_kept_and_takes_it_off_the_list(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    sign = make_sign(cast, mentorship)
    client = signed_in(cast.tove)
    client.post(page(sign, "risk_explain"), {"explanation": "Fælles møder.", "idempotency_key": str(uuid4())})
    assert "Ingen tegn" in client.get(LIST).content.decode()
    assert "Fælles møder." in client.get(LIST, {"state": "EXPLAINED"}).content.decode()
    with acting(cast.tove):
        assert Event.objects.filter(action="risk.explained").latest("id").subject == str(sign.public_id)


def test_an_explanation_without_words_is_refused(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    sign = make_sign(cast, mentorship)
    answer = signed_in(cast.tove).post(page(sign, "risk_explain"), {"explanation": " "})
    assert answer.status_code == 422 and "Skriv, hvad der forklarer det." in answer.content.decode()
    with acting(cast.tove):
        sign.refresh_from_db()
        assert sign.state == RiskSign.State.OPEN
        with pytest.raises(Refused):
            services.explain(sign=sign, explanation="  ", by=cast.tove, at=AT)


def test_only_those_who_weigh_may_explain(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    sign = make_sign(cast, mentorship)
    with pytest.raises(NotAllowed):
        services.explain(sign=sign, explanation="x", by=cast.adam, at=AT)
    assert signed_in(cast.anna).get(LIST).status_code == 403
    assert "Tag stilling" not in signed_in(cast.adam).get(page(sign)).content.decode()


def test_other_municipalities_and_strangers_see_nothing(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, client: Client
) -> None:
    sign = make_sign(cast, mentorship)
    for address in (LIST, page(sign), LIMIT_PAGE):
        assert client.get(address).status_code == 302
    User.objects.filter(pk=cast.bo.pk).update(roles=["CONTROLLER"])
    cast.bo.refresh_from_db()
    away = signed_in(cast.bo)
    assert away.get(page(sign)).status_code == 404
    assert away.post(page(sign, "risk_explain"), {"explanation": "x"}).status_code == 404
    assert mentorship.code not in away.get(LIST).content.decode()


def test_mentors_and_citizens_see_no_sign_at_all(cast: Cast, mentorship: Mentorship, acting: Acting) -> None:
    make_sign(cast, mentorship)
    for user in (cast.carla, cast.david, cast.signe):
        with acting(user):
            assert RiskSign.objects.count() == 0


def test_the_list_asks_as_many_questions_for_many_as_for_one(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    client = signed_in(cast.tove)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    with acting(cast.tove):
        make_sign(cast, mentorship)
    queries()
    one = queries()
    with acting(cast.tove):
        for kind in SignKind:
            make_sign(cast, mentorship, kind=kind.value)
    assert queries() == one


# Limits


def limit(**changes: str) -> dict[str, str]:
    return {
        "name": "day_minutes",
        "value": "700",
        "valid_from": "1/12-2026",
        "reason": "Vi har lange ture.",
        "idempotency_key": str(uuid4()),
        **changes,
    }


def test_a_limit_is_moved_from_a_day_on(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    client = signed_in(cast.eva)
    assert client.post(LIMIT_PAGE, limit()).status_code == 302
    text = client.get(LIMIT_PAGE).content.decode()
    assert "700 fra" in text and "600 minutter" in text
    with acting(cast.eva):
        row = RiskSetting.objects.get()
        assert (row.name, row.value, row.valid_from) == ("day_minutes", 700, date(2026, 12, 1))
        assert Event.objects.filter(action="risk_limit.set").exists()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"value": "5"}, "Skriv et tal fra 240 til 1440."),
        ({"reason": ""}, "Skriv, hvorfor grænsen flyttes."),
        ({"value": "mange"}, "Skriv et helt tal."),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(
    cast: Cast, signed_in: SignedIn, acting: Acting, wrong: dict[str, str], message: str
) -> None:
    answer = signed_in(cast.eva).post(LIMIT_PAGE, limit(**wrong))
    assert answer.status_code == 422 and message in answer.content.decode()
    with acting(cast.eva):
        assert not RiskSetting.objects.exists()


def test_two_values_cannot_begin_on_one_day(cast: Cast) -> None:
    asked: dict[str, Any] = {
        "name": "chance",
        "valid_from": DAY,
        "reason": "Prøver.",
        "by": cast.eva,
        "at": AT,
    }
    services.set_limit(value=5, **asked)
    with pytest.raises(Conflict, match="Vælg en anden dag"):
        services.set_limit(value=10, **asked)
    assert RiskSetting.objects.get().value == 5


def test_a_controller_sees_the_limits_and_moves_none(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.tove)
    assert "Gem grænsen" not in client.get(LIMIT_PAGE).content.decode()
    assert client.post(LIMIT_PAGE, limit()).status_code == 403


# Words


@pytest.mark.parametrize("about", About)
@pytest.mark.parametrize("kind", SignKind)
def test_every_sign_has_its_words(cast: Cast, mentorship: Mentorship, kind: SignKind, about: About) -> None:
    sign = make_sign(cast, mentorship, kind=kind.value, about=about.value, count=7, out_of=9, usual=2)
    sentence = presenters.sentence(sign)
    assert "%(" not in sentence and sentence.endswith(".")
    assert MAY_BE[kind] and EVIDENCE[kind] and SENTENCES[kind]


def test_every_limit_has_its_words() -> None:
    assert set(LIMITS) == set(UNITS)
    assert {unit.unit for unit in UNITS.values()} == set(UNIT_WORDS)
