"""Beside those who resemble them, and what came of drawn lots, exactly as far as the gate lets it be seen."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.analysis.gate import Showing
from brobygger.effects.figures.compared import gate_of, word_of
from brobygger.effects.presenters import beside
from brobygger.effects.presenters.blocks import Block, Page
from brobygger.effects.presenters.how import how_of
from brobygger.effects.presenters.lotteries import lottery_blocks
from brobygger.effects.presenters.words import HAPPENED
from brobygger.effects.selectors import Shown, Subject
from brobygger.ui.formats import number


def comparison_page(shown: Shown, user: User) -> Page:
    """The comparison, exactly as far as its gate lets it be seen, and after it each lot that was drawn."""
    record = shown.payload(Subject.COMPARISON)
    has_lots = bool(shown.lotteries)
    blocks = [_missing(record, has_lots)] if record.get("state") != "compared" else _compared(record)
    for lot in shown.lotteries:
        blocks += lottery_blocks(lot)
    return Page("comparison", _("Sammenligning"), blocks, how_of(shown, "comparison"))


def _missing(record: dict[str, Any], has_lots: bool) -> Block:
    why = {
        "few": _(
            "Der skal være mindst 100 forløb, som registret følger i et år før og et år efter start. "
            "Der er %(treated)s."
        ),
        "no_others": _(
            "Registret kender mindst %(others)s borgere, der aldrig har haft en mentor, og "
            "%(treated)s, der har. Der skal være lige så mange uden som med. Ellers er de, der "
            "venter, valgt ud fra, hvad der skete bagefter."
        ),
        "refused": _("Tallene kan ikke bære en sammenligning."),
    }.get(record.get("why", ""), _("Der er ikke importeret nok registre."))
    counts = {name: number(record.get(name, 0)) for name in ("treated", "others")}
    advice = _(
        "Træk lod om pladserne, når der er færre pladser end borgere. Så kan I se, hvad mentoren betyder."
    )
    return Block(
        _("Der er ingen at sammenligne med endnu"),
        HAPPENED,
        [
            why % counts,
            _("Siderne om, hvad der skete, gælder stadig."),
            "" if has_lots else advice,
            _(
                "En analytiker kan sammenligne i hele registret, også borgere, der ikke er i Brobygger: "
                "»brobygger effects«."
            ),
        ],
    )


def _compared(record: dict[str, Any]) -> list[Block]:
    word, gate, sides = word_of(record), gate_of(record), _sides()
    hidden = gate.showing is Showing.DESCRIPTION_ONLY
    label = word.value
    first = Block(
        _("Hvad der skete med dem, der fik en mentor") if hidden else _("Med og uden mentor"),
        label,
        [_description_only(record)] if hidden else [record["in_words"]],
        picture=beside.happened_curve(record, sides) if hidden else beside.two_curves(record, sides),
        table=beside.happened_table(record, sides) if hidden else beside.two_table(record, sides),
        notes=[]
        if hidden
        else [_("Forudsætning: %(text)s") % {"text": record["assumption"]}, _sample(record)],
    )
    return [first, beside.gate_block(_("Porten: ni prøver"), label, gate)]


def _sides() -> beside.Sides:
    return beside.Sides(
        title=_("I job eller uddannelse, uge for uge efter start"),
        caption=_("I job eller uddannelse"),
        first=_("Med mentor"),
        first_of_100=_("Med mentor, af 100"),
        other=_("Lignende uden"),
        axis=_("Uger efter start"),
        since=_("Efter start"),
        description=_(
            "Den grå flade er de første 26 uger, hvor de fleste forløb endnu er i gang. Tallene står "
            "i tabellen."
        ),
        shade=26,
    )


def _description_only(record: dict[str, Any]) -> str:
    last = next((share for share in reversed(record["happened"]) if share is not None), None)
    if last is None:
        return _("Kun beskrivelse: sammenligningen er rød i porten.")
    said = _("Af 100 med mentor er %(share)d i job eller uddannelse et år efter start.") % {
        "share": round(100 * last)
    }
    return f"{said} " + _("Kun beskrivelse: tallene kan ikke sige, hvad mentoren betød.")


def _sample(record: dict[str, Any]) -> str:
    return _("Mindst %(treated)s med mentor og %(controls)s rækker uden, fra %(people)s borgere.") % {
        name: number(record["sample"][name]) for name in ("treated", "controls", "people")
    }
