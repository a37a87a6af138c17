"""Puts the case page together from each app's own section, in a fixed order, with what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.audit.models import Event
from brobygger.citizens import presenters as citizens
from brobygger.controls import presenters as controls
from brobygger.followups import presenters as followups
from brobygger.followups import selectors as followup_selectors
from brobygger.followups.models import FollowUp
from brobygger.grants import presenters as grants
from brobygger.grants import selectors as grant_selectors
from brobygger.hours import presenters as hours
from brobygger.meetings import presenters as meetings
from brobygger.mentorships import presenters as mentorships
from brobygger.mentorships import selectors
from brobygger.mentorships.models import Mentorship, Status
from brobygger.payments import presenters as payments
from brobygger.registers import presenters as registers
from brobygger.toolbox import presenters as toolbox
from brobygger.ui.formats import danish_date
from brobygger.web import case_words

HISTORY_ROWS = 100
ENDS_SOON = timedelta(days=selectors.ENDS_SOON_DAYS)


@dataclass(frozen=True)
class Section:
    """One part of the page. ``attention`` opens it and puts a dot in the index."""

    key: str
    title: str
    template: str
    content: dict[str, Any]
    attention: bool = False
    open: bool = False
    note: str = ""

    @property
    def is_open(self) -> bool:
        return self.open or self.attention

    @property
    def tone(self) -> str:
        return "attention" if self.attention else ""


@dataclass(frozen=True)
class NextAct:
    """What the heading says to do now; without an address it is a sentence only."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class HistoryRow:
    event: Event
    sentence: str


def sections(mentorship: Mentorship, user: User, today: date) -> list[Section]:
    """The parts in the order they are read. Those that the user has no business in are left out."""
    own = mentorships.case_section(mentorship, user, today)
    found = [
        Section("aftalt", _("Det er aftalt"), "mentorships/case_agreed.html", own, open=True),
        _of("timer", _("Timer"), "hours", hours.case_section(mentorship, user, today), open=True),
        Section("mennesker", _("Mennesker"), "mentorships/case_people.html", own, open=True),
        _of("moeder", _("Møder"), "meetings", meetings.case_section(mentorship, user, today)),
        _followed_up(mentorship, user, today),
        _of("afgoerelser", _("Lov og afgørelser"), "grants", grants.case_section(mentorship, user, today)),
    ]
    if user.may(Permission.SEE_MONEY):
        found.append(_of("oekonomi", _("Penge"), "payments", payments.case_section(mentorship, user, today)))
    plan = toolbox.case_section(mentorship, user)
    if plan is not None:
        found.insert(1, _of("plan", _("Plan og redskaber"), "toolbox", plan))
    status = registers.case_section(mentorship, user)
    if status is not None:
        found.append(_of("status", _("Hvad borgeren laver nu"), "registers", status))
    checked = controls.case_section(mentorship, user, today)
    if checked is not None:
        found.append(_of("tilsyn", _("Tilsyn"), "controls", checked))
    if own["journal"] is not None:
        found.append(
            Section(
                "journal",
                _("Journal og dokumenter"),
                "mentorships/case_journal.html",
                own,
                attention=bool(own["journal"]["unanswered"]),
                note=_journal_note(own["journal"]),
            )
        )
        found.append(Section("historik", _("Historik"), "web/case_history.html", history(mentorship)))
    return found


def _followed_up(mentorship: Mentorship, user: User, today: date) -> Section:
    """What staff has found, and beside it what the citizen says."""
    content = followups.case_section(mentorship, user, today)
    content["citizen"] = citizens.case_section(mentorship, user)
    shown = _of("opfoelgning", _("Opfølgning"), "followups", content)
    return replace(shown, template="web/case_followups.html")


def _of(key: str, title: str, app: str, content: dict[str, Any], *, open: bool = False) -> Section:
    attention = content.get("attention") or content.get("needs_reader") or content.get("needs")
    note = content.get("note")
    return Section(
        key,
        title,
        f"{app}/case_section.html",
        content,
        attention=bool(attention),
        open=open,
        note=note if isinstance(note, str) else "",
    )


def _journal_note(journal: dict[str, Any]) -> str:
    if journal["unanswered"]:
        return _("borgeren venter på svar")
    return (
        _("%(documents)d dokumenter") % {"documents": len(journal["documents"])}
        if journal["documents"]
        else ""
    )


def index(parts: Iterable[Section]) -> list[dict[str, Any]]:
    """The links at the side."""
    return [
        {"label": part.title, "url": f"#{part.key}", "attention": part.attention, "note": ""}
        for part in parts
    ]


def history(mentorship: Mentorship) -> dict[str, list[HistoryRow]]:
    """Who did what, and who looked, newest first."""
    lines = mentorship.invoice_lines.values_list("public_id", flat=True)
    return {
        "events": _told(selectors.events_of(mentorship, also=lines, limit=HISTORY_ROWS)),
        "looks": _told(selectors.looks_of(mentorship)),
    }


def _told(events: Iterable[Event]) -> list[HistoryRow]:
    return [HistoryRow(each, case_words.sentence(each)) for each in events]


# What to do next


def next_act(mentorship: Mentorship, user: User, today: date) -> NextAct | None:
    """The one thing the case waits for."""
    status = Status(mentorship.status)
    if status is Status.FOR_APPROVAL:
        return _decision(mentorship, user)
    if status is Status.GRANTED:
        return _agreement(mentorship)
    if status is Status.ACTIVE:
        return _follow_up(mentorship, user, today)
    if status is Status.ENDED:
        return _conclusion(mentorship, user)
    return None


def _decision(mentorship: Mentorship, user: User) -> NextAct | None:
    waiting = grant_selectors.queue(user).filter(mentorship=mentorship).first()
    if waiting is None:
        return None
    url = reverse("grants:application", args=[waiting.public_id])
    if grant_selectors.may_decide(user, waiting):
        return NextAct(_("Afgør indstillingen"), url)
    return NextAct(_("Venter på afgørelse: se indstillingen"), url)


def _agreement(mentorship: Mentorship) -> NextAct | None:
    agreement = grant_selectors.agreements_of(mentorship).filter(replaced_at=None).first()
    if agreement is None:
        return None
    missing = [
        str(party.get_party_display()).lower() for party in agreement.parties.all() if not party.accepted_at
    ]
    if not missing:
        return None
    return NextAct(_("Aftalen mangler ja fra: %(parties)s") % {"parties": ", ".join(missing)}, "#afgoerelser")


def _follow_up(mentorship: Mentorship, user: User, today: date) -> NextAct | None:
    last_day = mentorship.last_day
    if last_day and last_day - today <= ENDS_SOON and user.may(Permission.REQUEST_GRANT):
        if last_day < today:
            return NextAct(_("Afslut forløbet"), reverse("followups:conclude", args=[mentorship.public_id]))
        return NextAct(
            _("Slutter %(day)s: forlæng eller afslut") % {"day": danish_date(last_day)},
            reverse("grants:renew", args=[mentorship.public_id]),
        )
    due = _next_follow_up(mentorship)
    if due is None or not user.may(Permission.FOLLOW_UP):
        return None
    return NextAct(
        _("Næste opfølgning %(day)s") % {"day": danish_date(due.planned_for)},
        reverse("followups:record", args=[due.public_id]),
    )


def _next_follow_up(mentorship: Mentorship) -> FollowUp | None:
    waiting = followup_selectors.of_mentorship(mentorship).filter(done_at=None, cancelled_at=None)
    return waiting.order_by("planned_for").first()


def _conclusion(mentorship: Mentorship, user: User) -> NextAct | None:
    if followup_selectors.conclusion_of(mentorship) or not user.may(Permission.FOLLOW_UP):
        return None
    return NextAct(
        _("Gør forløbet op: mål og hvad der følger"),
        reverse("followups:conclude", args=[mentorship.public_id]),
    )
