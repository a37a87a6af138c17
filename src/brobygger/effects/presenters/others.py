"""Own figures beside what others counted and found: each under its own word, never as the same thing."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.analysis import OutsideTotals, beside_totals, yardsticks
from brobygger.analysis.outside_totals import CAVEAT
from brobygger.analysis.result import Word
from brobygger.analysis.yardsticks import Study
from brobygger.effects.figures.outside import alike_areas
from brobygger.effects.presenters import words
from brobygger.effects.presenters.alike import alike_blocks
from brobygger.effects.presenters.blocks import Block, Cell, Page, Table
from brobygger.effects.presenters.how import how_of
from brobygger.effects.presenters.reading import Cells, whole_of_100
from brobygger.effects.presenters.words import HAPPENED
from brobygger.effects.selectors import Shown, Subject
from brobygger.effects.sharing.selectors import Sharing
from brobygger.ui.formats import danish_date, number

SHOWN_AREAS = 8


def others_page(
    shown: Shown, user: User, totals: Sequence[OutsideTotals], sharing: Sharing | None = None
) -> Page:
    """Own figures beside others', each word in a part of its own."""
    blocks = [_own(shown, user), *(alike_blocks(sharing) if sharing else [])]
    blocks += [_beside(shown, each) for each in totals]
    name = user.municipality.name if user.municipality else ""
    blocks += [block for each in totals if (block := _alike(each, name))]
    if not totals:
        blocks.append(_no_totals())
    for word in Word:
        studies = [each for each in yardsticks() if each.word is word]
        if studies:
            blocks.append(_studies(word, studies))
    how = how_of(shown, "others")
    return Page("others", _("Andres tal"), blocks, [how[0], _how_alike(), *how[1:]])


def _how_alike() -> tuple[str, str]:
    return (
        _("Kommuner, der deler"),
        _(
            "Ventet er kommunens egne borgere gange den andel af hver aldersgruppe, der er i job eller uddannelse "
            "hos alle, der deler. Tragten er gjort bredere, hvor kommunerne svinger mere end tilfældet "
            "(Spiegelhalter 2005). Små tal er trukket mod det fælles, og pladser er intervaller af 2.000 træk. De "
            "kommuner, der ligner mest, har borgere på samme alder og med samme status ugen før start."
        ),
    )


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
        _("Kommuner, der aktiverer som jeres: %(table)s") % {"table": outside.table},
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
