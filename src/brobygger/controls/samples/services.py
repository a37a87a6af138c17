"""Drawing samples, asking the second party and reminding it, and what is found, answered and concluded."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit import services as audit
from brobygger.controls.attest import services as attest
from brobygger.controls.samples import selectors
from brobygger.controls.samples.models import ATTESTATION_DAYS, STAFF_STRENGTHS, Party, Sample, SampleCase
from brobygger.controls.samples.selectors import Population
from brobygger.mentorships.models import Mentorship
from brobygger.review.sampling import Candidate, draw
from brobygger.values.moment import COPENHAGEN, day_start

JOB = "Stikprøver"
MOST_CASES = 500
DAYS_TO_ANSWER = (7, 60)
DAY_BEGINS = 8
LIFETIME_SECONDS = 600
State = SampleCase.State


@dataclass(frozen=True)
class Plan:
    """What somebody wants to draw."""

    name: str
    population: Population
    strata: str
    is_weighted: bool
    size: int
    protocol: str
    party: str = Party.CITIZEN.value
    days: int = ATTESTATION_DAYS


@transaction.atomic
def draw_sample(
    *, plan: Plan, by: User, at: datetime, on: date, seen: int | None = None, seed: str = ""
) -> Sample:
    """Draws the sample, keeps what it was drawn from, and asks the second party of each case.

    ``seen``: how many cases the page said there were. Without ``seed`` a fresh one is made, so that nobody chooses
    what is drawn. Raises Refused, Conflict where the population has changed since it was shown, and NotAllowed.
    """
    require(by, Permission.DRAW_SAMPLES)
    require(by, Permission.SEE_CASES)
    _require_sensible(plan)
    found = selectors.candidates(by, plan.population, plan.strata, is_weighted=plan.is_weighted)
    if not found:
        raise Refused(
            _("Der er ingen forløb at trække imellem."), field="first", remedy=_("Vælg en længere periode.")
        )
    if seen is not None and seen != len(found):
        raise Conflict(_("Forløbene har ændret sig, siden siden blev vist. Se tallene igen, og træk så."))
    sample = _keep(plan, found, seed or secrets.token_hex(16), by, at, on)
    cases = _keep_cases(sample, found, by)
    for case in cases:
        attest.ask(case=case, which=attest.REQUEST, at=at)
    audit.record(
        "sample.drawn",
        by=by,
        subject=sample,
        population=plan.population.to_dict(),
        candidates=len(found),
        cases=len(cases),
        seed=sample.seed,
        frame_sha256=selectors.seal_of(sample.frame),
        deadline=sample.deadline,
    )
    return sample


def _require_sensible(plan: Plan) -> None:
    if not plan.name.strip():
        raise Refused(_("Giv stikprøven et navn."), field="name")
    if not plan.protocol.strip():
        raise Refused(_("Skriv, hvad stikprøven skal vise, og hvordan der ses efter."), field="protocol")
    if plan.population.last < plan.population.first:
        raise Refused(_("Perioden slutter, før den begynder."), field="last")
    if not 1 <= plan.size <= MOST_CASES:
        raise Refused(_("Træk fra 1 til %(most)d forløb.") % {"most": MOST_CASES}, field="size")
    least, most = DAYS_TO_ANSWER
    if not least <= plan.days <= most:
        raise Refused(
            _("Giv fra %(least)d til %(most)d dage at svare i.") % {"least": least, "most": most},
            field="days",
        )


def _keep(plan: Plan, found: list[Candidate], seed: str, by: User, at: datetime, on: date) -> Sample:
    return Sample.objects.create(
        municipality_id=municipality_of(by),
        name=plan.name.strip(),
        protocol=plan.protocol.strip(),
        population=plan.population.to_dict(),
        strata=plan.strata,
        is_weighted=plan.is_weighted,
        frame=[[each.ref, each.stratum, each.weight] for each in found],
        population_size=len(found),
        size=plan.size,
        seed=seed,
        party=plan.party,
        drawn_on=on,
        deadline=on + timedelta(days=plan.days),
        drawn_at=at,
        drawn_by=by,
    )


def _keep_cases(sample: Sample, found: list[Candidate], by: User) -> list[SampleCase]:
    drawn = draw(found, size=sample.size, seed=sample.seed)
    known = selectors.mentorships_by_code(by, [each.ref for each in drawn])
    rows = [
        SampleCase(
            municipality_id=sample.municipality_id,
            sample=sample,
            mentorship=known[each.ref],
            stratum=each.stratum,
            weight=each.weight,
            inclusion=each.inclusion,
            party=_party(sample, known[each.ref]),
        )
        for each in drawn
    ]
    return SampleCase.objects.bulk_create(rows)


def _party(sample: Sample, mentorship: Mentorship) -> str:
    """Who is asked. Where the case has none of those, or nothing reaches them, the citizen is."""
    mentor, place = mentorship.mentor, mentorship.organisation
    if sample.party == Party.MENTOR and mentor and (mentor.email or mentor.phone):
        return Party.MENTOR
    if sample.party == Party.COMPANY and place and (place.contact_email or place.contact_phone):
        return Party.COMPANY
    return Party.CITIZEN


# Reminders


def remind(*, municipality: Municipality, on: date) -> int:
    """Sends what is due at half time and at the deadline, each once; returns how many. A named job."""
    sent = 0
    with acting(system_actor(municipality.pk), lifetime=LIFETIME_SECONDS):
        job = audit.NamedJob(JOB, municipality.pk)
        for case in selectors.to_remind(municipality):
            due = _due(case.sample, on)
            waiting = SampleCase.objects.filter(pk=case.pk, state=State.AWAITING, reminders__lt=due)
            if due and waiting.update(reminders=due):
                attest.ask(case=case, which=due, at=day_start(on))
                audit.record("sample_case.reminded", by=job, subject=case, reminder=due)
                sent += 1
    return sent


def remind_next(*, at: datetime) -> int:
    """The worker's duty: the reminders of one municipality, by day only. Returns how many were sent."""
    local = at.astimezone(COPENHAGEN)
    if local.hour < DAY_BEGINS:
        return 0
    waiting = selectors.municipality_to_remind(local.date())
    return remind(municipality=waiting, on=local.date()) if waiting else 0


def _due(sample: Sample, on: date) -> int:
    if on >= sample.deadline:
        return attest.AT_DEADLINE
    return attest.HALF_TIME if on >= sample.half_time else attest.REQUEST


# Answer, finding, reply, conclusion


@transaction.atomic
def note_answer(
    *,
    case: SampleCase,
    was_delivered: bool,
    strength: str,
    answer: str,
    version: int,
    by: User,
    at: datetime,
) -> None:
    """Notes what the second party says. A no needs words. Can be noted anew until the case is closed.

    Raises Refused, Conflict where somebody was first, and NotAllowed.
    """
    require(by, Permission.DRAW_SAMPLES)
    if not was_delivered and not answer.strip():
        raise Refused(_("Skriv, hvad der ikke passer."), field="answer")
    if strength not in STAFF_STRENGTHS:
        raise Refused(_("Vælg, hvordan svaret kom."), field="strength")
    _change(
        case,
        version,
        state=State.ATTESTED if was_delivered else State.OBJECTED,
        was_delivered=was_delivered,
        strength=strength,
        answer=answer.strip(),
        answered_at=at,
        answered_to=by,
    )
    attest.withdraw(case=case, at=at)
    audit.record(
        "sample_case.answered",
        by=by,
        subject=case,
        party=case.party,
        delivered=was_delivered,
        strength=strength,
    )


@transaction.atomic
def write_finding(
    *,
    case: SampleCase,
    finding: str,
    clawback: bool,
    kroner: Decimal | None,
    version: int,
    by: User,
    at: datetime,
) -> None:
    """What the case shows, and whether money is to be claimed back: at most what has been paid.

    Nobody judges a case they work or have decided in. Raises Refused, Conflict and NotAllowed.
    """
    require(by, Permission.DRAW_SAMPLES)
    _require_somebody_else(case, by)
    if not finding.strip():
        raise Refused(_("Skriv, hvad sagen viser."), field="finding")
    amount = (kroner or Decimal(0)) if clawback else Decimal(0)
    if clawback and amount <= 0:
        raise Refused(_("Skriv, hvor mange kroner der skal kræves tilbage."), field="kroner")
    if clawback and amount > (paid := selectors.paid_kroner(case.mentorship)):
        raise Refused(
            _("Der er kun betalt %(kroner)s kr. på forløbet.") % {"kroner": f"{paid:.2f}".replace(".", ",")},
            field="kroner",
        )
    _change(
        case,
        version,
        finding=finding.strip(),
        clawback=clawback,
        clawback_kroner=amount,
        found_at=at,
        found_by=by,
        reply="",
        replied_at=None,
        replied_by=None,
    )
    audit.record("sample_case.found", by=by, subject=case, clawback=clawback, kroner=amount)


@transaction.atomic
def write_reply(*, case: SampleCase, reply: str, version: int, by: User, at: datetime) -> None:
    """The municipality's answer to the finding, by somebody other than who wrote the finding.

    Raises Refused, Conflict and NotAllowed.
    """
    require(by, Permission.DRAW_SAMPLES)
    if case.found_at is None:
        raise Refused(_("Der er ikke noget fund at svare på endnu."))
    if case.found_by_id == by.pk:
        raise Refused(_("Den, der har skrevet fundet, kan ikke også svare på det."), field="reply")
    if not reply.strip():
        raise Refused(_("Skriv kommunens svar."), field="reply")
    _change(case, version, reply=reply.strip(), replied_at=at, replied_by=by)
    audit.record("sample_case.replied", by=by, subject=case)


@transaction.atomic
def close(*, case: SampleCase, version: int, by: User, at: datetime, on: date) -> None:
    """Ends the case. Raises Refused while something is missing, Conflict and NotAllowed."""
    require(by, Permission.DRAW_SAMPLES)
    _require_somebody_else(case, by)
    missing = what_is_missing(case, on)
    if missing:
        raise Refused(missing)
    _change(case, version, state=State.CLOSED, closed_at=at, closed_by=by)
    attest.withdraw(case=case, at=at)
    audit.record(
        "sample_case.closed", by=by, subject=case, clawback=case.clawback, kroner=case.clawback_kroner
    )


def what_is_missing(case: SampleCase, on: date) -> str:
    """Why the case cannot be closed yet, as a sentence; "" when it can."""
    if case.state == State.AWAITING and on <= case.sample.deadline:
        return _("Vent på svaret, eller til svarfristen er gået.")
    if case.found_at is None:
        return _("Skriv først, hvad sagen viser.")
    if case.clawback and case.replied_at is None:
        return _("Kommunen skal have svaret, før penge kan kræves tilbage.")
    return ""


def _require_somebody_else(case: SampleCase, by: User) -> None:
    if selectors.has_decided(by, case.mentorship):
        raise Refused(
            _("Du arbejder med forløbet eller har afgjort det."), remedy=_("Lad en anden se på det.")
        )


def _change(case: SampleCase, version: int, **fields: Any) -> None:
    """Writes only where nobody has written since ``version`` was shown, and nothing is closed."""
    rows = SampleCase.objects.filter(pk=case.pk, version=version).exclude(state=State.CLOSED)
    if not rows.update(**fields, version=version + 1):
        raise Conflict(_("En anden var først. Se, hvad der er skrevet, og prøv igen."))
    case.refresh_from_db()


def note_file_made(*, mentorship: Mentorship, kind: str, sha256: str, by: User) -> None:
    """Records that somebody took the whole case out of the house. Called by the page that hands it out."""
    audit.record("audit.file_made", by=by, subject=mentorship, kind=kind, sha256=sha256)


def note_frame_taken(*, sample: Sample, by: User) -> None:
    """Records that somebody took a copy of what the sample was drawn from."""
    audit.record("sample.frame_taken", by=by, subject=sample)
