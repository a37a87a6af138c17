"""The public calculator: nobody signed in, nothing stored, to the krone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brobygger.accounts.models import User
from brobygger.payment.zero_solution import Stop, ZeroCase, judge, solve
from brobygger.rulebook import services as rulebook
from brobygger.rulebook.frames import Frame
from brobygger.values.period import Period
from brobygger.web import payment_words
from tests.cast import Cast

SignedIn = Callable[[User], Client]
ADDRESS = "/nuloesning/"
ZERO = {
    "wage_cost": "180",
    "wage_subsidy": "95",
    "minutes": "37",
    "mentor_rate": "212,50",
    "once": "",
    "starts_on": "2.11.2026",
    "weeks": "5",
    "frame": "1",
}
PROJECT = {
    "vis": "plan",
    "weeks_1": "10",
    "hours_1": "5",
    "rate": "250",
    "once": "2.950",
    "places": "1",
    "starts_on": "2.11.2026",
}


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def asked(client: Client, **given: str) -> tuple[int, str]:
    answer = client.get(ADDRESS, given)
    return answer.status_code, html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


def test_nobody_is_signed_in_and_nothing_is_written(db: None, client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        status, _page = asked(client, **ZERO)
    assert status == 200
    assert not [query for query in queries if re.match("INSERT|UPDATE|DELETE", query["sql"], re.IGNORECASE)]
    assert "sessionid" not in client.cookies


def test_eighty_hours_for_17000_kroner(db: None, client: Client) -> None:
    """80 hours at 212.50 kroner are 17,000: hours and kroner of the frame end on the same day."""
    _status, page = asked(client, **ZERO)
    assert "3.145,00 kr." in page and "14 t. 48 min." in page
    assert "til og med 8. dec. 2026 (37 dage)" in page
    assert "Rammens timer i alt, Rammens kroner i alt" in page
    _status, plan = asked(
        client, vis="plan", weeks_1="16", hours_1="5", rate="212,50", places="1", starts_on="2.11.2026"
    )
    assert "17.000,00 kr." in plan


def test_fifty_hours_and_a_course_for_15450_kroner(db: None, client: Client) -> None:
    _status, page = asked(client, **PROJECT)
    assert "50 t." in page and "15.450,00 kr." in page


def test_a_frame_that_is_too_small_says_so(db: None, client: Client) -> None:
    _status, page = asked(client, **{**ZERO, "frame": "0"})
    assert "Nej" in page and "Rammens 5 t. dækker 1.062,50 kr. af de 3.145,00 kr." in page


def test_the_law_is_never_said_to_allow_it(db: None, client: Client) -> None:
    _status, page = asked(client, **{**ZERO, "frame": ""})
    assert "Kan ikke afgøres endnu" in page and "Regnestykket er ingen begrundelse." in page


def test_staff_count_with_their_own_frame(cast: Cast, signed_in: SignedIn, now: datetime) -> None:
    limits = rulebook.Limits(max_minutes_per_week=600)
    rulebook.add_frame(
        name="Vores ramme", valid_from=now.date(), limits=limits, exceeded_by="", by=cast.eva, at=now
    )
    _status, page = asked(signed_in(cast.anna), **{**ZERO, "frame": "egen"})
    assert "Vores ramme" in page and "Rammens 10 t. dækker" in page


def test_a_place_that_changes_hands(db: None, client: Client) -> None:
    _status, page = asked(client, **{**PROJECT, "once": "", "places": "2", "change_1": "23.11.2026"})
    assert "25.000,00 kr." in page
    shares = re.findall(r'class="bb-num">(\d+) t\.', page)
    assert shares == ["15", "35"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"mentor_rate": "0"}, "Skriv mindst 0,01."),
        ({"minutes": "200"}, "Skriv højst 168"),
        ({"weeks": "0"}, "Skriv mindst"),
        ({"starts_on": "1.1.1999"}, "da ordningen begyndte"),
        ({"frame": "9"}, "Vælg"),
        ({"wage_cost": "<b>"}, "tal"),
    ],
)
def test_bad_input_is_told_of_and_nothing_is_lost(
    db: None, client: Client, changed: dict[str, str], told: str
) -> None:
    given: dict[str, Any] = {**ZERO, **changed}
    status, page = asked(client, **given)
    assert status == 422 and told in page and 'value="95"' in page


def test_a_change_outside_the_plan_is_told_of(db: None, client: Client) -> None:
    status, page = asked(client, **PROJECT, change_1="1.11.2026")
    assert status == 422 and "Dagen for et skifte skal ligge inde i planen." in page


def test_a_tiny_rate_makes_no_traceback(db: None, client: Client) -> None:
    """More mentor minutes than a week holds are no plan, and the page says it."""
    status, page = asked(client, **{**ZERO, "mentor_rate": "0,01"})
    assert status in (200, 422) and "Traceback" not in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "The law has not been tried in the case yet."),
        ({"frame": "0"}, "The frame's 5 h cover 1.062,50 kr. of the 3.145,00 kr."),
        ({"weeks": "500"}, "The period is longer than"),
        ({"mentor_rate": "1"}, "The mentor would need"),
    ],
)
def test_an_english_reader_gets_the_reasons_in_english(
    db: None, client: Client, changed: dict[str, str], told: str
) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    _status, page = asked(client, **{**ZERO, "frame": "", **changed})
    assert told in page and "The sum is no reason in itself." in page
    assert 'lang="da"' not in page.split("<main")[1].split("</main")[0]


def test_an_english_reader_gets_the_plan_in_english(db: None, client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "5 hours a week for 10 weeks." in asked(client, **PROJECT)[1]


def test_every_sentence_of_a_frame_has_english_words() -> None:
    """And one that nobody has written in English stays Danish and says so."""
    frame = Frame(
        "Lille", Period(date(2014, 1, 1)), 1, max_minutes_per_week=300, max_hourly_rate=Decimal(100)
    )
    solution = solve(ZeroCase(Decimal(180), Decimal(95), 2220, Decimal(250)))
    wanted = Period(date(2026, 11, 23), date(2027, 5, 1))
    verdict = judge(solution, wanted=wanted, findings=None, frame=frame)
    told = [payment_words.sentence(each, "en") for each in verdict.reasons]
    assert [each.language for each in told] == ["en"] * len(verdict.reasons) and len(told) >= 4
    assert {payment_words.label(stop, "en").words for stop in Stop} == {
        payment_words.LABELS[stop] for stop in Stop
    }
    assert payment_words.sentence("Noget helt andet.", "en") == payment_words.Said("Noget helt andet.", "da")
