"""From content to PDF: PDF/A-2a (archives) and PDF/UA-1 (screen readers) in one file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import typst

FOLDER = Path(__file__).parent
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


def decision_pdf(content: Mapping[str, Any], *, at: datetime) -> bytes:
    """The decision letter. The same content and instant give the same bytes."""
    return _pdf("decision.typ", content, at)


def agreement_pdf(content: Mapping[str, Any], *, at: datetime) -> bytes:
    """The mentor agreement."""
    return _pdf("agreement.typ", content, at)


def document_pdf(content: Mapping[str, Any], *, at: datetime) -> bytes:
    """Any other document of sections, such as an end report, on the same paper as the agreement."""
    return _pdf("agreement.typ", content, at)


def _pdf(template: str, content: Mapping[str, Any], at: datetime) -> bytes:
    return compile_pdf(FOLDER / template, content, root=FOLDER, at=at)


def compile_pdf(template: Path, content: Mapping[str, Any], *, root: Path, at: datetime) -> bytes:
    """A template's PDF for archives and screen readers, in the letters' fonts; it may import what lies in ``root``.

    The same content and instant give the same bytes.
    """
    return typst.compile(
        str(template),
        root=str(root),
        font_paths=[str(FOLDER / "fonts")],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
        pdf_standards=[*STANDARDS],
        timestamp=int(at.timestamp()),
    )
