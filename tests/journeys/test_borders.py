"""Nobody comes to what is another's: not another municipality, not another person, not somebody signed out.

The answer is the same as for an address that never was.
"""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.journeys import neighbour
from tests.journeys.serving import clean_environment
from tests.journeys.test_commands import owner
from tests.journeys.test_pages_of_each_role import DESK, PHONES
from tests.journeys.visitor import DATA, ROOT, Product, Visitor
from tests.journeys.walking import kind_of, walk_quickly

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
CASE_HANDLERS = ("Jobkonsulent", "Sagsbehandler", "Leder", "Mentorkoordinator", "Økonomi", "Tilsyn")


@pytest.fixture(scope="session")
def next_door(product: Product, browser: Browser) -> dict[str, str]:
    """Addresses in another municipality by kind, each with somebody's id in it and each open to its own leader."""
    subprocess.run(
        [sys.executable, "-m", "tests.journeys.neighbour", str(DATA)],
        env={**clean_environment(), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        cwd=ROOT,
        check=True,
        timeout=180,
    )
    product.logins["Naboens leder"] = (neighbour.LEADER, product.logins["Leder"][1])
    context = browser.new_context(locale="da-DK")
    leader = signed_in(Visitor(context, product), "Naboens leder")
    found = walk_quickly(leader, begins=["/forloeb/?hvis=alle&status=ACTIVE", *not_always_linked(), "/"])
    context.close()
    return {kind: path for kind, path in found.items() if ID.search(path)}


def not_always_linked() -> list[str]:
    """What the neighbour's first pages need not lead to, by the operator's knowledge."""
    with owner() as connection:
        rows = connection.execute(
            "select '/personer/borgere/' || (select c.public_id from people_citizen c where c.municipality_id = m.id"
            " limit 1) || '/', '/opfoelgning/' || (select f.public_id from followups_followup f"
            " where f.municipality_id = m.id and f.done_at is null and f.cancelled_at is null limit 1) || '/'"
            " from accounts_municipality m where m.code = %s",
            [neighbour.CODE],
        ).fetchall()
    return [str(path) for path in rows[0]]


def signed_in(somebody: Visitor, role: str) -> Visitor:
    username, password = somebody.product.logins[role]
    somebody.opens("/log-ind/")
    somebody.page.get_by_label("Brugernavn").fill(username)
    somebody.page.get_by_label("Adgangskode").fill(password)
    somebody.page.locator("main form").first.get_by_role("button", name="Log ind", exact=True).click()
    somebody.page.wait_for_url(lambda url: "/log-ind/" not in url)
    return somebody


def status(somebody: Visitor, path: str) -> int:
    return somebody.context.request.get(somebody.product.address + path, max_redirects=0).status


def nobodys(path: str) -> str:
    return ID.sub(str(uuid.uuid5(uuid.NAMESPACE_URL, path)), path)


def test_the_neighbour_has_pages_of_every_kind(next_door: dict[str, str]) -> None:
    """Else the borders below would be tried against nothing."""
    expected = {
        "/forloeb/*/",
        "/forloeb/*/loven/",
        "/forloeb/*/hvad-nu-hvis/",
        "/personer/mentorer/*/",
        "/personer/borgere/*/",
        "/opfoelgning/*/",
        "/oekonomi/faktura/*/",
    }
    assert expected <= set(next_door), sorted(expected - set(next_door))


@pytest.mark.parametrize("role", [*DESK, *PHONES])
def test_another_municipality_is_not_there(
    visitor: Callable[..., Visitor], next_door: dict[str, str], role: str
) -> None:
    somebody = signed_in(visitor(), role)
    for path in next_door.values():
        answer = status(somebody, path)
        assert answer == status(somebody, nobodys(path)), path
        assert answer in (403, 404), path
    if role in CASE_HANDLERS:
        cases = [path for path in next_door.values() if path.startswith("/forloeb/")]
        assert [status(somebody, path) for path in cases] == [404] * len(cases)


def test_searching_does_not_cross_the_border(
    visitor: Callable[..., Visitor], next_door: dict[str, str]
) -> None:
    leader, there = signed_in(visitor(), "Leder"), signed_in(visitor(), "Naboens leder")
    there.opens(next_door["/forloeb/*/"])
    code = there.page.locator("h1 .bb-code").inner_text()
    for somebody, finds in ((there, True), (leader, False)):
        somebody.opens(f"/forloeb/?hvis=alle&status=alle&q={code}")
        links = somebody.page.locator(f"main a[href='{next_door['/forloeb/*/']}']")
        assert (links.count() > 0) is finds


@pytest.mark.parametrize(("role", "start"), [("Borger", "/timer/borger/"), ("Mentor", "/timer/mentor/")])
def test_another_persons_page_is_not_there(visitor: Callable[..., Visitor], role: str, start: str) -> None:
    somebody = signed_in(visitor(), role)
    own = set(walk_quickly(somebody, begins=[start]).values())
    tried = 0
    for username in others_like(somebody.product.logins[role][0]):
        somebody.product.logins["En anden"] = (username, somebody.product.logins[role][1])
        theirs = walk_quickly(signed_in(visitor(), "En anden"), begins=[start])
        for path in (path for path in theirs.values() if ID.search(path) and path not in own):
            assert status(somebody, path) == 404, path
            tried += 1
    assert tried > 3


def others_like(username: str) -> list[str]:
    """Some with the same role whose mentorship is going on, with their locked logins opened by the operator."""
    with owner() as connection:
        rows = connection.execute(
            "update accounts_user set password = (select password from accounts_user where username = %(own)s)"
            " where id in (select them.id from accounts_user them join accounts_user own"
            " on own.username = %(own)s and own.roles = them.roles and own.municipality_id = them.municipality_id"
            " join mentorships_mentorship m on m.municipality_id = them.municipality_id and m.status = 'ACTIVE'"
            " and them.person_id = case when own.roles @> '{CITIZEN}' then m.citizen_id else m.mentor_id end"
            " where them.id <> own.id order by them.id limit 3) returning username",
            {"own": username},
        ).fetchall()
    return [str(row[0]) for row in rows]


def test_a_letter_is_for_its_own_citizen(visitor: Callable[..., Visitor]) -> None:
    consultant, citizen = signed_in(visitor(), "Jobkonsulent"), signed_in(visitor(), "Borger")
    name = citizen.own_name()
    others = []
    for path in documents_of(consultant, but_not=name):
        assert status(consultant, path) == 200, path
        others.append(status(citizen, path))
    assert others
    assert set(others) == {404}


def documents_of(consultant: Visitor, *, but_not: str) -> list[str]:
    """Addresses of letters in others' cases."""
    initials = " ".join(f"{each[0]}." for each in but_not.split())
    consultant.opens("/forloeb/")
    rows = consultant.page.locator("main tbody tr").filter(has_not_text=initials)
    cases = rows.locator("th a, td a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    found: list[str] = []
    for case in [case for case in dict.fromkeys(cases) if kind_of(case) == "/forloeb/*/"][:8]:
        text = consultant.context.request.get(consultant.product.address + case).text()
        found += re.findall(r'href="(/forloeb/dokumenter/[^"]+)"', text)
    return found


def test_signed_out_everything_leads_to_signing_in(
    visitor: Callable[..., Visitor], next_door: dict[str, str]
) -> None:
    leader, nobody = signed_in(visitor(), "Leder"), visitor()
    own = walk_quickly(leader, begins=["/", "/tilsyn/"])
    closed = [path for kind, path in own.items() if kind not in ("/vejviser/", "/was/", "/nuloesning/")]
    assert len(closed) > 30
    for path in (*closed, *next_door.values()):
        answer = nobody.context.request.get(nobody.product.address + path, max_redirects=0)
        assert answer.status == 302, path
        assert urlsplit(answer.headers["location"]).path == "/log-ind/", path


def test_what_was_asked_for_signed_out_comes_after_signing_in(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor()
    somebody.goes_to("/oekonomi/maaneder/")
    assert urlsplit(somebody.page.url).path == "/log-ind/"
    username, password = somebody.product.logins["Økonomi"]
    somebody.page.get_by_label("Brugernavn").fill(username)
    somebody.page.get_by_label("Adgangskode").fill(password)
    somebody.page.locator("main form").first.get_by_role("button", name="Log ind", exact=True).click()
    somebody.page.wait_for_url("**/oekonomi/maaneder/")
    somebody.page.locator(".bb-user summary").click()
    somebody.page.get_by_role("button", name="Log af").click()
    somebody.page.wait_for_url("**/log-ind/")
    somebody.opens("/oekonomi/maaneder/")
    assert urlsplit(somebody.page.url).path == "/log-ind/"
