"""What makes the citizens' pages real: a language more, how citizens say it goes, and when they can ring."""

from __future__ import annotations

import numpy as np

from brobygger.web.demo.cases import ACTIVE
from brobygger.web.demo.chain import Chain, Tables, Town
from brobygger.web.demo.copying import Array, Key, Pool, Table
from brobygger.web.demo.drawing import DAY, Draw, instants

OWN_SEED = 404
"""A generator of its own, so that these tables move nothing in the others."""
LANGUAGES = ("ar",)
ANSWERED_SHARE = 0.5
SCORES = (0, 4, 20, 45, 31)
"""Weights of the five faces; answers so low that somebody must act at once are left to the concerns."""
WORDS = (
    "",
    "",
    "",
    "Det er godt at have en at tale med.",
    "Jeg kommer op om morgenen nu.",
    "Jeg er lidt træt.",
)
OWN_HOURS_SHARE = 0.3
"""Mentorships whose mentor has other hours than those of everybody."""
OWN_HOURS = (((0, 1, 2, 3), 9, 15), ((0, 2, 4), 12, 18), ((0, 1, 2, 3, 4), 8, 20))
"""Days of the week (0 is Monday), and the hours the telephone opens and closes."""
HOUR = 3_600_000_000
"""Microseconds."""


def make(town: Town, chain: Chain) -> Tables:
    """In a demonstration of every detail."""
    draw = Draw(OWN_SEED, town.municipality_id)
    active = np.flatnonzero(town.cases.status == ACTIVE)
    return [_languages(town), _moods(town, chain, active, draw), _contact_hours(town, chain, active, draw)]


def asked(town: Town) -> Tables:
    """In every demonstration: this month's citizens have been asked, so that no message goes out by itself."""
    table: Table = {
        "id": town.ids.take("citizens_answerround", 1),
        "municipality_id": town.municipality_id,
        "month": np.array([town.now.astype("datetime64[M]")], "datetime64[D]"),
        "asked_at": instants(np.array([town.now], "datetime64[D]"), 9 * 60),
        "sent": np.array([0]),
    }
    return [("citizens_answerround", table, 1)]


def _languages(town: Town) -> tuple[str, Table, int]:
    count = len(LANGUAGES)
    table: Table = {
        "id": town.ids.take("citizens_languagechoice", count),
        "municipality_id": town.municipality_id,
        "code": Pool(LANGUAGES, np.arange(count)),
        "is_on": np.ones(count, bool),
        "changed_at": instants(np.full(count, town.now - 90 * DAY, "datetime64[D]"), 10 * 60),
        "changed_by_id": Key(np.zeros(count, np.int64)),
    }
    return "citizens_languagechoice", table, count


def _moods(town: Town, chain: Chain, active: Array, draw: Draw) -> tuple[str, Table, int]:
    row = active[draw.chance(ANSWERED_SHARE, len(active))]
    count = len(row)
    span = np.maximum(1, (town.now - town.cases.starts[row]) // DAY)
    day = town.now - (draw.rng.random(count) * np.minimum(span, 60)).astype(int) * DAY
    table: Table = {
        "id": town.ids.take("citizens_howitgoes", count),
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(count),
        "mentorship_id": chain.ids[row],
        "citizen_id": town.citizens.ids[town.cases.citizen[row]],
        "score": 1 + draw.pick(SCORES, count),
        "words": draw.from_pool(WORDS, count),
        "answered_at": instants(day, 7 * 60),
    }
    return "citizens_howitgoes", table, count


def _contact_hours(town: Town, chain: Chain, active: Array, draw: Draw) -> tuple[str, Table, int]:
    row = active[draw.chance(OWN_HOURS_SHARE, len(active))]
    count = len(row)
    kind = draw.rng.integers(0, len(OWN_HOURS), count)
    table: Table = {
        "id": town.ids.take("citizens_contacthours", count),
        "municipality_id": town.municipality_id,
        "mentorship_id": chain.ids[row],
        "days": Pool([days for days, _opens, _closes in OWN_HOURS], kind),
        "opens": np.array([opens for _days, opens, _closes in OWN_HOURS])[kind] * HOUR,
        "closes": np.array([closes for _days, _opens, closes in OWN_HOURS])[kind] * HOUR,
        "changed_at": instants(np.full(count, town.now - 30 * DAY, "datetime64[D]"), 11 * 60),
        "changed_by_id": Key(np.zeros(count, np.int64)),
    }
    return "citizens_contacthours", table, count
