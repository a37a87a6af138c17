"""Both lists of target groups with their dates: LAB § 2 until 2019 and LAB § 6 since 2020.

The same number means different people in the two lists, so a code carries its list ("2.3", "6.3").
"""

from __future__ import annotations

from datetime import date

from brobygger.law.codes import TargetGroup
from brobygger.values.period import Period

SCHEME_START = date(2003, 6, 10)
"""The date of act no. 419 of 2003. The day it came into force is not confirmed."""

NEW_ACT = date(2020, 1, 1)
CLOSED_FOR_NEW = date(2026, 2, 1)

SELF_SUPPORTING = "SELF"
OUTSIDE = "OUTSIDE"
INTEGRATION = "INL"
RIGHT_AND_DUTY_CASH_BENEFIT = frozenset({"2.3"})
RIGHT_AND_DUTY_EDUCATION = frozenset({"2.12", "2.13"})
RIGHT_AT_EDUCATION_START = frozenset({"6.4", "6.5"})

_NOT_CONFIRMED = "ordlyden er ikke bekræftet"
_CLOSED = "lukket for nye fra 2026"


def _former(number: int, label: str, start: date = SCHEME_START, *, confirmed: bool = True) -> TargetGroup:
    return TargetGroup(
        f"2.{number}", label, f"LAB § 2, nr. {number}", Period(start, NEW_ACT), confirmed=confirmed
    )


def _current(
    number: int, label: str, *, confirmed: bool = True, closed_for_new_from: date | None = None
) -> TargetGroup:
    return TargetGroup(
        f"6.{number}",
        label,
        f"LAB § 6, nr. {number}",
        Period(NEW_ACT),
        confirmed=confirmed,
        closed_for_new_from=closed_for_new_from,
    )


ALL: tuple[TargetGroup, ...] = (
    _former(1, "Dagpengemodtagere"),
    _former(2, "Jobparate kontanthjælpsmodtagere"),
    _former(3, "Aktivitetsparate kontanthjælpsmodtagere"),
    _former(4, "Revalidender"),
    _former(5, "Sygedagpengemodtagere"),
    _former(6, "Førtidspensionister"),
    _former(7, "Personer med varige begrænsninger i arbejdsevnen uden førtidspension"),
    _former(8, f"§ 2, nr. 8 ({_NOT_CONFIRMED})", confirmed=False),
    _former(9, "Unge under 18 år", date(2010, 1, 1)),
    _former(10, f"§ 2, nr. 10 ({_NOT_CONFIRMED})", date(2014, 1, 1), confirmed=False),
    _former(11, f"§ 2, nr. 11 ({_NOT_CONFIRMED})", date(2014, 1, 1), confirmed=False),
    _former(
        12,
        f"Modtagere af uddannelseshjælp, § 2, nr. 12 ({_NOT_CONFIRMED})",
        date(2014, 1, 1),
        confirmed=False,
    ),
    _former(
        13,
        f"Modtagere af uddannelseshjælp, § 2, nr. 13 ({_NOT_CONFIRMED})",
        date(2014, 1, 1),
        confirmed=False,
    ),
    _current(1, "Dagpengemodtagere"),
    _current(2, "Jobparate på kontanthjælp eller overgangsydelse"),
    _current(3, "Aktivitetsparate på kontanthjælp eller overgangsydelse"),
    _current(4, "Uddannelsesparate under 30 år på uddannelseshjælp"),
    _current(5, "Aktivitetsparate under 30 år på uddannelseshjælp"),
    _current(6, "Sygedagpengemodtagere"),
    _current(7, "Personer i jobafklaringsforløb"),
    _current(8, f"Personer i ressourceforløb ({_CLOSED})", closed_for_new_from=CLOSED_FOR_NEW),
    _current(9, "Visiterede til fleksjob eller støtte til egen virksomhed"),
    _current(10, f"Revalidender ({_CLOSED})", closed_for_new_from=CLOSED_FOR_NEW),
    _current(11, "Førtidspensionister"),
    _current(12, f"§ 6, nr. 12 ({_NOT_CONFIRMED})", confirmed=False),
    _current(13, f"§ 6, nr. 13 ({_NOT_CONFIRMED})", confirmed=False),
    TargetGroup(
        SELF_SUPPORTING,
        "Selvforsørgende",
        "LAB §§ 78-81, senere formålsbestemmelsen",
        Period(date(2007, 3, 1)),
    ),
    TargetGroup(
        OUTSIDE,
        "Uden for målgrupperne, ordinær ansættelse",
        "LAB § 167, stk. 1",
        Period(NEW_ACT),
    ),
    TargetGroup(INTEGRATION, "Integrationsprogram", "INL § 23 d", Period(SCHEME_START)),
)

BY_CODE: dict[str, TargetGroup] = {group.code: group for group in ALL}


def target_groups(on: date) -> tuple[TargetGroup, ...]:
    """The target groups one can choose on a date, in the order of the act."""
    return tuple(group for group in ALL if on in group.in_force)


def target_group(code: str) -> TargetGroup:
    """The group with this code. Raises KeyError for a code that no list has."""
    return BY_CODE[code]
