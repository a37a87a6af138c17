"""Browser journeys against the product as it is served: own data folder, own database, one worker at a time."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.journeys.visitor import DATA, DESKTOP, PHONE, ROOT, Product, Visitor

PICTURES = ROOT / "var" / "pictures"
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys share one product, so they run on one worker."""
    for item in items:
        if "tests/journeys" in str(item.path):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))


def chromium_path() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("The journeys need Chromium: run script/ensure-chromium.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`brobygger serve` on a fresh folder, with the small demonstration."""
    port = free_port()
    log = tmp_path_factory.mktemp("product") / "log"
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("DATABASE_URL", "BROBYGGER", "DJANGO", "PYTEST"))
    }
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "brobygger.web.cli", "serve", "--port", str(port), "--data", str(DATA)],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=ROOT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(f"{address}/healthz", server, log)
        yield Product(address, read_logins(log))
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(DATA, ignore_errors=True)


def wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200 and "Ctrl-C" in log.read_text():
                    return
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail(f"The product did not start:\n{log.read_text()}")


def read_logins(log: Path) -> dict[str, tuple[str, str]]:
    """Role to login, from what `serve` printed."""
    rows = re.findall(r"^  (\S.*?)\s{2,}(\S+)\s+(\S+)$", log.read_text(), flags=re.M)
    return {role: (username, password) for role, username, password in rows}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-quic",
                "--no-first-run",
            ],
        )
        yield started
        started.close()


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
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Visitor(context, product, scripts=scripts)

    yield open_window
    for number, context in enumerate(contexts, 1):
        if request.node.stash.get(FAILED, False):
            name = re.sub(r"\W+", "-", request.node.name)
            context.pages[0].screenshot(path=PICTURES / f"{name}-{number}.png", full_page=True)
        context.close()
