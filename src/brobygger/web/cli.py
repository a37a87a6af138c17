"""The command line, ``brobygger``. Each command starts what it needs, and only that."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from brobygger.web.commands import (
    audit,
    audit_file,
    controls,
    demo,
    effects,
    explain,
    invoices,
    messages,
    registers,
    serve,
    setup,
)


def main(argv: list[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["django"]:
        return setup.django(arguments[1:])
    options = _parser().parse_args(arguments)
    if data := getattr(options, "data", None):
        os.environ["BROBYGGER_DATA"] = str(Path(data).resolve())
    status: int = options.run(options)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="brobygger", description="Mentorordningen: fra behov til bekræftet og betalt time."
    )
    commands = parser.add_subparsers(required=True, metavar="KOMMANDO")
    for module in (
        serve,
        setup,
        demo,
        audit,
        audit_file,
        controls,
        effects,
        explain,
        invoices,
        messages,
        registers,
    ):
        module.register(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
