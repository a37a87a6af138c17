"""A grant is never exceeded, neither in minutes nor in kroner."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brobygger.accounts.errors import Conflict, Refused
from brobygger.grants.models import Grant
from brobygger.grants.services import use
from tests.cast import Cast
from tests.factories.mentorships import make_active


def make_grant(cast: Cast) -> Grant:
    make_active(cast)
    return Grant.objects.get()


def test_minutes_are_taken_and_given_back(cast: Cast) -> None:
    grant = make_grant(cast)
    use.take(grant=grant, minutes=90)
    use.take(grant=grant, minutes=60)
    use.give_back(grant=grant, minutes=90)
    grant.refresh_from_db()
    assert (grant.used_minutes, grant.minutes_left) == (60, 3840)


def test_more_than_is_left_is_refused_with_what_is_left(cast: Cast) -> None:
    grant = make_grant(cast)
    use.take(grant=grant, minutes=3900 - 150)
    with pytest.raises(Refused, match=r"^Der er kun 2 t\. 30 min\. tilbage af bevillingen\.$"):
        use.take(grant=grant, minutes=151)
    use.take(grant=grant, minutes=150)
    with pytest.raises(Refused, match="Alle timer i bevillingen er brugt"):
        use.take(grant=grant, minutes=1)


def test_no_more_is_given_back_than_was_taken(cast: Cast) -> None:
    grant = make_grant(cast)
    use.take(grant=grant, minutes=30)
    with pytest.raises(Conflict):
        use.give_back(grant=grant, minutes=31)


def test_kroner_are_paid_within_the_grant_and_credited_within_what_was_paid(cast: Cast) -> None:
    grant = make_grant(cast)
    use.pay(grant=grant, kroner=Decimal("16000.50"))
    with pytest.raises(Refused, match=r"249,50 kr\. tilbage"):
        use.pay(grant=grant, kroner=Decimal("249.51"))
    use.pay(grant=grant, kroner=Decimal("-16000.50"))
    with pytest.raises(Refused, match="kun betalt 0,00"):
        use.pay(grant=grant, kroner=Decimal("-0.01"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.booleans(), st.integers(0, 2000)), max_size=12))
def test_any_run_of_taking_and_giving_back_keeps_the_sum(cast: Cast, steps: list[tuple[bool, int]]) -> None:
    grant = Grant.objects.first() or make_grant(cast)
    Grant.objects.update(used_minutes=0)
    used = 0
    for takes, minutes in steps:
        try:
            if takes:
                use.take(grant=grant, minutes=minutes)
                used += minutes
            else:
                use.give_back(grant=grant, minutes=minutes)
                used -= minutes
        except Refused:
            fits = used + minutes <= grant.minutes if takes else minutes <= used
            assert not fits
        grant.refresh_from_db()
        assert grant.used_minutes == used
        assert 0 <= used <= grant.minutes
