"""What the views of this app share."""

from __future__ import annotations

INVALID = 422
