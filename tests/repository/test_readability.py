"""Pages that citizens open are easy to read: the readability index of each stays under 35."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from brobygger.followups.models import Concern
from brobygger.meetings.models import Meeting
from brobygger.values.readability import lix
from tests.repository.citizen_pages import pages, visible
from tests.repository.visitor import Visitor
from tests.repository.world import NOW, World

EASY = 35
HARD = (
    "Forvaltningsmyndighedens afgørelse vedrørende mentorbevillingens forlængelse foreligger snarest muligt."
)
LEAST = 22
"""So many pages there are at least; fewer would mean that the list has lost them."""
MEETINGS = {"GET meetings:meeting", "GET meetings:calendar"}
SHARED = MEETINGS | {"POST meetings:make_feed", "GET followups:new_concern", "GET toolbox:plan"}
"""Pages that mentors or staff read as well."""


def hard_pages(answers: list[tuple[str, Any]]) -> dict[str, float]:
    measured = {name: lix(visible(answer)) for name, answer in answers}
    return {name: round(value, 1) for name, value in measured.items() if value >= EASY}


def test_each_page_of_the_citizen_is_easy_to_read(world: World) -> None:
    found = list(pages(world))
    names = {name for name, _answer in found}
    assert len(names) >= LEAST and names >= SHARED
    assert hard_pages(found) == {}


@pytest.mark.parametrize("state", Meeting.State.values)
def test_a_meeting_is_easy_to_read_whatever_became_of_it(world: World, state: str) -> None:
    Meeting.objects.filter(public_id=world.own["meeting"]).update(
        state=state, settled_at=None if state == Meeting.State.PLANNED else NOW
    )
    found = [(name, answer) for name, answer in pages(world) if name in MEETINGS]
    assert len(found) == len(MEETINGS) and hard_pages(found) == {}


@pytest.mark.parametrize("answer", ["", "Vi ringer til dig i dag."])
def test_what_a_citizen_was_worried_about_is_easy_to_read(world: World, answer: str) -> None:
    concern = Concern.objects.get(public_id=world.own["concern"])
    Concern.objects.filter(pk=concern.pk).update(
        who=Concern.Who.CITIZEN,
        citizen=world.cast.citizen,
        raised_by=world.cast.david,
        text="Jeg er bange.",
        answer=answer,
        answered_at=NOW if answer else None,
    )
    david = Visitor(world.cast.david)
    routes = {"followups:concern": concern.public_id, "followups:new_concern": concern.mentorship.public_id}
    read = [(name, david.get(reverse(name, args=[which]))) for name, which in routes.items()]
    assert all(page.status_code == 200 for _name, page in read) and hard_pages(read) == {}


def test_a_hard_text_on_a_page_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from brobygger.citizens import presenters

    monkeypatch.setitem(presenters._HOW, "FACE_TO_FACE", HARD * 3)
    assert "GET citizens:dispute" in hard_pages(list(pages(world, only_own=True)))
