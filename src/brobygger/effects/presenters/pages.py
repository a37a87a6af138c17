"""What happened: the pages about a closed period, drawn from what is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.analysis import FIVE
from brobygger.effects.figures import kept
from brobygger.effects.presenters import drawing, words
from brobygger.effects.presenters.answers import answer_blocks
from brobygger.effects.presenters.blocks import Block, Cell, Page, Table
from brobygger.effects.presenters.how import how_of
from brobygger.effects.presenters.reading import (
    HIDDEN,
    Cells,
    each_of_100,
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
    if half_year := [mark for mark in marks if mark[0] == 26]:
        found.append(
            {
                "value": _("%(share)s af 100") % {"share": round(100 * half_year[0][1])},
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
                Cell(words.point(cells.last), is_number=False),
            ]
        )
    head = [
        _("Sluttede"),
        _("Forløb"),
        _("I job, af 100"),
        _("I uddannelse, af 100"),
        _("Tilsammen"),
        _("Målt"),
    ]
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
    return _("Færre end fem forløb er ikke med, fordi registret ikke følger dem hele vejen.")


def retention(shown: Shown, user: User) -> Page:
    """How long the first job lasted."""
    payload = shown.payload(Subject.RETENTION)
    title = _("Fastholdelse i job")
    if not payload.get("marks"):
        few = Block(
            title,
            HAPPENED,
            [_("For få fik et job i løbet af det første år til at vise, hvor længe det varede.")],
        )
        return Page("retention", _("Fastholdelse"), [few], how_of(shown, "retention"))
    cells = Cells(shown, payload, user)
    blocks = [
        Block(
            title,
            HAPPENED,
            [*_retention_words(payload), _got_a_job(cells)],
            picture=_retention_curve(payload),
            table=_marks(cells),
            notes=[
                _(
                    "Der er målt efter 13, 26, 52 og 104 uger, så langt som registret og gruppens størrelse rækker."
                ),
                a_dot(),
            ],
        ),
        Block(
            _("Hvorfor jobbet holdt op"),
            HAPPENED,
            _ends_words(cells),
            table=_causes(cells),
            notes=[a_dot()],
        ),
    ]
    return Page("retention", _("Fastholdelse"), blocks, how_of(shown, "retention"))


def _retention_words(payload: dict[str, Any]) -> list[str]:
    """The marks of half a year and a year, or the last there is."""
    marks = [mark for mark in payload["marks"] if mark[0] in (26, 52)] or payload["marks"][-1:]
    return [
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
        for week, share, low, high, *_counts in marks
    ]


def _got_a_job(cells: Cells) -> str:
    jobs = cells.kept(kept.JOB)
    share = whole_of_100(jobs, cells.people)
    if share is None:
        return ""
    return _("Af 100 forløb fik %(share)d et job inden for et år efter forløbets start.") % {"share": share}


def _ends_words(cells: Cells) -> list[str]:
    """Why those left who did, and of all who got a job how many were back on a benefit, where both are shown."""
    ended = cells.kept(kept.gone())
    parts = [
        _("%(share)d %(what)s") % {"share": share, "what": words.way(way)}
        for way in kept.WAYS
        if (share := whole_of_100(cells.kept(kept.gone(way)), ended)) is not None
    ]
    said = [_("Af 100, hvis job holdt op, gik %(parts)s.") % {"parts": listed(parts)}] if parts else []
    shown = [row for row in cells.payload["causes"] if row["shares"]["benefit"] is not None]
    return said + [
        _("Af 100, der fik et job, var %(share)d tilbage på en ydelse senest %(week)d uger efter.")
        % {"share": row["shares"]["benefit"], "week": row["week"]}
        for row in shown[-1:]
    ]


def _retention_curve(payload: dict[str, Any]) -> dict[str, Any]:
    """Straight from mark to mark: nothing is shown of the weeks between them."""
    marks = payload["marks"]
    until = marks[-1][0]
    frame = drawing.Frame(0, 1, until)
    xs = [0, *(mark[0] for mark in marks)]
    share, low, high = ([1.0, *(mark[place] for mark in marks)] for place in (1, 2, 3))
    line = {"path": frame.line(xs, share), "css": "effects-line", "label": _("Stadig i job")}
    return frame.picture(
        "curve",
        title=_("Andel, der stadig har deres første job"),
        lines=[line],
        bands=[frame.band(xs, low, high)],
        ticks=drawing.shares(),
        along=[(week, str(week)) for week in xs],
        axis=_("Uger efter jobbet begyndte"),
        description=_("Båndet er usikkerheden. Tallene står i tabellen."),
        dots=list(zip(xs, share, strict=True)),
    )


def _marks(cells: Cells) -> Table:
    marks = cells.payload["marks"]
    weeks = [mark[0] for mark in marks]
    rows = [
        [
            Cell(_("%(week)d uger") % {"week": week}, is_number=False),
            Cell(str(round(100 * share))),
            Cell(f"{round(100 * low)}–{round(100 * high)}"),
            _job_cell(cells, kept.followed(_mark_after(since))),
            _job_cell(cells, kept.ended(since, week)),
            _job_cell(cells, kept.still(week)),
        ]
        for since, (week, share, low, high, *_counts) in zip([0, *weeks], marks, strict=False)
    ]
    head = [
        _("Efter"),
        _("Af 100"),
        _("Usikkerhed"),
        _("Fulgt hertil"),
        _("Holdt op siden sidst"),
        _("Stadig i job"),
    ]
    return Table(_("Stadig i deres første job"), head, rows)


def _mark_after(week: int) -> int:
    return next(mark for mark in kept.MARKS if mark > week)


def _job_cell(cells: Cells, label: str) -> Cell:
    return cells.cell(cells.kept(label), part=kept.DIVISION, label=label)


def _causes(cells: Cells) -> Table:
    """Way by way, how many left between the marks and in all."""
    spans = [(row["since"], row["week"]) for row in cells.payload["causes"]]
    rows = [
        [
            Cell(words.cause(way), is_number=False),
            *(_left_cell(cells, since, week, way) for since, week in spans),
            _job_cell(cells, kept.gone(way)),
            Cell(of_100(cells.kept(kept.gone(way)), cells.kept(kept.gone()))),
        ]
        for way in kept.WAYS
    ]
    heads = [
        _("Uge %(first)d–%(last)d") % {"first": since + bool(since), "last": week} for since, week in spans
    ]
    return Table(_("Hvorfor det første job holdt op"), [_("Hvorfor"), *heads, _("I alt"), _("Af 100")], rows)


def _left_cell(cells: Cells, since: int, week: int, way: str) -> Cell:
    """With its cases where it is of one span and not of several together."""
    if _mark_after(since) == week:
        return _job_cell(cells, kept.left(week, way))
    return cells.cell(kept.left_between(cells.payload["cells"], since, week, way))


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
        [*_moved(cells), _("Hver strøm er mindst fem forløb, der gik fra én status til en anden.")],
        picture=drawing.flow(
            cells.payload["picture"],
            points=[words.short_point(each) for each in cells.points],
            names=names,
            title=_("Veje mellem status"),
        ),
        table=_links(cells, names),
        notes=[_("Strømme og status, der ikke må vises, er ikke tegnet. Nul vises ikke i tabellen.")],
    )


def _moved(cells: Cells) -> list[str]:
    """Of 100 who were on a benefit before, where they were at the first point after; else where everyone was last."""
    here, there = cells.points[:2]
    whole = cells.at(here, "benefit")
    parts = [
        f"{share} {words.is_in(status)}"
        for status in FIVE
        if (share := whole_of_100(cells.flow(here, "benefit", status), whole)) is not None
    ]
    if not parts:
        return [sentence_at(cells, cells.last)]
    return [
        _("Af 100, der var på en ydelse før forløbet, var %(parts)s %(when)s.")
        % {"parts": listed(parts), "when": words.point(there).lower()}
    ]


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
                count = cells.flow(here, source, target)
                if count:
                    rows.append(
                        [
                            Cell(f"{words.short_point(here)} → {words.short_point(there)}", is_number=False),
                            Cell(names[source], is_number=False),
                            Cell(names[target], is_number=False),
                            cells.cell(count, part=f"at {here}", label=target, status=source),
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
    said = [_middle_words(payload.get("averages") or {})]
    warning = _(
        "De, det går godt, slutter ofte tidligt, og andre bliver længe. Derfor viser tallene "
        "ikke, hvor mange timer der virker."
    )
    blocks = [
        _division(cells, "hours", sentences=[*_spread(cells, "hours"), *said, warning]),
        _division(cells, "length", sentences=_spread(cells, "length")),
    ]
    return Page("dosage", _("Timer og længde"), blocks, how_of(shown, "dosage"))


def _middle_words(given: dict[str, float]) -> str:
    """The middle mentorship, where its medians are shown."""
    if given:
        return _(
            "Det midterste forløb varede %(months)s måneder, med %(hours)s bekræftede timer om ugen; "
            "%(face)s af dem ansigt til ansigt."
        ) % {name: number(value) for name, value in given.items()}
    return ""


def _spread(cells: Cells, name: str) -> list[str]:
    """Of 100 mentorships, how many in each category that may be shown."""
    found = next(each for each in cells.payload["divisions"] if each["name"] == name)
    counts = [cells.within(name, code) for code in found["categories"]]
    parts = [
        _("%(share)d (%(what)s)") % {"share": share, "what": words.category(name, code).lower()}
        for code, share in zip(found["categories"], each_of_100(counts, cells.people), strict=True)
        if share is not None
    ]
    return [_("Af 100 forløb: %(parts)s.") % {"parts": listed(parts)}] if parts else []


def goals(shown: Shown, user: User) -> Page:
    """How far the goals were reached when the mentorships were closed."""
    cells = Cells(shown, shown.payload(Subject.GOALS), user)
    said = _spread(cells, "goals")
    said.append(_("Nået betyder »Nået« eller »Næsten nået«, da forløbet blev gjort op."))
    return Page("goals", _("Mål"), [_division(cells, "goals", sentences=said)], how_of(shown, "goals"))


def subgroups(shown: Shown, user: User) -> Page:
    """Who it went how for: only divisions that were declared beforehand."""
    cells = Cells(shown, shown.payload(Subject.SUBGROUPS), user)
    warning = _(
        "Grupperne var forskellige, allerede før de fik en mentor. Tallene viser, hvordan det "
        "gik dem, ikke hvem mentoren hjalp mest."
    )
    blocks = list[Block]()
    for each in cells.payload["divisions"]:
        said = _well_off(cells, each)
        if not blocks:
            said = [*(said or [sentence_at(cells, cells.last)]), warning]
        blocks.append(_division(cells, each["name"], sentences=said))
    blocks += answer_blocks(cells)
    return Page("subgroups", _("Hvem"), blocks, how_of(shown, "subgroups"))


def _well_off(cells: Cells, division: dict[str, Any]) -> list[str]:
    """Of 100 in a category, how many are in a job or in education: the lowest and the highest that may be shown."""
    name = division["name"]
    counts = [
        (code, cells.within(name, code, words.WELL), cells.within(name, code))
        for code in division["categories"]
    ]
    shares = [
        (share, code) for code, well, whole in counts if (share := whole_of_100(well, whole)) is not None
    ]
    if len(shares) < 2:
        return []
    (low, few), (high, many) = min(shares), max(shares)
    return [
        _(
            "Af 100 er mellem %(low)d (%(few)s) og %(high)d (%(many)s) i job eller uddannelse %(when)s, når man ser "
            "på grupper med mindst 20 forløb."
        )
        % {
            "low": low,
            "few": words.category(name, few).lower(),
            "high": high,
            "many": words.category(name, many).lower(),
            "when": words.point(cells.last).lower(),
        }
    ]


def _division(cells: Cells, name: str, *, heading: str = "", sentences: Sequence[str] = ()) -> Block:
    """A division as bars and a table: how many, and how many of them in job or education at the last point."""
    found = next(each for each in cells.payload["divisions"] if each["name"] == name)
    rows, points = [], []
    for code in (*found["categories"], *found["groups"]):
        label = words.category(name, code)
        whole, well = cells.within(name, code), cells.within(name, code, words.WELL)
        if whole == 0:
            continue
        share = whole_of_100(well, whole)
        both = cells.cell(well, part=name, label=code, status=words.WELL)
        rows.append(
            [
                Cell(label, is_number=False),
                cells.cell(whole, part=name, label=code),
                cells.cell(cells.within(name, code, "job"), part=name, label=code, status="job"),
                cells.cell(cells.within(name, code, "education"), part=name, label=code, status="education"),
                Cell(of_100(well, whole), both.url if share is not None else ""),
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
