"""Form fields that read what people type and draw the design system's controls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from brobygger.ui import formats, reading
from brobygger.values.cpr import NotACpr, parse_cpr
from brobygger.values.cvr import NotACvr, parse_cvr
from brobygger.values.duration import NotADuration, format_minutes, parse_minutes

FACES = (
    (1, gettext_lazy("Rigtig dårligt")),
    (2, gettext_lazy("Ikke så godt")),
    (3, gettext_lazy("Nogenlunde")),
    (4, gettext_lazy("Godt")),
    (5, gettext_lazy("Rigtig godt")),
)


class ShortText(forms.TextInput):
    """A text input with a width, a unit after it, and the keyboard a phone should show."""

    def __init__(self, *, width: str = "s", suffix: str | Promise = "", **attrs: str) -> None:
        self.suffix = suffix
        named = {name.replace("_", "-"): value for name, value in attrs.items()}
        super().__init__(attrs={"class": f"input-width-{width}", "autocomplete": "off", **named})


class DateText(forms.TextInput):
    """A typed date; the script adds a button that opens the browser's own calendar."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "input-width-s", "autocomplete": "off", "data-bb-date": ""})


class SearchSelect(forms.Select):
    """A select that is searchable whatever its length (those with more than seven choices always are)."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__(attrs={"data-bb-search": "", **(attrs or {})}, choices=choices)


class Chips(forms.RadioSelect):
    """A few choices drawn side by side."""

    kind = "chips"


class ChipsMultiple(forms.CheckboxSelectMultiple):
    """A few choices side by side, of which several may be picked."""

    kind = "chips"


class Faces(forms.RadioSelect):
    """Five faces, each with its word."""

    kind = "faces"


class ReadField(forms.Field):
    """A typed field read by a function that raises ValueError with the sentence to show."""

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def write(self, value: Any) -> str:
        return str(value)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return self.read(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        # What was typed comes back untouched; only stored values are written out.
        return value if value is None or isinstance(value, str) else self.write(value)


class DurationField(ReadField):
    """Whole minutes, typed as "2,5", "2.5", "2 t 30" or "90 min"; a bare number is hours."""

    default_error_messages = {
        "required": gettext_lazy("Skriv antal timer."),
        "min": gettext_lazy("Skriv mindst %(limit)s"),
        "max": gettext_lazy("Skriv højst %(limit)s"),
    }

    def __init__(
        self, *, min_minutes: int | None = None, max_minutes: int | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", ShortText(width="xs", suffix=gettext_lazy("timer"), inputmode="text"))
        self.min_minutes, self.max_minutes = min_minutes, max_minutes
        super().__init__(**kwargs)

    def read(self, text: str) -> int:
        try:
            return parse_minutes(text)
        except NotADuration as error:
            raise ValueError(str(error)) from None

    def write(self, value: Any) -> str:
        minutes = int(value)
        return formats.number(Decimal(minutes) / 60) if minutes % 15 == 0 else format_minutes(minutes)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.min_minutes is not None and value < self.min_minutes:
            raise self._outside("min", self.min_minutes)
        if self.max_minutes is not None and value > self.max_minutes:
            raise self._outside("max", self.max_minutes)

    def _outside(self, code: str, limit: int) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"limit": format_minutes(limit)})


class DanishDecimalField(ReadField):
    """A Decimal typed the Danish way, with limits and at most ``decimals`` decimals."""

    default_error_messages = {
        "required": gettext_lazy("Skriv et tal."),
        "min": gettext_lazy("Skriv mindst %(limit)s."),
        "max": gettext_lazy("Skriv højst %(limit)s."),
        "decimals": gettext_lazy("Skriv højst %(limit)s decimaler."),
    }

    def __init__(
        self,
        *,
        min_value: Decimal | int | None = None,
        max_value: Decimal | int | None = None,
        decimals: int = 2,
        suffix: str | Promise = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", ShortText(width="s", suffix=suffix, inputmode="decimal"))
        self.min_value, self.max_value, self.decimals = min_value, max_value, decimals
        super().__init__(**kwargs)

    def read(self, text: str) -> Decimal:
        return reading.read_number(text)

    def write(self, value: Any) -> str:
        return formats.number(value).replace(".", "")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.min_value is not None and value < self.min_value:
            raise self._outside("min", formats.number(self.min_value))
        if self.max_value is not None and value > self.max_value:
            raise self._outside("max", formats.number(self.max_value))
        if round(value, self.decimals) != value:
            raise self._outside("decimals", str(self.decimals))

    def _outside(self, code: str, limit: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"limit": limit})


class KronerField(DanishDecimalField):
    """Kroner as Decimal, never negative unless asked for."""

    default_error_messages = {"required": gettext_lazy("Skriv beløbet i kroner.")}

    def __init__(self, *, min_value: Decimal | int | None = 0, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, suffix=kwargs.pop("suffix", "kr."), **kwargs)

    def write(self, value: Any) -> str:
        return formats.number(value, 0 if value == int(value) else 2)


class DanishDateField(ReadField):
    """A date typed day first, in any usual spelling, or as the browser sends it."""

    default_error_messages = {"required": gettext_lazy("Skriv datoen.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateText())
        super().__init__(**kwargs)

    def read(self, text: str) -> date:
        return reading.read_date(text)

    def write(self, value: Any) -> str:
        day = formats.danish_day_of(value) if isinstance(value, date | datetime) else value
        return f"{day:%d.%m.%Y}"


class ClockField(ReadField):
    """A clock time typed as "10.30", "10:30" or "1030"."""

    default_error_messages = {"required": gettext_lazy("Skriv klokkeslættet.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ShortText(width="xs", inputmode="text"))
        super().__init__(**kwargs)

    def read(self, text: str) -> time:
        return reading.read_clock(text)

    def write(self, value: Any) -> str:
        return f"{value:%H.%M}"


class CprField(ReadField):
    """A CPR number as ten digits; never kept in the browser."""

    default_error_messages = {"required": gettext_lazy("Skriv CPR-nummeret.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ShortText(width="s", inputmode="numeric", data_bb_secret=""))
        super().__init__(**kwargs)

    def read(self, text: str) -> str:
        return _read_with(parse_cpr, NotACpr, text)


class CvrField(ReadField):
    """A CVR number as eight digits."""

    default_error_messages = {"required": gettext_lazy("Skriv CVR-nummeret.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ShortText(width="s", inputmode="numeric"))
        super().__init__(**kwargs)

    def read(self, text: str) -> str:
        return _read_with(parse_cvr, NotACvr, text)


def _read_with(read: Callable[[str], str], refusal: type[ValueError], text: str) -> str:
    try:
        return read(text)
    except refusal as error:
        raise ValueError(str(error)) from None


class TextAreaField(forms.CharField):
    """Several lines of text, with a counter where there is a limit."""

    default_error_messages = {
        "max_length": gettext_lazy("Teksten er for lang. Skriv højst %(limit_value)d tegn.")
    }

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # The browser would cut a pasted text without a word; the counter tells instead.
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class ChipsField(forms.ChoiceField):
    """One of a few choices, drawn as chips."""

    widget = Chips


class ChipsMultipleField(forms.MultipleChoiceField):
    """Some of a few choices, drawn as chips."""

    widget = ChipsMultiple


class FacesField(forms.TypedChoiceField):
    """How it goes, from 1 to 5, as faces with words."""

    widget = Faces

    def __init__(self, *, choices: Sequence[tuple[int, Any]] = FACES, **kwargs: Any) -> None:
        super().__init__(choices=choices, coerce=int, empty_value=None, **kwargs)


class CheckboxField(forms.BooleanField):
    """A single tick."""
