"""What came of a drawn lot: all who were drawn beside all who were not, as far as the gate allows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from brobygger.analysis.gate import CheckName, Colour, Gate, Showing
from brobygger.analysis.result import Design, Word
from brobygger.effects.figures.compared import gate_of, word_of
from brobygger.effects.presenters import beside, words
from brobygger.effects.presenters.beside import hundred, points
from brobygger.effects.presenters.blocks import Block, Cell, Table
from brobygger.evaluations.models import Division
from brobygger.evaluations.presenters import stratum_name
from brobygger.evaluations.words import OUTCOMES
from brobygger.ui.formats import danish_date, number

Record = dict[str, Any]


def lottery_blocks(record: Record) -> list[Block]:
    """The lot's result with its groups and its gate; without one, why, and from when."""
    if record["state"] != "compared":
        return [_missing(record)]
    gate, word = gate_of(record), word_of(record, by_lot=True)
    blocks = [_result(record, gate, word), *_groups(record, gate)]
    return [*blocks, beside.gate_block(_("Porten for »%(name)s«") % _named(record), word.value, gate)]


def anchor(record: Record) -> str:
    """Where on the page the lot stands; the evaluation's own page links to it."""
    return f"lod-{record['key']}"


def _named(record: Record) -> dict[str, str]:
    return {"name": record["name"]}


def _heading(record: Record) -> str:
    return _("Lodtrækning: %(name)s") % _named(record)


# Without a result


def _missing(record: Record) -> Block:
    sentences = {"not_yet": _not_yet, "few": _few}.get(record["why"], _refused)(record)
    return Block(_heading(record), sentences=sentences, notes=[_registered(record)], anchor=anchor(record))


def _not_yet(record: Record) -> list[str]:
    told = _(
        "Der er intet resultat endnu. Registret skal følge alle i %(weeks)d uger, så det kan tidligst komme "
        "den %(day)s."
    ) % {"weeks": record["horizon"], "day": danish_date(date.fromisoformat(record["from"]))}
    smallest = record["power"]["smallest"]
    if smallest is None:
        return [told, _("Så få borgere kan ikke vise nogen forskel.")]
    shows = _(
        "Så mange borgere kan vise en forskel på %(least)s af 100 eller mere. Protokollen spørger efter %(relevant)s."
    ) % {"least": hundred(smallest), "relevant": points(record["relevant"])}
    return [told, shows]


def _few(record: Record) -> list[str]:
    told = _(
        "Registret kender for få af dem, der var med, til et resultat. Der skal være mindst 20 i hver gruppe."
    )
    counts = {"drawn": number(record["drawn"]), "others": number(record["others"])}
    return [told, _("Det kender mindst %(drawn)s, der blev trukket, og %(others)s, der ikke blev.") % counts]


def _refused(record: Record) -> list[str]:
    return [_("Tallene kan ikke bære et resultat.")]


# The result


def _result(record: Record, gate: Gate, word: Word) -> Block:
    hidden = gate.showing is Showing.DESCRIPTION_ONLY
    sides = _sides(record)
    return Block(
        _heading(record),
        word.value,
        [_description(record)] if hidden else [_headline(record, gate), _took_part(record)],
        picture=beside.happened_curve(record, sides) if hidden else beside.two_curves(record, sides),
        table=beside.happened_table(record, sides) if hidden else beside.two_table(record, sides),
        notes=_notes(record, hidden),
        anchor=anchor(record),
    )


def _outcome(record: Record) -> str:
    return str(OUTCOMES[record["outcome"]])


def _sides(record: Record) -> beside.Sides:
    outcome = _outcome(record)
    caption = outcome[:1].upper() + outcome[1:]
    return beside.Sides(
        title=_("%(caption)s, uge for uge efter lodtrækningen") % {"caption": caption},
        caption=f"{caption}: {record['name']}",
        first=_("Blev trukket"),
        first_of_100=_("Blev trukket, af 100"),
        other=_("Blev ikke trukket"),
        axis=_("Uger efter lodtrækningen"),
        since=_("Efter lodtrækningen"),
        description=_("Tallene står i tabellen."),
    )


def _at_horizon(record: Record) -> dict[str, float | None]:
    """The numbers of the week the protocol names."""
    place = record["weeks"].index(record["horizon"])
    names = ("happened", "without", "low", "high")
    return {name: record[name][place] if name in record else None for name in names}


def _headline(record: Record, gate: Gate) -> str:
    found = _at_horizon(record)
    if any(value is None for value in found.values()):
        return _too_few_to_show(record)
    said = _(
        "Af 100, der blev trukket, er %(share)s %(outcome)s %(weeks)d uger efter lodtrækningen. Af 100, der ikke blev "
        "trukket, er det %(other)s. Med usikkerhed er forskellen mellem %(low)s og %(high)s af 100."
    ) % {
        "share": hundred(found["happened"]),
        "other": hundred(found["without"]),
        "outcome": _outcome(record),
        "weeks": record["horizon"],
        "low": points(found["low"]),
        "high": points(found["high"]),
    }
    return f"{said} {_verdict(found, gate)}"


def _verdict(found: dict[str, float | None], gate: Gate) -> str:
    """Judged from the limits and the gate."""
    if gate.showing is not Showing.EFFECT:
        return beside.gate_words(gate.showing)
    if (found["low"] or 0.0) <= 0 <= (found["high"] or 0.0):
        return _("Lodtrækningen viser ingen sikker forskel.")
    return _("Lodtrækningen viser en sikker forskel.")


def _description(record: Record) -> str:
    share = _at_horizon(record)["happened"]
    if share is None:
        return _too_few_to_show(record)
    said = _("Af 100, der blev trukket, er %(share)s %(outcome)s %(weeks)d uger efter lodtrækningen.") % {
        "share": hundred(share),
        "outcome": _outcome(record),
        "weeks": record["horizon"],
    }
    return f"{said} " + _("Kun beskrivelse: tallene kan ikke sige, hvad mentoren betød.")


def _too_few_to_show(record: Record) -> str:
    return _("Der er for få %(outcome)s eller for få, der ikke er, til at vise tallet.") % {
        "outcome": _outcome(record)
    }


def _took_part(record: Record) -> str:
    told = record["took_part"]
    if told.get("drawn") is None or told.get("others") is None:
        return ""
    said = _(
        "Af 100, der blev trukket, begyndte %(drawn)s hos en mentor. Af 100, der ikke blev trukket, var det %(others)s."
    ) % {"drawn": hundred(told["drawn"]), "others": hundred(told["others"])}
    if "low" not in told or _at_horizon(record)["happened"] is None:
        return said
    more = _("For dem, som lodtrækningen gav en mentor, er forskellen mellem %(low)s og %(high)s af 100.") % {
        "low": points(told["low"]),
        "high": points(told["high"]),
    }
    return f"{said} {more}"


def _notes(record: Record, hidden: bool) -> list[str]:
    sample = record["sample"]
    counted = _("Mindst %(drawn)s blev trukket og mindst %(others)s ikke.") % {
        "drawn": number(sample["treated"]),
        "others": number(sample["controls"]),
    }
    missed = _("Registret kender ikke alle; mindst %(missed)s er ikke med.") % {
        "missed": number(record["missed"])
    }
    consent = _("De, der har trukket deres samtykke tilbage, er ikke med.")
    counted = " ".join([counted, *([missed] if record["missed"] else []), consent])
    how = _(
        "Alle, der blev trukket, holdes op mod alle, der ikke blev, også dem, der holdt op eller aldrig begyndte. "
        "Resultatet regnes ud én gang, når alle er fulgt, og bliver stående."
    )
    assumed = "" if hidden else _("Forudsætning: %(text)s") % {"text": Design.LOTTERY.assumption}
    return [how, assumed, counted, _registered(record)]


def _registered(record: Record) -> str:
    days = {name: danish_date(date.fromisoformat(record[name])) for name in ("registered_on", "drawn_on")}
    told = {**days, "question": record["question"], "seal": record["protocol_sha256"]}
    return (
        _(
            "Protokollen blev registreret den %(registered_on)s, og der blev trukket lod den %(drawn_on)s. "
            "Den spurgte: %(question)s Protokollens fingeraftryk: %(seal)s"
        )
        % told
    )


# Groups


def _groups(record: Record, gate: Gate) -> list[Block]:
    """The groups of each word by themselves, each group by its own gate; none where the lot's own result is hidden."""
    rows = record.get("groups", [])
    if gate.showing is Showing.DESCRIPTION_ONLY:
        return []
    by_word = {word: [row for row in rows if word_of(row, by_lot=True) is word] for word in Word}
    return [_group_block(record, word, inside) for word, inside in by_word.items() if inside]


def _group_block(record: Record, word: Word, rows: list[Record]) -> Block:
    head = [_("Gruppe"), _("Blev trukket, af 100")]
    if word is not Word.HAPPENED:
        head += [_("Blev ikke trukket"), _("Forskel, point (95 %)")]
    heading = _("Grupper i »%(name)s«") % _named(record)
    table = Table(heading, [*head, _("Protokollen")], [_group_row(row, word) for row in rows])
    return Block(heading, word.value, table=table, notes=_group_notes(rows, word))


def _group_notes(rows: list[Record], word: Word) -> list[str]:
    notes = []
    if word is Word.HAPPENED:
        notes.append(_("Prøverne er røde for grupperne her. Derfor vises forskellen ikke."))
    elif word is Word.COMPARED:
        notes.append(_("Tallene rækker til et spænd, men ikke til en dom."))
    if not all(map(_is_declared, rows)):
        notes.append(_("En gruppe, der er valgt bagefter, giver en idé til næste gang og ikke et svar."))
    return notes


def _is_declared(row: Record) -> bool:
    """By the group's own gate, not by a mark beside it."""
    return gate_of(row)[CheckName.MANY_LOOKS].colour is not Colour.RED


def _group_row(row: Record, word: Word) -> list[Cell]:
    cells = [Cell(_group_name(row), is_number=False), Cell(hundred(row["happened"]))]
    if word is not Word.HAPPENED:
        cells += [Cell(hundred(row.get("without"))), Cell(beside.span(row.get("low"), row.get("high")))]
    declared = _("Nævnt før lodtrækningen") if _is_declared(row) else _("Valgt bagefter")
    return [*cells, Cell(declared, is_number=False)]


def _group_name(row: Record) -> str:
    if row["division"] == Division.TARGET_GROUP:
        return words.category("target", row["category"])
    return stratum_name(row["category"])
