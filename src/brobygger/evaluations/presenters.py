"""What the pages show of evaluations."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.evaluations import selectors, services, steps, words
from brobygger.evaluations.models import Candidate, Division, Evaluation
from brobygger.evaluations.power import LotteryPower, RollOutPower
from brobygger.evaluations.words import month_words
from brobygger.ui.formats import danish_date, number
from brobygger.values.moment import danish_day

State = Evaluation.State
TONES = {
    State.DRAFT: "draft",
    State.REGISTERED: "waiting",
    State.STARTED: "active",
    State.CLOSED: "closed",
}


@dataclass(frozen=True)
class PowerSaid:
    """What a size can show: sentences, and the verdict with its kind of message."""

    sentences: list[str]
    verdict: str
    kind: str


def power_said(found: LotteryPower | RollOutPower, outcome: str) -> PowerSaid:
    verdict, kind = words.VERDICTS[found.verdict]
    return PowerSaid(words.power_sentences(found, outcome), str(verdict), kind)


def stratum_name(code: str) -> str:
    return {
        "<30": _("Under 30 år"),
        "30+": _("30 år og derover"),
        "-": _("Ikke oplyst"),
        "": _("Alle"),
    }.get(code, code)


@dataclass(frozen=True)
class Row:
    """An evaluation in the list."""

    evaluation: Evaluation
    name: str
    state: str
    tone: str
    size: str


def rows(found: Sequence[Evaluation]) -> list[Row]:
    return [
        Row(each, title_of(each), state_words(each), TONES[State(each.state)], _size_words(each))
        for each in found
    ]


def title_of(evaluation: Evaluation) -> str:
    return evaluation.name or _("Kladde uden navn")


def state_words(evaluation: Evaluation) -> str:
    """The state, in the words of its design."""
    if evaluation.state == State.STARTED and evaluation.is_lottery:
        return _("Trukket")
    return str(evaluation.get_state_display())


def _size_words(evaluation: Evaluation) -> str:
    if evaluation.is_lottery:
        count: int = getattr(evaluation, "candidates_count", 0)
        return ngettext("%(n)d borger, %(places)d pladser", "%(n)d borgere, %(places)d pladser", count) % {
            "n": count,
            "places": evaluation.places,
        }
    return ngettext("%(n)d enhed", "%(n)d enheder", len(evaluation.units)) % {"n": len(evaluation.units)}


def steps_of(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Where the evaluation stands, as a list of steps."""
    drawn = _("Lodtrækning") if evaluation.is_lottery else _("Start")
    names = [_("Størrelse og protokol"), _("Registreret"), drawn, _("Afsluttet")]
    at = list(State).index(State(evaluation.state))
    if evaluation.state == State.CLOSED and not evaluation.drawn_at:
        names[2] = _("Ikke trukket") if evaluation.is_lottery else _("Ikke sat i gang")
    told = []
    for place, name in enumerate(names):
        is_done = place < at or (place == at and place > 0)
        told.append({"label": name, "state": "done" if is_done else "current" if place == at else "todo"})
    if at < len(told) - 1 and at > 0:
        told[at + 1]["state"] = "current"
    return told


def facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    """What the protocol lays down."""
    told = [
        (_("Form"), str(evaluation.get_design_display())),
        (_("Spørgsmål"), evaluation.question),
        (_("Udfald"), _outcome(evaluation)),
        (
            _("Uden mentor") if evaluation.is_lottery else _("I dag"),
            _("%(base)s af 100") % {"base": number(evaluation.base)},
        ),
        (_("Værd at vide"), _("%(points)s flere af 100") % {"points": number(evaluation.relevant)}),
        (
            _("Ses på for sig"),
            ", ".join(str(Division(each).label) for each in evaluation.subgroups) or _("Ingen"),
        ),
    ]
    if evaluation.is_lottery:
        told += [
            (_("Pladser"), number(evaluation.places)),
            (
                _("Fordeles efter"),
                str(evaluation.get_strata_display()) if evaluation.strata else _("Ingen opdeling"),
            ),
            (_("De, der ikke trækkes"), str(evaluation.get_not_drawn_display())),
        ]
    elif evaluation.first_month:
        told.append((_("Måneder"), _months_words(evaluation)))
        told.append(
            (_("Rækkefølgen"), _("Ved lod") if evaluation.is_by_lot else _("Valgt, som den står i planen"))
        )
    return [row for row in told if row[1]]


def _outcome(evaluation: Evaluation) -> str:
    when = dict(words.HORIZONS).get(evaluation.horizon_weeks)
    return (
        f"{evaluation.get_outcome_display()}, {str(when).lower()}"
        if when
        else str(evaluation.get_outcome_display())
    )


def _months_words(evaluation: Evaluation) -> str:
    assert evaluation.first_month is not None
    return _("%(months)d måneder fra %(first)s") % {
        "months": evaluation.months,
        "first": month_words(evaluation.first_month),
    }


def registered_facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    """When and by whom it was registered and drawn, and the seed once it is known."""
    told = []
    if evaluation.registered_at and evaluation.registered_by:
        told += [
            (_("Registreret"), _by(evaluation.registered_at, evaluation.registered_by)),
            (_("Protokollens fingeraftryk"), evaluation.protocol_sha256),
            (_("Frøets fingeraftryk"), evaluation.seed_sha256),
        ]
    if evaluation.drawn_at and evaluation.drawn_by:
        label = _("Trukket") if evaluation.is_lottery else _("Sat i gang")
        told += [(label, _by(evaluation.drawn_at, evaluation.drawn_by)), (_("Frø"), evaluation.seed)]
    if evaluation.frame_sha256:
        told.append((_("Listens fingeraftryk"), evaluation.frame_sha256))
    if evaluation.closed_at and evaluation.closed_by:
        told += [
            (_("Afsluttet"), _by(evaluation.closed_at, evaluation.closed_by)),
            (_("Hvordan det gik"), evaluation.closing_note),
        ]
    return told


def _by(when: Any, who: User) -> str:
    return _("%(day)s af %(name)s") % {"day": danish_date(when), "name": who.name}


@dataclass(frozen=True)
class CandidateRow:
    """Somebody in the lot, by initials; ``result`` and ``tone`` tell what the lot gave."""

    candidate: Candidate
    initials: str
    stratum: str
    result: str
    tone: str
    may_leave: bool


def candidate_rows(found: Sequence[Candidate], evaluation: Evaluation, user: User) -> list[CandidateRow]:
    may = user.may(Permission.REQUEST_GRANT) and evaluation.state != State.CLOSED
    return [
        CandidateRow(
            each,
            each.citizen.initials,
            stratum_name(each.stratum),
            *_result(each, evaluation),
            may_leave=may and each.left_at is None,
        )
        for each in found
    ]


def _result(candidate: Candidate, evaluation: Evaluation) -> tuple[str, str]:
    if candidate.left_at:
        return str(candidate.get_left_why_display()), "closed"
    if candidate.is_drawn is None:
        return (
            (_("Venter på lodtrækningen"), "waiting")
            if not evaluation.drawn_at
            else (_("Ikke med"), "closed")
        )
    if candidate.is_drawn:
        return _("Trukket: får en plads"), "good"
    if evaluation.not_drawn == Evaluation.NotDrawn.NEXT_PLACE:
        return _("Nummer %(place)d til den næste plads") % {"place": candidate.place or 0}, "neutral"
    return _("Får kommunens øvrige hjælp"), "neutral"


@dataclass(frozen=True)
class Share:
    """A group of the lot, and how many of it were drawn."""

    name: str
    people: int
    drawn: int


def shares(found: Sequence[Candidate]) -> list[Share]:
    """How many of each group stand in the lot and were drawn."""
    groups: dict[str, list[Candidate]] = {}
    for each in found:
        if each.left_at is None or each.is_drawn is not None:
            groups.setdefault(each.stratum, []).append(each)
    return [
        Share(stratum_name(name), len(inside), sum(1 for each in inside if each.is_drawn))
        for name, inside in sorted(groups.items(), key=lambda group: group[0].replace("<", "0"))
    ]


def lot_csv(evaluation: Evaluation) -> bytes:
    """The lot as columns: what draws it again, and what ``analysis.Lottery`` needs. By random number, not by name."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(["frø", evaluation.seed, "pladser", evaluation.places, "trukket", _day(evaluation)])
    writer.writerow(["nummer", "gruppe", "trukket", "plads i køen", "samtykke"])
    for each in selectors.candidates_of(evaluation):
        if each.is_drawn is not None:
            gone = each.left_why == Candidate.Left.CONSENT
            drawn = "1" if each.is_drawn else "0"
            writer.writerow(
                [each.public_id, _safe(each.stratum), drawn, each.place or "", "nej" if gone else "ja"]
            )
    return written.getvalue().encode("utf-8-sig")


def _day(evaluation: Evaluation) -> str:
    return evaluation.drawn_at.date().isoformat() if evaluation.drawn_at else ""


def _safe(text: str) -> str:
    """A team's name is typed by people; an apostrophe keeps a spreadsheet from running it."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and len(text) > 1 else text


def plan_csv(evaluation: Evaluation) -> bytes:
    """The plan of a roll-out as columns: the unit, its first month, and the period of ``analysis.PanelOfUnits``."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(["enhed", "begynder", "periode"])
    plan = selectors.plan_of(evaluation)
    for (name, start), first in zip(plan, steps.first_periods(plan).tolist(), strict=True):
        writer.writerow([_safe(name), f"{start:%Y-%m}" if start else "", first])
    return written.getvalue().encode("utf-8-sig")


@dataclass(frozen=True)
class MonthRow:
    """A month of the plan, in words."""

    name: str
    begins: str
    begun: int
    not_yet: int
    never: int


@dataclass(frozen=True)
class StepsPage:
    """The plan of a roll-out: units with their month, months with whom they can be compared with, the picture."""

    units: list[tuple[str, str]]
    months: list[MonthRow]
    picture: steps.Picture
    told: str
    lonely: str


def steps_page(evaluation: Evaluation) -> StepsPage:
    """Before a lot is drawn the months are those to be given out."""
    first = evaluation.first_month or date.min
    plan = selectors.plan_of(evaluation)
    months = steps.months_of(plan, first, evaluation.months)
    rows = [
        MonthRow(month_words(each.first_day), ", ".join(each.begins), each.begun, each.not_yet, each.never)
        for each in months
    ]
    units = [(name, month_words(start) if start else _("Begynder ikke")) for name, start in plan]
    picture = steps.picture_of(plan, first, evaluation.months)
    return StepsPage(units, rows, picture, _told(units), _lonely(months))


def _told(units: Sequence[tuple[str, str]]) -> str:
    """The picture in words, for those who cannot see it."""
    return "; ".join(f"{name}: {month.lower()}" for name, month in units)


def _lonely(months: Sequence[steps.Month]) -> str:
    """From when all have begun and nobody is left to compare with; "" where somebody always is."""
    alone = [each for each in months if each.begun and not each.can_be_compared]
    if not alone:
        return ""
    return _("Fra %(month)s har alle begyndt. Derfra er der ingen at sammenligne med.") % {
        "month": month_words(alone[0].first_day)
    }


def _result_from(evaluation: Evaluation) -> date | None:
    """The day to which a register must tell of a lot before there is a result; None for what gets none here."""
    if not evaluation.is_lottery or evaluation.drawn_at is None:
        return None
    monday = danish_day(evaluation.drawn_at) - timedelta(days=danish_day(evaluation.drawn_at).weekday())
    return monday + timedelta(weeks=evaluation.horizon_weeks, days=6)


def page(evaluation: Evaluation, user: User) -> dict[str, Any]:
    """One evaluation: where it stands, what it can show, what is laid down, and what can be done now."""
    state, may_run = State(evaluation.state), user.may(Permission.RUN_EVALUATIONS)
    return {
        "evaluation": evaluation,
        "title": title_of(evaluation),
        "tone": TONES[state],
        "state_words": state_words(evaluation),
        "steps": steps_of(evaluation),
        "facts": facts(evaluation),
        "registered": registered_facts(evaluation),
        "power": power_said(services.power_now(evaluation), evaluation.outcome),
        "made": [(_("Begyndt"), _by(evaluation.created_at, evaluation.created_by))],
        "missing": services.what_is_missing(evaluation) if state is State.DRAFT else [],
        "may_run": may_run,
        "may_add": evaluation.is_lottery and state is State.REGISTERED and user.may(Permission.REQUEST_GRANT),
        "is_drawn": evaluation.drawn_at is not None,
        "roll_out": None if evaluation.is_lottery else steps_page(evaluation),
        "result_from": _result_from(evaluation),
        "may_see_result": user.may(Permission.SEE_EFFECTS),
    }
