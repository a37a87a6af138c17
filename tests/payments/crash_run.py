"""What is run in processes of its own, to be killed: `python -m tests.payments.crash_run WHAT FOLDER`.

For ``test_ledger_crash`` the folder holds the installation, for ``test_receiving_together`` the invoices to take in.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

INVOICES = 12
TAKEN = 10
IN_TRANSACTION, BEFORE_MOVING = "in a transaction", "before moving"


def main(what: str, folder: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "brobygger.web.settings"
    if what == "take":
        os.environ["BROBYGGER_SECRET"] = "a-secret-for-tests-only"
        take_in(folder)
        return
    os.environ.update(BROBYGGER_DATA=str(folder), BROBYGGER_SECRET="a-secret-for-tests-only")
    from brobygger.web.embedded import ensure_database

    ensure_database(folder, keep_running=True)
    import django

    django.setup()
    _tell(json.dumps({"prepare": prepare, "pay": pay_all, "resume": resume}[what]()))


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def prepare() -> int:
    """An installation with confirmed hours and an invoice for each."""
    from django.db import transaction

    from brobygger.hours import services as hour_services
    from brobygger.hours.models import Contact
    from brobygger.web.commands.setup import bring_up_to_date
    from tests.cast import make_cast
    from tests.factories.invoices import RECEIVED, hours, make_contact, receive
    from tests.factories.mentorships import make_active

    bring_up_to_date(verbosity=0)
    with transaction.atomic():
        cast = make_cast()
        case = make_active(cast)
        for place in range(INVOICES):
            contact = make_contact(
                cast, case, 60, day=date(2026, 11, 2 + place), state=Contact.State.REGISTERED
            )
            hour_services.confirm(contacts=[contact], by=cast.david, at=RECEIVED)
            receive(cast, hours(case, 60), number=f"F-{place}")
    return INVOICES


def pay_all() -> int:
    """Pays each open invoice and sends it to the bank, in a transaction of its own; tells of each that is done."""
    from brobygger.accounts import tenancy
    from brobygger.accounts.models import User
    from brobygger.payments import services
    from brobygger.payments.models import Invoice
    from tests.factories.invoices import RECEIVED, versions_of

    finn, done = User.objects.get(username="finn"), 0
    with tenancy.acting(tenancy.actor_of(finn)):
        waiting = list(Invoice.objects.filter(state="OPEN").order_by("pk").values_list("pk", flat=True))
    for key in waiting:
        with tenancy.acting(tenancy.actor_of(finn)):
            invoice = Invoice.objects.get(pk=key)
            services.pay(invoice=invoice, versions=versions_of(invoice), by=finn, at=RECEIVED)
            services.make_ledger_file(by=finn, at=RECEIVED)
        done += 1
        _tell(str(done))
    return done


def take_in(inbox: Path) -> None:
    """Takes in a folder, three files at a time, and waits to be killed where it hurts.

    That is before the second file of the first three is moved, and else inside the second transaction.
    """
    import django

    django.setup()
    from brobygger.accounts.models import User
    from brobygger.payments.intake import folder
    from brobygger.payments.intake.sender import clerk
    from brobygger.payments.models import Invoice
    from brobygger.payments.services import receiving
    from tests.factories.invoices import RECEIVED

    folder.MOST_TOGETHER = 3
    is_first = len(folder.waiting(inbox)) == TAKEN
    folder._move = _then_wait(folder._move, 1, BEFORE_MOVING) if is_first else folder._move
    receiving._write = _then_wait(receiving._write, 2, IN_TRANSACTION)
    finn = User.objects.select_related("municipality").get(username="finn")
    for _taken in folder.take_in(inbox, clerk(finn, Invoice.Channel.FOLDER), lambda: RECEIVED):
        pass


def _then_wait(act: Callable[..., None], times: int, told: str) -> Callable[..., None]:
    """The same, and after so many times it tells of it and stands still."""
    done = 0

    def acted(*given: Any) -> None:
        nonlocal done
        act(*given)
        done += 1
        if done == times:
            _tell(told)
            time.sleep(120)

    return acted


def resume() -> list[Any]:
    """What stands after the crash, how many more are paid, and what stands then."""
    return [look(), pay_all(), look()]


def look() -> dict[str, Any]:
    """What there is, asked of the rows and of the books."""
    from django.db.models import Sum

    from brobygger.accounts import tenancy
    from brobygger.accounts.models import User
    from brobygger.hours.models import Contact
    from brobygger.payments.ledger import selectors
    from brobygger.payments.ledger.models import LedgerBalance, LedgerTransaction
    from brobygger.payments.models import Invoice, LedgerFile, Payment

    finn = User.objects.get(username="finn")
    with tenancy.acting(tenancy.actor_of(finn)):
        booked = LedgerTransaction.objects.filter(act="PAYMENT")
        owed = LedgerBalance.objects.filter(account="SUPPLIER").aggregate(all=Sum("amount"))["all"]
        return {
            "faults": selectors.faults(finn),
            "done": Invoice.objects.filter(state="DONE").count(),
            "payments": Payment.objects.count(),
            "booked": booked.count(),
            "files": LedgerFile.objects.count(),
            "without file": Payment.objects.filter(exported_in=None).count(),
            "paid minutes": Contact.objects.aggregate(all=Sum("paid_minutes"))["all"],
            "owed": str(-(owed or Decimal(0))),
        }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
