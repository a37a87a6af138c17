"""The audit trail of what the demonstration shows as having happened."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from brobygger.accounts.permissions import Role
from brobygger.web.demo.copying import Array, Bytes, Key, Pool, Table
from brobygger.web.demo.drawing import Draw, Ids

BY_LINK = "Modtager af link"


@dataclass
class _Note:
    action: str
    subjects: Array
    at: Array
    by: Array
    detail: Pool
    relation: str
    purpose: str


@dataclass
class Trail:
    """Collects events while the tables are made. ``subjects`` are 16-byte public ids; ``by`` 0 is a one-time link."""

    is_kept: bool
    notes: list[_Note] = field(default_factory=list)

    def note(
        self,
        action: str,
        subjects: Bytes,
        at: Array,
        by: Array,
        *,
        detail: Pool | str = "{}",
        relation: str = "",
        purpose: str = "",
    ) -> None:
        if not self.is_kept:
            return
        if isinstance(detail, str):
            detail = Pool([detail], np.zeros(len(at), int))
        self.notes.append(_Note(action, subjects, at, by, detail, relation, purpose))

    def table(
        self, draw: Draw, ids: Ids, municipality_id: int, names: dict[int, str], roles: dict[int, str]
    ) -> list[tuple[str, Table, int]]:
        """All events in the order they happened."""
        if not self.notes:
            return []
        at = np.concatenate([note.at for note in self.notes])
        order = np.argsort(at, kind="stable")
        which = np.repeat(np.arange(len(self.notes)), [len(note.at) for note in self.notes])[order]
        by = np.concatenate([note.by for note in self.notes])[order]
        details: list[str] = []
        codes = []
        for note in self.notes:
            codes.append(note.detail.codes + len(details))
            details += note.detail.values
        users, actor = np.unique(by, return_inverse=True)
        subjects = np.concatenate([note.subjects for note in self.notes])[order]
        looks = ("citizen.seen",)
        count = len(order)
        table: Table = {
            "id": ids.take("audit_event", count),
            "municipality_id": municipality_id,
            "at": at[order],
            "actor_id": Key(by),
            "actor_name": Pool([names.get(user, BY_LINK) for user in users.tolist()], actor),
            "acting_role": Pool([roles.get(user, "SYSTEM") for user in users.tolist()], actor),
            "action": Pool([note.action for note in self.notes], which),
            "subject_kind": Pool(
                ["Citizen" if note.action in looks else "Mentorship" for note in self.notes], which
            ),
            "subject": Pool([_hyphened(row) for row in subjects], np.arange(count)),
            "relation": Pool([note.relation for note in self.notes], which),
            "purpose": Pool([note.purpose for note in self.notes], which),
            "request_id": draw.public_ids(count),
            "detail": Pool(details, np.concatenate(codes)[order]),
        }
        return [("audit_event", table, count)]


def roles_of(consultants: Array, by_role: dict[str, int]) -> dict[int, str]:
    roles = {int(each): Role.JOB_CONSULTANT.value for each in consultants}
    return roles | {user: role for role, user in by_role.items()}


def _hyphened(row: Bytes) -> str:
    text = bytes(row).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
