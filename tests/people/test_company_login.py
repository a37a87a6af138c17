"""The contact of a company gets a login, and the company's page works with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.organisations import selectors, services
from brobygger.organisations.models import Organisation
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.factories.people import make_organisation

Events = Callable[..., list[dict[str, Any]]]
SignedIn = Callable[[User], Client]


def place(cast: Cast, **fields: Any) -> Organisation:
    facts = {"name": "Tømrerne", "cvr": "", "contact_name": "Tom Toft", "contact_email": "Tom@example.org"}
    return make_organisation(cast, **{**facts, **fields})


def page_of(organisation: Organisation) -> str:
    return reverse("people:edit_organisation", args=[organisation.public_id])


def login_address(organisation: Organisation) -> str:
    return reverse("people:organisation_login", args=[organisation.public_id])


def test_the_login_is_the_contacts_and_is_recorded(cast: Cast, events: Events) -> None:
    organisation = place(cast)
    login, password = services.give_contact_login(organisation=organisation, by=cast.klara)
    assert (login.kind, login.person_id, login.name) == ("company", organisation.pk, "Tom Toft")
    assert (login.username, login.phone) == ("tom@example.org", organisation.contact_phone)
    assert login.check_password(password)
    assert login.password_is_first
    [event] = events("login.created")
    assert event["subject"] == str(login.public_id)
    assert password not in str(event)


def test_the_same_mail_gets_no_second_login(cast: Cast, events: Events) -> None:
    organisation = place(cast)
    services.give_contact_login(organisation=organisation, by=cast.anna)
    for again in (organisation, place(cast, name="Naboen", contact_email="TOM@example.org")):
        with pytest.raises(Refused, match="allerede et login med den e-mail"):
            services.give_contact_login(organisation=again, by=cast.anna)
    assert User.objects.filter(username="tom@example.org").count() == 1
    assert len(events("login.created")) == 1


def test_another_contact_gets_an_own_login(cast: Cast) -> None:
    organisation = place(cast)
    services.give_contact_login(organisation=organisation, by=cast.anna)
    organisation.contact_name, organisation.contact_email = "Tina Tang", "tina@example.org"
    organisation.save()
    services.give_contact_login(organisation=organisation, by=cast.anna)
    assert [each.name for each in selectors.logins_of(cast.anna, organisation)] == ["Tina Tang", "Tom Toft"]
    assert not selectors.logins_of(cast.bo, organisation).exists()


def test_without_a_mail_or_the_permission_there_is_none(cast: Cast, signed_in: SignedIn) -> None:
    before = User.objects.count()
    with pytest.raises(Refused) as refusal:
        services.give_contact_login(organisation=place(cast, contact_email=""), by=cast.anna)
    assert refusal.value.field == "contact_email"
    with pytest.raises(NotAllowed):
        services.give_contact_login(organisation=place(cast), by=cast.finn)
    assert signed_in(cast.finn).post(login_address(place(cast))).status_code == 403
    assert User.objects.count() == before


def test_the_password_is_shown_once_and_the_companys_page_works(
    cast: Cast, signed_in: SignedIn, client: Client
) -> None:
    organisation = place(cast)
    make_active(cast, organisation=organisation)
    staff = signed_in(cast.anna)
    assert "Giv kontaktpersonen login" in staff.get(page_of(organisation)).content.decode()
    shown = staff.post(login_address(organisation)).content.decode()
    [password] = re.findall(r'class="bb-secret">([^<]+)<', shown)
    after = staff.get(page_of(organisation)).content.decode()
    assert password not in after
    assert "tom@example.org" in after
    assert "Giv kontaktpersonen login" not in after

    own = Client()
    own.post(reverse("accounts:login"), {"username": "tom@example.org", "password": password})
    new = "fire rolige heste ved havet"
    own.post(reverse("accounts:password"), {"old": password, "new": new, "again": new})
    company = own.get("/", follow=True)
    assert company.status_code == 200
    assert company.redirect_chain[-1][0] == reverse("hours:company")
    assert "David" in company.content.decode()


def test_a_refused_login_says_why(cast: Cast, signed_in: SignedIn) -> None:
    organisation = place(cast)
    client = signed_in(cast.anna)
    client.post(login_address(organisation))
    again = client.post(login_address(organisation), follow=True).content.decode()
    assert "Der findes allerede et login med den e-mail." in again
    without = client.get(page_of(place(cast, name="Uden", contact_email=""))).content.decode()
    assert "Skriv kontaktpersonens e-mail ovenfor først" in without


def test_a_company_elsewhere_does_not_exist(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in(cast.bo).post(login_address(place(cast))).status_code == 404


def test_the_case_leads_to_the_companys_page(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = make_active(cast)
    page = signed_in(cast.anna).get(reverse("web:case", args=[mentorship.public_id])).content.decode()
    assert page_of(cast.company) in page
    seen_by_clerk = signed_in(cast.finn).get(reverse("web:case", args=[mentorship.public_id]))
    assert page_of(cast.company) not in seen_by_clerk.content.decode()
