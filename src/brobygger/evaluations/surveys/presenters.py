"""The questions as each side reads them, and the shares as the leader does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.evaluations.models import Party, SurveyAsk
from brobygger.evaluations.rhythm import AFTER, END, RHYTHMS, START, month_name
from brobygger.evaluations.surveys import selectors
from brobygger.evaluations.surveys.gaps import (
    Asked,
    ItemGap,
    Side,
    gaps_of_files,
    item_gap,
    side_of,
    weights_of,
)
from brobygger.evaluations.surveys.items import items_of
from brobygger.hours.asks import Ask
from brobygger.registers import selectors as registers
from brobygger.registers.models import ImportedAnswer
from brobygger.ui.formats import danish_date, number, percent, reader_date

YOUNG = 30


def asks_of(user: User, today: date) -> list[Ask]:
    """What is asked now, as a line on the own page. One query; none for others."""
    if user.kind not in ("citizen", "mentor"):
        return []
    return [
        Ask(
            sentence=_("Kommunen har et par spørgsmål til dig."),
            label=_("Svar nu"),
            url=reverse("evaluations:answer", args=[each.public_id]),
        )
        for each in selectors.waiting_for(user, today)[:1]
    ]


def ask_page(ask: SurveyAsk) -> dict[str, Any]:
    """Whom it is about, and who sees the answer."""
    case = selectors.mentorship_of(ask)
    is_citizen = ask.party == Party.CITIZEN
    return {
        "ask": ask,
        "is_citizen": is_citizen,
        "about": "" if is_citizen else _about(case.citizen.initials if case else "", ask),
        "is_answered": ask.answered_at is not None,
    }


def _about(initials: str, ask: SurveyAsk) -> str:
    if initials:
        return _("Det er %(who)s, det handler om.") % {"who": initials}
    return _("Det handler om et forløb, som du var mentor i. Vi spørger om tiden omkring den %(day)s.") % {
        "day": reader_date(ask.due_on)
    }


# The leader


def moment_name(moment: str) -> str:
    if moment == START:
        return _("Ved start")
    if moment == END:
        return _("Ved slut")
    if moment == AFTER:
        return _("Et halvt år efter")
    return _("Efter %(months)d måneder") % {"months": int(moment[1:])}


def in_order(moments: Sequence[str]) -> list[str]:
    """Start, the months, the end, and after."""
    order = {START: "0", END: "N", AFTER: "O"}
    return sorted(moments, key=lambda each: order.get(each, each))


@dataclass(frozen=True)
class SideSaid:
    name: str
    rate: str
    reminded: str
    late: str
    weight: str


@dataclass(frozen=True)
class GapSaid:
    """One item in words: both shares of 100 as rows, how far apart, and the table of pairs where it may be shown."""

    name: str
    rows: list[tuple[str, str]]
    weighted: str
    sentence: str
    only_mentor: str
    table: list[list[int]] | None
    note: str


def results_page(user: User, wanted: str) -> dict[str, Any]:
    """The results of a moment: response rates, and each item's gap."""
    waves = {START if wave == 0 else month_name(wave): wave for wave in registers.imported_waves(user)}
    moments = in_order(sorted({*selectors.moments_asked(user), *waves}))
    moment = wanted if wanted in moments else next(iter(moments), "")
    rows = [_asked(each) for each in selectors.rows_of(user, moment)] if moment else []
    weights = weights_of(rows)
    told = registers.imported_answers(user, waves[moment]) if moment in waves else []
    choice = selectors.choice_of(user.municipality_id or 0)
    return {
        "moment": moment,
        "moment_name": moment_name(moment) if moment else "",
        "tabs": [
            {"label": moment_name(each), "url": f"?tid={each}", "current": each == moment} for each in moments
        ],
        "sides": [
            _side(_("Borgere"), side_of(rows, is_citizen=True)),
            _side(_("Mentorer"), side_of(rows, is_citizen=False)),
        ],
        "is_asked": bool(rows),
        "gaps": [_gap(item_gap(rows, item, weights)) for item in items_of(moment)] if rows else [],
        **_from_files(told),
        "is_on": bool(choice and choice.is_on),
        "since": danish_date(choice.valid_from) if choice else "",
        "remind_after": RHYTHMS[-1].remind,
    }


def _from_files(told: Sequence[ImportedAnswer]) -> dict[str, Any]:
    """Shares of surveys made elsewhere, and the questions whose numbers say nothing here."""
    found, unknown = gaps_of_files(
        [(row.item, row.citizen_id, row.party == ImportedAnswer.Party.CITIZEN, row.answer) for row in told]
    )
    return {"file_gaps": [_gap(each) for each in found], "file_unknown": ", ".join(unknown)}


def _asked(row: selectors.AskedRow) -> Asked:
    return Asked(
        mentorship=row.mentorship,
        is_citizen=row.party == Party.CITIZEN,
        answers=row.answers,
        is_answered=row.answered_at is not None,
        in_time=bool(row.in_time),
        is_reminded=row.reminded_at is not None,
        about=_known(row),
    )


def _known(row: selectors.AskedRow) -> tuple[float, ...]:
    """What may decide who answers: age, target group, the length of the mentorship, whose employee the mentor is."""
    young = 1.0 if row.born and (row.due_on.year - row.born.year) < YOUNG else 0.0
    days = (row.ends_before - row.starts_on).days if row.starts_on and row.ends_before else 0
    return (
        young,
        1.0 if row.target_group in ("6.3", "6.5") else 0.0,
        days / 100,
        1.0 if row.employer else 0.0,
    )


def _side(name: str, side: Side) -> SideSaid:
    rate = _("%(answered)s af %(asked)s har svaret (%(rate)s)") % {
        "answered": number(side.answered),
        "asked": number(side.asked),
        "rate": percent(side.rate),
    }
    late = _("%(n)s svarede for sent og er ikke regnet med") % {"n": number(side.late)} if side.late else ""
    weight = (
        "" if side.largest is None else _("Største vægt: %(weight)s") % {"weight": number(side.largest, 1)}
    )
    reminded = _("%(n)s har fået en påmindelse") % {"n": number(side.reminded)} if side.reminded else ""
    return SideSaid(name, rate, reminded, late, weight)


def _gap(gap: ItemGap) -> GapSaid:
    table = gap.paired.table.tolist() if gap.paired is not None and gap.shows_table else None
    return GapSaid(
        name=str(gap.item.told),
        rows=[(_("Borgere"), _of_100(gap.citizen)), (_("Mentorer"), _of_100(gap.mentor))],
        weighted=_weighted(gap),
        sentence=_sentence(gap),
        only_mentor=_only_mentor(gap) if table is not None else "",
        table=table,
        note=_note(gap, is_hidden=table is None),
    )


def _of_100(share: float | None) -> str:
    return _("Færre end 5 svar") if share is None else _("%(n)d af 100") % {"n": round(100 * share)}


def _weighted(gap: ItemGap) -> str:
    citizen, mentor = gap.weighted
    if citizen is None or mentor is None:
        return ""
    return _("Vægtet efter, hvem der svarer: %(citizen)d af 100 borgere og %(mentor)d af 100 mentorer.") % {
        "citizen": round(100 * citizen),
        "mentor": round(100 * mentor),
    }


def _sentence(gap: ItemGap) -> str:
    """The gap between the two sides of the same mentorships, with its limits."""
    if gap.paired is None:
        return ""
    found = gap.paired.gap
    return _(
        "Af 100 mentorer siger %(mentor)d ja og af 100 borgere %(citizen)d i de samme forløb. "
        "Forskellen er %(points)s af 100, med usikkerhed mellem %(low)s og %(high)s."
    ) % {
        "mentor": round(100 * found.first),
        "citizen": round(100 * found.second),
        "points": _signed(found.difference),
        "low": _signed(found.low),
        "high": _signed(found.high),
    }


def _signed(share: float) -> str:
    return str(round(100 * share)).replace("-", "−")


def _only_mentor(gap: ItemGap) -> str:
    assert gap.paired is not None
    return _("I %(n)d af 100 forløb siger mentoren ja og borgeren nej.") % {
        "n": round(100 * gap.paired.only_mentor)
    }


def _note(gap: ItemGap, *, is_hidden: bool) -> str:
    if gap.paired is None:
        return _("Der er færre end 5 forløb, hvor begge har svaret.")
    if is_hidden:
        return _("Tabellen vises ikke, fordi et af felterne har færre end 5.")
    return _("%(pairs)d forløb. McNemars test: p = %(p)s. Kappa: %(kappa)s.") % {
        "pairs": gap.paired.pairs,
        "p": number(gap.paired.p_value, 3) if gap.paired.p_value >= 0.001 else "< 0,001",
        "kappa": number(gap.paired.kappa, 2).replace("-", "−")
        if gap.paired.kappa == gap.paired.kappa
        else "–",
    }
