"""What happened: the pages about a closed period, drawn from what is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.analysis import FIVE
from brobygger.effects.presenters import drawing, words
from brobygger.effects.presenters.blocks import Block, Cell, Page, Table
from brobygger.effects.presenters.how import how_of
from brobygger.effects.presenters.reading import (
    HIDDEN,
    Cells,
    listed,
    of_100,
    period_words,
    sentence_at,
    shares_at,
    whole_of_100,
)
from brobygger.effects.presenters.words import HAPPENED
from brobygger.effects.selectors import Shown, Subject
from brobygger.ui.charts import Point
from brobygger.ui.formats import number


def overview(shown: Shown, user: User) -> Page:
    """The few figures, in words, and the periods beside each other."""
    cells = Cells(shown, shown.payload(Subject.STATUS), user)
    last = cells.last
    blocks = [
        Block(
            _("Hvordan det gik bagefter"),
            HAPPENED,
            [sentence_at(cells, last)],
            picture=_stack(cells, [last]),
            figures=_figures(shown, user),
        ),
        Block(
            _("Periode for periode"),
            HAPPENED,
            [_("Hver periode er andre borgere. De små er lagt sammen, til der er nok.")],
            table=_periods(shown, user),
        ),
    ]
    return Page("overview", _("Overblik"), blocks, how_of(shown, "overview"))


def _figures(shown: Shown, user: User) -> list[dict[str, str]]:
    """Figures that each open their page."""
    status = Cells(shown, shown.payload(Subject.STATUS), user)
    found = [
        {
            "value": _("%(share)s af 100")
            % {"share": of_100(status.at(status.last, words.WELL), status.people)},
            "label": _("i job eller uddannelse, %(when)s") % {"when": words.point(status.last).lower()},
            "url": reverse("effects:status"),
        }
    ]
    marks = shown.payload(Subject.RETENTION).get("marks") or []
    if kept := [mark for mark in marks if mark[0] == 26]:
        found.append(
            {
                "value": _("%(share)s af 100") % {"share": round(100 * kept[0][1])},
                "label": _("har stadig deres første job efter 26 uger"),
                "url": reverse("effects:retention"),
            }
        )
    goals = Cells(shown, shown.payload(Subject.GOALS), user)
    found.append(
        {
            "value": _("%(share)s af 100") % {"share": of_100(goals.within("goals", "all"), goals.people)},
            "label": _("nåede alle deres mål"),
            "url": reverse("effects:goals"),
        }
    )
    if given := shown.payload(Subject.DOSAGE).get("averages"):
        found.append(
            {
                "value": _("%(months)s måneder") % {"months": number(given["months"])},
                "label": _("varede det midterste forløb, med %(hours)s timer om ugen")
                % {"hours": number(given["hours"])},
                "url": reverse("effects:dosage"),
            }
        )
    return [each for each in found if HIDDEN not in each["value"]]


def _periods(shown: Shown, user: User) -> Table:
    rows = []
    for period in shown.periods:
        payload = shown.results[(period.start, Subject.STATUS)]
        cells = Cells(shown, payload, user)
        url = f"{reverse('effects:status')}?periode={period.start.isoformat()}"
        listed_at = f"{reverse('effects:cases')}?periode={period.start.isoformat()}"
        rows.append(
            [
                Cell(period_words(period), url, is_number=False),
                Cell(number(cells.people), listed_at if user.may(Permission.SEE_CASES) else ""),
                Cell(of_100(cells.at(cells.last, "job"), cells.people)),
                Cell(of_100(cells.at(cells.last, "education"), cells.people)),
                Cell(of_100(cells.at(cells.last, words.WELL), cells.people)),
            ]
        )
    head = [_("Sluttede"), _("Forløb"), _("I job, af 100"), _("I uddannelse, af 100"), _("Tilsammen")]
    return Table(_("Perioder"), head, rows)


def status(shown: Shown, user: User) -> Page:
    """The five shares at each point."""
    cells = Cells(shown, shown.payload(Subject.STATUS), user)
    rows = []
    for point in cells.points:
        counts = [
            cells.cell(cells.at(point, each), part=f"at {point}", status=each) for each in (*FIVE, words.WELL)
        ]
        rows.append([Cell(words.point(point), is_number=False), *counts])
    head = [_("Hvornår"), *(words.status(each) for each in (*FIVE, words.WELL))]
    block = Block(
        _("Status på en bestemt dag"),
        HAPPENED,
        [sentence_at(cells, cells.last), _about_left_out(cells)],
        picture=_stack(cells, cells.points),
        table=Table(_("Antal forløb i hver status"), head, rows),
        notes=[_("Job kræver løn i måneden. Virksomhedspraktik og løntilskud er en ydelse."), a_dot()],
    )
    return Page("status", _("Status"), [block], how_of(shown, "status"))


def a_dot() -> str:
    """What a dot means, on every page that may have one."""
    return _("En prik betyder, at tallet er under fem, eller at det kunne røbe et, der er.")


def _stack(cells: Cells, points: Sequence[str]) -> dict[str, Any]:
    rows = [
        (
            words.short_point(point),
            [(each, words.status(each), share) for each, share in shares_at(cells, point)],
        )
        for point in points
    ]
    return drawing.stack(rows, title=_("Af 100 forløb"))


def _about_left_out(cells: Cells) -> str:
    if cells.payload.get("left_out"):
        return _("Mindst %(number)d forløb er ikke med, fordi registret ikke følger dem hele vejen.") % {
            "number": cells.payload["left_out"]
        }
    if cells.payload.get("some_left_out"):
        return _("Enkelte forløb er ikke med, fordi registret ikke følger dem hele vejen.")
    return ""


def retention(shown: Shown, user: User) -> Page:
    """How long the first job lasted."""
    payload = shown.payload(Subject.RETENTION)
    title = _("Fastholdelse i job")
    if not payload.get("people"):
        few = Block(
            title,
            HAPPENED,
            [_("For få fik et job i løbet af det første år til at vise, hvor længe det varede.")],
        )
        return Page("retention", _("Fastholdelse"), [few], how_of(shown, "retention"))
    blocks = [
        Block(
            title,
            HAPPENED,
            _retention_words(payload),
            picture=_retention_curve(payload),
            table=_marks(payload),
            notes=[
                _(
                    "Kurven har kun et trin, hvor mindst fem er holdt op siden sidst. Antal er rundet ned "
                    "til et tal i fem-tabellen."
                )
            ],
        ),
        Block(_("Hvorfor jobbet holdt op"), HAPPENED, [_ends_words()], table=_causes(payload)),
    ]
    return Page("retention", _("Fastholdelse"), blocks, how_of(shown, "retention"))


def _retention_words(payload: dict[str, Any]) -> list[str]:
    said = []
    for week, share, low, high, _followed in payload["marks"]:
        if week in (26, 52):
            said.append(
                _(
                    "Af 100, der fik et job, har %(share)d det stadig efter %(week)d uger (usikkerhed: "
                    "mellem %(low)d og %(high)d)."
                )
                % {
                    "share": round(100 * share),
                    "week": week,
                    "low": round(100 * low),
                    "high": round(100 * high),
                }
            )
    first = _("Mindst %(number)d fik et job inden for et år efter forløbets start.") % {
        "number": payload["people"]
    }
    return [*said, first]


def _ends_words() -> str:
    return _(
        "Så mange af 100 havde forladt deres første job ved hver uge. En prik betyder, at "
        "gruppen er for lille til at vises."
    )


def _retention_curve(payload: dict[str, Any]) -> dict[str, Any]:
    curve = payload["curve"]
    frame = drawing.Frame(0, 1, curve["until"])
    xs = [x * curve["until"] for x in curve["x"]]
    return frame.picture(
        "curve",
        title=_("Andel, der stadig har deres første job, uge for uge"),
        lines=[{"path": frame.line(xs, curve["y"]), "css": "effects-line", "label": _("Stadig i job")}],
        bands=[frame.band(xs, curve["low"], curve["high"])],
        ticks=drawing.shares(),
        along=drawing.weeks(curve["until"]),
        axis=_("Uger efter jobbet begyndte"),
        description=_("Båndet er usikkerheden. Tallene står i tabellen."),
    )


def _marks(payload: dict[str, Any]) -> Table:
    rows = [
        [
            Cell(_("%(week)d uger") % {"week": week}, is_number=False),
            Cell(str(round(100 * share))),
            Cell(f"{round(100 * low)}–{round(100 * high)}"),
            Cell(_("mindst %(number)d") % {"number": followed}),
        ]
        for week, share, low, high, followed in payload["marks"]
    ]
    return Table(_("Stadig i job"), [_("Efter"), _("Af 100"), _("Usikkerhed"), _("Fulgt så længe")], rows)


def _causes(payload: dict[str, Any]) -> Table:
    names = ("benefit", "education", "pension", "away")
    rows = [
        [
            Cell(_("%(week)d uger") % {"week": row["week"]}, is_number=False),
            *(Cell(HIDDEN if row["shares"][name] is None else str(row["shares"][name])) for name in names),
        ]
        for row in payload["causes"]
    ]
    return Table(_("Af 100, der fik et job"), [_("Efter"), *(words.cause(name) for name in names)], rows)


def pathways(shown: Shown, user: User) -> Page:
    """What followed: flows between statuses, and whether the mentor was the only offer."""
    payload = shown.payload(Subject.PATHWAYS)
    cells = Cells(shown, payload, user)
    blocks = [_flows(cells), _offers(cells)] if payload["picture"] else [_offers(cells), _too_few_for_flows()]
    return Page("pathways", _("Efter forløbet"), blocks, how_of(shown, "pathways"))


def _flows(cells: Cells) -> Block:
    names = {each: words.status(each) for each in (*FIVE, "unseen")}
    return Block(
        _("Vejen fra før start til bagefter"),
        HAPPENED,
        [_("Hver strøm er mindst fem forløb, der gik fra én status til en anden.")],
        picture=drawing.flow(
            cells.payload["picture"],
            points=[words.short_point(each) for each in cells.points],
            names=names,
            title=_("Veje mellem status"),
        ),
        table=_links(cells, names),
        notes=[_("Strømme, der ikke vises, er tegnet som åbne felter. Nul vises ikke i tabellen.")],
    )


def _too_few_for_flows() -> Block:
    return Block(
        _("Vejen fra før start til bagefter"),
        HAPPENED,
        [_("Vejene mellem status vises, når en periode har mindst 100 forløb.")],
    )


def _links(cells: Cells, names: dict[str, str]) -> Table:
    """Every flow that may be shown and is not nothing."""
    rows = []
    for here, there in zip(cells.points[:-1], cells.points[1:], strict=True):
        for source in names:
            for target in names:
                count = cells.payload["links"].get(f"link|{here}|{source}|{target}")
                if count:
                    rows.append(
                        [
                            Cell(f"{words.short_point(here)} → {words.short_point(there)}", is_number=False),
                            Cell(names[source], is_number=False),
                            Cell(names[target], is_number=False),
                            Cell(number(count)),
                        ]
                    )
    return Table(_("Strømme, der kan vises"), [_("Hvornår"), _("Fra"), _("Til"), _("Forløb")], rows)


def _offers(cells: Cells) -> Block:
    """Mentor as the only offer, and what followed."""
    only, followed = cells.within("offer", "only"), cells.within("offer", "followed")
    company = cells.within("offer", "company")
    said = []
    if (share := whole_of_100(only, cells.people)) is not None:
        said.append(_("Af 100 forløb begyndte %(share)d med mentor som eneste tilbud.") % {"share": share})
    if (share := whole_of_100(followed, only)) is not None:
        said.append(
            _("Af 100 af dem fik %(share)d et aktivt tilbud inden for et halvt år.") % {"share": share}
        )
    if (share := whole_of_100(company, followed)) is not None:
        said.append(
            _("Af 100 med et aktivt tilbud var det for %(share)d i en virksomhed.") % {"share": share}
        )
    return _division(
        cells,
        "offer",
        heading=_("Mentor som eneste tilbud"),
        sentences=said or [_("Grupperne er for små til at vises.")],
    )


def dosage(shown: Shown, user: User) -> Page:
    """Hours and length in bands. It describes; it does not say that more is better."""
    payload = shown.payload(Subject.DOSAGE)
    cells = Cells(shown, payload, user)
    given = payload.get("averages") or {}
    said = []
    if given:
        said.append(
            _(
                "Det midterste forløb varede %(months)s måneder, med %(hours)s bekræftede timer om ugen; "
                "%(face)s af dem ansigt til ansigt."
            )
            % {name: number(given[name]) for name in ("months", "hours", "face")}
        )
    warning = _(
        "De, det går godt, slutter ofte tidligt, og andre bliver længe. Derfor viser tallene "
        "ikke, hvor mange timer der virker."
    )
    blocks = [
        _division(cells, "hours", sentences=[*said, warning]),
        _division(cells, "length", sentences=[warning]),
    ]
    return Page("dosage", _("Timer og længde"), blocks, how_of(shown, "dosage"))


def goals(shown: Shown, user: User) -> Page:
    """How far the goals were reached when the mentorships were closed."""
    cells = Cells(shown, shown.payload(Subject.GOALS), user)
    parts = [
        _("%(share)d %(what)s") % {"share": share, "what": words.category("goals", code).lower()}
        for code in ("all", "some", "none", "open")
        if (share := whole_of_100(cells.within("goals", code), cells.people)) is not None
    ]
    said = [_("Af 100 forløb: %(parts)s.") % {"parts": listed(parts)}] if parts else []
    said.append(_("Nået betyder »Nået« eller »Næsten nået«, da forløbet blev gjort op."))
    return Page("goals", _("Mål"), [_division(cells, "goals", sentences=said)], how_of(shown, "goals"))


def subgroups(shown: Shown, user: User) -> Page:
    """Who it went how for: only divisions that were declared beforehand."""
    cells = Cells(shown, shown.payload(Subject.SUBGROUPS), user)
    warning = _(
        "Grupperne var forskellige, allerede før de fik en mentor. Tallene viser, hvordan det "
        "gik dem, ikke hvem mentoren hjalp mest."
    )
    blocks = [
        _division(cells, each["name"], sentences=[warning] if not at else [])
        for at, each in enumerate(cells.payload["divisions"])
    ]
    return Page("subgroups", _("Hvem"), blocks, how_of(shown, "subgroups"))


def _division(cells: Cells, name: str, *, heading: str = "", sentences: Sequence[str] = ()) -> Block:
    """A division as bars and a table: how many, and how many of them in job or education at the last point."""
    found = next(each for each in cells.payload["divisions"] if each["name"] == name)
    rows, points = [], []
    for code in (*found["categories"], *found["groups"]):
        label = words.category(name, code)
        whole, well = cells.within(name, code), cells.within(name, code, words.WELL)
        part = name if code in found["categories"] else ""
        if whole == 0:
            continue
        share = whole_of_100(well, whole)
        rows.append(
            [
                Cell(label, is_number=False),
                cells.cell(whole, part=part, label=code),
                cells.cell(cells.within(name, code, "job"), part=part, label=code, status="job"),
                cells.cell(cells.within(name, code, "education"), part=part, label=code, status="education"),
                Cell(of_100(well, whole)),
            ]
        )
        if share is not None:
            points.append(Point(label, share, _("%(share)d af 100") % {"share": share}))
    head = [words.division(name), _("Forløb"), _("I job"), _("I uddannelse"), _("Tilsammen, af 100")]
    when = words.point(cells.last).lower()
    return Block(
        heading or words.division(name),
        HAPPENED,
        sentences,
        points=points,
        table=Table(
            _("%(division)s: i job eller uddannelse %(when)s")
            % {"division": words.division(name), "when": when},
            head,
            rows,
        ),
        notes=[a_dot()],
    )


HAPPENED_PAGES: dict[str, Callable[[Shown, User], Page]] = {
    "overview": overview,
    "status": status,
    "retention": retention,
    "pathways": pathways,
    "dosage": dosage,
    "goals": goals,
    "subgroups": subgroups,
}
"""Pages about a closed period, by key."""
