"""Pay records a member of staff may see, and what they make an hour cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.law.codes import MentorKind
from brobygger.law.parameters import MissingParameter
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.selectors import municipality_of
from brobygger.organisations.models import Organisation
from brobygger.payment.pay_evidence import PayBasis
from brobygger.payment.wage_cost import HourlyCost, hourly_cost
from brobygger.payments.evidence.models import PayRecord
from brobygger.payments.evidence.reading import evidence_of

OF_A_FEE = frozenset({PayBasis.CONSULTANT_FEE, PayBasis.PROVIDER_CONTRACT})
_PAID_KINDS = [kind.value for kind in MentorKind if kind.is_paid and kind is not MentorKind.PRISON_PROBATION]


def visible_to(user: User) -> QuerySet[PayRecord]:
    """The municipality's records that count, without the papers themselves, for those who see money."""
    found = PayRecord.objects.filter(municipality_id=municipality_of(user), replaced_at=None).defer("paper")
    return found if user.kind == "staff" and user.may(Permission.SEE_MONEY) else found.none()


def listed(user: User, *, text: str = "", on: date, only: str = "") -> QuerySet[PayRecord]:
    """By company and group. ``only`` is "" for those that count on the day or later, or "all"."""
    found = visible_to(user).select_related("organisation")
    if only != "all":
        found = found.filter(Q(valid_before=None) | Q(valid_before__gt=on))
    if text := text.strip():
        found = found.filter(
            Q(organisation__name__icontains=text)
            | Q(organisation__cvr=text.replace(" ", ""))
            | Q(staff_group__icontains=text)
        )
    return found.order_by("organisation__name", "organisation_id", "staff_group", "-valid_from")


def of_group(user: User, organisation: Organisation, group: str) -> QuerySet[PayRecord]:
    """All records of a group that count, oldest first; the name of the group is read without regard to case."""
    found = visible_to(user).filter(organisation=organisation, staff_group__iexact=group.strip())
    return found.order_by("valid_from")


def groups_of(user: User, organisation: Organisation) -> list[str]:
    found = visible_to(user).filter(organisation=organisation).order_by("staff_group")
    return list(dict.fromkeys(found.values_list("staff_group", flat=True)))


def cost_of(record: PayRecord, on: date) -> HourlyCost | None:
    """The hour as the paper makes it on a day of its own; None where the holiday rates of the day were not read."""
    day = max(on, record.valid_from)
    if record.valid_before is not None and day >= record.valid_before:
        day = record.valid_from
    try:
        return hourly_cost(evidence_of(record), on=day)
    except MissingParameter:
        return None


def counting_on(
    user: User, organisations: Sequence[Organisation | None], on: date, *, is_fee: bool | None
) -> list[PayRecord]:
    """The records that count on a day for these companies; ``is_fee`` None takes wages and fees alike."""
    known = [each.pk for each in organisations if each is not None]
    if not known:
        return []
    found = visible_to(user).filter(organisation__in=known, valid_from__lte=on)
    found = found.filter(Q(valid_before=None) | Q(valid_before__gt=on))
    if is_fee is not None:
        fees = [basis.value for basis in OF_A_FEE]
        found = found.filter(basis__in=fees) if is_fee else found.exclude(basis__in=fees)
    return list(found.select_related("organisation").order_by("organisation__name", "staff_group"))


@dataclass(frozen=True)
class Lacking:
    """A company whose mentors are paid in mentorships under way, and that has shown no paper for the day."""

    organisation: Organisation
    mentorships: int


def without_record(user: User, on: date, *, most: int = 20) -> list[Lacking]:
    """Whom to ask for a paper, those with most mentorships first. One query."""
    covered = (
        visible_to(user)
        .filter(organisation_id=OuterRef("pk"), valid_from__lte=on)
        .filter(Q(valid_before=None) | Q(valid_before__gt=on))
    )
    under_way = Q(mentors__mentorships__status__in=mentorships.OPEN, mentors__kind__in=_PAID_KINDS)
    found = (
        Organisation.objects.filter(municipality_id=municipality_of(user))
        .filter(~Exists(covered))
        .annotate(under_way=Count("mentors__mentorships", filter=under_way, distinct=True))
        .filter(under_way__gt=0)
        .order_by("-under_way", "name")[:most]
    )
    return [Lacking(each, each.under_way) for each in found]


def mentorships_at(user: User, organisation: Organisation) -> int:
    """How many mentorships under way have a mentor from the company: one paper counts for them all."""
    found = mentorships.visible_to(user).filter(
        mentor__organisation=organisation, status__in=mentorships.OPEN
    )
    return found.count()
