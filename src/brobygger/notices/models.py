"""The outbox: messages wait here in the same transaction as their cause and are sent later."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutgoingMessage(models.Model):
    """One message to one person. E-mail and SMS carry no personal data; Digital Post may."""

    class Channel(models.TextChoices):
        DIGITAL_POST = "DIGITAL_POST", _("Digital Post")
        EMAIL = "EMAIL", _("E-mail")
        SMS = "SMS", _("SMS")
        PAPER = "PAPER", _("Brev på papir")

    municipality_id = models.IntegerField()
    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    channel = models.CharField(_("kanal"), max_length=20, choices=Channel.choices)
    recipient = models.CharField(_("modtager"), max_length=120)
    address = models.CharField(_("adresse"), max_length=200)
    subject = models.CharField(_("emne"), max_length=200)
    body = models.TextField(_("tekst"))
    document_id = models.BigIntegerField(null=True)
    attachment = models.TextField(_("vedhæftet fil"), blank=True, default="", db_default="")
    attachment_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["municipality_id", "-id"], name="message_of_municipality"),
        ]
