"""Reminders the day before, by SMS or e-mail and without anything personal; each of a time once, and none for those
who want none."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from brobygger.accounts.models import Municipality, User
from brobygger.accounts.selectors import municipality_of
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit import services as audit
from brobygger.meetings import selectors
from brobygger.meetings.models import Meeting, NoReminders
from brobygger.meetings.services.telling import address_of
from brobygger.notices import services as notices
from brobygger.ui.formats import danish_clock, isolated_times, reader_weekday
from brobygger.values.moment import COPENHAGEN, danish_day, day_start
from brobygger.values.period import ONE_DAY

DAY_BEGINS, DAY_ENDS = 9, 20
"""Nobody's telephone rings for this outside these hours, by the Danish clock."""
LIFETIME_SECONDS = 300


def remind_next(*, at: datetime) -> int:
    """The worker's duty: tomorrow's meetings of one municipality, by day only. Returns how many messages were sent."""
    if not DAY_BEGINS <= at.astimezone(COPENHAGEN).hour < DAY_ENDS:
        return 0
    after, before = _tomorrow(at)
    waiting = selectors.municipality_to_remind(after=after, before=before)
    return remind(municipality=waiting, at=at) if waiting else 0


def remind(*, municipality: Municipality, at: datetime) -> int:
    """Reminds of the meetings of the next Danish day; returns how many messages were queued. A named job."""
    after, before = _tomorrow(at)
    sent = 0
    with acting(system_actor(municipality.pk), lifetime=LIFETIME_SECONDS):
        job = audit.NamedJob(_("Påmindelser om møder"), municipality.pk)
        for meeting in selectors.to_remind(municipality, after=after, before=before):
            still = Meeting.objects.filter(
                pk=meeting.pk, state=Meeting.State.PLANNED, starts_at=meeting.starts_at
            )
            if still.update(reminded_for=F("starts_at")):
                count = sum(_remind(meeting, party, at) for party in selectors.parties_of(meeting))
                audit.record("meeting.reminded", by=job, subject=meeting.mentorship, messages=count)
                sent += count
    return sent


@transaction.atomic
def set_reminders(*, wanted: bool, by: User, at: datetime) -> None:
    """The user's own choice: reminders or none."""
    column, person = selectors.own_key(by)
    row, made = NoReminders.objects.get_or_create(
        municipality_id=municipality_of(by),
        **{column: person},
        defaults={"is_off": not wanted, "changed_at": at},
    )
    if not made:
        row.is_off, row.changed_at = not wanted, at
        row.save(update_fields=["is_off", "changed_at"])
    audit.record("meetings.reminders_chosen", by=by, subject=by, wanted=wanted)


def _tomorrow(at: datetime) -> tuple[datetime, datetime]:
    day = danish_day(at) + ONE_DAY
    return day_start(day), day_start(day + ONE_DAY)


def _remind(meeting: Meeting, party: selectors.Party, at: datetime) -> bool:
    """Whether a message was queued. The row decides: the same party is never reminded twice of the same time."""
    if not (party.phone or party.email) or not selectors.wants_reminders(meeting.municipality_id, party.key):
        return False
    channel = notices.Channel.SMS if party.phone else notices.Channel.EMAIL
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into meetings_reminder (municipality_id, meeting_id, party, starts_at, sent_at, channel)"
            " values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
            [meeting.municipality_id, meeting.pk, party.kind, meeting.starts_at, at, channel],
        )
        if not cursor.rowcount:
            return False
    with translation.override(party.language):
        subject, body = _reminder(meeting)
    notices.queue(
        municipality_id=meeting.municipality_id,
        channel=channel,
        recipient=party.name,
        address=party.phone or party.email,
        subject=subject,
        body=body,
    )
    return True


def _reminder(meeting: Meeting) -> tuple[str, str]:
    """Subject and body in the language of the moment."""
    body = _(
        "Husk dit møde i morgen, %(day)s kl. %(clock)s. Læs mere, eller slå påmindelser fra: %(address)s"
    )
    return _("Påmindelse om møde"), body % {
        "day": reader_weekday(meeting.starts_at),
        "clock": isolated_times(danish_clock(meeting.starts_at)),
        "address": address_of(meeting),
    }
