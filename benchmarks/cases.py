"""What a measurement is: a task, the ways to do it, and what was promised for ours."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

Answer = Sequence[float]
Work = Callable[[], Answer]
Way = Callable[[float], Work]
"""Makes its data at a scale (1 is the country) and gives the work to be timed, whose answer can be compared."""

OURS = "ours"


@dataclass(frozen=True)
class Case:
    """One task. ``seconds`` and ``megabytes`` bound our way at full scale; ``times`` says how much slower another is.

    ``same`` is how far, relatively, another way's answer may lie from ours; ``others`` says what differs between the
    ways. ``once``: ours is too long to be repeated.
    """

    name: str
    title: str
    ways: Mapping[str, Way]
    seconds: float | None = None
    megabytes: float | None = None
    times: tuple[str, float] | None = None
    same: float = 1e-9
    once: bool = False


@dataclass(frozen=True)
class Measured:
    """One way's best run: by the clock, processor time of all threads, the process's largest memory, the answer."""

    way: str
    seconds: float
    processor: float
    megabytes: float
    answer: tuple[float, ...]

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Measured:
        read = json.loads(text)
        return cls(**(read | {"answer": tuple(read["answer"])}))


def measure(way: str, work: Work, repeat: int) -> Measured:
    """The shortest of several runs. Memory is the process's peak, making the data included."""
    best = (float("inf"), float("inf"))
    for _ in range(repeat):
        clock, used = time.perf_counter(), time.process_time()
        answer = work()
        best = min(best, (time.perf_counter() - clock, time.process_time() - used))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(way, *best, peak, tuple(map(float, answer)))


def apart(ours: Answer, other: Answer) -> float:
    """The largest relative difference between two answers; infinite when they are of different lengths."""
    if len(ours) != len(other):
        return float("inf")
    return max((abs(a - b) / max(abs(a), 1e-12) for a, b in zip(ours, other, strict=True)), default=0.0)
