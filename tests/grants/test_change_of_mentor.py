"""Another mentor in a mentorship under way: asked for as a change, judged with the new one, agreed anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.grants import selectors
from brobygger.grants.models import Agreement, Application, Decision, Grant
from brobygger.grants.proposals import prices_of_new_mentor
from brobygger.grants.services import apply, decide, use
from brobygger.law.codes import MentorKind, PriceLineKind
from brobygger.mentorships import selectors as case_selectors
from brobygger.mentorships import services as case_services
from brobygger.mentorships.models import CitizenMessage, Mentorship
from brobygger.payment.price import Basis, PriceLine
from brobygger.people.models import Mentor
from tests.cast import Cast
from tests.factories.people import make_mentor, make_organisation
from tests.grants import cases
from tests.grants.pdf_text import words_of
from tests.grants.test_renew_change_end import NEXT_START, under_way

SignedIn = Callable[[User], Client]
LATER = date(2027, 1, 11)
LATER_AT = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
CHANGE_DAY = date(2027, 1, 18)
FEE = PriceLine(PriceLineKind.FEE, "", Decimal(300))


def mona(cast: Cast, **fields: Any) -> Mentor:
    facts = {"name": "Mona Munk", "email": "mona@example.org", "organisation": cast.company}
    return make_mentor(cast, **{**facts, **fields})


def consultant(cast: Cast) -> Mentor:
    firm = make_organisation(cast, name="Støtteben", cvr="87654338")
    return mona(cast, kind=MentorKind.EXTERNAL_CONSULTANT, organisation=firm)


def ask(cast: Cast, mentorship: Mentorship, mentor: Mentor | None, **changes: Any) -> Application:
    """Three weeks of three hours with another mentor from the eighteenth of January."""
    asked = cases.proposal(
        **{
            "starts_on": CHANGE_DAY,
            "ends_before": NEXT_START,
            "plan": cases.plan(weeks=3, hours=3),
            "mentor": mentor,
            "reason": "David og Carla passer ikke sammen.",
            **changes,
        }
    )
    return apply.change(mentorship=mentorship, proposal=asked, by=cast.anna, at=LATER_AT, on=LATER)


def outside(cast: Cast, mentorship: Mentorship) -> Application:
    """Six hours a week: a leader decides."""
    application = ask(cast, mentorship, mona(cast), plan=cases.plan(weeks=3, hours=6))
    assert (application.state, application.decided_by_role) == ("PENDING", "TEAM_LEADER")
    return application


def approve(application: Application, by: User, *, on: date = LATER) -> Decision:
    return decide.approve(
        application=application, version=1, reasons="", hearing="", by=by, at=LATER_AT, on=on
    )


# What comes of it


def test_the_grants_say_who_is_mentor_on_which_day(cast: Cast) -> None:
    mentorship = under_way(cast)
    new = mona(cast)
    application = ask(cast, mentorship, new)
    assert application.state == "GRANTED"
    first, second = Grant.objects.order_by("id")
    assert (first.mentor, first.ends_before) == (cast.mentor, CHANGE_DAY)
    assert (second.mentor, second.starts_on, second.minutes) == (new, CHANGE_DAY, 540)
    mentorship.refresh_from_db()
    assert mentorship.mentor == new


def test_it_is_in_the_trail_with_both_and_the_day(cast: Cast) -> None:
    mentorship = under_way(cast)
    new = mona(cast)
    ask(cast, mentorship, new)
    event = Event.objects.get(action="mentorship.mentor_changed")
    assert (event.subject, event.actor_id) == (str(mentorship.public_id), cast.anna.pk)
    assert event.detail == {
        "before": str(cast.mentor.public_id),
        "after": str(new.public_id),
        "starts_on": "2027-01-18",
    }
    assert {"decision.change", "agreement.sent"} <= set(cases.actions())


def test_the_letter_names_who_comes_and_who_goes(cast: Cast) -> None:
    mentorship = under_way(cast)
    ask(cast, mentorship, mona(cast))
    decision = Decision.objects.get(kind="CHANGE")
    assert decision.letter
    text = words_of(bytes(decision.letter.content))
    assert "Din nye mentor er Mona Munk." in text
    assert "Carla Clausen er din mentor til og med 17. januar 2027." in text
    assert "Mona Munk begynder først, når alle parter har sagt ja" in text
    assert "David og Carla passer ikke sammen." in text


def test_the_former_mentor_is_told_without_names(cast: Cast) -> None:
    mentorship = under_way(cast)
    ask(cast, mentorship, mona(cast))
    [(_channel, _address, subject, body, _document)] = [
        each for each in cases.messages() if "ny mentor" in each[2]
    ]
    assert mentorship.code in subject
    assert "17. jan. 2027" in body
    for hidden in ("David", "Mona", "Dalsgaard"):
        assert hidden not in subject + body


def test_a_new_agreement_goes_to_the_new_mentor_and_nothing_counts_before_all_agree(cast: Cast) -> None:
    mentorship = under_way(cast)
    new = mona(cast)
    application = ask(cast, mentorship, new)
    agreement = cases.agreement_of(application)
    assert [(each.party, each.name) for each in agreement.parties.order_by("id")] == [
        ("CITIZEN", "David Dalsgaard"),
        ("MENTOR", "Mona Munk"),
        ("COMPANY", "Signe Storm"),
    ]
    assert agreement.content["items"]["mentor_name"] == "Mona Munk"
    assert use.grant_on(mentorship, CHANGE_DAY) is None
    assert use.grant_on(mentorship, date(2027, 1, 17)) == Grant.objects.order_by("id")[0]
    cases.all_accept(cast, application, at=datetime(2027, 1, 20, 9, 0, tzinfo=UTC))
    assert use.grant_on(mentorship, date(2027, 1, 19)) is None, "The new mentor had not agreed yet."
    found = use.grant_on(mentorship, date(2027, 1, 20))
    assert found is not None
    assert found.mentor == new


def test_a_change_of_hours_alone_is_used_from_its_day_as_before(cast: Cast) -> None:
    """The control: with the same mentor an agreement signed late counts from the day of the change."""
    mentorship = under_way(cast)
    application = ask(cast, mentorship, None)
    cases.all_accept(cast, application, at=datetime(2027, 1, 20, 9, 0, tzinfo=UTC))
    assert use.grant_on(mentorship, CHANGE_DAY) is not None
    assert not Grant.objects.exclude(mentor=None).exists()


def test_later_grants_stay_with_the_new_mentor_and_back_again(cast: Cast) -> None:
    mentorship = under_way(cast)
    new = mona(cast)
    ask(cast, mentorship, new)
    hours = ask(cast, mentorship, None, starts_on=date(2027, 1, 25), plan=cases.plan(weeks=2, hours=2))
    assert Grant.objects.get(decision=hours.decision).mentor == new
    back = ask(cast, mentorship, cast.mentor, starts_on=date(2027, 2, 1), plan=cases.plan(weeks=1, hours=2))
    assert Grant.objects.get(decision=back.decision).mentor == cast.mentor
    mentorship.refresh_from_db()
    assert mentorship.mentor == cast.mentor


# Law, frame and who decides


def test_the_law_judges_the_kind_of_the_new_mentor(cast: Cast) -> None:
    mentorship = under_way(cast)
    new = consultant(cast)
    with pytest.raises(Refused, match="En ekstern konsulent får honorar") as refusal:
        ask(cast, mentorship, new)
    assert refusal.value.field == "price_lines"
    assert Application.objects.count() == 1
    application = ask(cast, mentorship, new, price_lines=(FEE,))
    assert application.state == "GRANTED"
    facts = Decision.objects.get(kind="CHANGE").rules_used["facts"]
    assert facts["mentor_kind"]["value"] == "EXTERNAL_CONSULTANT"
    assert Grant.objects.order_by("-id")[0].hourly_rate == 300


def test_a_mentor_without_qualifications_is_not_lawful(cast: Cast) -> None:
    mentorship = under_way(cast)
    with pytest.raises(Refused, match="kvalifikationer"):
        ask(cast, mentorship, mona(cast, qualifications=""))
    assert Grant.objects.get().mentor is None


def test_outside_the_frame_the_requester_does_not_decide(cast: Cast) -> None:
    mentorship = under_way(cast)
    application = outside(cast, mentorship)
    mentorship.refresh_from_db()
    assert mentorship.mentor == cast.mentor
    with pytest.raises((Refused, NotAllowed)):
        approve(application, cast.anna)
    approve(application, cast.eva)
    mentorship.refresh_from_db()
    assert mentorship.mentor == application.mentor


def test_a_refusal_leaves_the_mentor(cast: Cast) -> None:
    mentorship = under_way(cast)
    application = outside(cast, mentorship)
    decide.refuse(
        application=application, version=1, reasons="Samarbejdet skal have en chance.", hearing="Hørt.",
        by=cast.eva, at=LATER_AT, on=LATER,
    )  # fmt: skip
    mentorship.refresh_from_db()
    assert mentorship.mentor == cast.mentor
    assert Grant.objects.get().mentor is None
    assert Agreement.objects.count() == 1
    assert "mentorship.mentor_changed" not in cases.actions()
    letter = Decision.objects.get(kind="REFUSAL").letter
    assert letter
    assert "afslået at give dig en anden mentor" in words_of(bytes(letter.content))


def test_nobody_stops_being_mentor_on_a_day_that_has_passed(cast: Cast) -> None:
    mentorship = under_way(cast)
    application = outside(cast, mentorship)
    with pytest.raises(Refused, match="den dag er gået"):
        approve(application, cast.eva, on=date(2027, 1, 19))
    application.refresh_from_db()
    mentorship.refresh_from_db()
    assert (application.state, mentorship.mentor) == ("PENDING", cast.mentor)
    assert Decision.objects.count() == 1


def test_a_mentor_who_left_the_register_meanwhile_does_not_come(cast: Cast) -> None:
    application = outside(cast, under_way(cast))
    Mentor.objects.filter(name="Mona Munk").update(is_active=False)
    application.refresh_from_db()
    with pytest.raises(Refused, match="kan ikke få nye forløb"):
        approve(Application.objects.get(pk=application.pk), cast.eva)
    assert Decision.objects.count() == 1


# Refusals leave nothing


@pytest.mark.parametrize(
    ("who", "changes", "field", "sentence"),
    [
        ("carla", {}, "mentor", "Carla Clausen er allerede mentor"),
        ("inactive", {}, "mentor", "kan ikke få nye forløb"),
        ("mona", {"reason": " "}, "reason", "hvorfor borgeren skal have en anden mentor"),
        ("mona", {"starts_on": date(2027, 1, 10)}, "starts_on", "tidligst fra i dag"),
        ("mona", {"starts_on": None}, "starts_on", "hvornår ændringen begynder"),
    ],
)
def test_what_is_refused_leaves_nothing(
    cast: Cast, who: str, changes: dict[str, Any], field: str, sentence: str
) -> None:
    mentorship = under_way(cast)
    before = cases.actions()
    mentor = cast.mentor if who == "carla" else mona(cast, is_active=who != "inactive")
    with pytest.raises(Refused, match=sentence) as refusal:
        ask(cast, mentorship, mentor, **changes)
    assert refusal.value.field == field
    mentorship.refresh_from_db()
    assert mentorship.mentor == cast.mentor
    assert Application.objects.count() == Grant.objects.count() == Agreement.objects.count() == 1
    assert cases.actions() == before


def test_a_mentor_elsewhere_does_not_exist(cast: Cast) -> None:
    mentorship = under_way(cast)
    foreign = Mentor(municipality=cast.other_municipality, name="Fjern", kind=MentorKind.VOLUNTEER, pk=999)
    with pytest.raises(Mentor.DoesNotExist):
        ask(cast, mentorship, foreign)


# Prices follow


def test_prices_follow_the_new_mentor() -> None:
    wage, course = cases.WAGE, PriceLine(PriceLineKind.TRAINING, "Kursus", Decimal(2000), Basis.FIXED)
    lines = (wage, course)
    assert prices_of_new_mentor(lines, MentorKind.COMPANY_EMPLOYEE, None) == lines
    assert prices_of_new_mentor(lines, MentorKind.VOLUNTEER, None) == (course,)
    assert prices_of_new_mentor(lines, MentorKind.VOLUNTEER, Decimal(90)) == (course,)
    assert prices_of_new_mentor(lines, MentorKind.PRIVATE_PROVIDER, Decimal(300)) == (FEE, course)
    raised = PriceLine(PriceLineKind.WAGE, "", Decimal(260))
    assert prices_of_new_mentor((FEE,), MentorKind.SCHOOL_EMPLOYEE, Decimal(260)) == (raised,)


# The page


@pytest.fixture
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER_AT)


def typed(**more: str) -> dict[str, str]:
    return {
        "starts_on": "18.01.2027",
        "ends_on": "08.02.2027",
        "weeks_1": "3",
        "hours_1": "3",
        "hours_reason": "Som hidtil.",
        "price_0": "250",
        "reason": "David og Carla passer ikke sammen.",
        "mentor": "",
        "new_price": "",
        "idempotency_key": str(uuid4()),
        **more,
    }


@pytest.mark.usefixtures("_later")
def test_the_form_changes_the_mentor_with_the_price(cast: Cast, signed_in: SignedIn) -> None:
    mentorship, new = under_way(cast), consultant(cast)
    client = signed_in(cast.anna)
    address = reverse("grants:change", args=[mentorship.public_id])
    page = client.get(address).content.decode()
    assert "Carla Clausen er bevilget som mentor." in page
    assert str(new.public_id) in page
    assert str(cast.mentor.public_id) not in page
    lacking = client.post(address, typed(mentor=str(new.public_id)))
    assert lacking.status_code == 422
    assert "En ekstern mentor får honorar og ikke løn." in lacking.content.decode()
    sent = client.post(address, typed(mentor=str(new.public_id), new_price="300"))
    assert sent.status_code == 302
    granted = Grant.objects.order_by("-id")[0]
    assert (granted.mentor, granted.hourly_rate) == (new, 300)
    case = client.get(reverse("web:case", args=[mentorship.public_id])).content.decode()
    for sentence in ("Mentor fra 18. jan. 2027", "Mentor til og med 17. jan. 2027", "Mentor Mona Munk"):
        assert sentence in case
    assert "Forløbet har fået en ny mentor." in case
    assert "mentor Carla Clausen</span>" in case, "She still is, until the day."


@pytest.mark.usefixtures("_later")
@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"new_price": "300"}, "Vælg den nye mentor, prisen gælder for."),
        ({"mentor": "noget"}, "Vælg en fra listen."),
        ({"mentor": "00000000-0000-4000-8000-000000000000"}, "Vælg en fra listen."),
    ],
)
def test_what_the_form_cannot_read_is_said_and_kept(
    cast: Cast, signed_in: SignedIn, more: dict[str, str], sentence: str
) -> None:
    mentorship = under_way(cast)
    address = reverse("grants:change", args=[mentorship.public_id])
    answer = signed_in(cast.anna).post(address, typed(**more))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert "David og Carla passer ikke sammen." in page
    assert Grant.objects.count() == 1


@pytest.mark.usefixtures("_later")
def test_who_decides_sees_who_comes(cast: Cast, signed_in: SignedIn) -> None:
    application = outside(cast, under_way(cast))
    address = reverse("grants:application", args=[application.public_id])
    page = signed_in(cast.eva).get(address).content.decode()
    assert "Mona Munk, medarbejder i virksomhed" in page
    assert "Den nye mentors kvalifikationer" in page


@pytest.mark.usefixtures("_later")
def test_the_citizens_wish_leads_to_the_change(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = under_way(cast)
    case_services.send_citizen_message(
        mentorship=mentorship, kind=CitizenMessage.Kind.DECLINE_MENTOR, text="", by=cast.david, at=LATER_AT
    )
    change = reverse("grants:change", args=[mentorship.public_id])
    client = signed_in(cast.anna)
    assert (
        f'href="{change}">Skift mentor'
        in client.get(reverse("web:case", args=[mentorship.public_id])).content.decode()
    )
    [row] = [
        each
        for each in case_selectors.needs_attention(cast.anna, LATER)
        if each.kind == "message_decline_mentor"
    ]
    assert ("Skift mentor", change) in [(str(act.label), act.url) for act in row.acts]


def test_the_grant_of_a_day_belongs_to_one_mentor(cast: Cast) -> None:
    """Days as mentor, told from the grants: none where there has been one mentor only."""
    mentorship = under_way(cast)
    assert selectors.days_as_mentor(cast.carla, [mentorship]) == {}
    ask(cast, mentorship, mona(cast))
    days = selectors.days_as_mentor(cast.carla, [mentorship])[mentorship.pk]
    assert (days.start, days.last_day) == (cases.STARTS, date(2027, 1, 17))
