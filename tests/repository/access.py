"""Who may reach what: a row for every named route and method. The tests hold the product against it.

A new route: add its name to ``ROUTES`` in the place of its kind,

    "training:course": page(CASE_WORK, "course"),          a GET; the name says whose id stands in the address
    "training:enrol": act(CASE_WORK, "course", {...}),     a POST, with what makes it succeed

and a thing of a new kind to ``world._things``. A page that also takes a POST, and an act that another role may do to
another thing, get a row in ``FURTHER``. ``python -m tests.repository.access_page`` then writes docs/access.md again.
Say what the product should allow, not what the code happens to answer.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from brobygger.accounts.permissions import Role
from tests.repository.world import Things

CONSULTANT, WORKER, LEADER = Role.JOB_CONSULTANT, Role.CASE_WORKER, Role.TEAM_LEADER
COORDINATOR, FINANCE, CONTROLLER = Role.COORDINATOR, Role.FINANCE, Role.CONTROLLER
ANALYST, ADMINISTRATOR = Role.ANALYST, Role.ADMINISTRATOR
MENTOR, CITIZEN, COMPANY = Role.MENTOR, Role.CITIZEN, Role.COMPANY

CASE_WORK = {CONSULTANT, WORKER, LEADER, COORDINATOR}
DECIDE = {WORKER, LEADER, COORDINATOR}
SEE_CASES = CASE_WORK | {FINANCE, CONTROLLER}
CONTROLS = {LEADER, CONTROLLER, ADMINISTRATOR}
CASE_CONTROLS = {LEADER, CONTROLLER}
RESULTS = {LEADER, CONTROLLER, ANALYST, ADMINISTRATOR}
FRAMES = {LEADER, ADMINISTRATOR}
PAY_WRITERS = CASE_WORK | {FINANCE}
BUDGET_SETTERS = {LEADER, FINANCE}
OUTBOX = CASE_WORK | {FINANCE, ADMINISTRATOR}
STAFF = SEE_CASES | {ANALYST, ADMINISTRATOR}
OUTSIDE = {MENTOR, CITIZEN, COMPANY}
EVERYBODY = STAFF | OUTSIDE
PARTIES = CASE_WORK | {MENTOR, CITIZEN}

KNOWING = SEE_CASES
"""Roles that may know of every case in the municipality, also of those acts on it that are not theirs."""

LINKS = {"link", "attest_link", "hearing_link", "feed", "page_link"}
"""Things that stand in the address as the token of a one-time link."""

DONE, NOT_READ, NO_TOKEN = (200, 204, 302), (422,), (401,)


@dataclass(frozen=True)
class Row:
    """``thing`` names whose id ``public_id`` is; ``sent`` makes it a POST; ``open`` needs no sign-in.

    In what is sent and in ``more``, "{contact}" stands for the id of the thing "contact". With ``in_address`` off the
    thing stands only in what is sent. ``answers`` are the statuses that say "you may". ``private``: a thing of the
    person's own, also among colleagues.
    """

    roles: frozenset[Role]
    thing: str = ""
    sent: Mapping[str, str] | None = None
    more: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    open: bool = False
    in_address: bool = True
    answers: tuple[int, ...] = DONE
    private: bool = False

    @property
    def method(self) -> str:
        return "GET" if self.sent is None else "POST"

    def address(self, name: str, things: Things | None) -> str:
        """The route's address for these things; None gives ids that are nobody's."""
        ids = ids_of(things)
        parts = {
            key: value.format_map(ids) if isinstance(value, str) else value
            for key, value in self.more.items()
        }
        if self.thing and self.in_address:
            parts["token" if self.thing in LINKS else "public_id"] = ids[self.thing]
        return reverse(name, kwargs=parts)

    def body(self, things: Things | None) -> dict[str, str]:
        ids = ids_of(things)
        return {name.format_map(ids): text.format_map(ids) for name, text in (self.sent or {}).items()}


def ids_of(things: Things | None) -> Mapping[str, Any]:
    """The id of each thing by its name; without things each is nobody's, the same one throughout."""
    if things is None:
        return defaultdict(uuid.uuid4, dict.fromkeys(LINKS, "x" * 43))
    return {name: text if name in LINKS else uuid.UUID(text) for name, text in things.found.items()}


def page(roles: Iterable[Role], thing: str = "", *, private: bool = False, **more: Any) -> Row:
    return Row(frozenset(roles), thing, None, more, private=private)


def act(
    roles: Iterable[Role],
    thing: str = "",
    sent: Mapping[str, str] | None = None,
    *,
    private: bool = False,
    in_address: bool = True,
    **more: Any,
) -> Row:
    """Something done, with all that it needs: who may do it, does it."""
    return Row(frozenset(roles), thing, sent or {}, more, private=private, in_address=in_address)


def empty_form(roles: Iterable[Role], thing: str = "", **more: Any) -> Row:
    """A form sent without what it asks for: who may fill it in is told what lacks, everybody else nothing."""
    return Row(frozenset(roles), thing, {"version": "1"}, more, answers=NOT_READ)


def public(thing: str = "", sent: dict[str, str] | None = None) -> Row:
    return Row(frozenset(EVERYBODY), thing, sent, open=True)


DECISION = {"version": "1", "reasons": "Støtten er nødvendig.", "hearing": "Ingen bemærkninger."}
FOLLOWED_UP = {"done_on": "20.11.2026", "how": "CALL", "service_delivered": "yes", "note": ""}
REFUSED = {
    "act": "refuse",
    "choice_{line.hex}": "refuse",
    "version_{line.hex}": "1",
    "reason_code": "NOT_DELIVERED",
}
ASSIGNED = {"l{line.hex}-mentorship": "{mentorship}", "l{line.hex}-version": "1"}
LIMIT = {"name": "overlap_minutes", "value": "5", "valid_from": "1.1.2027", "reason": "Vi har flere hold."}
ANSWERED = {"version": "1", "was_delivered": "yes", "strength": "TELEPHONE"}

ROUTES: dict[str, Row] = {
    # Open to anybody
    "healthz": public(),
    "set_language": public(sent={"language": "da"}),
    "ui:gallery": public(),
    "accounts:login": public(),
    "accounts:logout": public(sent={}),
    "web:guide": public(),
    "web:calculator": public(),
    "web:accessibility": public(),
    "grants:agreement_link": public("link"),
    "controls:attest_link": public("attest_link"),
    "followups:hearing_link": public("hearing_link"),
    # Whoever is signed in
    "accounts:password": page(EVERYBODY),
    "web:keepalive": page(EVERYBODY),
    "web:home": page(EVERYBODY),
    "web:search": page(STAFF),
    # Cases
    "mentorships:list": page(SEE_CASES),
    "web:case": page(SEE_CASES, "mentorship"),
    "web:explain": page(SEE_CASES, "mentorship"),
    "web:what_if": page(SEE_CASES, "mentorship"),
    "mentorships:journal": act(
        CASE_WORK, "mentorship", {"dated_on": "20.11.2026", "subject": "Samtale", "text": "Ja"}
    ),
    "mentorships:answer": act(CASE_WORK, "mentorship", {"answer": "På mandag."}, message_id="{message}"),
    "mentorships:cpr": act(CASE_WORK, "mentorship"),
    "mentorships:document": page(CASE_WORK | {CONTROLLER} | OUTSIDE, "document"),
    # Asking for a grant
    "grants:new": page(CASE_WORK),
    "grants:new_panel": act(CASE_WORK),
    "grants:new_draft": act(CASE_WORK),
    "grants:draft": page({CONSULTANT}, "draft", private=True),
    "grants:discard": act({CONSULTANT}, "draft", private=True),
    "grants:renew": page(CASE_WORK, "mentorship"),
    "grants:change": page(CASE_WORK, "mentorship"),
    # Deciding: the application says which role, by the frame and the way of working (more of them in FURTHER)
    "grants:queue": page(SEE_CASES),
    "grants:application": page(SEE_CASES, "application"),
    "grants:approve": act({LEADER}, "application", DECISION),
    "grants:refuse": page(DECIDE, "application"),
    "grants:withdraw": act(CASE_WORK, "application"),
    # The agreement
    "grants:agreement": page(OUTSIDE, "agreement"),
    "grants:send_agreement": act(CASE_WORK, "agreement"),
    "grants:resend": act(CASE_WORK, "party"),
    "grants:on_paper": act(CASE_WORK, "party"),
    # Registers
    "people:mentors": page(CASE_WORK),
    "people:new_mentor": page(CASE_WORK),
    "people:mentor": page(CASE_WORK, "mentor"),
    "people:edit_mentor": page(CASE_WORK, "mentor"),
    "people:mentor_login": act(CASE_WORK, "mentor"),
    "people:edit_organisation": page(CASE_WORK, "organisation"),
    "people:organisation_login": act(CASE_WORK, "organisation"),
    "people:citizen_lookup": act(CASE_WORK, sent={"name": "David"}),
    "people:citizen": page(SEE_CASES, "citizen"),
    "people:edit_citizen": page(CASE_WORK, "citizen"),
    "people:citizen_login": act(CASE_WORK, "citizen"),
    "people:reveal_cpr": act(CASE_WORK, "citizen"),
    # The mentor's telephone
    "hours:mentor": page({MENTOR}),
    "hours:register": page({MENTOR}),
    "hours:tasks": page({MENTOR}),
    "hours:correct": page({MENTOR}, "contact"),
    "hours:withdraw": page({MENTOR}, "contact"),
    "hours:hand_in": act({MENTOR}, year=2026, month=10),
    "hours:manifest": public(),
    "hours:worker": public(),
    "hours:phone": public(),
    "hours:phone_state": page({MENTOR}),
    "hours:send": empty_form({MENTOR}),
    # The citizen's telephone
    "citizens:overview": page({CITIZEN}),
    "citizens:confirm": act({CITIZEN}, "contact"),
    "citizens:confirm_all": act({CITIZEN}, "contact", {"contact": "{contact}"}, in_address=False),
    "citizens:dispute": page({CITIZEN}, "contact"),
    "citizens:agreed": page({CITIZEN}, "mentorship"),
    "citizens:message": page({CITIZEN}, "mentorship", kind="klage"),
    "citizens:looks": page({CITIZEN}),
    "citizens:how_it_goes": page({CITIZEN}, "mentorship"),
    "citizens:help": page({CITIZEN}, "mentorship"),
    "citizens:alone": page({CITIZEN}, "mentorship"),
    "citizens:language": public(sent={"language": "da"}),
    "citizens:link": public("page_link"),
    # What staff and the mentor set for the citizen's page
    "citizens:send_link": act(CASE_WORK, "citizen"),
    "citizens:contact_hours": page(CASE_WORK | {MENTOR}, "mentorship"),
    "citizens:languages": page(FRAMES),
    # The company's
    "hours:company": page({COMPANY}),
    # Contacts, as staff sees to them
    "hours:resolve": page(CASE_WORK, "disputed"),
    "hours:answers": page(CASE_WORK, "mentorship"),
    # Meetings and calendars
    "meetings:calendar": page(CASE_WORK | OUTSIDE),
    "meetings:make_feed": act(CASE_WORK | OUTSIDE),
    "meetings:revoke_feed": act(CASE_WORK | OUTSIDE),
    "meetings:reminders": act(CASE_WORK | OUTSIDE, sent={"wanted": "on"}),
    "meetings:feed": public("feed"),
    "meetings:plan": page(CASE_WORK | {MENTOR}, "mentorship"),
    "meetings:meeting": page(SEE_CASES | OUTSIDE, "meeting"),
    "meetings:move": page(CASE_WORK | {MENTOR}, "meeting"),
    "meetings:cancel": page(CASE_WORK | {MENTOR}, "meeting"),
    "meetings:outcome": page(CASE_WORK | {MENTOR}, "meeting"),
    "meetings:invitation": page(SEE_CASES | OUTSIDE, "meeting"),
    # Follow-up and end
    "followups:record": page(CASE_WORK, "follow_up"),
    "followups:move": page(CASE_WORK, "follow_up"),
    "followups:conclude": page(CASE_WORK, "mentorship"),
    "followups:new_concern": page(SEE_CASES | OUTSIDE, "mentorship"),
    "followups:concern": page(SEE_CASES, "concern"),  # raised by staff: no outsider's own
    "followups:hearing": page({MENTOR}, "hearing"),  # whoever is asked: here the mentor
    "followups:ask_company": act(CASE_WORK, "company_hearing"),
    "followups:substitutes": page(CASE_WORK),
    "followups:call_off": act({LEADER}, "substitute"),
    "followups:plans": page(FRAMES),
    "followups:new_plan": page(FRAMES),
    "followups:new_alarm": page(FRAMES),
    "followups:on_time": page(CASE_WORK),
    # Plan and tools: the three parties, and who keeps the catalogue
    "toolbox:case": page(PARTIES, "mentorship"),
    "toolbox:plan": page(PARTIES, "mentorship"),
    "toolbox:edit_plan": page(CASE_WORK, "mentorship"),
    "toolbox:new_goal": page(CASE_WORK, "mentorship"),
    "toolbox:read_goals": page(PARTIES, "mentorship"),
    "toolbox:progress": page(PARTIES, "mentorship"),
    "toolbox:assess": page(PARTIES, "mentorship"),
    "toolbox:logbook": page(PARTIES, "mentorship"),
    "toolbox:tool": page(PARTIES, "mentorship", slug="mentorhjul"),
    "toolbox:fill": page({MENTOR, CITIZEN}, "mentorship", slug="mentorhjul"),
    "toolbox:catalogue": page(CASE_WORK | {MENTOR} | FRAMES),
    "toolbox:new_digital": page(FRAMES),
    "toolbox:edit_digital": page(FRAMES, "digital_tool"),
    # Money
    "payments:invoices": page(SEE_CASES),
    "payments:invoice": page(SEE_CASES, "invoice"),
    "payments:original": page(SEE_CASES, "invoice"),
    "payments:months": page(SEE_CASES),
    "payments:ledger": page(SEE_CASES),
    "payments:ledger_file": page(SEE_CASES, "ledger_file"),
    "payments:receive": empty_form({FINANCE}),
    "payments:pay_records": page(SEE_CASES),
    "payments:new_pay": page(PAY_WRITERS),
    "payments:pay_panel": act(PAY_WRITERS),
    "payments:pay_record": page(SEE_CASES, "pay_record"),
    "payments:pay_paper": page(SEE_CASES, "pay_record"),
    "payments:budget": page(SEE_CASES),
    "payments:budget_cases": page(SEE_CASES),
    "payments:set_budget": page(BUDGET_SETTERS),
    "payments:chart": page(SEE_CASES),
    "payments:chart_template": page(SEE_CASES),
    "payments:reimbursement": page(SEE_CASES),
    "payments:decide": act({FINANCE}, "invoice", REFUSED),
    "payments:rematch": act({FINANCE}, "invoice"),
    "payments:assign": act({FINANCE}, "line", ASSIGNED),
    "payments:reopen": act({FINANCE}, "line", {"reopen_version_{line.hex}": "1"}),
    "payments:refuse_part": empty_form({FINANCE}, "line"),
    "payments:take_part_back": act({FINANCE}, "line", {"back_version_{line.hex}": "1"}),
    "payments:response": page(SEE_CASES, "answered_invoice"),
    "payments:supplier": page({COMPANY}),
    "payments:hand_in_month": act({COMPANY}, month="2026-10"),
    "payments:supplier_answer": page({COMPANY}, "answered_invoice"),
    "payments:intake": page({ADMINISTRATOR}),
    "payments:make_token": empty_form({ADMINISTRATOR}),
    "payments:revoke_token": act({ADMINISTRATOR}, "api_token"),
    "payments:upload_rules": empty_form({ADMINISTRATOR}),
    "payments:withdraw_rules": act({ADMINISTRATOR}, "rule_package"),
    # Other systems: no sign-in counts there, only a token
    "invoice_api:description": public(),
    "invoice_api:receive": Row(frozenset(EVERYBODY), "", {}, open=True, answers=NO_TOKEN),
    "invoice_api:invoice": Row(frozenset(EVERYBODY), "invoice", open=True, answers=NO_TOKEN),
    "invoice_api:response": Row(frozenset(EVERYBODY), "invoice", open=True, answers=NO_TOKEN),
    "payments:books": page(SEE_CASES),
    "payments:claim_from_state": empty_form({FINANCE}),
    "payments:received_from_state": empty_form({FINANCE}),
    "payments:finance_files": page(SEE_CASES),
    "payments:make_finance_file": act({FINANCE}),
    "payments:finance_file": page(SEE_CASES, "finance_file"),
    "payments:reconciliation": page(SEE_CASES),
    "payments:close_difference": empty_form({FINANCE}, "difference"),
    "payments:clawbacks": page(SEE_CASES),
    "payments:clawback": page(SEE_CASES, "clawback"),
    "payments:approve_clawback": act({FINANCE}, "clawback"),
    "payments:refuse_clawback": empty_form({FINANCE}, "clawback"),
    "payments:clawback_receipt": empty_form({FINANCE}, "claimed_back"),
    "payments:clawback_letter": page(SEE_CASES, "claimed_back"),
    "payments:request_clawback": page({FINANCE}, "paid_line"),
    # Registers
    "registers:imports": page(FRAMES),
    "registers:upload": empty_form(FRAMES),
    "registers:codes": page(RESULTS),
    "registers:waiting": page(FRAMES, "waiting_file"),
    "registers:approve": act(FRAMES, "waiting_file"),
    "registers:discard": act(FRAMES, "waiting_file"),
    "registers:report": page(FRAMES, "register_import"),
    "registers:status": page(CASE_WORK, "mentorship"),
    # Results: what the mentorships led to
    "effects:overview": page(RESULTS),
    "effects:status": page(RESULTS),
    "effects:retention": page(RESULTS),
    "effects:pathways": page(RESULTS),
    "effects:dosage": page(RESULTS),
    "effects:goals": page(RESULTS),
    "effects:subgroups": page(RESULTS),
    "effects:worth": page(RESULTS),
    "effects:comparison": page(RESULTS),
    "effects:others": page(RESULTS),
    "effects:sharing": page(RESULTS),
    "effects:share": act({LEADER}, sent={"is_on": "yes"}),
    "effects:run": act(RESULTS),
    "effects:cases": page(CASE_CONTROLS),
    "effects:table": page(RESULTS, key="status", number=1),
    "effects:soem": page(RESULTS),
    "effects:pdf": page(RESULTS),
    # Controls
    "controls:grid": page(CONTROLS),
    "controls:run": act(CONTROLS),
    "controls:trends": page(CONTROLS),
    "controls:failures": page(CASE_CONTROLS, question="K07"),
    "controls:questionnaire": page(CONTROLS),
    "controls:questionnaire_file": page(CONTROLS),
    "controls:audit_file": page(CONTROLS),
    "controls:audit_report": page(CONTROLS, "file_audit"),
    "controls:audit_report_file": page(CONTROLS, "file_audit", kind="json"),
    "controls:samples": page(CASE_CONTROLS),
    "controls:sample_draw": page(CASE_CONTROLS),
    "controls:sample": page(CASE_CONTROLS, "sample"),
    "controls:sample_frame": page(CASE_CONTROLS, "sample"),
    "controls:sample_case": page(CASE_CONTROLS, "sample_case"),
    "controls:sample_answer": act(CASE_CONTROLS, "sample_case", ANSWERED),
    "controls:sample_finding": empty_form(CASE_CONTROLS, "sample_case"),
    "controls:sample_reply": empty_form(CASE_CONTROLS, "sample_case"),
    "controls:sample_close": empty_form(CASE_CONTROLS, "sample_case"),
    "controls:attest": page({CITIZEN}, "attestation"),  # whoever the sample asks: here the citizen
    "controls:case_pdf": page(CASE_CONTROLS, "mentorship"),
    "controls:case_zip": page(CASE_CONTROLS, "mentorship"),
    "controls:risks": page(CASE_CONTROLS),
    "controls:risk_limits": page(CONTROLS),
    "controls:risk": page(CASE_CONTROLS, "risk"),
    "controls:risk_look": act(CASE_CONTROLS, "risk"),
    "controls:risk_explain": act(CASE_CONTROLS, "risk", {"explanation": "Fælles møder."}),
    # Evaluations
    "evaluations:list": page(CASE_WORK),
    "evaluations:new": page({LEADER}, kind="lodtraekning"),
    "evaluations:new_power": act({LEADER}, kind="lodtraekning"),
    "evaluations:evaluation": page(CASE_WORK, "evaluation"),
    "evaluations:protocol": page({LEADER}, "draft_evaluation"),
    "evaluations:delete": page({LEADER}, "draft_evaluation"),
    "evaluations:register": act({LEADER}, "draft_evaluation", {"version": "1"}),
    "evaluations:draw": act({LEADER}, "evaluation", {"seen": "3"}),
    "evaluations:close": empty_form({LEADER}, "evaluation"),
    "evaluations:export": page({LEADER}, "drawn_evaluation"),
    "evaluations:find": page(CASE_WORK, "evaluation"),
    "evaluations:add": page(CASE_WORK, "evaluation", citizen="{citizen}"),
    "evaluations:leave": page(CASE_WORK, "candidate"),
    "evaluations:surveys": page({LEADER}),
    "evaluations:survey_choice": act({LEADER}, sent={"is_on": "yes"}),
    "evaluations:answer": page({CITIZEN}, "survey_ask"),  # whoever is asked: here the citizen
    # Frames
    "rulebook:frames": page(FRAMES),
    "rulebook:new_frame": page(FRAMES),
    "rulebook:new_way": page(FRAMES),
    "rulebook:parameters": page(FRAMES),
    "rulebook:new_parameter": page(FRAMES),
    # Administration
    "web:administration": page(CONTROLS | FRAMES),
    "web:outbox": page(OUTBOX),
    "web:users": page({ADMINISTRATOR}),
    "web:new_user": page({ADMINISTRATOR}),
    "web:new_team": act({ADMINISTRATOR}, sent={"team_name": "Team Ny"}),
    "web:user": page({ADMINISTRATOR}, "user"),
    "web:looks": page(CONTROLS),
}


FURTHER: list[tuple[str, Row]] = [
    # The role that the application names decides it, and no other
    ("grants:approve", act({CONSULTANT}, "for_consultant", DECISION)),
    ("grants:approve", act({WORKER}, "for_worker", DECISION)),
    ("grants:approve", act({COORDINATOR}, "for_coordinator", DECISION)),
    ("grants:refuse", act({LEADER}, "application", DECISION)),
    ("grants:refuse", act({CONSULTANT}, "for_consultant", DECISION)),
    ("grants:refuse", act({WORKER}, "for_worker", DECISION)),
    ("grants:refuse", act({COORDINATOR}, "for_coordinator", DECISION)),
    # Pages that take a form too
    ("accounts:login", Row(frozenset(EVERYBODY), sent={}, open=True, answers=(200,))),
    ("accounts:password", empty_form(EVERYBODY)),
    ("web:search", act(STAFF, sent={"q": "forløb"})),
    ("web:what_if", empty_form(SEE_CASES, "mentorship")),
    ("grants:agreement_link", Row(frozenset(EVERYBODY), "link", {"act": "accept"}, open=True)),
    ("controls:attest_link", Row(frozenset(EVERYBODY), "attest_link", {"act": "yes"}, open=True)),
    ("grants:agreement", act(OUTSIDE, "agreement", {"act": "accept"})),
    ("grants:new", act(CASE_WORK, sent={"act": "draft"})),
    ("grants:renew", empty_form(CASE_WORK, "mentorship")),
    ("grants:change", empty_form(CASE_WORK, "mentorship")),
    ("people:new_mentor", empty_form(CASE_WORK)),
    ("people:edit_mentor", empty_form(CASE_WORK, "mentor")),
    ("people:edit_organisation", empty_form(CASE_WORK, "organisation")),
    ("people:edit_citizen", empty_form(CASE_WORK, "citizen")),
    ("hours:register", empty_form({MENTOR})),
    ("hours:correct", empty_form({MENTOR}, "contact")),
    ("hours:withdraw", act({MENTOR}, "contact", {"reason": "Forkert dag."})),
    ("citizens:dispute", act({CITIZEN}, "contact", {"reason": "Vi mødtes ikke."})),
    ("citizens:message", act({CITIZEN}, "mentorship", {"text": "Jeg vil klage."}, kind="klage")),
    ("citizens:how_it_goes", act({CITIZEN}, "mentorship", {"score": "3"})),
    ("citizens:help", act({CITIZEN}, "mentorship", {"text": "Jeg mangler hjælp."})),
    ("citizens:alone", act({CITIZEN}, "mentorship")),
    ("citizens:link", Row(frozenset(EVERYBODY), "page_link", {"act": "send"}, open=True)),
    ("citizens:contact_hours", empty_form(CASE_WORK | {MENTOR}, "mentorship")),
    ("citizens:languages", act(FRAMES, sent={"code": "ar", "is_on": "on"})),
    ("hours:resolve", act(CASE_WORK, "disputed", {"pay": "YES", "reason": "Talt med begge."})),
    ("hours:answers", empty_form(CASE_WORK, "mentorship")),
    ("followups:record", act(CASE_WORK, "follow_up", FOLLOWED_UP)),
    ("followups:move", act(CASE_WORK, "follow_up", {"to": "27.11.2026", "reason": "Sygdom."})),
    ("followups:conclude", empty_form(CASE_WORK, "mentorship")),
    ("followups:new_concern", act(SEE_CASES | OUTSIDE, "mentorship", {"text": "Han kommer ikke."})),
    ("followups:concern", act(CASE_WORK, "concern", {"answer": "Jeg ringer."})),
    ("followups:hearing", act({MENTOR}, "hearing", {"going": "WELL"})),
    ("followups:hearing_link", Row(frozenset(EVERYBODY), "hearing_link", {"going": "WELL"}, open=True)),
    ("followups:substitutes", empty_form(CASE_WORK)),
    ("followups:new_plan", empty_form(FRAMES)),
    ("followups:new_alarm", empty_form(FRAMES)),
    ("meetings:plan", empty_form(CASE_WORK | {MENTOR}, "mentorship")),
    ("meetings:move", empty_form(CASE_WORK | {MENTOR}, "meeting")),
    ("meetings:cancel", empty_form(CASE_WORK | {MENTOR}, "meeting")),
    ("meetings:outcome", empty_form(CASE_WORK | {MENTOR}, "meeting")),
    ("toolbox:edit_plan", act(CASE_WORK, "mentorship", {"sessions": "12"})),
    ("toolbox:new_goal", act(CASE_WORK, "mentorship", {"text": "Tager bussen selv"})),
    ("toolbox:read_goals", act(PARTIES, "mentorship", {"score_1": "4"})),
    ("toolbox:assess", act(PARTIES, "mentorship", {"moment": "START", "DAILY": "4"})),
    ("toolbox:fill", act({MENTOR, CITIZEN}, "mentorship", {"money": "4"}, slug="mentorhjul")),
    ("toolbox:new_digital", empty_form(FRAMES)),
    ("toolbox:edit_digital", empty_form(FRAMES, "digital_tool")),
    ("registers:status", empty_form(CASE_WORK, "mentorship")),
    ("payments:ledger", act({FINANCE})),
    ("payments:supplier", empty_form({COMPANY})),
    ("payments:new_pay", act(PAY_WRITERS, sent={"act": "more"})),
    ("payments:pay_record", empty_form(PAY_WRITERS, "pay_record")),
    ("payments:set_budget", empty_form(BUDGET_SETTERS)),
    ("payments:chart", empty_form(BUDGET_SETTERS)),
    ("payments:finance_files", empty_form({FINANCE})),
    ("payments:reconciliation", empty_form({FINANCE})),
    ("payments:request_clawback", empty_form({FINANCE}, "paid_line")),
    ("controls:audit_file", empty_form(CONTROLS)),
    ("controls:attest", act({CITIZEN}, "attestation", {"act": "yes", "seen": "60"})),
    ("controls:sample_draw", empty_form(CASE_CONTROLS)),
    ("controls:risk_limits", act(FRAMES, sent=LIMIT)),
    ("evaluations:new", empty_form({LEADER}, kind="lodtraekning")),
    ("evaluations:protocol", empty_form({LEADER}, "draft_evaluation")),
    ("evaluations:delete", act({LEADER}, "draft_evaluation", {"version": "1"})),
    ("evaluations:find", act(CASE_WORK, "evaluation", {"name": "David"})),
    ("evaluations:add", empty_form(CASE_WORK, "evaluation", citizen="{citizen}")),
    ("evaluations:leave", act(CASE_WORK, "candidate", {"why": "OTHER"})),
    ("evaluations:answer", act({CITIZEN}, "survey_ask", {"trust": "YES"})),
    ("evaluations:answer", act({MENTOR}, "mentor_ask", {"trust": "YES"})),
    ("rulebook:new_frame", empty_form(FRAMES)),
    ("rulebook:new_way", empty_form(FRAMES)),
    ("rulebook:new_parameter", empty_form(FRAMES)),
    ("web:new_user", empty_form({ADMINISTRATOR})),
    ("web:user", act({ADMINISTRATOR}, "user", {"roles": "FINANCE", "is_active": "on"})),
]
"""Another method of a page above, or the same act on a thing that another role may do it to."""

CASES: list[tuple[str, Row]] = [*ROUTES.items(), *FURTHER]


def named_routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The name of every route there is; one without a name is named by its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from named_routes(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name or pattern.pattern}"
