"""Mentor and company are asked for a follow-up and answer: signed in, or the company by one-time link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts import services as links
from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import OneTimeLink, User
from brobygger.accounts.permissions import NotAllowed, Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.audit import services as audit
from brobygger.followups.concerns.services import raise_concern
from brobygger.followups.hearings import selectors
from brobygger.followups.models import FollowUp, Hearing
from brobygger.mentorships.models import Mentorship
from brobygger.notices import services as notices
from brobygger.people import reading
from brobygger.ui.formats import danish_date

PURPOSE = OneTimeLink.Purpose.HEAR_COMPANY
Party, Going, Strength = Hearing.Party, Hearing.Going, Hearing.Strength
_ACTOR_OF = {Party.MENTOR: "mentor", Party.COMPANY: "company"}


@dataclass(frozen=True)
class Said:
    """What the party says: how it goes, whether the hours fit ("" for no opinion), and own words."""

    going: str
    hours_fit: str = ""
    text: str = ""


# Opening and closing, as part of the plan


def open_for(*, mentorship: Mentorship, follow_ups: Iterable[FollowUp]) -> list[Hearing]:
    """A hearing for each follow-up that hears mentor or company, where there is one to hear."""
    rows = [_hearing(mentorship, each) for each in follow_ups]
    return Hearing.objects.bulk_create([row for row in rows if row])


def _hearing(mentorship: Mentorship, follow_up: FollowUp) -> Hearing | None:
    if follow_up.kind == FollowUp.Kind.MENTOR and mentorship.mentor_id:
        person: dict[str, Any] = {"party": Party.MENTOR, "mentor_id": mentorship.mentor_id}
    elif follow_up.kind == FollowUp.Kind.COMPANY and mentorship.organisation_id:
        person = {"party": Party.COMPANY, "organisation_id": mentorship.organisation_id}
    else:
        return None
    return Hearing(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        follow_up=follow_up,
        due_on=follow_up.planned_for,
        **person,
    )


def close(*, follow_ups: Iterable[FollowUp], at: datetime) -> None:
    """Nothing more is asked, and the links die."""
    hearings = selectors.open_of(follow_ups)
    for key in list(hearings.filter(asked_at__isnull=False).values_list("pk", flat=True)):
        links.cancel_links(purpose=PURPOSE, subject_id=key, at=at)
    hearings.update(closed_at=at)


def move(*, follow_up: FollowUp) -> None:
    """The follow-up has another day; so has what is asked for it."""
    selectors.open_of([follow_up]).update(due_on=follow_up.planned_for)


# Asking the company


@transaction.atomic
def ask_company(*, hearing: Hearing, by: User, at: datetime) -> None:
    """Writes to the company's contact with a one-time link; a former link dies. Nothing of the case stands in it.

    Raises Refused where nothing reaches the company, Conflict where it has answered, and NotAllowed.
    """
    require(by, Permission.FOLLOW_UP)
    place = hearing.organisation
    if place is None or not (place.contact_email or place.contact_phone):
        raise Refused(
            _("Virksomheden har hverken e-mail eller telefon."),
            remedy=_("Skriv den på virksomheden, eller ring, og registrér svaret selv."),
        )
    asked = Hearing.objects.filter(
        municipality_id=municipality_of(by), pk=hearing.pk, answered_at=None, closed_at=None
    ).update(asked_at=at)
    if not asked:
        raise Conflict(_("Virksomheden har allerede svaret, eller opfølgningen er gjort."))
    token = _fresh_link(hearing, place.contact_phone, place.contact_email, at)
    notices.queue(
        municipality_id=hearing.municipality_id,
        channel=notices.Channel.EMAIL if place.contact_email else notices.Channel.SMS,
        recipient=str(Party.COMPANY.label),
        address=place.contact_email or place.contact_phone,
        subject="Vi vil gerne høre fra jer",
        body=(
            "Kommunen vil gerne høre, hvordan det går med et forløb hos jer. Svar her: "
            f"{settings.PUBLIC_ADDRESS}{reverse('followups:hearing_link', args=[token])} Linket virker i "
            f"{links.LINK_LIFETIME.days} dage, og I får en kode, når I åbner det. Svar senest "
            f"{danish_date(hearing.due_on)}."
        ),
    )
    audit.record("hearing.asked", by=by, subject=hearing.mentorship, hearing=hearing.public_id)


def _fresh_link(hearing: Hearing, phone: str, email: str, at: datetime) -> str:
    links.cancel_links(purpose=PURPOSE, subject_id=hearing.pk, at=at)
    return links.issue_link(
        municipality=hearing.municipality,
        purpose=PURPOSE,
        actor_kind="company",
        person_id=hearing.organisation_id or 0,
        subject_id=hearing.pk,
        phone=phone,
        email=email,
        at=at,
    )


# Answering


@transaction.atomic
def answer(*, hearing: Hearing, said: Said, by: User, at: datetime) -> None:
    """Mentor or company, signed in. What goes badly is a concern as well and reaches the consultant at once.

    Raises Refused, Conflict where there is an answer already, and NotAllowed.
    """
    person = hearing.mentor_id if hearing.party == Party.MENTOR else hearing.organisation_id
    if (by.kind, by.person_id) != (_ACTOR_OF[Party(hearing.party)], person):
        raise NotAllowed(_("Kun den, der er spurgt, kan svare."))
    _keep(hearing, said, Strength.SIGNED_IN, by, at)


@transaction.atomic
def answer_by_link(*, link: OneTimeLink, said: Said, at: datetime) -> Hearing:
    """As ``answer``, by link and code; the link is spent. Raises Refused and Conflict."""
    hearing = selectors.of_link(link)
    _keep(hearing, said, Strength.LINK_AND_CODE, None, at)
    return hearing


def _keep(hearing: Hearing, said: Said, strength: Hearing.Strength, by: User | None, at: datetime) -> None:
    _require_sensible(said)
    kept = Hearing.objects.filter(pk=hearing.pk, answered_at=None, closed_at=None).update(
        going=said.going,
        hours_fit=said.hours_fit,
        text=said.text.strip(),
        answered_at=at,
        answered_by=by,
        strength=strength,
    )
    if not kept:
        raise Conflict(_("Der er allerede svaret."))
    links.cancel_links(purpose=PURPOSE, subject_id=hearing.pk, at=at)
    hearing.refresh_from_db()
    audit.record(
        "hearing.answered",
        by=by or by_link(hearing),
        subject=hearing.mentorship,
        hearing=hearing.public_id,
        party=hearing.party,
        going=said.going,
        strength=strength.value,
    )
    if said.going == Going.BADLY:
        raise_concern(mentorship=hearing.mentorship, by=by, who=hearing.party, text=said.text, at=at)


def by_link(hearing: Hearing) -> audit.NamedJob:
    """Who acts when nobody is signed in."""
    with reading.in_danish():
        name = _("%(party)s via link") % {"party": hearing.get_party_display()}
    return audit.NamedJob(name, hearing.municipality_id)


def note_opened(*, hearing: Hearing, by: User | None) -> None:
    """Records that mentor or company saw which citizen it is about."""
    audit.record(
        "citizen.seen",
        by=by or by_link(hearing),
        subject=hearing.mentorship.citizen,
        relation=hearing.party,
        purpose=_("Status på forløbet"),
    )


def _require_sensible(said: Said) -> None:
    if said.going not in Going.values:
        raise Refused(_("Vælg, hvordan det går."), field="going")
    if said.hours_fit not in ("", *FollowUp.HoursFit.values):
        raise Refused(_("Vælg, om timerne passer."), field="hours_fit")
    if said.going != Going.WELL and not said.text.strip():
        raise Refused(_("Skriv kort, hvad der ikke går, som det skal."), field="text")
