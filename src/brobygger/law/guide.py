"""The guide: at most six questions, and what can be made of the answers on that day.

Which arrangement, by which paragraph, what can be mixed with it, what it costs the municipality, what must be shown,
what follows, and which papers. Every answer comes from the rules: the guide builds facts and asks ``assess``. Texts are
Danish and English pairs (``Words``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from brobygger.law import english
from brobygger.law.authority import authority
from brobygger.law.catalogue import (
    INFORMATION,
    RULES,
    Assessment,
    Information,
    Stage,
    assess,
    information_in_force,
)
from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind
from brobygger.law.fact_words import Language
from brobygger.law.facts import Facts, PriceLineFact, RightAndDutyFacts
from brobygger.law.finding import Finding
from brobygger.law.parameters import Parameters, shipped
from brobygger.law.reimbursement import INSURED
from brobygger.law.target_groups import (
    INTEGRATION,
    RIGHT_AND_DUTY_CASH_BENEFIT,
    RIGHT_AND_DUTY_EDUCATION,
    RIGHT_AT_EDUCATION_START,
    SCHEME_START,
    target_groups,
)
from brobygger.law.wording import months_in_words
from brobygger.values.source import Confidence, Source

FIRST_DAY, LAST_DAY = SCHEME_START, date(2027, 12, 31)
"""The days the guide answers for; 2027 rests on the act of 2020 (N15)."""


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    da: str
    en: str

    def text(self, language: Language) -> str:
        return self.da if language == "da" else self.en


class Place(StrEnum):
    """Where the person is or is going."""

    SMALL_COMPANY = "SMALL_COMPANY"
    LARGER_COMPANY = "LARGER_COMPANY"
    SCHOOL = "SCHOOL"
    NONE = "NONE"


class Course(StrEnum):
    """How the support is thought of."""

    SHORT = "SHORT"
    LONG = "LONG"
    DISCHARGE = "DISCHARGE"
    EDUCATION_START = "EDUCATION_START"
    RIGHT_AND_DUTY = "RIGHT_AND_DUTY"


@dataclass(frozen=True)
class Answers:
    """What has been answered; None where not yet. ``person`` is a target group's code."""

    on: date
    person: str | None = None
    context: Context | None = None
    place: Place | None = None
    mentor: MentorKind | None = None
    course: Course | None = None


@dataclass(frozen=True)
class Choice:
    value: str
    words: Words


@dataclass(frozen=True)
class Question:
    """A question and what can be chosen; no choices for a date. ``name`` is the field of ``Answers``."""

    name: str
    words: Words
    choices: tuple[Choice, ...]


_PLACES = {
    Place.SMALL_COMPANY: Words(
        "Virksomhed med op til cirka 10 ansatte", "Company with up to about 10 employees"
    ),
    Place.LARGER_COMPANY: Words("Større virksomhed", "Larger company"),
    Place.SCHOOL: Words("Uddannelsesinstitution", "Educational institution"),
    Place.NONE: Words("Intet sted endnu", "No place yet"),
}
_COURSES = {
    Course.SHORT: Words("Kort introduktion, uger", "Short introduction, weeks"),
    Course.LONG: Words("Længere støtte, måneder", "Longer support, months"),
    Course.DISCHARGE: Words(
        "Udskrivning fra psykiatrisk indlæggelse", "Discharge from psychiatric admission"
    ),
    Course.EDUCATION_START: Words("Start på uddannelse", "Start of education"),
    Course.RIGHT_AND_DUTY: Words("Ret og pligt-mentor (2014-2019)", "Right-and-duty mentor (2014-2019)"),
}


def questions(on: date) -> tuple[Question, ...]:
    """The six questions, in order, with the choices of a date."""
    courses = [each for each in Course if each is not Course.RIGHT_AND_DUTY or on in RULES["E01"].in_force]
    return (
        Question("on", Words("Hvilken dag gælder det?", "Which day is it about?"), ()),
        Question(
            "person",
            Words("Hvem er borgeren?", "Who is the citizen?"),
            tuple(
                Choice(each.code, Words(each.label, english.GROUP_LABELS[each.code]))
                for each in target_groups(on)
            ),
        ),
        Question(
            "context",
            Words("Hvad er borgeren i eller på vej til?", "What is the citizen in or going to?"),
            tuple(Choice(each.value, Words(each.label, english.label(each))) for each in Context),
        ),
        Question(
            "place",
            Words("Hvor?", "Where?"),
            tuple(Choice(each.value, words) for each, words in _PLACES.items()),
        ),
        Question(
            "mentor",
            Words("Hvem kunne være mentor?", "Who could be mentor?"),
            tuple(Choice(each.value, Words(each.label, english.label(each))) for each in MentorKind),
        ),
        Question(
            "course",
            Words("Hvilken slags støtte?", "What kind of support?"),
            tuple(Choice(each.value, _COURSES[each]) for each in courses),
        ),
    )


class Answer(StrEnum):
    """Whether an arrangement can be made."""

    YES = "YES"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    NO = "NO"


@dataclass(frozen=True)
class Paragraph:
    """A rule an arrangement rests on, with where it stands on the day."""

    rule_id: str
    source: Source
    confirmed: bool

    @property
    def words(self) -> Words:
        return Words(str(self.source), english.source(self.source))


@dataclass(frozen=True)
class Point:
    """A sentence of the answer; ``rule_id`` is the rule, number or information entry it stands on, '' for practice."""

    words: Words
    rule_id: str = ""
    confirmed: bool = True


@dataclass(frozen=True)
class Possibility:
    """An arrangement and everything one must know to make it."""

    mentor: MentorKind
    title: Words
    answer: Answer
    paragraphs: tuple[Paragraph, ...]
    reasons_against: tuple[Point, ...]
    conditions: tuple[Point, ...]
    combinations: tuple[Point, ...]
    costs: tuple[Point, ...]
    consequences: tuple[Point, ...]
    forms: tuple[Point, ...]


@dataclass(frozen=True)
class Guidance:
    """What the law of the day makes possible. ``remaining`` are the questions not answered yet."""

    answers: Answers
    possibilities: tuple[Possibility, ...]
    remaining: tuple[Question, ...]
    caveats: tuple[Point, ...]

    @property
    def open_ones(self) -> tuple[Possibility, ...]:
        """The arrangements that can be made, the certain ones first."""
        order = list(Answer)
        return tuple(
            sorted(
                (each for each in self.possibilities if each.answer is not Answer.NO),
                key=lambda each: order.index(each.answer),
            )
        )

    @property
    def closed_ones(self) -> tuple[Possibility, ...]:
        return tuple(each for each in self.possibilities if each.answer is Answer.NO)


def guide(answers: Answers, *, parameters: Parameters | None = None) -> Guidance:
    """What can be made of the answers on their day, for each mentor that could be meant. Never raises."""
    numbers = parameters or shipped()
    kinds = [answers.mentor] if answers.mentor else list(MentorKind)
    possibilities = tuple(_possibility(answers, kind, numbers) for kind in kinds)
    return Guidance(
        answers=answers,
        possibilities=possibilities,
        remaining=tuple(each for each in questions(answers.on) if getattr(answers, each.name) is None),
        caveats=tuple(_caveats(answers, possibilities)),
    )


# --- the case the answers make ------------------------------------------------------------------------------


def act_of(answers: Answers) -> Act:
    """The Integration Act for people in its programme, LAB for everybody else."""
    return Act.INL if answers.person == INTEGRATION else Act.LAB


_EMPLOYEES = {Place.SMALL_COMPANY: 10, Place.LARGER_COMPANY: 11}
"""Numbers on each side of the limit (P14); the guide asks only for the side and never shows them."""


def facts_of(answers: Answers, kind: MentorKind) -> Facts:
    """The case as far as it is answered, with nothing written: what is open becomes a condition to show."""
    context = answers.context
    if answers.course is Course.DISCHARGE:
        context = Context.PSYCHIATRIC_DISCHARGE
    if answers.course is Course.EDUCATION_START:
        context = Context.EDUCATION
    return Facts(
        on=answers.on,
        act=act_of(answers),
        target_group=answers.person,
        context=context,
        mentor_kind=kind,
        organisation_employees=_EMPLOYEES.get(answers.place) if answers.place else None,
        at_school=None if answers.place is None else answers.place is Place.SCHOOL,
        right_and_duty=RightAndDutyFacts() if answers.course is Course.RIGHT_AND_DUTY else None,
        price_lines=_price(kind),
    )


UNPAID = frozenset({MentorKind.VOLUNTEER, MentorKind.PRISON_PROBATION})
"""The kinds that the guide thinks of as without a grant."""


def _price(kind: MentorKind) -> tuple[PriceLineFact, ...]:
    """The line that a mentor of this kind is paid by."""
    if kind in UNPAID:
        return ()
    return (PriceLineFact(PriceLineKind.FEE if kind.is_external else PriceLineKind.WAGE, Decimal(1)),)


# --- the answer ---------------------------------------------------------------------------------------------

_OF_THE_CASE = frozenset({"C05", "B08"})
"""Rules whose open question belongs to handling the case and not to choosing the arrangement."""


def _possibility(answers: Answers, kind: MentorKind, numbers: Parameters) -> Possibility:
    facts = facts_of(answers, kind)
    result = assess(facts, stage=Stage.GRANT, parameters=numbers)
    against = (*_of_place(answers, kind), *(_against(each, facts) for each in result.blocking))
    return Possibility(
        mentor=kind,
        title=_title(answers, kind),
        answer=_answer(facts, result, against),
        paragraphs=_paragraphs(result),
        reasons_against=against,
        conditions=tuple(_conditions(result)),
        combinations=tuple(_combinations(facts)),
        costs=tuple(_costs(facts, numbers)),
        consequences=tuple(_consequences(facts, numbers)),
        forms=tuple(_forms(facts)),
    )


def _answer(facts: Facts, result: Assessment, against: tuple[Point, ...]) -> Answer:
    if against:
        return Answer.NO
    if any(_is_doubt(each, facts) for each in result.unanswered):
        return Answer.NOT_CONFIRMED
    is_certain = all(each.confirmed for each in result.findings if each.rule_id not in _ALLOWED_EITHER_WAY)
    return Answer.YES if is_certain else Answer.NOT_CONFIRMED


_ALLOWED_EITHER_WAY = frozenset({"B05", "F06"})
"""Rules that are not certain, but what they are content with is allowed without them too."""


def _is_doubt(finding: Finding, facts: Facts) -> bool:
    """Whether the act does not name this kind of mentor; a size not told yet is only a condition."""
    if finding.rule_id == "B05":
        return facts.mentor_kind is not None and not facts.mentor_kind.is_external
    return finding.rule_id == "B06"


def _against(finding: Finding, facts: Facts) -> Point:
    """The limit on the size of a company in the act's own words: the guide does not know the number."""
    return _rule_point("B05", facts) if finding.rule_id == "B05" else _point(finding)


def _of_place(answers: Answers, kind: MentorKind) -> Iterator[Point]:
    """A member of staff needs a place to be a member of."""
    if kind is MentorKind.SCHOOL_EMPLOYEE and answers.place not in (None, Place.SCHOOL):
        yield Point(
            Words(
                "En medarbejder på en uddannelsesinstitution kræver, at borgeren er dér.",
                "An employee of an educational institution demands that the citizen is there.",
            )
        )
    if kind is MentorKind.COMPANY_EMPLOYEE and answers.place in (Place.SCHOOL, Place.NONE):
        yield Point(
            Words(
                "En medarbejder i en virksomhed kræver, at borgeren er i en.",
                "An employee of a company demands that the citizen is in one.",
            )
        )


_TITLES = {
    MentorKind.COMPANY_EMPLOYEE: Words(
        "Frikøb af en medarbejder i virksomheden", "Release of an employee of the company"
    ),
    MentorKind.SCHOOL_EMPLOYEE: Words(
        "Frikøb af en medarbejder på uddannelsesinstitutionen",
        "Release of an employee of the educational institution",
    ),
    MentorKind.MUNICIPAL_EMPLOYEE: Words("En kommunalt ansat som mentor", "A municipal employee as mentor"),
    MentorKind.EXTERNAL_CONSULTANT: Words(
        "En ekstern konsulent mod honorar", "An external consultant for a fee"
    ),
    MentorKind.PRIVATE_PROVIDER: Words(
        "En mentor fra en privat leverandør mod honorar", "A mentor from a private provider for a fee"
    ),
    MentorKind.VOLUNTEER: Words("En frivillig mentor uden tilskud", "A volunteer mentor without a grant"),
    MentorKind.PRISON_PROBATION: Words(
        "En mentor fra Kriminalforsorgen uden tilskud",
        "A mentor from the Prison and Probation Service without a grant",
    ),
}


def _title(answers: Answers, kind: MentorKind) -> Words:
    context = facts_of(answers, kind).context
    title = _TITLES[kind]
    if context is None:
        return title
    return Words(
        f"{title.da} ved {context.label[0].lower()}{context.label[1:]}",
        f"{title.en} with {english.label(context)[0].lower()}{english.label(context)[1:]}",
    )


def _point(finding: Finding) -> Point:
    return Point(Words(finding.sentence, english.sentence(finding)), finding.rule_id, finding.confirmed)


def _paragraphs(result: Assessment) -> tuple[Paragraph, ...]:
    """Where the arrangement stands: the rules that answered, without those that only guard how a case is handled."""
    return tuple(
        Paragraph(each.rule_id, each.source, each.confirmed)
        for each in result.findings
        if each.rule_id not in _OF_THE_CASE and not each.blocks
    )


def _conditions(result: Assessment) -> Iterator[Point]:
    """What must be shown: every rule that could not be answered yet, in the words of its remedy."""
    for each in result.unanswered:
        if each.rule_id not in _OF_THE_CASE:
            yield Point(Words(each.remedy, english.remedy(each)), each.rule_id, each.confirmed)


def _is_in_force(rule_id: str, facts: Facts) -> bool:
    rule = RULES[rule_id]
    return facts.on in rule.in_force and facts.act in rule.acts


def _rule_point(rule_id: str, facts: Facts) -> Point:
    rule = RULES[rule_id]
    certain = rule.source_on(facts.on).confidence in (Confidence.HIGH, Confidence.MEDIUM)
    return Point(Words(rule.text, english.rule_text(rule_id)), rule_id, certain)


def _information_point(entry: Information) -> Point:
    return Point(Words(entry.text, entry.text_en), entry.id, entry.is_confirmed)


def _known(entry_id: str, facts: Facts) -> Iterator[Point]:
    entry = INFORMATION[entry_id]
    if facts.on in entry.in_force and facts.act in entry.acts:
        yield _information_point(entry)


# --- what can be mixed --------------------------------------------------------------------------------------


def _combinations(facts: Facts) -> Iterator[Point]:
    kind = facts.mentor_kind
    assert kind is not None
    if facts.on < SCHEME_START:
        return
    if kind not in UNPAID:
        yield _rule_point("B11", facts)
    if not kind.is_external and kind not in UNPAID and _is_in_force("D02", facts):
        yield _rule_point("D02", facts)
    if facts.context is Context.WAGE_SUBSIDY and kind is MentorKind.COMPANY_EMPLOYEE:
        yield Point(
            Words(
                "Nulløsning: løntilskud og mentortimer kan tilsammen dække borgerens løn i den første "
                "tid. Mentorens timer skal stadig være begrundet i borgerens behov og faktisk bruges.",
                "Zero solution: wage subsidy and mentor hours may together cover the citizen's wage in the first time. "
                "The mentor's hours must still rest on the citizen's need and actually be used.",
            ),
            "B11",
        )
    if facts.context is Context.COMPANY_PLACEMENT:
        yield Point(
            Words(
                "Virksomhedspraktikken kan gå over i løntilskud eller ordinær ansættelse, mens mentoren "
                "fortsætter i en ny periode.",
                "The company placement may turn into wage subsidy or ordinary employment while the mentor goes on in a "
                "new period.",
            )
        )
    if _is_in_force("B12", facts):
        yield _rule_point("B12", facts)
    if facts.on in RULES["A11"].in_force and facts.act is Act.LAB and _in_section_6(facts):
        yield _rule_point("A11", facts)
    if _is_in_force("A13", facts) and facts.target_group in RIGHT_AT_EDUCATION_START:
        yield _rule_point("A13", facts)
    if _is_in_force("A14", facts):
        yield _rule_point("A14", facts)


def _in_section_6(facts: Facts) -> bool:
    return (facts.target_group or "").startswith("6.")


# --- what it costs ------------------------------------------------------------------------------------------


def _costs(facts: Facts, numbers: Parameters) -> Iterator[Point]:
    """What the municipality pays for, what the state repays, and where it is booked."""
    kind = facts.mentor_kind
    assert kind is not None
    if facts.on < SCHEME_START:
        return
    if not facts.price_lines:
        yield Point(
            Words(
                "Kommunen betaler ikke for mentorens timer.",
                "The municipality does not pay for the mentor's hours.",
            )
        )
        return
    payable = ("D04",) if kind.is_external else ("D03", "D05")
    for rule_id in ("D01", *payable, "D06", "D07"):
        if _is_in_force(rule_id, facts):
            yield _rule_point(rule_id, facts)
    yield from _known("D08", facts)
    yield from _reimbursement(facts, numbers)
    if _is_in_force("D10", facts):
        yield _rule_point("D10", facts)
    if facts.target_group in INSURED and _is_in_force("P19", facts):
        account = numbers.on("P19", facts.on).text
        yield Point(Words(f"Konto for forsikrede: {account}.", f"Account of the insured: {account}."), "P19")
    for entry_id in ("D14", "D15", "D18"):
        yield from _known(entry_id, facts)


def _reimbursement(facts: Facts, numbers: Parameters) -> Iterator[Point]:
    """D11-D13 for the group on the day. Before 2014 and under the Integration Act nothing was read."""
    result = assess(facts, stage=Stage.PAYMENT, parameters=numbers)
    told = [each for each in result.findings if each.rule_id in ("D11", "D12", "D13")]
    if told:
        yield from (_point(each) for each in told)
    elif facts.on in RULES["D11"].in_force and facts.act is Act.LAB:
        yield from (_rule_point(rule_id, facts) for rule_id in ("D11", "D12"))
    else:
        yield Point(
            Words(
                "Hvad staten refunderede af udgiften til mentor her, er ikke bekræftet.",
                "What the state repaid of the cost of a mentor here is not confirmed.",
            ),
            confirmed=False,
        )


# --- what follows -------------------------------------------------------------------------------------------


def _consequences(facts: Facts, numbers: Parameters) -> Iterator[Point]:
    if facts.on < SCHEME_START:
        return
    for rule_id in ("B10", "B09", "P02", "F06"):
        if _is_in_force(rule_id, facts):
            yield _rule_point(rule_id, facts)
    yield from _local_limit(facts, numbers)
    for rule_id in ("C03", "E12", "G01", "G04", "G06"):
        if _is_in_force(rule_id, facts):
            yield _rule_point(rule_id, facts)
    if facts.right_and_duty is not None:
        yield from _right_and_duty(facts)
    for entry_id in ("C04", "E08", "E09"):
        yield from _known(entry_id, facts)


def _local_limit(facts: Facts, numbers: Parameters) -> Iterator[Point]:
    """The longest period where an administrator has recorded another than the act's text says."""
    rule_id, parameter_id = ("B09", "P01") if facts.act is Act.LAB else ("F06", "F06.months")
    if not _is_in_force(rule_id, facts):
        return
    months = numbers.on(parameter_id, facts.on)
    if months.is_local:
        yield Point(
            Words(
                f"Den længste periode er sat til {months_in_words(months.whole)} ({months.source}).",
                f"The longest period is set to {english.value(months_in_words(months.whole))} ({months.source}).",
            ),
            months.id,
            months.is_confirmed,
        )


def _right_and_duty(facts: Facts) -> Iterator[Point]:
    groups = {"E01": RIGHT_AND_DUTY_CASH_BENEFIT, "E02": RIGHT_AND_DUTY_EDUCATION}
    groups["E05"] = RIGHT_AND_DUTY_CASH_BENEFIT
    for rule_id in ("E01", "E02", "E03", "E04", "E05", "E06"):
        if _is_in_force(rule_id, facts) and facts.target_group in groups.get(rule_id, {facts.target_group}):
            yield _rule_point(rule_id, facts)


# --- papers -------------------------------------------------------------------------------------------------


def _forms(facts: Facts) -> Iterator[Point]:
    """The papers of the arrangement, in the order they are needed."""
    kind = facts.mentor_kind
    assert kind is not None
    if facts.on < SCHEME_START:
        return
    name = authority(facts.on)
    its = "kommunens" if name.indefinite == "kommune" else "jobcenterets"
    yield Point(
        Words(
            "Indstilling med formål, mentorens opgaver og begrundelse for timerne.",
            "Recommendation with purpose, the mentor's tasks and reasons for the hours.",
        ),
        "C03" if _is_in_force("C03", facts) else "A01" if _is_in_force("A01", facts) else "B11",
    )
    if kind in (MentorKind.COMPANY_EMPLOYEE, MentorKind.SCHOOL_EMPLOYEE):
        yield Point(
            Words(
                "Stedets ansøgning med en beskrivelse af, hvad der ligger ud over det sædvanlige.",
                "The place's application with a description of what lies beyond the normal.",
            ),
            "B02",
        )
    needs_declaration = "B04" if kind.is_external else "B03"
    if kind not in UNPAID and _is_in_force(needs_declaration, facts):
        yield Point(
            Words(
                "Mentorens erklæring om, at sædvanligt arbejde ikke udføres i timerne.",
                "The mentor's declaration that no usual work is done in the hours.",
            ),
            needs_declaration,
        )
    yield Point(
        Words(
            f"Afgørelsesbrev med {its} begrundelse og klagevejledning.",
            f"Decision letter with reasons and complaint guidance from {_english_authority(name.indefinite)}.",
        ),
        "G01",
    )
    if _is_in_force("C01", facts):
        yield Point(
            Words("Skriftlig mentoraftale med borgeren.", "Written mentor agreement with the citizen."), "C01"
        )
    yield Point(
        Words(
            "Mentorens opgørelse over kontakter og timer, bekræftet af borgeren.",
            "The mentor's statement of contacts and hours, confirmed by the citizen.",
        ),
        "E12" if _is_in_force("E12", facts) else "",
    )
    if facts.price_lines:
        yield _evidence_of_pay(kind, facts)
    if not kind.is_external and kind not in UNPAID:
        yield Point(
            Words(
                "Tilmelding til mentorkursus, hvis der købes uddannelse.",
                "Sign-up for mentor training, if bought.",
            ),
            "D02",
        )


def _english_authority(indefinite: str) -> str:
    return "the municipality" if indefinite == "kommune" else "the job centre"


def _evidence_of_pay(kind: MentorKind, facts: Facts) -> Point:
    if kind.is_external:
        return Point(
            Words("Faktura på honoraret for de holdte timer.", "Invoice for the fee of the hours held."),
            "D04" if _is_in_force("D04", facts) else "D01",
        )
    return Point(
        Words(
            "Lønseddel eller anden dokumentation for mentorens løn i timen.",
            "Payslip or other evidence of the mentor's wage per hour.",
        ),
        "D09",
    )


# --- what is not certain ------------------------------------------------------------------------------------


def _caveats(answers: Answers, possibilities: Iterable[Possibility]) -> Iterator[Point]:
    """What nobody has been able to confirm and that touches a rule the answer rests on."""
    if answers.on < SCHEME_START:
        yield Point(
            Words("Mentorordningen fandtes ikke den dag.", "The mentor scheme did not exist on that day."),
            "A01",
        )
        return
    used = {rule_id for each in possibilities for rule_id in _rests_on(each)}
    for entry in information_in_force(answers.on, act_of(answers)):
        if entry.chapter == "N" and used.intersection(entry.touches):
            yield Point(
                Words(f"{entry.title}. {entry.text}", f"{entry.title_en}. {entry.text_en}"), entry.id, False
            )


def _rests_on(possibility: Possibility) -> Iterator[str]:
    yield from (each.rule_id for each in possibility.paragraphs)
    yield from (each.rule_id for each in (*possibility.reasons_against, *possibility.costs))


def render(guidance: Guidance, language: Language = "da") -> str:
    """The guidance as plain text, Danish or English."""
    return "\n".join(_lines(guidance, language)) + "\n"


_HEADINGS = {
    "paragraphs": Words("Paragraffer", "Paragraphs"),
    "reasons_against": Words("Det kan ikke lade sig gøre", "It cannot be done"),
    "conditions": Words("Det skal vises", "To be shown"),
    "combinations": Words("Det kan blandes med", "It can be mixed with"),
    "costs": Words("Det koster kommunen", "What it costs the municipality"),
    "consequences": Words("Det følger med", "What follows"),
    "forms": Words("Papirer", "Papers"),
}
_ANSWERS = {
    Answer.YES: Words("Kan lade sig gøre", "Possible"),
    Answer.NOT_CONFIRMED: Words("Ikke bekræftet", "Not confirmed"),
    Answer.NO: Words("Kan ikke lade sig gøre", "Not possible"),
}


def _lines(guidance: Guidance, language: Language) -> Iterator[str]:
    for each in (*guidance.open_ones, *guidance.closed_ones):
        yield f"{each.title.text(language)}: {_ANSWERS[each.answer].text(language)}"
        for name, heading in _HEADINGS.items():
            points: Iterable[Point | Paragraph] = getattr(each, name)
            told = list(dict.fromkeys(_told(point, language) for point in points))
            if told:
                yield f"  {heading.text(language)}"
                yield from (f"    {line}" for line in told)
        yield ""
    for caveat in guidance.caveats:
        yield caveat.words.text(language)
    if language == "en":
        yield INFORMATION["N16"].text_en


def _told(point: Point | Paragraph, language: Language) -> str:
    unsure = "" if point.confirmed else f" ({_ANSWERS[Answer.NOT_CONFIRMED].text(language).lower()})"
    return f"{point.words.text(language)}{unsure}"
