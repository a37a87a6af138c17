"""The citizens' own answers beside how it went: whose answer counts, and that nobody finds out what anybody said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count, product
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from scipy import optimize

from brobygger.accounts.models import User
from brobygger.analysis import Dimension
from brobygger.effects import reading, selectors, services
from brobygger.effects.figures import happened
from brobygger.effects.figures.answers import CONFIDENTIAL, QUESTIONS, answers_shown
from brobygger.effects.figures.cells import release
from brobygger.effects.figures.cohort import DETAILED, Cohort, World, cohort_of
from brobygger.effects.models import ResultCase, ResultRun
from brobygger.effects.presenters import navigation, pages
from brobygger.evaluations.models import SurveyAsk
from brobygger.mentorships.models import Mentorship
from brobygger.registers.models import ImportedAnswer, RegisterImport
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.effects.conftest import Stored
from tests.effects.made import make_world
from tests.factories.mentorships import make_active, make_mentorship
from tests.factories.people import make_citizen

SignedIn = Callable[[User], Client]
MakeStored = Callable[..., ResultRun]
FLOOR = 5
STARTS = date(2026, 3, 2)
ENDS_BEFORE = STARTS + timedelta(weeks=20)
_numbers = count(1)


# Whose answer counts


@dataclass
class Asked:
    """A mentorship that has run out, and what its two sides are asked."""

    cast: Cast
    case: Mentorship

    def ask(self, moment: str, days: int = 0, *, party: str = "CITIZEN", **fields: Any) -> SurveyAsk:
        """Asked so many days after the start; answered in time with what is given as ``answers``."""
        due = STARTS + timedelta(days=days)
        told = {"answered_at": NOW, "in_time": True} if fields.get("answers") else {}
        whose = {"citizen": self.case.citizen} if party == "CITIZEN" else {"mentor": self.case.mentor}
        return SurveyAsk.objects.create(
            **{
                "municipality": self.cast.municipality, "mentorship": self.case, "party": party, "moment": moment,
                "due_on": due, "last_day": due + timedelta(days=28), "asked_at": NOW, **whose, **told, **fields,
            }
        )  # fmt: skip

    def tell(self, days: int = 0, **fields: Any) -> ImportedAnswer:
        """An answer from elsewhere, given so many days after the start."""
        number = next(_numbers)
        came_with = RegisterImport.objects.create(
            municipality=self.cast.municipality, kind="ANSWERS", file_name="svar.csv", sha256=f"{number:064d}",
            data_as_of=TODAY, imported_at=NOW,
        )  # fmt: skip
        return ImportedAnswer.objects.create(
            **{
                "municipality": self.cast.municipality, "citizen": self.case.citizen, "wave": 0, "party": "citizen",
                "item": "belief", "answer": 5, "answered_on": STARTS + timedelta(days=days), "came_with": came_with,
                **fields,
            }
        )  # fmt: skip

    def found(self, *others: Mentorship) -> list[tuple[str, str, str]]:
        """Belief, everyday life and change of each mentorship, as the figures read them."""
        keys = np.array([self.case.pk, *(each.pk for each in others)])
        columns = reading._answers(self.cast.municipality.pk, keys)
        assert list(columns) == list(QUESTIONS)
        return list(zip(*(columns[name].tolist() for name in QUESTIONS), strict=True))


def make_case(cast: Cast, **fields: Any) -> Mentorship:
    return make_mentorship(cast, starts_on=STARTS, ends_before=ENDS_BEFORE, **fields)


@pytest.fixture
def asked(cast: Cast) -> Asked:
    return Asked(cast, make_case(cast))


NOTHING = ("none", "none", "none")


@pytest.mark.parametrize(
    ("said", "means"),
    [(1, "no"), (3, "no"), (4, "yes"), (5, "yes"), (6, "none"), ("YES", "none"), (None, "none")],
)
def test_four_and_five_are_a_yes(asked: Asked, said: object, means: str) -> None:
    asked.ask("START", answers={"belief": said, "daily": 2})
    assert asked.found() == [(means, "no", "none")]


def test_only_the_citizen_s_own_answer_in_time_counts(asked: Asked) -> None:
    assert asked.found() == [NOTHING]
    asked.ask("START", party="MENTOR", answers={"belief": 5, "daily": 5})
    asked.ask("M03", days=92, answers={"belief": 5, "daily": 5})
    asked.ask("AFTER", days=320, answers={"belief": 5, "daily": 5})
    assert asked.found() == [NOTHING]
    late = asked.ask("START", answers={"belief": 5, "daily": 5}, in_time=False)
    assert asked.found() == [NOTHING]
    SurveyAsk.objects.filter(pk=late.pk).update(in_time=True)
    assert asked.found() == [("yes", "yes", "none")]


@pytest.mark.parametrize(
    ("start", "end", "means"),
    [(2, 3, "up"), (3, 3, "not_up"), (5, 1, "not_up"), (5, None, "none"), (None, 5, "none")],
)
def test_the_change_is_from_the_start_to_the_end_of_the_same(
    asked: Asked, start: int | None, end: int | None, means: str
) -> None:
    asked.ask("START", answers={"belief": start, "daily": 1})
    asked.ask("END", days=139, answers={"belief": end, "daily": 5})
    assert asked.found()[0][2] == means


def test_of_an_end_that_was_moved_the_last_counts(asked: Asked) -> None:
    asked.ask("START", answers={"belief": 3})
    asked.ask("END", days=60, answers={"belief": 5})
    assert asked.found() == [("no", "none", "up")]
    later = asked.ask("END", days=139)
    assert asked.found() == [("no", "none", "none")], "The first end was not the end."
    SurveyAsk.objects.filter(pk=later.pk).update(answers={"belief": 1}, answered_at=NOW, in_time=True)
    assert asked.found() == [("no", "none", "not_up")]
    asked.ask("END", days=150, dropped_at=NOW)
    assert asked.found() == [("no", "none", "not_up")], "What was never asked takes nothing away."


def test_an_imported_answer_counts_where_nobody_asked(asked: Asked) -> None:
    asked.tell(days=28)
    asked.tell(days=-28, item="daily", answer=2)
    asked.tell(item="health")
    asked.tell(wave=3, item="daily", answer=5)
    asked.ask("END", days=139, answers={"belief": 4})
    assert asked.found() == [("yes", "no", "not_up")]
    asked.ask("START")
    assert asked.found() == [NOTHING], "Who is asked here and does not answer has not answered."


@pytest.mark.parametrize(
    "fields", [{"days": 29}, {"days": -29}, {"party": "mentor"}, {"wave": 3}, {"answer": 7}]
)
def test_other_imported_answers_do_not(asked: Asked, fields: dict[str, Any]) -> None:
    asked.tell(**fields)
    assert asked.found() == [NOTHING]


def test_an_imported_answer_counts_once(asked: Asked) -> None:
    near = make_mentorship(
        asked.cast, citizen=asked.case.citizen, starts_on=STARTS + timedelta(days=20), ends_before=ENDS_BEFORE
    )
    asked.tell(days=15)
    assert asked.found(near) == [NOTHING, ("yes", "none", "none")]


FAULTS: dict[str, tuple[str, str]] = {
    "late answers": ("from asked where in_time", "from asked"),
    "the mentor's": ("party = 'CITIZEN'", "party = 'MENTOR'"),
    "what was dropped": (" and dropped_at is null", ""),
    "the first end": ("due_on desc", "due_on"),
    "any wave": ("a.wave = 0 and ", ""),
    "imported beside asked": ("and s.moment = 'START'", "and s.moment = 'M99'"),
    "any day": ("<= %s", "< 100 + %s"),
}


def checks_that_fail(cast: Cast) -> list[str]:
    checks: dict[str, Callable[[Asked], None]] = {
        "in time": test_only_the_citizen_s_own_answer_in_time_counts,
        "moved": test_of_an_end_that_was_moved_the_last_counts,
        "imported": test_an_imported_answer_counts_where_nobody_asked,
        "other imported": lambda asked: test_other_imported_answers_do_not(asked, {"days": 29}),
    }
    found = []
    for name, check in checks.items():
        case = make_case(cast, citizen=make_citizen(cast, name=f"Ny {next(_numbers)}"))
        try:
            check(Asked(cast, case))
        except AssertionError:
            found.append(name)
    return found


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_put_in_is_found(cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks_that_fail(cast) == []
    right, wrong = FAULTS[name]
    assert reading._ANSWERS.count(right) == 1
    monkeypatch.setattr(reading, "_ANSWERS", reading._ANSWERS.replace(right, wrong))
    assert checks_that_fail(cast)


def test_the_queries_are_as_many_for_one_as_for_many(asked: Asked) -> None:
    def queries(*others: Mentorship) -> int:
        with CaptureQueriesContext(connection) as seen:
            asked.found(*others)
        return len(seen)

    asked.ask("START", answers={"belief": 4})
    one = queries()
    others = [make_case(asked.cast, citizen=make_citizen(asked.cast, name=f"Ny {n}")) for n in range(4)]
    for each in others:
        Asked(asked.cast, each).ask("START", answers={"belief": 2})
    assert queries(*others) == one == 1
    assert [each[0] for each in asked.found(*others)] == ["yes", *["no"] * 4]


# What is shown


def with_answers(world: World, *, answered: float = 0.7, seed: int = 3) -> World:
    """Those who believe in a job get one no more than others."""
    rng = np.random.default_rng(seed)
    size = len(world.told.key)
    columns = {}
    for name, kinds in QUESTIONS.items():
        part = answered / 2
        columns[name] = np.array(kinds)[rng.choice(3, size, p=[part, part, 1 - answered])]
    return World(world.states, world.kinds, world.wages, replace(world.told, answers=columns))


@pytest.fixture(scope="module")
def answered_world() -> World:
    return with_answers(make_world(people=360))


@pytest.fixture(scope="module")
def answered_cohorts(answered_world: World) -> list[Cohort]:
    horizon, periods = answered_world.periods()
    return [cohort_of(answered_world, period, horizon) for period in periods]


def test_every_number_is_counted(answered_cohorts: list[Cohort]) -> None:
    cohort = answered_cohorts[-1]
    assert len(cohort.rows) >= DETAILED
    found = happened.answers_of(cohort, release(cohort.counted()))["answers"]
    assert [each["name"] for each in found] == list(QUESTIONS) and any(each["rows"] for each in found)
    well = np.isin(cohort.status[-1], [0, 1])
    for each in found:
        for code, whole, of_them in each["rows"]:
            gave = cohort.answers[each["name"]] == code
            assert (whole, of_them) == (int(gave.sum()), int((gave & well).sum()))


def test_few_people_show_no_answers(answered_world: World, answered_cohorts: list[Cohort]) -> None:
    """As with the traits of the grant."""
    horizon, periods = answered_world.periods()
    few = World(
        answered_world.states,
        answered_world.kinds,
        answered_world.wages,
        replace(answered_world.told, ended=np.arange(len(answered_world.told.key)) % 6 == 0),
    )
    small = cohort_of(few, periods[-1], horizon)
    assert 0 < len(small.rows) < DETAILED and not small.answers
    assert services.period_payloads(few, small)["SUBGROUPS"]["answers"] == []
    assert answered_cohorts[-1].answers


def test_nothing_is_said_before_anybody_was_asked(world: World, cohorts: list[Cohort]) -> None:
    nobody = with_answers(world, answered=0.0)
    cohort = cohort_of(nobody, cohorts[-1].period, cohorts[-1].horizon)
    assert services.period_payloads(nobody, cohort)["SUBGROUPS"]["answers"] == []
    assert services.period_payloads(world, cohorts[-1])["SUBGROUPS"]["answers"] == []


# What nobody finds out

KINDS = list(product(range(3), (False, True)))
"""Answer, and whether in job or education."""
CODES = QUESTIONS["belief"]
Person = tuple[int, bool]
Rows = list[list[Any]]


def told_of(people: list[Person]) -> tuple[dict[str, Any], Any, int]:
    codes = np.array([CODES[answer] for answer, _well in people])
    is_well = np.array([well for _answer, well in people])
    return {"belief": codes}, is_well, int(is_well.sum())


def shown_of(people: list[Person]) -> Rows:
    said, is_well, well = told_of(people)
    found = answers_shown(said, is_well, shown_well=well)
    return list(found[0]["rows"]) if found else []


def may_have_said(people: list[Person], rows: Rows, answer: int, well: bool) -> tuple[int, int]:
    """The fewest and most of a group who gave an answer, for one who knows everybody in it by name and every page."""
    told = [([float(k[1]) for k in KINDS], sum(p[1] for p in people)), ([1.0] * 6, len(people))]
    for code, whole, of_them in rows:
        mine = [float(CODES[kind[0]] == code) for kind in KINDS]
        told += [(mine, whole), ([m * kind[1] for m, kind in zip(mine, KINDS, strict=True)], of_them)]
    exact, values = np.array([row for row, _ in told]), np.array([value for _, value in told], dtype=float)
    aim = np.array([float(kind == (answer, well)) for kind in KINDS])
    ends = [
        optimize.milp(
            sign * aim,
            constraints=optimize.LinearConstraint(exact, values, values),
            integrality=np.ones(6),
        ).fun
        for sign in (1, -1)
    ]
    return round(ends[0]), round(-ends[1])


def given_away(people: list[Person], rows: Rows) -> list[Person]:
    """Answers that some group of named people is known not to have given, or that fewer than five of them gave."""
    found = []
    for answer, well in product(range(2), (False, True)):
        size = sum(person[1] == well for person in people)
        low, high = may_have_said(people, rows, answer, well)
        if size >= FLOOR and (high < FLOOR or low == size or 0 < low == high < FLOOR):
            found.append((answer, well))
    return found


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=20, max_size=90))
def test_no_answer_is_known_of_any_named_group(people: list[Person]) -> None:
    rows = shown_of(people)
    assert given_away(people, rows) == []
    assert all(FLOOR <= well <= whole - FLOOR for _code, whole, well in rows)


PLANTED: list[Person] = (
    [(0, True)] * 12 + [(2, True)] * 8 + [(0, False)] * 9 + [(1, False)] * 14 + [(2, False)] * 7
)
"""Nobody of the twenty in job or education said that they did not believe in a job."""


def test_shown_as_other_divisions_are_it_would_be_known() -> None:
    """The control: 0 is no small group on other pages, but it tells what twenty people, each by name, did not say."""
    as_others = [
        [code, sum(p[0] == at for p in PLANTED), sum(p == (at, True) for p in PLANTED)]
        for at, code in enumerate(CODES)
    ]
    assert given_away(PLANTED, as_others) == [(1, True)]
    assert shown_of(PLANTED) == []
    enough = [*PLANTED, *[(1, True)] * 5]
    assert len(shown_of(enough)) == 3 and given_away(enough, shown_of(enough)) == []


def test_answers_never_tell_what_another_page_hides(answered_cohorts: list[Cohort]) -> None:
    """What they add up to stands on the page already; where it does not, they are not shown either."""
    for cohort in answered_cohorts:
        released = release(cohort.counted())
        last = cohort.points[-1]
        for each in happened.answers_of(cohort, released)["answers"]:
            if each["rows"]:
                assert sum(row[1] for row in each["rows"]) == len(cohort.rows)
                assert sum(row[2] for row in each["rows"]) == released.cells[f"at|{last}|+"]
        hidden = replace(released, cells={**released.cells, f"at|{last}|+": None})
        assert not any(each["rows"] for each in happened.answers_of(cohort, hidden)["answers"])


# What opens nothing


@contextmanager
def as_a_division(cohort: Cohort) -> Iterator[Cohort]:
    """The fault: the answers made a division like the others, with cases behind."""
    kinds = QUESTIONS["belief"]
    place = np.array([kinds.index(str(code)) for code in cohort.answers["belief"]])
    yield replace(
        cohort,
        divisions=(*cohort.divisions, Dimension("belief", kinds)),
        label=np.vstack([cohort.label, place]),
    )


def test_nothing_is_kept_of_the_single_mentorship(answered_cohorts: list[Cohort]) -> None:
    cohort = answered_cohorts[-1]
    with as_a_division(cohort) as faulty:
        for each in (cohort, faulty):
            assert not CONFIDENTIAL & set(each.labels_of(0))
        assert "age" in cohort.labels_of(0)
        assert any(key.startswith("in|belief|") for key in release(faulty.counted()).cells)


@pytest.fixture
def stored_answers(
    stored: MakeStored, figures: Stored, answered_world: World, answered_cohorts: list[Cohort]
) -> ResultRun:
    cohort = answered_cohorts[-1]
    payload = services.period_payloads(answered_world, cohort)["SUBGROUPS"]
    kept = figures[cohort.period, "SUBGROUPS"]
    figures[cohort.period, "SUBGROUPS"] = payload
    try:
        return stored()
    finally:
        figures[cohort.period, "SUBGROUPS"] = kept


def test_the_page_shows_answers_and_opens_none(
    cast: Cast, signed_in: SignedIn, stored_answers: ResultRun
) -> None:
    tree = html.fromstring(signed_in(cast.eva).get("/resultater/hvem/").content)
    parts = {part.xpath("./h2/text()")[0]: part for part in tree.xpath("//section[@data-word='Skete']")}
    part = parts["Borgerens egen tro på job ved start"]
    rows = [
        [cell.text_content() for cell in row.xpath("./*")]
        for row in part.xpath("(.//table)[last()]/tbody/tr")
    ]
    assert [row[0] for row in rows] == ["Tror på det", "Tror ikke på det eller er i tvivl", "Har ikke svaret"]
    assert not part.xpath(".//table//a") and "åbner tallene ingen forløb" in part.text_content()
    assert parts["Alder, da forløbet sluttede"].xpath(".//table//a[contains(@href, '/sager/')]")
    assert "Borgernes svar" in tree.text_content()


def test_a_forged_address_opens_nothing(
    cast: Cast,
    signed_in: SignedIn,
    stored: MakeStored,
    figures: Stored,
    answered_world: World,
    answered_cohorts: list[Cohort],
) -> None:
    """Not even where, by a fault, the answers are cells of a division and stand beside the mentorships."""
    cohort = answered_cohorts[-1]
    with as_a_division(cohort) as faulty:
        payload = services.period_payloads(answered_world, faulty)["SUBGROUPS"]
        cells = release(faulty.counted()).cells
    payload["cells"] = {**payload["cells"], **cells}
    key = next(key for key, value in cells.items() if key.startswith("in|belief|yes|*") and value)
    assert payload["cells"][key] >= FLOOR
    run = stored()
    shown = selectors.newest(cast.eva)
    assert shown is not None and shown.period is not None
    shown.results[shown.period.start, "SUBGROUPS"] = payload
    ResultCase.objects.create(
        municipality=cast.municipality, run=run, mentorship=make_active(cast),
        starts_on=shown.period.start, labels={"belief": ["yes"]},
    )  # fmt: skip
    for part, label, status in product(CONFIDENTIAL, ("yes", "no", "up", "none"), ("", "+", "job")):
        assert navigation.asked_for(shown, {"del": part, "vaerdi": label, "status": status}) is None
    client = signed_in(cast.eva)
    for part in sorted(CONFIDENTIAL):
        assert client.get("/resultater/sager/", {"del": part, "vaerdi": "yes"}).status_code == 404
    assert navigation.asked_for(shown, {"del": "age", "vaerdi": "30-39"}) is not None
    assert all(
        "/sager/" not in cell.url
        for block in pages.subgroups(shown, cast.eva).blocks
        if "egen" in block.heading and block.table
        for row in block.table.rows
        for cell in row
    )
