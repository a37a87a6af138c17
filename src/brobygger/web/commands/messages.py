"""brobygger messages: keep the English catalogue in step with the Danish texts."""

from __future__ import annotations

import argparse
import os

from brobygger.web.commands import Commands


def register(commands: Commands) -> None:
    parser = commands.add_parser("messages", help="hold det engelske katalog ajour med de danske tekster")
    parser.add_argument("--check", action="store_true", help="ret intet; sig hvad der mangler")
    parser.set_defaults(run=messages)


def messages(options: argparse.Namespace) -> int:
    """Exit status 1 when texts lack an English translation."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brobygger.web.settings")
    from brobygger.web import messages as catalogue

    if not options.check:
        print(f"{catalogue.update()} tekster mangler en engelsk oversættelse.")
    missing, left_over = catalogue.missing_and_left_over()
    for text in missing:
        print(f"mangler: {text}")
    for text in left_over:
        print(f"bruges ikke: {text}")
    return 1 if missing or left_over else 0
