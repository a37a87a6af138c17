"""A draft can be let go of; what is registered stands for good, in the database too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from brobygger.accounts.errors import Conflict
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.evaluations import services
from brobygger.evaluations.models import Evaluation
from tests.cast import Cast
from tests.evaluations.conftest import AT, LOTTERY, registered

SignIn = Callable[[User], Client]


@pytest.fixture
def draft(cast: Cast) -> Evaluation:
    return services.plan(size=LOTTERY, by=cast.eva, at=AT)


def test_the_one_who_may_make_a_draft_may_delete_it(cast: Cast, draft: Evaluation) -> None:
    for user in (cast.anna, cast.freja, cast.tove, cast.carla, cast.david):
        with pytest.raises(NotAllowed):
            services.delete_draft(evaluation=draft, version=draft.version, by=user)
    assert Evaluation.objects.filter(pk=draft.pk).exists()
    services.delete_draft(evaluation=draft, version=draft.version, by=cast.eva)
    assert not Evaluation.objects.filter(pk=draft.pk).exists()
    assert Event.objects.filter(action="evaluation.draft_deleted").count() == 1


def test_a_draft_somebody_wrote_in_meanwhile_stands(cast: Cast, draft: Evaluation) -> None:
    Evaluation.objects.filter(pk=draft.pk).update(version=draft.version + 1)
    with pytest.raises(Conflict):
        services.delete_draft(evaluation=draft, version=draft.version, by=cast.eva)
    assert not Event.objects.filter(action="evaluation.draft_deleted").exists()


def test_what_is_registered_is_never_deleted(cast: Cast) -> None:
    made = registered(cast)
    with pytest.raises(Conflict):
        services.delete_draft(evaluation=made, version=made.version, by=cast.eva)
    assert Evaluation.objects.filter(pk=made.pk).exists()


def test_the_database_keeps_what_is_registered(cast: Cast) -> None:
    """Also where nobody asks for the state first; the control is a draft, which goes."""
    made, draft = registered(cast), services.plan(size=LOTTERY, by=cast.eva, at=AT)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        Evaluation.objects.filter(pk=made.pk).delete()
    assert Evaluation.objects.filter(pk=draft.pk).delete()[0] == 1


def test_only_the_trigger_stands_in_the_way(cast: Cast) -> None:
    """The right to delete is a right to the whole table, so without the trigger anything could go."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select has_table_privilege('evaluations_evaluation', 'delete'), has_table_privilege("
            "'evaluations_candidate', 'delete'), count(*) from pg_trigger"
            " where tgname = 'evaluation_only_drafts_go' and tgenabled = 'O'"
        )
        assert cursor.fetchone() == (True, False, 1)


def test_the_page_asks_first(cast: Cast, draft: Evaluation, signed_in: SignIn) -> None:
    client, address = signed_in(cast.eva), f"/evalueringer/{draft.public_id}/slet/"
    assert address in client.get(f"/evalueringer/{draft.public_id}/").content.decode()
    page = client.get(address).content.decode()
    assert (
        "Slet kladden?" in page and "Behold den" in page and Evaluation.objects.filter(pk=draft.pk).exists()
    )
    assert client.post(address, {"version": draft.version + 1}).status_code == 422
    assert client.post(address, {"version": draft.version}).status_code == 302
    assert not Evaluation.objects.filter(pk=draft.pk).exists()
    assert client.get(address).status_code == 404
    assert signed_in(cast.anna).get(address).status_code in (403, 404)


def test_of_a_registered_one_the_page_leads_back(cast: Cast, signed_in: SignIn) -> None:
    made = registered(cast)
    client, address = signed_in(cast.eva), f"/evalueringer/{made.public_id}/slet/"
    assert client.get(address).status_code == 302 and client.post(address, {"version": 2}).status_code == 302
    assert Evaluation.objects.filter(pk=made.pk).exists()
    assert "slet/" not in client.get(f"/evalueringer/{made.public_id}/").content.decode()
