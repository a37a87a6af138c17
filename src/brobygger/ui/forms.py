"""Forms drawn with the design system: label above, hint under it, error by the field, typed text kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.utils import pretty_name
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from brobygger.ui.fields import (
    CheckboxField,
    Chips,
    ChipsField,
    ChipsMultiple,
    ChipsMultipleField,
    ClockField,
    CprField,
    CvrField,
    DanishDateField,
    DanishDecimalField,
    DateText,
    DurationField,
    Faces,
    FacesField,
    KronerField,
    SearchSelect,
    ShortText,
    TextAreaField,
)

__all__ = [
    "CheckboxField",
    "Chips",
    "ChipsField",
    "ChipsMultiple",
    "ChipsMultipleField",
    "ClockField",
    "CprField",
    "CvrField",
    "DanishDateField",
    "DanishDecimalField",
    "DateText",
    "DurationField",
    "Faces",
    "FacesField",
    "KronerField",
    "Renderer",
    "SearchSelect",
    "ShortText",
    "TextAreaField",
    "UiForm",
    "UiModelForm",
]

_CLASSES = {
    "checkbox": "form-checkbox",
    "checkboxes": "form-checkbox",
    "chips": "bb-chip-input",
    "faces": "bb-chip-input",
    "file": "",
    "hidden": "",
    "radio": "form-radio",
    "select": "form-select",
}


def _kind_of(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    kinds: tuple[tuple[type[forms.Widget], str], ...] = (
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radio"),
        (forms.CheckboxInput, "checkbox"),
        (forms.Select, "select"),
        (forms.FileInput, "file"),
        (forms.Textarea, "textarea"),
    )
    own = getattr(widget, "kind", None)
    return str(own) if own else next((kind for type_, kind in kinds if isinstance(widget, type_)), "text")


def _demand(name: str, field: forms.Field) -> str:
    """What to do about an empty field that says nothing better itself."""
    label = str(field.label or pretty_name(name)).strip()
    if label.endswith(("?", "؟")):
        return _("Svar på: %(question)s") % {"question": label}
    if _kind_of(field.widget) == "checkbox":
        return _("Sæt kryds ved: %(label)s") % {"label": label}
    noun = {"label": label if label[:2].isupper() else label[:1].lower() + label[1:]}
    written = _kind_of(field.widget) in ("text", "textarea")
    return (_("Skriv %(label)s.") if written else _("Vælg %(label)s.")) % noun


def _name_the_blank(field: forms.Field) -> None:
    """Says "Vælg" in an empty choice instead of a row of dashes."""
    if not isinstance(field.widget, forms.Select):
        return
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == "---------":
            field.empty_label = _("Vælg")
    elif isinstance(field, forms.ChoiceField) and isinstance(field.choices, list):
        field.choices = [
            (value, _("Vælg") if value in ("", None) and str(label).startswith("---") else label)
            for value, label in field.choices
        ]


class UiBoundField(forms.BoundField):
    """A field that knows how the design system draws it."""

    @property
    def kind(self) -> str:
        return _kind_of(self.field.widget)

    @property
    def suffix(self) -> str:
        return str(getattr(self.field.widget, "suffix", ""))

    @property
    def limit(self) -> int | None:
        """How many characters the counter counts down from."""
        return getattr(self.field, "max_length", None) if self.kind == "textarea" else None

    @property
    def optional(self) -> bool:
        depends = getattr(self.form, "depends", ())
        return not self.field.required and self.kind != "checkbox" and self.name not in depends

    @property
    def grouped(self) -> bool:
        return self.kind in ("radio", "checkboxes", "chips", "faces")

    @property
    def anchor(self) -> str:
        """The id that a link in the error summary leads to: the first choice of a group, else the input."""
        return f"{self.auto_id}_0" if self.grouped else str(self.id_for_label or self.auto_id)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        classes = (
            _CLASSES.get(_kind_of(widget), "form-input"),
            widget.attrs.get("class"),
            attrs.get("class"),
        )
        if css := " ".join(str(name) for name in classes if name):
            built["class"] = css
        if self.grouped:
            # On a group the state belongs to the fieldset, not to each choice.
            built.pop("aria-invalid", None)
        elif self.field.required and self.kind != "hidden":
            built["aria-required"] = "true"
        if self.limit and self.auto_id:
            described = (built.get("aria-describedby"), f"{self.auto_id}_limit")
            built["aria-describedby"] = " ".join(str(name) for name in described if name)
        return built


class Renderer(DjangoTemplates):
    """Renders every form, field and error with the design system's templates."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = UiBoundField


class _Drawn(forms.BaseForm):
    """The browser's own bubbles stay away: errors are written by the server, in Danish, by the field."""

    default_renderer = Renderer
    bound_field_class: type[forms.BoundField] | None = UiBoundField
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.error_messages.get("required") is forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _demand(name, field)
            _name_the_blank(field)

    def as_fields(self) -> SafeString:
        """All fields in order, without the error summary and without the form element."""
        return self.render()


class UiForm(_Drawn, forms.Form):
    """Base of every form. ``depends`` are fields that another answer makes needed: their labels say when."""

    depends: Sequence[str] = ()


class UiModelForm(_Drawn, forms.ModelForm):  # type: ignore[type-arg]
    """Base of the forms of administration that mirror one model."""
