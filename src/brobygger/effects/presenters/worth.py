"""What an effect is worth and to whom; where there is none, how long one would have to last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.analysis.weeks import WEEKS_PER_MONTH
from brobygger.effects.figures.compared import break_even
from brobygger.effects.figures.rates import saved_per_month
from brobygger.effects.presenters import drawing, words
from brobygger.effects.presenters.blocks import Block, Cell, Page, Table
from brobygger.effects.presenters.how import how_of
from brobygger.effects.presenters.rates import amount_of, rate_blocks, unknown_words
from brobygger.effects.presenters.reading import listed
from brobygger.effects.presenters.words import HAPPENED
from brobygger.effects.selectors import Shown, Subject
from brobygger.ui.formats import kroner, number

PURSES = ("Kommune", "Stat", "Kommune og stat i alt", "Borger")
POINTS_TRIED = (1, 2, 4, 6)


def worth_page(shown: Shown, user: User, asked: Mapping[str, Any]) -> Page:
    """Municipality and state always both; what is assumed is marked and drawn dashed."""
    record = shown.payload(Subject.WORTH)
    blocks = _priced(record, asked) if record.get("state") == "priced" else _not_priced(record, asked)
    blocks += rate_blocks(record, user)
    return Page("worth", _("Udgift og gevinst"), blocks, how_of(shown, "worth"))


def _not_priced(record: dict[str, Any], asked: Mapping[str, Any]) -> list[Block]:
    why = {
        "red": _("Sammenligningen er rød i porten. Så er der ingen virkning at sætte pris på."),
        "cost": _("Der er ingen forløb, der er slut, så prisen kendes ikke."),
        "rates": _("Satserne kendes ikke så langt tilbage, som forløbene begyndte."),
    }.get(
        record.get("why", ""),
        _("Der er ingen sammenligning endnu, og derfor ingen virkning at sætte pris på."),
    )
    return [
        Block(_("Gevinsten kan ikke regnes ud endnu"), HAPPENED, [why, _cost_words(record)]),
        *_tried(record, asked),
    ]


def _cost_words(record: dict[str, Any]) -> str:
    if not record.get("hours"):
        return ""
    total = record["hours"] * record["price_per_hour"]
    return _("Et forløb koster i gennemsnit %(total)s: %(hours)s bekræftede timer til %(price)s i timen.") % {
        "hours": number(record["hours"]),
        "price": kroner(round(record["price_per_hour"]), 0),
        "total": kroner(round(total), 0),
    }


def _cost(record: dict[str, Any], asked: Mapping[str, Any]) -> float:
    hours = asked.get("hours") if asked.get("hours") is not None else record.get("hours", 0)
    price = asked.get("price") if asked.get("price") is not None else record.get("price_per_hour", 0)
    return float(hours or 0) * float(price or 0)


def _tried(record: dict[str, Any], asked: Mapping[str, Any]) -> list[Block]:
    """How long an assumed effect must last, at the rates of the run; for the municipality and the state alike."""
    rates = record.get("rates")
    if not rates:
        return []
    cost = _cost(record, asked)
    head = [
        _("Så mange flere"),
        _("For kommunen, i job eller uddannelse"),
        _("For kommune og stat, i job"),
        _("For kommune og stat, i uddannelse"),
    ]
    rows = [[_of_100(points), *_tried_cells(rates, cost, points)] for points in POINTS_TRIED]
    block = Block(
        _("Hvor længe skulle en virkning vare?"),
        "",
        [
            _("Antagelse: så mange flere kommer fra kontanthjælp i job eller uddannelse.")
            + " "
            + _("Udgiften er %(cost)s pr. forløb.") % {"cost": kroner(round(cost), 0)},
            _(
                "For kommunen er job og uddannelse lige meget værd. Staten sparer ved job og betaler SU ved uddannelse."
            ),
        ],
        table=Table(_("Måneder, til udgiften er tjent hjem"), head, rows),
        notes=[_tried_note(rates), unknown_words(rates)],
        is_assumed=True,
    )
    return [block]


def _of_100(points: int) -> Cell:
    return Cell(_("%(points)d af 100") % {"points": points}, is_number=False)


def _tried_cells(rates: dict[str, Any], cost: float, points: int) -> list[Cell]:
    own, in_job = saved_per_month(rates, "job")
    _own, in_education = saved_per_month(rates, "education")
    return [
        Cell(_months(break_even(cost=cost, points=points, saved_per_month=saved)))
        for saved in (own, in_job, in_education)
    ]


def _tried_note(rates: dict[str, Any]) -> str:
    """The rates of the run, and who pays what at the last step of the ladder."""
    amounts = {each["id"]: amount_of(each) for each in rates["used"]}
    since = {each["id"]: each["from"][:4] for each in rates["used"]}
    last = rates["last_step"]
    return _(
        "Kontanthjælp på %(benefit)s (fra %(year)s) og SU på %(grant)s (fra %(grant_year)s), uden renter. Kommunen "
        "betaler %(own)s %% af ydelsen fra uge %(week)s, staten %(state)s %%."
    ) % {
        "benefit": amounts["rate.cash_benefit"],
        "year": since["rate.cash_benefit"],
        "grant": amounts["rate.student_grant"],
        "grant_year": since["rate.student_grant"],
        "own": number(100 - last["state_percent"]),
        "state": number(last["state_percent"]),
        "week": last["week"],
    }


def _months(value: float | None) -> str:
    return _("aldrig") if value is None else number(ceil(value))


def _priced(record: dict[str, Any], asked: Mapping[str, Any]) -> list[Block]:
    fade = asked.get("fade") or "none"
    variant = record["variants"].get(fade) or record["variants"]["none"]
    cost = _cost(record, asked)
    is_other_cost = cost != _cost(record, {})
    assumed = (
        _("Timer eller pris er antaget; virkningen er regnet, som den blev målt.") if is_other_cost else ""
    )
    rows = [_purse_row(variant, name, cost, record) for name in PURSES]
    until = variant["weeks"][-1]
    said = [
        _("%(rest)s pr. borger, %(weeks)d uger efter start.")
        % {"weeks": until, "rest": listed_purses(variant, cost)},
        _(
            "Over nul er en gevinst. Kommune og stat vises altid begge: en vej til uddannelse kan "
            "spare den ene og koste den anden."
        ),
    ]
    head = [_("Kasse"), _("Resultat"), _("Usikkerhed (80 %)"), _("Tjent hjem efter")]
    block = Block(
        _("Hvem vinder, og hvem betaler?"),
        record["word"],
        said,
        picture=_money_curve(variant, cost, is_other_cost=is_other_cost),
        table=Table(_("Kroner pr. borger"), head, rows),
        notes=[_cost_words(record), assumed, *variant["caveats"]],
        is_assumed=is_other_cost or fade != "none",
    )
    return [block]


def listed_purses(variant: dict[str, Any], cost: float) -> str:
    parts = []
    for name in PURSES[:3]:
        path = _path(variant, name, cost)
        parts.append(f"{words.purse(name).lower()} {_kr(path[-1])}")
    said = listed(parts)
    return said[:1].upper() + said[1:]


def _path(variant: dict[str, Any], name: str, cost: float) -> list[float]:
    """The accumulated course with another cost: it is paid at the start, so the whole course moves."""
    purse = variant["purses"][name]
    return [value + _moved(variant, name, cost) for value in purse["path"]]


def _moved(variant: dict[str, Any], name: str, cost: float) -> float:
    """How much a purse's course moves; the municipality pays it all, since the state's part ended in 2019."""
    stored = variant["purses"][name]["cost"]
    return float(stored - cost) if stored else 0.0


def _purse_row(variant: dict[str, Any], name: str, cost: float, record: dict[str, Any]) -> list[Cell]:
    path, moved = _path(variant, name, cost), _moved(variant, name, cost)
    purse = variant["purses"][name]
    pays = bool(purse["cost"])
    return [
        Cell(words.purse(name), is_number=False),
        Cell(_kr(path[-1])),
        Cell(words.between(_whole(purse["low"][-1] + moved), _kr(purse["high"][-1] + moved))),
        Cell(even_after(path, int(variant["first"])) if pays else "–"),
    ]


def even_after(path: Sequence[float], first: int) -> str:
    """Months until the course stays at 0 or above."""
    short = [at for at, value in enumerate(path) if value < 0]
    last = short[-1] if short else -1
    if last == len(path) - 1:
        return _("ikke endnu")
    return _("%(months)s måneder") % {"months": ceil((first + last + 2) / WEEKS_PER_MONTH)}


def _kr(value: float) -> str:
    return kroner(round(value), 0).replace("-", "−")


def _whole(value: float) -> str:
    return number(round(value)).replace("-", "−")


def _money_curve(variant: dict[str, Any], cost: float, *, is_other_cost: bool) -> dict[str, Any]:
    """The accumulated course of municipality and state; dashed where it rests on an assumption.

    With other hours or another price every week does.
    """
    weeks, first = variant["weeks"], int(variant["first"])
    followed = int(variant["followed_until"])
    paths = {name: _path(variant, name, cost) for name in PURSES[:3]}
    band = variant["purses"]["Kommune"]
    moved = _moved(variant, "Kommune", cost)
    low, high = ([value + moved for value in band[side]] for side in ("low", "high"))
    values = [value for path in paths.values() for value in path] + low + high + [0.0]
    frame = drawing.Frame(min(values), max(values), weeks[-1])
    lines = []
    for name, css in zip(
        PURSES,
        ("effects-line", "effects-line effects-line-other", "effects-line effects-line-third"),
        strict=False,
    ):
        xs = list(range(first, first + len(paths[name])))
        cut = 1 if is_other_cost else followed - first + 1
        label = words.purse(name)
        if cut > 1:
            lines.append({"path": frame.line(xs[:cut], paths[name][:cut]), "css": css, "label": label})
        if len(xs) > cut:
            dashed = {
                "path": frame.line(xs[cut - 1 :], paths[name][cut - 1 :]),
                "css": f"{css} effects-dashed",
            }
            lines.append({**dashed, "label": "" if cut > 1 else label})
    step = _step(max(values) - min(values))
    ticks = [
        (at * step, number(at * step / 1_000))
        for at in range(ceil(min(values) / step), int(max(values) // step) + 1)
    ]
    return frame.picture(
        "curve",
        title=_("Tusind kroner pr. borger, lagt sammen fra start"),
        lines=lines,
        bands=[frame.band(weeks, low, high)],
        ticks=[(value, text.replace("-", "−")) for value, text in ticks],
        along=drawing.weeks(weeks[-1], 13 if weeks[-1] <= 60 else 52),
        axis=_("Uger efter start"),
        description=_("Båndet er usikkerheden for kommunen. Stiplet er antaget. Tallene står i tabellen."),
    )


def _step(span: float) -> float:
    for step in (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000):
        if span / step <= 6:
            return float(step)
    return 200_000.0
