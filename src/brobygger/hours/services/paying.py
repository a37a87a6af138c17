"""What payments notes on a contact."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict
from brobygger.hours.models import Contact
from brobygger.hours.states import PAYABLE


def mark_paid(*, contact: Contact, minutes: int) -> None:
    """Notes ``minutes`` more as paid, in the caller's transaction, which records the event of the payment.

    Raises Conflict when the contact is not confirmed or settled, or has fewer unpaid minutes left; ValueError for
    a number of minutes below 1.
    """
    if minutes < 1:
        raise ValueError("Only whole minutes above zero are paid.")
    rows = Contact.objects.filter(pk=contact.pk, state__in=PAYABLE, paid_minutes__lte=F("minutes") - minutes)
    if not rows.update(paid_minutes=F("paid_minutes") + minutes):
        raise Conflict(_("En anden var først. Timerne er allerede betalt eller ikke længere bekræftet."))
    contact.refresh_from_db(fields=["paid_minutes"])
