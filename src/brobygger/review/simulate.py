"""Generated worlds with honest noise and planted cheats, to measure what the signs find and what they find wrongly.

Everything is drawn from one seed. The honest part is made as awkward as real life: standing appointments, mentors who
keep time by the clock, workplaces that work at night, citizens who answer on the spot, workshops where everyone answers
at once, mistyped hours, visits that two mentors make together, invoices sent a few days early, companies of one group
with one account. Cheats vary in how far they go.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from brobygger.review.signs import (
    MET,
    SPOKE,
    About,
    Answer,
    Billed,
    Clash,
    Limits,
    Meeting,
    Phase,
    Plans,
    Sign,
    SignKind,
    Study,
    holidays_between,
)

FIRST_MONDAY = date(2026, 1, 5).toordinal()
WEEKS = 30
EPOCH = date(1970, 1, 1).toordinal()
DAY_SECONDS = 86_400
Subject = tuple[SignKind, About, str]

HONEST_NOES = (
    "Vi mødtes kun en halv time.",
    "Jeg var syg den dag, så vi mødtes ikke.",
    "Det var om tirsdagen, ikke om onsdagen.",
    "Mødet blev aflyst.",
    "Vi talte i telefon, vi mødtes ikke.",
    "Der står for mange timer.",
)
STRANGERS = (
    "Jeg har aldrig mødt den mentor.",
    "Jeg ved ikke hvem det er.",
    "Vi har aldrig haft et møde.",
    "Jeg kender ikke den person.",
    "I have never met this person.",
)
ABSENCES = ("Vi mødtes ikke.", "Hun kom ikke.", "Mentoren var der ikke den dag.", "Vi mødtes slet ikke.")


@dataclass(slots=True)
class Draft:
    """A contact on its way to becoming a row."""

    case: int
    citizen: int
    place: int
    kind: int
    day: int
    minute: int
    minutes: int


@dataclass(slots=True)
class Case:
    """One mentorship; ``week`` is the minutes granted a week, ``slots`` its standing appointments."""

    id: int
    citizen: int
    place: int
    week: int
    slots: list[tuple[int, int, int]]
    drafts: list[Draft] = field(default_factory=list)


@dataclass(slots=True)
class Person:
    """One mentor; ``grid`` is what times are rounded to, ``steady`` the chance that an appointment is kept exactly."""

    id: int
    supplier: str
    is_professional: bool
    grid: int
    steady: float
    together: bool
    cases: list[Case] = field(default_factory=list)
    burst: float = 0.0
    prompt: float = 0.0
    strangers: int = 0
    absent: float = 0.0
    flies: bool = False
    same_device: float = 0.0


@dataclass
class World:
    """A municipality's contacts, and what was planted in them."""

    meetings: dict[int, list[Meeting]] = field(default_factory=dict)
    answers: dict[int, list[Answer]] = field(default_factory=dict)
    clashes: dict[int, list[Clash]] = field(default_factory=lambda: defaultdict(list))
    phases: dict[int, tuple[Phase, ...]] = field(default_factory=dict)
    bills: list[Billed] = field(default_factory=list)
    accounts: list[tuple[str, str, int]] = field(default_factory=list)
    planted: set[Subject] = field(default_factory=set)

    def signs(self, limits: Limits | None = None) -> list[Sign]:
        """What the signs say of this world."""
        first, last = date(2026, 1, 1).year, date.fromordinal(FIRST_MONDAY + 7 * WEEKS).year
        study = Study(limits or Limits(), Plans(self.phases), holidays_between(first, last))
        citizens: dict[int, list[Meeting]] = defaultdict(list)
        for mentor, meetings in self.meetings.items():
            study.add_mentor(mentor, meetings, self.answers.get(mentor, ()), self.clashes.get(mentor, ()))
            for each in meetings:
                citizens[each.citizen].append(each)
        for citizen, meetings in citizens.items():
            if len({each.mentor for each in meetings}) > 1:
                study.add_citizen(citizen, meetings)
        study.add_bills(self.bills)
        study.add_accounts(self.accounts)
        return study.signs()


@dataclass(frozen=True)
class Score:
    """Of one kind, or of all: signs rightly given, signs wrongly given, cheats not found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """1 where nothing was said."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """1 where there was nothing to find."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def score(world: World, signs: list[Sign]) -> dict[SignKind, Score]:
    """Strictly: a sign is right only when a cheat of that very kind was planted on that very subject."""
    found = {sign.subject for sign in signs}
    result = {}
    for kind in SignKind:
        said = {each for each in found if each[0] is kind}
        hidden = {each for each in world.planted if each[0] is kind}
        result[kind] = Score(len(said & hidden), len(said - hidden), len(hidden - said))
    return result


def make_world(seed: int, *, mentors: int = 500, cheats: int = 3) -> World:
    """A world of ``mentors`` mentors over thirty weeks, with ``cheats`` of each kind, each on a mentor of its own."""
    rng, devices = random.Random(f"world {seed}"), random.Random(f"devices {seed}")  # noqa: S311 - generated test data
    return _Maker(rng, devices, mentors, cheats).make()


class _Maker:
    def __init__(self, rng: random.Random, devices: random.Random, mentors: int, cheats: int) -> None:
        """Devices are drawn by themselves, so that what is known of them changes nothing else in a world."""
        self.rng, self.count, self.cheats = rng, mentors, cheats
        self.devices = devices
        self.world = World()
        self.people: list[Person] = []
        self.free: list[Person] = []
        self.next_case = self.next_citizen = self.next_place = 1
        self.next_meeting = 1
        self.bills_ahead: set[str] = set()
        self.account_of: dict[str, str] = {}

    def make(self) -> World:
        self._make_people()
        self._pair_some_citizens()
        self.free = [*self.people]
        self.rng.shuffle(self.free)
        for kind, plant in self._plants().items():
            for _turn in range(self.cheats):
                subject = plant()
                self.world.planted.add((kind, *subject))
        for person in self.people:
            self._settle(person)
        self._bill()
        self._make_accounts()
        return self.world

    # Honest people

    def _make_people(self) -> None:
        night_places = [self._place() for _each in range(2)]
        for number in range(1, self.count + 1):
            person = Person(
                id=number,
                supplier=f"S{number if self.rng.random() < 0.7 else number % 40:04d}",
                is_professional=self.rng.random() < 0.3,
                grid=self.rng.choice((5, 5, 15, 15, 15, 30)),
                steady=self.rng.betavariate(2, 4) if self.rng.random() > 0.03 else 0.85,
                together=self.rng.random() < 0.06,
            )
            at_night = number <= 6
            own_place = night_places[number % 2] if at_night else self._place()
            size = self.rng.randint(4, 14) if person.is_professional else self.rng.randint(1, 3)
            for _case in range(size):
                place = self._place() if person.is_professional and self.rng.random() < 0.6 else own_place
                person.cases.append(self._case(person, place, at_night=at_night and place == own_place))
            self.people.append(person)
            for case in person.cases:
                self._live(person, case)

    def _place(self) -> int:
        self.next_place += 1
        return self.next_place

    def _case(self, person: Person, place: int, *, at_night: bool = False) -> Case:
        rng = self.rng
        week = rng.choice((60, 90, 120, 120, 180, 240, 300))
        meetings = 1 if week <= 90 else rng.choice((1, 2, 2)) if week <= 180 else rng.choice((2, 3))
        usual = max(30, round(week / meetings * rng.uniform(0.7, 1.0) / person.grid) * person.grid)
        hours = (
            (21 * 60 + 30, 23 * 60)
            if at_night
            else (8 * 60, 16 * 60)
            if rng.random() < 0.93
            else (16 * 60, 20 * 60)
        )
        days = rng.sample(range(5), meetings)
        slots = [(day, rng.randrange(*hours, 15), usual) for day in days]
        case = Case(self.next_case, self.next_citizen, place, week, slots)
        self.next_case += 1
        self.next_citizen += 1
        first = FIRST_MONDAY + 7 * rng.randint(0, 8)
        self.world.phases[case.id] = (Phase(first, FIRST_MONDAY + 7 * WEEKS, week),)
        return case

    def _live(self, person: Person, case: Case) -> None:
        rng = self.rng
        first = (self.world.phases[case.id][0].first - FIRST_MONDAY) // 7
        off = {rng.randint(first, WEEKS) for _each in range(rng.randint(1, 4))}
        phone = rng.betavariate(2, 6)
        face_of = (MET, SPOKE) if rng.random() > 0.01 else (SPOKE, MET)
        for week in range(first, WEEKS):
            if week in off:
                continue
            for weekday, minute, minutes in case.slots:
                if rng.random() < 0.08:
                    continue
                kind = face_of[rng.random() < phone]
                self._hold(person, case, week, weekday, minute, minutes, kind)

    def _hold(
        self, person: Person, case: Case, week: int, weekday: int, minute: int, minutes: int, kind: int
    ) -> None:
        rng, grid = self.rng, person.grid
        if rng.random() > person.steady:
            minute += rng.choice((-1, 0, 0, 1, 2)) * grid
            minutes = max(grid, minutes + rng.choice((-2, -1, 0, 0, 1, 1)) * grid)
        if kind == SPOKE:
            minutes = rng.choice((10, 15, 20, 30, 45))
        if rng.random() < 0.003:
            minute = (minute + rng.choice((-120, 60, 120, 720))) % (23 * 60)
        if rng.random() < 0.01:
            weekday = (weekday + 1) % 5
        day = FIRST_MONDAY + 7 * week + weekday
        holiday = day in holidays_between(2026, 2026)
        if holiday and rng.random() > 0.06:
            return
        draft = Draft(case.id, case.citizen, case.place, kind, day, minute, minutes)
        case.drafts.append(draft)

    def _pair_some_citizens(self) -> None:
        """Some citizens have a second mentor; now and then both come at once, and the case is handed over together."""
        for person in self.rng.sample(self.people, len(self.people) // 12):
            other = self.rng.choice(self.people)
            if other is person:
                continue
            mine, theirs = self.rng.choice(person.cases), self.rng.choice(other.cases)
            theirs.citizen = mine.citizen
            for draft in theirs.drafts:
                draft.citizen = mine.citizen
            theirs.drafts = [
                draft
                for draft in theirs.drafts
                if not any(_touch(draft, each) for each in mine.drafts) or self.rng.random() < 0.05
            ]
            if self.rng.random() < 0.5 and mine.drafts:
                shared = self.rng.choice(mine.drafts)
                theirs.drafts.append(replace(shared, case=theirs.id))

    # Cheats

    def _plants(self) -> dict[SignKind, Callable[[], tuple[About, str]]]:
        return {
            SignKind.OVERLAP: self._plant_overlap,
            SignKind.LONG_DAY: self._plant_long_days,
            SignKind.NO_TRAVEL: self._plant_no_travel,
            SignKind.EXACT_GRANT: self._plant_exact,
            SignKind.ROUND_TIMES: self._plant_round,
            SignKind.COPIED_WEEKS: self._plant_copied,
            SignKind.ODD_HOURS: self._plant_odd,
            SignKind.QUICK_ANSWERS: self._plant_quick,
            SignKind.MANY_CITIZENS: self._plant_many,
            SignKind.INVOICE_AHEAD: self._plant_ahead,
            SignKind.SHARED_ACCOUNT: self._plant_account,
            SignKind.NEVER_MET: self._plant_never,
            SignKind.NO_FACE: self._plant_no_face,
            SignKind.SHARED_DEVICE: self._plant_device,
        }

    def _take(self, suits: Callable[[Person], bool]) -> Person:
        """A mentor nothing has been planted on yet."""
        chosen = next(person for person in self.free if suits(person))
        self.free.remove(chosen)
        return chosen

    def _long_case(self, person: Person) -> Case | None:
        """A case with a contact in sixteen weeks or more."""
        for case in person.cases:
            if len({each.day // 7 for each in case.drafts}) >= 16:
                return case
        return None

    def _plant_overlap(self) -> tuple[About, str]:
        rng = self.rng
        if rng.random() < 0.4:
            person = self._take(lambda each: len(each.cases[0].drafts) > 14)
            case = person.cases[0]
            self.world.clashes[person.id] = [
                Clash(-number, person.id, case.id, True) for number in range(rng.randint(4, 9))
            ]
            return About.MENTOR, str(person.id)
        victim = self._take(lambda each: len(each.cases[0].drafts) > 18)
        liar = self._take(lambda each: True)
        target = victim.cases[0]
        case = self._case(liar, self._place())
        case.citizen = target.citizen
        for draft in rng.sample(target.drafts, rng.randint(6, 12)):
            minutes = max(60, draft.minutes)
            case.drafts.append(replace(draft, case=case.id, place=case.place, minutes=minutes))
        liar.cases.append(case)
        return About.CITIZEN, str(target.citizen)

    def _plant_long_days(self) -> tuple[About, str]:
        person = self._take(lambda each: len(each.cases) >= 3)
        days = self.rng.sample(range(WEEKS), self.rng.randint(3, 8))
        for week in days:
            day = FIRST_MONDAY + 7 * week + self.rng.randint(0, 4)
            for case in person.cases:
                case.drafts = [each for each in case.drafts if each.day != day]
            minute, hours = 6 * 60 + 30, self.rng.uniform(11, 14.5)
            while minute < 6 * 60 + 30 + hours * 60:
                case = self.rng.choice(person.cases)
                length = self.rng.choice((75, 90, 120, 135))
                case.drafts.append(Draft(case.id, case.citizen, case.place, MET, day, minute, length))
                minute += length + self.rng.choice((5, 10))
        return About.MENTOR, str(person.id)

    def _plant_no_travel(self) -> tuple[About, str]:
        person = self._take(
            lambda each: each.is_professional and len({case.place for case in each.cases}) >= 4
        )
        by_day: dict[int, list[Draft]] = defaultdict(list)
        for case in person.cases:
            for draft in case.drafts:
                by_day[draft.day].append(draft)
        person.flies, how_often = True, self.rng.uniform(0.6, 1.0)
        for drafts in by_day.values():
            drafts.sort(key=lambda each: each.minute)
            at = drafts[0].minute
            for draft in drafts:
                draft.kind = MET
                draft.minute = at if self.rng.random() < how_often else at + self.rng.choice((15, 30, 45))
                at = draft.minute + draft.minutes
        return About.MENTOR, str(person.id)

    def _plant_exact(self) -> tuple[About, str]:
        person = self._take(lambda each: self._long_case(each) is not None)
        case = self._long_case(person)
        assert case is not None
        how_often = self.rng.uniform(0.93, 1.0)
        for drafts in _weeks(case).values():
            if self.rng.random() < how_often:
                first, *others = drafts
                for each in others:
                    each.minutes = max(10, min(each.minutes, (case.week - 20) // len(drafts)))
                first.minutes = case.week - sum(each.minutes for each in others)
        _spread_over_days(case)
        return About.CASE, str(case.id)

    def _plant_round(self) -> tuple[About, str]:
        person = self._take(lambda each: len(each.cases) >= 3 and sum(len(c.drafts) for c in each.cases) > 60)
        person.flies, how_often = True, self.rng.uniform(0.96, 1.0)
        for case in person.cases:
            for draft in case.drafts:
                draft.minute = self.rng.randint(8, 15) * 60
                draft.minutes = self.rng.choice((60, 120, 60, 180))
                draft.kind = MET
                if self.rng.random() > how_often:
                    draft.minute += 15
        return About.MENTOR, str(person.id)

    def _plant_copied(self) -> tuple[About, str]:
        person = self._take(
            lambda each: (
                len(each.cases) <= 3
                and any(len(case.slots) >= 2 and self._weeks_with_two(case) >= 14 for case in each.cases)
            )
        )
        case = next(
            case for case in person.cases if len(case.slots) >= 2 and self._weeks_with_two(case) >= 14
        )
        how_often = self.rng.uniform(0.94, 1.0)
        mondays = sorted(_weeks(case))
        person.flies, case.drafts = True, []
        for monday in mondays:
            for weekday, minute, minutes in case.slots:
                late = 0 if self.rng.random() < how_often else 15
                day, at = monday + weekday, minute + 7 + late
                draft = Draft(case.id, case.citizen, case.place, MET, day, at, minutes + 3)
                for other in person.cases:  # what is made up goes before what is real
                    other.drafts = [each for each in other.drafts if not _touch(each, draft)]
                case.drafts.append(draft)
        return About.CASE, str(case.id)

    def _weeks_with_two(self, case: Case) -> int:
        return sum(len(drafts) >= 2 for drafts in _weeks(case).values())

    def _plant_odd(self) -> tuple[About, str]:
        person = self._take(lambda each: sum(len(case.drafts) for case in each.cases) >= 30 and each.id > 6)
        how_often = self.rng.uniform(0.22, 0.5)
        for case in person.cases:
            for draft in case.drafts:
                if self.rng.random() < how_often:
                    draft.minute = self.rng.choice((0, 1, 2, 3, 4, 22, 23)) * 60 + self.rng.choice(
                        (0, 15, 30)
                    )
                    draft.minutes = min(draft.minutes, 45)
        return About.MENTOR, str(person.id)

    def _plant_quick(self) -> tuple[About, str]:
        if self.rng.random() < 0.35:
            person = self._take(
                lambda each: len(each.cases) <= 2 and sum(len(case.drafts) for case in each.cases) >= 24
            )
            person.prompt, person.together = self.rng.uniform(0.93, 1.0), False
        else:
            person = self._take(
                lambda each: len(each.cases) >= 3 and min(len(case.drafts) for case in each.cases) >= 12
            )
            person.burst = self.rng.uniform(0.6, 1.0)
        return About.MENTOR, str(person.id)

    def _plant_many(self) -> tuple[About, str]:
        person = self._take(lambda each: not each.is_professional)
        wanted = self.rng.randint(25, 45)
        place = person.cases[0].place
        while len(person.cases) < wanted:
            case = self._case(person, place)
            for week in range(WEEKS - 10, WEEKS):
                self._hold(
                    person, case, week, self.rng.randint(0, 4), self.rng.randrange(480, 1080, 15), 30, MET
                )
            person.cases.append(case)
        return About.MENTOR, str(person.id)

    def _plant_ahead(self) -> tuple[About, str]:
        person = self._take(
            lambda each: (
                sum(other.supplier == each.supplier for other in self.people) == 1
                and each.supplier not in self.bills_ahead
                and self._long_case(each) is not None
                and each.cases[0].week >= 120
            )
        )
        self.bills_ahead.add(person.supplier)
        return About.SUPPLIER, person.supplier

    def _plant_account(self) -> tuple[About, str]:
        first = self._take(lambda each: each.supplier not in self.account_of)
        second = self._take(
            lambda each: each.supplier not in self.account_of and each.supplier != first.supplier
        )
        account = f"shared {first.supplier}"
        self.account_of[first.supplier] = self.account_of[second.supplier] = account
        return About.ACCOUNT, account

    def _plant_never(self) -> tuple[About, str]:
        if self.rng.random() < 0.4:
            person = self._take(lambda each: sum(len(case.drafts) for case in each.cases) >= 40)
            person.absent = self.rng.uniform(0.35, 0.7)
            return About.MENTOR, str(person.id)
        person = self._take(lambda each: len(each.cases[0].drafts) >= 8)
        person.strangers = self.rng.randint(1, 3)
        return About.CASE, str(person.cases[0].id)

    def _plant_no_face(self) -> tuple[About, str]:
        person = self._take(lambda each: len(each.cases[0].drafts) >= 20 and len(each.cases) <= 3)
        case = person.cases[0]
        for draft in case.drafts:
            draft.kind, draft.minutes = SPOKE, max(45, draft.minutes)
        return About.CASE, str(case.id)

    def _plant_device(self) -> tuple[About, str]:
        person = self._take(
            lambda each: (
                len(each.cases) >= 3
                and sum(len(case.drafts) >= 8 for case in each.cases) >= 3
                and not each.together
            )
        )
        person.same_device = self.devices.uniform(0.6, 1.0)
        return About.MENTOR, str(person.id)

    # From drafts to rows

    def _settle(self, person: Person) -> None:
        world, taken = self.world, []
        drafts = sorted(
            (each for case in person.cases for each in case.drafts), key=lambda d: (d.day, d.minute)
        )
        end, place = 0, 0
        for draft in drafts:
            if not person.flies and draft.place != place and draft.kind == MET:
                self._allow_for_travel(draft, end)
            start = (draft.day - EPOCH) * 1440 + draft.minute
            if start < end:  # nobody meets two citizens at once: the database refuses it
                continue
            end, place = start + draft.minutes, draft.place
            taken.append(self._meeting(person, draft, start, end))
        world.meetings[person.id] = taken
        if self.rng.random() < 0.02 and taken and not world.clashes.get(person.id):
            world.clashes[person.id] = [Clash(taken[0].id, person.id, taken[0].case, True)]
        world.answers[person.id] = self._on_devices(person, self._answers(person, taken))

    def _allow_for_travel(self, draft: Draft, end: int) -> None:
        """Whoever really goes from place to place needs a while, though some write it down as none."""
        gap = (draft.day - EPOCH) * 1440 + draft.minute - end
        if 0 <= gap < 10 and self.rng.random() > 0.25:
            draft.minute += 15

    def _meeting(self, person: Person, draft: Draft, start: int, end: int) -> Meeting:
        self.next_meeting += 1
        return Meeting(
            self.next_meeting,
            person.id,
            draft.case,
            draft.citizen,
            draft.place,
            draft.kind,
            start,
            end,
            draft.day,
            draft.minute,
            draft.minutes,
        )

    def _answers(self, person: Person, taken: list[Meeting]) -> list[Answer]:
        rng, answers = self.rng, []
        habit = {case.citizen: rng.choice(("later", "later", "weekly")) for case in person.cases}
        for case in person.cases:
            if rng.random() < 0.07:
                habit[case.citizen] = "on the spot"
        workshops = set(rng.sample(range(WEEKS), 2)) if rng.random() < 0.1 else set()
        first_case = person.cases[0].id
        strangers = person.strangers
        for each in taken:
            registered = each.end * 60 + int(rng.expovariate(1 / 40_000)) + 30
            week = (each.day - FIRST_MONDAY) // 7
            second, by_staff = self._when(person, each, registered, habit[each.citizen], week in workshops)
            words, said_no = "", rng.random() < 0.03
            if said_no:
                words = rng.choice(HONEST_NOES)
            if person.absent and rng.random() < person.absent:
                said_no, words = True, rng.choice(ABSENCES)
            if strangers and each.case == first_case:
                said_no, words, strangers = True, rng.choice(STRANGERS), strangers - 1
            answers.append(
                Answer(
                    each.id, person.id, each.case, each.citizen, each.day, second, registered, said_no,
                    by_staff and not said_no, words,
                )
            )  # fmt: skip
        return answers

    def _when(
        self, person: Person, each: Meeting, registered: int, habit: str, workshop: bool
    ) -> tuple[int, bool]:
        rng = self.rng
        sunday = (each.day - each.day % 7 + 7 - EPOCH) * DAY_SECONDS
        if rng.random() < person.burst:
            return sunday + 72_000 + each.case % 50 * rng.randint(4, 9), False
        if rng.random() < person.prompt:
            return registered + rng.randint(3, 30), False
        if workshop:
            return sunday + 3_600 * 10 + rng.randint(0, 300), False
        if rng.random() < 0.08:
            return registered + rng.randint(3_600, 200_000), True
        if habit == "on the spot" or (person.together and rng.random() < 0.5):
            return registered + rng.randint(20, 400), False
        if habit == "weekly":
            return sunday + 60_000 + each.citizen * 997 % 20_000, False
        return registered + int(rng.expovariate(1 / 130_000)), False

    # What citizens answer on

    def _on_devices(self, person: Person, answers: list[Answer]) -> list[Answer]:
        """The same answers with the device each came from: mostly the citizen's own."""
        rng = self.devices
        own = {case.citizen: self._device() for case in person.cases}
        citizens = list(own)
        if len(citizens) >= 2 and rng.random() < 0.05:  # two who live together
            own[citizens[0]] = own[citizens[1]]
        if len(citizens) >= 4 and rng.random() < 0.04:  # a home for many with one computer
            home = self._device()
            own |= dict.fromkeys(rng.sample(citizens, rng.randint(3, max(3, len(citizens) // 3))), home)
        forgets = {citizen for citizen in citizens if rng.random() < 0.06}
        at_library = {citizen: rng.randint(1, 8) for citizen in citizens if rng.random() < 0.06}
        lent = self._device() if rng.random() < 0.05 else 0
        found = []
        for each in answers:
            device = own[each.citizen]
            if each.citizen in forgets or rng.random() < 0.02:
                device = self._device()
            elif each.citizen in at_library and rng.random() < 0.6:
                device = at_library[each.citizen]
            elif lent and rng.random() < 0.15:
                device = lent
            if person.same_device and rng.random() < person.same_device and not each.said_no:
                device = -person.id
            found.append(each._replace(device=0 if each.by_staff else device))
        return found

    def _device(self) -> int:
        return self.devices.getrandbits(60) + 100

    # Invoices and accounts

    def _bill(self) -> None:
        number = 0
        by_supplier: dict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            by_supplier[person.supplier].append(person)
        months = [(FIRST_MONDAY + 28 * each, FIRST_MONDAY + 28 * each + 28) for each in range(WEEKS // 4)]
        for supplier, people in by_supplier.items():
            ahead = supplier in self.bills_ahead
            for first, end in months:
                number += 1
                early = self.rng.choice((3, 4, 5)) if self.rng.random() < 0.02 else 0
                issued = first + self.rng.randint(2, 10) if ahead else end - early + self.rng.randint(0, 5)
                for person in people:
                    self._bill_person(number, person, first, end, issued)

    def _bill_person(self, number: int, person: Person, first: int, end: int, issued: int) -> None:
        claimed: dict[int, int] = defaultdict(int)
        held: dict[int, int] = defaultdict(int)
        for each in self.world.meetings[person.id]:
            if first <= each.day < end:
                claimed[each.case] += each.minutes
                if each.day <= issued:
                    held[each.case] += each.minutes
        for case, minutes in claimed.items():
            wrong = self.rng.choice((15, 30, 60)) if self.rng.random() < 0.02 else 0
            self.world.bills.append(
                Billed(number, person.supplier, case, issued, minutes + wrong, held[case])
            )

    def _make_accounts(self) -> None:
        """Each supplier one account; in every other world two companies of one group share one honestly."""
        suppliers = sorted({person.supplier for person in self.people})
        if self.rng.random() < 0.5:
            pair = self.rng.sample([each for each in suppliers if each not in self.account_of], 2)
            self.account_of |= dict.fromkeys(pair, "group")
        first_of: dict[str, int] = {}
        for each in self.world.bills:
            first_of.setdefault(each.supplier, each.invoice)
        for supplier, invoice in first_of.items():
            self.world.accounts.append((self.account_of.get(supplier, f"own {supplier}"), supplier, invoice))


def _touch(one: Draft, other: Draft) -> bool:
    return (
        one.day == other.day
        and one.minute < other.minute + other.minutes
        and other.minute < one.minute + one.minutes
    )


def _weeks(case: Case) -> dict[int, list[Draft]]:
    """The case's contacts by the Monday of their week."""
    found: dict[int, list[Draft]] = defaultdict(list)
    for draft in sorted(case.drafts, key=lambda each: (each.day, each.minute)):
        found[draft.day - (draft.day - 1) % 7].append(draft)
    return found


def _spread_over_days(case: Case) -> None:
    """Puts the week's contacts early in the morning, where nothing else is in their way."""
    for drafts in _weeks(case).values():
        minute = 6 * 60
        for draft in drafts:
            draft.minute = minute
            minute += draft.minutes if any(d is not draft and d.day == draft.day for d in drafts) else 0
