"""What the gallery shows: every component filled, empty and wrong. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from brobygger.ui.charts import Point
from brobygger.ui.forms import (
    CheckboxField,
    ChipsField,
    ChipsMultipleField,
    ClockField,
    CprField,
    CvrField,
    DanishDateField,
    DurationField,
    FacesField,
    KronerField,
    TextAreaField,
    UiForm,
)
from brobygger.values.source import Confidence, Source

TODAY = date(2026, 11, 23)

CONTEXTS = (
    ("", "---------"),
    ("PRAKTIK", _("Virksomhedspraktik")),
    ("LOENTILSKUD", _("Ansættelse med løntilskud")),
    ("ORDINAER", _("Ordinær ansættelse")),
    ("FLEKSJOB", _("Fleksjob")),
    ("UDDANNELSE", _("Uddannelse")),
    ("VEJLEDNING", _("Vejledning og opkvalificering")),
    ("ALENE", _("Mentor som eneste indsats")),
    ("SELV", _("Selvforsørgende")),
    ("PSYKIATRI", _("Udskrivning fra psykiatrisk sygehus")),
)


class GalleryForm(UiForm):
    """One field of each kind."""

    cpr = CprField(label=_("CPR-nummer"), help_text=_("Ti cifre, med eller uden bindestreg."))
    cvr = CvrField(label=_("CVR-nummer"), required=False)
    name = forms.CharField(label=_("Navn"), max_length=80)
    context = forms.ChoiceField(label=_("Hvad støtter mentoren?"), choices=CONTEXTS)
    kind = forms.ChoiceField(
        label=_("Hvem er mentor?"),
        choices=(("", "---------"), ("EMPLOYEE", _("En kollega")), ("EXTERNAL", _("En ekstern mentor"))),
    )
    hours = DurationField(
        label=_("Timer om ugen"),
        help_text=_("Skriv for eksempel 2,5 eller 2 t 30."),
        min_minutes=30,
        max_minutes=37 * 60,
    )
    starts_on = DanishDateField(label=_("Første dag"), help_text=_("Dag, måned og år."))
    clock = ClockField(label=_("Klokken"), required=False)
    rate = KronerField(label=_("Timepris"))
    purpose = TextAreaField(
        label=_("Formål"), help_text=_("Hvad skal mentoren hjælpe med at opnå?"), max_length=400
    )
    length = ChipsField(
        label=_("Hvor længe?"),
        choices=(("30", "30 min."), ("60", "1 t."), ("90", "1½ t."), ("OTHER", _("Andet"))),
    )
    days = ChipsMultipleField(
        label=_("Hvilke dage?"),
        required=False,
        choices=(
            ("1", _("Mandag")),
            ("2", _("Tirsdag")),
            ("3", _("Onsdag")),
            ("4", _("Torsdag")),
            ("5", _("Fredag")),
        ),
    )
    way = forms.ChoiceField(
        label=_("Hvordan mødtes I?"),
        widget=forms.RadioSelect,
        choices=(("FACE", _("Vi mødtes")), ("PHONE", _("Telefon")), ("NO_SHOW", _("Borgeren kom ikke"))),
    )
    mood = FacesField(label=_("Hvordan går det?"), required=False)
    attachment = forms.FileField(label=_("Faktura"), required=False)
    agreed = CheckboxField(label=_("Jeg har gennemgået aftalen med borgeren."))


def filled_form() -> GalleryForm:
    return GalleryForm(
        prefix="filled",
        initial={
            "cpr": "610190-1234",
            "name": "Aksel Holm",
            "context": "PRAKTIK",
            "kind": "EMPLOYEE",
            "hours": 150,
            "starts_on": date(2026, 12, 1),
            "rate": Decimal("250"),
            "purpose": "At møde stabilt og få en kollega at spørge i det daglige.",
            "length": "60",
            "days": ["2", "4"],
            "way": "FACE",
            "mood": 4,
            "agreed": True,
        },
    )


def wrong_form() -> GalleryForm:
    form = GalleryForm(
        prefix="wrong",
        data={
            "wrong-cpr": "310290-1234",
            "wrong-cvr": "12345678",
            "wrong-name": "Aksel Holm",
            "wrong-hours": "mange",
            "wrong-starts_on": "31.02.2026",
            "wrong-clock": "25.10",
            "wrong-rate": "to hundrede",
            "wrong-purpose": "Støtte. " * 60,
            "wrong-length": "60",
        },
    )
    if form.is_valid():
        raise AssertionError("the wrong form must be wrong")
    return form


@dataclass(frozen=True)
class ShownFinding:
    """Stands for a finding of the law on this page."""

    outcome: str
    sentence: str
    source: Source
    remedy: str = ""
    confirmed: bool = True
    field: str = ""


FINDINGS = (
    ShownFinding("satisfied", "Perioden varer højst 6 måneder.", Source("LAB", "§ 171, stk. 1")),
    ShownFinding(
        "cannot_tell",
        "Støtten skal være afgørende for, at borgeren kan deltage.",
        Source("LAB", "§ 167, stk. 1"),
        "Skriv, hvorfor støtten er afgørende.",
        field="filled-purpose",
    ),
    ShownFinding(
        "not_satisfied",
        "Transporttid kan ikke betales.",
        Source("Bekendtgørelse", "§ 122, stk. 2", confidence=Confidence.NOT_CONFIRMED),
        "Fjern prislinjen om transport.",
        confirmed=False,
    ),
)

WORK = (
    ("danger", "Uenighed om 2 timer", "Forløb 7F3K · S. A.", "for 2 dage siden", ("Se begge", "Ring")),
    ("danger", "Opfølgning overskredet", "Forløb 9QX2 · M. K.", "3 dage over", ("Registrér", "Flyt")),
    ("", "Aftalen mangler borgerens svar", "Forløb 1B8D · A. H.", "sendt for 4 dage siden", ("Send igen",)),
    ("warning", "Timer næsten brugt", "Forløb 2ZL9 · J. P.", "6 t. 30 min. tilbage", ("Forny", "Afslut")),
)

STATUSES = (
    ("DRAFT", _("Kladde")),
    ("PENDING", _("Til godkendelse")),
    ("GRANTED", _("Bevilget")),
    ("ACTIVE", _("I gang")),
    ("AWAITING_CITIZEN", _("Afventer borger")),
    ("DISPUTED", _("Uenighed")),
    ("CONFIRMED", _("Bekræftet")),
    ("EXPIRING", _("Slutter snart")),
    ("CLOSED", _("Afsluttet")),
)


def gallery_context() -> dict[str, Any]:
    """Everything the gallery's template shows."""
    months = ("juli", "august", "september", "oktober", "november")
    hours = (
        Point(month, value, url="#diagrammer")
        for month, value in zip(months, (210, 184, 260, 301, 142), strict=True)
    )
    return {
        "today": TODAY,
        "empty_form": GalleryForm(prefix="empty"),
        "filled_form": filled_form(),
        "wrong_form": wrong_form(),
        "findings": FINDINGS,
        "statuses": STATUSES,
        "work": WORK,
        "page": Paginator(range(240), 20).get_page(8),
        "points": tuple(hours),
        "facts": (
            ("Borger", "S. A., aktivitetsparat"),
            ("Mentor", "Kollega i virksomheden"),
            {
                "label": "Virksomhed",
                "value": "Havnens Køkken",
                "url": "#lister",
                "url_label": "Se virksomheden",
            },
            ("Uddannelse af mentor", ""),
        ),
        "sections": (
            {"label": "Ord og farver", "url": "#ord"},
            {"label": "Handlinger", "url": "#handlinger", "note": "én primær pr. side"},
            {"label": "Arbejdsliste", "url": "#arbejde", "attention": True},
            {"label": "Tal og forløb", "url": "#lister"},
            {"label": "Tabeller", "url": "#tabeller"},
            {"label": "Loven", "url": "#loven"},
            {"label": "Diagrammer", "url": "#diagrammer"},
            {"label": "Formular, udfyldt", "url": "#udfyldt"},
            {"label": "Formular, tom", "url": "#tom"},
            {"label": "Formular, med fejl", "url": "#fejl"},
            {"label": "Tom side", "url": "#ingenting"},
        ),
        "steps": (
            {"label": "Behov", "state": "done"},
            {"label": "Bevilling", "state": "done", "note": "3. nov. 2026"},
            {"label": "Aftale", "state": "current", "note": "mangler borgeren", "url": "#lister"},
            {"label": "I gang", "state": "todo"},
        ),
        "timeline": (
            {
                "date": date(2026, 11, 3),
                "title": "Bevilling sendt til borgeren",
                "status": "GRANTED",
                "status_label": "Bevilget",
            },
            {
                "date": date(2026, 11, 20),
                "title": "Opfølgning",
                "text": "Skulle være holdt.",
                "tone": "danger",
                "future": True,
            },
            {
                "date": date(2026, 12, 5),
                "title": "Første opfølgning på virksomheden",
                "future": True,
                "url": "#lister",
            },
        ),
        "tab_items": (
            {"label": "Kræver dig i dag", "url": "#arbejde", "current": True, "count": 7},
            {"label": "Denne uge", "url": "#arbejde", "count": 12},
            {"label": "Holdet", "url": "#arbejde", "count": 31},
        ),
        "invoice_lines": (
            ("Mentortimer, uge 45", Decimal("5.5"), Decimal("1375.00"), "CONFIRMED", _("Bekræftet")),
            ("Mentortimer, uge 46", Decimal("6"), Decimal("1500.00"), "DISPUTED", _("Uenighed")),
            ("Transport", Decimal("1"), Decimal("12345.60"), "REFUSED", _("Afvist")),
        ),
        "empty_action": {"label": "Opret et forløb", "url": "#handlinger"},
        "nothing": (),
    }
