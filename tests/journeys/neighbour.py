"""Adds a small second municipality to a demonstration that runs: ``python -m tests.journeys.neighbour FOLDER``.

Its team leader can sign in as LEADER with the demonstration's password, so that there is a border to try from both
sides. Keys begin far above those in use, since the product goes on writing meanwhile.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import replace

CODE, NAME = "9001", "Naboby Kommune"
LEADER = f"{CODE}.leder"
MENTORSHIPS = 40
FAR_ABOVE = 10_000_000


def main() -> None:
    os.environ["BROBYGGER_DATA"] = sys.argv[1]
    os.environ["BROBYGGER_DEMO"] = "1"
    from brobygger.web.commands import start_django

    start_django()
    from django.apps import apps
    from django.utils import timezone

    from brobygger.web.demo import loading
    from brobygger.web.demo.copying import copy_rows
    from brobygger.web.demo.drawing import Draw, Ids
    from brobygger.web.demo.sizes import SIZES
    from brobygger.web.demo.town import Home, make_town

    tables_in_use = ["mentor_identity", *(model._meta.db_table for model in apps.get_models())]
    ids = Ids(dict.fromkeys(tables_in_use, FAR_ABOVE))
    size = replace(SIZES["small"], is_detailed=False)
    with closing(loading._connect()) as connection, connection.transaction():
        municipality = loading._insert(connection, CODE, NAME, 2)
        home = Home(municipality, "", shared=False)
        tables = make_town(Draw(1), ids, home, size, MENTORSHIPS, timezone.localdate())
        with connection.cursor() as cursor:
            for table, columns, count in tables:
                copy_rows(cursor, table, columns, count)
            cursor.execute(
                "update accounts_user set password = (select password from accounts_user where username = 'leder')"
                " where username = %s",
                [LEADER],
            )
            assert cursor.rowcount == 1


if __name__ == "__main__":
    main()
