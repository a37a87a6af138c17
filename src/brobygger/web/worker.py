"""The worker's duties: seal the audit trail, send what waits in the outbox, and ask the auditor's questions."""

from __future__ import annotations

import logging
import time

from django.db import Error, close_old_connections
from django.utils import timezone

from brobygger.audit import seal
from brobygger.controls import services as controls
from brobygger.controls.risks import services as risks
from brobygger.controls.samples import services as samples
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
    for duty in (seal.seal_new_events, delivery.deliver_waiting, run_controls, remind_of_samples):
        try:
            duty()
        except Error:
            log.exception("Duty %s could not reach the database", duty.__name__)


def run_controls() -> None:
    """One municipality a round, so that nothing else waits for a whole country."""
    if run := controls.run_next(at=timezone.now()):
        risks.run_risks(run.municipality, run.on)


def remind_of_samples() -> None:
    """Reminders to those who have been asked about a drawn case."""
    samples.remind_next(at=timezone.now())
