"""Finding signs anew, what people say to them, and new thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit import services as audit
from brobygger.controls.risks import reading, selectors
from brobygger.controls.risks.models import RiskSetting, RiskSign
from brobygger.review.signs import UNITS, About, Sign
from brobygger.ui.formats import danish_date

JOB = "Tegn på fejl og snyd"
LIFETIME_SECONDS = 3600
AGAIN_AT = 2
"""An explained sign is shown again when there is so many times as much to explain."""
_FIGURES = ("count", "out_of", "usual", "limit", "cases", "evidence")
_SEEN = (*_FIGURES, "last_seen_on", "gone_on", "state", "mentor_id", "citizen_id", "mentorship_id")
State = RiskSign.State


def run_risks(municipality: Municipality, on: date) -> int:
    """Finds the signs of the municipality up to and with ``on`` and keeps them; returns how many there are now.

    A named job under the municipality's own context; a second one waits for the first. What people have said stays.
    """
    with acting(system_actor(municipality.pk), lifetime=LIFETIME_SECONDS):
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('risks'), %s)", [municipality.pk])
        limits = selectors.limits_on(municipality.pk, on)
        found = reading.signs_of(municipality.pk, on, limits)
        known = {(row.kind, row.about, row.key): row for row in _known(municipality)}
        _keep(municipality, found, known, on)
        _let_go(found, known.values(), on)
        job = audit.NamedJob(JOB, municipality.pk)
        audit.record("risks.run", by=job, on=on, signs=len(found))
    return len(found)


def _known(municipality: Municipality) -> Iterable[RiskSign]:
    return RiskSign.objects.select_for_update().filter(municipality=municipality)


def _keep(
    municipality: Municipality,
    found: Iterable[Sign],
    known: Mapping[tuple[str, str, str], RiskSign],
    on: date,
) -> None:
    new: list[RiskSign] = []
    seen_again: list[RiskSign] = []
    for sign in found:
        row = known.get((sign.kind.value, sign.about.value, sign.key))
        (seen_again if row else new).append(_updated(row or _new(municipality, sign, on), sign, on))
    RiskSign.objects.bulk_create(new)
    RiskSign.objects.bulk_update(seen_again, [name.removesuffix("_id") for name in _SEEN], batch_size=500)


def _new(municipality: Municipality, sign: Sign, on: date) -> RiskSign:
    return RiskSign(
        municipality=municipality,
        kind=sign.kind.value,
        about=sign.about.value,
        key=sign.key,
        first_seen_on=on,
    )


def _updated(row: RiskSign, sign: Sign, on: date) -> RiskSign:
    own = int(sign.key) if sign.about in (About.MENTOR, About.CITIZEN, About.CASE) else None
    row.mentor_id = own if sign.about is About.MENTOR else None
    row.citizen_id = own if sign.about is About.CITIZEN else None
    row.mentorship_id = own if sign.about is About.CASE else None
    for name in _FIGURES:
        setattr(row, name, getattr(sign, name))
    row.cases = list(sign.cases)
    row.evidence = [list(ids) for ids in sign.evidence]
    row.last_seen_on, row.gone_on = on, None
    if row.state == State.EXPLAINED and row.count >= AGAIN_AT * max(row.explained_count, 1):
        row.state = State.OPEN
    return row


def _let_go(found: Iterable[Sign], known: Iterable[RiskSign], on: date) -> None:
    """What is no longer there: the explanation stays with the row, should the sign come back."""
    present = {(sign.kind.value, sign.about.value, sign.key) for sign in found}
    gone = [row.pk for row in known if row.gone_on is None and (row.kind, row.about, row.key) not in present]
    RiskSign.objects.filter(pk__in=gone).update(gone_on=on)


def look_into(*, sign: RiskSign, by: User, at: datetime) -> None:
    """Somebody takes a closer look. Raises NotAllowed, and Conflict where somebody was first."""
    require(by, Permission.WEIGH_SIGNS)
    with transaction.atomic():
        changed = RiskSign.objects.filter(pk=sign.pk, state=State.OPEN).update(
            state=State.LOOKING, handled_at=at, handled_by=by
        )
        if not changed:
            raise Conflict(_("En anden var først. Se, hvad der er skrevet."))
        audit.record("risk.looked_into", by=by, subject=sign, kind=sign.kind)
    sign.state, sign.handled_at, sign.handled_by = State.LOOKING, at, by


def explain(*, sign: RiskSign, explanation: str, by: User, at: datetime) -> None:
    """What lies behind the sign, in words. Raises NotAllowed, Refused without words, and Conflict."""
    require(by, Permission.WEIGH_SIGNS)
    words = explanation.strip()
    if not words:
        raise Refused(_("Skriv, hvad der forklarer det."), field="explanation")
    with transaction.atomic():
        changed = (
            RiskSign.objects.filter(pk=sign.pk)
            .exclude(state=State.EXPLAINED)
            .update(
                state=State.EXPLAINED,
                explanation=words,
                explained_count=sign.count,
                handled_at=at,
                handled_by=by,
            )
        )
        if not changed:
            raise Conflict(_("En anden var først. Se, hvad der er skrevet."))
        audit.record("risk.explained", by=by, subject=sign, kind=sign.kind, count=sign.count)
    sign.state, sign.explanation, sign.handled_at, sign.handled_by = State.EXPLAINED, words, at, by


def set_limit(*, name: str, value: int, valid_from: date, reason: str, by: User, at: datetime) -> RiskSetting:
    """A threshold of the municipality's own from a day on. Raises Refused, Conflict and NotAllowed."""
    require(by, Permission.SET_FRAMES)
    _require_sensible(name, value, reason)
    row = RiskSetting(
        municipality_id=municipality_of(by),
        name=name,
        value=value,
        valid_from=valid_from,
        reason=reason.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        message = _("Der begynder allerede en værdi %(day)s. Vælg en anden dag.")
        raise Conflict(message % {"day": danish_date(valid_from)}, field="valid_from") from None
    audit.record("risk_limit.set", by=by, subject=row, name=name, value=value, valid_from=valid_from)
    return row


def _require_sensible(name: str, value: int, reason: str) -> None:
    if name not in UNITS:
        raise Refused(_("Vælg, hvilken grænse det gælder."), field="name")
    unit = UNITS[name]
    if not unit.least <= value <= unit.most:
        message = _("Skriv et tal fra %(least)d til %(most)d.")
        raise Refused(message % {"least": unit.least, "most": unit.most}, field="value")
    if not reason.strip():
        raise Refused(_("Skriv, hvorfor grænsen flyttes."), field="reason")
