"""Browser journeys against the product as it is served: own data folder, own database, one worker at a time."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Generator, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.journeys.serving import Serving
from tests.journeys.story import Inspector
from tests.journeys.visitor import DATA, DESKTOP, PHONE, ROOT, Product, Visitor

PICTURES = ROOT / "var" / "pictures"
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys share one product, so they run on one worker."""
    for item in items:
        if "tests/journeys" in str(item.path):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """`brobygger serve` on a fresh folder, with the small demonstration."""
    started = Serving(DATA, tmp_path_factory.mktemp("product") / "log")
    try:
        started.start()
        yield started
    finally:
        started.end()
        shutil.rmtree(DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def product(serving: Serving) -> Product:
    return Product(serving.address, serving.logins())


@pytest.fixture(scope="session")
def controlled(product: Product, browser: Browser) -> None:
    """The auditor's questions have been asked of every case, and signs of error looked for, once."""
    context = browser.new_context(locale="da-DK", viewport=DESKTOP)  # type: ignore[arg-type]
    inspector = Inspector(Visitor(context, product))
    inspector.visitor.signs_in_as("Tilsyn")
    inspector.sees_answers_to_all_questions()
    inspector.sees_signs()
    context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def visitor(
    browser: Browser, product: Product, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Visitor]]:
    """``visitor(PHONE)`` opens a window of its own. Of a journey that fails, pictures are kept in var/pictures."""
    contexts: list[BrowserContext] = []

    def open_window(size: dict[str, int] = DESKTOP, *, scripts: bool = True) -> Visitor:
        context = browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale="da-DK",
            timezone_id="Europe/Copenhagen",
            has_touch=size is PHONE,
            java_script_enabled=scripts,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Visitor(context, product, scripts=scripts)

    yield open_window
    for number, context in enumerate(contexts, 1):
        if request.node.stash.get(FAILED, False):
            name = re.sub(r"\W+", "-", request.node.name)
            context.pages[0].screenshot(path=PICTURES / f"{name}-{number}.png", full_page=True)
        context.close()
