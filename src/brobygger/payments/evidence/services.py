"""Recording pay evidence, ending it, and opening its paper. A record is never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.mentorships.selectors import municipality_of
from brobygger.organisations.models import Organisation
from brobygger.payment.pay_evidence import PayEvidence, with_change
from brobygger.payment.pay_items import BadPay
from brobygger.payments.evidence import selectors
from brobygger.payments.evidence.models import PayRecord
from brobygger.payments.evidence.reading import Paper, evidence_of, items_as_data
from brobygger.ui.formats import danish_date
from brobygger.values.period import ONE_DAY

__all__ = ["Owner", "end_pay", "open_paper", "record_pay"]


@dataclass(frozen=True)
class Owner:
    """Whose pay it is: a company, and which group of its employees ("" where there is one only)."""

    organisation: Organisation
    group: str = ""


@transaction.atomic
def record_pay(
    *, owner: Owner, evidence: PayEvidence, paper: Paper | None, by: User, at: datetime
) -> PayRecord:
    """Evidence that counts from its first day; what ran until then ends the day before.

    Raises Refused where a later record is there already, and NotAllowed.
    """
    require(by, Permission.RECORD_PAY)
    _lock(owner.organisation)
    known = list(selectors.of_group(by, owner.organisation, owner.group))
    try:
        with_change([evidence_of(each) for each in known], evidence)
    except BadPay as problem:
        raise Refused(str(problem), field=problem.field) from None
    group = known[0].staff_group if known else owner.group.strip()
    _make_room(known, evidence, at=at)
    record = PayRecord.objects.create(
        municipality_id=municipality_of(by),
        organisation=owner.organisation,
        staff_group=group,
        basis=evidence.basis.value,
        valid_from=evidence.valid.start,
        valid_before=evidence.valid.end,
        minutes=evidence.minutes,
        holiday=evidence.holiday.value,
        holiday_days=evidence.holiday_days,
        items=items_as_data(evidence.items),
        reason=evidence.reason.strip(),
        reference=evidence.reference.strip(),
        paper=paper.content if paper else None,
        paper_type=paper.content_type if paper else "",
        paper_sha256=sha256(paper.content).digest() if paper else None,
        recorded_at=at,
        recorded_by=by,
    )
    audit.record(
        "pay.recorded",
        by=by,
        subject=record,
        basis=record.basis,
        valid_from=record.valid_from,
        paper=bool(paper),
    )
    return record


def _lock(organisation: Organisation) -> None:
    """Two who record for one company at once come one after the other."""
    here = Organisation.objects.select_for_update().filter(
        municipality_id=organisation.municipality_id, pk=organisation.pk
    )
    list(here.values_list("pk"))


def _make_room(known: Sequence[PayRecord], new: PayEvidence, *, at: datetime) -> None:
    for each in known:
        if each.valid_from == new.valid.start:
            each.replaced_at = at
            each.save(update_fields=["replaced_at"])
        elif each.valid_before is None or each.valid_before > new.valid.start:
            each.valid_before = new.valid.start
            each.save(update_fields=["valid_before"])


@transaction.atomic
def end_pay(*, record: PayRecord, last_day: date, by: User, at: datetime) -> None:
    """The record counts to and including ``last_day``. Raises Refused for a day outside it, and NotAllowed."""
    require(by, Permission.RECORD_PAY)
    record = PayRecord.objects.select_for_update().defer("paper").get(pk=record.pk)
    if record.replaced_at is not None:
        raise Conflict(_("Lønoplysningen er afløst af en anden."))
    if last_day < record.valid_from:
        raise Refused(
            _("Den gælder først fra den %(day)s. Vælg den dag eller en senere.")
            % {"day": danish_date(record.valid_from)},
            field="last_day",
        )
    if record.last_day is not None and last_day > record.last_day:
        raise Refused(
            _("Den slutter allerede den %(day)s. Skriv en ny lønoplysning for dagene efter.")
            % {"day": danish_date(record.last_day)},
            field="last_day",
        )
    record.valid_before = last_day + ONE_DAY
    record.save(update_fields=["valid_before"])
    audit.record("pay.ended", by=by, subject=record, last_day=last_day)


def open_paper(*, record: PayRecord, by: User) -> bytes:
    """The paper as it came; that it was opened is written down. Raises Refused where there is none, and NotAllowed."""
    require(by, Permission.SEE_MONEY)
    if record.paper is None:
        raise Refused(_("Der er ikke gemt noget papir. Beløbene er skrevet ind."))
    audit.record("pay.paper_opened", by=by, subject=record)
    return bytes(record.paper)
