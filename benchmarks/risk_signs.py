"""How many of the planted cheats the risk signs find, and how many signs are wrong.

    python benchmarks/risk_signs.py [--mentors 500] [--cheats 3]

Seeds 1-50 were used while the thresholds were set; what counts is 301-320, which nobody looked at before they stood.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from brobygger.review.signs import SignKind
from brobygger.review.simulate import Score, make_world, score

TUNING, EVALUATION, HONEST = range(1, 51), range(301, 321), range(201, 204)


def measure(seeds: range, mentors: int, cheats: int) -> dict[SignKind, Score]:
    total = dict.fromkeys(SignKind, Score())
    meetings, seconds = 0, 0.0
    for seed in seeds:
        world = make_world(seed, mentors=mentors, cheats=cheats)
        begun = time.perf_counter()
        signs = world.signs()
        seconds += time.perf_counter() - begun
        meetings += sum(map(len, world.meetings.values()))
        for kind, each in score(world, signs).items():
            total[kind] += each
    print(f"{meetings:,} contacts, {seconds:.1f} s: {meetings / seconds:,.0f} contacts a second")
    return total


def show(heading: str, seeds: range, mentors: int, cheats: int) -> Score:
    print(
        f"\n{heading}: seeds {seeds.start}-{seeds.stop - 1}, {mentors} mentors, {cheats} of each kind a world"
    )
    found = measure(seeds, mentors, cheats)
    print(f"{'sign':<16}{'planted':>9}{'found':>8}{'wrong':>8}{'recall':>9}{'precision':>11}")
    for kind, each in found.items():
        print(_row(kind.value, each))
    overall = sum(found.values(), Score())
    print(_row("all", overall))
    return overall


def _row(name: str, each: Score) -> str:
    planted = each.right + each.missed
    return f"{name:<16}{planted:>9}{each.right:>8}{each.wrong:>8}{each.recall:>9.3f}{each.precision:>11.3f}"


def show_honest(mentors: int) -> None:
    """Worlds where nobody cheats: every sign is wrong."""
    wrong: Counter[str] = Counter()
    for seed in HONEST:
        wrong.update(sign.kind.value for sign in make_world(seed, mentors=mentors, cheats=0).signs())
    people = mentors * len(HONEST)
    print(f"\nWithout cheats: {sum(wrong.values())} signs on {people} mentors {dict(wrong)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mentors", type=int, default=500)
    parser.add_argument("--cheats", type=int, default=3)
    asked = parser.parse_args()
    show("Used for tuning", TUNING, asked.mentors, asked.cheats)
    overall = show("Never used for tuning", EVALUATION, asked.mentors, asked.cheats)
    show_honest(asked.mentors)
    good = overall.recall >= 0.95 and overall.precision >= 0.80
    print(f"\nAim recall >= 0.95 and precision >= 0.80: {'reached' if good else 'not reached'}")


if __name__ == "__main__":
    main()
