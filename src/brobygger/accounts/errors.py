"""The one kind of exception that services raise to people."""

from __future__ import annotations


class Refused(Exception):
    """An act that the law, the frame, the state or somebody quicker does not allow.

    The message is one Danish sentence fit to show; ``field`` names the form field it concerns, if any;
    ``remedy`` says what to do instead.
    """

    def __init__(self, message: str, *, field: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.remedy = remedy


class Conflict(Refused):
    """Somebody else was first, or the thing has changed since it was shown."""
