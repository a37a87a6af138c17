"""Who may not stand in a lot: anybody with a right to a mentor. The dates and the groups are the law's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from brobygger.law import registry, rights, target_groups
from brobygger.law import right_and_duty as duty

PSYCHIATRIC, EDUCATION, RIGHT_AND_DUTY, UNKNOWN = "A11", "A13", "E01", "UNKNOWN"
ACTIVITY_READY = (
    target_groups.RIGHT_AND_DUTY_CASH_BENEFIT
    | target_groups.RIGHT_AND_DUTY_EDUCATION
    | frozenset({"6.3", "6.5"})
)
"""Those whom right and duty concerned until 2020, and their numbers after."""
ASKED = ("leaves_psychiatry", "starts_education", "cannot_join_offers")
"""What is asked about a right, by the names of ``Circumstances``."""
_RULES = (rights, duty)  # reading them registers their rules


@dataclass(frozen=True)
class Circumstances:
    """What the consultant says of the citizen on the day of the lot."""

    target_group: str
    leaves_psychiatry: bool
    starts_education: bool
    cannot_join_offers: bool


@dataclass(frozen=True)
class Right:
    """Why the citizen may not be in the lot. ``rule`` is the law's id; not ``is_confirmed``: nobody knows for sure."""

    rule: str
    is_confirmed: bool = True


def right_to_mentor(said: Circumstances, on: date) -> Right | None:
    """The right that keeps the citizen out of a lot on a day; None when there is none.

    A citizen without a known group may have a right, so they are kept out too. Whether right and duty to a mentor goes
    on in the act of 2020 is not confirmed; where it may, the citizen is kept out and told so.
    """
    group = said.target_group
    if not group:
        return Right(UNKNOWN)
    if said.leaves_psychiatry and group.startswith("6.") and _in_force(PSYCHIATRIC, on):
        return Right(PSYCHIATRIC)
    if said.starts_education and group in target_groups.RIGHT_AT_EDUCATION_START and _in_force(EDUCATION, on):
        return Right(EDUCATION)
    if said.cannot_join_offers and group in ACTIVITY_READY:
        return Right(RIGHT_AND_DUTY, is_confirmed=_in_force(RIGHT_AND_DUTY, on))
    return None


def _in_force(rule: str, on: date) -> bool:
    return on in registry.registered[rule].in_force
