"""One cell as one fact: dates, hours, kroner, yes and no, the way Danish case systems and people write them."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from brobygger.review.intake.sheet import Cell
from brobygger.values.cpr import NotACpr, parse_cpr
from brobygger.values.duration import NotADuration, parse_minutes

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 1, 1)
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_MOST_HOURS = 20_000
_LARGEST = 1e12

_YES = frozenset({"ja", "j", "yes", "y", "true", "sand", "x", "✓", "✔", "1", "ok"})
_NO = frozenset({"nej", "n", "no", "false", "falsk", "0"})
_NOTHING_WRITTEN = frozenset(
    {"", "-", "--", "–", "—", ".", "?", "n/a", "na", "ingen", "ikke udfyldt", "ikke angivet", "mangler", "nul",
     "nej", "none", "null", "ikke oplyst", "ikke dokumenteret"}
)  # fmt: skip
_ERRORS = frozenset(
    {
        "#REF!",
        "#N/A",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REFERENCE!",
        "#I/T",
        "#VÆRDI!",
        "#NAVN?",
    }
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "januar", "january"), ("feb", "februar", "february"), ("mar", "marts", "march"),
            ("apr", "april"), ("maj", "may"), ("jun", "juni", "june"), ("jul", "juli", "july"),
            ("aug", "august"), ("sep", "sept", "september"), ("okt", "oktober", "oct", "october"),
            ("nov", "november"), ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_DAY_FIRST = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4}|\d{2})(?:[ t].*)?$")
_YEAR_FIRST = re.compile(r"(\d{4})-?/?(\d{2})-?/?(\d{2})(?:[ t].*)?$")
_IN_WORDS = re.compile(r"(\d{1,2})\.?\s*([a-zæøå]+)\.?,?\s+(\d{4})$")
_CPR_SHAPED = re.compile(r"(?<![0-9])[0-9]{6}[- ]?[0-9]{4}(?![0-9])")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:[. \u00a0\u202f']\d{3})+|\d+)(?:,\d+)?$")
_POINT_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$")
_UNIT = re.compile(r"(?:kr\.?|dkk|timer|time|t\.|t|stk\.?|uger?|%)$", re.IGNORECASE)


class NotReadable(ValueError):
    """The cell does not hold what its column shall; the message is one Danish sentence without the content."""


def text_of(cell: Cell) -> str:
    """The cell as one line of text; a whole number loses its ".0"."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, bool):
        return "Ja" if cell else "Nej"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
    return str(cell)


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def refuse_error(cell: Cell) -> None:
    """Raises NotReadable for a formula that failed."""
    if isinstance(cell, str) and cell.startswith("#") and cell.strip().upper() in _ERRORS:
        raise NotReadable("Cellen viser en regnefejl. Skriv værdien selv.")


def read_text(cell: Cell) -> str:
    return text_of(cell)[:200]


def read_date(cell: Cell) -> date:
    """A day. Two-digit years are 2000 and on. Raises NotReadable."""
    found = _date(cell)
    if found is None:
        raise NotReadable("Cellen er ikke en dato. Skriv den som 31-12-2025.")
    if not FIRST_DAY <= found < LAST_DAY:
        raise NotReadable("Datoen ligger uden for de år, som mentorordningen har fandtes i.")
    return found


def _date(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        # A day that lost its format in the spreadsheet is the number of days since 1899.
        return (
            _EXCEL_DAY_ZERO + timedelta(days=int(cell)) if 30_000 <= cell < 75_000 else _year_first(str(cell))
        )
    if not isinstance(cell, str):
        return None
    text = " ".join(cell.split()).lower()
    if match := _DAY_FIRST.match(text):
        year = int(match[3]) if len(match[3]) == 4 else 2000 + int(match[3])
        return _day(year, int(match[2]), int(match[1]))
    if match := _IN_WORDS.match(text):
        return _day(int(match[3]), _MONTHS.get(match[2], 0), int(match[1]))
    return _year_first(text)


def _year_first(text: str) -> date | None:
    match = _YEAR_FIRST.match(text.removesuffix(".0"))
    return _day(int(match[1]), int(match[2]), int(match[3])) if match else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_dates(cell: Cell) -> tuple[date, ...]:
    """One day or several in one cell, divided by semicolon, comma, line or "og". Raises NotReadable."""
    if not isinstance(cell, str):
        return (read_date(cell),)
    parts = [part for part in re.split(r"[;,\n|]| og ", cell) if part.strip()]
    return tuple(read_date(part.strip()) for part in parts)


def read_decimal(cell: Cell) -> Decimal:
    """A number with Danish or English separators, with or without a unit. Raises NotReadable."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise NotReadable("Cellen er ikke et tal. Skriv det som 1250,50.")
    if not isinstance(cell, str):
        if not math.isfinite(cell) or abs(cell) >= _LARGEST:
            raise NotReadable("Tallet er for stort.")
        return Decimal(str(cell))
    if len(cell) > 40:
        raise NotReadable("Cellen er ikke et tal. Skriv det som 1250,50.")
    text = _UNIT.sub("", cell.strip().replace("\u2212", "-")).strip().removesuffix(",-").removesuffix(",–")
    text = re.sub(r"^(?:kr\.?|dkk)\s*", "", text, flags=re.IGNORECASE)
    try:
        if _NUMBER.match(text):
            return _in_range(Decimal(re.sub(r"[. \u00a0\u202f']", "", text).replace(",", ".")))
        if _POINT_NUMBER.match(text):
            return _in_range(Decimal(text.replace(",", "")))
    except InvalidOperation:
        pass
    raise NotReadable("Cellen er ikke et tal. Skriv det som 1250,50.")


def _in_range(number: Decimal) -> Decimal:
    if abs(number) >= _LARGEST:
        raise NotReadable("Tallet er for stort.")
    return number


def read_kroner(cell: Cell) -> Decimal:
    """Kroner, two decimals, not negative. Raises NotReadable."""
    amount = read_decimal(cell)
    if amount < 0:
        raise NotReadable("Beløbet er negativt. Skriv et beløb på 0 kr. eller mere.")
    if amount >= 1_000_000_000:
        raise NotReadable("Beløbet er for stort. Skriv det i kroner.")
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def read_hours(cell: Cell) -> int:
    """Minutes from hours: "2,5", "2:30", "90 min", or the spreadsheet's own time. Raises NotReadable."""
    minutes = _minutes(cell)
    if minutes < 0:
        raise NotReadable("Timerne er negative. Skriv 0 eller mere.")
    if minutes > _MOST_HOURS * 60:
        raise NotReadable("Timetallet er for stort. Skriv det i timer.")
    return minutes


def _minutes(cell: Cell) -> int:
    if isinstance(cell, timedelta):
        return round(cell.total_seconds() / 60)
    if isinstance(cell, time):
        return cell.hour * 60 + cell.minute
    if isinstance(cell, str):
        try:
            return parse_minutes(cell)
        except NotADuration:
            pass
    try:
        hours = read_decimal(cell)
    except NotReadable:
        raise NotReadable("Cellen er ikke et antal timer. Skriv det som 2,5 eller 2:30.") from None
    return int((hours * 60).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def read_count(cell: Cell) -> int:
    """A whole number from 0. Raises NotReadable."""
    try:
        number = read_decimal(cell)
    except NotReadable:
        raise NotReadable("Cellen er ikke et helt tal.") from None
    if number != number.to_integral_value() or not 0 <= number < 1_000_000:
        raise NotReadable("Cellen er ikke et helt tal på 0 eller mere.")
    return int(number)


def read_yes_no(cell: Cell) -> bool:
    """Raises NotReadable for anything but a yes or a no."""
    if isinstance(cell, bool):
        return cell
    word = text_of(cell).lower().strip(" .!")
    if word in _YES:
        return True
    if word in _NO:
        return False
    if isinstance(cell, date) or _date(cell) is not None:
        return True
    raise NotReadable("Cellen er hverken ja eller nej.")


def read_documented(cell: Cell) -> bool:
    """Whether something was written. The words themselves stay in the file: they may name people."""
    if isinstance(cell, bool):
        return cell
    word = text_of(cell).lower().strip(" .!")
    return word in _YES or word not in _NO | _NOTHING_WRITTEN


def holds_cpr(text: str) -> bool:
    """Whether a CPR number stands somewhere in the text."""
    return any(_is_cpr(match[0]) for match in _CPR_SHAPED.finditer(text))


def without_cpr(text: str) -> str:
    """The text with each CPR number replaced by dots.

    >>> without_cpr("Sag om 610190-1234")
    'Sag om ••••••-••••'
    """
    return _CPR_SHAPED.sub(lambda match: "••••••-••••" if _is_cpr(match[0]) else match[0], text)


def read_cpr(cell: Cell) -> str:
    """Ten digits; a number that lost its first zero in a spreadsheet gets it back. Raises NotReadable."""
    text = text_of(cell)
    if isinstance(cell, int | float) or (text.isdecimal() and len(text) == 9):
        text = text.zfill(10)
    try:
        return parse_cpr(text)
    except NotACpr:
        raise NotReadable("Cellen er ikke et CPR-nummer. Skriv det med ti cifre.") from None


def _is_cpr(text: str) -> bool:
    try:
        parse_cpr(text)
    except NotACpr:
        return False
    return True
