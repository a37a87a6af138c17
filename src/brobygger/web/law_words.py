"""The law of a case as a page shows it: rules, facts, numbers and changes in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from brobygger.grants.explaining import Replay
from brobygger.law import english, fact_words
from brobygger.law.catalogue import RULES, Information, Rule
from brobygger.law.explain import Change, Comparison, Explanation
from brobygger.law.fact_words import Language
from brobygger.law.finding import Finding, Outcome, ParameterUse
from brobygger.law.parameters import parameters
from brobygger.law.wording import danish_date, span
from brobygger.rulebook.words import units
from brobygger.values.source import Source

_ORDER = (Outcome.NOT_SATISFIED, Outcome.CANNOT_TELL, Outcome.SATISFIED)


@dataclass(frozen=True)
class Answered:
    """A finding in the reader's language, as the finding component draws it."""

    rule_id: str
    title: str
    outcome: Outcome
    sentence: str
    remedy: str
    used: tuple[tuple[str, str], ...]
    source: Source
    confirmed: bool
    field: str = ""


@dataclass(frozen=True)
class RuleLine:
    id: str
    title: str
    text: str
    when: str
    source: Source


@dataclass(frozen=True)
class NumberLine:
    id: str
    text: str
    amount: str
    since: str
    recorded_from: str


@dataclass(frozen=True)
class InformationLine:
    id: str
    title: str
    text: str
    source: Source
    confirmed: bool


@dataclass(frozen=True)
class Page:
    """Everything about one explanation."""

    verdict: str
    tone: str
    answers: list[Answered]
    facts: list[tuple[str, str]]
    numbers: list[NumberLine]
    silent: list[RuleLine]
    elsewhere: list[RuleLine]
    not_in_force: list[RuleLine]
    other_act: list[RuleLine]
    information: list[InformationLine]


def page(explanation: Explanation, language: Language) -> Page:
    tone, verdict = verdict_of(explanation)
    findings = sorted(explanation.findings, key=lambda each: _ORDER.index(each.outcome))
    silent = [each.rule for each in explanation.answers if each.asked and not each.finding]
    elsewhere = [each.rule for each in explanation.answers if not each.asked]
    return Page(
        verdict=verdict,
        tone=tone,
        answers=[answered(each, language) for each in findings],
        facts=facts(explanation, language),
        numbers=[_number(each, language) for each in explanation.parameters],
        silent=_lines(silent, language, explanation.on),
        elsewhere=_lines(elsewhere, language, explanation.on),
        not_in_force=_lines(explanation.not_in_force, language),
        other_act=_lines(explanation.of_the_other_act, language),
        information=[_information(each, language) for each in explanation.information],
    )


def verdict_of(explanation: Explanation) -> tuple[str, str]:
    """The tone of an alert, and what the law says in all."""
    if not explanation.allows:
        return "error", _("Mindst én regel er ikke opfyldt.")
    if not explanation.complete:
        return "warning", _("Ingen regel er brudt, men noget kan ikke afgøres, før det er oplyst.")
    return "success", _("Alle de regler, der angår sagen, er opfyldt.")


def answered(finding: Finding, language: Language) -> Answered:
    if language == "da":
        return Answered(
            finding.rule_id,
            finding.title,
            finding.outcome,
            finding.sentence,
            finding.remedy,
            finding.facts_used,
            finding.source,
            finding.confirmed,
        )
    return Answered(
        finding.rule_id,
        english.rule_title(finding.rule_id),
        finding.outcome,
        english.sentence(finding),
        english.remedy(finding) if finding.remedy else "",
        english.facts_used(finding),
        source(finding.source, language),
        finding.confirmed,
    )


def source(reference: Source, language: Language) -> Source:
    if language == "da":
        return reference
    return Source(english.source(reference), "", reference.url, reference.confidence)


def facts(explanation: Explanation, language: Language) -> list[tuple[str, str]]:
    return [
        (fact_words.name(path, language), fact_words.value(path, told, language))
        for path, told in explanation.facts_told
    ]


def day(when: date, language: Language) -> str:
    return danish_date(when) if language == "da" else english.english_date(when)


def _lines(rules: Iterable[Rule], language: Language, on: date | None = None) -> list[RuleLine]:
    danish = language == "da"
    return [
        RuleLine(
            rule.id,
            rule.title if danish else english.rule_title(rule.id),
            rule.text if danish else english.rule_text(rule.id),
            span(rule.in_force) if danish else english.span(rule.in_force),
            source(rule.source_on(on) if on and on in rule.in_force else rule.source, language),
        )
        for rule in rules
    ]


def _number(use: ParameterUse, language: Language) -> NumberLine:
    danish = language == "da"
    amount = use.amount if danish else use.amount.replace(",", ".")
    unit = units().get(use.unit, "")
    return NumberLine(
        use.id,
        parameters()[use.id].text if danish else english.PARAMETER_TEXTS[use.id],
        f"{amount} {unit}".strip() if amount else _("ikke bekræftet"),
        day(use.start, language),
        use.local_source,
    )


def _information(entry: Information, language: Language) -> InformationLine:
    danish = language == "da"
    title, text = (entry.title, entry.text) if danish else (entry.title_en, entry.text_en)
    return InformationLine(entry.id, title, text, source(entry.source, language), entry.is_confirmed)


# What if


@dataclass(frozen=True)
class FactChange:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class AnswerChange:
    """A rule that answers otherwise; None where it is silent or not in force."""

    id: str
    title: str
    before: Answered | None
    after: Answered | None


@dataclass(frozen=True)
class Differences:
    """What would differ, in the order it is read."""

    facts: list[FactChange]
    answers: list[AnswerChange]
    sentences: list[AnswerChange]
    begun: list[AnswerChange]
    ended: list[AnswerChange]
    numbers: list[FactChange]
    same_answers: bool

    @property
    def silent(self) -> list[AnswerChange]:
        """The rules that have begun and say nothing about the case."""
        return [each for each in self.begun if each.after is None]


def differences(
    comparison: Comparison, before: Explanation, after: Explanation, language: Language
) -> Differences:
    held = comparison.of("rule")
    return Differences(
        facts=[_fact_change(each, language) for each in comparison.of("fact")],
        answers=[_answer_change(each, language) for each in comparison.of("answer")],
        sentences=[_answer_change(each, language) for each in comparison.of("sentence")],
        begun=[_held(each.what, None, after, language) for each in held if each.after],
        ended=[_held(each.what, before, None, language) for each in held if not each.after],
        numbers=[
            FactChange(each.what, each.before or _("ikke brugt"), each.after or _("ikke brugt"))
            for each in comparison.of("number")
        ],
        same_answers=comparison.same_answers,
    )


def _fact_change(change: Change, language: Language) -> FactChange:
    def told(value: Any) -> str:
        return _("ikke oplyst") if value is None else fact_words.value(change.what, value, language)

    return FactChange(fact_words.name(change.what, language), told(change.before), told(change.after))


def _answer_change(change: Change, language: Language) -> AnswerChange:
    before, after = (answered(each, language) if each else None for each in (change.before, change.after))
    return AnswerChange(change.what, _title(change.what, language), before, after)


def _held(
    rule_id: str, before: Explanation | None, after: Explanation | None, language: Language
) -> AnswerChange:
    return AnswerChange(
        rule_id, _title(rule_id, language), _of(rule_id, before, language), _of(rule_id, after, language)
    )


def _of(rule_id: str, explanation: Explanation | None, language: Language) -> Answered | None:
    answer = explanation.answer(rule_id) if explanation else None
    return answered(answer.finding, language) if answer and answer.finding else None


def _title(rule_id: str, language: Language) -> str:
    return RULES[rule_id].title if language == "da" else english.rule_title(rule_id)


# Decisions read again


@dataclass(frozen=True)
class DecisionAgain:
    """A decision with what it kept, and what the catalogue answers today about its day."""

    replay: Replay
    label: str
    stored: list[Answered]
    changed: list[AnswerChange]

    @property
    def tone(self) -> str:
        return "good" if self.replay.holds else "warning"

    @property
    def word(self) -> str:
        return _("Svarer som dengang") if self.replay.holds else _("Svarer anderledes i dag")


def decision_again(replay: Replay, language: Language) -> DecisionAgain:
    stored = sorted(replay.stored.findings, key=lambda each: _ORDER.index(each.outcome))
    ids = dict.fromkeys(each.rule_id for each in replay.differences if each.rule_id)
    return DecisionAgain(
        replay=replay,
        label=str(replay.decision.get_kind_display()),
        stored=[answered(each, language) for each in stored],
        changed=[_changed(replay, rule_id, language) for rule_id in ids],
    )


def _changed(replay: Replay, rule_id: str, language: Language) -> AnswerChange:
    before, after = replay.stored.by_rule(rule_id), replay.now.by_rule(rule_id)
    known = before or after
    title = _title(rule_id, language) if rule_id in RULES else known.title if known else rule_id
    return AnswerChange(
        rule_id,
        title,
        answered(before, language) if before else None,
        answered(after, language) if after else None,
    )
