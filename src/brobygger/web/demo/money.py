"""Invoices of the last months, line by line against confirmed contacts; older months are paid already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

import numpy as np

from brobygger.accounts.models import Municipality
from brobygger.einvoice.document import Standard, normalise_number
from brobygger.einvoice.sample import Sample, SampleLine, SampleParty, write
from brobygger.payments.ledger.payment_file import Posting, to_csv
from brobygger.values.money import round_to_oere
from brobygger.values.period import ONE_DAY, add_months
from brobygger.web.demo.cases import EXTERNAL, MUNICIPAL_EMPLOYEE, PROVIDER
from brobygger.web.demo.chain import Chain, Tables, Town
from brobygger.web.demo.copying import Array, Key, Oere, Pool, Table
from brobygger.web.demo.drawing import DAY, instants
from brobygger.web.demo.meetings import PAYABLE, Contacts

PAID, OPEN_PAYABLE, OPEN_WAITING, OPEN_REFUSED = range(4)
STATES = ("PAID", "PAYABLE", "WAITING", "REFUSED")
NO_MENTORSHIP = "Det fremgår ikke, hvilket forløb linjen handler om. Vælg det."


@dataclass
class _Line:
    """One line: minutes of one grant in one month, and which contacts make them up."""

    place: int
    case: int
    grant: int
    month: date
    minutes: int
    rate: int
    has_vat: bool
    contacts: list[int]
    state: int = PAID
    claimed: int = 0

    @property
    def amount(self) -> Decimal:
        return round_to_oere(Decimal(self.claimed * self.rate) / 60)


@dataclass
class _Invoice:
    place: int
    month: date
    lines: list[_Line]
    number: str = ""

    @property
    def is_open(self) -> bool:
        return any(line.state in (OPEN_PAYABLE, OPEN_WAITING) for line in self.lines)


def make_money(
    town: Town, chain: Chain, contacts: Contacts, municipality: Municipality, *, months: int
) -> Tables:
    """Invoices, lines, covers, payments and ledger files; sets what each contact and grant has been paid."""
    this_month = town.today.replace(day=1)
    window = add_months(this_month, -months)
    payable = _payable(town, contacts)
    before = payable & (contacts.day < np.datetime64(window))
    contacts.paid[before] = contacts.minutes[before]
    lines = _lines(town, contacts, payable & ~before & (contacts.day < np.datetime64(this_month)))
    invoices = _invoices(town, lines, last_month=add_months(this_month, -1))
    tables = _tables(town, chain, contacts, municipality, invoices)
    contacts.table["paid_minutes"] = contacts.paid
    _pay_grants(chain, contacts, before, [line for invoice in invoices for line in invoice.lines])
    return tables


def _payable(town: Town, contacts: Contacts) -> Array:
    """Confirmed minutes of mentors whom somebody sends an invoice for."""
    cases = town.cases
    invoiced = (
        (cases.kind != MUNICIPAL_EMPLOYEE) & (cases.rate > 0) & (town.mentors.places[cases.mentor] >= 0)
    )
    payable: Array = invoiced[contacts.case] & np.isin(contacts.state, PAYABLE) & (contacts.minutes > 0)
    return payable


def _lines(town: Town, contacts: Contacts, chosen: Array) -> list[_Line]:
    rows = np.flatnonzero(chosen)
    month = contacts.day[rows].astype("datetime64[M]")
    place = town.mentors.places[town.cases.mentor[contacts.case[rows]]]
    order = np.lexsort((contacts.day[rows], contacts.grant[rows], place, month))
    lines: list[_Line] = []
    for at in order.tolist():
        contact = int(rows[at])
        key = (int(place[at]), int(contacts.grant[contact]), month[at].astype("datetime64[D]").item())
        if not lines or (lines[-1].place, lines[-1].grant, lines[-1].month) != key:
            case = int(contacts.case[contact])
            has_vat = int(town.cases.kind[case]) in (EXTERNAL, PROVIDER)
            lines.append(_Line(key[0], case, key[1], key[2], 0, int(town.cases.rate[case]), has_vat, []))
        lines[-1].contacts.append(contact)
        lines[-1].minutes += int(contacts.minutes[contact])
    return lines


def _invoices(town: Town, lines: list[_Line], *, last_month: date) -> list[_Invoice]:
    """One per supplier and month. Those of the last month are partly still open."""
    invoices: list[_Invoice] = []
    for line in lines:
        line.claimed = line.minutes
        same = invoices and (invoices[-1].place, invoices[-1].month) == (line.place, line.month)
        if not same or invoices[-1].lines[0].has_vat != line.has_vat:
            number = f"{line.month:%y%m}-{len(invoices) + 1:04}"
            invoices.append(_Invoice(line.place, line.month, [], number))
        invoices[-1].lines.append(line)
    for place, invoice in enumerate(invoices):
        if invoice.month == last_month and place % 4:
            _leave_open(town, invoice)
        elif place % 9 == 0:
            _refuse(invoice.lines[-1])
    return invoices


def _leave_open(town: Town, invoice: _Invoice) -> None:
    for number, line in enumerate(invoice.lines):
        lot = int(town.draw.rng.integers(0, 10))
        line.state = OPEN_WAITING if lot == 0 else OPEN_PAYABLE
        if lot == 1 or (number == 1 and lot < 5):
            _refuse(line)


def _refuse(line: _Line) -> None:
    """Two hours more than the two sides have confirmed."""
    line.state, line.claimed = OPEN_REFUSED, line.minutes + 120


def _pay_grants(chain: Chain, contacts: Contacts, before: Array, lines: list[_Line]) -> None:
    grants = chain.grants
    minutes = np.bincount(contacts.grant[before], contacts.minutes[before], len(grants.row))
    paid = np.floor(minutes * grants.rate * 100 / 60).astype(np.int64)
    for line in lines:
        if line.state == PAID:
            paid[line.grant] += int(line.amount * 100)
    whole = grants.minutes * grants.rate * 100 // 60
    grants.table["paid_kroner"] = Oere(np.minimum(paid, whole))


def _tables(
    town: Town, chain: Chain, contacts: Contacts, municipality: Municipality, invoices: list[_Invoice]
) -> Tables:
    ids, draw, count = town.ids, town.draw, len(invoices)
    if not count:
        return []
    clerk = town.staff.by_role["FINANCE"]
    invoice_ids = ids.take("payments_invoice", count)
    issued = [min(add_months(each.month, 1) + timedelta(days=3), town.today) for each in invoices]
    received = [min(day + ONE_DAY, town.today) for day in issued]
    samples = [
        _sample(town, chain, municipality, each, day, day + _term(place))
        for place, (each, day) in enumerate(zip(invoices, issued, strict=True))
    ]
    contents = [write(sample) for sample in samples]
    every = np.arange(count)
    suppliers = [town.places.cvrs[each.place] for each in invoices]
    table: Table = {
        "id": invoice_ids,
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(count),
        "kind": "INVOICE",
        "state": Pool(["DONE", "OPEN"], np.array([each.is_open for each in invoices], int)),
        "standard": Standard.OIOUBL_2_1.value,
        "supplier_cvr": Pool(suppliers, every),
        "supplier_name": Pool([town.places.names[each.place] for each in invoices], every),
        "number": Pool([each.number for each in invoices], every),
        "normalised_number": Pool([normalise_number(each.number) for each in invoices], every),
        "issued_on": _days(issued),
        "due_on": _days([day + _term(place) for place, day in enumerate(issued)]),
        "period_start": _days([each.month for each in invoices]),
        "period_end": _days([add_months(each.month, 1) - ONE_DAY for each in invoices]),
        "currency": "DKK",
        "tax_exclusive": _kroner([sample.net for sample in samples]),
        "tax": _kroner([sample.tax for sample in samples]),
        "payable": _kroner([sample.payable for sample in samples]),
        "order_reference": "",
        "credited_number": "",
        "remarks": "[]",
        "content": Pool(contents, every),
        "sha256": Pool([sha256(content).digest() for content in contents], every),
        "received_at": instants(_days(received), 7 * 60 + draw.whole(0, 300, count)),
        "received_by_id": clerk,
    }
    lines = [
        (number, position, line)
        for number, each in enumerate(invoices)
        for position, line in enumerate(each.lines)
    ]
    line_ids = ids.take("payments_invoiceline", len(lines))
    paid = [
        (int(key), number, line)
        for key, (number, _, line) in zip(line_ids, lines, strict=True)
        if line.state == PAID
    ]
    return [
        ("payments_invoice", table, count),
        (
            "payments_invoiceline",
            _line_table(town, chain, invoice_ids, line_ids, lines, received),
            len(lines),
        ),
        *_covers(town, contacts, paid),
        *_payments(town, chain, invoices, issued, received, paid),
    ]


def _line_table(
    town: Town,
    chain: Chain,
    invoice_ids: Array,
    line_ids: Array,
    lines: list[tuple[int, int, _Line]],
    received: list[date],
) -> Table:
    states = np.array([line.state for _, _, line in lines])
    every = np.arange(len(lines))
    decided = np.isin(states, (PAID, OPEN_REFUSED))
    days = _days([received[number] for number, _, _ in lines])
    decided_on = np.where(decided, np.minimum(days + 2 * DAY, town.now), np.datetime64("NaT"))
    named = [0 if line.state == OPEN_WAITING else int(chain.ids[line.case]) for _, _, line in lines]
    clerk = town.staff.by_role["FINANCE"]
    return {
        "id": line_ids,
        "municipality_id": town.municipality_id,
        "public_id": town.draw.public_ids(len(lines)),
        "invoice_id": invoice_ids[[number for number, _, _ in lines]],
        "position": np.array([position for _, position, _ in lines]),
        "line_number": Pool([str(position + 1) for _, position, _ in lines], every),
        "text": Pool([_text(chain, line) for _, _, line in lines], every),
        "quantity": Pool(
            [(Decimal(line.claimed) / 60).quantize(Decimal("0.0001")) for _, _, line in lines], every
        ),
        "unit": "HUR",
        "unit_price": Pool([Decimal(line.rate) for _, _, line in lines], every),
        "amount": _kroner([line.amount for _, _, line in lines]),
        "vat_percent": Pool([Decimal(0), Decimal(25)], np.array([line.has_vat for _, _, line in lines], int)),
        "claimed_minutes": np.array([line.claimed for _, _, line in lines]),
        "period_start": _days([line.month for _, _, line in lines]),
        "period_end": _days([add_months(line.month, 1) - ONE_DAY for _, _, line in lines]),
        "mentorship_id": Key(np.array(named)),
        "matched_by": Pool(
            [
                "" if line.state == OPEN_WAITING else f"nummeret {chain.codes[line.case]} i fakturaen"
                for _, _, line in lines
            ],
            every,
        ),
        "state": Pool(STATES, states),
        "reason_code": Pool(["COVERED", "COVERED", "NO_MENTORSHIP", "NOT_CONFIRMED"], states),
        "reason": Pool([_reason(line) for _, _, line in lines], every),
        "covered_minutes": np.array(
            [line.minutes if line.state in (PAID, OPEN_PAYABLE) else 0 for _, _, line in lines]
        ),
        "decided_at": instants(decided_on, 10 * 60),
        "decided_by_id": Key(np.where(states == PAID, clerk, 0)),
        "version": np.where(states == PAID, 2, 1),
    }


def _text(chain: Chain, line: _Line) -> str:
    code = "" if line.state == OPEN_WAITING else f" forløb {chain.codes[line.case]}"
    return f"Mentortimer{code}, {line.month:%m.%Y}"


def _reason(line: _Line) -> str:
    if line.state == OPEN_WAITING:
        return NO_MENTORSHIP
    if line.state == OPEN_REFUSED:
        return f"Linjen er på {_hours(line.claimed)}, og {_hours(line.minutes)} er bekræftet."
    return f"{_hours(line.claimed)} er bekræftet af begge parter."


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".").replace(".", ",") + " timer"


def _covers(town: Town, contacts: Contacts, paid: list[tuple[int, int, _Line]]) -> Tables:
    line = np.array([key for key, _, each in paid for _ in each.contacts], np.int64)
    contact = np.array([row for _, _, each in paid for row in each.contacts], np.int64)
    contacts.paid[contact] = contacts.minutes[contact]
    table: Table = {
        "id": town.ids.take("payments_cover", len(line)),
        "municipality_id": town.municipality_id,
        "line_id": line,
        "contact_id": contacts.ids[contact],
        "minutes": contacts.minutes[contact],
    }
    return [("payments_cover", table, len(line))]


def _payments(
    town: Town,
    chain: Chain,
    invoices: list[_Invoice],
    issued: list[date],
    received: list[date],
    paid: list[tuple[int, int, _Line]],
) -> Tables:
    """Payments, those of all but the newest month in one ledger file a month."""
    if not paid:
        return []
    ids, count = town.ids, len(paid)
    clerk = town.staff.by_role["FINANCE"]
    newest = add_months(town.today.replace(day=1), -1)
    months = sorted({line.month for _, _, line in paid if line.month < newest})
    file_ids = dict(zip(months, ids.take("payments_ledgerfile", len(months)).tolist(), strict=True))
    vats = [round_to_oere(line.amount * 25 / 100) if line.has_vat else Decimal(0) for _, _, line in paid]
    approved = _days([min(received[number] + timedelta(days=2), town.today) for _, number, _ in paid])
    payments: Table = {
        "id": ids.take("payments_payment", count),
        "municipality_id": town.municipality_id,
        "public_id": town.draw.public_ids(count),
        "line_id": np.array([key for key, _, _ in paid]),
        "mentorship_id": chain.ids[[line.case for _, _, line in paid]],
        "amount": _kroner([line.amount for _, _, line in paid]),
        "vat": _kroner(vats),
        "approved_at": instants(approved, 10 * 60),
        "approved_by_id": clerk,
        "exported_in_id": Key(np.array([file_ids.get(line.month, 0) for _, _, line in paid], np.int64)),
    }
    by_month: dict[date, list[Posting]] = {month: [] for month in months}
    for place, (_, number, line) in enumerate(paid):
        if line.month in by_month:
            posting = Posting(
                approved_on=approved[place].item(),
                approved_by=town.staff.names[clerk],
                supplier_cvr=town.places.cvrs[line.place],
                supplier_name=town.places.names[line.place],
                kind="Faktura",
                number=invoices[number].number,
                issued_on=issued[number],
                due_on=issued[number] + _term(number),
                line_number="1",
                case_code=chain.codes[line.case],
                text=_text(chain, line),
                minutes=line.minutes,
                net=line.amount,
                vat=vats[place],
            )
            by_month[line.month].append(posting)
    made = np.minimum(_days([add_months(month, 1) + timedelta(days=8) for month in months]), town.now)
    files: Table = {
        "id": np.array([file_ids[month] for month in months], np.int64),
        "municipality_id": town.municipality_id,
        "public_id": town.draw.public_ids(len(months)),
        "number": np.arange(1, len(months) + 1),
        "made_at": instants(made, 11 * 60),
        "made_by_id": clerk,
        "content": Pool(
            [to_csv(place, by_month[month]) for place, month in enumerate(months, 1)], np.arange(len(months))
        ),
        "total": _kroner([sum((each.total for each in by_month[month]), Decimal(0)) for month in months]),
    }
    return [("payments_ledgerfile", files, len(months)), ("payments_payment", payments, count)]


def _sample(
    town: Town, chain: Chain, municipality: Municipality, invoice: _Invoice, issued: date, due: date
) -> Sample:
    period = (invoice.month, add_months(invoice.month, 1) - ONE_DAY)
    return Sample(
        number=invoice.number,
        issued_on=issued,
        due_on=due,
        supplier=SampleParty(town.places.names[invoice.place], town.places.cvrs[invoice.place]),
        customer=SampleParty(municipality.name, municipality.cvr, municipality.gln),
        lines=tuple(
            SampleLine(
                _text(chain, line),
                line.claimed,
                Decimal(line.rate),
                "" if line.state == OPEN_WAITING else chain.codes[line.case],
                period,
            )
            for line in invoice.lines
        ),
        period=period,
        vat_percent=Decimal(25) if invoice.lines[0].has_vat else Decimal(0),
    )


def _term(place: int) -> timedelta:
    return timedelta(days=(14, 21, 30)[place % 3])


def _days(days: list[date]) -> Array:
    return np.array(days, "datetime64[D]")


def _kroner(amounts: list[Decimal]) -> Oere:
    return Oere(np.array([int(amount * 100) for amount in amounts], np.int64))
