"""What the import contracts cannot see."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from brobygger.accounts.models import TenantRow
from tests.repository.sources import ROOT, calls, python_files, where

WRITES = {
    "save",
    "create",
    "delete",
    "update",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
CLOCKS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("time", "time"),
}


def layer_of() -> dict[str, int]:
    """Height of each package in the contract, 0 at the bottom."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = contracts[0]["layers"]
    return {name.strip(): len(layers) - row for row, line in enumerate(layers) for name in line.split("|")}


def test_foreign_keys_point_down() -> None:
    heights = layer_of()
    wrong = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in heights
        for field in model._meta.local_fields
        if field.is_relation
        and field.related_model is not None
        and field.related_model._meta.app_label in heights
        and field.related_model._meta.app_label != model._meta.app_label
        and heights[field.related_model._meta.app_label] >= heights[model._meta.app_label]
    ]
    assert wrong == []


def database_calls(file: Path) -> list[str]:
    """Where a file of the interface reaches the database by itself."""
    found = []
    for node in calls(file):
        if node.attr == "objects":
            found.append(where(file, node.lineno))
        if node.attr in WRITES and not _is_harmless(node):
            found.append(where(file, node.lineno))
    return found


def _is_harmless(node: ast.Attribute) -> bool:
    """Dictionaries and attribute bags have ``update`` too; hashes have it as well."""
    return node.attr == "update" and isinstance(node.value, ast.Name | ast.Attribute | ast.Call)


def test_views_forms_and_presenters_leave_the_database_to_others() -> None:
    found = [hit for file in python_files("views", "forms", "presenters") for hit in database_calls(file)]
    assert found == []


def test_a_view_that_writes_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "planted_views.py"
    planted.write_text("def view(request):\n    Citizen.objects.create(name='x')\n")
    assert len(database_calls(planted)) == 2


def clock_reads(file: Path) -> list[str]:
    return [
        where(file, node.lineno)
        for node in calls(file)
        if isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    ]


def test_nobody_below_the_views_reads_the_clock() -> None:
    layers = ("services", "selectors", "presenters", "models", "law", "values", "payment", "einvoice")
    assert [hit for file in python_files(*layers) for hit in clock_reads(file)] == []


def test_a_service_that_reads_the_clock_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "planted_services.py"
    planted.write_text("from datetime import date\nx = date.today()\n")
    assert len(clock_reads(planted)) == 1


@pytest.mark.parametrize(
    "model", [m for m in apps.get_models() if issubclass(m, TenantRow)], ids=lambda m: m.__name__
)
def test_each_tenant_model_says_who_reaches_its_rows(model: type[TenantRow]) -> None:
    assert "row_access" in vars(model), f"{model.__name__} inherits its row_access; declare it."
    assert (model.__doc__ or "").strip(), f"{model.__name__} needs one sentence with the Danish term."


@pytest.mark.parametrize(
    "model", [m for m in apps.get_models() if issubclass(m, TenantRow)], ids=lambda m: m.__name__
)
def test_each_index_of_a_tenant_model_starts_with_the_municipality(model: type[TenantRow]) -> None:
    firsts = [index.fields[0] for index in model._meta.indexes if index.fields]
    assert all(first.lstrip("-") == "municipality" for first in firsts)
