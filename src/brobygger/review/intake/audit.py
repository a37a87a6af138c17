"""The auditor's questions on cases from any list, and what could not be asked because the list does not say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from brobygger.law.finding import Outcome
from brobygger.law.parameters import Parameters
from brobygger.review.facts import CaseFacts, known_fields
from brobygger.review.intake.fields import BY_NAME, fields_for
from brobygger.review.intake.mapping import Mapping_, Sheet
from brobygger.review.intake.rows import Fault, ReadCase, Reading, read_cases
from brobygger.review.questions import QUESTIONS, Answer, Question, asked
from brobygger.review.shapes import Reviewer
from brobygger.review.the_law import Law

FORMAT = "brobygger-audit-1"
ASKED_ONLY_WITH: Mapping[str, tuple[str, ...]] = {"K15": ("service_delivered",)}
"""Questions where silence in the list would read as neglect: without the column nobody was asked."""

WITHOUT_A_COLUMN = frozenset({"periods", "decision_kind", "first_contact_on"})
"""Facts that nearly every question looks at first and can do without."""

THE_LAW = "K09"
ASKED_BY_THE_LAW = frozenset(
    {"decided_on", "target_group", "context", "periods", "purpose", "decisive", "tasks", "qualifications",
     "mentor_kind", "granted_minutes", "decided_by_ref"}
)  # fmt: skip
"""What the law asks of every case; the rest of what it looks at concerns few."""

_LOOKED_INTO = 25


@dataclass(frozen=True)
class ColumnUse:
    """What a column of the file was read as; ``label`` is '' where it was left out."""

    letter: str
    heading: str
    field: str
    label: str


@dataclass(frozen=True)
class QuestionResult:
    """One question over all cases. ``missing`` are the labels of columns that would have answered it."""

    id: str
    title: str
    text: str
    theme: str
    source: str
    source_url: str
    passed: int
    failed: int
    cannot_tell: int
    not_relevant: int
    missing: tuple[str, ...]

    @property
    def tested(self) -> int:
        return self.passed + self.failed

    @property
    def untested(self) -> bool:
        """Whether no case at all could be held against it."""
        return not self.tested and self.cannot_tell > 0


@dataclass(frozen=True)
class Failure:
    """A question that one case fails. The citizen is a reference that means nothing outside this report."""

    row: int
    case_code: str
    citizen: str
    question: str
    sentence: str
    remedy: str


@dataclass(frozen=True)
class Report:
    """What is told of a file. No CPR number, no name and no free text of the file is in it."""

    on: date
    rows: int
    cases: int
    bad_rows: int
    columns: tuple[ColumnUse, ...]
    questions: tuple[QuestionResult, ...]
    failures: tuple[Failure, ...]
    faults: tuple[Fault, ...]
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()

    @property
    def failing_cases(self) -> int:
        return len({(each.row, each.case_code) for each in self.failures})

    @property
    def untested(self) -> tuple[QuestionResult, ...]:
        return tuple(each for each in self.questions if each.untested)

    @property
    def missing_columns(self) -> tuple[str, ...]:
        """Each column that would let more be tested, once."""
        return tuple(dict.fromkeys(label for each in self.questions for label in each.missing))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; sentences are kept once, since thousands of cases share them."""
        texts: dict[str, int] = {}

        def number(text: str) -> int:
            return texts.setdefault(text, len(texts))

        failures = [
            [
                each.row,
                each.case_code,
                each.citizen,
                each.question,
                number(each.sentence),
                number(each.remedy),
            ]
            for each in self.failures
        ]
        return {
            "format": FORMAT,
            "on": self.on.isoformat(),
            "rows": self.rows,
            "cases": self.cases,
            "bad_rows": self.bad_rows,
            "sheet": self.sheet,
            "other_sheets": list(self.other_sheets),
            "columns": [asdict(each) for each in self.columns],
            "questions": [{**asdict(each), "missing": list(each.missing)} for each in self.questions],
            "faults": [asdict(each) for each in self.faults],
            "failure_columns": ["row", "case_code", "citizen", "question", "sentence", "remedy"],
            "failures": failures,
            "texts": list(texts),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Report:
        """Raises KeyError and ValueError for what ``to_dict`` did not write."""
        if data["format"] != FORMAT:
            raise ValueError(f"Ukendt format: {data['format']}")
        texts = data["texts"]
        return cls(
            on=date.fromisoformat(data["on"]),
            rows=data["rows"],
            cases=data["cases"],
            bad_rows=data["bad_rows"],
            sheet=data["sheet"],
            other_sheets=tuple(data["other_sheets"]),
            columns=tuple(ColumnUse(**each) for each in data["columns"]),
            questions=tuple(
                QuestionResult(**{**each, "missing": tuple(each["missing"])}) for each in data["questions"]
            ),
            faults=tuple(Fault(**each) for each in data["faults"]),
            failures=tuple(
                Failure(row, code, citizen, question, texts[sentence], texts[remedy])
                for row, code, citizen, question, sentence, remedy in data["failures"]
            ),
        )


def audit(
    sheet: Sheet,
    mapping: Mapping_,
    on: date,
    *,
    reading: Reading | None = None,
    numbers: Parameters | None = None,
) -> Report:
    """Asks every question of every case that could be read, as of ``on``.

    ``numbers`` are those of the law with a municipality's own dated rows, the shipped ones unless given.
    """
    reading = reading or read_cases(sheet, mapping)
    told = {name for column in sheet.columns if column.filled and (name := mapping.get(column.position, ""))}
    seen = _Seen(known_fields(each.facts for each in reading.cases), told, Reviewer(on, numbers))
    failures = [failure for case in reading.cases for failure in seen.ask(case)]
    return Report(
        on=on,
        rows=reading.rows,
        cases=len(reading.cases),
        bad_rows=len(reading.bad_rows),
        columns=tuple(
            ColumnUse(column.letter, column.heading, name, BY_NAME[name].label if name else "")
            for column in sheet.columns
            for name in (mapping.get(column.position, ""),)
        ),
        questions=tuple(seen.result(each, len(reading.cases)) for each in QUESTIONS.values()),
        failures=tuple(failures),
        faults=reading.faults,
        sheet=sheet.name,
        other_sheets=sheet.other_sheets,
    )


class _Seen:
    """The count of answers by question while the cases go by."""

    def __init__(self, known: frozenset[str], told: set[str], reviewer: Reviewer) -> None:
        self.known, self.told, self.reviewer = known, told, reviewer
        self.counts: dict[str, Counter[Outcome]] = {each: Counter() for each in QUESTIONS}
        self.missing: dict[str, Counter[str]] = {each: Counter() for each in QUESTIONS}
        self.looked_into: Counter[str] = Counter()
        self.lacking = {
            question: tuple(name for name in names if name not in told)
            for question, names in ASKED_ONLY_WITH.items()
        }

    def ask(self, case: ReadCase) -> Iterable[Failure]:
        for question, answer in self.reviewer.ask(case.facts):
            outcome = answer.outcome
            if lacking := self.lacking.get(question.id):
                outcome = Outcome.CANNOT_TELL
                self.missing[question.id].update(lacking)
            self.counts[question.id][outcome] += 1
            if outcome is Outcome.CANNOT_TELL:
                self._look_into(question, case.facts)
            elif outcome is Outcome.NOT_SATISFIED:
                yield _failure(case, question, answer)

    def _look_into(self, question: Question, facts: CaseFacts) -> None:
        """Which facts the question looked for and did not find; a few cases tell it for all."""
        if self.looked_into[question.id] >= _LOOKED_INTO:
            return
        self.looked_into[question.id] += 1
        wanted = _looked_for(question, facts, self.reviewer) - self.known
        wanted = wanted & ASKED_BY_THE_LAW if question.id == THE_LAW else wanted - WITHOUT_A_COLUMN
        for fact in wanted:
            self.missing[question.id].update(
                each.name for each in fields_for(fact) if each.name not in self.told
            )

    def result(self, question: Question, cases: int) -> QuestionResult:
        counts = self.counts[question.id]
        names = [name for name in BY_NAME if name in self.missing[question.id]]
        if question.id not in ASKED_ONLY_WITH:
            names = [name for name in names if name != "service_delivered"]
        return QuestionResult(
            id=question.id,
            title=question.title,
            text=question.text,
            theme=question.theme,
            source=str(question.source),
            source_url=question.source.url,
            passed=counts[Outcome.SATISFIED],
            failed=counts[Outcome.NOT_SATISFIED],
            cannot_tell=counts[Outcome.CANNOT_TELL],
            not_relevant=cases - counts.total(),
            missing=tuple(BY_NAME[name].label for name in names),
        )


def _failure(case: ReadCase, question: Question, answer: Answer) -> Failure:
    facts = case.facts
    return Failure(
        case.row, facts.case_code, facts.citizen_ref or "", question.id, answer.sentence, answer.remedy
    )


class _Watched(CaseFacts):
    """A case that remembers which unknown facts it was asked for."""

    __slots__ = ("_asked",)

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if value is None and name in _FACTS:
            object.__getattribute__(self, "_asked").add(name)
        return value


_FACTS = frozenset(each.name for each in fields(CaseFacts))


def _looked_for(question: Question, facts: CaseFacts, reviewer: Reviewer) -> set[str]:
    watched = _Watched.__new__(_Watched)
    wanted: set[str] = set()
    object.__setattr__(watched, "_asked", wanted)
    for name in _FACTS:
        object.__setattr__(watched, name, getattr(facts, name))
    asked(question, watched, reviewer.on, Law(reviewer.numbers))
    return wanted
