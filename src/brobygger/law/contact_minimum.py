"""How often a right-and-duty mentor (ret og pligt-mentor) and the person must meet (E03, E04, E08)."""

from __future__ import annotations

from datetime import date

from brobygger.law.parameters import ParameterValue, parameter

LAW_IDS = ("E03", "E04", "E08")


def contact_minimum(on: date) -> ParameterValue:
    """Longest time in days between two contacts: 7 in 2014-2015, 14 in 2016-2019, not confirmed from 2020.

    LAB §§ 93, 96 and 96 c (P06-P08). ``amount`` is None from 2020. Raises MissingParameter before 2014.
    """
    return parameter("P06", on)
