"""What waits in, or has left, the outbox."""

from __future__ import annotations

from django.db.models import QuerySet

from brobygger.notices.models import OutgoingMessage


def of_municipality(municipality_id: int, *, channel: str = "", text: str = "") -> QuerySet[OutgoingMessage]:
    """Newest first."""
    messages = OutgoingMessage.objects.filter(municipality_id=municipality_id)
    if channel:
        messages = messages.filter(channel=channel)
    if text:
        messages = messages.filter(recipient__icontains=text)
    return messages.order_by("-id")
