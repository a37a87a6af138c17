"""Danish unless the reader chose English; a browser's own setting is no choice."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_browser_that_prefers_english_gets_danish(client: Client) -> None:
    page = client.get(reverse("accounts:login"), headers={"accept-language": "en"})
    assert 'lang="da"' in page.text
    assert "Adgangskode" in page.text


def test_english_is_chosen_with_a_button_and_stays(client: Client) -> None:
    back = client.post(reverse("set_language"), {"language": "en", "next": reverse("accounts:login")})
    assert back.headers["Location"] == reverse("accounts:login")
    page = client.get(reverse("accounts:login"))
    assert 'lang="en"' in page.text
    assert "Password" in page.text


def test_a_language_that_is_not_there_is_danish(client: Client) -> None:
    client.cookies["django_language"] = "xx"
    assert 'lang="da"' in client.get(reverse("accounts:login")).text
