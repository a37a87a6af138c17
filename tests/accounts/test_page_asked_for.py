"""A form may say where one came from; it leads nowhere else than to a page here."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from brobygger.accounts.requests import page_asked_for
from tests.cast import Cast

PASSWORD = "en lang adgangskode"


@pytest.mark.parametrize("wanted", ["/forloeb/?status=alle", "/"])
def test_a_page_here_is_kept(rf: RequestFactory, wanted: str) -> None:
    assert page_asked_for(rf.post("/", {"next": wanted})) == wanted


@pytest.mark.parametrize(
    "wanted",
    ["", "forloeb", "web:home", "-1", "//andre.example/", "/\\andre.example", "https://andre.example/"],
)
def test_other_sites_and_what_is_no_address_are_not(rf: RequestFactory, wanted: str) -> None:
    assert page_asked_for(rf.post("/", {"next": wanted})) == ""


def test_signing_in_with_nonsense_leads_home(cast: Cast, client: Client) -> None:
    cast.anna.set_password(PASSWORD)
    cast.anna.save(update_fields=["password"])
    sent = {"username": "anna", "password": PASSWORD, "next": "x"}
    answer = client.post(reverse("accounts:login"), sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("web:home"))
