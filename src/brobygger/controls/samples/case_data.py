"""All that is known of one case as plain values: what the auditor's file and its machine-readable copy hold.

No CPR number: the citizen's is masked, and so is any that somebody has typed into a text. No address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from brobygger.accounts.models import User
from brobygger.accounts.selectors import municipality_of
from brobygger.controls.risks import presenters as risks
from brobygger.controls.risks import selectors as risk_rows
from brobygger.controls.samples.models import SampleCase
from brobygger.controls.selectors import cases
from brobygger.followups import selectors as followups
from brobygger.followups.models import FollowUp
from brobygger.grants import selectors as grants
from brobygger.grants.models import Agreement, Decision
from brobygger.hours.models import Contact
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Document, Mentorship
from brobygger.mentorships.presenters import agreed
from brobygger.payments.models import InvoiceLine, Payment
from brobygger.review.questions import review
from brobygger.rulebook import selectors as rulebook
from brobygger.values.cpr import NotACpr, parse_cpr
from brobygger.values.source import Confidence

FORMAT = "brobygger-case-1"
MOST_EVENTS = 2000
_LIKE_CPR = re.compile(r"(?<!\d)\d{6}[ \-–]?\d{4}(?!\d)")
MASKED = "••••••-••••"


def data_of(mentorship: Mentorship, *, user: User, at: datetime, on: date) -> dict[str, Any]:
    """The whole case as JSON holds it. Times are ISO 8601, kroner are text with two decimals, time is minutes."""
    lines = list(_lines(mentorship))
    found = {
        "format": FORMAT,
        "made_at": at,
        "made_by": user.name,
        "municipality": {"code": mentorship.municipality.code, "name": mentorship.municipality.name},
        "case": _case(mentorship),
        "people": _people(mentorship),
        "facts": agreed(mentorship)["facts"],
        "goals": [
            {"text": each.text, "attainment": each.attainment, "note": each.attainment_note}
            for each in mentorships.goals_of(mentorship).order_by("position")
        ],
        "tasks": [each.text for each in mentorships.tasks_of(mentorship).order_by("position")],
        "status_history": [
            {"at": each.at, "status": each.status, "reason": each.reason, "by": _name(each.by)}
            for each in mentorships.status_history(mentorship).order_by("id")
        ],
        "decisions": [_decision(each) for each in grants.decisions_of(mentorship).order_by("id")],
        "grants": [_grant(each) for each in grants.grants_of(mentorship).order_by("id")],
        "agreements": [_agreement(each) for each in grants.agreements_of(mentorship).order_by("id")],
        "contacts": [_contact(each) for each in _contacts(mentorship)],
        "invoice_lines": [_line(each) for each in lines],
        "payments": [_payment(each) for each in _payments(mentorship)],
        "follow_ups": [_follow_up(each) for each in followups.of_mentorship(mentorship)],
        "conclusion": _conclusion(mentorship),
        "controls": _controls(mentorship, user, on),
        "signs": [
            {"title": row.title, "sentence": row.sentence, "explanation": row.sign.explanation}
            for row in risks.rows(user, list(risk_rows.of_mentorship(mentorship, user)))
        ],
        "samples": [_sample(each) for each in _samples(mentorship, user)],
        "journal": [
            {
                "dated_on": each.dated_on,
                "subject": each.subject,
                "text": each.text,
                "by": _name(each.recorded_by),
            }
            for each in mentorships.journal_of(mentorship).order_by("dated_on", "id")
        ],
        "messages": [
            {"kind": each.kind, "text": each.text, "sent_at": each.sent_at, "answer": each.answer}
            for each in mentorships.messages_of(mentorship).order_by("id")
        ],
        "documents": [_document(place, each) for place, each in enumerate(_documents(mentorship), 1)],
        "events": [
            {"at": each.at, "action": each.action, "by": each.actor_name, "role": each.acting_role}
            for each in mentorships.events_of(
                mentorship, also=[line.public_id for line in lines], limit=MOST_EVENTS
            )[::-1]
        ],
    }
    plain: dict[str, Any] = _plain(found)
    return plain


def without_cpr(text: str) -> str:
    """The text with everything that can be read as a CPR number masked."""
    return _LIKE_CPR.sub(lambda match: MASKED if _is_cpr(match.group()) else match.group(), text)


def documents_with_content(mentorship: Mentorship) -> list[Document]:
    """In the order in which they are numbered."""
    return list(_documents(mentorship).defer(None))


def file_name(place: int, document: Document) -> str:
    """ "bilag/01 Afgørelse.pdf": no separators and nothing a file system minds."""
    title = re.sub(r"[^\w .\-]|\.{2,}", "", without_cpr(document.title)).strip(" .")[:80] or "Dokument"
    ending = ".pdf" if document.content_type == "application/pdf" else ""
    return f"bilag/{place:02d} {title.removesuffix(ending)}{ending}"


def _is_cpr(text: str) -> bool:
    try:
        parse_cpr(text.replace("–", "-"))
    except NotACpr:
        return False
    return True


def _plain(value: Any) -> Any:
    """Plain values only, with every text cleaned."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if value is None or isinstance(value, bool | int | float):
        return value
    return without_cpr(str(value))


def _name(user: User | None) -> str:
    return user.name if user else ""


def _case(mentorship: Mentorship) -> dict[str, Any]:
    return {
        "code": mentorship.code,
        "status": mentorship.status,
        "status_label": mentorship.get_status_display(),
        "act": mentorship.act,
        "target_group": mentorship.target_group,
        "context": mentorship.context,
        "support_type": mentorship.support_type,
        "starts_on": mentorship.starts_on,
        "last_day": mentorship.last_day,
        "purpose": mentorship.purpose,
        "decisive_reason": mentorship.decisive_reason,
        "beyond_normal_reason": mentorship.beyond_normal_reason,
        "qualifications_needed": mentorship.qualifications_needed,
        "not_usual_work": mentorship.not_usual_work,
        "created_at": mentorship.created_at,
    }


def _people(mentorship: Mentorship) -> dict[str, Any]:
    citizen, mentor, place = mentorship.citizen, mentorship.mentor, mentorship.organisation
    born = citizen.birth_date
    return {
        "citizen": {"name": citizen.name, "cpr": f"{born:%d%m%y}-••••" if born else MASKED},
        "mentor": mentor
        and {
            "name": mentor.name,
            "kind": mentor.kind,
            "kind_label": mentor.get_kind_display(),
            "qualifications": mentor.qualifications,
        },
        "place": place and {"name": place.name, "kind": place.kind, "cvr": place.cvr},
        "consultant": mentorship.consultant.name,
        "team": mentorship.team.name if mentorship.team else "",
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "kind": decision.kind,
        "kind_label": decision.get_kind_display(),
        "decided_on": decision.decided_on,
        "decided_at": decision.decided_at,
        "decided_by": _name(decision.decided_by),
        "reasons": decision.reasons,
        "hearing": decision.hearing,
        "notified_on": decision.notified_on,
        "complaint_last_day": decision.complaint_last_day,
        "rules_used": decision.rules_used,
    }


def _grant(grant: Any) -> dict[str, Any]:
    return {
        "starts_on": grant.starts_on,
        "last_day": grant.last_day,
        "minutes": grant.minutes,
        "used_minutes": grant.used_minutes,
        "hourly_rate": grant.hourly_rate,
        "fixed_kroner": grant.fixed_kroner,
        "kroner": grant.kroner,
        "paid_kroner": grant.paid_kroner,
        "is_current": grant.is_current,
        "account": grant.account,
        "plan": grant.plan,
    }


def _agreement(agreement: Agreement) -> dict[str, Any]:
    return {
        "sent_at": agreement.sent_at,
        "completed_at": agreement.completed_at,
        "replaced_at": agreement.replaced_at,
        "parties": [
            {
                "party": each.party,
                "party_label": each.get_party_display(),
                "name": each.name,
                "accepted_at": each.accepted_at,
                "declined_at": each.declined_at,
                "declined_reason": each.declined_reason,
                "strength": each.strength,
                "strength_label": each.get_strength_display(),
            }
            for each in agreement.parties.all()
        ],
    }


def _contacts(mentorship: Mentorship) -> Iterable[Contact]:
    found = Contact.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    related = found.select_related("mentor", "task", "supersedes", "registered_by")
    return related.prefetch_related("confirmations__by").order_by("starts_at", "id")


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.public_id,
        "supersedes": contact.supersedes.public_id if contact.supersedes else None,
        "correction_reason": contact.correction_reason,
        "kind": contact.kind,
        "kind_label": contact.get_kind_display(),
        "mentor": contact.mentor.name,
        "starts_at": contact.starts_at,
        "ends_at": contact.ends_at,
        "minutes": contact.minutes,
        "paid_minutes": contact.paid_minutes,
        "state": contact.state,
        "state_label": contact.get_state_display(),
        "task": contact.task.text if contact.task else "",
        "note": contact.note,
        "registered_at": contact.registered_at,
        "registered_by": _name(contact.registered_by),
        "answers": [
            {
                "answer": each.answer,
                "answer_label": each.get_answer_display(),
                "reason": each.reason,
                "strength": each.strength,
                "strength_label": each.get_strength_display(),
                "at": each.at,
                "by": _name(each.by),
            }
            for each in sorted(contact.confirmations.all(), key=lambda each: each.pk)
        ],
    }


def _lines(mentorship: Mentorship) -> Iterable[InvoiceLine]:
    found = InvoiceLine.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    related = found.select_related("invoice", "decided_by").defer("invoice__content")
    return related.prefetch_related("covers__contact").order_by("id")


def _line(line: InvoiceLine) -> dict[str, Any]:
    return {
        "supplier": line.invoice.supplier_name,
        "supplier_cvr": line.invoice.supplier_cvr,
        "invoice": line.invoice.number,
        "issued_on": line.invoice.issued_on,
        "text": line.text,
        "claimed_minutes": line.claimed_minutes,
        "covered_minutes": line.covered_minutes,
        "amount": line.amount,
        "state": line.state,
        "state_label": line.get_state_display(),
        "reason": line.reason,
        "decided_at": line.decided_at,
        "decided_by": _name(line.decided_by),
        "covers": [
            {"contact": each.contact.public_id, "minutes": each.minutes} for each in line.covers.all()
        ],
    }


def _payments(mentorship: Mentorship) -> Iterable[Payment]:
    found = Payment.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    related = found.select_related("approved_by", "exported_in", "line__invoice")
    return related.defer("exported_in__content", "line__invoice__content").order_by("id")


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "invoice": payment.line.invoice.number,
        "amount": payment.amount,
        "vat": payment.vat,
        "approved_at": payment.approved_at,
        "approved_by": _name(payment.approved_by),
        "ledger_file": payment.exported_in.number if payment.exported_in else None,
    }


def _follow_up(each: FollowUp) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "kind_label": each.get_kind_display(),
        "due_on": each.due_on,
        "planned_for": each.planned_for,
        "moved_reason": each.moved_reason,
        "done_on": each.done_on,
        "done_by": _name(each.done_by),
        "form": each.form,
        "note": each.note,
        "service_delivered": each.service_delivered,
    }


def _conclusion(mentorship: Mentorship) -> dict[str, Any] | None:
    found = followups.conclusion_of(mentorship)
    if found is None:
        return None
    return {
        "ended_on": found.ended_on,
        "reason": found.reason,
        "reason_label": found.get_reason_display(),
        "what_follows": found.what_follows,
        "what_follows_label": found.get_what_follows_display(),
        "note": found.note,
        "recorded_at": found.recorded_at,
        "recorded_by": _name(found.recorded_by),
    }


def _controls(mentorship: Mentorship, user: User, on: date) -> list[dict[str, Any]]:
    found = review(cases.facts_of(mentorship, on), on, rulebook.numbers_of(user))
    return [
        {
            "question": question.id,
            "title": question.title,
            "outcome": outcome.value,
            "sentence": sentence,
            "remedy": remedy,
            "source": str(question.source),
            "is_confirmed": question.source.confidence is not Confidence.NOT_CONFIRMED,
        }
        for question, outcome, sentence, remedy in found
    ]


def _samples(mentorship: Mentorship, user: User) -> Iterable[SampleCase]:
    found = SampleCase.objects.filter(municipality_id=municipality_of(user), mentorship=mentorship)
    related = found.select_related("sample", "answered_to", "found_by", "replied_by", "closed_by")
    return related.defer("sample__frame").order_by("id")


def _sample(each: SampleCase) -> dict[str, Any]:
    return {
        "sample": each.sample.name,
        "seed": each.sample.seed,
        "drawn_on": each.sample.drawn_on,
        "deadline": each.sample.deadline,
        "inclusion": round(each.inclusion, 6),
        "state": each.state,
        "state_label": each.get_state_display(),
        "party_label": each.get_party_display(),
        "was_delivered": each.was_delivered,
        "strength_label": each.get_strength_display() if each.strength else "",
        "answer": each.answer,
        "answered_at": each.answered_at,
        "finding": each.finding,
        "found_by": _name(each.found_by),
        "reply": each.reply,
        "replied_by": _name(each.replied_by),
        "clawback": each.clawback,
        "clawback_kroner": each.clawback_kroner,
        "closed_at": each.closed_at,
        "closed_by": _name(each.closed_by),
    }


def _documents(mentorship: Mentorship) -> Any:
    return mentorships.documents_of(mentorship).order_by("id")


def _document(place: int, document: Document) -> dict[str, Any]:
    return {
        "file": file_name(place, document),
        "title": document.title,
        "kind": document.kind,
        "content_type": document.content_type,
        "created_at": document.created_at,
        "sha256": bytes(document.sha256).hex(),
    }
