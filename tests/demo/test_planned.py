"""The planned meetings of the demonstration agree with its contacts and with each other."""

from __future__ import annotations

import numpy as np

from brobygger.web.demo.copying import Nullable
from tests.demo.towns import town, values


def test_planned_meetings_agree_with_contacts_and_with_each_other() -> None:
    made = town(count=200, detailed=True)
    meetings, moves = made["meetings_meeting"], made["meetings_meetingmove"]
    state, starts = values(meetings["state"]), values(meetings["starts_at"])
    assert {"PLANNED", "HELD", "NO_SHOW_CITIZEN"} <= set(state.tolist())
    planned = state == "PLANNED"
    assert (np.isnat(values(meetings["settled_at"])) == planned).all()
    assert (values(meetings["ends_at"]) > starts).all()
    slots = list(zip(values(meetings["mentor_id"])[planned].tolist(), starts[planned].tolist(), strict=True))
    assert len(slots) == len(set(slots)) > 20
    linked = meetings["contact_public_id"]
    assert isinstance(linked, Nullable) and (linked.is_null == planned).all()
    contacts = {bytes(each) for each in np.asarray(made["hours_contact"]["public_id"])}
    assert {bytes(each) for each in np.asarray(linked.values)[~planned]} <= contacts
    is_moved = values(meetings["first_starts_at"]) != starts
    assert set(values(moves["meeting_id"]).tolist()) == set(values(meetings["id"])[is_moved].tolist())
