"""Putting messages in the outbox."""

from __future__ import annotations

import uuid
from typing import Protocol

from django.db import connection

from brobygger.notices.models import OutgoingMessage

Channel = OutgoingMessage.Channel


class Addressee(Protocol):
    """Somebody with a name, and an e-mail address or none."""

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...


def mail(*, municipality_id: int, to: Addressee, subject: str, body: str) -> None:
    """Queues an e-mail to somebody who has an address; nothing to somebody who has none."""
    if to.email:
        queue(
            municipality_id=municipality_id,
            channel=OutgoingMessage.Channel.EMAIL,
            recipient=to.name,
            address=to.email,
            subject=subject,
            body=body,
        )


def queue(
    *,
    municipality_id: int,
    channel: OutgoingMessage.Channel,
    recipient: str,
    address: str,
    subject: str,
    body: str,
    document_id: int | None = None,
    attachment: str = "",
    attachment_name: str = "",
) -> uuid.UUID:
    """Queues one message; it leaves only if the transaction commits. Returns its public id.

    ``attachment`` is a small text file, such as an invitation, that goes with an e-mail under its name.

    Plain SQL because a citizen's transaction may write a message but read none.
    """
    public_id = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into notices_outgoingmessage (municipality_id, public_id, channel, recipient, address, subject,"
            " body, document_id, attachment, attachment_name, created_at, failed_reason)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp(), '')",
            [
                municipality_id,
                str(public_id),
                channel,
                recipient,
                address,
                subject,
                body,
                document_id,
                attachment,
                attachment_name,
            ],
        )
    return public_id
