"""A lot drawn in the system: its result is the library's own, made once, and shown as far as its gate allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from brobygger import analysis
from brobygger.accounts.models import User
from brobygger.analysis import Entries, Lottery, Panel, Question, labour_states
from brobygger.analysis.errors import DesignError
from brobygger.analysis.gate import CheckName, gate_settings_on
from brobygger.analysis.result import Word
from brobygger.analysis.weeks import monday, week_of
from brobygger.effects import drawn as lots_of
from brobygger.effects import reading, report, selectors, services
from brobygger.effects.figures import compared, lots
from brobygger.effects.figures.cohort import World
from brobygger.effects.figures.lots import Lot, result_of
from brobygger.effects.models import ResultRun, StoredResult
from brobygger.effects.presenters.blocks import Block
from brobygger.effects.presenters.comparison import comparison_page
from brobygger.effects.presenters.lotteries import lottery_blocks
from brobygger.evaluations.models import Candidate, Evaluation, Outcome
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.effects.made import CODES, FIRST, STOP, _panel, make_world
from tests.factories.evaluations import REGISTERED, make_lottery
from tests.factories.people import make_citizen

SignedIn = Callable[[User], Client]
DRAWN_ON = date(2025, 3, 5)
WEEK = week_of(DRAWN_ON)
SETTINGS = gate_settings_on(TODAY)


def states_of(job: np.ndarray, *, before: np.ndarray | None = None, persons: int = 0) -> Panel:
    """Everyone is on benefit; ``job`` have one from ten weeks after the draw, ``before`` had one until 20 before."""
    rows: list[tuple[int, int, int, int]] = []
    jobs: list[tuple[int, int, int, int]] = []
    for person, is_in_job in enumerate(job):
        begins = FIRST
        if before is not None and before[person]:
            jobs.append((person, WEEK - 80, WEEK - 20, 0))
            rows.append((person, FIRST, WEEK - 80, 0))
            begins = WEEK - 20
        until = WEEK + 10 if is_in_job else STOP
        rows.append((person, begins, until, 0))
        if is_in_job:
            jobs.append((person, until, STOP, 0))
    count = max(persons, len(job))
    return labour_states(_panel(rows, count, CODES), _panel(jobs, count, ("620000",)))


def lot_of(drawn: np.ndarray, **fields: Any) -> Lot:
    count = len(drawn)
    return Lot(
        **{
            "key": "0b7e6a52-6f7e-4a83-9df4-0d8f5f0a1c11",
            "name": "Mentor til job",
            "question": "Virker det?",
            "outcome": "JOB",
            "horizon": 52,
            "base": 0.3,
            "relevant": 0.3,
            "registered_on": date(2025, 2, 1),
            "drawn_on": DRAWN_ON,
            "protocol_sha256": "ab" * 32,
            "declared": frozenset({"AGE"}),
            "citizen": np.arange(count),
            "drawn": drawn,
            "strata": np.arange(count) % 2,
            "took_part": drawn & (np.arange(count) % 4 != 0),
            "groups": {"AGE": np.where(np.arange(count) % 2, "30+", "<30")},
            **fields,
        }
    )


def world(effect: float = 0.3, *, people: int = 240, seed: int = 3) -> tuple[Panel, Lot]:
    rng = np.random.default_rng(seed)
    drawn = rng.permutation(np.arange(people) % 2 == 0)
    job = rng.random(people) < 0.3 + effect * drawn
    return states_of(job, before=rng.random(people) < 0.4), lot_of(drawn)


@pytest.fixture(scope="module")
def made() -> tuple[Panel, Lot]:
    return world()


@pytest.fixture(scope="module")
def record(made: tuple[Panel, Lot]) -> dict[str, Any]:
    found = result_of(*made, SETTINGS)
    assert found["state"] == "compared", found
    return found


def said(blocks: list[Block]) -> str:
    return str([(each.sentences, each.picture, each.table, each.notes) for each in blocks])


# The numbers


def test_the_estimate_is_the_library_s_on_the_same_rows(
    made: tuple[Panel, Lot], record: dict[str, Any]
) -> None:
    """Rows put together by hand from what was made: the difference that is stored is theirs, and near the truth."""
    states, lot = made
    entries = lots.entries_of(states, lot)
    names = states.names(states.status_at(np.arange(240)[:, None], WEEK + np.arange(53)[None]))
    plain = Entries(
        treated=lot.drawn,
        outcome=names == "job",
        weeks=np.arange(53),
        covariates=entries.covariates,
        strata=lot.strata,
        took_part=lot.took_part,
    )
    own = analysis.compare(plain, Lottery(seed=compared.SEED), Question("i job", 52, 0.3), SETTINGS)
    low, high = own.effect.interval()
    place = record["weeks"].index(52)
    assert record["estimate"][place] == pytest.approx(own.effect.estimate[52], abs=0.006)
    assert record["low"][place] == pytest.approx(low[52], abs=0.006)
    assert record["high"][place] == pytest.approx(high[52], abs=0.006)
    assert record["low"][place] < 0.3 < record["high"][place]
    assert own.took_part is not None
    assert record["took_part"]["estimate"] == pytest.approx(own.took_part.estimate[52], abs=0.006)
    assert abs(record["took_part"]["estimate"]) > abs(record["estimate"][place])
    job = names[:, 52] == "job"
    assert record["happened"][place] == round(job[lot.drawn].mean(), 2)


def test_everybody_drawn_counts_whether_or_not_they_took_part(made: tuple[Panel, Lot]) -> None:
    """Planted: only those who took part are called drawn. The estimate is then another."""
    states, lot = made
    honest = result_of(states, lot, SETTINGS)
    forged = result_of(states, replace(lot, drawn=lot.took_part), SETTINGS)
    assert honest["estimate"] != forged["estimate"]
    nobody = result_of(states, replace(lot, took_part=lot.drawn & False), SETTINGS)
    assert nobody["estimate"] == honest["estimate"] and "estimate" not in nobody["took_part"]


def test_every_outcome_of_a_protocol_is_a_status_of_the_register(made: tuple[Panel, Lot]) -> None:
    """In registers that know of no education, nothing is said of it."""
    states, lot = made
    found = {
        outcome: result_of(states, replace(lot, outcome=outcome), SETTINGS) for outcome in Outcome.values
    }
    assert set(lots.STATUSES_OF) == set(Outcome.values)
    assert found["EDUCATION"]["why"] == "refused" and "ikke bære" in said(lottery_blocks(found["EDUCATION"]))
    for outcome in ("JOB_OR_EDUCATION", "OFF_BENEFIT"):
        assert found[outcome]["happened"] == found["JOB"]["happened"]


@pytest.mark.parametrize("horizon", [13, 26, 52])
def test_the_week_of_the_protocol_is_among_those_shown(horizon: int, made: tuple[Panel, Lot]) -> None:
    states, lot = made
    found = result_of(states, replace(lot, horizon=horizon), SETTINGS)
    assert found["weeks"][-1] == horizon and f"{horizon} uger efter lodtrækningen" in said(
        lottery_blocks(found)
    )


# Not yet, too few


def test_before_everybody_is_followed_there_is_a_day_and_what_the_lot_can_show(
    made: tuple[Panel, Lot],
) -> None:
    states, lot = made
    late = replace(lot, drawn_on=monday(STOP) - timedelta(weeks=52))
    found = result_of(states, late, SETTINGS)
    assert (found["state"], found["why"], found["from"]) == (
        "missing",
        "not_yet",
        (monday(STOP) + timedelta(weeks=1)).isoformat(),
    )
    text = said(lottery_blocks(found))
    assert "30. nov. 2026" in text and "17 af 100" in text
    enough = replace(lot, drawn_on=monday(STOP) - timedelta(weeks=53))
    assert result_of(states, enough, SETTINGS)["state"] == "compared"


def test_too_few_in_the_register_is_said_with_numbers_rounded_down() -> None:
    states, lot = world(people=50)
    unknown = replace(lot, citizen=np.where(np.arange(50) < 16, 9000 + np.arange(50), np.arange(50)))
    found = result_of(states, unknown, SETTINGS)
    assert found["why"] == "few" and found["drawn"] % 5 == found["others"] % 5 == 0
    assert "estimate" not in found and "mindst 20" in said(lottery_blocks(found))


def test_those_the_register_does_not_know_are_left_out_and_counted_in_fives() -> None:
    states, lot = world()
    unknown = replace(lot, citizen=np.where(np.arange(240) < 12, 9000 + np.arange(240), np.arange(240)))
    found = result_of(states, unknown, SETTINGS)
    assert found["missed"] == 10 and "mindst 10 er ikke med" in said(lottery_blocks(found))


# Disclosure


def test_a_share_of_one_to_four_hides_the_week_in_both_groups() -> None:
    """Planted: the other group's share and the difference would give the hidden one away."""
    drawn = np.arange(80) < 40
    job = np.zeros(80, dtype=bool)
    job[:20] = True
    job[40:43] = True  # three of those not drawn
    found = result_of(states_of(job), lot_of(drawn), SETTINGS)
    place = found["weeks"].index(52)
    assert found["happened"][place] is None
    for name in ("without", "estimate", "low", "high"):
        assert name not in found or found[name][place] is None
    assert found["groups"] == []
    assert "til at vise tallet" in said(lottery_blocks(found))


def test_nothing_stored_counts_people_exactly(record: dict[str, Any]) -> None:
    shown = [each for each in (*record["happened"], *record["without"]) if each is not None]
    assert shown and all(each == round(each, 2) for each in shown)
    assert all(value % 5 == 0 for value in record["sample"].values())
    assert not {"treated", "controls", "standard_error", "in_words"} & set(record)
    assert all(check["values"] == {} for check in record["gate"]["checks"])
    lost = next(each for each in record["gate"]["checks"] if each["name"] == CheckName.ATTRITION)
    assert not any(letter.isdigit() for letter in lost["sentence"])


@pytest.mark.parametrize("away", [1, 4])
def test_who_stayed_away_is_not_told_of_one_to_four(away: int) -> None:
    states, lot = world()
    took_part = lot.drawn.copy()
    took_part[np.flatnonzero(lot.drawn)[:away]] = False
    found = result_of(states, replace(lot, took_part=took_part), SETTINGS)
    assert found["took_part"]["drawn"] is None and "estimate" not in found["took_part"]
    assert "begyndte" not in said(lottery_blocks(found)[:1]).replace("aldrig begyndte", "")


def test_a_division_is_shown_whole_or_not_at_all() -> None:
    """Planted: a third group too small to show, which everyone less the two others would tell of."""
    states, lot = world()
    assert {row["category"] for row in result_of(states, lot, SETTINGS)["groups"]} == {"<30", "30+"}
    names = np.where(np.arange(240) < 6, "-", lot.groups["AGE"])
    assert result_of(states, replace(lot, groups={"AGE": names}), SETTINGS)["groups"] == []


# The gate


def test_a_lot_s_own_gate_gives_the_word(record: dict[str, Any]) -> None:
    blocks = lottery_blocks(record)
    assert compared.word_of(record, by_lot=True) is Word.EFFECT and blocks[0].word == "Virkning"
    assert [len(each.gate) for each in blocks if each.gate] == [9]
    text = said(blocks[:1])
    assert "1. feb. 2025" in text and "5. mar. 2025" in text and "ab" * 32 in text
    assert "Lodtrækningen er gennemført som planlagt" in text
    assert "viser en sikker forskel" in text
    nothing = lottery_blocks(result_of(*world(0.0), SETTINGS))
    assert "viser ingen sikker forskel" in said(nothing) and "viser en sikker" not in said(nothing)


@pytest.fixture(scope="module")
def red() -> dict[str, Any]:
    """A broken draw: those who had had a job were drawn, so the groups differed before."""
    rng = np.random.default_rng(1)
    before = np.arange(200) < 100
    found = result_of(
        states_of(rng.random(200) < 0.4, before=before),
        lot_of(rng.random(200) < 0.15 + 0.7 * before),
        SETTINGS,
    )
    assert found["state"] == "compared" and found["gate"]["colour"] == "red"
    return found


def test_a_red_gate_hides_the_effect(red: dict[str, Any]) -> None:
    assert not {"estimate", "low", "high", "without"} & set(red) and "estimate" not in red["took_part"]
    blocks = lottery_blocks(red)
    assert all(each.word == "Skete" for each in blocks) and "Kun beskrivelse" in said(blocks)
    assert "Blev ikke trukket" not in said(blocks)


def test_a_forged_row_shows_nothing_its_gate_does_not_allow(
    red: dict[str, Any], record: dict[str, Any]
) -> None:
    count = len(red["weeks"])
    forged = red | {
        "word": "Virkning", "showing": "effect", "verdict": True, "design": "lottery", "estimate": [0.77] * count,
        "low": [0.71] * count, "high": [0.79] * count, "without": [0.1] * count, "in_words": "Mentoren virker.",
        "took_part": {"drawn": 0.9, "others": 0.1, "estimate": 0.77, "low": 0.71, "high": 0.79},
        "groups": record["groups"],
    }  # fmt: skip
    forged["gate"] = red["gate"] | {"colour": "green"}
    blocks = lottery_blocks(forged)
    assert all(each.word == "Skete" for each in blocks)
    assert not [number for number in ("71", "77", "79", "virker") if number in said(blocks[:1])]
    without = [each for each in red["gate"]["checks"] if each["colour"] != "red"]
    with pytest.raises(DesignError):
        lottery_blocks(forged | {"gate": red["gate"] | {"checks": without}})


def test_a_comparison_does_not_become_an_effect_by_calling_itself_a_lottery(record: dict[str, Any]) -> None:
    """The word of a lot is for what is stored as one: an amber comparison stays compared."""
    assert record["gate"]["colour"] == "amber"
    assert compared.word_of(record | {"design": "lottery"}) is Word.COMPARED


def test_a_group_chosen_afterwards_is_marked_and_gives_no_verdict(made: tuple[Panel, Lot]) -> None:
    states, lot = made
    declared = lottery_blocks(result_of(states, lot, SETTINGS))
    assert "Nævnt før lodtrækningen" in said(declared) and "Valgt bagefter" not in said(declared)
    found = result_of(states, replace(lot, declared=frozenset()), SETTINGS)
    forged = found | {"groups": [row | {"declared": True} for row in found["groups"]]}
    for each in (found, forged):
        groups = lottery_blocks(each)[1:-1]
        assert [block.word for block in groups] == ["Sammenlignet"]
        assert "Valgt bagefter" in said(groups) and "Nævnt før" not in said(groups)


# The runs


def draw_row(cast: Cast, people: int, number: int = 0, at: datetime | None = None) -> Evaluation:
    """A drawn lot as rows, without the services' own rules."""
    leader = cast.users["eva"]
    lot = make_lottery(
        cast, **{**REGISTERED, "registered_by": leader}, outcome="JOB", people=people, places=people // 2, strata="AGE",
        protocol_sha256="cd" * 32, subgroups=["AGE"], name=f"Lod {number}", relevant=30,
    )  # fmt: skip
    candidates = Candidate.objects.bulk_create(
        Candidate(
            municipality=cast.municipality, evaluation=lot, target_group="6.3", consented_on=DRAWN_ON,
            consent_how="MEETING", added_at=NOW, added_by=cast.users["anna"], stratum="30+" if at % 2 else "<30",
            citizen=make_citizen(
                cast, name=f"Lod {number}-{at}", email=f"lod{number}-{at}@example.org",
                birth_date=date(1980 if at % 2 else 2000, 1, 1),
            ),
            is_drawn=at % 4 < 2, place=None if at % 4 < 2 else at + 1,
        )
        for at in range(people)
    )  # fmt: skip
    assert candidates
    Evaluation.objects.filter(pk=lot.pk).update(
        state="STARTED", drawn_at=at or datetime(2025, 3, 5, 10, tzinfo=UTC), drawn_by=leader
    )
    lot.refresh_from_db()
    return lot


@pytest.fixture
def run(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[[], ResultRun]:
    """Makes figures of registers that tell of everybody who stands in a lot."""
    base = make_world(people=60, seed=8)

    def make() -> ResultRun:
        keys = np.array(sorted(Candidate.objects.values_list("citizen_id", flat=True)) or [1])
        states = replace(states_of(np.arange(len(keys)) % 5 < 2), ids=keys)
        # The lots are about other people than the periods here, so the periods are left out.
        monkeypatch.setattr(World, "periods", lambda self, kept=(): (12, ()))
        monkeypatch.setattr(
            compared, "pool_of", lambda _world: compared.Pool(*(keys[:0] for _ in range(4)), never=0)
        )
        monkeypatch.setattr(services.outside, "own_by_period", lambda _world: {})
        monkeypatch.setattr(services.outside, "cost_record", lambda _world: {})
        monkeypatch.setattr(reading, "world_in", lambda _municipality: replace(base, states=states))
        return services.make_results(municipality=cast.municipality, on=TODAY, at=NOW)

    return make


def stored(run: ResultRun) -> dict[str, dict[str, Any]]:
    rows = StoredResult.objects.filter(run=run, subject="LOTTERY")
    return {row.key: row.payload for row in rows}


def test_each_drawn_lot_is_stored_once_in_a_run(cast: Cast, run: Callable[[], ResultRun]) -> None:
    assert stored(run()) == {}
    lot = draw_row(cast, 48)
    late = draw_row(cast, 4, 1, at=datetime(2026, 10, 5, 10, tzinfo=UTC))
    make_lottery(cast)
    found = stored(run())
    assert {key: each["state"] for key, each in found.items()} == {
        str(lot.public_id): "compared",
        str(late.public_id): "missing",
    }
    assert found[str(late.public_id)]["why"] == "not_yet"


def test_a_result_stands_when_a_consent_is_taken_back(cast: Cast, run: Callable[[], ResultRun]) -> None:
    """Made again, the two would tell of the one between them. Planted: what a new result would be is another."""
    lot = draw_row(cast, 60)
    first = stored(run())
    gone = Candidate.objects.filter(evaluation=lot, is_drawn=True).order_by("id")[:6]
    Candidate.objects.filter(pk__in=[each.pk for each in gone]).update(
        left_at=NOW, left_why="CONSENT", left_by=cast.users["anna"]
    )
    assert stored(run()) == first
    (again,) = lots_of.lots_in(cast.municipality.pk, first)
    assert len(again.citizen) == 54 and again.drawn.sum() == 24
    assert first[str(lot.public_id)]["sample"]["treated"] == 30


def test_reading_lots_takes_as_many_queries_for_one_as_for_many(cast: Cast) -> None:
    counts = []
    for number in range(3):
        draw_row(cast, 4, number)
        keys = services.evaluations.drawn_keys(cast.municipality.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = lots_of.lots_in(cast.municipality.pk, keys)
        assert len(found) == number + 1 and all(len(each.citizen) == 4 for each in found)
        counts.append(len(queries))
    assert len(set(counts)) == 1


# The pages


def test_the_pages_show_each_lot_and_the_evaluation_links_to_it(
    cast: Cast, run: Callable[[], ResultRun], signed_in: SignedIn
) -> None:
    lot = draw_row(cast, 60)
    run()
    client = signed_in(cast.eva)
    text = client.get("/resultater/sammenligning/").content.decode()
    assert f'id="lod-{lot.public_id}"' in text and "Lodtrækning: Lod 0" in text
    shown = selectors.newest(cast.eva)
    assert shown is not None
    printed = report.content_of(shown, [comparison_page(shown, cast.eva)], cast.municipality)
    assert "Lodtrækning: Lod 0" in str(printed) and lot.protocol_sha256 in str(printed)
    assert client.get("/resultater/rapport/").content.startswith(b"%PDF")
    link = f"/resultater/sammenligning/#lod-{lot.public_id}"
    page = client.get(f"/evalueringer/{lot.public_id}/").content.decode()
    assert link in page and "8. mar. 2026" in page
    consultant = signed_in(cast.anna).get(f"/evalueringer/{lot.public_id}/").content.decode()
    assert link not in consultant and "8. mar. 2026" in consultant
    client = signed_in(cast.eva)
    counts = []
    for number in (1, 2):
        draw_row(cast, 4, number)
        run()
        with CaptureQueriesContext(connection) as queries:
            assert f"Lod {number}" in client.get("/resultater/sammenligning/").content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
