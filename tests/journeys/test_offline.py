"""The mentor's telephone without a network, in a real browser: nothing is lost, and everything arrives once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from brobygger.values.moment import COPENHAGEN
from tests.journeys.visitor import PHONE, Visitor

MENTOR = "/timer/mentor/"
SHELL = "/timer/mentor/paa-telefonen/"
WORKER_READY = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
HOLDS_KEY = "MentorQueue.holder().then((held) => Boolean(held))"
KEPT = """async () => {
  const entries = await MentorQueue.entries();
  return entries.map((each) => each.body && each.body.fields.note);
}"""
RAW = """() => new Promise((resolve) => {
  const opening = indexedDB.open('brobygger-mentor');
  opening.onsuccess = () => {
    const names = ['entries', 'meta'], found = {}, base = opening.result.transaction(names);
    for (const name of names) base.objectStore(name).getAll().onsuccess = (done) => {
      found[name] = done.target.result.map((row) => JSON.stringify(row, (key, value) =>
        value instanceof ArrayBuffer ? `[${value.byteLength} bytes]` : value));
    };
    base.oncomplete = () => { opening.result.close(); resolve(found); };
  };
})"""


@pytest.fixture
def mentor(visitor: Callable[..., Visitor]) -> Iterator[Visitor]:
    """Signed in, with the worker in place and the key at hand."""
    somebody = visitor(PHONE)
    somebody.signs_in_as("Mentor")
    ready(somebody)
    yield somebody
    somebody.context.set_offline(False)


def ready(somebody: Visitor) -> None:
    page = somebody.page
    somebody.opens(MENTOR)
    until(page, HOLDS_KEY)
    if not page.evaluate(WORKER_READY):
        page.reload()
        page.wait_for_function("navigator.serviceWorker.controller !== null")


def test_a_usual_contact_takes_at_most_three_taps(mentor: Visitor) -> None:
    page, taps = mentor.page, 0
    page.evaluate("sessionStorage.clear()")
    page.locator("section.bb-card").first.get_by_role("link", name=re.compile("^Registrér for")).tap()
    taps += 1
    page.wait_for_url(re.compile(r"/registrer/"))
    mentor.checks_the_page()
    assert page.locator("#id_day").input_value() == f"{datetime.now(COPENHAGEN):%d.%m.%Y}"
    assert page.locator("input[name=length]:checked").count() == 1
    assert page.locator("input[name=kind]:checked").count() == 1
    tasks = page.locator("#opgaver input[name=task]")
    if tasks.count() > 1:
        tasks.last.check()
        taps += 1
    before = contacts_in_town(mentor)
    page.get_by_role("button", name="Gem", exact=True).tap()
    taps += 1
    assert taps <= 3
    summary = page.locator("[data-module='error-summary']")
    page.get_by_text("Gemt.").or_(summary).first.wait_for()
    # Where the demonstration has a meeting at that very time, it is said, and what was written stands there.
    assert contacts_in_town(mentor) == before + (0 if summary.count() else 1)
    wait_until_empty(page)


def test_without_a_network_killed_and_sent_twice_it_arrives_once(mentor: Visitor) -> None:
    page, context = mentor.page, mentor.context
    notes = [f"Uden net {number} {datetime.now(COPENHAGEN):%H%M%S%f}" for number in (1, 2)]
    context.set_offline(True)
    page.goto(f"{mentor.product.address}/timer/mentor/registrer/")
    page.get_by_text("Det, du gemmer her, ligger på telefonen").wait_for()
    page.locator("[data-phone-cases] label").first.wait_for()
    mentor.fits()
    for number, note in enumerate(notes):
        register_on_phone(page, note, day=free_day(), clock=f"{3 + number:02d}.10")
    # Corrected before it was sent: still one.
    page.locator("#on-phone li").first.get_by_role("link", name="Ret").tap()
    page.wait_for_url(re.compile(r"\?ret="))
    expect(page.locator("#id_note")).to_have_value(notes[0])
    page.locator("#id_note").fill(f"{notes[0]} rettet")
    page.get_by_role("button", name="Gem", exact=True).tap()
    expect(page.locator("#on-phone li")).to_have_count(2)
    until(page, f"({KEPT})().then((notes) => notes.length === 2 && notes[0].endsWith('rettet'))")
    # A draft is there two seconds after the last key, whatever happens then.
    page.locator("#id_note").fill("En halv sætning")
    page.wait_for_timeout(1_000)
    page.close(run_before_unload=False)

    # A new window, still without a network: all of it is there.
    page = context.new_page()
    page.goto(mentor.product.address + SHELL)
    expect(page.locator("#on-phone li")).to_have_count(2)
    page.get_by_role("button", name="Fortsæt kladden").tap()
    expect(page.locator("#id_note")).to_have_value("En halv sætning")

    # The network comes: two windows and the worker send at once, and one is closed in the midst.
    other = context.new_page()
    other.goto(mentor.product.address + SHELL)
    context.set_offline(False)
    other.evaluate("void MentorQueue.send('/timer/mentor/')")
    for window in (page, other):
        window.evaluate("window.dispatchEvent(new Event('online'))")
    other.close(run_before_unload=False)
    wait_until_empty(page)
    mentor.page = page
    arrived_once(mentor, f"{notes[0]} rettet", notes[1])


def test_a_connection_that_breaks_in_the_midst_and_a_conflict(mentor: Visitor) -> None:
    """The server saves and its answer is lost; then the same again; then another meeting at the same time."""
    page, context = mentor.page, mentor.context
    note = f"Svaret gik tabt {datetime.now(COPENHAGEN):%H%M%S%f}"

    def save_and_cut(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    context.set_offline(True)
    page.goto(mentor.product.address + SHELL)
    register_on_phone(page, note, day=free_day(), clock="05.10")
    context.route("**/timer/mentor/send/", save_and_cut)
    context.set_offline(False)
    page.evaluate("MentorPhone.send()")
    assert page.evaluate(KEPT) == [note], "Without an answer it is kept."
    context.unroute("**/timer/mentor/send/")
    page.evaluate("MentorPhone.send()")
    wait_until_empty(page)

    context.set_offline(True)
    register_on_phone(page, "Samme tid", day=free_day(), clock="05.10")
    context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_text("Du har allerede registreret et møde").wait_for()
    mentor.faults.clear()  # without a network the browser says that it lacks one
    mentor.checks_the_page()
    page.locator("#on-phone li").get_by_role("button", name="Slet fra telefonen").tap()
    expect(page.locator("#on-phone li")).to_have_count(0)
    arrived_once(mentor, note)


def test_logging_out_locks_what_the_telephone_keeps_and_loses_nothing(mentor: Visitor) -> None:
    page, context = mentor.page, mentor.context
    note = f"Låst {datetime.now(COPENHAGEN):%H%M%S%f}"
    context.set_offline(True)
    page.goto(mentor.product.address + SHELL)
    register_on_phone(page, note, day=free_day(), clock="06.10")
    stored = page.evaluate(RAW)
    assert len(stored["entries"]) == 1
    assert note not in "".join(stored["entries"] + stored["meta"]), "Locked, also while signed in."
    context.route("**/timer/mentor/telefon/", lambda route: route.abort())
    context.set_offline(False)
    page.goto(mentor.product.address + MENTOR)
    page.locator("#on-phone").get_by_text(note).wait_for()
    page.locator(".bb-user summary").tap()
    page.get_by_role("button", name="Log af").tap()
    page.wait_for_url("**/log-ind/")
    page.wait_for_timeout(300)
    stored = page.evaluate(RAW)
    assert stored["meta"] == [], "No key, nothing that was seen."
    assert len(stored["entries"]) == 1, "What was not sent is still there."
    context.unroute("**/timer/mentor/telefon/")
    context.set_offline(True)
    page.goto(mentor.product.address + SHELL)
    page.get_by_text("Telefonen har ingen forløb at vise.").locator("visible=true").first.wait_for()
    assert note not in page.content()
    context.set_offline(False)
    mentor.faults.clear()
    mentor.signs_in_as("Mentor")
    wait_until_empty(page)
    arrived_once(mentor, note)
    assert personal_in_caches(context, page) == []


def register_on_phone(page: Page, note: str, *, day: str, clock: str) -> None:
    before = page.locator("#on-phone li").count()
    page.locator("#id_day").fill(day)
    page.locator("#id_clock").fill(clock)
    page.locator("input[name=length][value=OTHER]").check()
    page.locator("#id_other_length").fill("1 min")
    page.locator("#id_note").fill(note)
    page.get_by_role("button", name="Gem", exact=True).tap()
    expect(page.locator("#on-phone li")).to_have_count(before + 1)


def arrived_once(mentor: Visitor, *notes: str) -> None:
    """Each stands once among the mentor's hours, as the server shows them."""
    page = mentor.page
    for _try in range(2):
        with suppress(
            Error
        ):  # the page reloads itself when something was sent, and then it is asked for again
            page.goto(mentor.product.address + MENTOR)
            break
    expect(page.get_by_role("heading", name="Mine timer")).to_be_attached()
    for note in notes:
        expect(page.get_by_text(note)).to_have_count(1)


def wait_until_empty(page: Page) -> None:
    """All is sent, by whichever window or worker."""
    until(page, "MentorQueue.holder().then(async (held) => held && !(await MentorQueue.entries()).length)")


def until(page: Page, promise: str) -> None:
    """Asks until what is promised is true; a wait on the page itself would take the promise for an answer."""
    for _try in range(100):
        with suppress(Error):  # the page is just being loaded anew
            if page.evaluate(promise):
                return
        page.wait_for_timeout(100)
    raise AssertionError(promise)


def free_day() -> str:
    """Yesterday, in the small hours, where the demonstration has no meetings."""
    return f"{datetime.now(COPENHAGEN) - timedelta(days=1):%d.%m.%Y}"


def contacts_in_town(somebody: Visitor) -> int:
    answer = somebody.context.request.get(f"{somebody.product.address}/timer/mentor/telefon/")
    return len(answer.json()["snapshot"]["contacts"])


def personal_in_caches(context: BrowserContext, page: Page) -> list[str]:
    """Addresses in the worker's store that are neither the shell nor a static part."""
    found: list[str] = page.evaluate("""async () => {
      const names = await caches.keys();
      const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return kept.flat().map((each) => new URL(each.url).pathname);
    }""")
    assert SHELL in found
    return [path for path in found if path != SHELL and not path.startswith("/static/")]
