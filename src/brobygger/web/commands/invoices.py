"""brobygger check-invoice: without a browser or a database. brobygger invoices: a folder is taken in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from brobygger.web.commands import Commands, add_data_option, start_django

if TYPE_CHECKING:
    from brobygger.payments.intake.sender import Sender

WRONG_USE, SOME_REFUSED = 2, 1


def register(commands: Commands) -> None:
    parser = commands.add_parser("check-invoice", help="læs og kontrollér elektroniske fakturaer")
    parser.add_argument("files", nargs="+", metavar="FIL")
    parser.set_defaults(run=check_invoice)
    parser = commands.add_parser(
        "invoices",
        help="modtag fakturaerne i en mappe",
        description="Hver fil flyttes til modtaget eller afvist. Kan køres igen, også efter et nedbrud.",
    )
    parser.add_argument("folder", type=Path, metavar="MAPPE")
    parser.add_argument(
        "--user", required=True, metavar="BRUGERNAVN", help="den medarbejder, som fakturaerne modtages for"
    )
    add_data_option(parser)
    parser.set_defaults(run=take_in_folder)


def check_invoice(options: argparse.Namespace) -> int:
    """Prints one report per file; exit status 1 when any has errors."""
    from brobygger.einvoice.report import check_files

    reports, status = check_files(options.files)
    print("\n\n".join(reports))
    return status


def take_in_folder(options: argparse.Namespace) -> int:
    """Prints a line per file; exit status 1 when any was refused, 2 for a wrong folder or user."""
    start_django()
    from django.utils import timezone

    from brobygger.einvoice.texts import printable
    from brobygger.payments.intake import folder

    sender = _sender(options.user)
    if sender is None:
        return _wrong(f"Brugeren {printable(options.user)} findes ikke eller må ikke behandle fakturaer.")
    refused = 0
    try:
        for taken in folder.take_in(options.folder, sender, timezone.now):
            refused += not taken.is_received
            print(f"{printable(taken.name)}: {printable(taken.sentence)}", flush=True)
    except folder.FolderBusy:
        return _wrong("En anden kørsel er i gang i mappen.")
    except OSError as error:
        return _wrong(f"Mappen kan ikke bruges: {error.strerror}.")
    return SOME_REFUSED if refused else 0


def _sender(username: str) -> Sender | None:
    from brobygger.accounts.models import User
    from brobygger.accounts.permissions import Permission
    from brobygger.payments.intake.sender import clerk
    from brobygger.payments.models import Invoice

    user = User.objects.select_related("municipality").filter(username__iexact=username).first()
    if user is None or user.municipality is None or not user.may(Permission.HANDLE_INVOICES):
        return None
    return clerk(user, Invoice.Channel.FOLDER)


def _wrong(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return WRONG_USE
