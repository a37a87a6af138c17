"""The product's own files, as the repository tests read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "brobygger"


def python_files(*layers: str) -> Iterator[Path]:
    """Files of a layer, whether one module (``views.py``) or a package (``views/``)."""
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE).parts
        if "migrations" in parts:
            continue
        if len(parts) > 1 and (parts[1].removesuffix(".py") in layers or parts[0] in layers):
            yield file


def templates() -> list[Path]:
    return sorted(PACKAGE.rglob("templates/**/*.html"))


def calls(file: Path) -> Iterator[ast.Attribute]:
    """Each attribute access in a file."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Attribute):
            yield node


def where(file: Path, line: int) -> str:
    return f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file.name}:{line}"
