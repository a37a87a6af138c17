"""The law of a case, rule by rule: the page, "what if", and the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.grants.models import Application, Decision
from brobygger.mentorships.models import Mentorship
from brobygger.web import cli
from brobygger.web.commands import explain as command
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.grants import cases

SignedIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def explain(mentorship: Mentorship) -> str:
    return reverse("web:explain", args=[mentorship.public_id])


def what_if(mentorship: Mentorship) -> str:
    return reverse("web:what_if", args=[mentorship.public_id])


def asked(**changes: str) -> dict[str, str]:
    return {
        "dag": "23.11.2026",
        "target_group": "6.3",
        "context": "COMPANY_PLACEMENT",
        "mentor_kind": "COMPANY_EMPLOYEE",
        **changes,
    }


def test_the_page_tells_rules_facts_numbers_and_decisions(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = cases.granted(cast).mentorship
    page = signed_in(cast.anna).get(explain(mentorship)).content.decode()
    assert "Højst seks måneder" in page or "B09" in page
    assert "§ 167" in page and 'href="https://' in page
    assert "Svarer som dengang" in page and "Svarer anderledes i dag" not in page
    assert "Oplysningerne er dem, afgørelsen 23. nov. 2026 byggede på." in page
    assert "Regler, der ikke gælder den dag" in page and "Det, man skal vide" in page
    assert "At David gennemfører praktikken" not in page  # facts are told as written or not


def test_another_day_has_another_law(cast: Cast, signed_in: SignedIn) -> None:
    mentorship, client = cases.granted(cast).mentorship, signed_in(cast.anna)
    then = client.get(explain(mentorship), {"dag": "1.5.2012"}).content.decode()
    assert "1. maj 2012" in then and "Ingen afgørelse op til den dag" in then
    answers = then.split('id="afgoerelser"')[0]
    assert ">A02<" in answers and ">A04<" not in answers
    now = client.get(explain(mentorship)).content.decode().split('id="afgoerelser"')[0]
    assert ">A04<" in now and ">A02<" not in now


def test_it_is_told_in_english_too(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = cases.granted(cast).mentorship
    answer = signed_in(cast.anna).get(explain(mentorship), {"sprog": "en"})
    page = answer.content.decode()
    assert '<html lang="en"' in page and answer.headers["Content-Language"] == "en"
    assert "23 November 2026" in page and "Target group" in page
    assert "Act on Active" in page or "LAB" in page


@pytest.mark.parametrize("day", ["", "aldrig", "9.6.2003", "1.1.3000"])
def test_a_day_that_cannot_be_read_stands_with_a_sentence(cast: Cast, signed_in: SignedIn, day: str) -> None:
    mentorship = cases.granted(cast).mentorship
    answer = signed_in(cast.anna).get(explain(mentorship), {"dag": day})
    page = answer.content.decode()
    assert answer.status_code == 200 and "form-error-message" in page
    assert (f'value="{day}"' in page) is bool(day)
    assert "23. november 2026" in page


def test_a_decision_that_reads_otherwise_is_shown(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = cases.granted(cast).mentorship
    decision = Decision.objects.get(mentorship=mentorship)
    decision.rules_used["findings"][0]["sentence"] = "Noget, som kataloget aldrig har sagt."
    decision.save(update_fields=["rules_used"])
    page = signed_in(cast.anna).get(explain(mentorship)).content.decode()
    assert "Svarer anderledes i dag" in page and page.count("Noget, som kataloget aldrig har sagt.") == 2


def test_what_if_shows_the_case_and_what_would_differ(cast: Cast, signed_in: SignedIn) -> None:
    mentorship, client = cases.granted(cast).mentorship, signed_in(cast.anna)
    page = client.get(what_if(mentorship)).content.decode()
    assert 'value="23.11.2026"' in page and 'value="6.3" selected' in page
    answer = client.post(what_if(mentorship), asked(dag="1.5.2012", target_group="2.3"))
    page = answer.content.decode()
    assert answer.status_code == 200 and "Regler, der nu gælder" in page and ">A02<" in page
    assert "Målgruppe: " in page and "<html" in page
    mentorship.refresh_from_db()
    assert mentorship.target_group == "6.3"


def test_what_if_answers_live_and_says_when_nothing_changed(cast: Cast, signed_in: SignedIn) -> None:
    mentorship, client = cases.granted(cast).mentorship, signed_in(cast.anna)
    part = client.post(what_if(mentorship), asked(), headers=HTMX).content.decode()
    assert "<html" not in part and "Du har ikke ændret noget endnu." in part
    part = client.post(
        what_if(mentorship), asked(mentor_kind="EXTERNAL_CONSULTANT", sprog="en"), headers=HTMX
    ).content.decode()
    assert "External consultant" in part


@pytest.mark.parametrize(
    "wrong",
    [{"dag": "x"}, {"dag": "1.1.1999"}, {"target_group": "9.9"}, {"context": ""}, {"mentor_kind": "KONGE"}],
)
def test_bad_input_stands_with_a_sentence(cast: Cast, signed_in: SignedIn, wrong: dict[str, str]) -> None:
    mentorship = cases.granted(cast).mentorship
    answer = signed_in(cast.anna).post(what_if(mentorship), asked(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422 and "form-error-message" in page and "Ret felterne" in page
    assert "Lovens svar</h2>" not in page


def test_nothing_is_written_but_the_look(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = cases.granted(cast).mentorship
    counted = (Application.objects.count(), Decision.objects.count(), Event.objects.count())
    signed_in(cast.freja).post(what_if(mentorship), asked(context="EDUCATION"))
    assert (Application.objects.count(), Decision.objects.count(), Event.objects.count() - 1) == counted
    event = Event.objects.latest("id")
    assert (event.action, event.actor_name, event.purpose) == (
        "citizen.seen",
        "Freja Frandsen",
        "Hvad nu hvis",
    )


@pytest.mark.parametrize(
    ("who", "status"),
    [("anna", 200), ("tove", 200), ("finn", 200), ("adam", 403), ("bo", 404), ("carla", 403), ("david", 403)],
)
def test_who_may_see_it(cast: Cast, signed_in: SignedIn, who: str, status: int) -> None:
    mentorship = make_active(cast)
    client = signed_in(getattr(cast, who))
    assert client.get(explain(mentorship)).status_code == status
    assert client.get(what_if(mentorship)).status_code == status


def test_signed_out_one_is_sent_to_sign_in(cast: Cast, client: Client) -> None:
    mentorship = make_active(cast)
    assert [client.get(url(mentorship)).status_code for url in (explain, what_if)] == [302, 302]


def test_the_case_page_leads_here(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = make_active(cast)
    page = signed_in(cast.anna).get(reverse("web:case", args=[mentorship.public_id])).content.decode()
    assert explain(mentorship) in page and what_if(mentorship) in page


def test_many_decisions_take_as_many_queries_as_one(cast: Cast, signed_in: SignedIn) -> None:
    mentorship, client = cases.granted(cast).mentorship, signed_in(cast.anna)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(explain(mentorship)).status_code == 200
        return len(counted)

    queries()
    one = queries()
    first = Decision.objects.get(mentorship=mentorship)
    for _ in range(4):
        Decision.objects.create(
            municipality=cast.municipality,
            mentorship=mentorship,
            kind="CHANGE",
            decided_on=first.decided_on,
            decided_at=first.decided_at,
            decided_by=cast.anna,
            reasons="x",
            rules_used=first.rules_used,
            notified_on=first.notified_on,
            complaint_last_day=first.complaint_last_day,
        )
    assert queries() == one


# The command line


def test_the_command_tells_the_case(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    mentorship = cases.granted(cast).mentorship
    assert command.tell(mentorship.code, None, None, "da") == 0
    told = capsys.readouterr().out
    assert told.startswith("Loven den 23. november 2026") and "GRANT: svarer som dengang" in told
    assert command.tell(mentorship.code, cases.ON, "9901", "en") == 0
    told = capsys.readouterr().out
    assert "The law on 23 November 2026" in told and "answers as it did" in told
    assert "David" not in told
    event = Event.objects.latest("id")
    assert (event.action, event.actor_name) == ("citizen.seen", "brobygger explain")


def test_the_command_names_a_decision_that_reads_otherwise(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    mentorship = cases.granted(cast).mentorship
    decision = Decision.objects.get(mentorship=mentorship)
    decision.rules_used["findings"][0]["sentence"] = "Noget andet."
    decision.save(update_fields=["rules_used"])
    assert command.tell(mentorship.code, None, None, "da") == 1
    assert "sentence: Noget andet. ->" in capsys.readouterr().out


def test_a_case_that_is_not_there(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    mentorship = cases.granted(cast).mentorship
    assert command.tell("XXXX", None, None, "da") == 2
    assert command.tell(mentorship.code, None, "9902", "da") == 2
    assert "Der er intet forløb" in capsys.readouterr().err


def test_the_command_is_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["explain", "7F3K", "--on", "i går"])
    assert "skriv datoen som ÅÅÅÅ-MM-DD" in capsys.readouterr().err
