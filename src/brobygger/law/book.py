"""Writes docs/law from the catalogue and the parameter files: ``python -m brobygger.law.book docs/law``."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from brobygger.law import english
from brobygger.law.catalogue import INFORMATION, RULES, Information, Rule
from brobygger.law.codes import TargetGroup
from brobygger.law.parameters import Parameter, ParameterValue, Status, parameters
from brobygger.law.target_groups import ALL
from brobygger.law.wording import listing, number
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source

CHAPTERS = {
    "A": "Formål og personer",
    "B": "Betingelser, varighed, timer og mentor",
    "C": "Aftale og afgørelse",
    "D": "Penge",
    "E": "Kontakt, ret og pligt, opfølgning",
    "F": "Integrationsloven",
    "G": "Afgørelse, klage, journal og arkiv",
    "P": "Fornyelse og konto",
}
_CONFIDENCE = {
    Confidence.HIGH: "høj",
    Confidence.MEDIUM: "middel",
    Confidence.LOW: "lav: ikke bekræftet",
    Confidence.NOT_CONFIRMED: "ikke bekræftet",
}
_UNITS = {
    "months": "måneder",
    "days": "dage",
    "weeks": "uger",
    "periods": "perioder",
    "employees": "ansatte",
    "percent": "procent",
    "hours a week": "timer om ugen",
    "million kroner a year": "mio. kr. om året",
    "kroner per full-time person": "kr. pr. fuldtidsperson",
}
_STATUS = {
    Status.NOT_CONFIRMED: "ikke bekræftet",
    Status.ENDED: "ophørt",
    Status.DRAFT: "kun et udkast, bruges ikke som grænse",
    Status.EXAMPLE: "kun et eksempel",
}
_NAMED = re.compile(r"^test_((?:[A-Z]\d{2}_)+)")
_GENERATED = "Siden er dannet af `python -m brobygger.law.book docs/law`; ret reglerne og ikke siden."


def tests_by_id(folder: Path) -> dict[str, list[str]]:
    """The names of the tests in ``folder``, by the ids of rules, numbers and information they carry."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (match := _NAMED.match(node.name)):
                for each in match[1].rstrip("_").split("_"):
                    found[each].append(node.name)
    return {each: sorted(names) for each, names in found.items()}


def pages(tests: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The text of each page by file name."""
    return {
        "rules.md": _rules_page(tests),
        "parameters.md": _parameters_page(tests),
        "target-groups.md": _target_groups_page(),
        "information.md": _information_page(tests),
        "english.md": _english_page(),
    }


def write(folder: Path, tests: Mapping[str, Sequence[str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(tests).items():
        (folder / name).write_text(text, encoding="utf-8")


def _rules_page(tests: Mapping[str, Sequence[str]]) -> str:
    lines = ["# Reglerne", "", _GENERATED, ""]
    lines += [
        "Sikkerhed siger, hvor sikker kilden er. En regel med lav sikkerhed vises aldrig som sikker.",
        "",
    ]
    lines += _table(("Nr.", "Regel", "Gælder"), [_overview(each) for each in RULES.values()])
    for letter, title in CHAPTERS.items():
        lines += ["", f"## {letter}. {title}"]
        for each in RULES.values():
            if each.chapter == letter:
                lines += ["", *_rule(each, tests.get(each.id, ()))]
    return _joined(lines)


def _overview(rule: Rule) -> tuple[str, str, str]:
    return (f"[{rule.id}](#{rule.id.lower()})", rule.title, _period(rule.in_force))


def _rule(rule: Rule, tests: Sequence[str]) -> list[str]:
    acts = listing(sorted(act.value for act in rule.acts))
    stages = listing([stage.label.lower() for stage in type(next(iter(rule.stages))) if stage in rule.stages])
    lines = [f'### <a id="{rule.id.lower()}"></a>{rule.id} {rule.title}', "", rule.text, ""]
    rows = [
        ("Gælder", _period(rule.in_force)),
        ("Lov", acts),
        ("Prøves ved", stages),
        *(_source_row(start, source) for start, source in rule.sources),
    ]
    if rule.note:
        rows.append(("Forbehold", rule.note))
    rows.append(("Prøver", ", ".join(f"`{name}`" for name in tests) or "ingen"))
    return lines + _table(("", ""), rows)


def _source_row(start: date, source: Source) -> tuple[str, str]:
    return (f"Kilde fra {_day(start)}", f"{_link(source)} (sikkerhed: {_CONFIDENCE[source.confidence]})")


def _parameters_page(tests: Mapping[str, Sequence[str]]) -> str:
    lines = ["# Tallene", "", _GENERATED, ""]
    lines += ["Mangler et tal for en dato, er det en fejl og aldrig 0.", ""]
    lines += ["Bekræftet er den dag, tallet sidst er holdt op mod listen over kilder.", ""]
    for each in parameters().values():
        lines += [f"## {each.id} {each.text}", "", *_parameter(each), ""]
        named = tests.get(each.id[:3], ())
        lines += [f"Prøver: {', '.join(f'`{name}`' for name in named) or 'ingen'}", ""]
    return _joined(lines)


def _parameter(parameter: Parameter) -> list[str]:
    header = ("Gælder", "Værdi", "Kilde", "Sikkerhed", "Bekræftet", "Forbehold")
    return _table(header, [_value(parameter, each) for each in parameter.values])


def _value(parameter: Parameter, value: ParameterValue) -> tuple[str, ...]:
    return (
        _period(parameter.period_of(value)),
        _amount(value),
        _link(value.source),
        _CONFIDENCE[value.source.confidence],
        _day(value.confirmed_on),
        value.note,
    )


def _amount(value: ParameterValue) -> str:
    if value.amount is not None:
        return f"{number(value.amount)} {_UNITS[value.unit]}"
    if value.steps:
        return "; ".join(f"fra uge {step.week}: {number(step.amount)} procent" for step in value.steps)
    if value.draft is not None:
        return f"[{number(value.draft)} {_UNITS[value.unit]}] {_STATUS[value.status]}"
    return ": ".join(part for part in (_STATUS.get(value.status, ""), value.text) if part)


def _information_page(tests: Mapping[str, Sequence[str]]) -> str:
    lines = ["# Det, man skal vide", "", _GENERATED, ""]
    lines += [
        "Det her kan ikke prøves på en sags forhold. Det vises og kan slås op, men er aldrig et svar i en sag.",
        "",
    ]
    for each in INFORMATION.values():
        if each.chapter != "N":
            lines += [*_information(each, tests.get(each.id, ())), ""]
    lines += ["# Det, der ikke er bekræftet", "", "Intet af det her vises nogen steder som sikkert.", ""]
    for each in INFORMATION.values():
        if each.chapter == "N":
            lines += [*_information(each, tests.get(each.id, ())), ""]
    return _joined(lines)


def _information(entry: Information, tests: Sequence[str]) -> list[str]:
    rows = [
        ("Gælder", _period(entry.in_force)),
        ("Lov", listing(sorted(act.value for act in entry.acts))),
        *(("Kilde", f"{_link(each)} (sikkerhed: {_CONFIDENCE[each.confidence]})") for each in entry.sources),
    ]
    if entry.touches:
        rows.append(("Angår", ", ".join(entry.touches)))
    if entry.note:
        rows.append(("Forbehold", entry.note))
    rows.append(("Prøver", ", ".join(f"`{name}`" for name in tests) or "ingen"))
    heading = f'## <a id="{entry.id.lower()}"></a>{entry.id} {entry.title}'
    return [heading, "", entry.text, "", *_table(("", ""), rows)]


def _english_page() -> str:
    lines = ["# The law in English", "", INFORMATION["N16"].text_en, ""]
    lines += [
        "The page is made by `python -m brobygger.law.book docs/law`; correct the rules and not the page.",
        "",
    ]
    rules = [_english_rule(each) for each in RULES.values()]
    entries = [_english_information(each) for each in INFORMATION.values()]
    numbers = [(each.id, english.PARAMETER_TEXTS[each.id]) for each in parameters().values()]
    groups = [(each.code, english.GROUP_LABELS[each.code], english.span(each.in_force)) for each in ALL]
    lines += ["## Rules", "", *_table(("No.", "Rule", "In force", "Source"), rules)]
    lines += ["", "## To be known, and not confirmed", ""]
    lines += _table(("No.", "Title", "Text", "In force", "Confidence"), entries)
    lines += ["", "## Numbers", "", *_table(("No.", "Number"), numbers)]
    return _joined([*lines, "", "## Target groups", "", *_table(("Code", "Group", "In force"), groups)])


def _english_rule(rule: Rule) -> tuple[str, ...]:
    certainty = english.CONFIDENCE[rule.confidence]
    source = f"[{english.source(rule.source)}]({rule.source.url}) (confidence: {certainty})"
    text = f"**{english.rule_title(rule.id)}.** {english.rule_text(rule.id)}"
    return (f"[{rule.id}](rules.md#{rule.id.lower()})", text, english.span(rule.in_force), source)


def _english_information(entry: Information) -> tuple[str, ...]:
    certainty = english.CONFIDENCE[entry.confidence]
    return (entry.id, entry.title_en, entry.text_en, english.span(entry.in_force), certainty)


def _target_groups_page() -> str:
    lines = ["# Målgrupperne", "", _GENERATED, ""]
    lines += ["Det samme nummer betyder forskellige personer før og efter 2020.", ""]
    return _joined(
        lines + _table(("Kode", "Målgruppe", "Paragraf", "Gælder", "Bekræftet"), [_group(g) for g in ALL])
    )


def _group(group: TargetGroup) -> tuple[str, ...]:
    confirmed = "ja" if group.confirmed else "nej"
    return (group.code, group.label, group.paragraph, _period(group.in_force), confirmed)


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _period(period: Period) -> str:
    if period.last_day is None:
        return f"fra {_day(period.start)}"
    return f"{_day(period.start)} til og med {_day(period.last_day)}"


def _link(source: Source) -> str:
    return f"[{source}]({source.url})"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = [header, ["---"] * len(header), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: Sequence[str]) -> int:
    """Writes the pages to the first folder; tests are looked up in the second, ``tests/law`` unless named."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write("Skriv mappen, som siderne skal ligge i: python -m brobygger.law.book docs/law\n")
        return 2
    tests = Path(arguments[1]) if len(arguments) == 2 else Path("tests/law")
    write(Path(arguments[0]), tests_by_id(tests))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
