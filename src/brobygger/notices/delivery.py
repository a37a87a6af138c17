"""Sending what waits in the outbox, one message at a time, outside any request.

Until the municipality has set up a channel, messages stay readable on the outbox page and are marked as shown there.
"""

from __future__ import annotations

from django.db import connections


def deliver_waiting(*, limit: int = 500) -> int:
    """Marks waiting messages as delivered to the outbox page; returns how many.

    No channel to the outside exists yet: mail, SMS and Digital Post need agreements only the municipality can make.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update notices_outgoingmessage set sent_at = clock_timestamp() where id in"
            " (select id from notices_outgoingmessage where sent_at is null order by id limit %s"
            " for update skip locked)",
            [limit],
        )
        return int(cursor.rowcount)
