"""Beside those who resemble them, what it is worth, and what others have found: each under its own word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.analysis import OutsideTotals, beside_totals, yardsticks
from brobygger.analysis.gate import CheckName, Colour, Showing
from brobygger.analysis.outside_totals import CAVEAT
from brobygger.analysis.result import Word
from brobygger.analysis.weeks import WEEKS_PER_MONTH
from brobygger.analysis.yardsticks import Study
from brobygger.effects.figures.compared import break_even, gate_of, word_of
from brobygger.effects.figures.outside import alike_areas
from brobygger.effects.presenters import drawing, words
from brobygger.effects.presenters.blocks import Block, Cell, Page, Table
from brobygger.effects.presenters.how import how_of
from brobygger.effects.presenters.reading import Cells, listed, whole_of_100
from brobygger.effects.selectors import Shown, Subject
from brobygger.ui.formats import danish_date, kroner, number

PURSES = ("Kommune", "Stat", "Kommune og stat i alt", "Borger")
POINTS_TRIED = (1, 2, 4, 6)
MUNICIPAL_SHARE, MONTHLY_BENEFIT = 0.8, 12_326
"""Cash benefit in 2024 a month (30 and over, no children), and the municipality's part of it from week 53."""
SHOWN_AREAS = 8
HAPPENED = "Skete"


def comparison(shown: Shown, user: User) -> Page:
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


# What it is worth


def worth(shown: Shown, user: User, asked: Mapping[str, Any]) -> Page:
    """Municipality and state always both; what is assumed is marked and drawn dashed."""
    record = shown.payload(Subject.WORTH)
    blocks = _priced(record, asked) if record.get("state") == "priced" else _not_priced(record, asked)
    return Page("worth", _("Udgift og gevinst"), blocks, how_of(shown, "worth"))


def _not_priced(record: dict[str, Any], asked: Mapping[str, Any]) -> list[Block]:
    why = {
        "red": _("Sammenligningen er rød i porten. Så er der ingen virkning at sætte pris på."),
        "cost": _("Der er ingen forløb, der er slut, så prisen kendes ikke."),
    }.get(
        record.get("why", ""),
        _("Der er ingen sammenligning endnu, og derfor ingen virkning at sætte pris på."),
    )
    return [
        Block(_("Gevinsten kan ikke regnes ud endnu"), HAPPENED, [why, _cost_words(record)]),
        _tried(record, asked),
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


def _tried(record: dict[str, Any], asked: Mapping[str, Any]) -> Block:
    """How long an assumed effect must last; for the municipality and the state, whichever way people go."""
    cost = _cost(record, asked)
    rows = []
    for points in POINTS_TRIED:
        months = break_even(cost=cost, points=points, saved_per_month=MUNICIPAL_SHARE * MONTHLY_BENEFIT)
        both = break_even(cost=cost, points=points, saved_per_month=MONTHLY_BENEFIT)
        rows.append(
            [
                Cell(_("%(points)d af 100") % {"points": points}, is_number=False),
                Cell(_months(months)),
                Cell(_months(both)),
            ]
        )
    return Block(
        _("Hvor længe skulle en virkning vare?"),
        "",
        [
            _("Antagelse: så mange flere kommer fra kontanthjælp i job. Udgiften er %(cost)s pr. forløb.")
            % {"cost": kroner(round(cost), 0)},
            _("Går de i uddannelse, sparer kommunen det samme, men staten betaler SU."),
        ],
        table=Table(
            _("Måneder, til udgiften er tjent hjem"),
            [_("Flere i job"), _("For kommunen"), _("For kommune og stat tilsammen")],
            rows,
        ),
        notes=[
            _(
                "Kontanthjælp på 12.326 kr. om måneden (2024), uden renter. Kommunen betaler 80 % fra "
                "uge 53, staten 20 %."
            ),
        ],
        is_assumed=True,
    )


def _months(value: float | None) -> str:
    return _("aldrig") if value is None else number(ceil(value))


def _priced(record: dict[str, Any], asked: Mapping[str, Any]) -> list[Block]:
    fade = asked.get("fade") or "none"
    variant = record["variants"].get(fade) or record["variants"]["none"]
    cost = _cost(record, asked)
    is_assumed = cost != _cost(record, {}) or fade != "none"
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
        picture=_money_curve(variant, cost),
        table=Table(_("Kroner pr. borger"), head, rows),
        notes=[_cost_words(record), *variant["caveats"]],
        is_assumed=is_assumed,
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
        Cell(f"{_kr(purse['low'][-1] + moved)} – {_kr(purse['high'][-1] + moved)}"),
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


def _money_curve(variant: dict[str, Any], cost: float) -> dict[str, Any]:
    """The accumulated course of municipality and state; dashed where it rests on an assumption."""
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
        cut = followed - first + 1
        lines.append(
            {"path": frame.line(xs[:cut], paths[name][:cut]), "css": css, "label": words.purse(name)}
        )
        if len(xs) > cut:
            dashed = {
                "path": frame.line(xs[cut - 1 :], paths[name][cut - 1 :]),
                "css": f"{css} effects-dashed",
            }
            lines.append({**dashed, "label": ""})
    step = _step(max(values) - min(values))
    ticks = [
        (at * step, number(at * step)) for at in range(ceil(min(values) / step), int(max(values) // step) + 1)
    ]
    return frame.picture(
        "curve",
        title=_("Kroner pr. borger, lagt sammen fra start"),
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


# Others


def others(shown: Shown, user: User, totals: Sequence[OutsideTotals]) -> Page:
    """Own figures beside others', each word in a part of its own."""
    blocks = [_own(shown, user), *(_beside(shown, each) for each in totals)]
    name = user.municipality.name if user.municipality else ""
    blocks += [block for each in totals if (block := _alike(each, name))]
    if not totals:
        blocks.append(_no_totals())
    for word in Word:
        studies = [each for each in yardsticks() if each.word is word]
        if studies:
            blocks.append(_studies(word, studies))
    return Page("others", _("Andres tal"), blocks, how_of(shown, "others"))


def _own(shown: Shown, user: User) -> Block:
    """The own figures that are nearest to what the mapping and the survey counted."""
    cells = Cells(shown, shown.payload(Subject.PATHWAYS), user) if shown.period else None
    given = shown.payload(Subject.DOSAGE).get("averages") or {}
    rows = []
    if given:
        rows += [
            [Cell(_("Midterste længde, måneder"), is_number=False), Cell(number(given["months"]))],
            [Cell(_("Midterste timer om ugen"), is_number=False), Cell(number(given["hours"]))],
        ]
    if cells:
        only, followed = cells.within("offer", "only"), cells.within("offer", "followed")
        rows += [
            [
                Cell(_("Mentor som eneste tilbud, fulgt af et aktivt tilbud, af 100"), is_number=False),
                Cell(_share(followed, only)),
            ],
            [
                Cell(_("Heraf i en virksomhed, af 100"), is_number=False),
                Cell(_share(cells.within("offer", "company"), followed)),
            ],
        ]
    return Block(
        _("Egne tal"),
        HAPPENED,
        [
            _(
                "Det er jeres egne forløb. Undersøgelserne nedenfor handler om andre borgere, andre år "
                "og andre regler."
            )
        ],
        table=Table(_("Egne tal"), [_("Tal"), _("Egen kommune")], rows) if rows else None,
    )


def _share(part: int | None, whole: int | None) -> str:
    share = whole_of_100(part, whole)
    return "·" if share is None else str(share)


def _studies(word: Word, studies: Sequence[Study]) -> Block:
    rows = [
        [
            Cell(f"{study.title} ({study.year})", study.source, is_number=False),
            Cell(study.design.label, is_number=False),
            Cell(figure_words(study, at), is_number=False),
            Cell(study.caveat, is_number=False),
        ]
        for study in studies
        for at in range(len(study.figures))
    ]
    head = [_("Undersøgelse"), _("Hvordan"), _("Hvad den siger"), _("Forbehold")]
    return Block(
        _("Andres resultater, ikke det samme: %(word)s") % {"word": words.word(word.value).lower()},
        word.value,
        [],
        table=Table(_("Andres resultater"), head, rows),
    )


def figure_words(study: Study, at: int) -> str:
    """A figure of a study in words, with its limits."""
    figure = study.figures[at]
    said = figure.in_words()
    if figure.low is not None and figure.high is not None:
        said += " " + _("Forskellen er mellem %(low)s og %(high)s point.") % {
            "low": number(figure.low),
            "high": number(figure.high),
        }
    return f"{said} {figure.note}".strip()


def _beside(shown: Shown, outside: OutsideTotals) -> Block:
    """Own mentorships beside Statistics Denmark's full-time persons, period by period, never subtracted."""
    own = shown.payload(Subject.OTHERS).get("own") or {}
    rows = []
    for labels in _mentor_labels(outside)[:SHOWN_AREAS]:
        lines = beside_totals(own, outside, labels, own_counts=_("forløb med bekræftede møder"))
        what = ", ".join(value for value in labels.values() if value != "I alt")
        rows += [
            [
                Cell(line.label, is_number=False),
                Cell(what, is_number=False),
                Cell(number(line.own or 0)),
                Cell(number(line.outside) + (" *" if line.provisional else "")),
            ]
            for line in lines
            if line.outside is not None
        ]
    head = [
        _("Periode"),
        _("Landets opgørelse"),
        _("Egne forløb, mindst"),
        _("Fuldtidspersoner i aktivering"),
    ]
    source = _("Danmarks Statistik, %(table)s, hentet %(day)s.") % {
        "table": outside.table,
        "day": danish_date(outside.read_on),
    }
    return Block(
        _("Ved siden af Danmarks Statistik: %(table)s") % {"table": outside.table},
        HAPPENED,
        [CAVEAT],
        table=Table(_("Egne forløb og landets tal"), head, rows) if rows else None,
        notes=[source],
    )


def _alike(outside: OutsideTotals, own: str) -> Block | None:
    """Municipalities that use activation as one's own does."""
    found = alike_areas(outside, own)
    if not found:
        return None
    rows = [
        [Cell(area, is_number=False), Cell("·" if value is None else number(value))]
        for area, _period, value in found
    ]
    return Block(
        _("Kommuner, der ligner: %(table)s") % {"table": outside.table},
        HAPPENED,
        [
            _("De otte kommuner, hvis brug af aktivering ligner jeres mest. Det er ikke en rangliste."),
        ],
        table=Table(
            _("Fuldtidspersoner med mentor, %(period)s") % {"period": found[0][1]},
            [_("Kommune"), _("Fuldtidspersoner")],
            rows,
        ),
    )


def _mentor_labels(outside: OutsideTotals) -> list[dict[str, str]]:
    """Each combination of values about mentor support, once."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for row in outside.mentor():
        found.setdefault(tuple(row.labels.values()), dict(row.labels))
    return list(found.values())


def _no_totals() -> Block:
    address = reverse("registers:imports")
    figures = [{"value": _("Importér"), "label": _("AUH03 og AUK03 fra Statistikbanken"), "url": address}]
    return Block(
        _("Ved siden af Danmarks Statistik"),
        HAPPENED,
        [
            _(
                "Importér tabellerne AUH03 og AUK03 fra Statistikbanken for at se landets tal ved siden "
                "af jeres."
            )
        ],
        figures=figures,
    )
