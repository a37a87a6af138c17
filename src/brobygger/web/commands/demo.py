"""brobygger demo: generated municipalities to try things on. Never beside a real one."""

from __future__ import annotations

import argparse
import sys

from brobygger.web.commands import Commands, add_data_option, start_django

SIZES = ("small", "municipality", "national")


def register(commands: Commands) -> None:
    parser = commands.add_parser("demo", help="læg frembragte demonstrationsdata ind")
    parser.add_argument("--size", choices=SIZES, default="small")
    add_data_option(parser)
    parser.set_defaults(run=demo)


def demo(options: argparse.Namespace) -> int:
    start_django()
    from brobygger.web.commands.setup import bring_up_to_date
    from brobygger.web.demo import is_empty, load

    bring_up_to_date(verbosity=0)
    if not is_empty():
        print(
            "Databasen indeholder allerede en kommune. Læg demonstrationen i en tom mappe: --data MAPPE.",
            file=sys.stderr,
        )
        return 1
    load(options.size)
    return 0


def load_if_empty(size: str) -> None:
    """Loads the demonstration at the first start only."""
    from brobygger.web.demo import is_empty, load

    if is_empty():
        load(size)


def print_logins() -> None:
    from brobygger.web.demo import logins

    print("Demonstration med frembragte personer. Log ind som:")
    for role, username, password in logins():
        print(f"  {role:<18} {username:<22} {password}")
