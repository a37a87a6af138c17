"""Drawing a lot that anybody can draw again from the seed. Plain Python.

Everybody has exactly the same chance, whatever their group, and each group gets its share of the places, rounded up or
down by the lot: people are put in order by group and, inside it, by SHA-256 of the seed and their own reference; then
every N/places-th is taken from a random start (systematic sampling, Madow and Madow, Ann. Math. Stat. 15, 1944).
Neither the order in which people were added nor the machine plays any part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Ticket:
    """Somebody in the lot. ``ref`` is unique; ``stratum`` is the group that gets its own share of the places."""

    ref: str
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """``drawn`` got a place; ``waiting`` did not, in the order in which they are next."""

    drawn: tuple[str, ...]
    waiting: tuple[str, ...]


def commitment(seed: str) -> str:
    """SHA-256 of the seed as hex: shown before the draw, so that nobody can change the seed unseen.

    >>> commitment("frø")[:12]
    '845f9bbe4bed'
    """
    return hashlib.sha256(seed.encode()).hexdigest()


def seal_of(tickets: Iterable[Ticket]) -> str:
    """SHA-256 of who is in the lot and in which group, whatever the order."""
    lines = sorted(f"{each.ref};{each.stratum}" for each in tickets)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def draw(tickets: Sequence[Ticket], *, places: int, seed: str) -> Drawing:
    """Who gets the places.

    Raises ValueError unless 0 < places < people, and for a reference that stands twice: without somebody who is not
    drawn there is no lot.
    """
    if len({each.ref for each in tickets}) != len(tickets):
        raise ValueError("A reference stands twice.")
    people = len(tickets)
    if not 0 < places < people:
        raise ValueError("A lot needs fewer places than people, and at least one.")
    ordered = sorted(tickets, key=lambda each: (each.stratum, _number(seed, "in", each.ref), each.ref))
    start = _number(seed, "start", "") % people
    taken = [
        ((place + 1) * places + start) // people > (place * places + start) // people
        for place in range(people)
    ]
    drawn = tuple(each.ref for each, is_taken in zip(ordered, taken, strict=True) if is_taken)
    rest = [each.ref for each, is_taken in zip(ordered, taken, strict=True) if not is_taken]
    return Drawing(drawn, tuple(sorted(rest, key=lambda ref: (_number(seed, "next", ref), ref))))


def shuffle(refs: Sequence[str], *, seed: str) -> tuple[str, ...]:
    """The references in an order drawn by lot: who starts first. Raises ValueError for one that stands twice."""
    if len(set(refs)) != len(refs):
        raise ValueError("A reference stands twice.")
    return tuple(sorted(refs, key=lambda ref: (_number(seed, "order", ref), ref)))


def _number(seed: str, use: str, ref: str) -> int:
    """256 random bits of a seed, what they are used for, and a reference."""
    return int.from_bytes(hashlib.sha256(f"{len(seed)}:{seed}|{use}|{ref}".encode()).digest(), "big")
