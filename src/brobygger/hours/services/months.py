"""The month handed in."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.grants import selectors as grants
from brobygger.hours import selectors
from brobygger.hours.models import MonthHandIn
from brobygger.mentorships.models import Mentorship
from brobygger.ui.formats import danish_date
from brobygger.values.moment import danish_day
from brobygger.values.period import Period


def hand_in_month(*, mentorship: Mentorship, month: date, by: User, at: datetime) -> MonthHandIn:
    """The mentor says that the own contacts of the month are all there; ``month`` is any day in it.

    Possible from the month's last day, or once the mentorship's or the mentor's last day has come. Raises
    NotAllowed, Refused, Conflict when it is handed in already, and Mentorship.DoesNotExist for somebody else's.
    """
    require(by, Permission.REGISTER_HOURS)
    if not grants.is_mentor_of(by, mentorship):
        raise Mentorship.DoesNotExist
    period = Period.of_month(month.year, month.month)
    own_days = grants.days_as_mentor(by, [mentorship]).get(mentorship.pk)
    opens = selectors.hand_in_opens(mentorship, period, own_days)
    if danish_day(at) < opens:
        raise Refused(_("Du kan aflevere måneden fra den %(day)s.") % {"day": danish_date(opens)})
    minutes = selectors.live_minutes(by, mentorship, period)
    try:
        with transaction.atomic():
            handed_in = MonthHandIn.objects.create(
                municipality_id=mentorship.municipality_id,
                mentorship=mentorship,
                mentor_id=by.person_id or 0,
                month=period.start,
                minutes=minutes,
                handed_in_at=at,
                handed_in_by=by,
            )
    except IntegrityError:
        raise Conflict(_("Måneden er allerede afleveret.")) from None
    audit.record("month.handed_in", by=by, subject=mentorship, month=period.start, minutes=minutes)
    return handed_in


def hand_in_all(*, month: date, by: User, at: datetime) -> list[MonthHandIn]:
    """Hands in the month of each of the mentor's mentorships that has contacts and lacks it: all or none.

    Raises NotAllowed, Refused, and Conflict when nothing is left to hand in.
    """
    require(by, Permission.REGISTER_HOURS)
    with transaction.atomic():
        waiting = selectors.lacking_hand_in(by, Period.of_month(month.year, month.month))
        if not waiting:
            raise Conflict(_("Måneden er allerede afleveret."))
        return [hand_in_month(mentorship=each, month=month, by=by, at=at) for each in waiting]
