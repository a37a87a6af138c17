"""The journal: entries are added and never changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.mentorships import services
from brobygger.mentorships.models import JournalEntry, Mentorship
from tests.cast import Cast
from tests.factories.mentorships import make_active

SignedIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


def address(mentorship: Mentorship) -> str:
    return reverse("mentorships:journal", args=[mentorship.public_id])


def entry(**changes: str) -> dict[str, str]:
    return {
        "dated_on": "20.11.2026",
        "subject": "Samtale med bageren",
        "text": "Det går godt.",
        "idempotency_key": str(uuid4()),
        **changes,
    }


def test_an_entry_is_kept_with_both_its_dates(
    cast: Cast, now: datetime, actions: Callable[[], list[str]]
) -> None:
    mentorship = make_active(cast)
    made = services.journalise(
        mentorship=mentorship,
        dated_on=date(2026, 11, 20),
        subject=" Besøg ",
        text="Gik godt.",
        by=cast.anna,
        at=now,
    )
    assert (made.subject, made.dated_on, made.recorded_at) == ("Besøg", date(2026, 11, 20), now)
    assert actions() == ["journal.added"]


def test_the_database_lets_nobody_rewrite_it(cast: Cast, now: datetime) -> None:
    made = services.journalise(
        mentorship=make_active(cast),
        dated_on=date(2026, 11, 20),
        subject="Besøg",
        text="",
        by=cast.anna,
        at=now,
    )
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        JournalEntry.objects.filter(pk=made.pk).update(text="Rettet")


def test_an_entry_without_a_subject_is_refused(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        services.journalise(
            mentorship=make_active(cast),
            dated_on=date(2026, 11, 20),
            subject=" ",
            text="x",
            by=cast.anna,
            at=now,
        )
    assert refusal.value.field == "subject" and not JournalEntry.objects.exists()


def test_who_only_looks_does_not_write(cast: Cast, now: datetime) -> None:
    mentorship = make_active(cast)
    for user in (cast.finn, cast.tove, cast.adam, cast.carla, cast.david):
        with pytest.raises(NotAllowed):
            services.journalise(
                mentorship=mentorship, dated_on=date(2026, 11, 20), subject="x", text="", by=user, at=now
            )


def test_written_in_place_the_section_comes_back_with_it(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = make_active(cast)
    answer = signed_in(cast.anna).post(address(mentorship), entry(), headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in page
    assert "Samtale med bageren" in page and "Notatet er gemt" in page


def test_without_a_script_one_comes_back_to_the_case(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = make_active(cast)
    answer = signed_in(cast.anna).post(address(mentorship), entry())
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('web:case', args=[mentorship.public_id])}#journal"


def test_sent_twice_it_is_written_once(
    cast: Cast, signed_in: SignedIn, acting: Callable[[User], object]
) -> None:
    mentorship, client, sent = make_active(cast), signed_in(cast.anna), entry()
    client.post(address(mentorship), sent)
    client.post(address(mentorship), sent)
    assert JournalEntry.objects.count() == 1


def test_bad_input_keeps_the_text_and_says_what_is_wrong(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = make_active(cast)
    answer = signed_in(cast.anna).post(
        address(mentorship), entry(subject="", dated_on="32/13-2026"), headers=HTMX
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Skriv et kort emne." in page and "32/13-2026" in page and "Det går godt." in page
    assert not JournalEntry.objects.exists()


def test_another_municipality_and_the_signed_out_get_nowhere(
    cast: Cast, signed_in: SignedIn, client: Client
) -> None:
    mentorship = make_active(cast)
    away = client.post(address(mentorship), entry())
    assert away.status_code == 302 and "next=" in away["Location"]
    assert signed_in(cast.bo).post(address(mentorship), entry()).status_code == 404


def test_the_clerk_reads_no_journal(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = make_active(cast)
    assert signed_in(cast.finn).post(address(mentorship), entry(subject="")).status_code == 403
