"""The browser assets that the pages name are there, whole and without a foreign address."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

ROOT = Path(__file__).resolve().parents[2]
STYLES = [
    "vendor/dkfds/css/dkfds.min.css",
    "vendor/dkfds/css/dkfds-borgerdk.min.css",
    "vendor/dkfds/css/dkfds-virkdk.min.css",
    "ui/brobygger.css",
]


def found(name: str) -> Path:
    path = finders.find(name)
    assert path, f"{name} is missing: run script/fetch-assets."
    return Path(str(path))


@pytest.mark.parametrize("name", STYLES)
def test_every_address_in_a_style_sheet_leads_to_a_file(name: str) -> None:
    text = found(name).read_text()
    addresses = {match.strip("\"'") for match in re.findall(r"url\(([^)]*)\)", text)}
    assert addresses
    for address in addresses:
        assert not re.match(r"(?:https?:)?//|data:", address)
        found(str((Path("/") / Path(name).parent / address).resolve())[1:])


@pytest.mark.parametrize(
    "name",
    [
        "vendor/dkfds/js/dkfds.min.js",
        "ui/brobygger.js",
        "ui/fields.js",
        "ui/keep.js",
        "vendor/dkfds/img/all-svg-icons.svg",
    ],
)
def test_scripts_and_icons_are_there(name: str) -> None:
    assert found(name).stat().st_size > 500


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    sprite = found("vendor/dkfds/img/all-svg-icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = {
        name
        for template in (ROOT / "src").rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text())
    }
    assert {"menu", "close"} <= named
    assert named <= known


def test_every_class_of_ours_in_a_template_has_a_rule() -> None:
    styled = set(re.findall(r"\.(bb-[a-z-]+)", found("ui/brobygger.css").read_text()))
    templates = ROOT / "src/brobygger/ui/templates/ui"
    used = {
        name
        for template in templates.rglob("*.html")
        for classes in re.findall(r'class="([^"{]*)"', template.read_text())
        for name in classes.split()
        if name.startswith("bb-")
    }
    hooks = {"bb-user", "bb-user-name", "bb-step-text", "bb-timeline-body", "bb-work-about", "bb-chart-table"}
    assert used - hooks <= styled


def test_the_lock_names_no_registry() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert json.loads(lock)["packages"]["node_modules/dkfds"]["integrity"].startswith("sha512-")
    assert "resolved" not in lock
    assert "://" not in lock
