"""The worker's two duties: seal the audit trail and send what waits in the outbox."""

from __future__ import annotations

import logging
import time

from django.db import Error, close_old_connections

from brobygger.audit import seal
from brobygger.notices import delivery

PAUSE_SECONDS = 2
log = logging.getLogger(__name__)


def run_forever() -> None:
    while True:
        run_once()
        time.sleep(PAUSE_SECONDS)


def run_once() -> None:
    """One round; a lost database is tried again in the next."""
    close_old_connections()
    for duty in (seal.seal_new_events, delivery.deliver_waiting):
        try:
            duty()
        except Error:
            log.exception("Duty %s could not reach the database", duty.__name__)
