"""The dated rates a run was priced with, and what a week in each status costs: what the money rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.analysis.rates import Payer
from brobygger.effects.presenters import words
from brobygger.effects.presenters.blocks import Block, Cell, Table
from brobygger.effects.presenters.reading import listed
from brobygger.rulebook.words import units
from brobygger.ui.formats import danish_date, kroner, number

Record = dict[str, Any]


def rate_blocks(record: Record, user: User) -> list[Block]:
    """What a week costs, and the rates; nothing where figures were made before their rates were kept with them."""
    rates = record.get("rates")
    return [_weekly(record, rates), _rates(rates, user)] if rates else []


def _rates(rates: Record, user: User) -> Block:
    rows = [_row(each["name"], amount_of(each), each) for each in rates["used"]]
    rows.append(_row(_("Statens refusion af ydelsen"), _steps(rates["ladder"]["steps"]), rates["ladder"]))
    may_record = user.may(Permission.SET_FRAMES)
    link = (_("Skriv kommunens egne satser ind"), reverse("rulebook:parameters") + "#satser")
    return Block(
        _("Satser, der er regnet med"),
        sentences=[
            _("Der er regnet med satserne den %(day)s.") % {"day": _day(rates["on"])},
            unknown_words(rates),
            _unsure_words(rates["used"]),
        ],
        table=Table(
            _("Sats for sats"), [_("Sats"), _("Beløb"), _("Gælder fra"), _("Kilde"), _("Sikkerhed")], rows
        ),
        links=[link] if may_record else [],
    )


def unknown_words(rates: Record) -> str:
    """That a rate is not known on the day the figures were made, which is used instead, and what can be done."""
    if not rates["unknown"]:
        return ""
    said = _("Ikke kendt den %(day)s, da tallene blev regnet ud: %(rates)s.") % {
        "day": _day(rates["asked_on"]),
        "rates": "; ".join(rates["unknown"]),
    }
    used = _("Derfor er satserne brugt, som de var den %(day)s, til kommunen skriver sin egen ind.")
    return f"{said} {used % {'day': _day(rates['on'])}}"


def _unsure_words(used: Sequence[Record]) -> str:
    unsure = [each["name"] for each in used if not each["is_sure"]]
    return _("Ikke bekræftet: %(rates)s.") % {"rates": "; ".join(unsure)} if unsure else ""


def _row(name: str, amount: str, about: Record) -> list[Cell]:
    return [
        Cell(name, is_number=False),
        Cell(amount, is_number=False),
        Cell(_day(about["from"]), is_number=False),
        Cell(about["source"], about["url"], is_number=False),
        Cell(_certainty(about), is_number=False),
    ]


def _certainty(about: Record) -> str:
    sure = _("Bekræftet") if about["is_sure"] else _("Ikke bekræftet")
    return _("Kommunens egen. %(sure)s") % {"sure": sure} if about["is_own"] else sure


def amount_of(rate: Record) -> str:
    """ "12.326 kr. om måneden"."""
    return f"{number(Decimal(rate['amount']))} {units()[rate['unit']]}"


def _steps(steps: Sequence[Sequence[float]]) -> str:
    step = _("%(percent)s %% fra uge %(week)s")
    said = listed([step % {"percent": number(percent), "week": number(week)} for week, percent in steps])
    return said.replace(" %", "\N{NO-BREAK SPACE}%")


def _weekly(record: Record, rates: Record) -> Block:
    """What a week costs as the effect was priced, else at the last step of the refund ladder."""
    rows = record.get("weekly")
    if rows:
        caption = _("Kroner om ugen, i gennemsnit over de uger, der er fulgt")
    else:
        rows = rates["last_step"]["rows"]
        caption = _("Kroner om ugen fra uge %(week)s på refusionstrappen") % {
            "week": rates["last_step"]["week"]
        }
    return Block(
        _("Hvad koster en uge i hver status?"),
        sentences=[_week_words(rows)],
        table=Table(
            caption,
            [_("Status"), _("Kommunen betaler"), _("Staten betaler"), _("Borgeren får")],
            [_week_row(each) for each in rows],
        ),
        notes=[_("Beløbene er før skat. Løn og andre indtægter er ikke regnet med.")],
    )


def _week_words(rows: Sequence[Record]) -> str:
    benefit = next(each for each in rows if each["status"] == "benefit")
    education = next(each for each in rows if each["status"] == "education")
    return _(
        "En uge på ydelse koster kommunen %(own)s og staten %(state)s; "
        "staten betaler %(grant)s for en uge i uddannelse."
    ) % {
        "own": _kroner(benefit["municipality"]),
        "state": _kroner(benefit["state"]),
        "grant": _kroner(education["state"]),
    }


def _week_row(row: Record) -> list[Cell]:
    name = Cell(words.status(row["status"]), is_number=False)
    if row["payer"] == Payer.NOT_PRICED:
        return [name, *(Cell(_("ikke prissat")) for _purse in range(3))]
    citizen = "–" if row["payer"] == Payer.NOBODY else _kroner(row["citizen"])
    return [name, Cell(_kroner(row["municipality"])), Cell(_kroner(row["state"])), Cell(citizen)]


def _kroner(value: float) -> str:
    return kroner(round(value), 0)


def _day(text: str) -> str:
    return danish_date(date.fromisoformat(text))
