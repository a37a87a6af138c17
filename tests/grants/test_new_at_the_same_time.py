"""The form of a new mentorship sent twice at once, on real connections."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from brobygger.accounts import tenancy
from brobygger.accounts.models import UsedKey
from brobygger.mentorships.models import Mentorship
from tests.cast import make_cast
from tests.grants.cases import set_frame
from tests.grants.test_new_page import inside

pytestmark = [
    pytest.mark.concurrent,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.mark.parametrize(("same_key", "made"), [(True, 1), (False, 2)])
def test_the_key_and_nothing_else_keeps_a_double_click_from_making_two(same_key: bool, made: int) -> None:
    with transaction.atomic():
        cast = make_cast()
        set_frame(cast)
        forms = [inside(cast) for _click in range(2)]
    if same_key:
        forms[1] = forms[0]
    gate, answers = threading.Barrier(2), list[str]()

    def click(data: dict[str, str]) -> None:
        try:
            client = Client()
            client.force_login(cast.anna)
            gate.wait(timeout=10)
            answers.append(client.post(reverse("grants:new"), data)["Location"])
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(data,)) for data in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(set(answers)) == made
    with tenancy.acting(tenancy.actor_of(cast.anna), lifetime=3600):
        assert Mentorship.objects.count() == made
        assert UsedKey.objects.count() == made
