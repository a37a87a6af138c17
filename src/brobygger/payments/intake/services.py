"""Tokens for other systems, and the official rule packages. Both are the administrator's."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from brobygger import einvoice
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.tenancy import set_context, system_actor
from brobygger.audit import services as audit
from brobygger.einvoice import rules
from brobygger.mentorships.selectors import municipality_of
from brobygger.organisations.models import Organisation
from brobygger.payments.intake.models import ApiToken, RulePackage
from brobygger.payments.intake.sender import Sender
from brobygger.payments.models import Invoice
from brobygger.values.moment import danish_day

PREFIX = "bb_"
LONGEST_LIFE = timedelta(days=2 * 366)


def make_token(
    *, name: str, organisation: Organisation | None, ends_before: date, by: User, at: datetime
) -> str:
    """A token for another system, shown once; with a supplier, only that one's invoices. Raises Refused, NotAllowed."""
    require(by, Permission.MANAGE_USERS)
    today = danish_day(at)
    if not today < ends_before <= today + LONGEST_LIFE:
        raise Refused(_("Vælg en dag efter i dag og højst to år frem."), field="ends_before")
    if organisation is not None and not organisation.cvr:
        raise Refused(_("Leverandøren har intet CVR-nummer. Skriv det først."), field="organisation")
    token = PREFIX + secrets.token_urlsafe(32)
    made = ApiToken.objects.create(
        municipality_id=municipality_of(by),
        name=name.strip(),
        organisation=organisation,
        token_hash=_hash(token),
        ends_before=ends_before,
        made_at=at,
        made_by=by,
    )
    audit.record("api_token.made", by=by, subject=made, name=made.name)
    return token


def revoke_token(*, token: ApiToken, by: User, at: datetime) -> None:
    """From now on the token opens nothing. Again changes nothing. Raises NotAllowed."""
    require(by, Permission.MANAGE_USERS)
    rows = ApiToken.objects.filter(municipality_id=municipality_of(by), pk=token.pk, revoked_at=None)
    if rows.update(revoked_at=at):
        audit.record("api_token.revoked", by=by, subject=token, name=token.name)


def enter_by_token(*, token: str, on: date) -> Sender | None:
    """Who a token speaks for; the transaction acts for that municipality from here. None for one that opens nothing."""
    if not token.startswith(PREFIX) or len(token) > 200:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select id, municipality_id from sec.find_token(%s, %s)", [_hash(token), on])
        row = cursor.fetchone()
    if row is None:
        return None
    set_context(system_actor(row[1]))
    found = ApiToken.objects.select_related("municipality", "organisation").get(pk=row[0])
    supplier = found.organisation.cvr if found.organisation else ""
    return Sender(found.municipality, Invoice.Channel.API, found.name, None, supplier)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


# Rule packages


def upload_rules(
    *, standard: RulePackage.Standard, name: str, is_binding: bool, data: bytes, by: User, at: datetime
) -> RulePackage:
    """Takes a package into use in the place of the one before. Raises Refused for one that cannot be used."""
    require(by, Permission.MANAGE_USERS)
    try:
        opened = rules.open_package(data)
    except einvoice.Refused as refusal:
        raise Refused(refusal.sentence_da, field="file") from None
    with transaction.atomic():
        _in_use(by).filter(standard=standard).update(withdrawn_at=at)
        made = RulePackage.objects.create(
            municipality_id=municipality_of(by),
            standard=standard,
            name=name.strip(),
            is_binding=is_binding,
            content=data,
            sha256=bytes.fromhex(opened.sha256),
            stylesheets=[each.name for each in opened.stylesheets],
            uploaded_at=at,
            uploaded_by=by,
        )
        audit.record(
            "rule_package.uploaded", by=by, subject=made, standard=made.standard, sha256=opened.sha256
        )
    return made


def withdraw_rules(*, package: RulePackage, by: User, at: datetime) -> None:
    """Invoices are no longer held against the package. Again changes nothing. Raises NotAllowed."""
    require(by, Permission.MANAGE_USERS)
    if _in_use(by).filter(pk=package.pk).update(withdrawn_at=at):
        audit.record("rule_package.withdrawn", by=by, subject=package, standard=package.standard)


def _in_use(by: User) -> QuerySet[RulePackage]:
    return RulePackage.objects.filter(municipality_id=municipality_of(by), withdrawn_at=None)
