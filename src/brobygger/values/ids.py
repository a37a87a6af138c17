"""Public ids as people and other programs send them."""

from __future__ import annotations

import uuid


def uuid_or_none(text: str) -> uuid.UUID | None:
    """The id that the text is, None for anything else.

    >>> uuid_or_none("nej") is None
    True
    """
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
