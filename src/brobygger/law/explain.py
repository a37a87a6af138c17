"""Why the law answers as it does: each rule of a day, the facts it used, and what would differ otherwise.

``explain`` gathers, ``render`` tells it in Danish or English, ``compare`` sets two explanations side by side
("what if": another date, context, target group or mentor), and ``replay`` holds a stored assessment against the
same day's law.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from brobygger.law import english, fact_words
from brobygger.law.catalogue import (
    INFORMATION,
    RULES,
    Assessment,
    Information,
    Rule,
    Stage,
    assess,
    information_in_force,
    rules_in_force,
)
from brobygger.law.codes import Act
from brobygger.law.fact_words import Language
from brobygger.law.facts import Facts
from brobygger.law.finding import Finding, Outcome, ParameterUse
from brobygger.law.parameters import Parameters, shipped
from brobygger.law.wording import danish_date, span
from brobygger.values.period import Period
from brobygger.values.source import Source

ALL_STAGES = tuple(Stage)


@dataclass(frozen=True)
class RuleAnswer:
    """A rule of the day: ``finding`` is None where it was silent, ``asked`` False where no stage asked it."""

    rule: Rule
    source: Source
    finding: Finding | None
    asked: bool

    @property
    def outcome(self) -> Outcome | None:
        return self.finding.outcome if self.finding else None


@dataclass(frozen=True)
class Explanation:
    """Everything the law says about a case on a day, and what it was told.

    ``facts_told`` are the known facts by path; ``not_in_force`` the rules of the act that do not hold on the day, and
    ``of_the_other_act`` those that the act of the case does not have.
    """

    on: date
    act: Act
    stages: tuple[Stage, ...]
    facts_told: tuple[tuple[str, Any], ...]
    answers: tuple[RuleAnswer, ...]
    not_in_force: tuple[Rule, ...]
    of_the_other_act: tuple[Rule, ...]
    information: tuple[Information, ...]
    parameters: tuple[ParameterUse, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(each.finding for each in self.answers if each.finding)

    @property
    def allows(self) -> bool:
        """Whether no rule is broken."""
        return not any(each.blocks for each in self.findings)

    @property
    def complete(self) -> bool:
        """Whether every rule that was asked could be answered."""
        return not any(each.outcome is Outcome.CANNOT_TELL for each in self.findings)

    def answer(self, rule_id: str) -> RuleAnswer | None:
        """The rule's answer; None where the rule is not in force."""
        return next((each for each in self.answers if each.rule.id == rule_id), None)

    def why_not(self, rule_id: str, language: Language = "da") -> str:
        """A sentence on why a rule gave no answer. Raises KeyError for a rule that does not exist."""
        rule, danish = RULES[rule_id], language == "da"
        answer = self.answer(rule_id)
        if answer is None:
            if self.act not in rule.acts:
                return "Reglen hører til den anden lov." if danish else "The rule belongs to the other act."
            period = _period(rule.in_force, language)
            return (
                f"Reglen gælder ikke den dag; den gælder {period}."
                if danish
                else f"The rule does not hold on that day; it holds {period}."
            )
        if not answer.asked:
            return "Reglen prøves på et andet trin." if danish else "The rule is tested at another stage."
        if answer.finding is None:
            return (
                "Reglen angår ikke sagen, som den er oplyst."
                if danish
                else "The rule does not concern the case as it is told."
            )
        return ""


def explain(
    facts: Facts, *, stages: Iterable[Stage] = (Stage.GRANT,), parameters: Parameters | None = None
) -> Explanation:
    """Every rule in force that day, whether it answered and what, and the rest of the law with its periods.

    Never raises for any facts.
    """
    asked_stages = tuple(stages)
    numbers = parameters or shipped()
    results = [assess(facts, stage=stage, parameters=numbers) for stage in asked_stages]
    found = {each.rule_id: each for result in results for each in result.findings}
    in_force = rules_in_force(facts.on, facts.act)
    answers = tuple(_answer(rule, facts.on, found, asked_stages) for rule in in_force)
    if not in_force:  # before the scheme, one rule says so
        answers = tuple(RuleAnswer(RULES[each.rule_id], each.source, each, True) for each in found.values())
    held = {each.rule.id for each in answers}
    others = [rule for rule in RULES.values() if rule.id not in held]
    return Explanation(
        on=facts.on,
        act=facts.act,
        stages=asked_stages,
        facts_told=tuple(fact_words.known(facts).items()),
        answers=answers,
        not_in_force=tuple(rule for rule in others if facts.act in rule.acts),
        of_the_other_act=tuple(rule for rule in others if facts.act not in rule.acts),
        information=information_in_force(facts.on, facts.act),
        parameters=_used_once(each for finding in found.values() for each in finding.parameters),
    )


def _answer(rule: Rule, on: date, found: Mapping[str, Finding], stages: tuple[Stage, ...]) -> RuleAnswer:
    return RuleAnswer(rule, rule.source_on(on), found.get(rule.id), not rule.stages.isdisjoint(stages))


def _used_once(uses: Iterable[ParameterUse]) -> tuple[ParameterUse, ...]:
    return tuple(sorted(dict.fromkeys(uses), key=lambda each: (each.id, each.start)))


# --- in words -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Words:
    heading: str
    facts: str
    answers: str
    silent: str
    elsewhere: str
    numbers: str
    known: str
    not_in_force: str
    other_act: str
    not_confirmed: str
    none: str
    remedy: str
    used: str
    source: str
    recorded: str
    guide: str


_WORDS: dict[Language, _Words] = {
    "da": _Words(
        heading="Loven den {on} ({act})",
        facts="Det, der er oplyst",
        answers="Reglerne og deres svar",
        silent="Regler, der ikke angår sagen, som den er oplyst",
        elsewhere="Regler, der prøves på andre trin",
        numbers="Tal, der er brugt",
        known="Det, man skal vide",
        not_in_force="Regler, der ikke gælder den dag",
        other_act="Regler i den anden lov",
        not_confirmed="ikke bekræftet",
        none="ingen",
        remedy="Gør",
        used="Brugt",
        source="Kilde",
        recorded="skrevet ind af administratoren",
        guide="",
    ),
    "en": _Words(
        heading="The law on {on} ({act})",
        facts="What is told",
        answers="The rules and their answers",
        silent="Rules that do not concern the case as it is told",
        elsewhere="Rules that are tested at other stages",
        numbers="Numbers used",
        known="What one must know",
        not_in_force="Rules that do not hold on that day",
        other_act="Rules of the other act",
        not_confirmed="not confirmed",
        none="none",
        remedy="Do",
        used="Used",
        source="Source",
        recorded="recorded by the administrator",
        guide="The English text is a guide; the Danish text of the law counts.",
    ),
}


def render(explanation: Explanation, language: Language = "da") -> str:
    """The explanation as plain text with headings, Danish or English; links to the text stand after each source."""
    words = _WORDS[language]
    lines = [_heading(explanation, language), *([words.guide] if words.guide else [])]
    lines += ["", words.facts, *_facts(explanation, language)]
    answered = [each for each in explanation.answers if each.finding]
    lines += ["", words.answers, *[line for each in answered for line in _told(each, language)]]
    silent = [each for each in explanation.answers if each.asked and not each.finding]
    lines += ["", words.silent, *_listed([each.rule for each in silent], language)]
    elsewhere = [each.rule for each in explanation.answers if not each.asked]
    lines += ["", words.elsewhere, *_listed(elsewhere, language)]
    lines += ["", words.numbers, *(_number(each, language) for each in explanation.parameters)]
    lines += ["", words.known, *(_information(each, language) for each in explanation.information)]
    lines += ["", words.not_in_force, *_listed(explanation.not_in_force, language, with_period=True)]
    lines += ["", words.other_act, *_listed(explanation.of_the_other_act, language, with_period=True)]
    return "\n".join(_without_empty_sections(lines, words.none)) + "\n"


def _heading(explanation: Explanation, language: Language) -> str:
    act = explanation.act.label if language == "da" else english.label(explanation.act)
    return _WORDS[language].heading.format(on=_day(explanation.on, language), act=act)


def _facts(explanation: Explanation, language: Language) -> list[str]:
    return [
        f"  {fact_words.name(path, language)}: {fact_words.value(path, told, language)}"
        for path, told in explanation.facts_told
    ]


def _told(answer: RuleAnswer, language: Language) -> list[str]:
    finding, words = answer.finding, _WORDS[language]
    assert finding is not None
    danish = language == "da"
    title = finding.title if danish else english.rule_title(finding.rule_id)
    outcome = finding.outcome.label if danish else english.label(finding.outcome)
    sure = "" if finding.confirmed else f" ({words.not_confirmed})"
    lines = [
        f"  {finding.rule_id} {title}: {outcome}{sure}",
        f"    {finding.sentence if danish else english.sentence(finding)}",
    ]
    if finding.remedy:
        lines.append(f"    {words.remedy}: {finding.remedy if danish else english.remedy(finding)}")
    used = finding.facts_used if danish else english.facts_used(finding)
    if used:
        lines.append(f"    {words.used}: {'; '.join(f'{name}: {value}' for name, value in used)}")
    source = str(finding.source) if danish else english.source(finding.source)
    lines.append(f"    {words.source}: {source} {finding.source.url}".rstrip())
    return lines


def _listed(rules: Iterable[Rule], language: Language, *, with_period: bool = False) -> list[str]:
    return [
        f"  {rule.id} {rule.title if language == 'da' else english.rule_title(rule.id)}"
        + (f" ({_period(rule.in_force, language)})" if with_period else "")
        for rule in rules
    ]


def _number(use: ParameterUse, language: Language) -> str:
    words = _WORDS[language]
    amount = use.amount or words.not_confirmed
    if language == "en":
        amount = amount.replace(",", ".")
    since = f"fra {danish_date(use.start)}" if language == "da" else f"from {english.english_date(use.start)}"
    local = f", {words.recorded}: {use.local_source}" if use.local_source else ""
    return f"  {use.id}: {amount} {since}{local}"


def _information(entry: Information, language: Language) -> str:
    danish, words = language == "da", _WORDS[language]
    title, text = (entry.title, entry.text) if danish else (entry.title_en, entry.text_en)
    sure = "" if entry.is_confirmed else f" ({words.not_confirmed})"
    return f"  {entry.id} {title}{sure}: {text} {entry.source.url}"


def _period(period: Period, language: Language) -> str:
    if language == "da":
        return span(period)
    return english.span(period)


def _day(day: date, language: Language) -> str:
    return danish_date(day) if language == "da" else english.english_date(day)


def _without_empty_sections(lines: list[str], none: str) -> list[str]:
    """A heading with nothing under it says so, instead of looking cut off."""
    told: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        told.append(line)
        is_heading = bool(line) and not line.startswith(" ") and told[:1] != [line]
        if is_heading and not following and not line.endswith("."):
            told.append(f"  {none}")
    return told


# --- what if ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One thing that differs: ``what`` is a fact's path or a rule's id, the rest as the two explanations have it."""

    kind: str
    what: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Comparison:
    """What differs between two explanations: facts, rules in force, answers and numbers."""

    changes: tuple[Change, ...]

    def of(self, kind: str) -> tuple[Change, ...]:
        """The changes of a kind: "fact", "rule", "answer", "sentence" or "number"."""
        return tuple(each for each in self.changes if each.kind == kind)

    @property
    def same_answers(self) -> bool:
        """Whether every rule of both days answers the same."""
        return not self.of("answer") and not self.of("rule")

    def render(self, language: Language = "da") -> str:
        """The differences as plain text, one a line."""
        if not self.changes:
            return "Intet er anderledes.\n" if language == "da" else "Nothing differs.\n"
        return "".join(f"{_change(each, language)}\n" for each in self.changes)


def what_if(
    facts: Facts,
    *,
    stages: Iterable[Stage] = (Stage.GRANT,),
    parameters: Parameters | None = None,
    **changes: Any,
) -> Comparison:
    """What would differ with other facts (``on=``, ``context=``, ``target_group=``, ``mentor_kind=`` …); saves nothing.

    Raises TypeError for a fact that does not exist.
    """
    asked = tuple(stages)
    return compare(
        explain(facts, stages=asked, parameters=parameters),
        explain(replace(facts, **changes), stages=asked, parameters=parameters),
    )


def compare(explanation: Explanation, other: Explanation) -> Comparison:
    """What differs in ``other``: facts told, rules that hold, answers, sentences and numbers used."""
    return Comparison(
        (
            *_differing("fact", dict(explanation.facts_told), dict(other.facts_told)),
            *_differing("rule", _held(explanation), _held(other)),
            *_answers_that_differ(explanation, other),
            *_differing("number", _numbers(explanation), _numbers(other)),
        )
    )


def _held(explanation: Explanation) -> dict[str, bool]:
    return {each.rule.id: True for each in explanation.answers}


def _numbers(explanation: Explanation) -> dict[str, str]:
    return {each.id: each.amount for each in explanation.parameters}


def _differing(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    names = dict.fromkeys((*before, *after))
    return [
        Change(kind, name, before.get(name), after.get(name))
        for name in names
        if before.get(name) is not after.get(name) and before.get(name) != after.get(name)
    ]


def _answers_that_differ(explanation: Explanation, other: Explanation) -> list[Change]:
    changes = []
    for each in explanation.answers:
        counterpart = other.answer(each.rule.id)
        if counterpart is None:
            continue
        if each.outcome is not counterpart.outcome:
            changes.append(Change("answer", each.rule.id, each.finding, counterpart.finding))
        elif each.finding and counterpart.finding and each.finding.sentence != counterpart.finding.sentence:
            changes.append(Change("sentence", each.rule.id, each.finding, counterpart.finding))
    return changes


def _change(change: Change, language: Language) -> str:
    danish = language == "da"
    if change.kind == "fact":
        before, after = (_fact(change.what, each, language) for each in (change.before, change.after))
        return f"{fact_words.name(change.what, language)}: {before} -> {after}"
    if change.kind == "rule":
        rule = RULES[change.what]
        title = rule.title if danish else english.rule_title(rule.id)
        begins = {True: "gælder nu", False: "gælder ikke længere"}
        starts = {True: "holds now", False: "no longer holds"}
        return f"{rule.id} {title}: {(begins if danish else starts)[bool(change.after)]}"
    if change.kind == "number":
        unknown = _WORDS[language].not_confirmed
        return f"{change.what}: {change.before or unknown} -> {change.after or unknown}"
    rule = RULES[change.what]
    title = rule.title if danish else english.rule_title(rule.id)
    before, after = (_finding(each, language) for each in (change.before, change.after))
    return f"{rule.id} {title}: {before} -> {after}"


def _fact(path: str, told: Any, language: Language) -> str:
    if told is None:
        return "ikke oplyst" if language == "da" else "not told"
    return fact_words.value(path, told, language)


def _finding(finding: Finding | None, language: Language) -> str:
    if finding is None:
        return "siger intet" if language == "da" else "says nothing"
    if language == "da":
        return f"{finding.outcome.label}. {finding.sentence}"
    return f"{english.label(finding.outcome)}. {english.sentence(finding)}"


# --- replay -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """Where a stored assessment and the law of its date part: the rule ('' for the whole), what, stored and now."""

    rule_id: str
    what: str
    stored: Any
    now: Any


def replay(
    stored: Mapping[str, Any], facts: Facts, *, parameters: Parameters | None = None
) -> tuple[Difference, ...]:
    """What the catalogue answers otherwise today about the day of a stored assessment; empty where nothing.

    ``stored`` is what ``Assessment.to_dict`` wrote, ``facts`` those of the decision, ``parameters`` the numbers that
    were known then. Raises KeyError and ValueError for a store that ``to_dict`` did not write.
    """
    then = Assessment.from_dict(stored)
    whole = [
        Difference("", name, before, now)
        for name, before, now in (("on", then.on, facts.on), ("act", then.act, facts.act))
        if before != now
    ]
    today = assess(replace(facts, on=then.on, act=then.act), stage=then.stage, parameters=parameters)
    before = {each.rule_id: each.to_dict() for each in then.findings}
    now = {each.rule_id: each.to_dict() for each in today.findings}
    for rule_id in sorted({*before, *now}):
        whole += _finding_differences(rule_id, before.get(rule_id), now.get(rule_id))
    return tuple(whole)


def _finding_differences(
    rule_id: str, stored: dict[str, Any] | None, now: dict[str, Any] | None
) -> list[Difference]:
    if stored is None or now is None:
        return [Difference(rule_id, "finding", stored, now)]
    return [
        Difference(rule_id, name, stored[name], now[name]) for name in stored if stored[name] != now[name]
    ]


def find(entry_id: str) -> Rule | Information:
    """A rule or an information entry by its id. Raises KeyError."""
    return RULES[entry_id] if entry_id in RULES else INFORMATION[entry_id]
