"""Confirmed contacts and the electronic invoices that ask to be paid for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from brobygger.einvoice import Kind
from brobygger.einvoice.sample import Sample, SampleLine, SampleParty, write
from brobygger.grants.models import Grant
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from brobygger.payments import services
from brobygger.payments.models import Invoice, InvoiceLine

if TYPE_CHECKING:
    from tests.cast import Cast

RECEIVED = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
FIRST_DAY = date(2026, 11, 3)
RATE = Decimal(250)
SUPPLIER = SampleParty("Nordhavn Bageri", "12345674")


def make_contact(
    cast: Cast,
    mentorship: Mentorship,
    minutes: int = 60,
    *,
    day: date = FIRST_DAY,
    hour: int = 9,
    state: Contact.State = Contact.State.CONFIRMED,
    **fields: Any,
) -> Contact:
    """A meeting at ``hour`` UTC, confirmed unless said otherwise; the grant counts its minutes as used."""
    starts = datetime.combine(day, time(hour), tzinfo=UTC)
    grant = fields.pop("grant", None) or Grant.objects.get(mentorship=mentorship, is_current=True)
    grant.used_minutes += minutes
    grant.save(update_fields=["used_minutes"])
    return Contact.objects.create(
        **{
            "municipality": cast.municipality,
            "mentorship": mentorship,
            "grant": grant,
            "mentor": mentorship.mentor,
            "citizen": mentorship.citizen,
            "mentor_identity": mentorship.mentor.identity,
            "kind": Contact.Kind.FACE_TO_FACE,
            "starts_at": starts,
            "ends_at": starts + timedelta(minutes=minutes),
            "minutes": minutes,
            "state": state,
            "registered_at": starts + timedelta(minutes=minutes),
            **fields,
        }
    )


def hours(
    mentorship: Mentorship | None, minutes: int = 60, rate: Decimal | int = RATE, **fields: Any
) -> SampleLine:
    """An invoice line for hours that names its mentorship; with None it names nobody."""
    code = mentorship.code if mentorship else ""
    given = {"text": "Mentortimer", "reference": code, **fields}
    return SampleLine(minutes=minutes, rate=Decimal(rate), **given)


def sample(cast: Cast, *lines: SampleLine, **fields: Any) -> Sample:
    """A November invoice to the cast's municipality from the bakery where David is."""
    home = cast.municipality
    made = Sample(
        number="F-1001",
        issued_on=date(2026, 11, 30),
        due_on=date(2026, 12, 30),
        supplier=SUPPLIER,
        customer=SampleParty(home.name, home.cvr, home.gln),
        lines=lines,
        period=NOVEMBER,
    )
    return replace(made, **fields)


def file_of(cast: Cast, *lines: SampleLine, **fields: Any) -> bytes:
    return write(sample(cast, *lines, **fields))


def credit_note(cast: Cast, *lines: SampleLine, credits: str = "F-1001", **fields: Any) -> bytes:
    return file_of(cast, *lines, **{"number": "K-1", "kind": Kind.CREDIT_NOTE, "credits": credits, **fields})


def receive(cast: Cast, *lines: SampleLine, **fields: Any) -> Invoice:
    """An invoice that Finn has received."""
    return services.receive(data=file_of(cast, *lines, **fields), by=cast.finn, at=RECEIVED)


def versions_of(invoice: Invoice, *states: InvoiceLine.State) -> dict[Any, int]:
    """The invoice's lines in these states, as a clerk sees them now."""
    wanted = states or (InvoiceLine.State.PAYABLE,)
    rows = InvoiceLine.objects.filter(invoice=invoice, state__in=wanted)
    return dict(rows.values_list("public_id", "version"))


def pay(cast: Cast, invoice: Invoice) -> services.Settled:
    """Finn pays all that can be paid."""
    return services.pay(invoice=invoice, versions=versions_of(invoice), by=cast.finn, at=RECEIVED)
