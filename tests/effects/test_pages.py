"""The leader's pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from brobygger.accounts.models import User
from brobygger.analysis import each_of_100, of_100, status_after_end
from brobygger.audit.models import Event
from brobygger.effects import selectors, services
from brobygger.effects.figures.cohort import Cohort, World
from brobygger.effects.models import ResultCase, ResultRun, StoredResult
from brobygger.effects.presenters import navigation, pages
from brobygger.effects.presenters.others import others_page
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.effects.conftest import Stored
from tests.factories.mentorships import make_active

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]
MakeStored = Callable[..., ResultRun]
WORDS = ("Skete", "Sammenlignet", "Virkning")
PAGES = (
    *("", "status/", "fastholdelse/", "efter-forloebet/", "timer/", "maal/", "hvem/"),
    *("oekonomi/", "sammenligning/", "andres-tal/"),
)


def test_every_page_opens_and_says_how_it_was_computed(
    cast: Cast, signed_in: SignedIn, stored: MakeStored
) -> None:
    stored()
    client = signed_in(cast.eva)
    for page in PAGES:
        answer = client.get(f"/resultater/{page}")
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert "Sådan er tallene regnet ud" in text and "Data til og med" in text and "frø 2026" in text
        assert not re.search(r"\sstyle=|<script(?![^>]*src=)|\son\w+=", text), page


def test_the_three_words_are_never_in_one_part(cast: Cast, signed_in: SignedIn, stored: MakeStored) -> None:
    stored()
    client = signed_in(cast.eva)
    for page in PAGES:
        tree = html.fromstring(client.get(f"/resultater/{page}").content)
        parts = tree.xpath("//section[@data-word]")
        assert parts, page
        for part in parts:
            labels = part.xpath(".//p[@class='effects-word']/strong/text()")
            assert [each for each in labels if each in WORDS] == [part.get("data-word")]
            assert not part.xpath(".//section")
    assert {part.get("data-word") for part in parts} == set(WORDS)


def test_the_sentence_is_what_the_library_counts(
    cast: Cast, signed_in: SignedIn, stored: MakeStored, world: World, cohorts: list[Cohort]
) -> None:
    """From the register to the page, past everything between."""
    stored()
    newest = cohorts[-1]
    after = status_after_end(world.states, world.wages, newest.spells, birth=newest.spells.column("born"))
    counts = after.counts()[-1].tolist()
    text = signed_in(cast.eva).get("/resultater/status/").content.decode()
    assert sum(counts) == len(newest.rows)
    first = next(iter(re.findall(r'class="effects-first">([^<]+)', text)))
    shown = [int(number) for number in re.findall(r"(\d+) (?:i |på |selv)", first)]
    of_all = [round(100 * count / sum(counts)) for count in counts]
    assert shown and all(min(abs(each - other) for other in of_all) <= 1 for each in shown)
    assert of_100(counts[0], sum(counts), "i job").split()[3] in first
    assert each_of_100([3, 17], ["i job", "på ydelse"]) == "Af 100 er 15 i job og 85 på ydelse."


def test_the_words_come_first(cast: Cast, signed_in: SignedIn, stored: MakeStored, figures: Stored) -> None:
    """Of 100, before any picture or table; and the sentence about jobs says what is released."""
    stored()
    client = signed_in(cast.eva)
    for page in PAGES[:7]:
        tree = html.fromstring(client.get(f"/resultater/{page}").content)
        first = tree.xpath("//p[@class='effects-first']/text()")[0]
        assert first.startswith(("Af 100", "Det midterste forløb")), page
        for picture in tree.xpath("//figure//svg[@role='img']"):
            assert picture.get("aria-label") and picture.find("title").text and picture.find("desc").text
    text = client.get("/resultater/fastholdelse/").content.decode()
    newest = max(period for period, _subject in figures if period)
    payload = figures[newest, "RETENTION"]
    for week, share, *_rest in payload["marks"]:
        if week in (26, 52):
            assert f"har {round(100 * share)} det stadig efter {week} uger" in text
    assert {mark[0] for mark in payload["marks"]} & {26, 52}


def test_queries_do_not_follow_the_number_of_periods(
    cast: Cast, acting: Acting, stored: MakeStored, figures: Stored, signed_in: SignedIn
) -> None:
    def queries() -> int:
        client = signed_in(cast.eva)
        client.get("/resultater/")
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get("/resultater/").status_code == 200
        return len(found)

    run = stored()
    many = queries()
    assert len({start for start, _subject in figures if start}) > 1
    one = ResultRun.objects.create(
        municipality=cast.municipality, on=TODAY, asked_at=NOW, data_until=TODAY, settings_dated=TODAY
    )
    newest = max(period.start for period, _subject in figures if period)
    for (period, subject), payload in figures.items():
        if period is None or period.start == newest:
            services._store(one, period, subject, payload)
    ResultRun.objects.filter(pk=one.pk).update(finished_at=NOW)
    assert queries() == many and run.pk != one.pk


def test_who_may_not_see_results_sees_none(cast: Cast, signed_in: SignedIn, stored: MakeStored) -> None:
    stored()
    for user in (cast.anna, cast.finn, cast.carla, cast.david):
        client = signed_in(user)
        assert {client.get(f"/resultater/{page}").status_code for page in (*PAGES, "rapport/")} == {403}
        assert selectors.newest(user) is None


def test_another_municipality_s_figures_are_nobody_s(
    cast: Cast, acting: Acting, stored: MakeStored, signed_in: SignedIn
) -> None:
    stored()
    bo = cast.bo
    bo.roles = ["TEAM_LEADER"]
    bo.save()
    assert "Ingen resultater endnu" in signed_in(bo).get("/resultater/").content.decode()
    with acting(bo):
        assert not StoredResult.objects.exists() and not ResultRun.objects.exists()


def test_what_is_stored_is_never_changed(cast: Cast, acting: Acting, stored: MakeStored) -> None:
    run = stored()
    with acting(cast.eva), pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        StoredResult.objects.filter(run=run).update(payload={})


def counted(cast: Cast, run: ResultRun, cohort: Cohort, labels: dict[str, list[str]], number: int) -> None:
    """So many mentorships in a cell; they are one and the same, which is enough to be listed."""
    found = [make_active(cast)]
    ResultCase.objects.bulk_create(
        ResultCase(
            municipality=cast.municipality,
            run=run,
            mentorship=each,
            starts_on=cohort.period.start,
            labels=labels,
        )
        for each in found[:number]
    )


def test_a_figure_opens_its_cases_for_those_who_see_cases(
    cast: Cast, signed_in: SignedIn, stored: MakeStored, cohorts: list[Cohort]
) -> None:
    run = stored()
    page = html.fromstring(signed_in(cast.eva).get("/resultater/hvem/").content)
    link = page.xpath("//td/a[contains(@href, '/sager/') and not(contains(@href, 'status'))]/@href")[0]
    part, label = re.search(r"del=(\w+)&vaerdi=([^&]+)", link).groups()  # type: ignore[union-attr]
    counted(cast, run, cohorts[-1], {part: [label.replace("+", " ")]}, 1)
    answer = signed_in(cast.eva).get(link)
    assert answer.status_code == 200 and "/forloeb/" in answer.content.decode()
    assert Event.objects.filter(action="citizens.listed").exists()
    cast.eva.roles = ["ANALYST"]
    cast.eva.save()
    assert "/sager/" not in signed_in(cast.eva).get("/resultater/hvem/").content.decode()
    assert signed_in(cast.eva).get(link).status_code == 403


@pytest.mark.parametrize(
    ("page", "asks_for"),
    [
        ("hvem/", "del=age&vaerdi=under+30"),
        ("hvem/", "status=%2B"),
        ("status/", "del=at+m12&status=%2B"),
        ("fastholdelse/", "del=kept&vaerdi=followed+13"),
        ("fastholdelse/", "del=kept&vaerdi=ended"),
        ("efter-forloebet/", "del=at+start&vaerdi=job&status=benefit"),
        ("efter-forloebet/", "vaerdi=only"),
    ],
)
def test_groups_sums_flows_and_jobs_open_their_cases_too(
    cast: Cast, signed_in: SignedIn, stored: MakeStored, cohorts: list[Cohort], page: str, asks_for: str
) -> None:
    """Each link leads to the very mentorships of its number: one that carries the labels of one of them is listed."""
    run, cohort = stored(), cohorts[-1]
    tree = html.fromstring(signed_in(cast.eva).get(f"/resultater/{page}").content)
    wanted = [
        each for each in tree.xpath("//td/a[contains(@href, '/sager/')]") if asks_for in each.get("href")
    ]
    link, number = wanted[0].get("href"), int(wanted[0].text_content().replace(".", ""))
    shown = selectors.newest(cast.eva)
    assert shown is not None
    found = navigation.asked_for(
        shown, {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    )
    assert found is not None and found.sentence
    behind = [
        place
        for place in range(len(cohort.rows))
        if all(set(parts) <= set(cohort.labels_of(place)[name]) for name, parts in found.labels.items())
    ]
    is_share = page == "hvem/" and "status" in asks_for
    assert len(behind) == found.count and (is_share or number == found.count)
    counted(cast, run, cohort, cohort.labels_of(behind[0]), 1)
    text = signed_in(cast.eva).get(link).content.decode()
    assert "/forloeb/" in text and "1 forløb." in text


def test_what_is_not_shown_opens_nothing(
    cast: Cast, signed_in: SignedIn, stored: MakeStored, figures: Stored
) -> None:
    stored()
    newest = max(period for period, _subject in figures if period)
    stored_cells = figures[newest, "SUBGROUPS"]["cells"]
    cells = {key: value for key, value in stored_cells.items() if key.startswith("in|")}
    hidden = [key.split("|")[1:] for key, value in cells.items() if value is None and key[-1] not in "*+"]
    plain = [each for each in hidden if each[1] not in {"under 30"}]
    client = signed_in(cast.eva)
    for part, label, status in plain[:3]:
        answer = client.get("/resultater/sager/", {"del": part, "vaerdi": label, "status": status})
        assert answer.status_code == 404
    assert plain
    assert client.get("/resultater/sager/", {"del": "municipality", "vaerdi": "1"}).status_code == 404


def test_the_report_holds_the_figures_of_every_page(
    cast: Cast, signed_in: SignedIn, stored: MakeStored
) -> None:
    stored()
    answer = signed_in(cast.eva).get("/resultater/rapport/")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    shown = selectors.newest(cast.eva)
    assert shown is not None
    from brobygger.effects import report

    drawn = [maker(shown, cast.eva) for maker in pages.HAPPENED_PAGES.values()]
    content = report.content_of(shown, [*drawn, others_page(shown, cast.eva, [])], cast.municipality)
    cells = [cell for page in content["pages"] for block in page["blocks"] if block["table"]
             for row in block["table"]["rows"] for cell in row]  # fmt: skip
    on_pages = [cell.text for page in drawn for block in page.blocks if block.table
                for row in block.table.rows for cell in row]  # fmt: skip
    assert set(on_pages) <= set(cells) and any("12" in cell for cell in cells)
    pictures = [block["picture"] for page in content["pages"] for block in page["blocks"] if block["picture"]]
    with_picture = [block for page in drawn for block in page.blocks if block.picture]
    assert len(pictures) >= len(with_picture) > 2
    for svg in (svg for each in pictures for _label, svg in each["drawings"]):
        assert "fill:#" in svg.replace(" ", "") and "var(" not in svg, (
            "A drawing on paper carries its own colours."
        )


def test_tables_can_be_taken_along(cast: Cast, signed_in: SignedIn, stored: MakeStored) -> None:
    stored()
    client = signed_in(cast.eva)
    answer = client.get("/resultater/tabel/status/1/")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Hvornår;Job;") and len(lines) == 6
    assert client.get("/resultater/tabel/status/2/").status_code == 404
    assert client.get("/resultater/tabel/hemmelig/1/").status_code == 404


def test_asking_for_new_figures(cast: Cast, signed_in: SignedIn, db: Any) -> None:
    client = signed_in(cast.eva)
    assert "Regn nu" in client.get("/resultater/").content.decode()
    client.post("/resultater/koer/")
    assert ResultRun.objects.filter(finished_at=None).count() == 1
    client.post("/resultater/koer/")
    assert ResultRun.objects.filter(finished_at=None).count() == 1
    done = services.make_results(municipality=cast.municipality, on=TODAY, at=NOW)
    assert done.trouble == ResultRun.Trouble.NO_REGISTERS and done.asked_by == cast.eva
    text = client.get("/resultater/").content.decode()
    assert "ugeregister" in text


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_worker_finds_nobody_who_waits(cast: Cast) -> None:
    for is_night in (False, True):
        assert selectors.due(TODAY, is_night=is_night) is None
    assert services.run_next(at=NOW) is None
