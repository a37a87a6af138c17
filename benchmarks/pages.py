"""Server time of the main pages: ``python -m benchmarks.pages --size municipality``.

Loads the size once into a data folder of its own, signs in as each page's own role, and asks for the page in process:
the time covers middleware, permissions, queries, row-level security and rendering, and neither network nor browser.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

REPORT = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- pages: begin -->", "<!-- pages: end -->"
WARM_UP = 3


@dataclass(frozen=True)
class Page:
    """``ask`` fetches the page for a signed-in client and gives the answer."""

    name: str
    username: str
    ask: Callable[[Client], Any]


@dataclass(frozen=True)
class Measured:
    """Milliseconds of server time, and how many queries one request makes."""

    page: str
    median: float
    p95: float
    queries: int
    kilobytes: float


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    _start(options.data, options.size)
    measured = [measure(page, options.rounds) for page in pages()]
    table = as_table(measured)
    print(table)
    if options.write:
        write_report(table, options.size, options.rounds)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.pages", description=__doc__)
    parser.add_argument("--size", choices=("small", "municipality", "national"), default="municipality")
    parser.add_argument("--rounds", type=int, default=40, help="measured requests of each page")
    parser.add_argument("--data", type=Path, help="data folder (else var/benchmark-SIZE)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    options = parser.parse_args(arguments)
    options.data = options.data or Path("var") / f"benchmark-{options.size}"
    return options


def _start(data: Path, size: str) -> None:
    """A database of its own with the size in it; the next run finds it there."""
    os.environ["BROBYGGER_DATA"] = str(data.resolve())
    os.environ["BROBYGGER_DEMO"] = "1"
    os.environ.pop("DATABASE_URL", None)
    from brobygger.web.commands import start_django

    start_django()
    from brobygger.web import demo
    from brobygger.web.commands.setup import bring_up_to_date

    bring_up_to_date(verbosity=0)
    if demo.is_empty():
        demo.load(size)
    _make_results()


def _make_results() -> None:
    """The leader's figures are stored by the worker at night; here before anything is measured."""
    from django.utils import timezone

    from brobygger.accounts.models import User
    from brobygger.effects import services
    from brobygger.effects.models import ResultRun

    home = User.objects.using("owner").get(username="leder").municipality
    made = ResultRun.objects.using("owner").exclude(finished_at=None)
    if home and not made.filter(municipality=home).exists():
        services.make_results(municipality=home, on=timezone.localdate(), at=timezone.now())


def pages() -> list[Page]:
    """The main pages, each as the role that opens it most."""
    from django.urls import reverse

    def get(name: str, *, query: dict[str, str] | None = None) -> Callable[[Client], Any]:
        address = reverse(name)
        return lambda client: client.get(address, query or {})

    case = reverse("web:case", args=[_case_in_hand()])
    return [
        Page("Min dag", "jobkonsulent", get("web:home")),
        Page(
            "Forløb, hele kommunen", "jobkonsulent", get("mentorships:list", query={"team": "", "status": ""})
        ),
        Page("Et forløb", "jobkonsulent", lambda client: client.get(case)),
        Page("Nyt forløb: lov, ramme og pris", "jobkonsulent", _panel(reverse("grants:new_panel"))),
        Page("Godkendelser", "leder", get("grants:queue")),
        Page("Mentorregister", "jobkonsulent", get("people:mentors")),
        Page("Mentorens telefon", "mentor", get("hours:mentor")),
        Page("Borgerens telefon", "borger", get("citizens:overview")),
        Page("Fakturaer", "oekonomi", get("payments:invoices")),
        Page("Søgning", "jobkonsulent", get("web:search", query={"q": "Jensen"})),
        Page("Resultater", "leder", get("effects:overview")),
        Page("Resultater: hvem", "leder", get("effects:subgroups")),
        Page("Resultater: økonomi", "leder", get("effects:worth")),
        Page("Resultater: sammenligning", "leder", get("effects:comparison")),
        Page("Resultater: andres tal", "leder", get("effects:others")),
    ]


def _case_in_hand() -> str:
    """An open case of the consultant with as many contacts as any."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select m.public_id::text from mentorships_mentorship m join accounts_user u on u.id = m.consultant_id"
            " where u.username = 'jobkonsulent' and m.status = 'ACTIVE'"
            " order by (select count(*) from hours_contact c where c.mentorship_id = m.id) desc, m.id limit 1"
        )
        row = cursor.fetchone()
    assert row is not None
    return str(row[0])


def _panel(address: str) -> Callable[[Client], Any]:
    """The live panel with everything that a consultant has typed so far."""
    from django.utils import timezone

    typed = {
        "context": "COMPANY_PLACEMENT",
        "support_type": "WORKPLACE_INTRODUCTION",
        "target_group": "6.3",
        "purpose": "At borgeren gennemfører praktikken.",
        "goal_1": "Møder tre dage om ugen",
        "tasks": "Introducere borgeren til kolleger og opgaver",
        "decisive_reason": "Uden en fast person møder borgeren ikke.",
        "starts_on": f"1.{timezone.localdate():%m.%Y}",
        "phase-0-weeks": "2",
        "phase-0-hours": "37",
        "phase-1-weeks": "10",
        "phase-1-hours": "5",
        "price-0-kind": "WAGE",
        "price-0-amount": "250",
    }
    return lambda client: client.post(address, typed, headers={"HX-Request": "true"})


def measure(page: Page, rounds: int) -> Measured:
    """Raises RuntimeError where the page does not answer 200."""
    client = _signed_in(page.username)
    for _ in range(WARM_UP):
        answer = page.ask(client)
    if answer.status_code != 200:
        raise RuntimeError(f"{page.name} answered {answer.status_code}.")
    queries = _queries(page, client)
    times = sorted(_milliseconds(page, client) for _ in range(rounds))
    return Measured(
        page=page.name,
        median=statistics.median(times),
        p95=times[max(0, -(-len(times) * 95 // 100) - 1)],
        queries=queries,
        kilobytes=len(answer.content) / 1024,
    )


def _signed_in(username: str) -> Client:
    from django.test import Client

    from brobygger.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def _queries(page: Page, client: Client) -> int:
    """How many statements one request sends, those that set the context included."""
    from django.db import connections

    count = 0

    def note(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        return execute(sql, parameters, many, context)

    with connections["default"].execute_wrapper(note):
        page.ask(client)
    return count


def _milliseconds(page: Page, client: Client) -> float:
    start = time.perf_counter()
    page.ask(client)
    return (time.perf_counter() - start) * 1000


def as_table(measured: Sequence[Measured]) -> str:
    """A Markdown table that reads well in a terminal too."""
    rows = [
        f"| {each.page:<32} | {each.median:>9.0f} | {each.p95:>6.0f} | {each.queries:>7} | {each.kilobytes:>6.0f} |"
        for each in measured
    ]
    head = f"| {'Page':<32} | median ms | p95 ms | queries | kB sent |"
    return "\n".join([head, "|" + "-" * 34 + "|---:|---:|---:|---:|", *rows])


def write_report(table: str, size: str, rounds: int) -> None:
    """Replaces what stands between the marks in docs/performance.md."""
    text = REPORT.read_text()
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    about = (
        f"Size `{size}`, {rounds} requests of each page after {WARM_UP} to warm up, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}."
    )
    REPORT.write_text(f"{before}{BEGIN}\n{about}\n\n{table}\n{END}{after}")


if __name__ == "__main__":
    raise SystemExit(main())
