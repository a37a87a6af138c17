"""What can be drawn, samples and their cases as a user sees them, and those that need somebody."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connections
from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.controls.risks.models import RiskSign
from brobygger.controls.samples.models import Party, Sample, SampleCase, Strata
from brobygger.controls.selectors import results
from brobygger.grants.models import Decision
from brobygger.law.codes import Context, MentorKind, SupportType
from brobygger.mentorships.models import Mentorship, Status
from brobygger.payments.models import Payment
from brobygger.review.sampling import Candidate, Drawn, draw
from brobygger.ui.attention import Act, Attention

FAILURE_WEIGHT = 1
SIGN_WEIGHT = 2
MOST_WEIGHT = 10
MOST_ROWS = 100
State = SampleCase.State


@dataclass(frozen=True)
class Population:
    """Mentorships under way at any time from ``first`` to ``last``. Team is its public id; "" is all."""

    first: date
    last: date
    team: str = ""
    support_type: str = ""
    only_ended: bool = False

    def to_dict(self) -> dict[str, Any]:
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "team": self.team,
            "support_type": self.support_type,
            "only_ended": self.only_ended,
        }


# What can be drawn


def candidates(user: User, population: Population, strata: str, *, is_weighted: bool) -> list[Candidate]:
    """Every case of the population by number, with stratum and weight. A constant number of queries."""
    column, label = _STRATA[Strata(strata)]
    rows = _of_population(user, population).values_list("pk", "code", *([column] if column else []))
    weights = _weights(user) if is_weighted else {}
    return [
        Candidate(code, label(value[0]) if value else "", float(min(1 + weights.get(key, 0), MOST_WEIGHT)))
        for key, code, *value in rows
    ]


def _of_population(user: User, population: Population) -> QuerySet[Mentorship]:
    begun = [Status.ENDED] if population.only_ended else [Status.ACTIVE, Status.ENDED]
    found = Mentorship.objects.filter(
        municipality_id=municipality_of(user),
        status__in=begun,
        starts_on__lte=population.last,
        ends_before__gt=population.first,
    )
    if population.team:
        found = found.filter(team__public_id=population.team)
    if population.support_type:
        found = found.filter(support_type=population.support_type)
    return found.order_by("code")


def _weights(user: User) -> Counter[int]:
    """Case -> what its open failures and unexplained signs add to its weight of 1."""
    found: Counter[int] = Counter()
    failures = results.failures_visible_to(user).select_related(None).order_by()
    for key, count in failures.values_list("mentorship_id").annotate(Count("id")):
        found[key] += FAILURE_WEIGHT * count
    signs = RiskSign.objects.filter(municipality_id=municipality_of(user), gone_on=None)
    for cases in signs.exclude(state=RiskSign.State.EXPLAINED).values_list("cases", flat=True):
        found.update(dict.fromkeys(cases, SIGN_WEIGHT))
    return found


def _word(choices: Any) -> Callable[[str], str]:
    words = {value: str(label) for value, label in choices}
    return lambda value: words.get(value, value or "")


# What a stratum is called: stored with the sample, so in the language of the authority.
_STRATA: dict[Strata, tuple[str, Callable[[Any], str]]] = {
    Strata.TEAM: ("team__name", lambda name: name or "Uden hold"),
    Strata.SUPPORT_TYPE: ("support_type", _word(SupportType.choices())),
    Strata.CONTEXT: ("context", _word(Context.choices())),
    Strata.MENTOR_KIND: ("mentor__kind", _word(MentorKind.choices())),
    Strata.NONE: ("", str),
}


def mentorships_by_code(user: User, codes: list[str]) -> dict[str, Mentorship]:
    found = Mentorship.objects.filter(municipality_id=municipality_of(user), code__in=codes)
    return {each.code: each for each in found.select_related("citizen", "mentor", "organisation")}


# Samples


def visible_to(user: User) -> QuerySet[Sample]:
    """The municipality's samples, newest first, without the frame; none for those outside its staff."""
    found = Sample.objects.filter(municipality_id=municipality_of(user))
    found = found if user.kind == "staff" else found.none()
    return found.select_related("drawn_by").defer("frame").order_by("-id")


def listed(user: User) -> QuerySet[Sample]:
    """With how many cases each has, how many wait for an answer and how many are closed."""
    return visible_to(user).annotate(
        all_cases=Count("cases"),
        waiting=Count("cases", filter=Q(cases__state=State.AWAITING)),
        closed=Count("cases", filter=Q(cases__state=State.CLOSED)),
        kroner=Sum("cases__clawback_kroner"),
    )


def cases_visible_to(user: User) -> QuerySet[SampleCase]:
    found = SampleCase.objects.filter(municipality_id=municipality_of(user))
    found = found if user.kind == "staff" else found.none()
    return found.select_related(
        "sample__drawn_by",
        "mentorship__citizen",
        "mentorship__mentor",
        "mentorship__organisation",
        "mentorship__team",
        "answered_to",
        "found_by",
        "replied_by",
        "closed_by",
    ).defer("sample__frame")


def cases_of(user: User, sample: Sample) -> QuerySet[SampleCase]:
    """In the order they were drawn."""
    return cases_visible_to(user).filter(sample=sample).order_by("id")


def counts_of(sample: Sample) -> dict[str, int]:
    """Cases of a sample by state."""
    found = SampleCase.objects.filter(municipality_id=sample.municipality_id, sample=sample)
    counted = dict(found.order_by().values_list("state").annotate(Count("id")))
    return {state.value: counted.get(state.value, 0) for state in State}


def failures_count(user: User, mentorship_ids: list[int]) -> dict[int, int]:
    """Case -> how many questions of the auditor it fails now."""
    found = results.failures_visible_to(user).select_related(None).order_by()
    counted = found.filter(mentorship_id__in=mentorship_ids).values_list("mentorship_id")
    return dict(counted.annotate(Count("id")))


# Drawing again


def frame_of(sample: Sample) -> list[Candidate]:
    """The cases that could be drawn, as they were."""
    return [Candidate(ref, stratum, weight) for ref, stratum, weight in sample.frame]


def seal_of(frame: list[list[Any]]) -> str:
    """SHA-256 over the frame; stands in the audit trail, so that a frame cannot be changed unseen."""
    return hashlib.sha256(json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def drawn_again(sample: Sample) -> tuple[Drawn, ...]:
    """The sample drawn anew from its stored frame, size and seed."""
    return draw(frame_of(sample), size=sample.size, seed=sample.seed)


def is_redrawn_the_same(sample: Sample) -> bool:
    """Whether the stored cases are those that the stored frame and seed give."""
    kept = SampleCase.objects.filter(municipality_id=sample.municipality_id, sample=sample)
    return {each.ref for each in drawn_again(sample)} == set(kept.values_list("mentorship__code", flat=True))


# What the services ask


def paid_kroner(mentorship: Mentorship) -> Decimal:
    """What has been paid for the case, VAT included, credits taken off."""
    found = Payment.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    total: Decimal | None = found.aggregate(total=Sum(F("amount") + F("vat")))["total"]
    return total or Decimal(0)


def has_decided(user: User, mentorship: Mentorship) -> bool:
    """Whether the user works the case or has made a decision in it."""
    if mentorship.consultant_id == user.pk:
        return True
    found = Decision.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.filter(decided_by=user).exists()


def to_remind(municipality: Municipality) -> QuerySet[SampleCase]:
    """Cases that wait for an answer."""
    found = SampleCase.objects.filter(municipality=municipality, state=State.AWAITING)
    return (
        found.select_related(
            "sample", "mentorship__citizen", "mentorship__mentor", "mentorship__organisation"
        )
        .defer("sample__frame")
        .order_by("id")
    )


def municipality_to_remind(on: date) -> Municipality | None:
    """A municipality with a reminder that is due. Asked by the owner's role, and only for the key."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select c.municipality_id from controls_samplecase c join controls_sample s on s.id = c.sample_id"
            " where c.state = 'AWAITING' and c.reminders < case when %(on)s >= s.deadline then 2"
            "   when %(on)s >= s.drawn_on + (s.deadline - s.drawn_on) / 2 then 1 else 0 end limit 1",
            {"on": on},
        )
        row = cursor.fetchone()
    return Municipality.objects.get(pk=row[0]) if row else None


# What needs somebody now


def needs_attention(user: User, today: date) -> list[Attention]:
    """Answers that are missing from half time on, and answers that say no and have not been looked into."""
    if user.kind != "staff" or not user.may(Permission.DRAW_SAMPLES):
        return []
    open_ = Q(state=State.AWAITING, found_at=None) | Q(state=State.OBJECTED, found_at=None)
    found = cases_visible_to(user).filter(open_).order_by("-state", "sample__deadline", "id")[:MOST_ROWS]
    return [
        _row(user, each, today)
        for each in found
        if each.state == State.OBJECTED or today >= each.sample.half_time
    ]


def _row(user: User, case: SampleCase, today: date) -> Attention:
    url = reverse("controls:sample_case", args=[case.public_id])
    deadline = case.sample.deadline
    if case.state == State.OBJECTED:
        kind, heading, urgency = "sample_objected", _("Stikprøve: støtten er ikke bekræftet"), 1
    elif today > deadline:
        kind, heading, urgency = "sample_overdue", _("Stikprøve: svarfristen er overskredet"), 0
    else:
        kind, heading, urgency = "sample_waiting", _asks(case), 4
    no_team_tab = not user.may(Permission.FOLLOW_UP)
    return Attention(
        kind=kind,
        heading=heading,
        case_code=case.mentorship.code,
        initials=case.mentorship.citizen.initials,
        when=deadline,
        url=url,
        acts=(
            Act(
                _("Skriv fund") if case.state == State.OBJECTED else _("Notér svar"),
                f"{url}#{'fund' if case.state == State.OBJECTED else 'svar'}",
                primary=True,
            ),
        ),
        urgency=urgency,
        scope="mine" if no_team_tab or case.sample.drawn_by_id == user.pk else "team",
    )


def _asks(case: SampleCase) -> str:
    return {
        Party.CITIZEN: _("Stikprøve: mangler svar fra borgeren"),
        Party.MENTOR: _("Stikprøve: mangler svar fra mentoren"),
        Party.COMPANY: _("Stikprøve: mangler svar fra virksomheden"),
    }[Party(case.party)]
