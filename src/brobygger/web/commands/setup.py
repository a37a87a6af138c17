"""brobygger migrate; and Django's own commands."""

from __future__ import annotations

import argparse

from brobygger.web.commands import Commands, add_data_option, start_django


def register(commands: Commands) -> None:
    parser = commands.add_parser("migrate", help="bring databasen på højde med programmet")
    add_data_option(parser)
    parser.set_defaults(run=lambda options: migrate(options))


def migrate(options: argparse.Namespace) -> int:
    start_django()
    bring_up_to_date()
    return 0


def bring_up_to_date(*, verbosity: int = 1) -> None:
    """Runs the migrations as the owner and installs the second lock."""
    from django.core.management import call_command

    from brobygger.accounts import security

    call_command("migrate", database="owner", verbosity=verbosity, interactive=False)
    security.install()


def django(arguments: list[str]) -> int:
    start_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *arguments])
    return 0
