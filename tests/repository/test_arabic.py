"""Citizens' pages in Arabic: every text has one, the page runs from right to left, and others stay Danish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import trans_real

from brobygger.citizens import languages, services
from brobygger.citizens.models import LanguageChoice
from brobygger.meetings.models import Meeting
from brobygger.mentorships.models import Task
from brobygger.people.models import Citizen
from brobygger.toolbox.assessments.areas import AREAS
from brobygger.toolbox.digital.kinds import Kind
from brobygger.toolbox.digital.screening import suggest
from brobygger.toolbox.models import Assessment
from brobygger.toolbox.tools.definitions import BY_SLUG
from brobygger.web import messages
from tests.citizens.conftest import NOW
from tests.repository.citizen_pages import pages
from tests.repository.citizen_tools import SCREENED, tool_pages
from tests.repository.sources import PACKAGE
from tests.repository.world import World

CATALOGUE = PACKAGE / "locale" / "ar" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]")
NOT_CITIZENS = {"contact_hours.html", "languages.html", "case_section.html", "staff.py", "models.py"}
"""Parts of the citizens' package that staff reads."""
STAFF_ONLY = {
    "Skriv borgerens telefonnummer eller e-mail først.",
    "Sproget har ingen tekster endnu og kan ikke slås til.",
}


@pytest.fixture
def in_arabic(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The municipality offers Arabic and David has chosen it; gives the texts asked for that have none.

    Not all of them are shown: menus are made for everybody and then cut, and mails to staff are in Danish.
    """
    municipality = world.cast.municipality
    LanguageChoice.objects.create(municipality=municipality, code="ar", is_on=True, changed_at=NOW)
    Citizen.objects.filter(pk=world.cast.citizen.pk).update(language="ar")
    missing: set[str] = set()
    real = trans_real.DjangoTranslation.gettext
    real_of_many = trans_real.DjangoTranslation.ngettext

    def noting(self: Any, message: str) -> str:
        told = str(real(self, message))
        if self.language() == "ar" and told == message and message.strip():
            missing.add(message)
        return told

    def noting_many(self: Any, singular: str, plural: str, number: int) -> str:
        told = str(real_of_many(self, singular, plural, number))
        if self.language() == "ar" and told in (singular, plural):
            missing.add(told)
        return told

    monkeypatch.setattr(trans_real.DjangoTranslation, "gettext", noting)
    monkeypatch.setattr(trans_real.DjangoTranslation, "ngettext", noting_many)
    yield missing


def shown(missing: set[str], page: str) -> set[str]:
    """Those that stand on the page, whatever their placeholders were filled with."""
    told = unescape(page)
    return {text for text in missing if len(text) > 1 and _pattern(text).search(told)}


def _pattern(text: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in PLACEHOLDER.split(text)]
    return re.compile(r"(?<!\w)" + r"[^<>]{1,80}?".join(parts) + r"(?!\w)")


def test_every_text_that_a_citizen_meets_has_an_arabic_one(world: World, in_arabic: set[str]) -> None:
    danish: dict[str, set[str]] = {}
    for name, answer in pages(world):
        page = answer.content.decode()
        if left := shown(in_arabic, page):
            danish[name] = left
        if name.split()[1] not in ("citizens:link", "accounts:login"):
            assert 'lang="ar" dir="rtl"' in page, name
    assert danish == {}


def test_a_text_without_arabic_is_found(
    world: World, in_arabic: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from brobygger.citizens import presenters

    monkeypatch.setattr(presenters, "_week", lambda monday, today: presenters._("En ny tekst."))
    found = {name: shown(in_arabic, answer.content.decode()) for name, answer in pages(world, only_own=True)}
    assert found["GET citizens:overview"] == {"En ny tekst."}


def test_every_tool_and_the_whole_plan_are_in_arabic(world: World, in_arabic: set[str]) -> None:
    danish, seen = {}, 0
    for name, answer in tool_pages(world):
        page, seen = answer.content.decode(), seen + 1
        assert answer.status_code in (200, 422) and 'lang="ar" dir="rtl"' in page, name
        if left := shown(in_arabic, page):
            danish[name] = left
    assert seen > 50 and danish == {}


def test_a_tool_without_arabic_is_found(
    world: World, in_arabic: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from brobygger.toolbox.tools import presenters

    monkeypatch.setattr(presenters, "answer_words", lambda item, value: presenters._("En ny tekst."))
    found = {name for name, answer in tool_pages(world) if shown(in_arabic, answer.content.decode())}
    assert {"forventninger, all", "foerste-samtale, all", "suggestion 1"} <= found
    assert "mentorhjul, all" not in found


def test_whatever_a_tool_can_say_to_the_citizen_is_in_the_catalogue() -> None:
    have = {message.id for message in _catalogue()}
    said = {str(text) for text in _words_of_tools()}
    assert len(said) > 150 and sorted(said - have) == []


def _words_of_tools() -> Iterator[object]:
    for tool in BY_SLUG.values():
        yield from (tool.title, tool.lead_citizen)
        for item in tool.items:
            yield from filter(None, (item.ask, item.hint, *(words for _key, words in item.choices)))
    for area in AREAS.values():
        yield from (area.label, area.ask, area.lowest, area.highest)
    for suggestion in map(suggest, SCREENED):
        yield from (*suggestion.reasons, *(suited.reason for suited in suggestion.kinds))
    for kinds in (Kind, Task.Beyond, Meeting.How, Meeting.State, Assessment.Moment, Assessment.Language):
        yield from (kind.label for kind in kinds)


def test_all_texts_of_the_citizens_package_are_in_the_catalogue() -> None:
    have = {message.id if isinstance(message.id, str) else message.id[0] for message in _catalogue()}
    lacking = [text for text in _texts_of(PACKAGE / "citizens") if text not in have | STAFF_ONLY]
    assert lacking == []


def _texts_of(package: Path) -> Iterator[str]:
    for file in sorted([*package.rglob("*.py"), *package.rglob("templates/**/*.html")]):
        if file.name not in NOT_CITIZENS and "migrations" not in file.parts:
            for _line, _context, text in messages._messages(file):
                yield text if isinstance(text, str) else text[0]


def _catalogue() -> list[Any]:
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="ar", domain="django") if message.id]


def test_the_catalogue_keeps_every_placeholder_and_no_text_that_is_gone() -> None:
    danish = {messages._key(message)[1] for message in messages.extracted() if message.id}
    wrong, gone = [], []
    for message in _catalogue():
        several = not isinstance(message.id, str)
        text = message.id[-1] if several else message.id
        arabic = message.string[-1] if several else message.string
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(arabic)):
            wrong.append(text)
        if (message.id[0] if several else message.id) not in danish:
            gone.append(text)
    assert (wrong, gone) == ([], [])


def test_a_choice_is_kept_for_next_time_and_only_offered_languages_are_shown(world: World) -> None:
    david, client = world.cast.david, Client()
    client.force_login(david)
    home, choose = reverse("citizens:overview"), reverse("citizens:language")
    assert "العربية" not in client.get(home).content.decode()
    assert client.post(choose, {"language": "ar"}).status_code == 409
    assert client.post(choose, {"language": "so"}).status_code == 404
    services.switch_language(code="ar", is_on=True, by=world.cast.eva, at=NOW)
    client.logout()
    client.force_login(david)
    assert "العربية" in client.get(home).content.decode()
    page = client.post(choose, {"language": "ar", "next": home}, follow=True).content.decode()
    assert 'lang="ar" dir="rtl"' in page and "مرشدي" in page and "ui/rtl.css" in page
    elsewhere = Client()
    elsewhere.force_login(david)
    assert elsewhere.get(home).headers["Content-Language"] == "ar"
    services.switch_language(code="ar", is_on=False, by=world.cast.eva, at=NOW)
    again = Client()
    again.force_login(david)
    assert again.get(home).headers["Content-Language"] == "da"


def test_times_stay_whole_from_right_to_left(world: World, in_arabic: set[str]) -> None:
    page = dict(pages(world, only_own=True))["GET citizens:overview"].content.decode()
    assert re.search(r"\u2066\d\d\.\d\d–\d\d\.\d\d\u2069", page)
    assert not re.search(r"(?<!\u2066)\d\d\.\d\d–\d\d\.\d\d", page)


def test_staff_and_mentors_never_get_a_page_half_in_arabic(world: World) -> None:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    for user in (world.cast.anna, world.cast.carla):
        client.force_login(user)
        assert client.get("/", follow=True).headers["Content-Language"] == "da"
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    assert client.get(reverse("accounts:login")).headers["Content-Language"] == "ar"
    assert client.get(reverse("web:guide")).headers["Content-Language"] == "da"


def test_only_languages_with_texts_are_ready() -> None:
    ready = [each.code for each in languages.languages().values() if each.is_ready]
    assert ready == ["da", "en", "ar"] and len(languages.languages()) == 22
    assert languages.languages()["ar"].is_right_to_left and not languages.languages()["en"].is_right_to_left
