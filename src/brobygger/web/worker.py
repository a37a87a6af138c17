"""The worker's duties: seal the audit trail, send what waits, remind of meetings and ask the auditor's questions."""

from __future__ import annotations

import logging
import time

from django.db import Error, close_old_connections
from django.utils import timezone

from brobygger.audit import seal
from brobygger.citizens import services as citizens
from brobygger.controls import services as controls
from brobygger.controls.risks import services as risks
from brobygger.controls.samples import services as samples
from brobygger.effects import services as effects
from brobygger.evaluations.surveys import services as surveys
from brobygger.meetings import services as meetings
from brobygger.notices import delivery
from brobygger.payments.budget import services as budgets
from brobygger.registers import services as registers
from brobygger.web import digest

PAUSE_SECONDS = 2
log = logging.getLogger(__name__)


def run_forever() -> None:
    while True:
        run_once()
        time.sleep(PAUSE_SECONDS)


def run_once() -> None:
    """One round; a lost database is tried again in the next."""
    close_old_connections()
    for duty in DUTIES:
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


def remind_of_meetings() -> None:
    """Tomorrow's meetings, by SMS or e-mail."""
    meetings.remind_next(at=timezone.now())


def ask_citizens() -> None:
    """Once a month: citizens are asked for their answers, one municipality a round."""
    citizens.ask_next(at=timezone.now())


def ask_both_sides() -> None:
    """Mentor and citizen are asked on the days of the rhythm, one municipality a round."""
    surveys.ask_next(at=timezone.now())


def watch_budgets() -> None:
    """Once a day: how the budgets stand, one municipality a round."""
    budgets.watch_next(at=timezone.now())


def read_registers() -> None:
    """A register that waits to be read or imported, one a round."""
    registers.work_next(at=timezone.now())


def make_results() -> None:
    """What the mentorships led to: a part of one municipality's figures a round."""
    effects.run_next(at=timezone.now())


def send_digests() -> None:
    """The weekly counts to those who follow up, a few a round."""
    digest.send_next(at=timezone.now())


DUTIES = (
    seal.seal_new_events,
    delivery.deliver_waiting,
    run_controls,
    remind_of_samples,
    ask_citizens,
    remind_of_meetings,
    ask_both_sides,
    watch_budgets,
    read_registers,
    make_results,
    send_digests,
)
"""What one round does, in this order."""
