"""How far the worker is with a file: written down beside the work, so that the page can tell while it lasts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from types import TracebackType

from django.db import connections

from brobygger.accounts.tenancy import acting, system_actor
from brobygger.registers.models import WaitingFile

State, Step = WaitingFile.State, WaitingFile.Step
EVERY_SECONDS = 1.0

PARTS: Mapping[str, Mapping[str, tuple[int, int]]] = {
    State.TO_LOOK_AT: {Step.READING: (0, 90), Step.MATCHING: (90, 100)},
    State.TO_IMPORT: {Step.READING: (0, 60), Step.MATCHING: (60, 70), Step.SAVING: (70, 100)},
}
"""From which per cent of the whole to which each step goes, by what the file waits for."""


def percent_of(state: str, step: str, share: float) -> int:
    """Per cent of the whole when a share (0-1) of a step is done; 0 for a step that is none of the state's."""
    low, high = PARTS.get(state, {}).get(step, (0, 0))
    return int(low + (high - low) * min(max(share, 0.0), 1.0))


class Teller:
    """Writes step and per cent of one file, each at most once a second, and never fewer per cent than before.

    A thread with a connection of its own does the writing: what is being saved is still one transaction, and what is
    told of it is seen at once. It waits for nobody, and the work does not wait for it. A sign of life also says that
    the file is still in hand.
    """

    def __init__(
        self, waiting: WaitingFile, at: datetime, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._municipality_id, self._pk, self._state = waiting.municipality_id, waiting.pk, waiting.state
        self._at, self._clock, self._began = at, clock, clock()
        self._step, self._percent, self._told = "", 0, float("-inf")
        self._thread = ThreadPoolExecutor(1)

    def __enter__(self) -> Teller:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.submit(connections.close_all)
        self._thread.shutdown()

    def __call__(self, step: str, share: float) -> None:
        percent = max(self._percent, percent_of(self._state, step, share))
        if step == self._step and (percent == self._percent or self._clock() - self._told < EVERY_SECONDS):
            return
        self._step, self._percent, self._told = step, percent, self._clock()
        self._send(step, percent, self._at + timedelta(seconds=self._told - self._began))

    def _send(self, step: str, percent: int, at: datetime) -> None:
        self._thread.submit(self.write, step, percent, at)

    def write(self, step: str, percent: int, at: datetime) -> None:
        """One short transaction; nothing where the file has been dealt with since."""
        with acting(system_actor(self._municipality_id)):
            WaitingFile.objects.filter(pk=self._pk, state=self._state).update(
                step=step, percent=percent, taken_at=at
            )
