"""A contact in words and as the fields of a form: for forms, presenters and the telephone alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship, Task
from brobygger.ui.formats import danish_clock, danish_weekday
from brobygger.values.moment import COPENHAGEN, elapsed_minutes


def label_of(case: Mentorship, cases: Sequence[Mentorship]) -> str:
    """The citizen's initials, with the case's number where two of them share initials."""
    initials = str(case.citizen.initials)
    twins = sum(other.citizen.initials == initials for other in cases)
    return f"{initials} ({case.code})" if twins > 1 else initials


def task_key(case: Mentorship, task: Task) -> str:
    """Names the mentorship too, so that a choice made for one citizen is never read as another's."""
    return f"{case.code}-{task.position}"


def when_in_words(contact: Contact) -> str:
    """ "mandag 23. november kl. 10.00–11.30 · Mødtes"."""
    times = f"{danish_clock(contact.starts_at)}–{danish_clock(contact.ends_at)}"
    return f"{danish_weekday(contact.starts_at)} kl. {times} · {_kind(contact)}"


def entry_as_initial(contact: Contact) -> dict[str, Any]:
    """The fields of a contact as it stands."""
    local = contact.starts_at.astimezone(COPENHAGEN)
    return {
        "mentorship": str(contact.mentorship.public_id),
        "day": local.date(),
        "clock": local.time(),
        "after_change": "AFTER" if local.fold else "BEFORE",
        "length": str(elapsed_minutes(contact.starts_at, contact.ends_at)),
        "kind": contact.kind,
        "task": task_key(contact.mentorship, contact.task) if contact.task else "",
        "note": contact.note,
        "done_by_whom": contact.done_by_whom,
    }


def _kind(contact: Contact) -> str:
    """The mentor's own word, told by somebody else."""
    if contact.kind == Contact.Kind.NO_SHOW_MENTOR:
        return _("Mentoren kom ikke")
    return str(contact.get_kind_display())
