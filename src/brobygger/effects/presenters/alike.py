"""One's own municipality among those that share their figures: words first, then the funnel and the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.effects.figures.alike import (
    FEWEST_PLACES,
    Among,
    Place,
    among,
    large_enough,
    of_the_same_time,
)
from brobygger.effects.models import SharedFigures
from brobygger.effects.presenters import words
from brobygger.effects.presenters.blocks import Block, Cell, Table
from brobygger.effects.presenters.drawing import Frame, number, path
from brobygger.effects.presenters.reading import HIDDEN, period_words
from brobygger.effects.presenters.words import HAPPENED
from brobygger.effects.sharing.selectors import Sharing
from brobygger.ui import formats
from brobygger.ui.formats import danish_date
from brobygger.values.period import Period

STEPS = 60
LOWEST, HIGHEST = 0.4, 1.6
DOT, OWN_DOT = 4, 7
BAND = 0.05
FAR = 0.002


def alike_blocks(sharing: Sharing) -> list[Block]:
    """The parts of the page of others; what lacks, where there is nothing to compare."""
    if not sharing.is_on or sharing.own is None:
        return [_nothing_shared(sharing)]
    own = sharing.municipality_id
    places = of_the_same_time(own, [_place(each) for each in sharing.shared])
    kept = large_enough(places)
    found = among(own, kept)
    if found is not None:
        return [_among(found), _process(found.places, _named(found))]
    mine = [(each, _yours(each)) for each in places if each.key == own]
    return [_too_few(len(kept), is_large=any(each.key == own for each in kept)), _process(places, mine)]


def _place(shared: SharedFigures) -> Place:
    return Place(
        shared.municipality_id,
        shared.municipality.name,
        shared.ends_before,
        shared.horizon,
        shared.payload,
        shared.municipality.is_demo,
    )


def _heading() -> str:
    return _("Kommuner, der ligner jeres")


def _link() -> list[tuple[str, str]]:
    return [(_("Se, hvad der deles, og hvem der ser det"), reverse("effects:sharing"))]


def _nothing_shared(sharing: Sharing) -> Block:
    said = (
        _("I deler jeres tal. De er her, når de er regnet ud.")
        if sharing.is_on
        else _("I deler ikke jeres tal. Kommuner, der deler, ser hinandens.")
    )
    return Block(_heading(), HAPPENED, [said], links=_link())


def _too_few(count: int, *, is_large: bool) -> Block:
    if not is_large:
        said = _(
            "Jeres aldersgrupper er så små, at de er skjult. Derfor kan resultaterne ikke holdes op mod andres "
            "endnu."
        )
        return Block(_heading(), HAPPENED, [said], links=_link())
    said = ngettext(
        "%(count)d kommune, der deler, kan holdes op mod jeres tal, jeres egen talt med. Der skal være mindst "
        "%(fewest)d.",
        "%(count)d kommuner, der deler, kan holdes op mod jeres tal, jeres egen talt med. Der skal være mindst "
        "%(fewest)d.",
        count,
    ) % {"count": count, "fewest": FEWEST_PLACES}
    return Block(_heading(), HAPPENED, [said], links=_link())


def _among(found: Among) -> Block:
    """Observed beside expected. It is a description: nobody is compared with people without a mentor."""
    return Block(
        _heading(),
        HAPPENED,
        [_first_sentence(found), f"{_how_far(found)} {_how_ranked(found)}"],
        picture=_picture(found),
        table=_table(found),
        notes=[_only_age(), _left_out(found), _generated(found.places)],
        links=_link(),
    )


def _first_sentence(found: Among) -> str:
    return _(
        "I jeres kommune er %(own)d af 100 i job eller uddannelse %(when)s forløbet. Var det gået jeres borgere, "
        "som det gik jævnaldrende i alle %(count)d kommuner tilsammen, var tallet %(expected)d."
    ) % {
        "own": found.of_100(found.figures.observed),
        "when": words.point(f"m{found.mine.horizon}").lower(),
        "count": len(found.places),
        "expected": found.of_100(found.figures.expected),
    }


def _how_far(found: Among) -> str:
    if found.funnel.outside_998[found.own]:
        return _("Så stort et udsving har kun 2 af 1.000 kommuner ved et tilfælde.")
    if found.funnel.outside_95[found.own]:
        return _("Så stort et udsving har kun 5 af 100 kommuner ved et tilfælde.")
    return _("Forskellen er ikke større end de udsving, der altid er mellem kommuner.")


def _how_ranked(found: Among) -> str:
    return _(
        "Små tal svinger. Regnes det fra, er jeres tal %(levelled)d af 100, og I ligger et sted mellem nr. %(low)d og "
        "nr. %(high)d af %(count)d, hvor 1 er højest."
    ) % {
        "levelled": found.of_100(found.levelled),
        "low": found.ranks.low[found.own],
        "high": found.ranks.high[found.own],
        "count": len(found.places),
    }


def _only_age() -> str:
    return _(
        "Tallene er renset for alder og ikke for andet. Helbred, skolegang og det lokale arbejdsmarked kan også "
        "forklare en forskel."
    )


def _left_out(found: Among) -> str:
    count = found.mine.left_out
    return (
        _("%(count)d af jeres forløb er ikke med, fordi deres aldersgruppe er for lille til at blive vist.")
        % {"count": count}
        if count
        else ""
    )


def _generated(places: Sequence[Place]) -> str:
    is_generated = any(each.is_generated for each in places)
    return _("Kommunerne og deres tal er frembragt til demonstration.") if is_generated else ""


# Tables


def _named(found: Among) -> list[tuple[Place, str]]:
    """One's own, then those that resemble it most: others are dots without a name."""
    nearest = [found.places[at] for at in found.nearest]
    return [(found.mine, _yours(found.mine)), *((each, each.name) for each in nearest)]


def _yours(place: Place) -> str:
    return _("%(name)s (jeres)") % {"name": place.name}


def _table(found: Among) -> Table:
    rows = [
        [
            Cell(name, is_number=False),
            Cell(formats.number(int(found.figures.people[at]))),
            Cell(str(found.of_100(found.figures.observed, at))),
            Cell(str(found.of_100(found.figures.expected, at))),
            Cell(formats.number(float(found.figures.ratio[at]), 2)),
            Cell(formats.number(float(found.shrunk.estimate[at]), 2)),
        ]
        for at, (_place, name) in zip((found.own, *found.nearest), _named(found), strict=True)
    ]
    head = [
        _("Kommune"),
        _("Forløb"),
        _("I job eller uddannelse, af 100"),
        _("Ventet af 100"),
        _("Skete delt med ventet"),
        _("Det samme uden små tals udsving"),
    ]
    caption = _("Jeres kommune og de %(count)d, der ligner mest") % {"count": len(found.nearest)}
    return Table(caption, head, rows)


def _process(places: Sequence[Place], named: Sequence[tuple[Place, str]]) -> Block:
    """Measures of how the work was done, beside what came of it."""
    rows = [[Cell(name, is_number=False), *_measures(each)] for each, name in named]
    values = [_values(each) for each in places]
    if len(places) >= FEWEST_PLACES:
        middle = _("Den midterste af alle %(count)d") % {"count": len(places)}
        rows.append(
            [Cell(middle, is_number=False), *(_middle(column) for column in zip(*values, strict=True))]
        )
    return Block(
        _("Sådan blev der arbejdet"),
        HAPPENED,
        [_process_sentence(named[0][0])],
        table=Table(_("Forløb, timer og opfølgning"), [_("Kommune"), *_measured()], rows),
        notes=[
            _(
                "Måneder og timer er det midterste forløbs. Bekræftet er andelen af de registrerede timer og fulgt op "
                "andelen af opfølgningerne i den periode, hvor forløbene sluttede. Ventetiden er det midterste antal "
                "dage fra forløbets oprettelse til det første bekræftede møde."
            ),
            _(
                "Til ret og pligt er andelen af udgiften til bekræftede timer i forløb, hvor mentor er den eneste "
                "indsats. Om ret og pligt til mentor fortsætter i loven fra 2020, er ikke bekræftet."
            ),
            _generated(places),
        ],
    )


def _measured() -> list[str]:
    return [
        _("Måneder"),
        _("Timer pr. uge"),
        _("Ansigt til ansigt"),
        _("Bekræftet, %"),
        _("Fulgt op, %"),
        _("Til ret og pligt, %"),
        _("Dages ventetid"),
    ]


def _values(place: Place) -> list[float | None]:
    averages, process = place.record["averages"], place.record["process"]
    return [
        *(averages.get(name) for name in ("months", "hours", "face")),
        *(process.get(name) for name in ("confirmed", "followed_up", "right_and_duty", "days_to_start")),
    ]


def _measures(place: Place) -> list[Cell]:
    return [_number(value) for value in _values(place)]


def _middle(values: Sequence[float | None]) -> Cell:
    known = [value for value in values if value is not None]
    return _number(round(float(np.median(known)), 1) if len(known) >= FEWEST_PLACES else None)


def _number(value: float | None) -> Cell:
    return Cell(HIDDEN if value is None else formats.number(value))


def _process_sentence(mine: Place) -> str:
    confirmed = mine.record["process"].get("confirmed")
    if confirmed is None:
        return _("Hvor meget støtte borgerne fik, og hvordan den blev fulgt.")
    return _("Af 100 registrerede timer i jeres kommune er %(confirmed)d bekræftet.") % {
        "confirmed": confirmed
    }


# The funnel


def _picture(found: Among) -> dict[str, Any]:
    """Each municipality as a dot: how much was expected along, what happened over what was expected upwards."""
    expected, ratio = found.figures.expected, found.figures.ratio
    until = float(expected.max()) * 1.08
    lowest = min(LOWEST, float(ratio.min()) - 0.1)
    frame = Frame(max(0.0, lowest), max(HIGHEST, float(ratio.max()) + 0.1), until)
    along = np.linspace(until / STEPS, until, STEPS)
    lines = []
    for tail, css, label in (
        (BAND, "", _("95 af 100 kommuner")),
        (FAR, " effects-dashed", _("998 af 1.000")),
    ):
        for at, edge in enumerate(found.limits(along, tail)):
            inside = (edge >= frame.low) & (edge <= frame.high)
            points = [(frame.x(x), frame.y(y)) for x, y in zip(along[inside], edge[inside], strict=True)]
            lines.append({"path": path(points), "css": f"effects-limit{css}", "label": "" if at else label})
    nearest = set(found.nearest)
    dots = [
        _dot(frame, found, at, "effects-dot-alike" if at in nearest else "effects-dot")
        for at in range(len(found.places))
        if at != found.own
    ]
    return {
        "kind": "funnel",
        "title": _("Det, der skete, delt med det ventede"),
        "description": _in_words(found),
        "lines": lines,
        "dots": [*dots, _dot(frame, found, found.own, "effects-dot-own")],
        "level": number(frame.y(1.0)),
        "ticks": [
            {"y": number(frame.y(value)), "label": formats.number(value, 1)}
            for value in np.arange(0.0, frame.high, 0.2).round(1).tolist()
            if value >= frame.low
        ],
        "along": [{"x": number(frame.x(value)), "label": formats.number(value)} for value in _steps(until)],
        "axis": _("Så mange var ventet i job eller uddannelse"),
        "legend": [
            {"css": "effects-dot-own", "size": OWN_DOT, "label": found.mine.name},
            {"css": "effects-dot-alike", "size": DOT, "label": _("De, der ligner mest")},
            {"css": "effects-dot", "size": DOT, "label": _("Andre, der deler")},
        ],
    }


def _dot(frame: Frame, found: Among, at: int, css: str) -> dict[str, Any]:
    is_own = at == found.own
    has_name = is_own or at in found.nearest
    return {
        "x": number(frame.x(float(found.figures.expected[at]))),
        "y": number(frame.y(float(found.figures.ratio[at]))),
        "size": OWN_DOT if is_own else DOT,
        "css": css,
        "name": found.places[at].name if has_name else "",
    }


def _steps(until: float) -> list[int]:
    """Four or five round numbers along."""
    size = until / 5
    scale = 10 ** int(np.floor(np.log10(max(size, 1))))
    step = next((each * scale for each in (1, 2, 5, 10) if each * scale >= size), scale)
    return list(range(0, int(until) + 1, max(int(step), 1)))


def _in_words(found: Among) -> str:
    outside = int(found.funnel.outside_95.sum())
    return _(
        "En tragt: prikker inden for den er ikke længere fra det ventede, end tilfældet kan bringe dem. %(outside)d af "
        "%(count)d kommuner ligger uden for. Jeres er %(ratio)s gange det ventede. Tallene står i tabellen."
    ) % {
        "outside": outside,
        "count": len(found.places),
        "ratio": formats.number(float(found.figures.ratio[found.own]), 2),
    }


# The page where sharing is chosen


def sharing_page(sharing: Sharing, user: User) -> dict[str, Any]:
    """What the page about sharing shows: the choice, and exactly what is shared now."""
    own, choice = sharing.own, sharing.choice
    return {
        "is_on": sharing.is_on,
        "since": danish_date(choice.chosen_at) if choice and choice.is_on else "",
        "may_choose": user.may(Permission.SHARE_FIGURES),
        "about": _about(own) if own else [],
        "ages": _ages(own) if own else [],
        "sharing": len(sharing.shared),
    }


def _about(own: SharedFigures) -> list[tuple[str, str]]:
    record = own.payload
    start = record["conditions"]
    measured = zip(_measured(), _values(_place(own)), strict=True)
    return [
        (_("Forløb, der sluttede"), period_words(Period(own.starts_on, own.ends_before))),
        (_("Forløb i alt"), formats.number(record["all"])),
        (_("Fulgt i måneder"), str(own.horizon)),
        (_("På en ydelse ugen før start"), _or_hidden(start.get("at|start|benefit"))),
        (_("I job ugen før start"), _or_hidden(start.get("at|start|job"))),
        *((label, _or_hidden(value)) for label, value in measured),
        (_("Registre til og med"), danish_date(own.data_until)),
    ]


def _ages(own: SharedFigures) -> list[tuple[str, str, str]]:
    record = own.payload
    return [
        (words.category("age", age), _or_hidden(people), _or_hidden(well))
        for age, people, well in zip(record["ages"], record["people"], record["well"], strict=True)
    ]


def _or_hidden(value: float | None) -> str:
    return _("Skjult") if value is None else formats.number(value)
