"""What the pages show of samples."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.controls import presenters as controls
from brobygger.controls.risks import presenters as risks
from brobygger.controls.samples import selectors, services
from brobygger.controls.samples.models import Sample, SampleCase
from brobygger.controls.samples.services import Plan
from brobygger.controls.selectors import cases
from brobygger.law.finding import Outcome
from brobygger.review.questions import review
from brobygger.review.sampling import allocate, strata_of
from brobygger.rulebook import selectors as rulebook
from brobygger.ui.formats import danish_date, percent

TONES = {
    SampleCase.State.AWAITING: "waiting",
    SampleCase.State.ATTESTED: "confirmed",
    SampleCase.State.OBJECTED: "disputed",
    SampleCase.State.CLOSED: "closed",
}


@dataclass(frozen=True)
class StratumRow:
    """A part of the population and how many cases it gives."""

    name: str
    cases: int
    places: int


@dataclass(frozen=True)
class Preview:
    """What a plan would be drawn from."""

    population: int
    drawn: int
    rows: list[StratumRow]


def preview(user: User, plan: Plan) -> Preview:
    """The population and its strata; nothing is drawn."""
    found = selectors.candidates(user, plan.population, plan.strata, is_weighted=plan.is_weighted)
    strata = strata_of(found)
    places = allocate(strata, size=plan.size)
    rows = [StratumRow(name or _("Alle"), count, places[name]) for name, (count, _weight) in strata.items()]
    return Preview(len(found), sum(places.values()), rows)


def sample_facts(sample: Sample) -> list[tuple[str, str]]:
    return [
        (
            _("Trukket"),
            _("%(day)s af %(name)s") % {"day": danish_date(sample.drawn_on), "name": sample.drawn_by.name},
        ),
        (_("Forløb i gang"), _period(sample)),
        (
            _("Trukket blandt"),
            _("%(size)d forløb, opdelt efter %(strata)s")
            % {"size": sample.population_size, "strata": str(sample.get_strata_display()).lower()},
        ),
        (_("Vægtet efter risiko"), _("Ja") if sample.is_weighted else _("Nej")),
        (_("Spørges"), str(sample.get_party_display())),
        (_("Svarfrist"), danish_date(sample.deadline)),
        (_("Frø"), sample.seed),
        (_("Protokol"), sample.protocol),
    ]


def _period(sample: Sample) -> str:
    first, last = (date.fromisoformat(sample.population[name]) for name in ("first", "last"))
    return _("%(first)s til og med %(last)s") % {"first": danish_date(first), "last": danish_date(last)}


@dataclass(frozen=True)
class CaseRow:
    """One drawn case in the list."""

    case: SampleCase
    url: str
    tone: str
    failures: int
    chance: str
    is_overdue: bool


def case_rows(user: User, found: Sequence[SampleCase], today: date) -> list[CaseRow]:
    """The cases with what the controls found; one query however many cases."""
    failures = selectors.failures_count(user, [each.mentorship_id for each in found])
    return [
        CaseRow(
            case=each,
            url=reverse("controls:sample_case", args=[each.public_id]),
            tone=TONES[SampleCase.State(each.state)],
            failures=failures.get(each.mentorship_id, 0),
            chance=percent(each.inclusion, 1),
            is_overdue=each.state == SampleCase.State.AWAITING and today > each.sample.deadline,
        )
        for each in found
    ]


def case_page(case: SampleCase, user: User, today: date) -> dict[str, Any]:
    """One drawn case: what fails, the signs, and what can be done by this reader."""
    mentorship = case.mentorship
    found = review(cases.facts_of(mentorship, today), today, rulebook.numbers_of(user))
    failing = [
        {"finding": each, "url": controls.place_url(mentorship, each.question)}
        for each in found
        if each.outcome is Outcome.NOT_SATISFIED
    ]
    may_write = user.may(Permission.DRAW_SAMPLES) and case.state != SampleCase.State.CLOSED
    is_own = selectors.has_decided(user, mentorship)
    return {
        "case": case,
        "mentorship": mentorship,
        "tone": TONES[SampleCase.State(case.state)],
        "is_overdue": case.state == SampleCase.State.AWAITING and today > case.sample.deadline,
        "failing": failing,
        "signs": risks.case_rows(mentorship, user),
        "facts": _facts(case),
        "paid": selectors.paid_kroner(mentorship),
        "may_answer": may_write,
        "may_find": may_write and not is_own,
        "may_reply": may_write and case.found_at is not None and case.found_by_id != user.pk,
        "is_own": may_write and is_own,
        "missing": services.what_is_missing(case, today),
    }


def _facts(case: SampleCase) -> list[tuple[str, str]]:
    mentorship = case.mentorship
    rows = [
        (_("Borger"), mentorship.citizen.name),
        (_("Mentor"), mentorship.mentor.name if mentorship.mentor else ""),
        (_("Hold"), mentorship.team.name if mentorship.team else ""),
        (_("Gruppe"), case.stratum),
        (
            _("Chance for at blive trukket"),
            _("%(chance)s (vægt %(weight)d)")
            % {"chance": percent(case.inclusion, 1), "weight": round(case.weight)},
        ),
        (_("Spørges"), str(case.get_party_display())),
        (_("Svarfrist"), danish_date(case.sample.deadline)),
    ]
    return [row for row in rows if row[1]]


def frame_csv(sample: Sample) -> bytes:
    """Every case that could be drawn, with the chance of those that were: what anybody needs to draw again."""
    chances = {each.ref: f"{each.inclusion:.6f}" for each in selectors.drawn_again(sample)}
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(["frø", sample.seed, "antal", sample.size])
    writer.writerow(["forløb", "gruppe", "vægt", "trukket", "chance"])
    for ref, stratum, weight in sample.frame:
        # A team's name is typed by people; an apostrophe keeps a spreadsheet from running it.
        safe = f"'{stratum}" if stratum[:1] in ("=", "+", "-", "@") else stratum
        writer.writerow([ref, safe, f"{weight:g}", "1" if ref in chances else "0", chances.get(ref, "")])
    return written.getvalue().encode("utf-8-sig")
