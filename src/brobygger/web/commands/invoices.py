"""brobygger check-invoice: without a browser or a database."""

from __future__ import annotations

import argparse

from brobygger.web.commands import Commands


def register(commands: Commands) -> None:
    parser = commands.add_parser("check-invoice", help="læs og kontrollér elektroniske fakturaer")
    parser.add_argument("files", nargs="+", metavar="FIL")
    parser.set_defaults(run=check_invoice)


def check_invoice(options: argparse.Namespace) -> int:
    """Prints one report per file; exit status 1 when any has errors."""
    from brobygger.einvoice.report import check_files

    reports, status = check_files(options.files)
    print("\n\n".join(reports))
    return status
