"""What is answered, and whether the municipality asks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from brobygger.evaluations.forms import NeededLater
from brobygger.evaluations.models import Party, SurveyAsk
from brobygger.evaluations.surveys.items import NO, UNSURE, YES, items_of
from brobygger.hours.forms import SomeForm
from brobygger.ui.forms import ChipsField, FacesField

ANSWERS = ((YES, gettext_lazy("Ja")), (NO, gettext_lazy("Nej")), (UNSURE, gettext_lazy("Ved ikke")))


class AnswerForm(SomeForm):
    """A question for each item of the moment, in the words of the side that is asked. Nothing is required."""

    bound_field_class = NeededLater

    def __init__(self, *args: Any, ask: SurveyAsk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in items_of(ask.moment):
            label = item.citizen if ask.party == Party.CITIZEN else item.mentor
            self.fields[item.key] = (
                FacesField(label=label, required=False)
                if item.is_scale
                else ChipsField(label=label, choices=ANSWERS, required=False)
            )


class ChoiceForm(SomeForm):
    is_on = ChipsField(
        label=gettext_lazy("Skal begge sider spørges?"),
        choices=(("yes", gettext_lazy("Ja")), ("no", gettext_lazy("Nej"))),
    )
