"""What ``test_ledger_crash`` runs in processes of its own: `python -m tests.payments.crash_run WHAT FOLDER`."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

INVOICES = 12


def main(what: str, folder: Path) -> None:
    os.environ.update(BROBYGGER_DATA=str(folder), BROBYGGER_SECRET="a-secret-for-tests-only")
    os.environ["DJANGO_SETTINGS_MODULE"] = "brobygger.web.settings"
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
