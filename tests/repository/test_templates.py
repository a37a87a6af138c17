"""Demands on every template."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.repository.sources import ROOT, templates

FORBIDDEN = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I),
    "inline style": re.compile(r"<style|\sstyle=", re.I),
    "event handler": re.compile(r"\son[a-z]+=[\"']", re.I),
    "address of another site": re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//(?!www\.w3\.org)", re.I),
    "javascript: address": re.compile(r"javascript:", re.I),
}


@pytest.mark.parametrize("file", templates(), ids=lambda file: str(file.relative_to(ROOT / "src/brobygger")))
def test_a_template_keeps_the_content_policy(file: Path) -> None:
    text = re.sub(r"{% comment.*?endcomment %}|{#.*?#}", "", file.read_text(), flags=re.S)
    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("<script>alert(1)</script>", "inline script"),
        ('<p style="color:red">', "inline style"),
        ('<a onclick="go()">', "event handler"),
        ('<img src="//cdn.example/x.png">', "address of another site"),
    ],
)
def test_a_planted_breach_is_found(text: str, named: str) -> None:
    assert FORBIDDEN[named].search(text)
