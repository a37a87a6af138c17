"""Who may do what. One table; the access matrix in docs and tests is generated from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from brobygger.accounts.models import User


class Role(TextChoices):
    JOB_CONSULTANT = "JOB_CONSULTANT", gettext_lazy("Jobkonsulent")
    CASE_WORKER = "CASE_WORKER", gettext_lazy("Sagsbehandler")
    TEAM_LEADER = "TEAM_LEADER", gettext_lazy("Leder")
    COORDINATOR = "COORDINATOR", gettext_lazy("Mentorkoordinator")
    FINANCE = "FINANCE", gettext_lazy("Økonomi")
    CONTROLLER = "CONTROLLER", gettext_lazy("Tilsyn")
    ANALYST = "ANALYST", gettext_lazy("Analyse")
    ADMINISTRATOR = "ADMINISTRATOR", gettext_lazy("Administrator")
    MENTOR = "MENTOR", gettext_lazy("Mentor")
    CITIZEN = "CITIZEN", gettext_lazy("Borger")
    COMPANY = "COMPANY", gettext_lazy("Virksomhed")


class Permission(TextChoices):
    SEE_CASES = "SEE_CASES", gettext_lazy("Se forløb")
    SEE_CPR = "SEE_CPR", gettext_lazy("Se CPR-nummer")
    REQUEST_GRANT = "REQUEST_GRANT", gettext_lazy("Indstille eller bevilge inden for rammen")
    DECIDE_GRANT = "DECIDE_GRANT", gettext_lazy("Godkende indstillinger")
    FOLLOW_UP = "FOLLOW_UP", gettext_lazy("Følge op")
    MANAGE_MENTORS = "MANAGE_MENTORS", gettext_lazy("Føre mentorregistret")
    RESOLVE_DISPUTE = "RESOLVE_DISPUTE", gettext_lazy("Afgøre uenighed om timer")
    SEE_MONEY = "SEE_MONEY", gettext_lazy("Se fakturaer og betaling")
    HANDLE_INVOICES = "HANDLE_INVOICES", gettext_lazy("Behandle fakturaer")
    APPROVE_PAYMENT = "APPROVE_PAYMENT", gettext_lazy("Godkende betaling")
    RECORD_PAY = "RECORD_PAY", gettext_lazy("Registrere lønoplysninger")
    SET_BUDGET = "SET_BUDGET", gettext_lazy("Fastsætte budget og kontoplan")
    SEE_CONTROLS = "SEE_CONTROLS", gettext_lazy("Se tilsyn og revisionsspor")
    WEIGH_SIGNS = "WEIGH_SIGNS", gettext_lazy("Tage stilling til tegn på fejl og snyd")
    DRAW_SAMPLES = "DRAW_SAMPLES", gettext_lazy("Trække stikprøver og skrive, hvad de viser")
    SET_FRAMES = "SET_FRAMES", gettext_lazy("Fastsætte rammer")
    KEEP_CATALOGUE = "KEEP_CATALOGUE", gettext_lazy("Føre kataloget over digitale værktøjer")
    MANAGE_USERS = "MANAGE_USERS", gettext_lazy("Administrere brugere")
    SEE_OUTBOX = "SEE_OUTBOX", gettext_lazy("Se udgående beskeder")
    IMPORT_REGISTERS = "IMPORT_REGISTERS", gettext_lazy("Importere registre")
    RUN_EVALUATIONS = "RUN_EVALUATIONS", gettext_lazy("Planlægge evalueringer")
    SEE_EFFECTS = "SEE_EFFECTS", gettext_lazy("Se resultater")
    SHARE_FIGURES = "SHARE_FIGURES", gettext_lazy("Dele kommunens tal med andre kommuner")
    REGISTER_HOURS = "REGISTER_HOURS", gettext_lazy("Registrere egne timer")
    CONFIRM_HOURS = "CONFIRM_HOURS", gettext_lazy("Bekræfte egne timer")
    SEE_COMPANY = "SEE_COMPANY", gettext_lazy("Se egen virksomheds forløb")


P = Permission
_CASE_WORK = {
    P.SEE_CASES,
    P.SEE_CPR,
    P.FOLLOW_UP,
    P.MANAGE_MENTORS,
    P.RESOLVE_DISPUTE,
    P.SEE_OUTBOX,
    P.SEE_MONEY,
    P.RECORD_PAY,
}

ROLE_PERMISSIONS: dict[Role, set[Permission]] = {
    Role.JOB_CONSULTANT: _CASE_WORK | {P.REQUEST_GRANT},
    Role.CASE_WORKER: _CASE_WORK | {P.REQUEST_GRANT, P.DECIDE_GRANT},
    Role.TEAM_LEADER: _CASE_WORK
    | {P.REQUEST_GRANT, P.DECIDE_GRANT, P.SET_FRAMES, P.SEE_CONTROLS, P.WEIGH_SIGNS, P.DRAW_SAMPLES}
    | {P.KEEP_CATALOGUE, P.SET_BUDGET, P.IMPORT_REGISTERS, P.RUN_EVALUATIONS, P.SEE_EFFECTS}
    | {P.SHARE_FIGURES},
    Role.COORDINATOR: _CASE_WORK | {P.REQUEST_GRANT, P.DECIDE_GRANT},
    Role.FINANCE: {P.SEE_CASES, P.SEE_MONEY, P.HANDLE_INVOICES, P.APPROVE_PAYMENT, P.SEE_OUTBOX}
    | {P.RECORD_PAY, P.SET_BUDGET},
    Role.CONTROLLER: {P.SEE_CASES, P.SEE_MONEY, P.SEE_CONTROLS, P.WEIGH_SIGNS, P.DRAW_SAMPLES, P.SEE_EFFECTS},
    Role.ANALYST: {P.SEE_EFFECTS},
    Role.ADMINISTRATOR: {P.MANAGE_USERS, P.SET_FRAMES, P.KEEP_CATALOGUE, P.SEE_OUTBOX, P.SEE_CONTROLS}
    | {P.IMPORT_REGISTERS, P.SEE_EFFECTS},
    Role.MENTOR: {P.REGISTER_HOURS},
    Role.CITIZEN: {P.CONFIRM_HOURS},
    Role.COMPANY: {P.SEE_COMPANY},
}
del P


class NotAllowed(PermissionDenied):
    """The person's roles do not include the act. The message can be shown."""


def permissions_of(roles: Iterable[str]) -> set[Permission]:
    """All that these roles together allow; an unknown role allows nothing."""
    allowed: set[Permission] = set()
    for role in roles:
        allowed |= ROLE_PERMISSIONS.get(Role(role), set()) if role in Role.values else set()
    return allowed


def require(user: User, permission: Permission) -> None:
    """Raises NotAllowed unless ``user`` has ``permission``."""
    if not user.may(permission):
        raise NotAllowed(
            _("Din rolle giver ikke adgang til at %(act)s.") % {"act": str(permission.label).lower()}
        )
