"""brobygger explain: the law of a case on any day, rule by rule, and its decisions read again."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from brobygger.law.fact_words import Language
from brobygger.web.commands import Commands, add_data_option, start_django

if TYPE_CHECKING:
    from brobygger.grants.explaining import LawOfCase, Replay
    from brobygger.law.explain import Difference


def register(commands: Commands) -> None:
    parser = commands.add_parser("explain", help="forklar loven i et forløb på en dag, regel for regel")
    parser.add_argument("case", metavar="FORLØB", help="forløbets nummer, for eksempel 7F3K")
    parser.add_argument(
        "--on",
        type=_day,
        metavar="DATO",
        help="dagen som ÅÅÅÅ-MM-DD (ellers dagen for den seneste afgørelse)",
    )
    parser.add_argument("--municipality", metavar="KODE", help="kommunekoden, hvor flere har samme nummer")
    parser.add_argument("--language", choices=("da", "en"), default="da")
    add_data_option(parser)
    parser.set_defaults(run=explain)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("skriv datoen som ÅÅÅÅ-MM-DD") from None


def explain(options: argparse.Namespace) -> int:
    """Exit status 0 when it is told, 1 when a decision reads otherwise today, 2 when the case is not found."""
    start_django()
    return tell(options.case, options.on, options.municipality, options.language)


def tell(code: str, on: date | None, municipality: str | None, language: Language) -> int:
    """As ``explain``, once the database is there."""
    holders = _holders(code, municipality)
    if len(holders) != 1:
        told = ", ".join(found for _, found in holders)
        reason = f"Flere kommuner har forløb {code}: {told}. Vælg med --municipality." if told else ""
        sys.stderr.write((reason or f"Der er intet forløb {code}.") + "\n")
        return 2
    return _tell_in(holders[0][0], code, on, language)


def _holders(code: str, municipality: str | None) -> list[tuple[int, str]]:
    """The municipalities that have a case with the number: id and code."""
    from brobygger.accounts.models import Municipality
    from brobygger.accounts.tenancy import acting, system_actor
    from brobygger.grants.explaining import case_with_code

    asked = Municipality.objects.order_by("code")
    if municipality:
        asked = asked.filter(code=municipality)
    found = []
    for each in asked:
        with acting(system_actor(each.pk)):
            if case_with_code(each.pk, code):
                found.append((each.pk, each.code))
    return found


def _tell_in(municipality_id: int, code: str, on: date | None, language: Language) -> int:
    """Tells, and writes down that the citizen's case was looked at."""
    from brobygger.accounts.tenancy import acting, system_actor
    from brobygger.audit import services as audit
    from brobygger.grants import selectors
    from brobygger.grants.explaining import case_with_code, law_of_case
    from brobygger.law.explain import render
    from brobygger.values.moment import danish_day

    with acting(system_actor(municipality_id)):
        mentorship = case_with_code(municipality_id, code)
        assert mentorship is not None
        latest = selectors.decisions_of(mentorship).first()
        day = on or (latest.decided_on if latest else danish_day(mentorship.created_at))
        case = law_of_case(mentorship, day)
        audit.record(
            "citizen.seen",
            by=audit.NamedJob("brobygger explain", municipality_id),
            subject=mentorship.citizen,
            purpose="brobygger explain",
        )
    print(render(case.explanation, language))
    print(replays_in_words(case, language), end="")
    return 0 if all(each.holds for each in case.replays) else 1


def replays_in_words(case: LawOfCase, language: Language) -> str:
    """The decisions, each with whether it reads as it did."""
    heading = "Afgørelserne læst igen" if language == "da" else "The decisions read again"
    none = "ingen" if language == "da" else "none"
    lines = [line for each in case.replays for line in _replay(each, language)]
    return "\n".join([heading, *(lines or [f"  {none}"])]) + "\n"


def _replay(replay: Replay, language: Language) -> list[str]:
    danish = language == "da"
    day = replay.decision.decided_on.isoformat()
    same = "svarer som dengang" if danish else "answers as it did"
    other = "svarer anderledes i dag" if danish else "answers otherwise today"
    not_kept = (
        "oplysningerne er sagens egne, som de står nu" if danish else "the facts are the case's as it stands"
    )
    first = f"  {day} {replay.decision.kind}: {same if replay.holds else other}"
    if not replay.facts_were_kept:
        first += f" ({not_kept})"
    return [first, *(_difference(each) for each in replay.differences)]


def _difference(found: Difference) -> str:
    return f"    {found.rule_id} {found.what}: {_short(found.stored)} -> {_short(found.now)}"


def _short(told: Any) -> str:
    """A whole finding as its outcome and sentence."""
    return (
        f"{told['outcome']} {told['sentence']}"
        if isinstance(told, dict) and "sentence" in told
        else str(told)
    )
