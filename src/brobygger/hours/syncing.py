"""What a telephone without a network kept comes in: in its order, each entry once, and each with an answer.

An entry carries the fields as they were typed and is read by the same forms as the pages use. Its id was made on the
telephone, so that an entry that comes again, from another tab or after a broken connection, finds itself there.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.hours import selectors, services
from brobygger.hours.forms import ContactForm, CorrectionForm, Entry
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship, Status
from brobygger.values.ids import uuid_or_none
from brobygger.values.moment import danish_day

MOST_ITEMS = 50
MOST_FIELDS = 20
LONGEST_FIELD = 2_000
USUAL = 60


class Act(StrEnum):
    REGISTER = "register"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


class Result(StrEnum):
    """SAVED: it is here now. KNOWN: it was here already. CONFLICT: something stands in the way. INVALID: a field."""

    SAVED = "saved"
    KNOWN = "known"
    CONFLICT = "conflict"
    INVALID = "invalid"


class Unreadable(ValueError):
    """What was sent is no list of entries."""


@dataclass(frozen=True)
class Item:
    """One thing done on the telephone. ``target`` is the contact that is corrected or deleted.

    ``born_here``: the target was made on the same telephone and may never have arrived. ``insists``: the mentor has
    read that the month is handed in, and sends it all the same.
    """

    id: uuid.UUID
    act: Act
    fields: Mapping[str, str | list[str]]
    target: uuid.UUID | None = None
    born_here: bool = False
    insists: bool = False


@dataclass(frozen=True)
class Answer:
    """``fields`` are the sentences by field; ``may_insist``: it can be sent all the same."""

    id: uuid.UUID
    result: Result
    sentence: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    may_insist: bool = False

    def as_data(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "result": self.result.value,
            "sentence": self.sentence,
            "fields": dict(self.fields),
            "may_insist": self.may_insist,
        }


def read_items(data: object) -> list[Item]:
    """The entries of a decoded body ``{"items": [...]}``. Raises Unreadable."""
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise Unreadable(_("Det, telefonen sendte, kan ikke læses. Hent siden igen."))
    try:
        return [_item(each) for each in items]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unreadable(_("Det, telefonen sendte, kan ikke læses. Hent siden igen.")) from None


def receive(items: Sequence[Item], *, by: User, at: datetime) -> list[Answer]:
    """Does what each entry says, in order; one that is refused leaves nothing behind and stops no other.

    In the caller's transaction: another tab that sends the same waits for it, and finds the entries there.
    """
    services.wait_for_turn(by=by)
    return [_receive(item, by=by, at=at) for item in items]


def register_entry(entry: Entry, *, public_id: uuid.UUID, by: User, at: datetime) -> list[Contact]:
    """A contact with one citizen, or a meeting with several. Raises what the services raise."""
    details: dict[str, Any] = {
        "kind": entry.kind,
        "starts_at": entry.starts_at,
        "ends_at": entry.ends_at,
        "note": entry.note,
        "done_by_whom": entry.done_by_whom,
        "public_id": public_id,
        "by": by,
        "at": at,
    }
    if len(entry.cases) > 1:
        return services.register_shared(mentorships=entry.cases, **details)
    return [services.register(mentorship=entry.cases[0], task=entry.task, **details)]


def _receive(item: Item, *, by: User, at: datetime) -> Answer:
    try:
        with transaction.atomic():
            return _ACTS[item.act](item, by, at)
    except _MonthHandedIn as refusal:
        return Answer(item.id, Result.CONFLICT, _whole(refusal), may_insist=True)
    except Refused as refusal:
        return Answer(item.id, Result.CONFLICT, _whole(refusal), _field_of(refusal))
    except (Mentorship.DoesNotExist, Contact.DoesNotExist):
        return Answer(item.id, Result.CONFLICT, _("Du er ikke længere mentor i forløbet. Ring til kommunen."))


def _register(item: Item, by: User, at: datetime) -> Answer:
    cases = _cases(item, by)
    form = ContactForm(_typed(item), cases=cases, usual=_usual(item), initial={})
    if not form.is_valid():
        return _invalid(item, form)
    entry, is_known = form.entry(), _is_known(item, by)
    if not is_known:
        _require_open_month(item, by, [(case, entry.starts_at) for case in entry.cases])
    register_entry(entry, public_id=item.id, by=by, at=at)
    return Answer(item.id, Result.KNOWN if is_known else Result.SAVED)


def _correct(item: Item, by: User, at: datetime) -> Answer:
    contact = _target_of(item, by)
    if contact is None:
        if item.born_here:
            return _register(item, by, at)
        raise Contact.DoesNotExist
    form = CorrectionForm(_typed(item, contact), contact=contact, usual=_usual(item))
    if not form.is_valid():
        return _invalid(item, form)
    entry, is_known = form.entry(), _is_known(item, by)
    if not is_known:
        moments = (contact.starts_at, entry.starts_at)
        _require_open_month(item, by, [(contact.mentorship, moment) for moment in moments])
    services.correct(
        contact=contact,
        kind=entry.kind,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        task=entry.task,
        note=entry.note,
        done_by_whom=entry.done_by_whom,
        reason=form.cleaned_data["reason"],
        public_id=item.id,
        by=by,
        at=at,
    )
    return Answer(item.id, Result.KNOWN if is_known else Result.SAVED)


def _withdraw(item: Item, by: User, at: datetime) -> Answer:
    contact = _target_of(item, by)
    if contact is None and not item.born_here:
        raise Contact.DoesNotExist
    if contact is None or contact.state == Contact.State.WITHDRAWN:
        return Answer(item.id, Result.KNOWN)
    _require_open_month(item, by, [(contact.mentorship, contact.starts_at)])
    services.withdraw(contact=contact, reason=_text(item, "reason"), by=by, at=at)
    return Answer(item.id, Result.SAVED)


def _target_of(item: Item, by: User) -> Contact | None:
    return selectors.to_change(by).filter(public_id=item.target).first() if item.target else None


_ACTS = {Act.REGISTER: _register, Act.CORRECT: _correct, Act.WITHDRAW: _withdraw}


class _MonthHandedIn(Refused):
    """The mentor decides whether the contact comes after all."""


def _require_open_month(item: Item, by: User, moments: Sequence[tuple[Mentorship, datetime]]) -> None:
    """What the mentor has said is all there, is not added to behind the mentor's back."""
    if item.insists:
        return
    for mentorship, moment in moments:
        day = danish_day(moment)
        if selectors.is_handed_in(by, mentorship, day):
            raise _MonthHandedIn(
                _("Du har afleveret %(month)s, før kontakten nåede frem.")
                % {"month": date_format(day, "F Y")},
                remedy=_("Send den alligevel, hvis den skal med, eller slet den fra telefonen."),
            )


def _cases(item: Item, by: User) -> list[Mentorship]:
    """The mentorships named, also one that has ended, which the service then says. Raises Mentorship.DoesNotExist."""
    named = [_text(item, "mentorship"), *_texts(item, "others")]
    keys = {key for name in named if (key := uuid_or_none(name))}
    found = selectors.own_mentorships(by).filter(public_id__in=keys, status__in=(Status.ACTIVE, Status.ENDED))
    cases = list(found.order_by("starts_on", "pk"))
    if len(cases) < len(keys) or not cases:
        raise Mentorship.DoesNotExist
    return cases


def _is_known(item: Item, by: User) -> bool:
    own = selectors.visible_to(by)
    return own.filter(public_id=item.id).exists() or own.filter(shared_id=item.id).exists()


def _typed(item: Item, contact: Contact | None = None) -> dict[str, Any]:
    """The fields for a form; what the telephone did not know of a contact it corrects, stands as it was."""
    typed: dict[str, Any] = {**item.fields, "others": _texts(item, "others"), "public_id": str(item.id)}
    if contact is not None:
        typed.setdefault("note", contact.note)
        typed["reason"] = typed.get("reason") or (
            _("Rettet på telefonen, før det var sendt.") if item.born_here else ""
        )
    return typed


def _usual(item: Item) -> int:
    """The length picked was one of the telephone's own choices, whatever they are here by now."""
    length = _text(item, "length")
    return int(length) if length.isascii() and length.isdigit() and 0 < int(length) <= 24 * 60 else USUAL


def _invalid(item: Item, form: ContactForm) -> Answer:
    errors = {name: str(messages[0]) for name, messages in form.errors.items()}
    return Answer(item.id, Result.INVALID, " ".join(dict.fromkeys(errors.values())), errors)


def _whole(refusal: Refused) -> str:
    return " ".join(part for part in (refusal.message, refusal.remedy) if part)


def _field_of(refusal: Refused) -> dict[str, str]:
    return {refusal.field: refusal.message} if refusal.field else {}


def _item(data: Mapping[str, Any]) -> Item:
    fields = data["fields"]
    if len(fields) > MOST_FIELDS:
        raise ValueError("Too many fields.")
    return Item(
        id=uuid.UUID(data["id"]),
        act=Act(data["act"]),
        fields={str(name): _value(value) for name, value in fields.items()},
        target=uuid.UUID(data["target"]) if data.get("target") else None,
        born_here=data.get("born_here") is True,
        insists=data.get("insists") is True,
    )


def _value(value: object) -> str | list[str]:
    if isinstance(value, list):
        return [_short(each) for each in value[:MOST_ITEMS]]
    return _short(value)


def _short(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_FIELD or "\0" in value:
        raise ValueError("Not a text that a form holds.")
    return value


def _text(item: Item, name: str) -> str:
    value = item.fields.get(name, "")
    return value if isinstance(value, str) else ""


def _texts(item: Item, name: str) -> list[str]:
    value = item.fields.get(name, [])
    return [value] if isinstance(value, str) and value else [each for each in value if each]
