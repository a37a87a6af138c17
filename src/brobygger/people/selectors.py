"""Citizens and mentors a user may see."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.people.models import Citizen, CprNumber, Mentor


def citizens_visible_to(user: User) -> QuerySet[Citizen]:
    """Staff who see cases: the municipality's citizens. A citizen: the own row. Others: those of their mentorships."""
    citizens = Citizen.objects.filter(municipality_id=municipality_of(user))
    if user.kind == "staff":
        return citizens if user.may(Permission.SEE_CASES) else citizens.none()
    if user.kind == "mentor":
        return citizens.filter(_of_mentor(user)).distinct()
    column = {"citizen": "pk", "company": "mentorships__organisation_id"}
    return citizens.filter(**{column[user.kind]: user.person_id}).distinct()


def _of_mentor(user: User) -> Q:
    """Now, or by a grant of other days. Both live in higher packages; only their columns are named."""
    return Q(mentorships__mentor_id=user.person_id) | Q(
        mentorships__grants__mentor_id=user.person_id, mentorships__grants__is_current=True
    )


def get_citizen(user: User, public_id: uuid.UUID) -> Citizen:
    """Raises Citizen.DoesNotExist."""
    return citizens_visible_to(user).get(public_id=public_id)


def citizens_named(user: User, text: str, *, limit: int = 8) -> list[Citizen]:
    """Citizens with every word of ``text`` in their name."""
    found = citizens_visible_to(user)
    for word in text.split():
        found = found.filter(name__icontains=word)
    return list(found.order_by("name", "pk")[:limit])


def handlers_of(citizen: Citizen) -> Iterable[tuple[int, int | None]]:
    """(consultant, team) of each of the citizen's mentorships."""
    return citizen.mentorships.values_list("consultant_id", "team_id")


def by_blind_index(user: User, index: bytes) -> Citizen | None:
    return (
        Citizen.objects.filter(municipality_id=municipality_of(user), cpr_numbers__blind_index=index)
        .select_related("consultant")
        .first()
    )


def cpr_row(citizen: Citizen) -> CprNumber | None:
    return CprNumber.objects.filter(municipality_id=citizen.municipality_id, citizen=citizen).first()


def visible_to(user: User) -> QuerySet[Mentor]:
    """Staff: the municipality's register. A mentor: the own row. Others: the mentors of their mentorships."""
    mentors = Mentor.objects.filter(municipality_id=municipality_of(user))
    if user.kind == "staff":
        return mentors
    if user.kind == "mentor":
        return mentors.filter(pk=user.person_id or 0)
    column = {"citizen": "citizen_id", "company": "organisation_id"}[user.kind]
    now = Q(**{f"mentorships__{column}": user.person_id})
    return mentors.filter(now | Q(**{f"grants__mentorship__{column}": user.person_id})).distinct()


mentors_visible_to = visible_to


def get_mentor(user: User, public_id: uuid.UUID) -> Mentor:
    """Raises Mentor.DoesNotExist."""
    return visible_to(user).get(public_id=public_id)


def register(user: User, *, text: str = "", kind: str = "", state: str = "active") -> QuerySet[Mentor]:
    """The register with each mentor's mentorships under way as ``under_way``, and ``free_from`` (see ``opening_of``).

    ``state``: "active", "inactive", "free" (active without a mentorship under way) or "all".
    """
    mentors = (
        visible_to(user).select_related("organisation").annotate(under_way=_load(), free_from=_free_from())
    )
    for word in text.split():
        mentors = mentors.filter(
            Q(name__icontains=word)
            | Q(organisation__name__icontains=word)
            | Q(qualifications__icontains=word)
            | Q(languages__icontains=word)
        )
    if kind:
        mentors = mentors.filter(kind=kind)
    if state in ("active", "free"):
        mentors = mentors.filter(is_active=True)
    elif state == "inactive":
        mentors = mentors.filter(is_active=False)
    if state == "free":
        mentors = mentors.filter(under_way=0)
    return mentors.order_by("name", "pk")


def _load() -> Any:
    """How many mentorships each mentor has under way. A question per mentor shown: pages show few of many."""
    mentorship = Mentor._meta.get_field("mentorships").related_model
    under_way = mentorship._default_manager.filter(
        municipality_id=OuterRef("municipality_id"), mentor_id=OuterRef("pk"), status="ACTIVE"
    )
    counted = under_way.order_by().values("mentor_id").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def _free_from() -> Any:
    """From when each mentor can take a new citizen, as said when a mentorship ended.

    What was said counts until the mentor is chosen for another. Both live in higher packages; only their columns are
    named.
    """
    opening = Mentor._meta.get_field("openings").related_model
    mentorship = Mentor._meta.get_field("mentorships").related_model
    newer = mentorship._default_manager.filter(
        municipality_id=OuterRef("municipality_id"),
        mentor_id=OuterRef("mentor_id"),
        created_at__gt=OuterRef("noted_at"),
    )
    said = opening._default_manager.filter(
        ~Exists(newer), municipality_id=OuterRef("municipality_id"), mentor_id=OuterRef("pk")
    )
    return Subquery(said.order_by("-noted_at", "-pk").values("free_from")[:1])


def opening_of(mentor: Mentor) -> date | None:
    """From when the mentor can take a new citizen; None where nobody has said, or one has come since."""
    row = Mentor.objects.filter(pk=mentor.pk).annotate(free_from=_free_from())
    found: date | None = row.values_list("free_from", flat=True).first()
    return found


def mentors_named(user: User, text: str, *, limit: int = 8) -> list[Mentor]:
    found = visible_to(user).select_related("organisation")
    for word in text.split():
        found = found.filter(name__icontains=word)
    return list(found.order_by(F("is_active").desc(), "name", "pk")[:limit])


def load_of(mentor: Mentor) -> int:
    """How many mentorships the mentor has under way."""
    return mentor.mentorships.filter(status="ACTIVE").count()


def identity_of_email(user: User, email: str) -> int | None:
    """The identity of a mentor of the municipality with this e-mail, if any."""
    mentors = Mentor.objects.filter(municipality_id=municipality_of(user), email__iexact=email)
    return mentors.order_by("pk").values_list("identity", flat=True).first()


def login_of(user: User, person_id: int, role: str) -> User | None:
    """The login of a mentor or citizen of the own municipality."""
    return User.objects.filter(
        municipality_id=municipality_of(user), person_id=person_id, roles__contains=[role]
    ).first()


def newest(user: User) -> Mentor | None:
    """The mentor added last."""
    return visible_to(user).order_by("-pk").first()


def mentorships_of(person: Citizen | Mentor) -> QuerySet[Any]:
    """The mentorships of a citizen or a mentor, newest first, also those a mentor has left.

    They live in a higher package: only columns are named.
    """
    found = person.mentorships.all()
    if isinstance(person, Mentor):
        left = person.grants.filter(is_current=True).values("mentorship_id")
        found = found.model.objects.filter(
            Q(mentor=person) | Q(pk__in=left), municipality_id=person.municipality_id
        )
    return found.select_related("citizen", "mentor").order_by("-starts_on", "-id")
