"""The names people read for the codes that are stored."""

from __future__ import annotations

from django.utils.translation import gettext as _

from brobygger.effects.figures.answers import CONFIDENTIAL
from brobygger.law.codes import Context, SupportType
from brobygger.law.target_groups import target_group

ALL, WELL = "*", "+"
HAPPENED = "Skete"
"""The word of what is described and compared with nothing."""


def status(code: str) -> str:
    """A status as the heading of a column."""
    return {
        "job": _("Job"),
        "education": _("Uddannelse"),
        "benefit": _("Ydelse"),
        "self_support": _("Selvforsørgelse"),
        "other": _("Andet"),
        "unseen": _("Ikke set"),
        WELL: _("Job eller uddannelse"),
        ALL: _("Forløb"),
    }.get(code, code)


def is_in(code: str) -> str:
    """A status as it completes "er …"."""
    return {
        "job": _("i job"),
        "education": _("i uddannelse"),
        "benefit": _("på en ydelse"),
        "self_support": _("selvforsørgende uden job"),
        "other": _("i noget andet, fx på pension"),
        WELL: _("i job eller uddannelse"),
    }.get(code, code)


def point(code: str) -> str:
    """A moment of a mentorship."""
    if code == "start":
        return _("Ugen før start")
    months = int(code.removeprefix("m"))
    return _("1 måned efter") if months == 1 else _("%(months)d måneder efter") % {"months": months}


def short_point(code: str) -> str:
    if code == "start":
        return _("Før start")
    return _("%(months)s md.") % {"months": code.removeprefix("m")}


def division(name: str) -> str:
    return {
        "age": _("Alder, da forløbet sluttede"),
        "target": _("Målgruppe"),
        "support": _("Støttetype"),
        "context": _("Sammenhæng"),
        "hours": _("Bekræftede timer om ugen"),
        "length": _("Længde"),
        "goals": _("Mål"),
        "offer": _("Mentor som eneste tilbud"),
        "belief": _("Borgerens egen tro på job ved start"),
        "daily": _("Borgerens egen hverdag ved start"),
        "belief_change": _("Borgerens egen tro på job fra start til slut"),
    }.get(name, name)


def category(name: str, code: str) -> str:
    """A category of a division."""
    if code == "other":
        return _("Øvrige")
    makers = {"age": _age, "hours": _hours, "length": _length, "goals": _goals, "offer": _offer}
    if name in CONFIDENTIAL:
        return _answer(name, code)
    if name in makers:
        return makers[name](code)
    return _of_the_law(name, code)


def _of_the_law(name: str, code: str) -> str:
    """Target groups, contexts and support types carry the law's own names."""
    try:
        if name == "target":
            return target_group(code).label
        return str((Context if name == "context" else SupportType)(code).label)
    except (KeyError, ValueError):
        return code


def _age(code: str) -> str:
    if code.startswith("under "):
        return _("Under %(years)s år") % {"years": code.removeprefix("under ")}
    if code.endswith("+"):
        return _("%(years)s år og derover") % {"years": code.removesuffix("+")}
    return _("%(years)s år") % {"years": code.replace("-", "–")}


def _hours(code: str) -> str:
    return {
        "under 2": _("Under 2 timer"),
        "2-4": _("2 til under 4 timer"),
        "4+": _("4 timer og derover"),
    }.get(code, code)


def _length(code: str) -> str:
    return {
        "under 3": _("Under 3 måneder"),
        "3-6": _("3 til under 6 måneder"),
        "6+": _("6 måneder og derover"),
    }.get(code, code)


def _goals(code: str) -> str:
    return {
        "all": _("Alle mål nået"),
        "some": _("Nogle mål nået"),
        "none": _("Ingen mål nået"),
        "open": _("Mål ikke gjort op"),
    }.get(code, code)


def _offer(code: str) -> str:
    return {
        "company": _("Eneste tilbud, derefter virksomhedsrettet tilbud"),
        "active": _("Eneste tilbud, derefter andet aktivt tilbud"),
        "nothing": _("Eneste tilbud, intet aktivt tilbud efter"),
        "not_only": _("Andre tilbud fra begyndelsen"),
        "not_known": _("Kan ikke ses i registret"),
        "only": _("Eneste tilbud fra begyndelsen, i alt"),
        "followed": _("Heraf fulgt af et aktivt tilbud"),
    }.get(code, code)


def _answer(name: str, code: str) -> str:
    """What a citizen answered."""
    return {
        "belief yes": _("Tror på det"),
        "belief no": _("Tror ikke på det eller er i tvivl"),
        "daily yes": _("Går godt"),
        "daily no": _("Går mindre godt"),
        "belief_change up": _("Er steget"),
        "belief_change not_up": _("Er den samme eller faldet"),
        "belief_change none": _("Har ikke svaret begge gange"),
    }.get(f"{name} {code}", _("Har ikke svaret"))


def cause(code: str) -> str:
    return {
        "benefit": _("Tilbage på en ydelse"),
        "education": _("Gik i uddannelse"),
        "out": _("Pension, udrejse eller død"),
    }.get(code, code)


def way(code: str) -> str:
    """Why a job ended, as it completes "gik …"."""
    return {
        "benefit": _("tilbage på en ydelse"),
        "education": _("i uddannelse"),
        "out": _("på pension, udrejste eller døde"),
    }[code]


def first_job(label: str) -> str:
    """How long a first job was kept, as the cases behind the number are told."""
    kind, _space, rest = label.partition(" ")
    week, _space, why = rest.rpartition("-")[2].partition(" ")
    return {
        "job": _("Fik et job inden for et år efter forløbets start"),
        "followed": _("I job ved målingen før og fulgt til uge %(week)s") % {"week": week},
        "ended": _("Holdt op i jobbet siden målingen før, senest i uge %(week)s") % {"week": week},
        "still": _("Stadig i deres første job i uge %(week)s") % {"week": week},
        "left": f"{cause(why)}, " + _("senest i uge %(week)s") % {"week": week},
        "gone": f"{_('Holdt op i jobbet')}: {cause(rest).lower()}" if rest else _("Holdt op i jobbet"),
    }.get(kind, _("Fastholdelse"))


def word_means(word: str) -> str:
    """The one sentence beside each of the three words."""
    return {
        "Skete": _("Det her er sket. Det siger ikke, om mentoren var grunden."),
        "Sammenlignet": _(
            "Holdt op mod lignende uden mentor. Noget, vi ikke kan se, kan stadig forklare forskellen."
        ),
        "Virkning": _("Forskellen kan tilskrives mentoren, så vidt prøverne kan vise."),
    }[word]


def word(code: str) -> str:
    return {"Skete": _("Skete"), "Sammenlignet": _("Sammenlignet"), "Virkning": _("Virkning")}[code]


def between(low: str, high: str) -> str:
    """Two limits of which either may be below 0, so that no dash stands beside a minus."""
    return _("%(low)s til %(high)s") % {"low": low, "high": high}


def purse(name: str) -> str:
    return {
        "Kommune": _("Kommunen"),
        "Stat": _("Staten"),
        "Kommune og stat i alt": _("Kommune og stat tilsammen"),
        "Borger": _("Borgeren selv, uden løn"),
    }.get(name, name)
