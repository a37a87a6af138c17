"""Planning, registering, drawing and closing an evaluation; who is put in its lot and who leaves it."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.analysis import DesignError
from brobygger.audit import services as audit
from brobygger.evaluations import power, selectors, steps, words
from brobygger.evaluations.lot import SEED_BYTES, Drawing, commitment, draw, seal_of
from brobygger.evaluations.models import Candidate, Design, Evaluation
from brobygger.evaluations.rights import ASKED, Circumstances, right_to_mentor
from brobygger.people.models import Citizen
from brobygger.values.moment import danish_day

MOST_PEOPLE = 20_000
MOST_UNITS = 40
MOST_MONTHS = 36
State = Evaluation.State


@dataclass(frozen=True)
class Size:
    """What decides how much the evaluation can show. Shares and points are of 100; the rest as on the model."""

    design: str
    outcome: str
    base: Decimal
    relevant: Decimal
    people: int = 0
    places: int = 0
    units: int = 0
    never: int = 0
    months: int = 0
    per_month: int = 0
    between: Decimal = Decimal(0)
    first_month: date | None = None


@dataclass(frozen=True)
class Protocol:
    """What is laid down beforehand."""

    name: str
    question: str
    horizon_weeks: int
    protocol: str
    strata: str = ""
    subgroups: list[str] = field(default_factory=list)
    not_drawn: str = Evaluation.NotDrawn.NEXT_PLACE.value
    consent_text: str = ""
    is_by_lot: bool = True
    units: steps.Plan = ()


# How much it can show


def power_of(size: Size) -> power.LotteryPower | power.RollOutPower:
    """What an evaluation of this size can show. Raises Refused for a size that makes none."""
    _require_size(size)
    base, relevant = float(size.base) / 100, float(size.relevant) / 100
    try:
        if size.design == Design.LOTTERY:
            return power.lottery_power(base=base, relevant=relevant, people=size.people, places=size.places)
        assert size.first_month is not None
        names = [str(number) for number in range(size.units)]
        plan = steps.evenly(names, size.first_month, size.months, never=size.never)
        return _roll_out_power(size, plan)
    except DesignError as error:
        raise Refused(str(error)) from None


def _roll_out_power(size: Size, plan: steps.Plan) -> power.RollOutPower:
    assert size.first_month is not None
    return power.roll_out_power(
        starts=steps.start_numbers(plan, size.first_month),
        months=size.months,
        people=size.per_month,
        base=float(size.base) / 100,
        relevant=float(size.relevant) / 100,
        between=float(size.between) / 100,
    )


def _require_size(size: Size) -> None:
    if not 0 < size.base < 100:
        raise Refused(_("Skriv en andel mellem 0 og 100."), field="base")
    if size.relevant <= 0 or size.base + size.relevant > 100:
        raise Refused(_("Andelen og forskellen kan højst være 100 tilsammen."), field="relevant")
    if size.design == Design.LOTTERY:
        _require_lottery_size(size)
    else:
        _require_roll_out_size(size)


def _require_lottery_size(size: Size) -> None:
    if not 2 <= size.people <= MOST_PEOPLE:
        raise Refused(_("Skriv fra 2 til %(most)d borgere.") % {"most": MOST_PEOPLE}, field="people")
    if not 0 < size.places < size.people:
        raise Refused(
            _("Der skal være færre pladser end borgere. Er der plads til alle, skal der ikke trækkes lod."),
            field="places",
        )


def _require_roll_out_size(size: Size) -> None:
    if not 2 <= size.units <= MOST_UNITS:
        raise Refused(_("Skriv fra 2 til %(most)d enheder.") % {"most": MOST_UNITS}, field="units")
    if not 0 <= size.never < size.units:
        raise Refused(_("Mindst én enhed skal begynde."), field="never")
    if not 3 <= size.months <= MOST_MONTHS:
        raise Refused(_("Skriv fra 3 til %(most)d måneder.") % {"most": MOST_MONTHS}, field="months")
    if size.per_month < 1:
        raise Refused(_("Skriv, hvor mange borgere en enhed har om måneden."), field="per_month")
    if size.first_month is None or size.first_month.day != 1:
        raise Refused(_("Vælg den første måned."), field="first_month")


# Planning


@transaction.atomic
def plan(*, size: Size, by: User, at: datetime) -> Evaluation:
    """A draft of this size. Raises Refused and NotAllowed."""
    require(by, Permission.RUN_EVALUATIONS)
    power_of(size)
    made = Evaluation.objects.create(
        municipality_id=municipality_of(by),
        design=size.design,
        created_at=at,
        created_by=by,
        **_size_columns(size),
        units=steps.rows_of(_proposed_units(size)),
    )
    audit.record("evaluation.planned", by=by, subject=made, design=size.design)
    return made


def _size_columns(size: Size) -> dict[str, Any]:
    people = size.people or size.units * size.per_month * size.months
    names = ("outcome", "base", "relevant", "places", "months", "per_month", "between", "first_month")
    return {"people": people, **{name: getattr(size, name) for name in names}}


def _proposed_units(size: Size) -> steps.Plan:
    if size.first_month is None:
        return ()
    names = [_("Enhed %(number)d") % {"number": number + 1} for number in range(size.units)]
    return steps.evenly(names, size.first_month, size.months, never=size.never)


@transaction.atomic
def write_protocol(*, evaluation: Evaluation, protocol: Protocol, version: int, by: User) -> None:
    """Keeps what has been written of a draft, however little. Raises Refused, Conflict and NotAllowed."""
    require(by, Permission.RUN_EVALUATIONS)
    _require_units(evaluation, protocol.units)
    names = (
        "name",
        "question",
        "horizon_weeks",
        "protocol",
        "strata",
        "subgroups",
        "not_drawn",
        "consent_text",
    )
    said = {name: getattr(protocol, name) for name in (*names, "is_by_lot")}
    said = {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}
    if evaluation.is_lottery:
        said.pop("is_by_lot")
    else:
        said["units"] = steps.rows_of(protocol.units)
    _change(evaluation, State.DRAFT, version, **said)


def _require_units(evaluation: Evaluation, units: steps.Plan) -> None:
    if evaluation.is_lottery:
        return
    names = [name for name, _start in units]
    if not all(name.strip() for name in names) or len(set(names)) != len(names):
        raise Refused(_("Giv hver enhed sit eget navn."))
    if not any(start for _name, start in units):
        raise Refused(_("Mindst én enhed skal begynde."))


@transaction.atomic
def delete_draft(*, evaluation: Evaluation, version: int, by: User) -> None:
    """Lets go of a draft. What is registered stands for good, and the database refuses to delete it.

    Raises Conflict where it has been written in or registered since ``version`` was shown, and NotAllowed.
    """
    require(by, Permission.RUN_EVALUATIONS)
    audit.record("evaluation.draft_deleted", by=by, subject=evaluation, name=evaluation.name)
    here = Evaluation.objects.filter(municipality_id=municipality_of(by), pk=evaluation.pk)
    deleted, _each = here.filter(state=State.DRAFT, version=version).delete()
    if not deleted:
        raise Conflict(_("Kladden er ændret eller registreret, siden siden blev vist. Se den igen."))


def what_is_missing(evaluation: Evaluation) -> list[str]:
    """Why a draft cannot be registered yet, one sentence each; empty when it can."""
    wanted = [
        (evaluation.name, _("Giv evalueringen et navn.")),
        (evaluation.question, _("Skriv det spørgsmål, evalueringen skal svare på.")),
        (evaluation.protocol, _("Skriv protokollen.")),
    ]
    if evaluation.is_lottery:
        wanted.append((evaluation.consent_text, _("Skriv, hvad borgeren siger ja til.")))
    return [sentence for text, sentence in wanted if not text.strip()]


@transaction.atomic
def register(*, evaluation: Evaluation, version: int, by: User, at: datetime) -> None:
    """Lays the protocol down for good and makes the seed, of which only the hash is shown until the draw.

    Raises Refused while something is missing, Conflict and NotAllowed.
    """
    require(by, Permission.RUN_EVALUATIONS)
    if missing := what_is_missing(evaluation):
        raise Refused(" ".join(missing))
    seed = secrets.token_hex(SEED_BYTES)
    protocol_sha256 = protocol_seal(evaluation)
    _change(
        evaluation,
        State.DRAFT,
        version,
        state=State.REGISTERED,
        power=words.power_kept(power_now(evaluation)),
        seed=seed,
        seed_sha256=commitment(seed),
        protocol_sha256=protocol_sha256,
        registered_at=at,
        registered_by=by,
    )
    audit.record(
        "evaluation.registered",
        by=by,
        subject=evaluation,
        protocol_sha256=protocol_sha256,
        seed_sha256=commitment(seed),
    )


def power_now(evaluation: Evaluation) -> power.LotteryPower | power.RollOutPower:
    """What the evaluation can show as it is planned now. Raises Refused for one that shows nothing."""
    size = size_of(evaluation)
    return power_of(size) if evaluation.is_lottery else _roll_out_power(size, selectors.plan_of(evaluation))


def size_of(evaluation: Evaluation) -> Size:
    names = ("design", "outcome", "base", "relevant", "people", "places", "months", "per_month", "between")
    starts = [month for _name, month in evaluation.units]
    return Size(
        **{name: getattr(evaluation, name) for name in names},
        first_month=evaluation.first_month,
        units=len(starts),
        never=starts.count(""),
    )


def protocol_seal(evaluation: Evaluation) -> str:
    """SHA-256 of all that is laid down, so that a print of the protocol can be held against it."""
    names = (
        "design", "name", "question", "outcome", "horizon_weeks", "subgroups", "base", "relevant", "people", "places",
        "strata", "not_drawn", "protocol", "consent_text", "first_month", "months", "is_by_lot", "units",
    )  # fmt: skip
    told = {name: getattr(evaluation, name) for name in names}
    return hashlib.sha256(
        json.dumps(told, default=str, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


def _change(evaluation: Evaluation, was: str, version: int, **fields: Any) -> None:
    """Writes only where nobody has written since ``version`` was shown, and the state is still the same."""
    rows = Evaluation.objects.filter(pk=evaluation.pk, state=was, version=version)
    if not rows.update(**fields, version=version + 1):
        raise Conflict(_("Evalueringen er ændret, siden siden blev vist. Se den igen."))
    evaluation.refresh_from_db()


# Who stands in the lot


@transaction.atomic
def add_candidate(
    *,
    evaluation: Evaluation,
    citizen: Citizen,
    said: Circumstances,
    consented_on: date,
    how: str,
    by: User,
    at: datetime,
) -> Candidate:
    """Puts a citizen who has said yes into a registered lot.

    Raises Refused for somebody with a right to a mentor, with a mentor, in another lot, or without consent; Conflict
    when the lot was drawn in the meantime; and NotAllowed.
    """
    require(by, Permission.REQUEST_GRANT)
    today = danish_day(at)
    _require_open(evaluation)
    _require_consent(how, consented_on, today)
    _require_no_right(said, today)
    _require_waiting(evaluation, citizen)
    made = Candidate.objects.create(
        municipality_id=municipality_of(by),
        evaluation=evaluation,
        citizen=citizen,
        stratum=selectors.stratum_of(evaluation, citizen, today),
        target_group=said.target_group,
        circumstances={name: getattr(said, name) for name in ASKED},
        consented_on=consented_on,
        consent_how=how,
        added_at=at,
        added_by=by,
    )
    audit.record("evaluation.candidate_added", by=by, subject=evaluation, candidate=made.public_id)
    return made


def _require_open(evaluation: Evaluation) -> None:
    """Holds the evaluation until the end of the transaction, so that nobody draws meanwhile."""
    held = Evaluation.objects.select_for_update().filter(
        pk=evaluation.pk, state=State.REGISTERED, drawn_at=None
    )
    if not held.exists():
        raise Conflict(_("Der er allerede trukket lod, eller protokollen er ikke registreret."))


def _require_consent(how: str, consented_on: date, today: date) -> None:
    if how not in Candidate.How.values:
        raise Refused(_("Vælg, hvordan borgeren sagde ja."), field="consent_how")
    if consented_on > today:
        raise Refused(_("Dagen ligger i fremtiden."), field="consented_on")


def _require_no_right(said: Circumstances, on: date) -> None:
    if right := right_to_mentor(said, on):
        raise Refused(
            words.right_sentence(right),
            field=words.RIGHT_FIELDS[right.rule],
            remedy=words.right_remedy(right),
        )


def _require_waiting(evaluation: Evaluation, citizen: Citizen) -> None:
    if Candidate.objects.filter(evaluation=evaluation, citizen=citizen).exists():
        raise Refused(_("Borgeren står allerede på listen, eller har stået på den."))
    if selectors.has_open_mentorship(citizen):
        raise Refused(_("Borgeren har en mentor, eller der er søgt om en."))
    if other := selectors.other_lot_of(citizen, evaluation):
        raise Refused(_("Borgeren står allerede i lodtrækningen %(name)s.") % {"name": other.evaluation.name})


@transaction.atomic
def leave(*, candidate: Candidate, why: str, by: User, at: datetime) -> None:
    """The citizen leaves the lot. After the draw only the consent can be taken back; what was drawn stands.

    Raises Refused, Conflict and NotAllowed.
    """
    require(by, Permission.REQUEST_GRANT)
    if why not in Candidate.Left.values:
        raise Refused(_("Vælg, hvorfor borgeren ikke er med mere."), field="why")
    if candidate.is_drawn is not None and why != Candidate.Left.CONSENT:
        raise Refused(
            _("Lodtrækningen står ved magt. Borgeren kan kun tage sit samtykke tilbage."), field="why"
        )
    _leave([candidate], why, by, at)


def _leave(candidates: list[Candidate], why: str, by: User, at: datetime) -> None:
    keys = [each.pk for each in candidates]
    left = Candidate.objects.filter(pk__in=keys, left_at=None).update(left_at=at, left_why=why, left_by=by)
    if left != len(keys):
        raise Conflict(_("Borgeren er allerede taget af listen."))
    for each in candidates:
        audit.record(
            "evaluation.candidate_left", by=by, subject=each.evaluation, candidate=each.public_id, why=why
        )


# The draw


@transaction.atomic
def draw_lot(*, evaluation: Evaluation, seen: int, by: User, at: datetime) -> Drawing:
    """Draws the lot, once. ``seen`` is how many the page said stand in it.

    First those who have got a mentor or a right since they were put in leave it. Raises Refused where there are not
    more people than places, Conflict where somebody else drew or the list has changed, and NotAllowed.
    """
    require(by, Permission.RUN_EVALUATIONS)
    _require_lot(evaluation)
    # The update holds the row: of two at once the second waits here and then finds nothing to draw.
    if not Evaluation.objects.filter(pk=evaluation.pk, state=State.REGISTERED, drawn_at=None).update(
        version=evaluation.version + 1
    ):
        raise Conflict(_("Der er allerede trukket lod."))
    if seen != selectors.in_the_lot(evaluation).count():
        raise Conflict(_("Listen er ændret, siden siden blev vist. Se den igen, og træk så."))
    _let_those_go_who_need_no_lot(evaluation, by, at)
    frame = selectors.frame_of(evaluation)
    if len(frame) <= evaluation.places:
        raise Refused(
            _("Der er ikke flere borgere end pladser. Så får alle en plads, og der trækkes ikke lod."),
            remedy=_("Luk evalueringen, eller vent, til flere står på listen."),
        )
    drawing = draw(frame, places=evaluation.places, seed=evaluation.seed)
    _keep(evaluation, drawing)
    _start(evaluation, by, at, frame_sha256=seal_of(frame))
    audit.record(
        "evaluation.drawn",
        by=by,
        subject=evaluation,
        people=len(frame),
        places=evaluation.places,
        seed=evaluation.seed,
        frame_sha256=evaluation.frame_sha256,
    )
    return drawing


def _require_lot(evaluation: Evaluation) -> None:
    if not evaluation.is_lottery:
        raise Refused(_("En indfasning sættes i gang; her trækkes ikke borgere."))


def _let_those_go_who_need_no_lot(evaluation: Evaluation, by: User, at: datetime) -> None:
    """Those who have got a mentor, or by another group or another law a right to one, since they were put in."""
    found = list(selectors.in_the_lot(evaluation))
    helped = selectors.with_open_mentorship(each.citizen_id for each in found)
    entitled = [each for each in found if each.citizen_id not in helped and _has_right(each, danish_day(at))]
    for gone, why in (
        ([each for each in found if each.citizen_id in helped], Candidate.Left.MENTOR),
        (entitled, Candidate.Left.RIGHT),
    ):
        if gone:
            _leave(gone, why, by, at)


def _has_right(candidate: Candidate, on: date) -> bool:
    said = {name: bool(candidate.circumstances.get(name)) for name in ASKED}
    return right_to_mentor(Circumstances(candidate.citizen.target_group, **said), on) is not None


def _keep(evaluation: Evaluation, drawing: Drawing) -> None:
    rows = {str(each.public_id): each for each in selectors.in_the_lot(evaluation)}
    for ref in drawing.drawn:
        rows[ref].is_drawn = True
    for number, ref in enumerate(drawing.waiting, 1):
        rows[ref].is_drawn, rows[ref].place = False, number
    Candidate.objects.bulk_update(list(rows.values()), ["is_drawn", "place"], batch_size=500)


def _start(evaluation: Evaluation, by: User, at: datetime, **fields: Any) -> None:
    Evaluation.objects.filter(pk=evaluation.pk).update(
        state=State.STARTED, drawn_at=at, drawn_by=by, **fields
    )
    evaluation.refresh_from_db()


@transaction.atomic
def start_roll_out(*, evaluation: Evaluation, by: User, at: datetime) -> None:
    """Gives the months to the units, by lot where the protocol says so, and starts. Once.

    Raises Refused, Conflict and NotAllowed.
    """
    require(by, Permission.RUN_EVALUATIONS)
    if evaluation.is_lottery:
        raise Refused(_("I en lodtrækning trækkes der lod mellem borgerne."))
    planned = steps.plan_of(evaluation.units)
    plan = steps.by_lot(planned, seed=evaluation.seed) if evaluation.is_by_lot else planned
    if not Evaluation.objects.filter(pk=evaluation.pk, state=State.REGISTERED, drawn_at=None).update(
        start_plan=steps.rows_of(plan), state=State.STARTED, drawn_at=at, drawn_by=by
    ):
        raise Conflict(_("Indfasningen er allerede sat i gang."))
    evaluation.refresh_from_db()
    audit.record(
        "evaluation.started", by=by, subject=evaluation, plan=evaluation.start_plan, seed=evaluation.seed
    )


@transaction.atomic
def close(*, evaluation: Evaluation, note: str, version: int, by: User, at: datetime) -> None:
    """Ends a registered evaluation, also one that was never drawn; the note says how it went.

    Raises Refused, Conflict and NotAllowed.
    """
    require(by, Permission.RUN_EVALUATIONS)
    if not note.strip():
        raise Refused(_("Skriv, hvordan det gik, også hvis der ikke blev trukket lod."), field="note")
    if evaluation.state not in (State.REGISTERED, State.STARTED):
        raise Conflict(_("Evalueringen kan ikke lukkes nu."))
    _change(
        evaluation,
        evaluation.state,
        version,
        state=State.CLOSED,
        closed_at=at,
        closed_by=by,
        closing_note=note.strip(),
    )
    audit.record("evaluation.closed", by=by, subject=evaluation)


def note_list_taken(*, evaluation: Evaluation, by: User) -> None:
    """Records that somebody took a copy of the lot."""
    audit.record("evaluation.list_taken", by=by, subject=evaluation)
