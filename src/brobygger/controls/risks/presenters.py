"""What the pages show of a sign: its sentence, and the evidence side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.controls.risks import selectors, words
from brobygger.controls.risks.models import RiskSetting, RiskSign
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from brobygger.payments.models import Invoice
from brobygger.people.models import Citizen
from brobygger.review.signs import UNITS, About, Limits, SignKind
from brobygger.ui.formats import danish_clock, danish_date
from brobygger.values.duration import format_minutes

INVOICES = (SignKind.INVOICE_AHEAD, SignKind.SHARED_ACCOUNT)
MOST_CASES = 6
TONES = {RiskSign.State.OPEN: "open", RiskSign.State.LOOKING: "active", RiskSign.State.EXPLAINED: "closed"}


@dataclass(frozen=True)
class SignRow:
    """One sign in a list."""

    sign: RiskSign
    title: str
    sentence: str
    about: str
    cases: list[Mentorship]
    more: int
    tone: str
    url: str

    @property
    def is_open(self) -> bool:
        return self.sign.state == RiskSign.State.OPEN and self.sign.gone_on is None


def rows(user: User, signs: Sequence[RiskSign]) -> list[SignRow]:
    """The signs with their cases; two queries however many signs."""
    known = selectors.cases_of(user, {key for sign in signs for key in sign.cases[:MOST_CASES]})
    return [_row(sign, known) for sign in signs]


def _row(sign: RiskSign, known: dict[int, Mentorship]) -> SignRow:
    cases = [known[key] for key in sign.cases[:MOST_CASES] if key in known]
    return SignRow(
        sign=sign,
        title=str(SignKind(sign.kind).label),
        sentence=sentence(sign),
        about=_about(sign),
        cases=cases,
        more=max(0, len(sign.cases) - len(cases)),
        tone="closed" if sign.gone_on else TONES[RiskSign.State(sign.state)],
        url=reverse("controls:risk", args=[sign.public_id]),
    )


def sentence(sign: RiskSign) -> str:
    """The sign as one sentence. It says what was seen, not what it means."""
    kind = SignKind(sign.kind)
    text = words.sentence(kind, About(sign.about), is_prompt=_is_prompt(sign))
    minutes = sign.count if kind is SignKind.NO_FACE else sign.limit
    return str(text) % {
        "count": sign.count,
        "of": sign.out_of,
        "usual": sign.usual,
        "limit": sign.limit,
        "hours": format_minutes(minutes),
    }


def _is_prompt(sign: RiskSign) -> bool:
    """Answers right after the registration stand alone; those after another citizen's come in pairs."""
    return sign.kind == SignKind.QUICK_ANSWERS and all(len(row) == 1 for row in sign.evidence)


def _about(sign: RiskSign) -> str:
    if sign.mentor:
        return str(sign.mentor.name)
    if sign.citizen:
        return str(sign.citizen.initials)
    if sign.mentorship:
        mentor = sign.mentorship.mentor.name if sign.mentorship.mentor else ""
        return " · ".join(filter(None, [sign.mentorship.citizen.initials, mentor]))
    return (
        _("CVR %(number)s") % {"number": sign.key}
        if sign.about == About.SUPPLIER
        else _("Flere leverandører")
    )


@dataclass(frozen=True)
class Item:
    """One contact or invoice of the evidence. ``facts`` is (label, value)."""

    heading: str
    url: str
    link: str
    facts: list[tuple[str, str]]


@dataclass(frozen=True)
class Evidence:
    """``groups`` are rows to compare; single ones stand in a table instead."""

    heading: str
    groups: list[list[Item]]

    @property
    def is_compared(self) -> bool:
        return any(len(group) > 1 for group in self.groups)


def evidence(user: User, sign: RiskSign) -> tuple[Evidence, list[Citizen]]:
    """The evidence, and whom it shows."""
    keys = {key for row in sign.evidence for key in row}
    heading = str(words.EVIDENCE[SignKind(sign.kind)])
    if sign.kind in INVOICES:
        invoices = selectors.invoices_of(user, keys) if user.may(Permission.SEE_MONEY) else {}
        groups = [[_invoice(invoices[key]) for key in row if key in invoices] for row in sign.evidence]
        return Evidence(heading, [group for group in groups if group]), []
    contacts = selectors.contacts_of(user, keys)
    groups = [[_contact(contacts[key]) for key in row if key in contacts] for row in sign.evidence]
    return Evidence(heading, [group for group in groups if group]), [
        each.citizen for each in contacts.values()
    ]


def _contact(contact: Contact) -> Item:
    case = contact.mentorship
    facts = [
        (_("Tid"), f"{danish_clock(contact.starts_at)}–{danish_clock(contact.ends_at)}"),
        (_("Længde"), format_minutes(contact.minutes)),
        (_("Hvordan"), contact.get_kind_display()),
        (_("Mentor"), contact.mentor.name),
        (_("Borger"), contact.citizen.initials),
        (_("Sted"), case.organisation.name if case.organisation else ""),
        (_("Registreret"), _moment(contact.registered_at)),
        (_("Borgerens svar"), _answer(contact)),
    ]
    url = reverse("web:case", args=[case.public_id])
    return Item(danish_date(contact.starts_at), url, case.code, [fact for fact in facts if fact[1]])


def _answer(contact: Contact) -> str:
    said = selectors.first_answer(contact)
    if said is None:
        return str(contact.get_state_display())
    parts = [str(said.get_answer_display()), _moment(said.at, seconds=True)]
    return " · ".join([*parts, f"»{said.reason}«"] if said.reason else parts)


def _moment(at: datetime, *, seconds: bool = False) -> str:
    clock = f"{danish_clock(at)}.{at:%S}" if seconds else danish_clock(at)
    return f"{danish_date(at)} {clock}"


def _invoice(invoice: Invoice) -> Item:
    period = ""
    if invoice.period_start and invoice.period_end:
        period = f"{danish_date(invoice.period_start)} – {danish_date(invoice.period_end)}"
    facts = [
        (_("Leverandør"), invoice.supplier_name),
        (_("CVR-nummer"), invoice.supplier_cvr),
        (_("Skrevet"), danish_date(invoice.issued_on)),
        (_("Periode"), period),
    ]
    url = reverse("payments:invoice", args=[invoice.public_id])
    return Item(_("Faktura"), url, invoice.number, [fact for fact in facts if fact[1]])


@dataclass(frozen=True)
class LimitRow:
    """One threshold as it is now. ``own`` is the row that set it, and ``coming`` one that will."""

    label: str | Promise
    why: str | Promise
    value: str
    default: str
    own: RiskSetting | None
    coming: RiskSetting | None


def limit_groups(user: User, today: date) -> list[tuple[str, list[LimitRow]]]:
    """All thresholds by sign, with the municipality's own beside the product's. One query."""
    settings = list(selectors.settings_of(municipality_of(user)))
    own = {row.name: row for row in selectors.in_force(settings, today)}
    coming = {
        row.name: row for row in settings if row.valid_from > today
    }  # the first to come is the last seen
    groups: dict[str, list[LimitRow]] = {}
    for name, unit in UNITS.items():
        default = getattr(Limits(), name)
        mine = own.get(name)
        row = LimitRow(
            label=words.LIMITS[name].label,
            why=mine.reason if mine else words.LIMITS[name].why,
            value=amount(mine.value if mine else default, unit.unit),
            default=amount(default, unit.unit),
            own=mine,
            coming=coming.get(name),
        )
        groups.setdefault(str(unit.kind.label) if unit.kind else _("Fælles"), []).append(row)
    return list(groups.items())


def amount(value: int, unit: str) -> str:
    """A threshold with its unit."""
    if unit == "clock":
        return _("kl. %(hour)d") % {"hour": value}
    return f"{value} {words.UNIT_WORDS[unit]}"


def case_rows(mentorship: Mentorship, user: User) -> list[SignRow]:
    """The signs that name a case, for its page; only for those who weigh them."""
    if not user.may(Permission.WEIGH_SIGNS):
        return []
    return rows(user, list(selectors.of_mentorship(mentorship, user)))


def citizens_of(shown: Iterable[SignRow]) -> list[Citizen]:
    """Whom a list of signs shows."""
    found: list[Citizen] = [case.citizen for row in shown for case in row.cases]
    found += [row.sign.citizen for row in shown if row.sign.citizen]
    return found


def page_words(sign: RiskSign) -> dict[str, Any]:
    """What may lie behind a sign quite honestly."""
    return {"may_be": words.MAY_BE[SignKind(sign.kind)]}
