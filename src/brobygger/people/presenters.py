"""What the pages show of citizens and mentors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Role
from brobygger.people import selectors
from brobygger.people.models import Citizen, Mentor


@dataclass(frozen=True)
class CaseLine:
    """One mentorship on the page of a person."""

    code: str
    status: str
    label: str
    initials: str
    mentor: str
    ends: Any
    url: str


def cases_of(person: Citizen | Mentor) -> list[CaseLine]:
    """The person's mentorships, newest first. Mentorships live in a higher package; only columns are named."""
    rows = selectors.mentorships_of(person)
    return [
        CaseLine(
            code=row.code,
            status=row.status,
            label=str(row.get_status_display()),
            initials=row.citizen.initials,
            mentor=row.mentor.name if row.mentor else "",
            ends=row.last_day,
            url=reverse("web:case", args=[row.public_id]),
        )
        for row in rows
    ]


def mentor_facts(mentor: Mentor) -> list[tuple[str, Any]]:
    organisation = mentor.organisation
    return [
        (_("Art"), mentor.get_kind_display()),
        (_("Arbejdssted"), organisation.name if organisation else ""),
        (_("Kvalifikationer"), mentor.qualifications),
        (_("Sprog ud over dansk"), mentor.languages),
        (_("Telefon"), mentor.phone),
        (_("E-mail"), mentor.email),
    ]


def citizen_facts(citizen: Citizen) -> list[tuple[str, Any]]:
    yes, no = _("Ja"), _("Nej")
    return [
        (_("Telefon"), citizen.phone),
        (_("E-mail"), citizen.email),
        (_("Adresse"), _("Beskyttet") if citizen.has_protected_address else citizen.address),
        (_("Fritaget for Digital Post"), yes if citizen.is_exempt_from_digital_post else no),
        (_("Jobkonsulent"), citizen.consultant.name if citizen.consultant else ""),
    ]


def login_name(user: User, person: Citizen | Mentor) -> str:
    """The user name of the person's login, empty where there is none."""
    role = Role.MENTOR if isinstance(person, Mentor) else Role.CITIZEN
    login = selectors.login_of(user, person.pk, role.value)
    return login.username if login else ""
