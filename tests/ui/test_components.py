"""Components: what they say, and that nothing in them breaks the content security policy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from lxml import html

from brobygger.ui import toasts, views
from brobygger.ui.charts import Point, bars, line
from brobygger.values.source import Source

INLINE = re.compile(
    r"<[^>]+\s(?:style|on[a-z]+)\s*=|<script(?![^>]*\ssrc=)|<style|javascript:", re.IGNORECASE
)


def drawn(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@dataclass
class Finding:
    outcome: str
    sentence: str
    source: Source
    remedy: str = ""
    confirmed: bool = True
    field: str = ""


def test_a_status_is_a_word_with_a_tone_and_an_unknown_one_is_neutral() -> None:
    assert "bb-status-danger" in drawn('{% status_tag "DISPUTED" "Uenighed" %}')
    assert ">Uenighed<" in drawn('{% status_tag "DISPUTED" "Uenighed" %}')
    assert "bb-status-neutral" in drawn('{% status_tag "SOMETHING_NEW" "Nyt" %}')


def test_a_blocked_act_stays_visible_with_its_sentence_and_what_mends_it() -> None:
    page = html.fromstring(drawn('{% blocked_button "Start" "Aftalen mangler." "/aftale" "Send den" %}'))
    button = page.find(".//button")
    assert button is not None and button.get("disabled") is not None
    assert "Aftalen mangler." in page.get_element_by_id(button.get("aria-describedby")).text_content()
    assert page.find(".//a").get("href") == "/aftale"


def test_a_button_takes_htmx_attributes_and_escapes_them() -> None:
    button = html.fromstring(drawn("{% button label hx_post=url %}", label="<Bevilg>", url='/x?"><script>'))
    assert button.get("hx-post") == '/x?"><script>'
    assert button.text_content() == "<Bevilg>"


def test_a_finding_says_outcome_sentence_paragraph_and_remedy() -> None:
    item = Finding(
        "NOT_SATISFIED", "For længe.", Source("LAB", "§ 171"), "Forkort perioden.", field="ends_on"
    )
    page = html.fromstring(drawn("{% finding item %}", item=item))
    assert page.find(".//svg").get("aria-label") == "Ikke opfyldt"
    assert "LAB § 171" in page.text_content()
    assert page.find(".//a").get("href") == "#id_ends_on"


def test_what_is_not_confirmed_is_said_to_be_so() -> None:
    sure, unsure = Source("LAB", "§ 1"), Finding("SATISFIED", "Ja.", Source("LAB", "§ 1"), confirmed=False)
    assert "ikke bekræftet" in drawn("{% legal_ref item %}", item=unsure)
    assert "ikke bekræftet" not in drawn("{% legal_ref item %}", item=sure)


def test_findings_that_need_something_come_first() -> None:
    items = [
        Finding(outcome, outcome, Source("LAB")) for outcome in ("SATISFIED", "CANNOT_TELL", "NOT_SATISFIED")
    ]
    text = drawn("{% findings items %}", items=items)
    assert text.index("NOT_SATISFIED") < text.index("CANNOT_TELL") < text.index(">SATISFIED")


def test_the_hours_bar_tells_in_words_what_it_shows() -> None:
    page = html.fromstring(drawn("{% hours_bar 4800 3300 2700 120 %}"))
    assert (
        page.find(".//svg").get("aria-label")
        == "Bekræftet: 45 t., Afventer borger: 8 t., Uenighed: 2 t., Tilbage: 25 t."
    )
    widths = [float(each.get("width")[:-1]) for each in page.findall(".//svg[@role]/rect")]
    assert sum(widths) == pytest.approx(100, abs=0.05)


def test_hours_beyond_the_grant_are_said() -> None:
    assert "1 t. over bevillingen" in drawn("{% hours_bar 60 120 120 0 %}")
    assert "over bevillingen" not in drawn("{% hours_bar 0 0 0 0 %}")


def test_pages_keep_the_other_parameters() -> None:
    request = RequestFactory().get("/forloeb/", {"side": "2", "hold": "ung & ny"})
    text = drawn("{% pagination page %}", page=Paginator(range(100), 10).get_page(2), request=request)
    assert "?side=3&amp;hold=ung+%26+ny" in text
    assert drawn("{% pagination page %}", page=Paginator(range(5), 10).get_page(1), request=request) == ""


def test_a_date_needs_today_to_say_how_far_away_it_is() -> None:
    when = date(2026, 2, 15)
    assert "om 12 dage" in drawn("{% date_away when %}", when=when, today=date(2026, 2, 3))
    assert "15. feb. 2026" in drawn("{% date_away when %}", when=when)
    assert drawn("{% date_away when %}", when=None) == ""


def test_filters_show_nothing_for_nothing() -> None:
    source = (
        "{{ x|kroner }}{{ x|minutes }}{{ x|percent }}{{ x|danish_date }}{{ x|number }}{{ x|days_away:t }}"
    )
    assert drawn(source, x=None, t=date(2026, 2, 3)) == ""
    assert drawn("{{ x|kroner }} {{ y|minutes }}", x=Decimal(0), y=0) == "0,00 kr. 0 t."


def test_two_drawn_forms_have_two_keys() -> None:
    assert drawn("{% idempotency_key %}") != drawn("{% idempotency_key %}")


def test_a_toast_finds_its_place_and_offers_the_way_back() -> None:
    page = html.fromstring(toasts.fragment(RequestFactory().get("/"), "Flyttet.", undo_url="/fortryd/1"))
    assert page.get("hx-swap-oob") == "beforeend:#toasts"
    assert page.find(".//form").get("hx-post") == "/fortryd/1"
    assert "<form" not in toasts.fragment(RequestFactory().get("/"), "Flyttet.")


def test_a_chart_of_nothing_is_no_error_and_the_longest_bar_is_full() -> None:
    assert bars([]) == []
    assert [bar.width for bar in bars([Point("a", 5), Point("b", Decimal("2.5"))])] == ["100.00%", "50.00%"]
    assert [bar.width for bar in bars([Point("a", 0)])] == ["0%"]
    assert [bar.width for bar in bars([Point("a", 40), Point("b", 20)], 100)] == ["40.00%", "20.00%"]
    assert line([]).path == ""
    assert len(line([Point("a", 1)]).dots) == 1


@pytest.mark.parametrize("query", ["", "visning=telefon"])
def test_the_gallery_has_no_inline_script_or_style(query: str) -> None:
    text = views.gallery(RequestFactory().get(f"/galleri/?{query}")).content.decode()
    assert "Komponentgalleri" in text
    assert not INLINE.search(text)


@pytest.mark.parametrize(
    "planted", ['<p style="x">', '<a href="#" onclick="x">', "<script>x</script>", "<style>"]
)
def test_the_search_for_inline_parts_finds_a_planted_one(planted: str) -> None:
    assert INLINE.search(planted)


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (views.bad_request, 400),
        (views.permission_denied, 403),
        (views.page_not_found, 404),
        (views.too_large, 413),
        (views.server_error, 500),
        (views.csrf_failure, 403),
    ],
)
def test_an_error_page_says_what_happened_what_was_saved_what_to_do_and_a_number(
    view: Any, status: int
) -> None:
    response = view(RequestFactory().get("/"))
    text = response.content.decode()
    assert response.status_code == status
    for question in ("Hvad er der sket?", "Er noget gemt?", "Hvad kan du gøre?", "Referencenummer"):
        assert question in text
    assert re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", text)


@pytest.mark.parametrize("name", ["400", "403", "404", "413", "500", "503", "csrf"])
def test_an_error_page_needs_no_context(name: str) -> None:
    assert "Hvad er der sket?" in render_to_string(f"{name}.html")
