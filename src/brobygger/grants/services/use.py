"""Using a grant: minutes and kroner are taken by conditional updates, so that two at once never exceed it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.grants import selectors
from brobygger.grants.models import Grant
from brobygger.mentorships.models import Mentorship
from brobygger.ui.formats import kroner as in_kroner
from brobygger.values.duration import format_minutes

__all__ = ["book", "give_back", "grant_on", "pay", "take"]


def grant_on(mentorship: Mentorship, day: date) -> Grant | None:
    """The grant whose period holds the day and which all parties have agreed to; None when nothing may be used."""
    return selectors.grant_on(mentorship, day)


def take(*, grant: Grant, minutes: int) -> None:
    """Uses ``minutes`` whole minutes of the grant. Raises Refused with how much is left."""
    _require_not_negative(minutes)
    if (
        _row(grant)
        .filter(used_minutes__lte=F("minutes") - minutes)
        .update(used_minutes=F("used_minutes") + minutes)
    ):
        return
    grant.refresh_from_db(fields=["minutes", "used_minutes"])
    left = grant.minutes_left
    message = (
        _("Der er kun %(left)s tilbage af bevillingen.") if left else _("Alle timer i bevillingen er brugt.")
    )
    raise Refused(
        message % {"left": format_minutes(left)}, remedy=_("Ret timerne, eller bed kommunen om flere.")
    )


def give_back(*, grant: Grant, minutes: int) -> None:
    """Returns ``minutes`` that were taken. Raises Conflict when fewer are used."""
    _require_not_negative(minutes)
    if not _row(grant).filter(used_minutes__gte=minutes).update(used_minutes=F("used_minutes") - minutes):
        raise Conflict(_("Timerne er allerede givet tilbage. Hent siden igen."))


def pay(*, grant: Grant, kroner: Decimal) -> None:
    """Pays kroner of the grant; a negative amount is a credit. Raises Refused with what is left, or was paid."""
    paid = F("paid_kroner") + kroner
    fits = _row(grant).filter(paid_kroner__lte=F("kroner") - kroner, paid_kroner__gte=-kroner)
    if fits.update(paid_kroner=paid):
        return
    grant.refresh_from_db(fields=["kroner", "paid_kroner"])
    if kroner < 0:
        raise Refused(
            _("Der er kun betalt %(paid)s af bevillingen.") % {"paid": in_kroner(grant.paid_kroner)}
        )
    raise Refused(
        _("Der er kun %(left)s tilbage af bevillingen.")
        % {"left": in_kroner(grant.kroner - grant.paid_kroner)}
    )


def book(*, grant: Grant, account: str) -> None:
    """Writes the account that a grant is booked on, where none was known when it was given."""
    if account:
        _row(grant).filter(account="").update(account=account)


def _row(grant: Grant) -> QuerySet[Grant]:
    return Grant.objects.filter(municipality_id=grant.municipality_id, pk=grant.pk)


def _require_not_negative(minutes: int) -> None:
    if minutes < 0:
        raise ValueError("Minutes to take or give back are not negative.")
