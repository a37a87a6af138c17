"""From a file on the disk to a report: looked at first, imported when somebody says so, and gone afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts import tenancy
from brobygger.accounts.models import User
from brobygger.people.models import Citizen
from brobygger.registers import selectors, services
from brobygger.registers.models import RegisterImport, StatusSpell, WaitingFile, WaitingPiece
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.registers.conftest import ADA, NOW, WIDE, Import

SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def send(client: Client, content: str = WIDE, **fields: str) -> Any:
    asked = {"kind": "WEEKLY", "data_as_of": "23-11-2026", **fields}
    file = SimpleUploadedFile("register.csv", content.encode())
    return client.post(reverse("registers:upload"), {**asked, "file": file})


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_file_is_looked_at_before_it_is_imported(
    cast: Cast, citizens: dict[str, Citizen], signed_in: SignIn
) -> None:
    client = signed_in(cast.eva)
    address = send(client)["Location"]
    shown = page(client, address)
    assert "Intet er gemt endnu" in shown and "ABC" in shown
    assert not StatusSpell.objects.exists() and ADA not in shown
    report = client.post(f"{address}importer/")["Location"]
    assert "ABC" in page(client, report)
    assert StatusSpell.objects.exists()
    assert not WaitingFile.objects.exists() and not WaitingPiece.objects.exists()
    assert "register.csv" in page(client, reverse("registers:imports"))
    again = send(client)
    assert again.status_code == 422 and "importeret før" in again.content.decode()


def test_what_waits_is_encrypted(cast: Cast, citizens: dict[str, Citizen], signed_in: SignIn) -> None:
    send(signed_in(cast.eva))
    piece = WaitingPiece.objects.get()
    assert ADA.encode() not in bytes(piece.ciphertext)
    assert len(bytes(piece.ciphertext)) >= len(WIDE)


def test_a_file_let_go_of_leaves_nothing(cast: Cast, citizens: dict[str, Citizen], signed_in: SignIn) -> None:
    client = signed_in(cast.eva)
    address = send(client)["Location"]
    client.post(f"{address}slet/")
    assert not WaitingFile.objects.exists() and not RegisterImport.objects.exists()
    assert client.get(address).status_code == 404


def test_wrong_input_is_told_by_the_field_and_nothing_is_lost(
    cast: Cast, citizens: dict[str, Citizen], signed_in: SignIn
) -> None:
    client = signed_in(cast.eva)
    for fields, why in (
        ({"kind": ""}, "Vælg, hvad filen er."),
        ({"data_as_of": "24-11-2026"}, "Dagen kan ikke ligge i fremtiden."),
        ({"kind": "OUTSIDE_TOTALS"}, "Vælg, om tabellen er AUH03 eller AUK03."),
    ):
        response = send(client, **fields)
        assert response.status_code == 422 and why in response.content.decode()
    address = send(client, "navn;by\n1;2\n")["Location"]
    assert "ingen kolonne med personens nummer" in page(client, address)
    client.post(f"{address}importer/")
    assert not RegisterImport.objects.exists()


def test_a_large_file_is_read_by_the_worker_and_its_steps_are_shown(
    cast: Cast, citizens: dict[str, Citizen], signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE_BYTES", 10)
    monkeypatch.setattr(selectors, "connections", {"owner": connection})
    client = signed_in(cast.eva)
    address = send(client)["Location"]
    assert "Læser filen" in page(client, address) and "every 3s" in page(client, address)
    assert work(NOW) is not None
    assert "Det indeholder filen" in page(client, address)
    assert work(NOW) is None, "it waits for a person"
    client.post(f"{address}importer/")
    assert "importeres i baggrunden" in page(client, address)
    work(NOW)
    kept = RegisterImport.objects.get()
    assert kept.imported_by == cast.eva
    assert client.get(address)["Location"] == reverse("registers:report", args=[kept.public_id])


def work(at: datetime) -> WaitingFile | None:
    return services.work_next(at=at)


def test_a_file_nobody_wanted_is_gone_after_a_day(
    cast: Cast, citizens: dict[str, Citizen], signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "connections", {"owner": connection})
    send(signed_in(cast.eva))
    work(NOW + timedelta(hours=23))
    assert WaitingFile.objects.exists()
    work(NOW + timedelta(hours=25))
    assert not WaitingFile.objects.exists() and not WaitingPiece.objects.exists()


def test_the_border_and_the_roles(
    cast: Cast, citizens: dict[str, Citizen], bring: Import, signed_in: SignIn
) -> None:
    kept = bring(WIDE)
    address = reverse("registers:report", args=[kept.public_id])
    assert signed_in(cast.adam).get(address).status_code == 200
    for outsider in (cast.anna, cast.carla, cast.david):
        client = signed_in(outsider)
        assert client.get(address).status_code == 403
        assert client.get(reverse("registers:codes")).status_code == 403
    assert signed_in(cast.eva).get(reverse("registers:report", args=[uuid.uuid4()])).status_code == 404
    with tenancy.acting(tenancy.system_actor(cast.other_municipality.pk)):
        assert not RegisterImport.objects.filter(pk=kept.pk).exists()


def test_the_rows_stay_inside_the_municipality_and_away_from_citizens(
    cast: Cast, citizens: dict[str, Citizen], bring: Import, acting: Callable[..., Any]
) -> None:
    """The second lock; the control is that staff of the municipality see them."""
    bring(WIDE)
    seen = {}
    for who in ("anna", "bo", "carla", "david"):
        with acting(getattr(cast, who)):
            seen[who] = StatusSpell.objects.exists() or RegisterImport.objects.exists()
    assert seen == {"anna": True, "bo": False, "carla": False, "david": False}


def test_the_codes_are_shown_with_their_source(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.eva)
    shown = page(client, f"{reverse('registers:codes')}?q=sygedagpenge")
    assert "890" in shown and "omkring 2016" in shown and "Kontanthjælp" not in shown


def test_a_consultant_notes_a_status_on_the_case(cast: Cast, signed_in: SignIn) -> None:
    mentorship = make_active(cast)
    client = signed_in(cast.anna)
    address = reverse("registers:status", args=[mentorship.public_id])
    assert client.post(address, {"status": "", "day": "23-11-2026"}).status_code == 422
    assert client.post(address, {"status": "job", "day": "24-11-2026"}).status_code == 422
    assert client.post(address, {"status": "job", "day": "23-11-2026"}).status_code == 302
    assert "I job" in page(client, reverse("web:case", args=[mentorship.public_id]))
