"""A leader reads what the mentorships led to, on a desktop and on a telephone."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.visitor import DESKTOP, PHONE, Visitor

PATIENCE = 180_000
PAGES = (
    *("/resultater/", "/resultater/status/", "/resultater/efter-forloebet/", "/resultater/hvem/"),
    *("/resultater/oekonomi/", "/resultater/sammenligning/", "/resultater/andres-tal/"),
)


def test_a_leader_reads_the_results(visitor: Callable[..., Visitor]) -> None:
    # Given the figures that the worker makes of the registers
    leader = visitor(DESKTOP)
    page = leader.signs_in_as("Leder")
    leader.opens("/resultater/")
    for _attempt in range(PATIENCE // 3_000):
        if page.get_by_text("Sådan er tallene regnet ud").count():
            break
        page.wait_for_timeout(3_000)
        leader.opens("/resultater/")

    # Then every page says what happened in words, with a picture, a table and how it was computed
    for address in PAGES:
        leader.opens(address)
        leader.checks_at_both_widths()
    leader.opens("/resultater/status/")
    assert page.locator("section[data-word=Skete] svg").count()
    page.get_by_text("Sådan er tallene regnet ud").click()
    leader.sees("kan ikke slås fra")

    # And a figure opens its cases
    page.locator("td a[href*='/sager/']").first.click()
    page.wait_for_url("**/resultater/sager/**")
    leader.sees("Forløb bag tallet")

    # And the price is tried with other hours, on a telephone
    phone = visitor(PHONE)
    page = phone.signs_in_as("Leder")
    phone.opens("/resultater/oekonomi/")
    page.get_by_label("Timer pr. forløb").fill("20")
    page.get_by_label("Kroner i timen").fill("300")
    page.get_by_role("button", name="Regn med det").click()
    phone.sees("6.000 kr.")
    phone.checks_the_page()
