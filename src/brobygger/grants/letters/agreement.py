"""What stands in a mentor agreement: every item that the agency lists, and what payment and follow-up need."""

from __future__ import annotations

from datetime import date
from typing import Any

from brobygger.accounts.models import Municipality
from brobygger.grants.letters import wording as say
from brobygger.grants.letters.sections import Section, as_data, filled
from brobygger.grants.models import Grant
from brobygger.law.authority import authority
from brobygger.law.facts import AgreementFacts
from brobygger.law.wording import danish_date
from brobygger.mentorships.models import Mentorship
from brobygger.mentorships.need import Need
from brobygger.payment.hour_plan import HourPlan
from brobygger.ui.formats import kroner
from brobygger.values.duration import format_minutes


def content_of(
    *, mentorship: Mentorship, municipality: Municipality, need: Need, grant: Grant, on: date
) -> dict[str, Any]:
    """The agreement as data: frozen with the agreement, drawn as PDF and shown to those who must say yes."""
    complaint = say.complaint_in_agreement(
        municipality, on=grant.decision.decided_on, last_day=grant.decision.complaint_last_day
    )
    sections = [
        _parties(mentorship, municipality, on),
        Section("Formål og mål", paragraphs=(need.purpose,), bullets=need.goals),
        _tasks(need),
        _hours(grant),
        _follow_up(mentorship, on),
        _payment(grant),
        Section("Klage", paragraphs=(complaint,)),
    ]
    return {
        "title": "Mentoraftale",
        "keywords": ["mentorstøtte", "mentoraftale"],
        "sender": {"name": municipality.name, "contact": say.contact_of(municipality)},
        "lead": f"Aftale om mentorstøtte, {danish_date(on)}. Aftalen gælder, når alle parter har sagt ja.",
        "sections": as_data(sections),
        "footer": f"{municipality.name} · Sag {mentorship.code}",
        "items": _items(mentorship, municipality, need, grant, complaint, on),
    }


def facts_of(content: dict[str, Any], *, is_written: bool) -> AgreementFacts:
    """What the law asks of the agreement (C01, C02), read from the frozen content. Missing items stay missing."""
    items = content.get("items", {})
    return AgreementFacts(
        written=is_written,
        parties=tuple(items.get("parties", ())),
        date=items.get("date"),
        goal=tuple(items.get("goal", ())),
        mentor_name=items.get("mentor_name"),
        mentor_contact=items.get("mentor_contact"),
        tasks=tuple(items.get("tasks", ())),
        starts_on=items.get("starts_on"),
        ends_on=items.get("ends_on"),
        hours=items.get("hours"),
        complaint_guidance=items.get("complaint_guidance"),
    )


def _items(
    mentorship: Mentorship,
    municipality: Municipality,
    need: Need,
    grant: Grant,
    complaint: str,
    on: date,
) -> dict[str, Any]:
    mentor = need.mentor
    return {
        "parties": [mentorship.citizen.name, say.authority_in(municipality, on)],
        "date": on.isoformat(),
        "goal": [need.purpose, *need.goals],
        "mentor_name": mentor.name if mentor else "",
        "mentor_contact": (mentor.phone or mentor.email) if mentor else "",
        "tasks": list(need.tasks),
        "starts_on": grant.starts_on.isoformat(),
        "ends_on": grant.last_day.isoformat(),
        "hours": grant.minutes,
        "complaint_guidance": complaint,
    }


def _parties(mentorship: Mentorship, municipality: Municipality, on: date) -> Section:
    mentor, organisation = mentorship.mentor, mentorship.organisation
    consultant = mentorship.consultant
    return Section(
        "Parter",
        rows=filled(
            [
                ("Borger", mentorship.citizen.name),
                ("Myndighed", say.authority_in(municipality, on)),
                ("Kontakt i kommunen", _joined(consultant.name, consultant.phone, consultant.email)),
                ("Mentor", mentor and _joined(mentor.name, mentor.get_kind_display().lower())),
                ("Mentorens kontakt", mentor and _joined(mentor.phone, mentor.email)),
                (
                    "Sted",
                    organisation
                    and _joined(organisation.name, organisation.cvr and f"CVR {organisation.cvr}"),
                ),
            ]
        ),
    )


def _tasks(need: Need) -> Section:
    closing = []
    if need.mentor and need.mentor.qualifications:
        closing.append(f"Mentorens kvalifikationer: {need.mentor.qualifications}")
    if need.not_usual_work:
        closing.append("I de betalte timer udfører mentoren ikke sit sædvanlige arbejde.")
    return Section("Mentorens opgaver", bullets=need.tasks, closing=tuple(closing))


def _hours(grant: Grant) -> Section:
    plan = HourPlan.from_data(grant.plan)
    return Section(
        "Varighed og timer",
        rows=(
            ("Begynder", danish_date(grant.starts_on)),
            ("Slutter", danish_date(grant.last_day)),
            ("Timer", plan.describe()),
            ("Timer i alt", format_minutes(grant.minutes)),
        ),
    )


def _follow_up(mentorship: Mentorship, on: date) -> Section:
    name = authority(on).capitalised
    return Section(
        "Sådan følger vi aftalen",
        bullets=(
            "Mentoren registrerer hver kontakt med dato og tid.",
            "Borgeren bekræfter kontakten eller siger til, hvis noget er forkert.",
            f"{name} følger op: hver tredje til fjerde dag de første to uger og derefter mindst hver måned.",
            f"Alle kan sige til hos {mentorship.consultant.name}, hvis aftalen skal ændres, eller mentor og borger "
            "ikke passer sammen.",
        ),
    )


def _payment(grant: Grant) -> Section:
    if not grant.kroner:
        return Section("Betaling", paragraphs=("Der er ingen betaling for mentorens timer.",))
    return Section(
        "Betaling",
        rows=filled(
            [
                ("Pris pr. time", kroner(grant.hourly_rate)),
                ("Faste udgifter", kroner(grant.fixed_kroner) if grant.fixed_kroner else ""),
                ("Højst i alt", kroner(grant.kroner)),
            ]
        ),
        closing=("Der betales kun for timer, der er brugt, registreret og bekræftet.",),
    )


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)
