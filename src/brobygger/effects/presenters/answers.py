"""The citizens' own answers as parts of a page. No number opens a case."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from brobygger.effects.figures.answers import BELIEF, BELIEF_CHANGE, DAILY, NONE
from brobygger.effects.presenters import words
from brobygger.effects.presenters.blocks import Block, Cell, Table
from brobygger.effects.presenters.reading import Cells, of_100, whole_of_100
from brobygger.effects.presenters.words import HAPPENED
from brobygger.ui.charts import Point
from brobygger.ui.formats import number


def answer_blocks(cells: Cells) -> list[Block]:
    """A part for each question, one where none can be shown, and none in a period before anybody was asked."""
    when = words.point(cells.last).lower()
    said = cells.payload.get("answers") or []
    if said and not any(each["rows"] for each in said):
        return [_too_few(_("Borgernes egne svar"))]
    return [_block(each["name"], each["rows"], when) for each in said]


def _too_few(heading: str) -> Block:
    return Block(heading, HAPPENED, [_("Svarene vises, når der er mindst fem forløb i hver gruppe.")])


def _block(name: str, rows: list[list[Any]], when: str) -> Block:
    heading = words.division(name)
    if not rows:
        return _too_few(heading)
    return Block(
        heading,
        HAPPENED,
        [_well_off(name, rows, when), _answered(name, rows)],
        points=_points(name, rows),
        table=_table(name, rows, when),
        notes=_notes(name),
    )


def _points(name: str, rows: list[list[Any]]) -> list[Point]:
    """A bar for each answer with enough people."""
    shares = [(code, whole_of_100(well, whole)) for code, whole, well in rows]
    return [
        Point(words.category(name, code), share, _("%(share)d af 100") % {"share": share})
        for code, share in shares
        if share is not None
    ]


def _well_off(name: str, rows: list[list[Any]], when: str) -> str:
    """Of 100 with one answer, and of 100 with the other."""
    yes, no = (whole_of_100(well, whole) for _code, whole, well in rows[:2])
    if yes is None or no is None:
        return ""
    return {
        BELIEF: _(
            "Af 100, der troede på et job ved start, er %(yes)d i job eller uddannelse %(when)s. Af 100, der "
            "ikke gjorde eller var i tvivl, er %(no)d."
        ),
        DAILY: _(
            "Af 100, hvis hverdag gik godt ved start, er %(yes)d i job eller uddannelse %(when)s. Af 100, hvis "
            "hverdag gik mindre godt, er %(no)d."
        ),
        BELIEF_CHANGE: _(
            "Af 100, der troede mere på et job ved slut end ved start, er %(yes)d i job eller uddannelse %(when)s. "
            "Af 100, der troede lige så meget eller mindre, er %(no)d."
        ),
    }[name] % {"yes": yes, "no": no, "when": when}


def _answered(name: str, rows: list[list[Any]]) -> str:
    people = sum(whole for _code, whole, _well in rows)
    answered = sum(whole for code, whole, _well in rows if code != NONE)
    share = of_100(answered, people)
    if name == BELIEF_CHANGE:
        return _("Ved %(share)s af 100 forløb har borgeren svaret begge gange.") % {"share": share}
    return _("Ved %(share)s af 100 forløb har borgeren svaret.") % {"share": share}


def _table(name: str, rows: list[list[Any]], when: str) -> Table:
    told = [
        [
            Cell(words.category(name, code), is_number=False),
            Cell(number(whole)),
            Cell(number(well)),
            Cell(of_100(well, whole)),
        ]
        for code, whole, well in rows
    ]
    head = [_("Svar"), _("Forløb"), words.status(words.WELL), _("Af 100")]
    caption = _("%(division)s: i job eller uddannelse %(when)s") % {
        "division": words.division(name),
        "when": when,
    }
    return Table(caption, head, told)


def _notes(name: str) -> list[str]:
    found = [
        _(
            "De, der svarer, er anderledes end dem, der ikke gør. Ingen kan se, hvad den enkelte har svaret; derfor "
            "åbner tallene ingen forløb."
        )
    ]
    if name == BELIEF_CHANGE:
        found.append(_("Den, der svarede det højeste ved start, kan ikke komme højere."))
    return found
