"""Evaluations, those who stand in a lot, and the columns an analysis of them needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from brobygger.accounts.models import Team, User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of, teams_of
from brobygger.evaluations import steps
from brobygger.evaluations.lot import Drawing, Ticket, draw, seal_of
from brobygger.evaluations.models import Candidate, Division, Evaluation
from brobygger.mentorships.models import Mentorship
from brobygger.mentorships.selectors import OPEN
from brobygger.people.models import Citizen
from brobygger.people.selectors import citizens_visible_to
from brobygger.values.moment import danish_day

YOUNG = 30
MOST_FOUND = 12
State = Evaluation.State


def visible_to(user: User) -> QuerySet[Evaluation]:
    """All of the municipality for those who run evaluations; for case workers the lots that can be joined."""
    found = Evaluation.objects.filter(municipality_id=municipality_of(user))
    if user.kind != "staff" or not _may_see(user):
        return found.none()
    if not user.may(Permission.RUN_EVALUATIONS):
        found = found.exclude(state=State.DRAFT).filter(design="LOTTERY")
    return found.select_related("registered_by", "drawn_by", "created_by")


def _may_see(user: User) -> bool:
    return user.may(Permission.RUN_EVALUATIONS) or user.may(Permission.REQUEST_GRANT)


def listed(user: User) -> QuerySet[Evaluation]:
    """Newest first, with how many stand in the lot."""
    still = Count("candidates", filter=Q(candidates__left_at=None))
    return visible_to(user).annotate(candidates_count=still).order_by("-id")


def teams(user: User) -> QuerySet[Team]:
    return teams_of(user)


# Candidates


def candidates_visible_to(user: User) -> QuerySet[Candidate]:
    """Those of the lots the user sees."""
    found = Candidate.objects.filter(municipality_id=municipality_of(user))
    if user.kind != "staff" or not _may_see(user):
        return found.none()
    return found.select_related("citizen", "evaluation", "added_by")


def candidates_of(evaluation: Evaluation) -> QuerySet[Candidate]:
    """Everybody who was put in: those drawn first, then by place, then in the order they were added."""
    found = Candidate.objects.filter(municipality_id=evaluation.municipality_id, evaluation=evaluation)
    return found.select_related("citizen", "added_by", "evaluation").order_by(
        F("is_drawn").desc(nulls_last=True), "place", "id"
    )


def in_the_lot(evaluation: Evaluation) -> QuerySet[Candidate]:
    """Those who stand in it now."""
    return candidates_of(evaluation).filter(left_at=None)


def frame_of(evaluation: Evaluation) -> list[Ticket]:
    """What is, or was, drawn from: after the draw those who were given a result, whatever became of them since."""
    found = candidates_of(evaluation)
    found = found.filter(is_drawn__isnull=False) if evaluation.drawn_at else found.filter(left_at=None)
    return [Ticket(str(each.public_id), each.stratum) for each in found]


def drawn_again(evaluation: Evaluation) -> Drawing:
    """The draw from the seed and the kept frame alone. Raises ValueError where there is nothing to draw."""
    return draw(frame_of(evaluation), places=evaluation.places, seed=evaluation.seed)


def is_redrawn_the_same(evaluation: Evaluation) -> bool:
    """Whether seed and frame give exactly what is kept, and the frame is the one that was sealed."""
    again = drawn_again(evaluation)
    kept = {str(each.public_id): (each.is_drawn, each.place) for each in candidates_of(evaluation)}
    same_drawn = {ref for ref, (is_drawn, _place) in kept.items() if is_drawn} == set(again.drawn)
    same_row = all(kept[ref] == (False, number) for number, ref in enumerate(again.waiting, 1))
    return same_drawn and same_row and seal_of(frame_of(evaluation)) == evaluation.frame_sha256


def citizens_to_add(user: User, evaluation: Evaluation, text: str) -> list[Citizen]:
    """Citizens with every word of ``text`` in their name who are not in the lot already, a few of them."""
    found = citizens_visible_to(user)
    for word in text.split():
        found = found.filter(name__icontains=word)
    in_it = Candidate.objects.filter(evaluation=evaluation, citizen=OuterRef("pk"))
    return list(found.exclude(Exists(in_it)).order_by("name", "pk")[:MOST_FOUND])


def has_open_mentorship(citizen: Citizen) -> bool:
    """Whether the citizen has, or has been asked for, a mentor."""
    found = Mentorship.objects.filter(municipality_id=citizen.municipality_id, citizen=citizen)
    return found.filter(status__in=OPEN).exists()


def with_open_mentorship(citizens: Iterable[int]) -> set[int]:
    """Of these citizens' keys, those with a mentorship asked for, granted or under way."""
    return set(
        Mentorship.objects.filter(citizen__in=list(citizens), status__in=OPEN).values_list(
            "citizen_id", flat=True
        )
    )


def other_lot_of(citizen: Citizen, evaluation: Evaluation) -> Candidate | None:
    """Where the citizen stands in another lot that has not been drawn."""
    found = Candidate.objects.filter(municipality_id=citizen.municipality_id, citizen=citizen, left_at=None)
    waiting = found.filter(evaluation__state=State.REGISTERED, is_drawn=None)
    return waiting.exclude(evaluation=evaluation).select_related("evaluation").first()


def stratum_of(evaluation: Evaluation, citizen: Citizen, on: date) -> str:
    """The group whose share of the places the citizen stands for; "" where there is one group."""
    return _group_of(evaluation.strata, citizen, citizen.target_group, on)


def _group_of(division: str, citizen: Citizen, target_group: str, on: date) -> str:
    if division == Division.TEAM:
        return citizen.team.name if citizen.team else "-"
    if division == Division.TARGET_GROUP:
        return target_group
    if division == Division.AGE:
        return _age_group(citizen, on)
    return ""


def _age_group(citizen: Citizen, on: date) -> str:
    if citizen.birth_date is None:
        return "-"
    born = citizen.birth_date
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return "<30" if age < YOUNG else "30+"


# For the analysis


@dataclass(frozen=True)
class LotteryRows:
    """The columns of a drawn lot as ``analysis.Entries`` and ``analysis.Lottery`` take them, each (n,).

    Those who have taken back their consent are left out; ``left_out`` says how many. ``took_part`` is to have
    begun with a mentor between the draw and the week that counts. ``groups`` are the divisions declared in the
    protocol, and age, as everybody stood on the day of the draw (the team: as it is now, unless the places were shared
    out by it).
    """

    person: npt.NDArray[np.int64]
    treated: npt.NDArray[np.bool_]
    strata: npt.NDArray[np.int64]
    strata_names: tuple[str, ...]
    took_part: npt.NDArray[np.bool_]
    drawn_on: date
    left_out: int
    groups: Mapping[str, npt.NDArray[np.str_]]


def drawn_keys(municipality_id: int) -> list[str]:
    """Which lots have been drawn, oldest first: for a named job that has set its own context."""
    return [str(key) for key in _drawn(municipality_id).values_list("public_id", flat=True)]


def drawn_lotteries(municipality_id: int, keys: Iterable[str]) -> list[tuple[Evaluation, LotteryRows]]:
    """These drawn lots with their columns. Three queries, however many they are."""
    found = list(_drawn(municipality_id).filter(public_id__in=list(keys)))
    return list(zip(found, _rows_of(found), strict=True))


def _drawn(municipality_id: int) -> QuerySet[Evaluation]:
    found = Evaluation.objects.filter(municipality_id=municipality_id, design="LOTTERY")
    return found.filter(drawn_at__isnull=False).order_by("id")


def _rows_of(evaluations: Sequence[Evaluation]) -> list[LotteryRows]:
    stood = Candidate.objects.filter(evaluation__in=[each.pk for each in evaluations], is_drawn__isnull=False)
    inside: dict[int, list[Candidate]] = {each.pk: [] for each in evaluations}
    for each in stood.select_related("citizen__team").order_by("id"):
        inside[each.evaluation_id].append(each)
    began = _began({each.citizen_id for found in inside.values() for each in found})
    return [_columns(each, inside[each.pk], began) for each in evaluations]


def _columns(
    evaluation: Evaluation, found: Sequence[Candidate], began: Mapping[int, Sequence[date]]
) -> LotteryRows:
    assert evaluation.drawn_at is not None
    drawn_on = danish_day(evaluation.drawn_at)
    kept = [each for each in found if each.left_why != Candidate.Left.CONSENT]
    names = tuple(sorted({each.stratum for each in kept}))
    until = drawn_on + timedelta(weeks=evaluation.horizon_weeks)
    begun = [any(drawn_on <= day < until for day in began.get(each.citizen_id, ())) for each in kept]
    return LotteryRows(
        person=np.array([each.citizen_id for each in kept], dtype=np.int64),
        treated=np.array([bool(each.is_drawn) for each in kept], dtype=bool),
        strata=np.array([names.index(each.stratum) for each in kept], dtype=np.int64),
        strata_names=names,
        took_part=np.array(begun, dtype=bool),
        drawn_on=drawn_on,
        left_out=len(found) - len(kept),
        groups={name: _group_names(evaluation, name, kept, drawn_on) for name in _looked_at(evaluation)},
    )


def _looked_at(evaluation: Evaluation) -> list[str]:
    return list(dict.fromkeys([*evaluation.subgroups, Division.AGE.value]))


def _group_names(
    evaluation: Evaluation, division: str, kept: Sequence[Candidate], on: date
) -> npt.NDArray[np.str_]:
    is_stratum = division == evaluation.strata
    names = [
        each.stratum if is_stratum else _group_of(division, each.citizen, each.target_group, on)
        for each in kept
    ]
    return np.array(names, dtype=np.str_)


def _began(citizens: Iterable[int]) -> dict[int, list[date]]:
    """The days on which each of these citizens began with a mentor."""
    found = Mentorship.objects.filter(citizen__in=list(citizens), status__in=("ACTIVE", "ENDED"))
    begun: dict[int, list[date]] = {}
    for citizen, day in found.values_list("citizen_id", "starts_on"):
        begun.setdefault(citizen, []).extend([day] if day else [])
    return begun


def plan_of(evaluation: Evaluation) -> steps.Plan:
    """The months the units begin in: as started, else as planned."""
    return steps.plan_of(evaluation.start_plan or evaluation.units)


def first_periods(evaluation: Evaluation) -> npt.NDArray[np.int64]:
    """(U,) for ``analysis.PanelOfUnits``: each unit's first month, 0 for never. Raises ValueError before the start."""
    if not evaluation.start_plan:
        raise ValueError("The roll-out has not been started.")
    return steps.first_periods(steps.plan_of(evaluation.start_plan))
