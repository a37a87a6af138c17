"""The hash chain over the audit trail: sealed seconds after the event, never inside a request.

Leaves are SHA-256 over an event's fields (RFC 6962's 0x00 prefix), inner nodes carry 0x01, and each seal's hash
covers the seal before it. Removing the newest seals cannot be seen from inside: ``newest_root`` is what to keep
outside the database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction

BATCH = 5_000
LOCK = 7_305_002
GENESIS = bytes(32)

_FIELDS = (
    "id, municipality_id, extract(epoch from at)::text, actor_id, actor_name, acting_role, action, subject_kind,"
    " subject, relation, purpose, request_id::text, detail::text"
)


@dataclass(frozen=True)
class Verdict:
    """``broken`` names the first broken row in Danish, "" when the chain holds; ``root`` is the newest hash."""

    events: int
    unsealed: int
    root: str
    broken: str = ""


def leaf_hash(fields: Sequence[Any]) -> bytes:
    """Hash of one event's fields in fixed order."""
    return hashlib.sha256(
        b"\x00" + json.dumps(list(fields), ensure_ascii=False, default=str).encode()
    ).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Root of a binary tree; an odd last node is carried up unchanged. Raises ValueError without leaves."""
    if not leaves:
        raise ValueError("A seal covers at least one event.")
    level = list(leaves)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
        level = [*above, level[-1]] if len(level) % 2 else above
    return level[0]


def seal_hash(previous: bytes, root: bytes, first: int, last: int) -> bytes:
    return hashlib.sha256(b"\x02" + previous + root + f"{first}:{last}".encode()).digest()


def seal_new_events(*, using: str = "owner") -> int:
    """Seals every event that has no place yet, in batches; returns how many. One sealer at a time."""
    sealed = 0
    while True:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return sealed
            count = _seal_batch(cursor)
        sealed += count
        if count < BATCH:
            return sealed


def _seal_batch(cursor: Any) -> int:
    # Rows not yet sealed, not "ids above the last": ids commit out of order.
    cursor.execute(
        f"select {_FIELDS} from audit_event e where not exists"
        " (select 1 from audit_sealentry s where s.event_id = e.id) order by id limit %s",
        [BATCH],
    )
    rows = cursor.fetchall()
    if not rows:
        return 0
    cursor.execute("select last_sequence, hash from audit_seal order by id desc limit 1")
    last, previous = cursor.fetchone() or (0, GENESIS)
    leaves = [leaf_hash(row) for row in rows]
    first, end, root = last + 1, last + len(rows), merkle_root(leaves)
    cursor.execute(
        "insert into audit_seal (first_sequence, last_sequence, root, previous_hash, hash, sealed_at)"
        " values (%s, %s, %s, %s, %s, clock_timestamp()) returning id",
        [first, end, root, bytes(previous), seal_hash(bytes(previous), root, first, end)],
    )
    seal_id = cursor.fetchone()[0]
    cursor.executemany(
        "insert into audit_sealentry (sequence, event_id, leaf, seal_id) values (%s, %s, %s, %s)",
        [
            (first + offset, row[0], leaf, seal_id)
            for offset, (row, leaf) in enumerate(zip(rows, leaves, strict=True))
        ],
    )
    return len(rows)


def verify(*, using: str = "owner", expected_root: str = "") -> Verdict:
    """Recomputes the chain from the rows. ``expected_root`` is a root kept outside: it must occur in the chain."""
    with connections[using].cursor() as cursor:
        cursor.execute("select count(*) from audit_sealentry")
        events = cursor.fetchone()[0]
        cursor.execute(
            "select count(*) from audit_event e where not exists"
            " (select 1 from audit_sealentry s where s.event_id = e.id)"
        )
        unsealed = cursor.fetchone()[0]
        cursor.execute(
            "select id, first_sequence, last_sequence, root, previous_hash, hash from audit_seal order by id"
        )
        seals = cursor.fetchall()
        broken = next(_faults(cursor, seals), "")
    hashes = [bytes(seal[5]).hex() for seal in seals]
    if not broken and expected_root and expected_root not in hashes:
        broken = (
            "Den rod, der er gemt uden for databasen, findes ikke i kæden: segl er fjernet eller skrevet om."
        )
    return Verdict(events, unsealed, hashes[-1] if hashes else "", broken)


def _faults(cursor: Any, seals: Sequence[Sequence[Any]]) -> Iterator[str]:
    previous, expected_first = GENESIS, 1
    for number, first, last, root, before, own in seals:
        if first != expected_first or bytes(before) != previous:
            yield f"Segl {number} hænger ikke sammen med seglet før: et segl er fjernet eller skrevet om."
        yield from _faults_in_seal(cursor, number, first, last, bytes(root))
        if seal_hash(previous, bytes(root), first, last) != bytes(own):
            yield f"Segl {number} er ændret."
        previous, expected_first = bytes(own), last + 1
    cursor.execute(
        "select sequence, event_id from audit_sealentry where sequence >= %s order by 1 limit 1",
        [expected_first],
    )
    if stray := cursor.fetchone():
        yield f"Hændelse {stray[1]} (plads {stray[0]}) har mistet sit segl."


def _faults_in_seal(cursor: Any, number: int, first: int, last: int, root: bytes) -> Iterator[str]:
    cursor.execute(
        f"select s.sequence, s.event_id, s.leaf, e.* from audit_sealentry s"
        f" left join (select {_FIELDS} from audit_event) e on e.id = s.event_id"
        " where s.sequence between %s and %s order by s.sequence",
        [first, last],
    )
    leaves, expected = [], first
    for sequence, event_id, leaf, *fields in cursor.fetchall():
        if sequence != expected:
            yield f"Plads {expected} i segl {number} mangler: en hændelse er fjernet sammen med sin plads."
        if fields[0] is None:
            yield f"Hændelse {event_id} (plads {sequence}) er slettet."
        if leaf_hash(fields) != bytes(leaf):
            yield f"Hændelse {event_id} (plads {sequence}) er ændret."
        leaves.append(bytes(leaf))
        expected = sequence + 1
    if expected != last + 1:
        yield f"Plads {expected} i segl {number} mangler: en hændelse er fjernet sammen med sin plads."
    if merkle_root(leaves) != root:
        yield f"Segl {number} passer ikke til sine hændelser."
