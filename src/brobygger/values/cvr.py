"""Company numbers (CVR) and location numbers (GLN/EAN), checked with python-stdnum."""

from __future__ import annotations

from stdnum import ean
from stdnum.dk import cvr as _cvr
from stdnum.exceptions import ValidationError


class NotACvr(ValueError):
    """The text is not a CVR number."""


class NotAGln(ValueError):
    """The text is not a GLN number."""


def parse_cvr(text: str) -> str:
    """Eight digits from "DK 12 34 56 74" and its spellings. Raises NotACvr."""
    try:
        return str(_cvr.validate(text))
    except ValidationError:
        raise NotACvr(
            "Skriv CVR-nummeret med otte cifre. Kontroller tallene: de passer ikke sammen."
        ) from None


def parse_gln(text: str) -> str:
    """Thirteen digits. Raises NotAGln."""
    try:
        number = str(ean.validate(text))
    except ValidationError:
        number = ""
    if len(number) != 13:
        raise NotAGln("Skriv EAN-nummeret med tretten cifre. Kontroller tallene: de passer ikke sammen.")
    return number
