"""A mentorship under way with two confirmed hours in November."""

from __future__ import annotations

from datetime import date

import pytest

from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.invoices import make_contact
from tests.factories.mentorships import make_active


@pytest.fixture
def case(cast: Cast) -> Mentorship:
    mentorship = make_active(cast)
    make_contact(cast, mentorship, 60)
    make_contact(cast, mentorship, 60, day=date(2026, 11, 10))
    return mentorship
