"""Signs and thresholds as a user of the municipality sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.controls.risks.models import RiskSetting, RiskSign
from brobygger.hours.models import Confirmation, Contact
from brobygger.mentorships.models import Mentorship
from brobygger.payments.models import Invoice
from brobygger.review.signs import Limits

_ORDER = Case(
    When(state=RiskSign.State.LOOKING, then=Value(0)),
    When(state=RiskSign.State.OPEN, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def visible_to(user: User) -> QuerySet[RiskSign]:
    """The municipality's signs, for staff who see cases; nobody else sees any."""
    found = RiskSign.objects.filter(municipality_id=municipality_of(user))
    found = found if user.kind == "staff" and user.may(Permission.SEE_CASES) else found.none()
    return found.select_related(
        "mentor", "citizen", "mentorship__citizen", "mentorship__mentor", "handled_by"
    )


def listed(user: User, *, kind: str = "", state: str = "") -> QuerySet[RiskSign]:
    """Signs to look at first. ``state``: one of the states, "gone", or "" for those that are not explained."""
    found = visible_to(user).filter(kind=kind) if kind else visible_to(user)
    if state == "gone":
        found = found.exclude(gone_on=None)
    elif state:
        found = found.filter(gone_on=None, state=state)
    else:
        found = found.filter(gone_on=None).exclude(state=RiskSign.State.EXPLAINED)
    return found.annotate(place=_ORDER).order_by("place", "-first_seen_on", "kind", "pk")


def counts(user: User) -> dict[str, int]:
    """How many signs there are now, by state."""
    now = RiskSign.objects.filter(municipality_id=municipality_of(user), gone_on=None)
    return now.aggregate(
        **{state.value.lower(): Count("pk", filter=Q(state=state)) for state in RiskSign.State}
    )


def of_mentorship(mentorship: Mentorship, user: User) -> QuerySet[RiskSign]:
    """Signs that name the case and have not gone away."""
    return visible_to(user).filter(gone_on=None, cases__contains=[mentorship.pk])


def cases_of(user: User, keys: Collection[int]) -> dict[int, Mentorship]:
    """The cases by key, each with citizen and mentor."""
    found = Mentorship.objects.filter(municipality_id=municipality_of(user), pk__in=keys)
    return {case.pk: case for case in found.select_related("citizen", "mentor")}


def contacts_of(user: User, keys: Collection[int]) -> dict[int, Contact]:
    """The contacts by key, each with what was answered and whose they are."""
    found = Contact.objects.filter(municipality_id=municipality_of(user), pk__in=keys)
    related = found.select_related("mentorship__organisation", "citizen", "mentor")
    return {contact.pk: contact for contact in related.prefetch_related("confirmations")}


def invoices_of(user: User, keys: Collection[int]) -> dict[int, Invoice]:
    found = Invoice.objects.filter(municipality_id=municipality_of(user), pk__in=keys)
    return {invoice.pk: invoice for invoice in found.defer("content")}


def first_answer(contact: Contact) -> Confirmation | None:
    """What the citizen said first; from what has been fetched already."""
    answers = sorted(contact.confirmations.all(), key=lambda each: each.pk)
    return answers[0] if answers else None


def settings_of(municipality_id: int) -> QuerySet[RiskSetting]:
    """The municipality's own thresholds, the latest first."""
    found = RiskSetting.objects.filter(municipality_id=municipality_id)
    return found.select_related("recorded_by").order_by("name", "-valid_from")


def limits_on(municipality_id: int, on: date) -> Limits:
    """The thresholds on a day: the municipality's own where it has set one, else the product's."""
    return Limits().with_own({row.name: row.value for row in in_force(settings_of(municipality_id), on)})


def in_force(rows: Iterable[RiskSetting], on: date) -> list[RiskSetting]:
    """Of rows with the latest first, the one of each name that holds on the day."""
    found: dict[str, RiskSetting] = {}
    for row in rows:
        if row.valid_from <= on:
            found.setdefault(row.name, row)
    return list(found.values())
