"""The cast's mentor, citizen and company, and small makers of more."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Role
from brobygger.law.codes import MentorKind
from brobygger.organisations.models import Organisation
from brobygger.people.models import Citizen, Mentor

if TYPE_CHECKING:
    from tests.cast import Cast


def new_identity() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval('mentor_identity')")
        return int(cursor.fetchone()[0])


def make_organisation(cast: Cast, **fields: Any) -> Organisation:
    return Organisation.objects.create(
        **{
            "municipality": cast.municipality,
            "name": "Nordhavn Bageri",
            "cvr": "12345674",
            "employees": 25,
            "contact_name": "Signe Storm",
            "contact_email": "signe@example.org",
            "contact_phone": "+4523456789",
            **fields,
        }
    )


def make_mentor(cast: Cast, **fields: Any) -> Mentor:
    return Mentor.objects.create(
        **{
            "municipality": cast.municipality,
            "identity": new_identity(),
            "kind": MentorKind.COMPANY_EMPLOYEE,
            "name": "Carla Clausen",
            "phone": "+4534567890",
            "email": "carla@example.org",
            "qualifications": "Ti års erfaring som bager og oplært tre elever.",
            **fields,
        }
    )


def make_citizen(cast: Cast, **fields: Any) -> Citizen:
    return Citizen.objects.create(
        **{
            "municipality": cast.municipality,
            "name": "David Dalsgaard",
            "birth_date": date(1994, 5, 2),
            "phone": "+4545678901",
            "email": "david@example.org",
            "target_group": "6.3",
            "consultant": cast.anna,
            "team": cast.team,
            **fields,
        }
    )


def add_outsiders(cast: Cast) -> None:
    """Carla the mentor, David the citizen and Signe of the company, each with a login."""
    company = make_organisation(cast)
    mentor, citizen = make_mentor(cast, organisation=company), make_citizen(cast)
    for key, name, role, person in (
        ("carla", mentor.name, Role.MENTOR, mentor.pk),
        ("david", citizen.name, Role.CITIZEN, citizen.pk),
        ("signe", "Signe Storm", Role.COMPANY, company.pk),
    ):
        cast.users[key] = User.objects.create(
            municipality=cast.municipality,
            username=key,
            name=name,
            roles=[role.value],
            person_id=person,
            password="!",
        )
    cast.__dict__.update(company=company, mentor=mentor, citizen=citizen)
