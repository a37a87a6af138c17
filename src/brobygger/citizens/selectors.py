"""What the citizen's page shows beyond the meetings, and whom to ask for answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connections
from django.db.models import QuerySet

from brobygger.accounts.models import Municipality, User
from brobygger.accounts.selectors import municipality_of
from brobygger.citizens import languages
from brobygger.citizens.languages import Language
from brobygger.citizens.models import ContactHours, HowItGoes, LanguageChoice
from brobygger.followups.models import Concern
from brobygger.hours.models import Contact
from brobygger.mentorships.models import CitizenMessage, Mentorship
from brobygger.people.models import Citizen
from brobygger.values.moment import day_start
from brobygger.values.opening_hours import OpeningHours
from brobygger.values.period import add_months

ASKED_BACK_MONTHS = 3
"""How far back a meeting without an answer is still asked about."""


def offered_languages(municipality_id: int) -> list[Language]:
    """The languages that the municipality's citizens can choose, Danish first."""
    said = dict(LanguageChoice.objects.filter(municipality_id=municipality_id).values_list("code", "is_on"))
    return [
        each
        for code, each in languages.languages().items()
        if each.is_ready and (code == languages.OWN or said.get(code, code in languages.ON_FROM_THE_START))
    ]


def citizen_of(user: User) -> Citizen:
    """The citizen the login belongs to. Raises Citizen.DoesNotExist."""
    return Citizen.objects.get(municipality_id=municipality_of(user), pk=user.person_id or 0)


def language_on_file(user: User) -> str:
    """The code of the citizen's language; "" where there is no such citizen."""
    found = Citizen.objects.filter(municipality_id=municipality_of(user), pk=user.person_id or 0)
    return found.values_list("language", flat=True).first() or ""


def contact_hours(cases: Iterable[Mentorship]) -> dict[int, OpeningHours]:
    """When the mentor of each mentorship can be reached, in one query."""
    cases = list(cases)
    rows = ContactHours.objects.filter(mentorship__in=cases)
    said = {row.mentorship_id: OpeningHours(frozenset(row.days), row.opens, row.closes) for row in rows}
    return {case.pk: said.get(case.pk, OpeningHours()) for case in cases}


def how_it_goes(user: User, since: datetime) -> QuerySet[HowItGoes]:
    """The citizen's own answers, or for staff those of the municipality, newest first."""
    found = HowItGoes.objects.filter(municipality_id=municipality_of(user), answered_at__gte=since)
    if user.kind != "staff":
        found = found.filter(citizen_id=user.person_id or 0) if user.kind == "citizen" else found.none()
    return found.order_by("-answered_at", "-pk")


def moods_of(mentorship: Mentorship) -> QuerySet[HowItGoes]:
    """What the citizen has answered in one mentorship, newest first."""
    found = HowItGoes.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.order_by("-answered_at", "-pk")


def own_messages(user: User, since: datetime) -> QuerySet[CitizenMessage]:
    """What the citizen has written to the municipality, with its answers, newest first."""
    found = CitizenMessage.objects.filter(
        municipality_id=municipality_of(user), citizen_id=user.person_id or 0
    )
    return found.filter(sent_at__gte=since).order_by("-sent_at", "-pk")


def own_concerns(user: User, since: datetime) -> QuerySet[Concern]:
    """What the citizen has asked for help with, with the answers."""
    found = Concern.objects.filter(municipality_id=municipality_of(user), citizen_id=user.person_id or 0)
    return found.filter(raised_at__gte=since)


def citizens_to_ask(municipality: Municipality, month: date) -> QuerySet[Citizen]:
    """Citizens with a telephone or an e-mail whose meetings before ``month`` lack an answer."""
    waiting = Contact.objects.filter(
        municipality_id=municipality.pk,
        state=Contact.State.REGISTERED,
        starts_at__gte=day_start(add_months(month, -ASKED_BACK_MONTHS)),
        starts_at__lt=day_start(month),
    )
    citizens = Citizen.objects.filter(municipality_id=municipality.pk, pk__in=waiting.values("citizen_id"))
    return citizens.exclude(phone="", email="").order_by("pk")


def municipality_to_ask(month: date) -> Municipality | None:
    """A municipality whose citizens have not been asked this month. Looks across the border, at no person."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select m.id from accounts_municipality m where not exists (select 1 from citizens_answerround r"
            " where r.municipality_id = m.id and r.month = %s) order by m.id limit 1",
            [month],
        )
        row = cursor.fetchone()
    return Municipality.objects.get(pk=row[0]) if row else None
