"""One person in one browser window, and the checks that every page they meet must pass."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Locator, Page, Request, Response

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "var" / f"journeys-{os.getpid()}"
"""The running product's own folder, so that two runs at once do not meet."""
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SETTLED = """() => document.readyState === 'complete'
  && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')
  && document.getAnimations().every((each) => each.playState !== 'running')"""
"""Nothing half faded: a colour in between would be judged as the colour."""
UNFOLDED = (
    "() => document.querySelectorAll('main details:not([open])').forEach((each) => { each.open = true; })"
)
LOOK = """() => {
  const shown = [...document.querySelectorAll('body, body *')].filter((each) => each.checkVisibility());
  const kinds = shown.map((each) => `${each.tagName}.${each.getAttribute('class') || ''}`);
  return [innerWidth, ...new Set(kinds)].sort().join();
}"""
"""What there is to see, without the words: the tags and classes that are shown, and the width."""
PARTS = {"stylesheet", "script", "image", "font"}
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "resultTypes": ["violations"],
    "preload": False,
}

_seen_looks: set[str] = set()


@dataclass
class Product:
    """The running product and its logins (role name to user name and password)."""

    address: str
    logins: dict[str, tuple[str, str]]


class Visitor:
    """Each page visited is checked: axe clean, no script error, nothing that is refused, missing or from elsewhere."""

    def __init__(self, context: BrowserContext, product: Product, *, scripts: bool = True) -> None:
        self.context, self.product, self.scripts = context, product, scripts
        self.faults: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._note_asked)
        self.page.on("response", self._note_answered)

    def _note(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.faults.append(message.text)

    def _note_asked(self, request: Request) -> None:
        if not request.url.startswith((self.product.address + "/", "data:", "blob:")):
            self.faults.append(f"Asks elsewhere: {request.url}")

    def _note_answered(self, response: Response) -> None:
        """A page may answer no; a part of one that is shown may not."""
        if response.status >= 400 and response.request.resource_type in PARTS:
            self.faults.append(f"{response.status}: {response.url}")

    # Moving about

    def goes_to(self, path: str) -> Page:
        self.opens(path)
        self.checks_the_page()
        return self.page

    def opens(self, path: str) -> Response:
        """Without the checks: for a page that is checked elsewhere, or one that must not be there."""
        response = self.page.goto(path if path.startswith("http") else self.product.address + path)
        assert response is not None
        return response

    def signs_in_as(self, role: str) -> Page:
        username, password = self.product.logins[role]
        self.opens("/log-ind/")
        self.page.get_by_label("Brugernavn").fill(username)
        self.page.get_by_label("Adgangskode").fill(password)
        self.page.locator("main form").first.get_by_role("button", name="Log ind", exact=True).click()
        self.page.wait_for_url(lambda url: "/log-ind/" not in url)
        self.checks_the_page()
        return self.page

    def chooses(self, link: str, *, within: str = "main") -> None:
        """Follows a link or presses a button, and looks at what comes."""
        place = self.page.locator(within)
        place.get_by_role("link", name=link, exact=True).or_(
            place.get_by_role("button", name=link, exact=True)
        ).first.click()
        self.checks_the_page()

    def picks(self, label: str, words: str) -> None:
        """Types in a searchable list and takes the first that matches, by keyboard."""
        box = self.page.get_by_role("combobox", name=re.compile(f"^{re.escape(label)}"))
        box.click()
        box.fill(words)
        box.press("Enter")

    def downloads(self, link: Locator) -> bytes:
        with self.page.expect_download() as waiting:
            link.click()
        return Path(waiting.value.path()).read_bytes()

    # Looking

    def sees(self, *sentences: str) -> None:
        """Each stands on the page and can be seen, or comes within the time-out."""
        for sentence in sentences:
            self.page.get_by_text(re.compile(re.escape(sentence))).locator("visible=true").first.wait_for()

    def own_name(self) -> str:
        return self.page.locator(".bb-user-name").first.inner_text()

    def checks_the_page(self, *, colours: bool = True) -> None:
        """WCAG 2.1 A and AA by axe, no sideways scrolling, nothing refused by the content policy.

        Colours take nearly all of axe's time. They come from classes, so a page of the very same classes and width as
        one that was looked at has nothing new to show.
        """
        self.page.wait_for_load_state("load")
        if self.scripts:
            self.page.wait_for_function(SETTLED)
        found = [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in self._violations(colours)]
        assert found == [], f"{self.page.url}: {found}"
        assert self.faults == [], f"{self.page.url}: {self.faults}"
        self.fits()

    def _violations(self, colours: bool) -> list[dict[str, Any]]:
        """Axe is put into a page once, however often the page is looked at. It cannot run where scripts do not."""
        if not self.scripts:
            return []
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        look = self.page.evaluate(LOOK) if colours else ""
        options = AXE | {"rules": {"color-contrast": {"enabled": colours and look not in _seen_looks}}}
        found: list[dict[str, Any]] = self.page.evaluate(
            "options => axe.run(options).then(results => results.violations)", options
        )
        _seen_looks.update([look] if not found else [])
        return found

    def checks_at_both_widths(self, *, closely: bool = True) -> None:
        """As the page stands on a desk and on a telephone, with all that can be folded out; the width is put back.

        Not ``closely``: colours are left out, and at the other width all but the fit.
        """
        before = self.page.viewport_size
        assert before
        self.fits()
        self.page.evaluate(UNFOLDED)
        self.checks_the_page(colours=closely)
        try:
            self.page.set_viewport_size(PHONE if before["width"] > PHONE["width"] else DESKTOP)  # type: ignore[arg-type]
            if closely:
                self.checks_the_page(colours=False)
            self.fits()
        finally:
            self.page.set_viewport_size(before)

    def fits(self) -> None:
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} scrolls {wide} pixels sideways."
