"""The words of a PDF in reading order, through the fonts' own tables: enough for what our letters are made of."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf


def words_of(content: bytes) -> str:
    """All text of all pages, without line breaks."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return "".join(_page_text(page) for page in document.pages)


def _page_text(page: pikepdf.Page) -> str:
    fonts = {name: _table(font) for name, font in page.Resources.Font.items()}
    current: dict[int, str] = {}
    parts: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = fonts[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            pieces: Any = operands[0] if str(operator) == "TJ" else operands
            raw = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
            codes = [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
            parts.append("".join(current.get(code, "\N{REPLACEMENT CHARACTER}") for code in codes))
    return " ".join(parts)


def _table(font: pikepdf.Object) -> dict[int, str]:
    text = font.ToUnicode.read_bytes().decode()
    pairs = re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>\n", text)
    table = {int(code, 16): bytes.fromhex(target).decode("utf-16-be") for code, target in pairs}
    for low, high, target in re.findall(r"<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]{4})>", text):
        for offset in range(int(high, 16) - int(low, 16) + 1):
            table[int(low, 16) + offset] = chr(int(target, 16) + offset)
    return table
