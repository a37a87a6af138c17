"""How far the worker is with a file: seen by others while it lasts, growing, and never in the way of the work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.models import User
from brobygger.accounts.tenancy import acting, actor_of
from brobygger.analysis import registers
from brobygger.people import services as people
from brobygger.people.models import Citizen
from brobygger.registers import matching, progress, services, storing
from brobygger.registers.models import RegisterImport, StatusSpell, WaitingFile
from brobygger.registers.progress import EVERY_SECONDS, PARTS, Teller, percent_of
from tests.cast import Cast, make_cast
from tests.registers.conftest import ADA, BIRK, NOW, WIDE

Seen = tuple[str, int, int]
"""The step, the per cent, and how many spells others see at that moment."""
State, Step = WaitingFile.State, WaitingFile.Step


def outside() -> Seen | None:
    """What somebody else sees now: only what has been committed."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select step, percent, (select count(*) from registers_statusspell) from registers_waitingfile"
        )
        return cursor.fetchone()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Seen]]:
    """What others saw after each time the worker told something; the test waits for each to be written."""
    told: list[Seen] = []
    inner = Teller.write

    def write(teller: Teller, step: str, percent: int, at: datetime) -> None:
        inner(teller, step, percent, at)
        if found := outside():
            told.append(found)

    def send(teller: Teller, step: str, percent: int, at: datetime) -> None:
        teller._thread.submit(teller.write, step, percent, at).result(20)

    monkeypatch.setattr(Teller, "write", write)
    monkeypatch.setattr(Teller, "_send", send)
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0.0)
    for module, name in ((registers, "CELLS_AT_A_TIME"), (matching, "AT_A_TIME"), (storing, "AT_A_TIME")):
        monkeypatch.setattr(module, name, 1)
    yield told


def a_file_waits() -> Cast:
    with transaction.atomic():
        cast = make_cast()
        for name, number in (("Ada Aagaard", ADA), ("Birk Bonde", BIRK)):
            people.register_citizen(name=name, cpr=number, by=cast.anna, at=NOW)
    with acting(actor_of(cast.eva)):
        services.receive(
            pieces=[WIDE.encode()],
            size=len(WIDE),
            name="uger.csv",
            kind="WEEKLY",
            table="",
            data_as_of=NOW.date(),
            by=cast.eva,
            at=NOW,
            on=NOW.date(),
        )
    return cast


def approve(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE_BYTES", 1)
    with acting(actor_of(cast.eva)):
        assert services.approve(waiting=WaitingFile.objects.get(), by=cast.eva, at=NOW) is None


def grows(percents: list[int]) -> bool:
    return len(set(percents)) >= 3 and percents == sorted(percents)


@pytest.mark.concurrent
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_others_see_it_grow_while_the_file_is_read_and_saved(
    seen: list[Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = a_file_waits()
    assert services.work_next(at=NOW) is not None
    steps = [step for step, _percent, _spells in seen]
    assert grows([percent for _step, percent, _spells in seen]) and steps == sorted(steps, reverse=True)
    assert set(steps) == {Step.READING, Step.MATCHING} and seen[-1][1] == 100
    seen.clear()
    approve(cast, monkeypatch)
    assert services.work_next(at=NOW) is not None
    saving = [percent for step, percent, _spells in seen if step == Step.SAVING]
    assert grows([percent for _step, percent, _spells in seen]) and grows(saving) and saving[-1] == 100
    assert {spells for _step, _percent, spells in seen} == {0}, "Told of while nothing of it was there yet."
    with acting(actor_of(cast.eva)):
        assert StatusSpell.objects.count() > 0 and not WaitingFile.objects.exists()


@pytest.mark.concurrent
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_told_inside_the_works_own_transaction_nobody_would_see_it(
    seen: list[Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: no connection of its own. Reading is still seen, saving stands still."""
    cast = a_file_waits()
    services.work_next(at=NOW)
    approve(cast, monkeypatch)
    seen.clear()
    monkeypatch.setattr(Teller, "_send", lambda teller, *told: teller.write(*told))
    services.work_next(at=NOW)
    assert not [each for each in seen if each[0] == Step.SAVING]
    with acting(actor_of(cast.eva)):
        assert RegisterImport.objects.count() == 1, "The control: the file was imported all the same."


class Kept(Teller):
    """Keeps what would be written."""

    def __init__(self, waiting: WaitingFile, clock: Callable[[], float]) -> None:
        super().__init__(waiting, NOW, clock)
        self.told: list[tuple[str, int, datetime]] = []

    def _send(self, step: str, percent: int, at: datetime) -> None:
        self.told.append((step, percent, at))


def kept(clock: Callable[[], float], state: str = State.TO_IMPORT) -> Kept:
    return Kept(WaitingFile(pk=1, municipality_id=1, state=state), clock)


def test_it_never_falls_and_is_told_once_a_second_at_most() -> None:
    now = [0.0]
    with kept(lambda: now[0]) as teller:
        assert isinstance(teller, Kept)
        for share in (0.0, 0.2, 0.9, 0.4, 1.0):
            teller(Step.READING, share)
            now[0] += EVERY_SECONDS
        for _each in range(50):
            teller(Step.MATCHING, 0.5)
            now[0] += EVERY_SECONDS / 50
    percents = [percent for _step, percent, _at in teller.told]
    assert percents == sorted(percents) == [0, 12, 54, 60, 65]
    assert [at - NOW for _step, _percent, at in teller.told] == [
        timedelta(seconds=s) for s in (0, 1, 2, 4, 5)
    ]
    # The control: the shares as they were told do fall.
    raw = [percent_of(State.TO_IMPORT, Step.READING, share) for share in (0.0, 0.2, 0.9, 0.4, 1.0)]
    assert raw != sorted(raw)


@pytest.mark.parametrize("state", list(PARTS))
def test_the_steps_make_up_the_whole(state: str) -> None:
    ends = list(PARTS[state].values())
    assert ends[0][0] == 0 and ends[-1][1] == 100
    assert all(before[1] == after[0] for before, after in pairwise(ends))
    assert percent_of(state, Step.WAITING, 0.5) == 0


def test_the_page_says_how_far_and_the_list_too(
    cast: Cast,
    citizens: dict[str, Citizen],
    signed_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    waiting = services.receive(
        pieces=[WIDE.encode()], size=len(WIDE), name="uger.csv", kind="WEEKLY", table="",
        data_as_of=NOW.date(), by=cast.eva, at=NOW, on=NOW.date(),
    )  # fmt: skip
    WaitingFile.objects.filter(pk=waiting.pk).update(step=Step.READING, percent=42)
    client = signed_in(cast.eva)
    address = reverse("registers:waiting", args=[waiting.public_id])
    page = client.get(address).content.decode()
    assert 'role="progressbar"' in page and 'aria-valuenow="42"' in page and 'width="42%"' in page
    assert "Læser filen: 42\xa0%" in page or "Læser filen: 42 %" in page
    assert f'href="{address}"' in page, "Without JavaScript there is a link to see it again."
    listed = client.get(reverse("registers:imports")).content.decode().partition("uger.csv")[2]
    assert "Læser filen" in listed.partition("</li>")[0] and "42 %" in listed.partition("</li>")[0]
    WaitingFile.objects.filter(pk=waiting.pk).update(state=State.FAILED, trouble="Filen er tom.")
    assert "progressbar" not in client.get(address).content.decode()
