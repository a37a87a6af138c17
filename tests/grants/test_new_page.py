"""The page of a new mentorship: live panel, drafts, finding the citizen, sending it in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.grants.models import Application
from brobygger.mentorships.models import Mentorship, MentorshipDraft, Status
from brobygger.people import services as people
from brobygger.people.models import Citizen
from brobygger.rulebook.models import LocalFrame
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen
from tests.grants.test_new_form import filled

SignedIn = Callable[[User], Client]
NEW, PANEL, DRAFT = "/bevilling/nyt/", "/bevilling/nyt/panel/", "/bevilling/nyt/kladde/"
HTMX = {"HX-Request": "true"}
CPR = "650594-1234"


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def frame(cast: Cast, now: datetime) -> LocalFrame:
    """Three months and five hours a week; a leader may grant more."""
    return LocalFrame.objects.create(
        municipality=cast.municipality,
        name="3 måneder og 5 timer",
        valid_from=date(2026, 1, 1),
        max_months=3,
        max_minutes_per_week=300,
        exceeded_by="TEAM_LEADER",
        recorded_at=now,
    )


def inside(cast: Cast, **changes: Any) -> dict[str, Any]:
    """12 weeks of 5 hours: inside the frame."""
    return filled(
        cast,
        **{
            "phase-0-weeks": "2",
            "phase-0-hours": "5",
            "phase-1-weeks": "10",
            "phase-1-hours": "4",
            "act": "submit",
            "idempotency_key": str(uuid4()),
            **changes,
        },
    )


# The page and the panel


def test_the_empty_page_says_what_the_law_asks(cast: Cast, signed_in: SignedIn, frame: LocalFrame) -> None:
    page = signed_in(cast.anna).get(NEW).content.decode()
    assert "Loven den 23. nov. 2026" in page
    assert "§ 167" in page and "Kan ikke afgøres endnu" in page
    assert "3 måneder og 5 timer" in page


def test_inside_the_frame_the_button_grants(cast: Cast, signed_in: SignedIn, frame: LocalFrame) -> None:
    panel = signed_in(cast.anna).post(PANEL, inside(cast), headers=HTMX).content.decode()
    assert "Alle lovens betingelser er opfyldt." in panel
    assert "Inden for rammen" in panel and ">Bevilg</" in panel.replace("\n", "")
    assert "50 t." in panel and "13.575,00 kr." in panel


def test_outside_it_recommends_and_says_by_how_much(
    cast: Cast, signed_in: SignedIn, frame: LocalFrame
) -> None:
    data = inside(cast, **{"phase-0-hours": "6"})
    panel = signed_in(cast.anna).post(PANEL, data, headers=HTMX).content.decode()
    assert "6 t. af 5 t.: 1 t. over" in panel
    assert "Indstil" in panel and "en leder afgør det" in panel
    assert ">Bevilg</" not in panel


def test_what_the_law_forbids_blocks_the_button_and_links_to_the_field(
    cast: Cast, signed_in: SignedIn, frame: LocalFrame
) -> None:
    data = inside(cast, **{"price-2-kind": "TRANSPORT_TIME", "price-2-amount": "100"})
    panel = signed_in(cast.anna).post(PANEL, data, headers=HTMX).content.decode()
    assert "§ 122, stk. 2" in panel and "disabled" in panel
    assert 'href="#id_price_lines"' in panel


def test_where_nobody_may_exceed_the_frame_it_says_what_to_change(
    cast: Cast, signed_in: SignedIn, frame: LocalFrame
) -> None:
    LocalFrame.objects.update(exceeded_by="")
    panel = (
        signed_in(cast.anna)
        .post(PANEL, inside(cast, **{"phase-0-hours": "6"}), headers=HTMX)
        .content.decode()
    )
    assert "Ingen kan bevilge uden for rammen." in panel and "ned med 1 t" in panel


def test_each_link_of_the_panel_leads_to_a_field_of_the_page(
    cast: Cast, signed_in: SignedIn, frame: LocalFrame
) -> None:
    import re

    page = signed_in(cast.anna).get(NEW).content.decode()
    wanted = set(re.findall(r'href="#(id_[a-z_0-9]+)"', page))
    assert wanted and not [anchor for anchor in wanted if f'id="{anchor}"' not in page]


def test_the_panel_asks_the_database_little(cast: Cast, signed_in: SignedIn, frame: LocalFrame) -> None:
    client = signed_in(cast.anna)
    client.post(PANEL, inside(cast), headers=HTMX)
    with CaptureQueriesContext(connection) as counted:
        client.post(PANEL, inside(cast), headers=HTMX)
    assert len(counted) <= 12


# Rows and the citizen


def test_a_row_more_comes_with_and_without_a_script(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.anna)
    data = filled(cast, act="more_phase")
    part = client.post(NEW, data, headers=HTMX).content.decode()
    assert "phase-2-weeks" in part and "<html" not in part
    page = client.post(NEW, data).content.decode()
    assert "phase-2-weeks" in page and "4 t 30" in page and "At David kan gennemføre" in page


def test_a_row_less_too(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.anna).post(NEW, filled(cast, act="less_price:0")).content.decode()
    assert "2.950" in page and "212,50" not in page


def test_a_citizen_is_found_by_number_and_the_number_goes_no_further(
    cast: Cast, signed_in: SignedIn, now: datetime
) -> None:
    sara = people.register_citizen(name="Sara Ahmadi", cpr=CPR, by=cast.anna, at=now, target_group="6.6")
    make_active(cast, citizen=sara)
    part = signed_in(cast.anna).post(NEW, {"cpr": CPR, "act": "find"}, headers=HTMX).content.decode()
    assert "Sara Ahmadi" in part and str(sara.public_id) in part
    assert "har allerede et forløb" in part
    assert '<option value="6.6" selected>' in part
    assert CPR not in part and CPR.replace("-", "") not in part
    assert Event.objects.filter(action="citizen.seen", subject=str(sara.public_id)).exists()


def test_by_name_one_chooses_among_those_found(cast: Cast, signed_in: SignedIn) -> None:
    first = make_citizen(cast, name="Sara Ahmadi")
    make_citizen(cast, name="Sara Holm")
    client = signed_in(cast.anna)
    part = client.post(NEW, {"cpr": "sara", "act": "find"}, headers=HTMX).content.decode()
    assert "Sara Ahmadi" in part and "Sara Holm" in part
    assert Event.objects.filter(action="citizens.listed").count() == 1
    picked = client.post(NEW, {"act": f"pick:{first.public_id}"}, headers=HTMX).content.decode()
    assert f'value="{first.public_id}"' in picked and "Sara Holm" not in picked


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CPR, "Ingen borger i registret har det CPR-nummer."),
        ("650594", "Skriv CPR-nummeret med ti cifre"),
        ("ingen", "Ingen borger i registret har det navn."),
        (" ", "Skriv et CPR-nummer eller et navn."),
    ],
)
def test_who_is_not_found_can_be_written_in(cast: Cast, signed_in: SignedIn, text: str, said: str) -> None:
    part = signed_in(cast.anna).post(NEW, {"cpr": text, "act": "find"}, headers=HTMX).content.decode()
    assert said in part and "Navn på ny borger" in part


def test_a_citizen_of_another_municipality_is_not_found(cast: Cast, signed_in: SignedIn) -> None:
    part = signed_in(cast.bo).post(NEW, {"cpr": "David", "act": "find"}, headers=HTMX).content.decode()
    assert "David Dalsgaard" not in part and "Ingen borger" in part


# Drafts


def test_a_draft_saves_itself_and_is_resumed_as_typed(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.anna)
    data = filled(cast, starts_on="snart", cpr=CPR)
    answer = client.post(DRAFT, data, headers=HTMX)
    draft = MentorshipDraft.objects.get()
    assert str(draft.public_id) in answer.content.decode()
    assert answer["HX-Replace-Url"] == f"{DRAFT}{draft.public_id}/"
    assert CPR not in repr(draft.data)
    client.post(DRAFT, {**data, "draft": str(draft.public_id), "purpose": "Nyt formål"}, headers=HTMX)
    assert MentorshipDraft.objects.count() == 1
    page = client.get(f"{DRAFT}{draft.public_id}/").content.decode()
    assert "Nyt formål" in page and 'value="snart"' in page and "4 t 30" in page
    assert "Ret dette" not in page
    assert "Du har 1 kladde" in client.get(NEW).content.decode()


def test_a_colleagues_draft_is_not_there(cast: Cast, signed_in: SignedIn) -> None:
    signed_in(cast.anna).post(DRAFT, filled(cast), headers=HTMX)
    draft = MentorshipDraft.objects.get()
    for user in (cast.freja, cast.bo):
        assert signed_in(user).get(f"{DRAFT}{draft.public_id}/").status_code == 404
        assert signed_in(user).post(f"{DRAFT}{draft.public_id}/slet/").status_code == 404
    assert signed_in(cast.anna).post(f"{DRAFT}{draft.public_id}/slet/").status_code == 302


# Sending it in


def test_inside_the_frame_it_is_granted_at_once_and_the_draft_is_gone(
    cast: Cast, signed_in: SignedIn, frame: LocalFrame, acting: Callable[[User], Any]
) -> None:
    client = signed_in(cast.anna)
    client.post(DRAFT, inside(cast), headers=HTMX)
    draft = MentorshipDraft.objects.get()
    answer = client.post(NEW, inside(cast, draft=str(draft.public_id)))
    mentorship = Mentorship.objects.get()
    assert answer.status_code == 302 and str(mentorship.public_id) in answer["Location"]
    assert mentorship.status == Status.GRANTED
    assert not MentorshipDraft.objects.exists()
    assert Event.objects.filter(action="mentorship.created").count() == 1


def test_outside_it_waits_for_the_leader(cast: Cast, signed_in: SignedIn, frame: LocalFrame) -> None:
    signed_in(cast.anna).post(NEW, inside(cast, **{"phase-0-hours": "6"}))
    application = Application.objects.get()
    assert (application.state, application.decided_by_role) == ("PENDING", "TEAM_LEADER")
    assert application.mentorship.status == Status.FOR_APPROVAL


def test_sent_twice_it_is_made_once(cast: Cast, signed_in: SignedIn, frame: LocalFrame) -> None:
    client, data = signed_in(cast.anna), inside(cast)
    first, second = client.post(NEW, data), client.post(NEW, data)
    assert Mentorship.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_what_is_missing_is_said_by_each_field_and_everything_typed_stands(
    cast: Cast, signed_in: SignedIn, frame: LocalFrame
) -> None:
    data = inside(cast, decisive_reason="", purpose="", hours_reason="")
    answer = signed_in(cast.anna).post(NEW, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ret dette, før du går videre" in page
    assert 'href="#id_decisive_reason"' in page and 'href="#id_hours_reason"' in page
    assert "Møder tre dage om ugen" in page and 'value="212,50"' in page
    assert "Ti års erfaring som bager" in page
    assert not Mentorship.objects.exists()


def test_bad_input_is_no_traceback_and_nothing_is_made(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.anna).post(
        NEW, inside(cast, starts_on="i morgen", mentor="x", **{"phase-0-weeks": "?"})
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "i morgen" in page
    assert 'id="id_phase-0-weeks"' in page and "Skriv et tal" in page
    assert not Mentorship.objects.exists()


def test_a_new_citizen_is_registered_with_the_case_or_not_at_all(
    cast: Cast, signed_in: SignedIn, frame: LocalFrame
) -> None:
    client, new = signed_in(cast.anna), {"citizen": "", "new_name": "Sara Ahmadi", "cpr": CPR}
    before = Citizen.objects.count()
    assert client.post(NEW, inside(cast, **new, decisive_reason="")).status_code == 422
    assert client.post(NEW, inside(cast, **new, goal_1="")).status_code == 422
    assert Citizen.objects.count() == before
    assert client.post(NEW, inside(cast, **new)).status_code == 302
    assert Mentorship.objects.get().citizen.name == "Sara Ahmadi"


def test_who_may_and_who_may_not(cast: Cast, signed_in: SignedIn, client: Client) -> None:
    assert client.get(NEW).status_code == 302
    for user in (cast.anna, cast.freja, cast.eva, cast.klara):
        assert signed_in(user).get(NEW).status_code == 200
    for user in (cast.finn, cast.tove, cast.adam, cast.carla, cast.david, cast.signe):
        assert signed_in(user).get(NEW).status_code == 403
        assert signed_in(user).post(PANEL, {}).status_code == 403
        assert signed_in(user).post(DRAFT, {}).status_code == 403
