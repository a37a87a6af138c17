"""A leader plans a lottery to the draw; the consultant puts citizens on its list from a telephone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.test_commands import owner
from tests.journeys.visitor import PHONE, Product, Visitor

WAITING = """
select c.name from people_citizen c
 where c.municipality_id = (select municipality_id from accounts_user where username = %s)
   and c.target_group in ('6.1', '6.2', '6.3', '6.6')
   and not exists (select from mentorships_mentorship m where m.citizen_id = c.id
                    and m.status in ('FOR_APPROVAL', 'GRANTED', 'ACTIVE'))
   and not exists (select from evaluations_candidate k where k.citizen_id = c.id)
   and (select count(*) from people_citizen o where o.name ilike '%%' || c.name || '%%') = 1
 order by c.id desc limit 3
"""
NAME = "Mentor til de sidste pladser"


@pytest.fixture(scope="module")
def citizens(product: Product) -> list[str]:
    """Three who wait and have no mentor."""
    with owner() as connection:
        found = connection.execute(WAITING, [product.logins["Leder"][0]]).fetchall()
    assert len(found) == 3
    return [str(name) for (name,) in found]


def test_a_lottery_is_planned_registered_filled_and_drawn(
    visitor: Callable[..., Visitor], citizens: list[str]
) -> None:
    # Given a leader who sees how much a lottery can show, as the numbers are typed
    leader = visitor()
    leader.signs_in_as("Leder")
    page = leader.goes_to("/evalueringer/ny/lodtraekning/")
    leader.sees("Det er for lidt til at svare på spørgsmålet.")
    types_a_size(leader, people="3000", places="1500")
    leader.sees("Det rækker.")
    types_a_size(leader, people="4", places="1")
    leader.sees("Trækkes 1 ud af 4 borgere, kan lodtrækningen")
    leader.chooses("Gå videre til protokollen")

    # When the protocol is written and registered
    page.get_by_label("Navn").fill(NAME)
    page.get_by_label("Hvilket spørgsmål").fill("Kommer flere i uddannelse?")
    page.get_by_label("Protokol", exact=True).fill("Alle på ventelisten kan være med. Der ses efter et år.")
    leader.checks_at_both_widths()
    leader.chooses("Gem kladden")
    leader.chooses("Registrér protokollen")
    leader.sees("Protokollen er registreret og kan ikke ændres.", "Ingen på listen endnu")
    address = page.url.removeprefix(leader.product.address)

    # And a consultant puts three on the list from a telephone
    consultant = visitor(PHONE)
    consultant.signs_in_as("Jobkonsulent")
    for name in citizens:
        puts_on_the_list(consultant, address, name)

    # Then the lot is drawn once, and anybody can draw it again
    leader.goes_to(address)
    leader.sees("3 borgere står på listen.")
    leader.chooses("Træk lod nu")
    leader.sees("Trukket: får en plads", "Nummer 1 til den næste plads", "Nummer 2 til den næste plads")
    leader.chooses("Træk igen for at kontrollere")
    leader.sees("Trukket igen: det samme resultat")
    leader.checks_at_both_widths()

    # And what both sides have answered stands as shares
    leader.goes_to("/evalueringer/spoergsmaal/")
    leader.sees("Ingen ser et enkelt svar.")
    leader.checks_at_both_widths()


def types_a_size(leader: Visitor, *, people: str, places: str) -> None:
    leader.page.get_by_label("Borgere, der vil have en mentor").fill(people)
    leader.page.get_by_label("Pladser", exact=True).fill(places)


def puts_on_the_list(consultant: Visitor, address: str, name: str) -> None:
    page = consultant.page
    consultant.goes_to(f"{address}borgere/")
    page.get_by_label("Borgerens navn").fill(name)
    consultant.chooses("Find")
    page.get_by_role("link", name=name).tap()
    consultant.checks_the_page()
    for question in ("Udskrives borgeren", "Er borgeren optaget", "Kan borgeren af personlige"):
        page.get_by_role("group", name=question).get_by_label("Nej").check()
    page.get_by_role("group", name="Hvordan sagde borgeren ja?").get_by_label("Ved et møde").check()
    consultant.chooses("Sæt på listen")
    consultant.sees("Borgeren er med i lodtrækningen.")
