"""Fields: label, hint, error by the field, typed text kept."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from lxml import html

from brobygger.ui.forms import (
    CheckboxField,
    ChipsField,
    ClockField,
    CprField,
    DanishDateField,
    DurationField,
    FacesField,
    KronerField,
    TextAreaField,
    UiForm,
)
from brobygger.ui.templatetags.ui import error_summary


class Contact(UiForm):
    cpr = CprField(label="CPR-nummer")
    hours = DurationField(label="Timer", help_text="Skriv 2,5 eller 2 t 30.", max_minutes=600)
    on = DanishDateField(label="Dag")
    clock = ClockField(label="Klokken", required=False)
    rate = KronerField(label="Timepris")
    note = TextAreaField(label="Hvad lavede I?", max_length=20)
    way = ChipsField(label="Hvordan?", choices=(("FACE", "Mødtes"), ("PHONE", "Telefon")))
    mood = FacesField(label="Hvordan går det?", required=False)
    agreed = CheckboxField(label="Aftalen er gennemgået.")
    name = forms.CharField(label="Navn")


GOOD = {
    "cpr": "610190-1234",
    "hours": "2 t 30",
    "on": "3/2-2026",
    "clock": "10.30",
    "rate": "1.250,50",
    "note": "Gik en tur.\r\nTalte.",
    "way": "FACE",
    "mood": "4",
    "agreed": "on",
    "name": "Aksel Holm",
}


def drawn(form: UiForm) -> Any:
    return html.fromstring(f"<form>{form.as_fields()}</form>")


def test_what_was_typed_becomes_values() -> None:
    form = Contact(GOOD)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "cpr": "6101901234",
        "hours": 150,
        "on": date(2026, 2, 3),
        "clock": time(10, 30),
        "rate": Decimal("1250.50"),
        "note": "Gik en tur.\nTalte.",
        "way": "FACE",
        "mood": 4,
        "agreed": True,
        "name": "Aksel Holm",
    }


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("cpr", "310290-1234", "De første seks cifre i CPR-nummeret er ikke en dato."),
        ("hours", "mange", "Skriv timerne som 2,5 eller 2 t 30."),
        ("hours", "11", "Skriv højst 10 t."),
        ("on", "31.02.2026", "Datoen findes ikke. Kontroller dag og måned."),
        ("clock", "25.00", "Skriv klokkeslættet med timer og minutter, for eksempel 10.30."),
        ("rate", "-5", "Skriv mindst 0."),
        ("rate", "2,505", "Skriv højst 2 decimaler."),
        ("note", "x" * 21, "Teksten er for lang. Skriv højst 20 tegn."),
        ("way", "", "Svar på: Hvordan?"),
        ("agreed", "", "Sæt kryds ved: Aftalen er gennemgået."),
        ("name", "", "Skriv navn."),
        ("cpr", "", "Skriv CPR-nummeret."),
    ],
)
def test_what_is_wrong_is_said_by_the_field_and_the_typed_text_stays(
    field: str, typed: str, sentence: str
) -> None:
    form = Contact({**GOOD, field: typed})
    assert form.errors == {field: [sentence]}
    page = drawn(form)
    assert sentence in page.get_element_by_id(f"id_{field}_error").text_content()
    if field in ("cpr", "hours", "on", "clock", "rate", "name"):
        control = page.get_element_by_id(f"id_{field}")
        assert control.get("value", "") == typed
        assert control.get("aria-invalid") == "true"
        assert f"id_{field}_error" in control.get("aria-describedby").split()


def test_the_summary_links_to_each_field_and_is_silent_when_nothing_is_wrong() -> None:
    wrong = Contact({**GOOD, "hours": "mange", "way": ""})
    page = html.fromstring(error_summary(wrong))
    links = {link.get("href"): link.text_content() for link in page.iter("a")}
    assert links == {"#id_hours": "Skriv timerne som 2,5 eller 2 t 30.", "#id_way_0": "Svar på: Hvordan?"}
    targets = drawn(wrong)
    assert all(targets.get_element_by_id(href[1:]) is not None for href in links)
    assert error_summary(Contact(GOOD)) == ""


def test_every_control_has_a_label_and_every_described_id_exists() -> None:
    page = drawn(Contact({**GOOD, "hours": "mange", "note": "x" * 21}))
    labelled = {label.get("for") for label in page.iter("label")}
    controls = [each for each in page.iter("input", "select", "textarea") if each.get("type") != "hidden"]
    assert controls
    assert {control.get("id") for control in controls} <= labelled
    ids = {each.get("id") for each in page.iter() if each.get("id")}
    for each in page.iter():
        assert set((each.get("aria-describedby") or "").split()) <= ids


def test_a_stored_value_is_written_the_danish_way() -> None:
    page = drawn(
        Contact(
            initial={"hours": 150, "on": date(2026, 2, 3), "rate": Decimal("1250.50"), "clock": time(9, 5)}
        )
    )
    shown = {
        name: page.get_element_by_id(f"id_{name}").get("value") for name in ("hours", "on", "rate", "clock")
    }
    assert shown == {"hours": "2,5", "on": "03.02.2026", "rate": "1.250,50", "clock": "09.05"}


def test_a_stored_length_that_is_no_quarter_survives_being_shown_and_saved() -> None:
    field = DurationField()
    assert [field.clean(field.prepare_value(minutes)) for minutes in range(1, 600)] == list(range(1, 600))


def test_an_unchanged_form_has_not_changed() -> None:
    form = Contact(
        GOOD,
        initial={**Contact(GOOD).fields, "hours": 150, "rate": Decimal("1250.5"), "on": date(2026, 2, 3)},
    )
    assert not {"hours", "rate", "on"} & set(form.changed_data)


def test_the_counter_warns_instead_of_cutting() -> None:
    area = drawn(Contact()).get_element_by_id("id_note")
    assert area.get("maxlength") is None
    assert area.xpath("ancestor::div")[-1].get("data-maxlength") == "20"


def test_an_optional_field_says_so_and_a_required_one_does_not() -> None:
    page = drawn(Contact())
    told = (each.text_content().strip() for each in page.iter("label", "legend"))
    optional = {text for text in told if "(valgfri)" in text}
    assert optional == {"Klokken (valgfri)", "Hvordan går det? (valgfri)"}


def test_a_cpr_number_is_marked_as_never_kept_in_the_browser() -> None:
    cpr = drawn(Contact()).get_element_by_id("id_cpr")
    assert cpr.get("data-bb-secret") is not None
    assert cpr.get("autocomplete") == "off"
