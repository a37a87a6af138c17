"""What one mentor's, or one citizen's, meetings and answers add up to. Counting only; nothing is judged here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from brobygger.review.signs.facts import (
    MET,
    OTHER,
    Answer,
    Meeting,
    Plans,
    monday_of,
    says_never_met,
    says_not_met,
)
from brobygger.review.signs.limits import Limits

Row = tuple[int, ...]
MOST_EVIDENCE = 12


@dataclass(slots=True)
class Count:
    """So many of so many, with the first few ids to look at and the cases they belong to."""

    count: int = 0
    of: int = 0
    evidence: list[Row] = field(default_factory=list)
    cases: dict[int, None] = field(default_factory=dict)

    def hit(self, evidence: Row, *cases: int) -> None:
        self.count += 1
        self.cases.update(dict.fromkeys(cases))
        if len(self.evidence) < MOST_EVIDENCE:
            self.evidence.append(evidence)


def real(meetings: Iterable[Meeting]) -> list[Meeting]:
    """The meetings that took somebody's time, in order of time."""
    return sorted((each for each in meetings if each.kind != OTHER), key=lambda each: each.start)


def long_days(meetings: Sequence[Meeting], limits: Limits) -> Count:
    """Days on which the hours add up to more than ``day_minutes``."""
    days: dict[int, list[Meeting]] = defaultdict(list)
    for each in meetings:
        days[each.day].append(each)
    found = Count(of=len(days))
    for on_day in days.values():
        if sum(each.minutes for each in on_day) > limits.day_minutes:
            found.hit(tuple(each.id for each in on_day[:8]), *(each.case for each in on_day))
    return found


def no_travel(meetings: Sequence[Meeting], limits: Limits) -> Count:
    """Changes between two known places on one day with less than ``travel_minutes`` between."""
    found = Count()
    placed = [each for each in meetings if each.kind == MET and each.place]
    for first, second in pairwise(placed):
        if first.day != second.day or first.place == second.place:
            continue
        found.of += 1
        if second.start - first.end < limits.travel_minutes:
            found.hit((first.id, second.id), first.case, second.case)
    return found


def exact_weeks(meetings: Sequence[Meeting], plans: Plans) -> dict[int, Count]:
    """By case: whole weeks with contact whose minutes are exactly those granted, of all such weeks."""
    weeks: dict[tuple[int, int], list[Meeting]] = defaultdict(list)
    for each in meetings:
        weeks[each.case, monday_of(each.day)].append(each)
    found: dict[int, Count] = defaultdict(Count)
    for (case, monday), in_week in weeks.items():
        if granted := plans.week(case, monday):
            found[case].of += 1
            if sum(each.minutes for each in in_week) == granted:
                found[case].hit(tuple(each.id for each in in_week[:8]), case)
    return found


def round_times(meetings: Sequence[Meeting]) -> Count:
    """Different arrangements (case, weekday, time, length) that begin on the hour and last whole hours.

    A standing appointment counts once however often it is held: keeping one is no sign of anything.
    """
    found = Count()
    seen: set[tuple[int, int, int, int]] = set()
    for each in meetings:
        if each.kind != MET:
            continue
        length = each.end - each.start
        arrangement = (each.case, each.day % 7, each.minute, length)
        if arrangement in seen:
            continue
        seen.add(arrangement)
        found.of += 1
        if each.minute % 60 == 0 and length % 60 == 0:
            found.hit((each.id,), each.case)
    return found


def copied_weeks(meetings: Sequence[Meeting]) -> dict[int, Count]:
    """By case: weeks with two contacts or more that repeat the week before to the minute, of all such pairs."""
    weeks: dict[int, dict[int, list[Meeting]]] = defaultdict(lambda: defaultdict(list))
    for each in meetings:
        weeks[each.case][monday_of(each.day)].append(each)
    found: dict[int, Count] = defaultdict(Count)
    for case, by_monday in weeks.items():
        several = [by_monday[monday] for monday in sorted(by_monday) if len(by_monday[monday]) > 1]
        for before, after in pairwise(several):
            found[case].of += 1
            if _pattern(before) == _pattern(after):
                found[case].hit((before[0].id, after[0].id), case)
    return found


def _pattern(week: Sequence[Meeting]) -> list[tuple[int, int, int]]:
    return sorted((each.day % 7, each.minute, each.end - each.start) for each in week)


def is_odd(each: Meeting, holidays: frozenset[int], limits: Limits) -> bool:
    """At night or on a public holiday."""
    return (
        each.minute >= limits.night_from * 60 or each.minute < limits.night_until * 60 or each.day in holidays
    )


def odd_hours(
    meetings: Sequence[Meeting], holidays: frozenset[int], limits: Limits
) -> tuple[Count, Counter[int], Counter[int]]:
    """Meetings at night or on holidays; and by place how many of them, and how many in all."""
    found, odd_at, all_at = Count(of=len(meetings)), Counter[int](), Counter[int]()
    for each in meetings:
        all_at[each.place] += 1
        if is_odd(each, holidays, limits):
            found.hit((each.id,), each.case)
            odd_at[each.place] += 1
    return found, odd_at, all_at


def most_citizens(meetings: Sequence[Meeting]) -> Count:
    """The most citizens met within any four weeks of a fixed calendar."""
    periods: dict[int, dict[int, Meeting]] = defaultdict(dict)
    for each in meetings:
        periods[each.day // 28].setdefault(each.citizen, each)
    fullest = max(periods.values(), key=len, default={})
    rows: list[Row] = [(each.id,) for each in islice(fullest.values(), MOST_EVIDENCE)]
    return Count(len(fullest), 0, rows, dict.fromkeys(each.case for each in fullest.values()))


def quick_answers(answers: Sequence[Answer], limits: Limits) -> tuple[Count, Count]:
    """(a yes right after one of another citizen's, a yes right after the registration), each of all such.

    A citizen who says yes to several meetings with one tap has answered once.
    """
    own = [each for each in answers if not each.said_no and not each.by_staff]
    once = {(each.citizen, each.second): each for each in own}
    in_order = sorted(once.values(), key=lambda each: each.second)
    others, prompt = Count(of=max(0, len(in_order) - 1)), Count(of=len(in_order))
    days: set[int] = set()
    for first, second in pairwise(in_order):
        if first.citizen != second.citizen and second.second - first.second <= limits.quick_seconds:
            others.hit((first.contact, second.contact), first.case, second.case)
            days.add(second.second // 86_400)
    if len(days) < limits.quick_times:  # one workshop with many citizens is one occasion
        others.count = 0
    for each in in_order:
        if 0 <= each.second - each.registered <= limits.quick_seconds:
            prompt.hit((each.contact,), each.case)
    return others, prompt


@dataclass(slots=True)
class DeviceUse:
    """What was confirmed on one device: by which citizens, each with one contact to look at, and on which days."""

    answers: int = 0
    citizens: dict[int, Answer] = field(default_factory=dict)
    days: set[int] = field(default_factory=set)


def devices(answers: Sequence[Answer]) -> dict[int, DeviceUse]:
    """By device: the citizens' own yes. One tap for several meetings is one answer; unknown devices are left out."""
    own = [each for each in answers if each.device and not each.said_no and not each.by_staff]
    found: dict[int, DeviceUse] = defaultdict(DeviceUse)
    for each in {(each.citizen, each.second): each for each in own}.values():
        use = found[each.device]
        use.answers += 1
        use.citizens.setdefault(each.citizen, each)
        use.days.add(each.second // 86_400)
    return found


def not_met(answers: Sequence[Answer]) -> tuple[dict[int, Count], Count]:
    """(by case: citizens who say that they have never met the mentor; a meeting that did not take place, of all)."""
    never: dict[int, Count] = defaultdict(Count)
    absent = Count(of=len(answers))
    for each in answers:
        if not each.said_no:
            continue
        if says_never_met(each.words):
            never[each.case].hit((each.contact,), each.case)
        if says_not_met(each.words):
            absent.hit((each.contact,), each.case)
    return never, absent


def no_face(meetings: Sequence[Meeting], limits: Limits) -> dict[int, Count]:
    """By case: hours that count without one meeting face to face; ``count`` is whole minutes."""
    cases: dict[int, list[Meeting]] = defaultdict(list)
    for each in meetings:
        cases[each.case].append(each)
    found = {}
    for case, held in cases.items():
        minutes = sum(each.minutes for each in held)
        if minutes >= limits.no_face_minutes and not any(each.kind == MET for each in held):
            rows: list[Row] = [(each.id,) for each in held[-MOST_EVIDENCE:]]
            found[case] = Count(minutes, len(held), rows, {case: None})
    return found


def overlaps(meetings: Sequence[Meeting], limits: Limits) -> Count:
    """One citizen with two mentors at the same time, face to face or on the telephone, for ``overlap_minutes``.

    Two mentors count only where it is ``overlap_share`` per cent of what the one with fewer meetings has: two who
    hand a citizen over, or whose standing times touch, overlap now and then.
    """
    held = real(meetings)
    of_mentor = Counter(each.mentor for each in held)
    found = Count(of=len(meetings))
    for mentors, pairs in _at_once(held, limits).items():
        fewest = min(of_mentor[mentor] for mentor in mentors)
        if 100 * len(pairs) >= limits.overlap_share * fewest:
            for one, other in pairs:
                found.hit((one.id, other.id), one.case, other.case)
    return found


def _at_once(held: Sequence[Meeting], limits: Limits) -> dict[frozenset[int], list[tuple[Meeting, Meeting]]]:
    """By two mentors: their meetings with the citizen that lie on top of each other."""
    found: dict[frozenset[int], list[tuple[Meeting, Meeting]]] = defaultdict(list)
    open_until: list[Meeting] = []
    for each in held:
        open_until = [other for other in open_until if other.end > each.start]
        for other in open_until:
            shared = min(other.end, each.end) - each.start
            if other.mentor != each.mentor and shared >= limits.overlap_minutes:
                found[frozenset((other.mentor, each.mentor))].append((other, each))
        open_until.append(each)
    return found
