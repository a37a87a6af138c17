"""Drafts: kept as typed, for the owner alone, without CPR numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from brobygger.accounts.permissions import NotAllowed
from brobygger.mentorships import selectors, services
from brobygger.mentorships.models import MentorshipDraft
from tests.cast import Cast

TYPED = {"purpose": "At David …", "cpr": "650594-1234", "csrfmiddlewaretoken": "t", "phase-0-weeks": "to"}


def test_what_was_typed_is_kept_but_no_cpr_number(
    cast: Cast, now: datetime, actions: Callable[[], list[str]]
) -> None:
    draft = services.save_draft(draft=None, data=TYPED, title="D. D.", by=cast.anna, at=now)
    draft.refresh_from_db()
    assert draft.data == {"purpose": "At David …", "phase-0-weeks": "to"}
    assert actions() == []


def test_saving_again_keeps_one(cast: Cast, now: datetime) -> None:
    draft = services.save_draft(draft=None, data=TYPED, title="D. D.", by=cast.anna, at=now)
    services.save_draft(draft=draft, data={"purpose": "Nyt"}, title="D. D.", by=cast.anna, at=now)
    assert MentorshipDraft.objects.get().data == {"purpose": "Nyt"}


def test_nobody_reaches_a_colleagues_draft(cast: Cast, now: datetime) -> None:
    draft = services.save_draft(draft=None, data=TYPED, title="D. D.", by=cast.anna, at=now)
    assert not selectors.drafts_of(cast.freja).exists()
    services.discard_draft(draft=draft, by=cast.freja)
    assert MentorshipDraft.objects.count() == 1
    with pytest.raises(MentorshipDraft.DoesNotExist):
        services.save_draft(draft=draft, data={}, title="", by=cast.freja, at=now)
    services.discard_draft(draft=draft, by=cast.anna)
    assert not MentorshipDraft.objects.exists()


def test_only_who_may_ask_for_a_grant_keeps_drafts(cast: Cast, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        services.save_draft(draft=None, data={}, title="", by=cast.finn, at=now)
