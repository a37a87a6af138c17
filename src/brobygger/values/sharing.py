"""Sharing whole minutes out among several."""

from __future__ import annotations


def equal_minutes(minutes: int, people: int) -> list[int]:
    """As equal whole minutes as there are, the odd ones to the first: they add up to ``minutes``.

    Raises ValueError where somebody would get none.

    >>> equal_minutes(90, 2), equal_minutes(100, 3)
    ([45, 45], [34, 33, 33])
    """
    if people < 1 or minutes < people:
        raise ValueError("There is at least a minute for each of at least one.")
    share, rest = divmod(minutes, people)
    return [share + (place < rest) for place in range(people)]
