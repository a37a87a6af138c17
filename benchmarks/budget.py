"""Server time of the budget page and of the forecast behind it: ``python -m benchmarks.budget --size municipality``.

Loads the size once into a data folder of its own, signs in as finance, and asks for the page in process. Prints the
median and the slowest twentieth in milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.pages import WARM_UP, _start


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.budget", description=__doc__)
    parser.add_argument("--size", choices=("small", "municipality", "national"), default="municipality")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args(arguments)
    _start(options.data or Path("var") / f"benchmark-{options.size}", options.size)
    from django.test import Client
    from django.utils import timezone

    from brobygger.accounts import tenancy
    from brobygger.accounts.models import User
    from brobygger.mentorships.models import Mentorship
    from brobygger.payments.budget import selectors

    finance, today = User.objects.get(username="oekonomi"), timezone.localdate()
    client = Client(HTTP_HOST="localhost")
    client.force_login(finance)

    def forecast() -> None:
        with tenancy.acting(tenancy.actor_of(finance), lifetime=3600):
            selectors.outlook(finance, on=today, first_year=today.year)

    with tenancy.acting(tenancy.actor_of(finance), lifetime=3600):
        print(f"{Mentorship.objects.count()} mentorships in the municipality")
    _tell("the forecast of two years", forecast, options.rounds)
    thought = "?count=10&weeks=10&minutes=5&rate=250&starts_on=1.1.2027"
    for name, address in (
        ("the budget page", "/oekonomi/budget/"),
        ("the budget page by account, at the rate used", "/oekonomi/budget/?efter=konto&metode=forbrug"),
        ("the budget page with a thought", f"/oekonomi/budget/{thought}&price_percent=110"),
        ("the work list of finance", "/"),
        ("pay evidence", "/oekonomi/loen/"),
    ):
        _tell(name, lambda address=address: _ask(client, address), options.rounds)
    return 0


def _ask(client: object, address: str) -> None:
    answer = client.get(address)  # type: ignore[attr-defined]
    assert answer.status_code == 200, f"{address} answered {answer.status_code}"


def _tell(name: str, act: Callable[[], None], rounds: int) -> None:
    for _ in range(WARM_UP):
        act()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    slowest = statistics.quantiles(taken, n=20)[-1]
    print(f"{name}: median {statistics.median(taken):.0f} ms, p95 {slowest:.0f} ms")


if __name__ == "__main__":
    raise SystemExit(main())
