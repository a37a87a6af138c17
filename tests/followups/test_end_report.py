"""The end report: what stands in it, and that archives and screen readers can use it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pikepdf
import pytest

from brobygger.followups import selectors, services
from brobygger.followups.ending import report
from brobygger.followups.ending import selectors as ending
from brobygger.followups.ending import services as endings
from brobygger.grants.letters.sections import as_text
from brobygger.meetings.counting import Counts
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Document, Mentorship
from tests.cast import Cast
from tests.factories.hours import register
from tests.followups.test_conclusion_told import conclude

TODAY = date(2026, 11, 23)

WHOLE = """\
Slutrapport om mentorforløb
Forløb {code}. Skrevet 23. november 2026 af Anna Andersen.

## Forløbet
Borger: David Dalsgaard
Mentor: Carla Clausen
Sted: Nordhavn Bageri
Periode: 2. november 2026 til og med 20. november 2026
Formål: At David kan gennemføre praktikken.
Hvorfor det sluttede: Målet er nået

## Hvor langt målene er nået
Mål | Vurdering
Møder tre dage om ugen | Nået.

## Timer, møder og opfølgning
Bevilgede timer: 65 t.
Registrerede timer: 1 t.
Bekræftede timer: 0 t.
Opfølgninger: 0

## Det virkede
At mødes på arbejdspladsen.

## Afskedssamtale
Borger, mentor og jobkonsulent har haft en afskedssamtale den 19. november 2026.

## Borgerens egne ord
Jeg tør godt nu.
Fortalt af borgeren til kommunen.

## Det følger efter
Næste skridt: Ordinært job
Anna ringer i januar.

"""


@pytest.fixture
def met(cast: Cast, mentorship: Mentorship) -> Mentorship:
    register(cast, mentorship)
    return mentorship


def content(cast: Cast, mentorship: Mentorship, **figures: Any) -> dict[str, Any]:
    conclusion = selectors.conclusion_of(mentorship)
    assert conclusion
    known = ending.figures_of(mentorship, at=conclusion.recorded_at)
    return report.content_of(
        conclusion,
        figures=replace(known, **{"granted": 3900, **figures}),
        words=ending.words_of(mentorship),
        by=cast.anna,
        on=TODAY,
    )


def test_it_says_all_of_it(cast: Cast, met: Mentorship, now: datetime) -> None:
    conclude(cast, met, now)
    assert as_text(content(cast, met)).strip() == WHOLE.format(code=met.code).strip()


def test_it_counts_as_the_case_stood_before_the_decision(
    cast: Cast, met: Mentorship, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision closes the grants, and what was granted would be what was used."""
    seen: list[dict[str, Any]] = []
    real = report.content_of
    monkeypatch.setattr(report, "content_of", lambda *a, **k: seen.append(real(*a, **k)) or seen[-1])
    conclude(cast, met, now)
    assert "Bevilgede timer: 65 t." in as_text(seen[0])


def test_what_is_missing_is_left_out(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    conclude(
        cast, mentorship, now, told=endings.Ending(parting_talk="NONE", no_talk_reason="David er flyttet.")
    )
    text = as_text(content(cast, mentorship))
    assert "Der har ikke været en afskedssamtale. David er flyttet." in text
    assert "Det virkede" not in text and "Borgerens egne ord" not in text


def test_meetings_stand_there_with_those_who_did_not_come(
    cast: Cast, mentorship: Mentorship, now: datetime
) -> None:
    conclude(cast, mentorship, now)
    counts = Counts(held=7, no_show_citizen=2, no_show_mentor=1)
    text = as_text(content(cast, mentorship, meetings=counts))
    assert "Aftalte møder: 7 af 10 er holdt; borgeren kom ikke 2 gange; mentoren kom ikke 1 gange" in text


def test_the_file_is_for_archives_and_screen_readers(cast: Cast, met: Mentorship, now: datetime) -> None:
    conclusion = conclude(cast, met, now)
    assert conclusion.report
    kept = Document.objects.get(pk=conclusion.report.pk)
    with pikepdf.open(io.BytesIO(bytes(kept.content))) as pdf:
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "A", "1")
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "da"
        assert str(pdf.docinfo["/Title"]) == "Slutrapport om mentorforløb"


def test_the_citizen_reads_it_and_mentor_and_company_do_not(
    cast: Cast, met: Mentorship, now: datetime, acting: Any
) -> None:
    conclusion = conclude(cast, met, now)
    for user, reads in ((cast.david, True), (cast.anna, True), (cast.carla, False), (cast.signe, False)):
        with acting(user):
            found = mentorships.documents_visible_to(user).filter(pk=conclusion.report_id)
            assert found.exists() is reads, user.name


def test_one_without_more_to_tell_gets_a_report_too(
    cast: Cast, mentorship: Mentorship, now: datetime
) -> None:
    goals = selectors.goals_of(mentorship)
    conclusion = services.conclude(
        mentorship=mentorship,
        ended_on=date(2026, 11, 20),
        reason="OTHER",
        what_follows="UNKNOWN",
        attainments={goal.public_id: services.Attained(0) for goal in goals},
        note="",
        by=cast.anna,
        at=now,
        on=TODAY,
    )
    assert conclusion.report and conclusion.parting_talk == ""
