"""How long a mentor needs to register a usual contact: ``python -m benchmarks.registering --address URL``.

A browser of a telephone's width on a running demonstration. The mentor is a model: one second before each tap, to read
and to move the thumb (``--pause``); what the page does in between takes the time it takes. The clock runs from the
mentor's page standing there until it says that the contact is saved. Taps are counted by the browser. Each contact is
deleted again, outside the time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, sync_playwright

PHONE = {"width": 390, "height": 844}
COUNTED = "addEventListener('click', (event) => event.isTrusted && window.brobyggerTapped(), true)"
MOST_TAPS, MOST_SECONDS = 3, 10.0


@dataclass
class Mentor:
    """One who taps with a pause before each."""

    page: Page
    address: str
    pause: float
    password: str
    taps: list[float] = field(default_factory=list)

    def signs_in(self) -> None:
        self.page.goto(f"{self.address}/log-ind/")
        self.page.get_by_label("Brugernavn").fill("mentor")
        self.page.get_by_label("Adgangskode").fill(self.password)
        self.page.locator("main form").first.get_by_role("button", name="Log ind", exact=True).click()
        self.page.wait_for_url(lambda url: "/log-ind/" not in url)

    def tap(self, place: Locator) -> None:
        time.sleep(self.pause)
        place.tap()

    def registers(self) -> tuple[int, float]:
        """Taps and seconds of one usual contact: the one met last, as long as usual, just now."""
        self.page.goto(f"{self.address}/timer/mentor/")
        self.taps.clear()
        begun = time.perf_counter()
        self.tap(self.page.get_by_text("Registrér kontakt", exact=True))
        self.tap(self.page.get_by_role("button", name="Gem", exact=True))
        self.page.get_by_text("Gemt.", exact=False).first.wait_for()
        return len(self.taps), time.perf_counter() - begun

    def takes_back(self) -> None:
        """The newest contact, so that the next one finds the time free."""
        self.page.goto(f"{self.address}/timer/mentor/")
        self.page.get_by_role("link", name="Slet").first.click()
        self.page.get_by_label("Hvorfor sletter du?").fill("Måling.")
        self.page.get_by_role("button", name="Slet", exact=True).click()
        self.page.wait_for_url(lambda url: "/slet/" not in url)


def measure(
    address: str, *, times: int, pause: float, browser: str, password: str
) -> list[tuple[int, float]]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        context = chromium.new_context(viewport=PHONE, has_touch=True, locale="da-DK")
        page = context.new_page()
        mentor = Mentor(page, address, pause, password)
        page.expose_function("brobyggerTapped", lambda: mentor.taps.append(time.perf_counter()))
        page.add_init_script(COUNTED)
        mentor.signs_in()
        found = []
        for _each in range(times):
            found.append(mentor.registers())
            mentor.takes_back()
        chromium.close()
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.registering", description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds before each tap")
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--password", default="brobyg-demo-2026", help="of the demonstration's mentor")
    options = parser.parse_args(arguments)
    found = measure(
        options.address,
        times=options.times,
        pause=options.pause,
        browser=options.browser,
        password=options.password,
    )
    taps, seconds = max(each[0] for each in found), [each[1] for each in found]
    print(f"taps: {taps} (at most {MOST_TAPS})")
    print(
        f"seconds: median {statistics.median(seconds):.1f}, slowest {max(seconds):.1f} (at most {MOST_SECONDS:.0f})"
    )
    return int(taps > MOST_TAPS or max(seconds) > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
