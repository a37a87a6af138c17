"""How figures, money and dates are written to people in Danish."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import phonenumbers
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from brobygger.values.moment import COPENHAGEN

LOCALE = "da"
DENMARK = 45


def number(value: Decimal | int | float, decimals: int | None = None) -> str:
    """A number with Danish separators; ``decimals`` fixes how many, else as many as there are (at most 2).

    >>> number(Decimal("12345.6")), number(12345, 2)
    ('12.345,6', '12.345,00')
    """
    pattern = "#,##0.##" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=LOCALE)


def kroner(amount: Decimal | int, decimals: int = 2) -> str:
    """Kroner with øre, or without for estimates.

    >>> kroner(Decimal("12345.6")), kroner(Decimal("17000"), 0)
    ('12.345,60 kr.', '17.000 kr.')
    """
    return f"{number(amount, decimals)} kr."


def percent(share: Decimal | float, decimals: int = 0) -> str:
    """A share between 0 and 1 as per cent.

    >>> percent(Decimal("0.174"))
    '17 %'
    """
    return f"{number(Decimal(str(share)) * 100, decimals)} %"


def danish_day_of(when: date | datetime) -> date:
    """The Danish calendar day of a date or of an instant."""
    if isinstance(when, datetime):
        return (when.astimezone(COPENHAGEN) if when.tzinfo else when).date()
    return when


def danish_date(when: date | datetime) -> str:
    """A date the short way.

    >>> danish_date(date(2026, 2, 3))
    '3. feb. 2026'
    """
    return format_date(danish_day_of(when), "d. MMM y", locale=LOCALE)


def danish_weekday(when: date | datetime) -> str:
    """A day with its weekday, without the year.

    >>> danish_weekday(date(2026, 11, 23))
    'mandag 23. november'
    """
    return format_date(danish_day_of(when), "EEEE d. MMMM", locale=LOCALE)


_READERS = {"da": ("d. MMMM y", "EEEE d. MMMM"), "en": ("d MMMM y", "EEEE d MMMM")}
_ELSEWHERE = ("d MMMM y", "EEEE، d MMMM")


def reader_date(when: date | datetime) -> str:
    """A date with its month in words, in the reader's language: "3. februar 2026" in Danish."""
    language = reader_language()
    pattern = _READERS.get(language, _ELSEWHERE)[0]
    return isolated(format_date(danish_day_of(when), pattern, locale=language))


def reader_weekday(when: date | datetime) -> str:
    """A day with its weekday, in the reader's language: "mandag 23. november" in Danish."""
    language = reader_language()
    pattern = _READERS.get(language, _ELSEWHERE)[1]
    return isolated(format_date(danish_day_of(when), pattern, locale=language))


def reader_language() -> str:
    """The language the page is written in."""
    return (get_language() or LOCALE).split("-")[0]


def reader_short_date(when: date | datetime) -> str:
    """A date the short way, in the reader's language: "3. feb. 2026" in Danish, "3 Feb 2026" in English."""
    language = reader_language()
    pattern = "d. MMM y" if language == LOCALE else "d MMM y"
    return isolated(format_date(danish_day_of(when), pattern, locale=language))


def reader_length(minutes: int) -> str:
    """A length of time in the reader's language, with its units spelled out: "1 time og 30 minutter"."""
    hours, rest = divmod(minutes, 60)
    in_hours = ngettext("%(n)d time", "%(n)d timer", hours) % {"n": hours}
    in_minutes = ngettext("%(n)d minut", "%(n)d minutter", rest) % {"n": rest}
    if hours and rest:
        return _("%(hours)s og %(minutes)s") % {"hours": in_hours, "minutes": in_minutes}
    return in_minutes if rest else in_hours


def isolated(text: str) -> str:
    """Keeps a name, a number or a time whole inside a sentence that runs from right to left.

    Elsewhere the text is left alone. The marks are Unicode's FSI and PDI, as ``<bdi>`` in HTML.
    """
    return f"\u2068{text}\u2069" if text and get_language_bidi() else text


def isolated_times(text: str) -> str:
    """As ``isolated`` for clock times with a dash, which always run from left to right."""
    return f"\u2066{text}\u2069" if text and get_language_bidi() else text


def danish_clock(when: datetime) -> str:
    """The Danish wall-clock time of an instant.

    >>> from datetime import UTC
    >>> danish_clock(datetime(2026, 11, 23, 9, 5, tzinfo=UTC))
    '10.05'
    """
    return f"{(when.astimezone(COPENHAGEN) if when.tzinfo else when):%H.%M}"


def days_away(when: date | datetime, today: date) -> str:
    """How far a deadline is from ``today``: ahead, today or over.

    >>> days_away(date(2026, 2, 15), date(2026, 2, 3)), days_away(date(2026, 1, 31), date(2026, 2, 3))
    ('om 12 dage', '3 dage over')
    """
    days = (danish_day_of(when) - today).days
    if days == 0:
        return _("i dag")
    if days == 1:
        return _("i morgen")
    if days > 0:
        return ngettext("om %(days)d dag", "om %(days)d dage", days) % {"days": days}
    return ngettext("%(days)d dag over", "%(days)d dage over", -days) % {"days": -days}


def days_since(when: date | datetime, today: date) -> str:
    """How long ago something happened; a day ahead reads as in ``days_away``.

    >>> days_since(date(2026, 2, 1), date(2026, 2, 3)), days_since(date(2026, 2, 2), date(2026, 2, 3))
    ('for 2 dage siden', 'i går')
    """
    days = (today - danish_day_of(when)).days
    if days <= 0:
        return days_away(when, today)
    if days == 1:
        return _("i går")
    return ngettext("for %(days)d dag siden", "for %(days)d dage siden", days) % {"days": days}


def telephone(number: str) -> str:
    """A telephone number as Danes read it: "45 67 89 01"; the country only where it is another."""
    try:
        parsed = phonenumbers.parse(number, "DK")
        is_possible = phonenumbers.is_possible_number(parsed)
    except phonenumbers.NumberParseException:
        return number
    if not is_possible:
        return number
    if parsed.country_code != DENMARK:
        return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    digits = f"{parsed.national_number:08d}"
    return " ".join(digits[start : start + 2] for start in range(0, len(digits), 2))
