"""Who may reach what: one row for every named route. The tests hold the product against it, docs/access.md shows it."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterable, Iterator
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
FRAMES = {LEADER, ADMINISTRATOR}
OUTBOX = CASE_WORK | {FINANCE, ADMINISTRATOR}
STAFF = SEE_CASES | {ANALYST, ADMINISTRATOR}
OUTSIDE = {MENTOR, CITIZEN, COMPANY}
EVERYBODY = STAFF | OUTSIDE

NOT_MADE = "not made"
"""A thing that the world of the tests has none of: only the border around it is tested, by an id that is nobody's."""


@dataclass(frozen=True)
class Row:
    """``thing`` names what ``public_id`` is the id of; ``sent`` makes it a POST; ``open`` needs no sign-in.

    With ``field`` the thing's id is sent under that name instead of standing in the address; a star in the name of
    what is sent stands for the id.
    """

    roles: frozenset[Role]
    thing: str = ""
    sent: dict[str, str] | None = None
    more: dict[str, Any] = dataclasses.field(default_factory=dict)
    open: bool = False
    field: str = ""

    def address(self, name: str, things: Things | None) -> str:
        """The route's address for these things; None gives ids that are nobody's."""
        parts = dict(self.more)
        if self.thing and not self.field:
            parts[ID_NAMES.get(self.thing, "public_id")] = self._id(things)
        if "message_id" in parts:
            parts["message_id"] = things["message"] if things else str(uuid.uuid4())
        return reverse(name, kwargs=parts)

    def body(self, things: Things | None) -> dict[str, str]:
        hex_id = uuid.UUID(self._id(things)).hex if self.thing not in ("", "link") else ""
        sent = {name.replace("*", hex_id): value for name, value in (self.sent or {}).items()}
        return {**sent, **({self.field: self._id(things)} if self.field else {})}

    def _id(self, things: Things | None) -> str:
        known = things if self.thing != NOT_MADE else None
        return known[self.thing] if known else nobodys(self.thing)


ID_NAMES = {"link": "token"}


def nobodys(thing: str) -> str:
    return "x" * 43 if thing == "link" else str(uuid.uuid4())


def page(roles: Iterable[Role], thing: str = "", **more: Any) -> Row:
    return Row(frozenset(roles), thing, None, more)


def act(roles: Iterable[Role], thing: str = "", sent: dict[str, str] | None = None, **more: Any) -> Row:
    return Row(frozenset(roles), thing, sent or {}, more)


def public(thing: str = "", sent: dict[str, str] | None = None) -> Row:
    return Row(frozenset(EVERYBODY), thing, sent, open=True)


DECISION = {"version": "1", "reasons": "Støtten er nødvendig.", "hearing": ""}
FOLLOWED_UP = {"done_on": "20.11.2026", "how": "CALL", "service_delivered": "yes", "note": ""}

ROUTES: dict[str, Row] = {
    # Open to anybody
    "healthz": public(),
    "set_language": public(sent={"language": "da"}),
    "ui:gallery": public(),
    "accounts:login": public(),
    "accounts:logout": public(sent={}),
    "web:guide": public(),
    "web:accessibility": public(),
    "grants:agreement_link": public("link"),
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
    "mentorships:answer": act(CASE_WORK, "mentorship", {"answer": "På mandag."}, message_id=""),
    "mentorships:cpr": act(CASE_WORK, "mentorship"),
    "mentorships:document": page(CASE_WORK | {CONTROLLER} | OUTSIDE, "document"),
    # Asking for a grant
    "grants:new": page(CASE_WORK),
    "grants:new_panel": act(CASE_WORK),
    "grants:new_draft": act(CASE_WORK),
    "grants:draft": page({CONSULTANT}, "draft"),  # the owner's, and nobody else's
    "grants:discard": act({CONSULTANT}, "draft"),
    "grants:renew": page(CASE_WORK, "mentorship"),
    "grants:change": page(CASE_WORK, "mentorship"),
    # Deciding
    "grants:queue": page(SEE_CASES),
    "grants:application": page(SEE_CASES, "application"),
    "grants:approve": act(DECIDE, "application", DECISION),
    "grants:refuse": act(DECIDE, "application", DECISION),
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
    # The citizen's telephone
    "hours:citizen": page({CITIZEN}),
    "hours:confirm": act({CITIZEN}, "contact"),
    "hours:confirm_all": Row(frozenset({CITIZEN}), "contact", {}, field="contact"),
    "hours:dispute": page({CITIZEN}, "contact"),
    "hours:agreed": page({CITIZEN}, "mentorship"),
    "hours:message": page({CITIZEN}, "mentorship", kind="klage"),
    "hours:looks": page({CITIZEN}),
    # The company's
    "hours:company": page({COMPANY}),
    # Contacts, as staff sees to them
    "hours:resolve": page(CASE_WORK, "disputed"),
    "hours:answers": page(CASE_WORK, "mentorship"),
    # Follow-up and end
    "followups:record": page(CASE_WORK, "follow_up"),
    "followups:move": page(CASE_WORK, "follow_up"),
    "followups:conclude": page(CASE_WORK, "mentorship"),
    # Money
    "payments:invoices": page(SEE_CASES),
    "payments:invoice": page(SEE_CASES, "invoice"),
    "payments:original": page(SEE_CASES, "invoice"),
    "payments:months": page(SEE_CASES),
    "payments:ledger": page(SEE_CASES),
    "payments:ledger_file": page(SEE_CASES, "ledger_file"),
    "payments:receive": act({FINANCE}),
    "payments:decide": act({FINANCE}, "invoice"),
    "payments:rematch": act({FINANCE}, "invoice"),
    "payments:assign": act({FINANCE}, "line"),
    "payments:reopen": act({FINANCE}, "line", {"reopen_version_*": "1"}),
    # Controls
    "controls:grid": page(CONTROLS),
    "controls:run": act(CONTROLS),
    "controls:failures": page(CASE_CONTROLS, question="K07"),
    "controls:questionnaire": page(CONTROLS),
    "controls:questionnaire_file": page(CONTROLS),
    "controls:audit_file": page(CONTROLS),
    "controls:audit_report": page(CONTROLS, NOT_MADE),
    "controls:audit_report_file": page(CONTROLS, NOT_MADE, kind="csv"),
    "controls:samples": page(CASE_CONTROLS),
    "controls:sample_draw": page(CASE_CONTROLS),
    "controls:sample": page(CASE_CONTROLS, NOT_MADE),
    "controls:sample_frame": page(CASE_CONTROLS, NOT_MADE),
    "controls:sample_case": page(CASE_CONTROLS, NOT_MADE),
    "controls:sample_answer": act(CASE_CONTROLS, NOT_MADE),
    "controls:sample_finding": act(CASE_CONTROLS, NOT_MADE),
    "controls:sample_reply": act(CASE_CONTROLS, NOT_MADE),
    "controls:sample_close": act(CASE_CONTROLS, NOT_MADE),
    "controls:case_pdf": page(CASE_CONTROLS, "mentorship"),
    "controls:case_zip": page(CASE_CONTROLS, "mentorship"),
    "controls:risks": page(CONTROLS),
    "controls:risk_limits": page(CONTROLS),
    "controls:risk": page(CONTROLS, NOT_MADE),
    "controls:risk_look": act(CASE_CONTROLS, NOT_MADE),
    "controls:risk_explain": act(CASE_CONTROLS, NOT_MADE),
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
    "web:new_team": act({ADMINISTRATOR}),
    "web:user": page({ADMINISTRATOR}, "user"),
    "web:looks": page(CONTROLS),
}


def named_routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The name of every route there is; one without a name is named by its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from named_routes(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name or pattern.pattern}"
