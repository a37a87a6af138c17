"""What the signs are read from: plain rows, small enough that a municipality's year fits in memory mentor by mentor.

Times are whole minutes since 1970 (UTC) beside the Danish day and minute of the day, so that nothing here needs to
know of time zones. Days are proleptic ordinals as ``date.toordinal`` gives them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import holidays

from brobygger.law.codes import Labelled


class SignKind(Labelled):
    """What there is to look at. A sign is a reason to ask, never an answer."""

    OVERLAP = "OVERLAP", "Møder oven i hinanden"
    LONG_DAY = "LONG_DAY", "Meget lange dage"
    NO_TRAVEL = "NO_TRAVEL", "Ingen tid mellem to steder"
    EXACT_GRANT = "EXACT_GRANT", "Timerne rammer altid bevillingen"
    ROUND_TIMES = "ROUND_TIMES", "Runde tal"
    COPIED_WEEKS = "COPIED_WEEKS", "Ens uger"
    ODD_HOURS = "ODD_HOURS", "Nat og helligdage"
    QUICK_ANSWERS = "QUICK_ANSWERS", "Bekræftet på stribe"
    SHARED_DEVICE = "SHARED_DEVICE", "Bekræftet på samme apparat"
    MANY_CITIZENS = "MANY_CITIZENS", "Mange borgere på én mentor"
    INVOICE_AHEAD = "INVOICE_AHEAD", "Faktura før kontakten"
    SHARED_ACCOUNT = "SHARED_ACCOUNT", "Samme konto for flere"
    NEVER_MET = "NEVER_MET", "Borgeren siger, at de ikke har mødtes"
    NO_FACE = "NO_FACE", "Betalt uden et eneste møde"


class About(Labelled):
    """Whom or what a sign is about."""

    MENTOR = "MENTOR", "Mentor"
    CITIZEN = "CITIZEN", "Borger"
    CASE = "CASE", "Forløb"
    SUPPLIER = "SUPPLIER", "Leverandør"
    ACCOUNT = "ACCOUNT", "Konto"


MET, SPOKE, OTHER = 0, 1, 2
"""Face to face; telephone or video; everything else (a message, somebody who did not come)."""


class Meeting(NamedTuple):
    """One contact that counts. ``place`` is 0 where none is known; ``minutes`` is what counts against the grant."""

    id: int
    mentor: int
    case: int
    citizen: int
    place: int
    kind: int
    start: int
    end: int
    day: int
    minute: int
    minutes: int


class Answer(NamedTuple):
    """What a citizen said of a contact, in seconds since 1970. ``by_staff``: told to the municipality instead.

    ``words`` is the citizen's own sentence where the answer was no. ``device`` tells devices apart; 0 is not known.
    """

    contact: int
    mentor: int
    case: int
    citizen: int
    day: int
    second: int
    registered: int
    said_no: bool
    by_staff: bool
    words: str = ""
    device: int = 0


class Phase(NamedTuple):
    """A stretch of a grant with the same minutes a week; ``end`` is the first day after it."""

    first: int
    end: int
    minutes: int


class Billed(NamedTuple):
    """Hours on an invoice. ``held`` is the minutes of contact in the period until the day it was issued."""

    invoice: int
    supplier: str
    case: int
    issued: int
    claimed: int
    held: int


class Clash(NamedTuple):
    """An own contact that cannot be squared with one elsewhere; nothing is known of the other.

    ``overlap`` is False where the hours of the day together are too many.
    """

    contact: int
    mentor: int
    case: int
    overlap: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """Something to look at: ``count`` of ``out_of`` (0 where nothing is compared), where ``usual`` is the share at
    others in per cent, and ``limit`` the threshold that was passed. ``evidence`` is rows of contact or invoice ids,
    to be shown side by side.
    """

    kind: SignKind
    about: About
    key: str
    count: int
    out_of: int = 0
    usual: int = 0
    limit: int = 0
    cases: tuple[int, ...] = ()
    evidence: tuple[tuple[int, ...], ...] = ()

    @property
    def subject(self) -> tuple[SignKind, About, str]:
        return self.kind, self.about, self.key


class Plans:
    """Minutes a week by case, as granted."""

    def __init__(self, phases: Mapping[int, tuple[Phase, ...]]) -> None:
        self._phases = phases

    def week(self, case: int, monday: int) -> int:
        """Minutes granted for the calendar week; 0 where no phase covers it whole."""
        for phase in self._phases.get(case, ()):
            if phase.first <= monday and monday + 7 <= phase.end:
                return phase.minutes
        return 0


def monday_of(day: int) -> int:
    """The Monday of the day's week, both as ordinals (ordinal 1 is a Monday)."""
    return day - (day - 1) % 7


@lru_cache(maxsize=64)
def _holidays_of(year: int) -> frozenset[int]:
    return frozenset(day.toordinal() for day in holidays.country_holidays("DK", years=year))


def holidays_between(first_year: int, last_year: int) -> frozenset[int]:
    """The Danish public holidays of the years, as ordinals."""
    return frozenset().union(*(_holidays_of(year) for year in range(first_year, last_year + 1)))


_NEVER = re.compile(
    r"\baldrig\b.{0,25}\b(mødt|set|truffet|mødtes|haft)\b|\b(kender|kendte)\b.{0,25}\bikke\b|"
    r"\bhar (ikke|ingen) (nogen )?mentor\b|\bved ikke,? hvem\b|\bnever\b.{0,15}\b(met|seen)\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"\bmødtes (vi )?(slet )?ikke\b|\b(kom|var der|mødte op) (slet )?ikke\b|\bikke (har )?mødt\b|\bhar ikke mødtes\b|"
    r"\bvar der ikke\b|\baflys|\bdid not (meet|come)\b|\bblev ikke til noget\b",
    re.IGNORECASE,
)


def says_never_met(words: str) -> bool:
    """Whether a citizen's sentence says that the two have never met at all. Danish, and the plain English of it."""
    return bool(_NEVER.search(words))


def says_not_met(words: str) -> bool:
    """Whether a citizen's sentence says that one meeting did not take place."""
    return bool(_ABSENT.search(words)) or says_never_met(words)
