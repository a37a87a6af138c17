"""The fixed cast: one person per role, and Bo in another municipality who must see nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg
from django.db import connections

from brobygger.accounts import tenancy
from brobygger.accounts.models import Municipality, Team, User
from brobygger.accounts.permissions import Role
from tests.factories import people


@dataclass
class Cast:
    """Anna is job consultant, Freja case worker, Eva leader, Klara coordinator, Finn clerk, Tove controller, Adam
    administrator, Carla mentor, David citizen, Signe the company's contact; Bo is job consultant elsewhere."""

    municipality: Municipality
    other_municipality: Municipality
    team: Team
    users: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["users"][name]
        except KeyError:
            raise AttributeError(name) from None


MUNICIPALITIES = [
    ("9901", "Brøndsted Kommune", "12345674", "5790000000012"),
    ("9902", "Fjernby Kommune", "", ""),
]

STAFF = {
    "anna": ("Anna Andersen", Role.JOB_CONSULTANT),
    "freja": ("Freja Frandsen", Role.CASE_WORKER),
    "eva": ("Eva Engberg", Role.TEAM_LEADER),
    "klara": ("Klara Krogh", Role.COORDINATOR),
    "finn": ("Finn Fisker", Role.FINANCE),
    "frida": ("Frida Fabricius", Role.FINANCE),
    "tove": ("Tove Thorsen", Role.CONTROLLER),
    "adam": ("Adam Abel", Role.ADMINISTRATOR),
}


def make_cast() -> Cast:
    """Makes everyone; leaves the database context of the own municipality set."""
    home, away = municipalities()
    tenancy.set_context(tenancy.system_actor(away.pk), lifetime=3600)
    bo = _user(away, None, "bo", "Bo Bech", Role.JOB_CONSULTANT)
    tenancy.set_context(tenancy.system_actor(home.pk), lifetime=3600)
    team = Team.objects.create(municipality=home, name="Team Ung")
    cast = Cast(home, away, team, {"bo": bo})
    for key, (name, role) in STAFF.items():
        cast.users[key] = _user(home, team, key, name, role)
    people.add_outsiders(cast)
    return cast


def municipalities() -> tuple[Municipality, Municipality]:
    """Both municipalities. The application's role cannot make one; the owner does, outside the test's transaction."""
    if Municipality.objects.filter(code__in=[code for code, *_ in MUNICIPALITIES]).count() < 2:
        owner = connections["owner"].get_connection_params()
        owner = {
            key: value
            for key, value in owner.items()
            if key not in {"cursor_factory", "context", "client_encoding", "prepare_threshold"}
        }
        with psycopg.connect(**owner, autocommit=True) as connection:
            for code, name, cvr, gln in MUNICIPALITIES:
                connection.execute(
                    "insert into accounts_municipality (code, name, cvr, gln, address, phone, email, is_demo)"
                    " values (%s, %s, %s, %s, '', '', '', true) on conflict do nothing",
                    [code, name, cvr, gln],
                )
    return Municipality.objects.get(code="9901"), Municipality.objects.get(code="9902")


def _user(
    municipality: Municipality,
    team: Team | None,
    key: str,
    name: str,
    role: Role,
    person_id: int | None = None,
) -> User:
    return User.objects.create(
        municipality=municipality,
        team=team,
        username=key,
        name=name,
        title=str(role.label),
        email=f"{key}@example.org",
        phone="+4512345678",
        roles=[role.value],
        person_id=person_id,
        password="!",
    )
