"""Imports, codes and noted statuses in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger import analysis
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.mentorships.models import Mentorship
from brobygger.mentorships.presenters import may_read_journal
from brobygger.registers import selectors
from brobygger.registers.models import Kind, ManualStatus, RegisterImport, StatusSpell, WaitingFile
from brobygger.ui.formats import danish_date, number, percent

SHOWN_BAD_ROWS = 100

GROUPS: Mapping[str, Any] = {
    "benefit": gettext_lazy("Ydelse"),
    "health": gettext_lazy("Sundhedsbetinget ydelse"),
    "education": gettext_lazy("Uddannelse"),
    "flex_job": gettext_lazy("Fleksjob"),
    "flex_waiting": gettext_lazy("Venter på fleksjob"),
    "sheltered_job": gettext_lazy("Skånejob"),
    "out": gettext_lazy("Uden for arbejdsmarkedet"),
    "other": gettext_lazy("Andet"),
}
OFFERS: Mapping[str, Any] = {
    "passive": gettext_lazy("Uden tilbud"),
    "active": gettext_lazy("I aktivt tilbud"),
    "company": gettext_lazy("I tilbud på en virksomhed"),
    "none": "",
}
STEPS = (
    (WaitingFile.Step.READING, gettext_lazy("Læser filen")),
    (WaitingFile.Step.MATCHING, gettext_lazy("Finder borgerne")),
    (WaitingFile.Step.SAVING, gettext_lazy("Gemmer")),
)


@dataclass(frozen=True)
class UnknownLine:
    """A code nobody has listed, and how many weeks it stands in."""

    code: str
    weeks: int


@dataclass(frozen=True)
class Report:
    """An import, or what one would do: figures as (label, value), sentences, unknown codes and bad rows."""

    figures: Sequence[tuple[str, str]]
    notes: Sequence[str]
    unknown: Sequence[UnknownLine]
    bad_rows: Sequence[Mapping[str, Any]]
    more_bad: int
    is_empty: bool


@dataclass(frozen=True)
class CodeRow:
    code: str
    label: str
    group: Any
    offer: Any
    since: date | None
    until: date | None


def report_of(kept: RegisterImport) -> Report:
    """What an import did."""
    figures = {name: getattr(kept, f"rows_{name}") for name in ("read", "kept", "bad", "unknown", "repeated")}
    notes = [*kept.detail.get("notes", []), *_replaced(kept.detail)]
    return _report(kept.kind, figures, kept.detail, notes, kept.unknown_codes, kept.bad_rows)


def report_of_waiting(waiting: WaitingFile) -> Report | None:
    """What an import of the file would do; None before it has been read."""
    found = waiting.found
    if not found:
        return None
    figures = {name: found[f"rows_{name}"] for name in ("read", "kept", "bad", "unknown", "repeated")}
    return _report(waiting.kind, figures, found, found["notes"], found["unknown_codes"], found["bad_rows"])


def progress_of(waiting: WaitingFile) -> dict[str, Any]:
    """How far the file is, in words and as per cent of the whole."""
    return {
        "percent": waiting.percent,
        "width": f"{waiting.percent}%",
        "step": str(waiting.get_step_display()),
        "text": percent(Decimal(waiting.percent) / 100),
    }


def steps_of(waiting: WaitingFile) -> list[dict[str, Any]]:
    """How far the worker is, for a step list; looking ends before anything is saved."""
    steps = STEPS if waiting.state == WaitingFile.State.TO_IMPORT else STEPS[:2]
    at = next((place for place, (step, _label) in enumerate(steps) if step == waiting.step), -1)
    return [
        {"label": label, "state": "done" if place < at else "current" if place == at else "todo"}
        for place, (_step, label) in enumerate(steps)
    ]


def code_rows(text: str = "") -> list[CodeRow]:
    """The weekly register's codes that hold a word or begin with a number."""
    wanted = text.strip().lower()
    return [
        CodeRow(
            entry.code,
            entry.label,
            GROUPS.get(entry.group, entry.group),
            OFFERS.get(entry.kind, ""),
            None if entry.since == date.min else entry.since,
            None if entry.until == date.max else entry.until,
        )
        for entry in sorted(analysis.dream_codes().entries, key=lambda each: (each.code, each.since))
        if wanted in entry.label.lower() or entry.code.startswith(wanted)
    ]


def case_section(mentorship: Mentorship, user: User) -> dict[str, Any] | None:
    """What staff noted of the citizen's status, newest first; None for those it is no business of."""
    if not may_read_journal(user):
        return None
    noted = selectors.noted_for(user, mentorship.citizen_id)
    return {
        "rows": [(danish_date(spell.noted_on), status_label(spell)) for spell in noted if spell.noted_on],
        "may_note": user.may(Permission.FOLLOW_UP) and mentorship.starts_on is not None,
        "note": status_label(noted[0]) if noted else "",
    }


def status_label(spell: StatusSpell) -> str:
    return str(ManualStatus(spell.code).label) if spell.code in ManualStatus.values else spell.code


def _report(
    kind: str,
    figures: Mapping[str, int],
    detail: Mapping[str, Any],
    notes: Iterable[str],
    unknown: Mapping[str, int],
    bad_rows: Sequence[Mapping[str, Any]],
) -> Report:
    shown = sorted(bad_rows, key=lambda row: int(row["row"]))[:SHOWN_BAD_ROWS]
    lines = [UnknownLine(code, weeks) for code, weeks in unknown.items()]
    return Report(
        figures=_figures(kind, figures, detail),
        notes=list(notes),
        unknown=sorted(lines, key=lambda line: (-line.weeks, line.code)),
        bad_rows=shown,
        more_bad=max(figures["bad"] - len(shown), 0),
        is_empty=not figures["kept"],
    )


def _figures(kind: str, figures: Mapping[str, int], detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [
        (_("Rækker i filen"), number(figures["read"])),
        (_("Rækker, der bruges"), number(figures["kept"])),
    ]
    if kind != Kind.OUTSIDE_TOTALS:
        rows.append((_("Rækker om personer, kommunen ikke kender"), number(figures["unknown"])))
    rows.append((_("Rækker med fejl, sat til side"), number(figures["bad"])))
    if figures["repeated"]:
        rows.append((_("Rækker, der var der i forvejen"), number(figures["repeated"])))
    if detail.get("citizens"):
        rows.append((_("Borgere i filen"), number(detail["citizens"])))
    if detail.get("weeks"):
        rows.append((_("Uger"), _("%(first)s til %(last)s") % _ends(detail["weeks"])))
    return rows


def _ends(weeks: Sequence[str]) -> dict[str, str]:
    """From 2026-W01 to the way people say it."""
    said = [
        _("uge %(week)d, %(year)s") % {"year": year, "week": int(week)}
        for year, week in (each.split("-W") for each in weeks)
    ]
    return {"first": said[0], "last": said[1]}


def _replaced(detail: Mapping[str, Any]) -> list[str]:
    """What became of weeks that other imports told of as well."""
    told = [detail[source] for source in ("weekly", "branches") if source in detail]
    replaced, outdone = (sum(each[name] for each in told) for name in ("replaced", "outdone"))
    notes = []
    if replaced:
        notes.append(_("%(weeks)s personuger fra ældre data er erstattet.") % {"weeks": number(replaced)})
    if outdone:
        notes.append(
            _("%(weeks)s personuger er ikke brugt, fordi der er nyere data om dem.")
            % {"weeks": number(outdone)}
        )
    return notes
