"""Beside those who resemble them, exactly as far as the gate lets it be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.analysis.gate import CheckName, Colour, Showing
from brobygger.effects.figures.compared import gate_of, word_of
from brobygger.effects.presenters import drawing
from brobygger.effects.presenters.blocks import Block, Cell, Page, Table
from brobygger.effects.presenters.how import how_of
from brobygger.effects.presenters.words import HAPPENED
from brobygger.effects.selectors import Shown, Subject
from brobygger.ui.formats import number


def comparison_page(shown: Shown, user: User) -> Page:
    """The comparison, exactly as far as its gate lets it be seen."""
    record = shown.payload(Subject.COMPARISON)
    blocks = [_missing(record)] if record.get("state") != "compared" else _compared(record)
    return Page("comparison", _("Sammenligning"), blocks, how_of(shown, "comparison"))


def _missing(record: dict[str, Any]) -> Block:
    why = {
        "few": _(
            "Der skal være mindst 100 forløb, som registret følger i et år før og et år efter start. "
            "Der er %(treated)d."
        ),
        "no_others": _(
            "Registret kender mindst %(others)d borgere, der aldrig har haft en mentor, og "
            "%(treated)d, der har. Der skal være lige så mange uden som med. Ellers er de, der "
            "venter, valgt ud fra, hvad der skete bagefter."
        ),
        "refused": _("Tallene kan ikke bære en sammenligning."),
    }.get(record.get("why", ""), _("Der er ikke importeret nok registre."))
    counts = {"treated": record.get("treated", 0), "others": record.get("others", 0)}
    return Block(
        _("Der er ingen at sammenligne med endnu"),
        HAPPENED,
        [
            why % counts,
            _("Siderne om, hvad der skete, gælder stadig."),
            _(
                "Træk lod om pladserne, når der er færre pladser end borgere. Så kan I se, hvad mentoren "
                "betyder."
            ),
        ],
    )


def _compared(record: dict[str, Any]) -> list[Block]:
    word, gate = word_of(record), gate_of(record)
    hidden = gate.showing is Showing.DESCRIPTION_ONLY
    label = word.value
    first = Block(
        _("Hvad der skete med dem, der fik en mentor") if hidden else _("Med og uden mentor"),
        label,
        [_description_only(record)] if hidden else [record["in_words"]],
        picture=_happened_curve(record) if hidden else _two_curves(record),
        table=_happened_table(record) if hidden else _two_table(record),
        notes=[]
        if hidden
        else [_("Forudsætning: %(text)s") % {"text": record["assumption"]}, _sample(record)],
    )
    return [
        first,
        Block(
            _("Porten: ni prøver"),
            label,
            [_gate_words(gate.showing)],
            gate=[_check(check.name, check.colour, check.sentence) for check in gate.checks],
        ),
    ]


def _description_only(record: dict[str, Any]) -> str:
    last = next((share for share in reversed(record["happened"]) if share is not None), None)
    if last is None:
        return _("Kun beskrivelse: sammenligningen er rød i porten.")
    said = _("Af 100 med mentor er %(share)d i job eller uddannelse et år efter start.") % {
        "share": round(100 * last)
    }
    return f"{said} " + _("Kun beskrivelse: tallene kan ikke sige, hvad mentoren betød.")


def _sample(record: dict[str, Any]) -> str:
    sample = record["sample"]
    return _("Mindst %(treated)d med mentor og %(controls)d rækker uden, fra %(people)d borgere.") % {
        "treated": sample["treated"],
        "controls": sample["controls"],
        "people": sample["people"],
    }


def _gate_words(showing: Showing) -> str:
    return {
        Showing.EFFECT: _("Ingen prøve er rød. Resultatet må vises."),
        Showing.INTERVAL_ONLY: _("Tallene rækker til et spænd, men ikke til en dom."),
        Showing.DESCRIPTION_ONLY: _("En prøve er rød. Forskellen vises ikke, og det kan ingen slå fra."),
    }[showing]


def _check(name: CheckName, colour: Colour, sentence: str) -> dict[str, str]:
    tones = {
        Colour.GREEN: "good",
        Colour.AMBER: "warning",
        Colour.RED: "danger",
        Colour.NOT_NEEDED: "neutral",
    }
    labels = {
        Colour.GREEN: _("Grøn"),
        Colour.AMBER: _("Gul"),
        Colour.RED: _("Rød"),
        Colour.NOT_NEEDED: _("Ikke nødvendig"),
    }
    return {"name": name.heading, "tone": tones[colour], "label": labels[colour], "sentence": sentence}


def _happened_curve(record: dict[str, Any]) -> dict[str, Any]:
    return _weekly_picture(record, [("effects-line", _("Med mentor"), record["happened"])], [])


def _two_curves(record: dict[str, Any]) -> dict[str, Any]:
    """With and without, the band of the difference drawn around those with a mentor."""
    with_mentor = record["happened"]
    low = [_plus(without, edge) for without, edge in zip(record["without"], record["low"], strict=True)]
    high = [_plus(without, edge) for without, edge in zip(record["without"], record["high"], strict=True)]
    lines = [
        ("effects-line", _("Med mentor"), with_mentor),
        ("effects-line effects-line-other", _("Lignende uden"), record["without"]),
    ]
    return _weekly_picture(record, lines, [(low, high)])


def _plus(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else min(max(one + other, 0.0), 1.0)


def _weekly_picture(
    record: dict[str, Any],
    lines: Sequence[tuple[str, str, Sequence[float | None]]],
    bands: Sequence[tuple[Sequence[float | None], Sequence[float | None]]],
) -> dict[str, Any]:
    highest = max((v for *_x, values in lines for v in values if v is not None), default=0.0)
    top = max([highest, *(v for _low, high in bands for v in high if v is not None)])
    scale = 1.0 if top > 0.5 else 0.5 if top > 0.2 else 0.2
    frame = drawing.Frame(0, scale, record["weeks"][-1])
    return frame.picture(
        "curve",
        title=_("I job eller uddannelse, uge for uge efter start"),
        lines=[
            {"path": frame.line(record["weeks"], ys), "css": css, "label": label} for css, label, ys in lines
        ],
        bands=[frame.band(record["weeks"], low, high) for low, high in bands],
        ticks=drawing.shares(scale),
        along=drawing.weeks(record["weeks"][-1], 13),
        axis=_("Uger efter start"),
        description=_(
            "Den grå flade er de første 26 uger, hvor de fleste forløb endnu er i gang. Tallene står "
            "i tabellen."
        ),
        shade=26,
    )


def _happened_table(record: dict[str, Any]) -> Table:
    rows = [
        [Cell(_("Uge %(week)d") % {"week": week}, is_number=False), Cell(_hundred(share))]
        for week, share in zip(record["weeks"], record["happened"], strict=True)
        if week % 12 == 0 or week == record["weeks"][-1]
    ]
    return Table(_("I job eller uddannelse"), [_("Efter start"), _("Med mentor, af 100")], rows)


def _two_table(record: dict[str, Any]) -> Table:
    columns = zip(
        record["weeks"], record["happened"], record["without"], record["low"], record["high"], strict=True
    )
    rows = [
        [
            Cell(_("Uge %(week)d") % {"week": week}, is_number=False),
            Cell(_hundred(share)),
            Cell(_hundred(without)),
            Cell(f"{_points(low)} – {_points(high)}"),
        ]
        for week, share, without, low, high in columns
        if week and (week % 12 == 0 or week == record["weeks"][-1])
    ]
    head = [_("Efter start"), _("Med mentor, af 100"), _("Lignende uden"), _("Forskel, point (95 %)")]
    return Table(_("I job eller uddannelse"), head, rows)


def _hundred(share: float | None) -> str:
    return "·" if share is None else str(round(100 * share))


def _points(share: float | None) -> str:
    return "·" if share is None else number(round(100 * share, 1)).replace("-", "−")
