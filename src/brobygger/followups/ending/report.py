"""What stands in an end report (slutrapport), and its PDF. Danish: a document of an authority is not translated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from brobygger.accounts.models import User
from brobygger.followups import selectors as followups
from brobygger.followups.ending.selectors import Figures
from brobygger.followups.models import CitizenWords, Conclusion
from brobygger.grants.letters import render
from brobygger.grants.letters import wording as say
from brobygger.grants.letters.sections import Section, as_data, filled
from brobygger.law.wording import danish_date
from brobygger.mentorships.models import Goal, Mentorship
from brobygger.values.duration import format_minutes

TITLE = "Slutrapport om mentorforløb"
Talk = Conclusion.PartingTalk

_TALKS = {
    Talk.MENTOR: "Borger og mentor har haft en afskedssamtale",
    Talk.CONSULTANT: "Borger og jobkonsulent har haft en afskedssamtale",
    Talk.ALL: "Borger, mentor og jobkonsulent har haft en afskedssamtale",
}


def content_of(
    conclusion: Conclusion, *, figures: Figures, words: CitizenWords | None, by: User, on: date
) -> dict[str, Any]:
    """The report as data: what the template draws and the golden test compares."""
    mentorship = conclusion.mentorship
    municipality = mentorship.municipality
    sections = [
        _course(mentorship, conclusion),
        _goals(followups.goals_of(mentorship)),
        _figures(figures),
        _told("Det virkede", conclusion.what_worked),
        _parting(conclusion),
        _words(words),
        _next(conclusion),
    ]
    return {
        "title": TITLE,
        "keywords": ["mentorstøtte", "slutrapport"],
        "sender": {"name": municipality.name, "contact": say.contact_of(municipality)},
        "lead": f"Forløb {mentorship.code}. Skrevet {danish_date(on)} af {by.name}.",
        "sections": as_data(section for section in sections if section),
        "footer": f"{municipality.name} · Sag {mentorship.code}",
    }


def pdf(content: Mapping[str, Any], *, at: datetime) -> bytes:
    """PDF/A-2a and PDF/UA-1, as letters are."""
    return render.document_pdf(content, at=at)


def _course(mentorship: Mentorship, conclusion: Conclusion) -> Section:
    mentor = mentorship.mentor
    starts_on = mentorship.starts_on
    return Section(
        "Forløbet",
        rows=filled(
            [
                ("Borger", mentorship.citizen.name),
                ("Mentor", mentor.name if mentor else ""),
                ("Sted", mentorship.organisation.name if mentorship.organisation else ""),
                ("Periode", say.through(starts_on, conclusion.ended_on) if starts_on else ""),
                ("Formål", mentorship.purpose),
                ("Hvorfor det sluttede", str(conclusion.get_reason_display())),
            ]
        ),
    )


def _goals(goals: list[Goal]) -> Section | None:
    if not goals:
        return None
    rows = [(goal.text, _attained(goal)) for goal in goals]
    return Section("Hvor langt målene er nået", head=("Mål", "Vurdering"), table=tuple(rows))


def _attained(goal: Goal) -> str:
    word = str(goal.get_attainment_display() or "Ikke vurderet")
    return f"{word}. {goal.attainment_note}".strip() if goal.attainment_note else f"{word}."


def _figures(figures: Figures) -> Section:
    met = figures.meetings
    missed = [
        f"borgeren kom ikke {met.no_show_citizen} gange" if met.no_show_citizen else "",
        f"mentoren kom ikke {met.no_show_mentor} gange" if met.no_show_mentor else "",
    ]
    told = "; ".join([f"{met.held} af {met.due} er holdt", *filter(None, missed)])
    return Section(
        "Timer, møder og opfølgning",
        rows=filled(
            [
                ("Bevilgede timer", format_minutes(figures.granted)),
                ("Registrerede timer", format_minutes(figures.used)),
                ("Bekræftede timer", format_minutes(figures.confirmed)),
                ("Aftalte møder", told if met.due else ""),
                ("Opfølgninger", str(figures.follow_ups)),
            ]
        ),
    )


def _told(heading: str, text: str) -> Section | None:
    return Section(heading, paragraphs=_paragraphs(text)) if text.strip() else None


def _parting(conclusion: Conclusion) -> Section | None:
    if not conclusion.parting_talk:
        return None
    if conclusion.parting_talk == Talk.NONE:
        told = f"Der har ikke været en afskedssamtale. {conclusion.no_talk_reason}"
    else:
        day = conclusion.parting_talk_on
        when = f" den {danish_date(day)}" if day else ""
        told = f"{_TALKS[Talk(conclusion.parting_talk)]}{when}."
    return Section("Afskedssamtale", paragraphs=(told,))


def _words(words: CitizenWords | None) -> Section | None:
    if words is None:
        return None
    source = "Skrevet af borgeren selv." if words.is_own else "Fortalt af borgeren til kommunen."
    return Section("Borgerens egne ord", paragraphs=_paragraphs(words.text), closing=(source,))


def _next(conclusion: Conclusion) -> Section:
    return Section(
        "Det følger efter",
        rows=(("Næste skridt", str(conclusion.get_what_follows_display())),),
        closing=_paragraphs(conclusion.next_steps),
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip())
