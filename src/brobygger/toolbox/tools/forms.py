"""A tool as a form: one field for each item, asked in the words of whoever fills it in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from brobygger.toolbox.forms import QuietField, ScaleField, ToolboxForm
from brobygger.toolbox.models import Side
from brobygger.toolbox.tools.definitions import LONGEST_TEXT, Answer, Item, Tool
from brobygger.ui.forms import CheckboxField, ChipsField, TextAreaField


class ToolForm(ToolboxForm):
    bound_field_class = QuietField

    def __init__(self, *args: Any, tool: Tool, side: Side, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.update({item.key: _field_of(item, side) for item in tool.items})


def _field_of(item: Item, side: Side) -> forms.Field:
    told: dict[str, Any] = {
        "label": item.asked_of(side),
        "help_text": item.hint,
        "required": item.required,
    }
    if item.required:
        told["error_messages"] = {"required": _demand(item, side)}
    if item.answer is Answer.SCALE:
        return ScaleField(**told)
    if item.answer is Answer.CHOICE:
        return ChipsField(choices=item.choices, **told)
    if item.answer is Answer.TICK:
        return CheckboxField(**told)
    return TextAreaField(rows=2, max_length=LONGEST_TEXT, **told)


def _demand(item: Item, side: Side) -> str:
    return _("Svar på: %(question)s") % {"question": item.asked_of(side)}
