"""Deciding once, by somebody else, with reasons, rules, letter and complaint guidance."""

from __future__ import annotations

from datetime import date

import pytest

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.grants.models import Application, Decision, Grant
from brobygger.grants.services import decide
from brobygger.mentorships.models import Document, JournalEntry, Mentorship, Status
from tests.cast import Cast
from tests.grants import cases

TEXTS = {"reasons": "Støtten er afgørende.", "hearing": "", "at": cases.AT, "on": cases.ON}


def test_approval_makes_decision_grant_letter_journal_and_messages(cast: Cast) -> None:
    application = cases.pending(cast)
    decision = decide.approve(application=application, version=1, by=cast.eva, **TEXTS)

    assert decision.complaint_last_day == date(2026, 12, 21)
    assert decision.complaint_last_day.weekday() == decision.decided_on.weekday()
    assert {each["rule_id"] for each in decision.rules_used["findings"]} >= {"A04", "B01", "B09", "C05"}
    assert Grant.objects.get().decision == decision
    assert Mentorship.objects.get().status == Status.GRANTED
    assert bytes(Document.objects.get(kind="LETTER").content).startswith(b"%PDF-")
    assert JournalEntry.objects.get().subject == "Afgørelse: du får mentorstøtte"
    assert "decision.grant" in cases.actions()

    sent = cases.messages()
    post = next(each for each in sent if each[0] == "DIGITAL_POST")
    assert post[1] == str(cast.citizen.public_id)
    assert post[4] == decision.letter_id
    mail = next(each for each in sent if each[1] == cast.anna.email)
    assert "David" not in mail[2] + mail[3]


def test_no_message_outside_digital_post_names_the_citizen(cast: Cast) -> None:
    cases.granted(cast)
    open_messages = [each for each in cases.messages() if each[0] in ("EMAIL", "SMS")]
    assert len(open_messages) == 3
    assert not [each for each in open_messages if "David" in "".join(map(str, each[2:4]))]


def test_who_is_exempt_from_digital_post_gets_paper(cast: Cast) -> None:
    cast.citizen.is_exempt_from_digital_post = True
    cast.citizen.save()
    cases.granted(cast)
    channels = [each[0] for each in cases.messages() if each[4]]
    assert channels == ["PAPER"]


def test_the_requester_never_approves(cast: Cast) -> None:
    cast.anna.roles = ["JOB_CONSULTANT", "TEAM_LEADER"]
    cast.anna.save()
    application = cases.pending(cast)
    with pytest.raises(Refused, match="Du har selv indstillet"):
        decide.approve(application=application, version=1, by=cast.anna, **TEXTS)
    assert Application.objects.get().state == "PENDING"


@pytest.mark.parametrize("who", ["freja", "klara", "finn", "carla", "david"])
def test_only_the_role_of_the_route_decides(cast: Cast, who: str) -> None:
    application = cases.pending(cast)
    with pytest.raises(NotAllowed):
        decide.approve(application=application, version=1, by=getattr(cast, who), **TEXTS)
    assert not Decision.objects.exists()


def test_another_municipality_finds_nothing_to_decide(cast: Cast) -> None:
    application = cases.pending(cast)
    with pytest.raises(Application.DoesNotExist):
        decide.approve(application=application, version=1, by=cast.bo, **TEXTS)


def test_the_second_approver_is_told(cast: Cast) -> None:
    application = cases.pending(cast)
    decide.approve(application=application, version=1, by=cast.eva, **TEXTS)
    with pytest.raises(Conflict, match="En anden var først"):
        decide.approve(application=application, version=1, by=cast.eva, **TEXTS)
    assert Decision.objects.count() == Grant.objects.count() == 1


def test_an_application_that_has_changed_since_it_was_shown_is_not_decided(cast: Cast) -> None:
    application = cases.pending(cast)
    with pytest.raises(Conflict):
        decide.approve(application=application, version=2, by=cast.eva, **TEXTS)
    assert not Decision.objects.exists()


def test_the_law_is_asked_again_on_the_day_of_decision(cast: Cast) -> None:
    application = cases.pending(cast)
    cast.mentor.qualifications = ""
    cast.mentor.save()
    application = Application.objects.get(pk=application.pk)
    before = cases.actions()
    with pytest.raises(Refused) as caught:
        decide.approve(application=application, version=1, by=cast.eva, **TEXTS)
    assert caught.value.field == "qualifications"
    assert Application.objects.get().state == "PENDING"
    assert cases.actions() == before
    assert not Document.objects.exists()


def test_an_agreement_that_could_never_start_stops_the_grant(cast: Cast) -> None:
    cast.mentor.email = cast.mentor.phone = ""
    cast.mentor.save()
    cases.set_frame(cast)
    with pytest.raises(Refused, match="mentorens kontaktoplysninger"):
        cases.submit(cast)
    assert not Mentorship.objects.exists()


def test_a_refusal_needs_reasons_and_a_hearing(cast: Cast) -> None:
    application = cases.pending(cast)
    for reasons, hearing, field in (("", "Hørt.", "reasons"), ("Fordi.", " ", "hearing")):
        with pytest.raises(Refused) as caught:
            decide.refuse(
                application=application,
                version=1,
                reasons=reasons,
                hearing=hearing,
                by=cast.eva,
                at=cases.AT,
                on=cases.ON,
            )
        assert caught.value.field == field
    assert not Decision.objects.exists()


def test_a_refusal_is_a_decision_with_letter(cast: Cast) -> None:
    application = cases.pending(cast)
    decision = decide.refuse(
        application=application,
        version=1,
        reasons="Bageriet kan selv give støtten.",
        hearing="David er uenig.",
        by=cast.eva,
        at=cases.AT,
        on=cases.ON,
    )
    assert decision.kind == "REFUSAL"
    assert Mentorship.objects.get().status == Status.REFUSED
    assert not Grant.objects.exists()
    assert "decision.refusal" in cases.actions()


def test_without_own_reasons_those_of_the_case_are_used(cast: Cast) -> None:
    application = cases.pending(cast)
    decision = decide.approve(application=application, version=1, by=cast.eva, **{**TEXTS, "reasons": ""})
    assert decision.reasons.startswith("Støtten er nødvendig for at fastholde praktikken.")
