"""The audit trail. Rows are only ever inserted; text, not keys, so it depends on nothing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """Something somebody did, or a look at a citizen. Written in the same transaction as its cause.

    ``subject`` is the public id of the thing, never a CPR number.
    """

    municipality_id = models.IntegerField(null=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=120)
    acting_role = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=40)
    relation = models.CharField(max_length=30, blank=True)
    purpose = models.CharField(max_length=120, blank=True)
    request_id = models.UUIDField()
    detail = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["municipality_id", "subject", "-id"], name="event_of_subject"),
        ]


class Seal(models.Model):
    """A Merkle root over a batch of events, chained to the seal before it."""

    first_sequence = models.BigIntegerField()
    last_sequence = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()


class SealEntry(models.Model):
    """The place of one event in the chain and the hash of its fields."""

    sequence = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    leaf = models.BinaryField(max_length=32)
    seal_id = models.BigIntegerField(db_index=True)
