"""Demands on what is written: decisions numbered once, links that lead somewhere, nothing that must not be there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.repository.sources import ROOT

PAGES = sorted(file for file in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_decisions_are_numbered_once_and_say_their_number() -> None:
    files = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [file.name[:4] for file in files]
    assert numbers == [f"{number:04d}" for number in range(1, len(files) + 1)]
    assert all(file.read_text().startswith(f"# {file.name[:4]}. ") for file in files)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_scripts_named_in_the_readme_exist() -> None:
    named = set(re.findall(r"\bscript/[a-z-]+", (ROOT / "README.md").read_text()))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_no_lock_file_names_an_address() -> None:
    locks = [ROOT / "package-lock.json", *(ROOT / "requirements").glob("*.txt")]
    assert [
        lock.name
        for lock in locks
        if re.search(r"https?://(?!github\.com|opencollective|tidelift)", _urls(lock))
    ] == []


def _urls(lock: Path) -> str:
    """Funding notes of a package are no download address."""
    return re.sub(r'"funding": (\{[^}]*\}|\[[^\]]*\]|"[^"]*")', "", lock.read_text())


def test_no_cpr_number_that_a_person_can_have() -> None:
    """Ten digits that read as a CPR number are allowed only with the day raised by 60."""
    from brobygger.values.cpr import NotACpr, is_replacement, parse_cpr

    found = []
    for file in tracked():
        if file.suffix not in {".py", ".html", ".toml", ".md", ".csv"} or "tests/einvoice/files" in str(file):
            continue
        for number in re.findall(r"(?<!\d)\d{6}-\d{4}(?!\d)", file.read_text(errors="replace")):
            try:
                if not is_replacement(parse_cpr(number)) and number not in ALLOWED:
                    found.append(f"{file.relative_to(ROOT)}: {number}")
            except NotACpr:
                continue
    assert found == []


ALLOWED = {"010190-1234"}
"""The example of how to write a number, shown by the field; its check digit is wrong on purpose."""
