"""The pages beside each other, the periods, and what a link to cases asks for."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.analysis.disclosure import FLOOR
from brobygger.analysis.money_export import COLUMNS
from brobygger.effects.figures.answers import CONFIDENTIAL
from brobygger.effects.figures.kept import CATEGORIES, DIVISION, KEPT
from brobygger.effects.models import ResultRun
from brobygger.effects.presenters import words
from brobygger.effects.presenters.reading import period_in_short, period_words
from brobygger.effects.selectors import Shown, Subject

KEYS = (
    "overview",
    "status",
    "retention",
    "pathways",
    "dosage",
    "goals",
    "subgroups",
    "worth",
    "comparison",
    "others",
)
WITHOUT_PERIOD = {"worth", "comparison", "others"}
_PAGE_OF = {"offer": "pathways", "hours": "dosage", "length": "dosage", "goals": "goals"}


def titles() -> dict[str, str]:
    """Page by page as the menu names them."""
    return {
        "overview": _("Overblik"),
        "status": _("Status"),
        "retention": _("Fastholdelse"),
        "pathways": _("Efter forløbet"),
        "dosage": _("Timer"),
        "goals": _("Mål"),
        "subgroups": _("Hvem"),
        "worth": _("Økonomi"),
        "comparison": _("Sammenligning"),
        "others": _("Andres tal"),
    }


def around(shown: Shown, user: User, key: str) -> dict[str, Any]:
    """What every page has: the menu, the periods and where else one can go."""
    chosen = f"?periode={shown.wanted.isoformat()}" if shown.wanted else ""
    items = [
        {"label": label, "url": reverse(f"effects:{each}") + chosen, "current": each == key}
        for each, label in titles().items()
    ]
    return {
        "tabs": items,
        "chosen": chosen,
        "periods": [] if key in WITHOUT_PERIOD else _periods(shown, key),
        "period_words": period_words(shown.period) if shown.period and key not in WITHOUT_PERIOD else "",
        "old_data": _old(shown),
    }


def _periods(shown: Shown, key: str) -> list[dict[str, Any]]:
    """The closed periods as links, where there is more than one."""
    if len(shown.periods) < 2:
        return []
    return [
        {
            "label": period_in_short(each),
            "url": f"{reverse(f'effects:{key}')}?periode={each.start.isoformat()}",
            "current": each == shown.period,
        }
        for each in shown.periods
    ]


def _old(shown: Shown) -> bool:
    return shown.run.data_until is not None and (shown.run.on - shown.run.data_until).days > 180


def empty(shown: Shown | None, user: User) -> dict[str, Any]:
    """Why there is nothing yet, and what to do."""
    trouble = shown.run.trouble if shown else ""
    texts = {
        "": _(
            "Tallene regnes ud om natten af de registre, kommunen har importeret, og de møder, der "
            "er bekræftet."
        ),
        ResultRun.Trouble.NO_REGISTERS: _(
            "Der er ikke importeret et ugeregister. Det fortæller, hvad borgerne lavede før og efter."
        ),
        ResultRun.Trouble.NO_BRANCHES: _(
            "Branchekoderne mangler. Uden dem kan job og selvforsørgelse ikke skilles ad."
        ),
        ResultRun.Trouble.TOO_EARLY: _(
            "Der skal være mindst 40 forløb, som er slut og fulgt i mindst tre måneder."
        ),
    }
    return {
        "text": texts[trouble],
        "action": _import_action(user) if trouble != ResultRun.Trouble.TOO_EARLY else None,
    }


def _import_action(user: User) -> dict[str, str] | None:
    if not user.may(Permission.IMPORT_REGISTERS):
        return None
    return {"label": _("Importér registre"), "url": reverse("registers:imports")}


# The cases behind a figure


@dataclass(frozen=True)
class AskedFor:
    """A cell whose cases are wanted: the labels the mentorships carry, and how it is told."""

    labels: dict[str, list[str]]
    sentence: str
    count: int | None
    back: str


def asked_for(shown: Shown, wanted: Mapping[str, str]) -> AskedFor | None:
    """The cell of a link; None for one that is not shown, holds too few, opens nothing, or does not exist."""
    part, label, status = wanted.get("del", ""), wanted.get("vaerdi", ""), wanted.get("status", "")
    if shown.period is None or part in CONFIDENTIAL:
        return None
    if not part:
        return _everyone(shown)
    if part.startswith("at "):
        found = _flow(shown, part, label, status) if label else _at(shown, part, status)
    else:
        found = _first_job(shown, label) if part == DIVISION else _within(shown, part, label, status)
    return found if found.count is not None and found.count >= FLOOR else None


def _everyone(shown: Shown) -> AskedFor:
    """All the mentorships of the period."""
    people = int(shown.payload(Subject.STATUS)["people"])
    return AskedFor({}, _("Alle forløb i perioden"), people, _page(shown, "overview"))


def _at(shown: Shown, part: str, status: str) -> AskedFor:
    """A status at a point."""
    point = part.removeprefix("at ")
    count = shown.payload(Subject.STATUS)["cells"].get(f"at|{point}|{status}")
    return AskedFor({part: [status]}, _status_at(status, point), count, _page(shown, "status"))


def _status_at(status: str, point: str) -> str:
    known = point == "start" or point.removeprefix("m").isdigit()
    names = {"status": words.status(status), "when": words.point(point).lower() if known else point}
    return _("%(status)s, %(when)s") % names


def _flow(shown: Shown, part: str, target: str, source: str) -> AskedFor:
    """From a status at a point to one at the next."""
    payload = shown.payload(Subject.PATHWAYS)
    points, point = list(payload.get("points") or []), part.removeprefix("at ")
    count = payload.get("links", {}).get(f"link|{point}|{source}|{target}")
    if count is None:
        return AskedFor({}, "", None, "")
    after = points[points.index(point) + 1]
    sentence = f"{_status_at(source, point)} → {_status_at(target, after)}"
    return AskedFor({part: [source], f"at {after}": [target]}, sentence, count, _page(shown, "pathways"))


def _first_job(shown: Shown, label: str) -> AskedFor:
    """How long a first job was kept."""
    count = shown.payload(Subject.RETENTION).get("cells", {}).get(f"of|{DIVISION}|{label}")
    known = label in KEPT.groups or label in CATEGORIES
    sentence = words.first_job(label) if known else ""
    return AskedFor({DIVISION: [label]}, sentence, count, _page(shown, "retention"))


def _within(shown: Shown, part: str, label: str, status: str) -> AskedFor:
    """A category or a group of a division, in all or by status at the last point."""
    payload = shown.payload(_SUBJECT_OF.get(part, Subject.SUBGROUPS))
    count = payload.get("cells", {}).get(f"in|{part}|{label}|{status or words.ALL}")
    if count is None:
        return AskedFor({}, "", None, "")
    last = payload["points"][-1]
    labels = {part: [label]} | ({f"at {last}": [status]} if status else {})
    sentence = f"{words.division(part)}: {words.category(part, label).lower()}"
    if status:
        sentence += f" · {words.status(status).lower()}, {words.point(last).lower()}"
    return AskedFor(labels, sentence, count, _page(shown, _PAGE_OF.get(part, "subgroups")))


_SUBJECT_OF = {
    "offer": Subject.PATHWAYS,
    "hours": Subject.DOSAGE,
    "length": Subject.DOSAGE,
    "goals": Subject.GOALS,
}


def _page(shown: Shown, key: str) -> str:
    return reverse(f"effects:{key}") + _period(shown)


def _period(shown: Shown) -> str:
    return f"?periode={shown.period.start.isoformat()}" if shown.period else ""


def soem_csv(payload: Mapping[str, Any]) -> str:
    """The stored rows in SØM's terms for a Danish spreadsheet."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(payload["soem"])
    return file.getvalue()
