"""Changes to citizens and mentors, and every look at a citizen."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.accounts import services as accounts
from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import Team, User
from brobygger.accounts.permissions import Permission, Role, require
from brobygger.accounts.selectors import municipality_of
from brobygger.audit import services as audit
from brobygger.law.codes import MentorKind
from brobygger.organisations.models import Organisation
from brobygger.people import selectors, vault
from brobygger.people.models import Citizen, CprNumber, Mentor
from brobygger.values.cpr import NotACpr, birth_date, parse_cpr


class Relation(TextChoices):
    """Why somebody may be looking at a citizen, told from the case and not from what they say."""

    OWN_CASE = "OWN_CASE", gettext_lazy("Eget forløb")
    TEAM = "TEAM", gettext_lazy("Eget hold")
    MENTOR = "MENTOR", gettext_lazy("Borgerens mentor")
    COMPANY = "COMPANY", gettext_lazy("Borgerens virksomhed")
    NONE = "NONE", gettext_lazy("Ingen kendt")


# Looks: no log, no page


def note_look(*, citizen: Citizen, by: User, page: str) -> None:
    """Records that ``by`` saw the citizen on ``page``. A citizen who looks at the own page is not recorded."""
    if by.kind != "citizen":
        audit.record("citizen.seen", by=by, subject=citizen, relation=_relation(citizen, by), purpose=page)


def note_looks(*, citizens: Collection[Citizen], by: User, page: str) -> None:
    """One event for a list that shows several citizens; ``detail.citizens`` holds their public ids."""
    seen = sorted({str(citizen.public_id) for citizen in citizens})
    if seen:
        audit.record("citizens.listed", by=by, subject_kind="Citizen", purpose=page, citizens=seen)


def note_search(*, criterion: str, citizens: Collection[Citizen], by: User) -> None:
    """Records what was searched for and whom it showed. Numbers are left out of the criterion: one could be a CPR."""
    audit.record(
        "search",
        by=by,
        subject_kind="Citizen",
        purpose=_("Søgning"),
        criterion=re.sub(r"\d[\d\s-]{2,}", "…", criterion)[:80],
        citizens=sorted(str(citizen.public_id) for citizen in citizens),
    )


def _relation(citizen: Citizen, by: User) -> Relation:
    if by.kind in ("mentor", "company"):
        return Relation(by.kind.upper())
    cases = [(citizen.consultant_id, citizen.team_id), *selectors.handlers_of(citizen)]
    if any(consultant == by.pk for consultant, _team in cases):
        return Relation.OWN_CASE
    if by.team_id and any(team == by.team_id for _consultant, team in cases):
        return Relation.TEAM
    return Relation.NONE


# CPR numbers: they leave the vault only here


def find_by_cpr(*, cpr: str, by: User) -> Citizen | None:
    """The citizen with this CPR number in the own municipality. The search is recorded, the number is not.

    Raises Refused for a text that is no CPR number, and NotAllowed.
    """
    require(by, Permission.SEE_CPR)
    citizen = selectors.by_blind_index(by, vault.blind_index(_digits(cpr), municipality_of(by)))
    audit.record(
        "citizen.sought_by_cpr",
        by=by,
        subject=citizen,
        subject_kind="Citizen",
        relation=_relation(citizen, by) if citizen else "",
        purpose=_("Opslag på CPR-nummer"),
        found=citizen is not None,
    )
    return citizen


def reveal_cpr(*, citizen: Citizen, by: User, purpose: str = "") -> str:
    """The ten digits. Recorded with relation and purpose. Raises Refused where none is kept, and NotAllowed."""
    require(by, Permission.SEE_CPR)
    row = selectors.cpr_row(citizen)
    if row is None:
        raise Refused(_("Borgeren er oprettet uden CPR-nummer."))
    audit.record(
        "citizen.cpr_shown",
        by=by,
        subject=citizen,
        relation=_relation(citizen, by),
        purpose=purpose or _("Vis CPR-nummer"),
    )
    return vault.decrypt(bytes(row.ciphertext), citizen.public_id, citizen.municipality_id, row.key_version)


def _digits(cpr: str) -> str:
    try:
        return parse_cpr(cpr)
    except NotACpr as error:
        raise Refused(str(error), field="cpr") from None


# Citizens


@transaction.atomic
def register_citizen(
    *,
    name: str,
    cpr: str,
    by: User,
    at: datetime,
    phone: str = "",
    email: str = "",
    address: str = "",
    target_group: str = "",
    language: str = "da",
    has_protected_address: bool = False,
    is_exempt_from_digital_post: bool = False,
    consultant: User | None = None,
    team: Team | None = None,
) -> Citizen:
    """A citizen new to the municipality, handled by ``by`` where nothing else is said. ``cpr`` may be empty.

    Raises Refused without a name or with a number that is none, Conflict when the number is already known.
    """
    require(by, Permission.REQUEST_GRANT)
    if not name.strip():
        raise Refused(_("Skriv borgerens navn."), field="name")
    digits = _digits(cpr) if cpr.strip() else ""
    citizen = Citizen.objects.create(
        municipality_id=municipality_of(by),
        name=name.strip(),
        birth_date=birth_date(digits) if digits else None,
        address=address.strip(),
        phone=phone.strip(),
        email=email.strip(),
        language=language,
        has_protected_address=has_protected_address,
        is_exempt_from_digital_post=is_exempt_from_digital_post,
        target_group=target_group,
        consultant=consultant or by,
        team=team or by.team,
    )
    if digits:
        _keep_cpr(citizen, digits)
    audit.record(
        "citizen.registered", by=by, subject=citizen, relation=Relation.OWN_CASE, with_cpr=bool(digits)
    )
    return citizen


def _keep_cpr(citizen: Citizen, digits: str) -> None:
    try:
        with transaction.atomic():
            CprNumber.objects.create(
                municipality_id=citizen.municipality_id,
                citizen=citizen,
                ciphertext=vault.encrypt(digits, citizen.public_id, citizen.municipality_id),
                blind_index=vault.blind_index(digits, citizen.municipality_id),
                key_version=vault.KEY_VERSION,
            )
    except IntegrityError:
        raise Conflict(
            _("En borger med det CPR-nummer findes allerede."), field="cpr", remedy=_("Slå borgeren op.")
        ) from None


@transaction.atomic
def change_citizen(
    *,
    citizen: Citizen,
    name: str,
    phone: str,
    email: str,
    address: str,
    language: str,
    has_protected_address: bool,
    is_exempt_from_digital_post: bool,
    by: User,
    at: datetime,
) -> None:
    """New contact details. Raises Refused without a name, and NotAllowed."""
    require(by, Permission.FOLLOW_UP)
    if not name.strip():
        raise Refused(_("Skriv borgerens navn."), field="name")
    after = {
        "name": name.strip(),
        "phone": phone.strip(),
        "email": email.strip(),
        "address": address.strip(),
        "language": language,
        "has_protected_address": has_protected_address,
        "is_exempt_from_digital_post": is_exempt_from_digital_post,
    }
    changed = _apply(citizen, after)
    if changed:
        audit.record(
            "citizen.changed", by=by, subject=citizen, relation=_relation(citizen, by), fields=changed
        )


# Mentors


@transaction.atomic
def add_mentor(
    *,
    kind: MentorKind,
    name: str,
    phone: str,
    email: str,
    organisation: Organisation | None,
    qualifications: str,
    languages: str,
    trained_on: date | None,
    by: User,
    at: datetime,
) -> Mentor:
    """A mentor in the register. Raises Refused without name or qualifications (law.md B05), and NotAllowed.

    Somebody already in the register under the same e-mail keeps the same identity, so that the two rows cannot
    be in two places at once.
    """
    require(by, Permission.MANAGE_MENTORS)
    _require_mentor_facts(kind, name, organisation, qualifications)
    mentor = Mentor.objects.create(
        municipality_id=municipality_of(by),
        identity=_identity(by, email),
        kind=kind.value,
        name=name.strip(),
        phone=phone.strip(),
        email=email.strip(),
        organisation=organisation,
        qualifications=qualifications.strip(),
        languages=languages.strip(),
        trained_on=trained_on,
    )
    audit.record("mentor.added", by=by, subject=mentor, kind=mentor.kind)
    return mentor


@transaction.atomic
def change_mentor(
    *,
    mentor: Mentor,
    kind: MentorKind,
    name: str,
    phone: str,
    email: str,
    organisation: Organisation | None,
    qualifications: str,
    languages: str,
    trained_on: date | None,
    is_active: bool,
    by: User,
    at: datetime,
) -> None:
    """New facts about a mentor. One with mentorships under way stays active. Raises Refused and NotAllowed."""
    require(by, Permission.MANAGE_MENTORS)
    _require_mentor_facts(kind, name, organisation, qualifications)
    if mentor.is_active and not is_active and (count := selectors.load_of(mentor)):
        raise Refused(
            _("Mentoren har %(count)d forløb i gang og kan ikke gøres inaktiv.") % {"count": count},
            field="is_active",
            remedy=_("Afslut forløbene, eller giv dem en anden mentor."),
        )
    after = {
        "kind": kind.value,
        "name": name.strip(),
        "phone": phone.strip(),
        "email": email.strip(),
        "organisation": organisation,
        "qualifications": qualifications.strip(),
        "languages": languages.strip(),
        "trained_on": trained_on,
        "is_active": is_active,
    }
    changed = _apply(mentor, after)
    if changed:
        audit.record("mentor.changed", by=by, subject=mentor, fields=changed, is_active=is_active)


def _require_mentor_facts(
    kind: MentorKind, name: str, organisation: Organisation | None, qualifications: str
) -> None:
    if not name.strip():
        raise Refused(_("Skriv mentorens navn."), field="name")
    if not qualifications.strip():
        raise Refused(
            _("Skriv mentorens kvalifikationer. Uden dem kan der ikke bevilges timer."),
            field="qualifications",
        )
    if organisation is None and kind in (
        MentorKind.COMPANY_EMPLOYEE,
        MentorKind.SCHOOL_EMPLOYEE,
        MentorKind.PRIVATE_PROVIDER,
    ):
        raise Refused(_("Vælg, hvor mentoren er ansat."), field="organisation")


def _identity(by: User, email: str) -> int:
    if email.strip() and (known := selectors.identity_of_email(by, email.strip())):
        return known
    with connection.cursor() as cursor:
        cursor.execute("select nextval('mentor_identity')")
        return int(cursor.fetchone()[0])


def _apply(row: Citizen | Mentor, after: Mapping[str, object]) -> list[str]:
    changed = sorted(name for name, value in after.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, after[name])
    if changed:
        row.save(update_fields=changed)
    return changed


# Logins of people outside the municipality


@transaction.atomic
def give_mentor_login(*, mentor: Mentor, by: User) -> tuple[User, str]:
    """A login for the mentor's phone page and its first password, shown once. Raises Refused and NotAllowed."""
    require(by, Permission.MANAGE_MENTORS)
    if not mentor.email:
        raise Refused(_("Skriv mentorens e-mail. Den er mentorens brugernavn."), field="email")
    return accounts.create_login(
        username=mentor.email,
        name=mentor.name,
        role=Role.MENTOR,
        person_id=mentor.pk,
        phone=mentor.phone,
        by=by,
    )


@transaction.atomic
def give_citizen_login(*, citizen: Citizen, by: User) -> tuple[User, str]:
    """A login for the citizen's phone page and its first password, shown once. Raises Refused and NotAllowed."""
    require(by, Permission.FOLLOW_UP)
    if not citizen.email:
        raise Refused(_("Skriv borgerens e-mail. Den er borgerens brugernavn."), field="email")
    return accounts.create_login(
        username=citizen.email,
        name=citizen.name,
        role=Role.CITIZEN,
        person_id=citizen.pk,
        phone=citizen.phone,
        by=by,
    )
