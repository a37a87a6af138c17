"""brobygger verify-audit."""

from __future__ import annotations

import argparse

from brobygger.web.commands import Commands, add_data_option, start_django


def register(commands: Commands) -> None:
    parser = commands.add_parser("verify-audit", help="efterprøv revisionssporets kæde")
    parser.add_argument("--root", default="", help="rod, der er gemt uden for databasen")
    add_data_option(parser)
    parser.set_defaults(run=verify_audit)


def verify_audit(options: argparse.Namespace) -> int:
    """Exit status 0 when the chain holds, 1 when it is broken; names the first broken row."""
    start_django()
    from brobygger.audit import seal

    verdict = seal.verify(expected_root=options.root)
    if verdict.broken:
        print(f"BRUDT: {verdict.broken}")
        return 1
    print(f"Kæden holder: {verdict.events} hændelser forseglet, {verdict.unsealed} venter på segl.")
    print(
        f"Rod: {verdict.root or 'ingen endnu'}  (gem den uden for databasen, og prøv den senere med --root)"
    )
    return 0
