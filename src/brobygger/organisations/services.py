"""Changes to companies, schools, providers and municipal workplaces."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts import services as accounts
from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, Role, require
from brobygger.accounts.selectors import municipality_of
from brobygger.audit import services as audit
from brobygger.organisations import selectors
from brobygger.organisations.models import Organisation


@transaction.atomic
def add_organisation(
    *,
    kind: str,
    name: str,
    cvr: str,
    employees: int | None,
    contact_name: str,
    contact_email: str,
    contact_phone: str,
    by: User,
    at: datetime,
) -> Organisation:
    """A new organisation. Raises Refused without a name, Conflict when it is known already, and NotAllowed."""
    require(by, Permission.MANAGE_MENTORS)
    if not name.strip():
        raise Refused(_("Skriv navnet."), field="name")
    if selectors.same_as(by, name=name.strip(), cvr=cvr):
        raise Conflict(_("Virksomheden findes allerede. Vælg den på listen."), field="name")
    organisation = Organisation.objects.create(
        municipality_id=municipality_of(by),
        kind=kind,
        name=name.strip(),
        cvr=cvr,
        employees=employees,
        contact_name=contact_name.strip(),
        contact_email=contact_email.strip(),
        contact_phone=contact_phone.strip(),
    )
    audit.record("organisation.added", by=by, subject=organisation, kind=kind)
    return organisation


@transaction.atomic
def change_organisation(
    *,
    organisation: Organisation,
    kind: str,
    name: str,
    cvr: str,
    employees: int | None,
    contact_name: str,
    contact_email: str,
    contact_phone: str,
    by: User,
    at: datetime,
) -> None:
    """New facts. Raises Refused without a name, and NotAllowed."""
    require(by, Permission.MANAGE_MENTORS)
    if not name.strip():
        raise Refused(_("Skriv navnet."), field="name")
    after: dict[str, object] = {
        "kind": kind,
        "name": name.strip(),
        "cvr": cvr,
        "employees": employees,
        "contact_name": contact_name.strip(),
        "contact_email": contact_email.strip(),
        "contact_phone": contact_phone.strip(),
    }
    changed = sorted(field for field, value in after.items() if getattr(organisation, field) != value)
    for field in changed:
        setattr(organisation, field, after[field])
    if changed:
        organisation.save(update_fields=changed)
        audit.record("organisation.changed", by=by, subject=organisation, fields=changed)


@transaction.atomic
def give_contact_login(*, organisation: Organisation, by: User) -> tuple[User, str]:
    """A login for the contact's own page and its first password, shown once. Raises Refused and NotAllowed.

    An organisation may have several: each contact has an own e-mail.
    """
    require(by, Permission.MANAGE_MENTORS)
    if not organisation.contact_email:
        raise Refused(
            _("Skriv kontaktpersonens e-mail. Den er kontaktpersonens brugernavn."), field="contact_email"
        )
    return accounts.create_login(
        username=organisation.contact_email,
        name=organisation.contact_name or organisation.name,
        role=Role.COMPANY,
        person_id=organisation.pk,
        phone=organisation.contact_phone,
        by=by,
    )
