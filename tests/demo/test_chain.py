"""What the demonstration shows would have been allowed: by the law, by the clock and by the grant."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from brobygger.grants.letters.agreement import facts_of
from brobygger.law.agreement import missing_contents
from brobygger.web.demo.copying import Column
from tests.demo.towns import town, values

Tables = dict[str, dict[str, Column]]
OUT = ("SUPERSEDED", "WITHDRAWN", "REJECTED")
BESIDE = ("MESSAGE", "NO_SHOW_MENTOR")


@pytest.fixture(scope="module")
def made() -> Tables:
    return town(count=200, detailed=True)


def test_every_grant_meets_every_condition_of_the_law(made: Tables) -> None:
    applications = made["grants_application"]
    given = values(applications["state"]) == "GRANTED"
    wrong = [
        (finding["rule_id"], finding["sentence"])
        for text in values(applications["findings"])[given]
        for finding in json.loads(text)["findings"]
        if finding["outcome"] != "SATISFIED"
    ]
    assert given.sum() > 200
    assert wrong == []


def test_every_agreement_holds_what_the_law_asks(made: Tables) -> None:
    for text in values(made["grants_agreement"]["content"]):
        assert not missing_contents(facts_of(json.loads(text), is_written=True))


def test_requester_and_approver_differ_outside_the_frame(made: Tables) -> None:
    applications = made["grants_application"]
    outside = [not json.loads(text)["inside"] for text in values(applications["frame_check"])]
    role = values(applications["decided_by_role"])
    assert all(by == "TEAM_LEADER" for by, is_outside in zip(role, outside, strict=True) if is_outside)
    decided = dict(
        zip(
            values(made["grants_decision"]["application_id"]).tolist(),
            values(made["grants_decision"]["decided_by_id"]).tolist(),
            strict=True,
        )
    )
    asked = zip(
        values(applications["id"]).tolist(),
        values(applications["requested_by_id"]).tolist(),
        role,
        strict=True,
    )
    assert all(
        decided[key] != by for key, by, decider in asked if decider == "TEAM_LEADER" and key in decided
    )


def _clashes(contacts: dict[str, Column]) -> int:
    """Overlapping contacts of one mentor, counted the slow way."""
    counts = ~np.isin(values(contacts["state"]).astype(str), OUT) & ~np.isin(
        values(contacts["kind"]).astype(str), BESIDE
    )
    rows = sorted(
        zip(
            *(
                values(contacts[name])[counts].tolist()
                for name in ("mentor_identity", "starts_at", "ends_at")
            ),
            strict=True,
        )
    )
    found, last = 0, (0, None)
    for mentor, start, end in rows:
        if last[0] == mentor and start < last[1]:
            found += 1
        last = (mentor, max(end, last[1]) if last[0] == mentor else end)
    return found


def test_no_mentor_meets_two_citizens_at_once(made: Tables) -> None:
    assert _clashes(made["hours_contact"]) == 0


@pytest.mark.parametrize(
    "today",
    [
        date(2024, 2, 29),
        date(2026, 12, 24),
        date(2027, 1, 1),
        date(2027, 3, 28),
        date(2027, 6, 6),
        date(2030, 8, 1),
    ],
)
def test_any_day_has_work_and_no_clash(today: date) -> None:
    made = town(count=200, today=today)
    assert _clashes(made["hours_contact"]) == 0
    assert (values(made["hours_contact"]["starts_at"]) < np.datetime64(today) + np.timedelta64(1, "D")).all()
    assert (values(made["hours_contact"]["state"]) == "DISPUTED").any()
    assert (values(made["grants_application"]["state"]) == "PENDING").any()
    assert np.isnat(values(made["grants_agreement"]["completed_at"])).any()
    assert (values(made["payments_invoice"]["state"]) == "OPEN").any()


def test_a_planted_clash_is_found(made: Tables) -> None:
    contacts: dict[str, Any] = dict(made["hours_contact"])
    contacts["mentor_identity"] = np.ones_like(values(contacts["mentor_identity"]))
    assert _clashes(contacts) > 0


def test_grants_are_used_for_what_is_registered(made: Tables) -> None:
    contacts, grants = made["hours_contact"], made["grants_grant"]
    used = dict.fromkeys(values(grants["id"]).tolist(), 0)
    paid = dict(used)
    rows = zip(
        *(values(contacts[name]) for name in ("grant_id", "minutes", "paid_minutes", "state")), strict=True
    )
    for grant, minutes, paid_minutes, state in rows:
        used[int(grant)] += 0 if state in OUT else int(minutes)
        paid[int(grant)] += int(paid_minutes)
        assert paid_minutes <= minutes
    assert list(used.values()) == values(grants["used_minutes"]).tolist()
    assert all(use <= granted for use, granted in zip(used.values(), values(grants["minutes"]), strict=True))
    assert sum(paid.values()) > 0


def test_contacts_lie_inside_the_grant_and_before_now(made: Tables) -> None:
    contacts, grants = made["hours_contact"], made["grants_grant"]
    place = np.searchsorted(values(grants["id"]), values(contacts["grant_id"]))
    days = values(contacts["starts_at"]).astype("datetime64[D]")
    assert (days >= values(grants["starts_on"])[place]).all()
    assert (days < values(grants["ends_before"])[place]).all()
    assert (values(contacts["starts_at"]) < np.datetime64("2026-11-24")).all()


def test_what_is_paid_is_what_the_lines_cover(made: Tables) -> None:
    covers, contacts, lines = made["payments_cover"], made["hours_contact"], made["payments_invoiceline"]
    by_line: dict[int, int] = {}
    paid = dict(zip(values(contacts["id"]).tolist(), values(contacts["paid_minutes"]).tolist(), strict=True))
    for line, contact, minutes in zip(
        *(values(covers[name]).tolist() for name in ("line_id", "contact_id", "minutes")), strict=True
    ):
        by_line[line] = by_line.get(line, 0) + minutes
        assert paid[contact] == minutes
    for key, state, covered in zip(
        *(values(lines[name]) for name in ("id", "state", "covered_minutes")), strict=True
    ):
        assert state != "PAID" or by_line[int(key)] == covered
    assert {"PAID", "PAYABLE", "REFUSED"} <= set(values(lines["state"]))
