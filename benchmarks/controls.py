"""How fast the auditor's questions are asked, and that the cost grows with the cases and no faster.

    python -m benchmarks.controls                      the questions alone, on made cases
    python -m benchmarks.controls --data FOLDER        with the facts read from the PostgreSQL of an installation

The second reads and reviews every municipality once, in one process, and writes nothing. Seconds are the processors'
own, those of the database beside those of the program: a machine with other work to do is slower by the clock alone.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind, SupportType
from brobygger.review.facts import AGREEMENT_ITEMS, CaseFacts, FollowUpSeen, GrantedPeriod
from brobygger.review.shapes import Reviewer
from brobygger.review.tally import Tally

ON = date(2026, 11, 23)
SIZES = (10_000, 20_000, 50_000, 100_000, 200_000, 360_000)
_DAY = timedelta(days=1)
_TEMPLATE = CaseFacts(
    case_code="7F3K",
    municipality_code="9901",
    act=Act.LAB,
    context=Context.COMPANY_PLACEMENT,
    support_type=SupportType.WORKPLACE_INTRODUCTION,
    age=31,
    mentor_kind=MentorKind.COMPANY_EMPLOYEE,
    purpose=True,
    tasks=True,
    qualifications=True,
    decisive=True,
    beyond_normal=True,
    not_usual_work=True,
    employees=25,
    at_school=False,
    decision_kind="GRANT",
    reasons=True,
    rules_named=True,
    hearing_needed=False,
    fully_upheld=True,
    reassessed=True,
    decided_by_ref="u1",
    mentor_is_decider=False,
    agreement_items=frozenset(AGREEMENT_ITEMS),
    agreement_written=True,
    granted_minutes=3_900,
    hours_reason=True,
    used_minutes=3_000,
    confirmed_minutes=3_000,
    disputed_minutes=0,
    unconfirmed_minutes=0,
    paid_minutes=3_000,
    paid_kroner=Decimal(12_500),
    granted_kroner=Decimal(16_250),
    fixed_kroner=Decimal(0),
    hourly_rate=Decimal(250),
    price_line_kinds=frozenset({PriceLineKind.WAGE}),
    goals=2,
    goals_with_attainment=2,
    conclusion_recorded=True,
)


class Point(NamedTuple):
    """Cases, and processor seconds for them in all, of them in the database, and by the clock."""

    cases: int
    seconds: float
    database: float = 0.0
    clock: float = 0.0

    def __str__(self) -> str:
        parts = (
            f" ({self.database:.1f} of them in the database; {self.clock:.1f} s by the clock)"
            if self.clock
            else ""
        )
        return (
            f"{self.cases:>8} cases  {self.seconds:7.2f} s{parts}  "
            f"{self.cases / self.seconds:8.0f} cases per second per core"
        )


def made_cases(count: int) -> Iterator[CaseFacts]:
    """Cases of 2017-2026 with one or two periods and five follow-ups; every twelfth lacks something."""
    for number in range(count):
        start = date(2017, 1, 2) + _DAY * (number * 7 % 3_400)
        decided, middle, end = start - 7 * _DAY, start + 84 * _DAY, start + 168 * _DAY
        periods = (GrantedPeriod(start, middle), GrantedPeriod(middle, end))
        due = [start + 28 * _DAY * place for place in range(1, 6)]
        yield replace(
            _TEMPLATE,
            decided_on=decided,
            started_on=start,
            first_contact_on=start,
            ended_on=end - _DAY,
            agreement_on=start - _DAY,
            citizen_informed_on=start - 2 * _DAY,
            target_group="2.3" if decided < date(2020, 1, 1) else "6.3",
            periods=periods[: 1 + number % 2],
            notified_on=decided,
            complaint_last_day=decided + 28 * _DAY,
            follow_ups=tuple(FollowUpSeen(day, day, True) for day in due),
            purpose=bool(number % 12),
        )


def pure() -> list[Point]:
    """Each size asked from nothing, as a night begins; making the cases is not counted."""
    found = []
    for size in SIZES:
        seconds, done = 0.0, 0
        tally: Tally[int, None] = Tally(Reviewer(ON))
        while done < size:
            part = list(made_cases(min(10_000, size - done)))
            began = time.process_time()
            for number, case in enumerate(part, done):
                tally.add(number, None, case)
            seconds += time.process_time() - began
            done += len(part)
        found.append(Point(size, seconds))
        print(found[-1])
    return found


def from_database(data: Path) -> list[Point]:
    """After each municipality: cases so far, seconds so far. Reading and reviewing in one process."""
    os.environ["BROBYGGER_DATA"] = str(data.resolve())
    from brobygger.web.commands import start_django

    start_django()
    from brobygger.accounts.models import Municipality
    from brobygger.accounts.tenancy import acting, system_actor
    from brobygger.controls import services

    found, cases, database = [Point(0, 0.0)], 0, _backend_seconds()
    began, clock = time.process_time(), time.monotonic()
    for municipality in Municipality.objects.order_by("code"):
        with acting(system_actor(municipality.pk), lifetime=3600):
            cases += services.tally(municipality, ON).cases
        spent = _backend_seconds() - database
        found.append(Point(cases, time.process_time() - began + spent, spent, time.monotonic() - clock))
    for size in SIZES:
        reached = next((point for point in found if point.cases >= size), None)
        if reached:
            print(reached)
    return found


def _backend_seconds() -> float:
    """Processor seconds of the database process that serves this one; it is on the same machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (number,) = cursor.fetchone()
    words = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def fit(points: list[Point]) -> str:
    """The straight line through the points, and how much of the variation it explains."""
    count = len(points)
    if count < 2:
        return "Too few points for a line."
    mean_x, mean_y = sum(each.cases for each in points) / count, sum(each.seconds for each in points) / count
    across = sum((each.cases - mean_x) ** 2 for each in points)
    slope = sum((each.cases - mean_x) * (each.seconds - mean_y) for each in points) / across
    start = mean_y - slope * mean_x
    left = sum((each.seconds - start - slope * each.cases) ** 2 for each in points)
    whole = sum((each.seconds - mean_y) ** 2 for each in points)
    share = 1 - left / whole if whole else 1.0
    return f"Line: {start:+.2f} s + {slope * 1e6:.1f} microseconds a case; R2 = {share:.4f}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="the data folder of an installation with cases")
    options = parser.parse_args()
    print(fit(from_database(options.data) if options.data else pure()))
    print(f"Most memory in this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB.")


if __name__ == "__main__":
    main()
