"""The auditor's questions to a whole case, K01-K22: each an own question with the finding of the audit behind it.

A question answers, says that it cannot tell, or is silent (None) where it does not concern the case. It never raises.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from brobygger.law import regimes as at
from brobygger.law.accounts import account_of
from brobygger.law.catalogue import RULES
from brobygger.law.codes import Context, MentorKind
from brobygger.law.contact_minimum import contact_minimum
from brobygger.law.deadlines import complaint_last_day
from brobygger.law.finding import Outcome
from brobygger.law.parameters import MissingParameter, Parameters, shipped
from brobygger.law.payment import REFUSED_KINDS
from brobygger.law.reimbursement import INSURED, MENTOR_ACCOUNT
from brobygger.law.target_groups import (
    NEW_ACT,
    RIGHT_AND_DUTY_CASH_BENEFIT,
    RIGHT_AND_DUTY_EDUCATION,
    SCHEME_START,
)
from brobygger.law.wording import danish_date, listing, span
from brobygger.review.facts import AGREEMENT_ITEMS, CaseFacts, Documented, documented, finite
from brobygger.review.the_law import Law, law_of_the_day
from brobygger.values.duration import format_minutes
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source

GRACE_DAYS = 14
"""A follow-up held within so many days of its day was held when it was due."""

TO_CONCLUDE_DAYS = 30
"""From the end of the support until its results must be written."""

KRONE = Decimal(1)
"""Rounding of invoice lines may add up to less than this."""

LAST_DAY_OF_MINIMUM = NEW_ACT - timedelta(days=1)
"""No contact minimum is known from 2020."""

_AUDIT = "Fokusrevisionen om mentorstøtte 2019"
_AUDIT_URL = "https://ft.dk/samling/20181/almdel/SOU/bilag/190/2027546/index.htm"


def _audit(row: str) -> Source:
    return Source(_AUDIT, row, _AUDIT_URL, Confidence.HIGH)


def _rule(rule_id: str) -> Source:
    return RULES[rule_id].source


class Answer(NamedTuple):
    """What a question finds; ``remedy`` is '' when it is satisfied."""

    outcome: Outcome
    sentence: str
    remedy: str = ""


Check = Callable[..., Answer | None]
"""Takes the case and the day, and where it names it the law with the numbers that count."""

AnyCheck = TypeVar("AnyCheck", bound=Check)


class Question(NamedTuple):
    """One question. ``place`` is the part of the case page where it is mended; ``theme`` groups the questions."""

    id: str
    title: str
    text: str
    theme: str
    place: str
    source: Source
    check: Check
    reads_law: bool = False


class Finding(NamedTuple):
    """What one question says about one case on one day."""

    question: Question
    outcome: Outcome
    sentence: str
    remedy: str = ""

    @property
    def question_id(self) -> str:
        return self.question.id

    @property
    def title(self) -> str:
        return self.question.title

    @property
    def source(self) -> Source:
        return self.question.source

    @property
    def place(self) -> str:
        return self.question.place

    @property
    def failed(self) -> bool:
        return self.outcome is Outcome.NOT_SATISFIED


_registered: dict[str, Question] = {}


def question(
    question_id: str, *, title: str, text: str, theme: str, place: str, source: Source
) -> Callable[[AnyCheck], AnyCheck]:
    """Registers a question. Raises ValueError for an id used twice."""
    if question_id in _registered:
        raise ValueError(f"Spørgsmålet {question_id} er allerede stillet.")

    def register(check: AnyCheck) -> AnyCheck:
        reads_law = len(inspect.signature(check).parameters) == 3
        _registered[question_id] = Question(question_id, title, text, theme, place, source, check, reads_law)
        return check

    return register


def review(case: CaseFacts, on: date, numbers: Parameters | None = None) -> tuple[Finding, ...]:
    """What every question that concerns the case says on a day, in the order of their ids. Never raises.

    ``numbers`` are those of the law with a municipality's own dated rows, the shipped ones unless given. Many cases
    are asked faster by a ``review.shapes.Reviewer``, with the same answers.
    """
    law = Law(numbers or shipped())
    answers = ((each, asked(each, case, on, law)) for each in QUESTIONS.values())
    return tuple(Finding(each, *answer) for each, answer in answers if answer is not None)


def asked(each: Question, case: CaseFacts, on: date, law: Law) -> Answer | None:
    """What one question says."""
    return each.check(case, on, law) if each.reads_law else each.check(case, on)


DOCUMENTATION, AGREEMENT = "Faglig dokumentation", "Aftale"
DECISION, FOLLOW_UP = "Afgørelse og retssikkerhed", "Opfølgning og resultat"
HOURS, MONEY = "Timer og kontakt", "Betaling"
THEMES = (DOCUMENTATION, AGREEMENT, DECISION, FOLLOW_UP, HOURS, MONEY)


# What the questions share


def _yes(sentence: str) -> Answer:
    return Answer(Outcome.SATISFIED, sentence)


def _no(sentence: str, remedy: str) -> Answer:
    return Answer(Outcome.NOT_SATISFIED, sentence, remedy)


def _unknown(sentence: str, remedy: str) -> Answer:
    return Answer(Outcome.CANNOT_TELL, sentence, remedy)


def _begun_on(case: CaseFacts) -> date | None:
    """The first day of help: the first contact where it is known, else the day the support began."""
    return case.first_contact_on or case.started_on


def _has_begun(case: CaseFacts, on: date) -> bool:
    if case.begun is not None:
        return case.begun
    first = _begun_on(case)
    return first is None or first <= on


def _written(value: Documented, what: str, remedy: str) -> Answer:
    is_written = documented(value)
    if is_written:
        return _yes(f"{what} er skrevet.")
    if is_written is None:
        return _unknown(f"Det er ikke oplyst, om {what[0].lower()}{what[1:]} er skrevet.", remedy)
    return _no(f"{what} er ikke skrevet.", remedy)


# Documentation


@question(
    "K01",
    title="Formålet er dokumenteret",
    text="Står det i sagen, hvad mentoren skal hjælpe borgeren med at opnå eller fastholde?",
    theme=DOCUMENTATION,
    place="aftalt",
    source=_rule("C03"),
)
def purpose_is_documented(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given:
        return None
    return _written(
        case.purpose, "Formålet", "Skriv, hvad borgeren skal opnå eller fastholde med mentorens hjælp."
    )


@question(
    "K02",
    title="Mentorens opgaver er dokumenteret",
    text="Står det i sagen, hvad mentoren skal gøre?",
    theme=DOCUMENTATION,
    place="aftalt",
    source=_rule("C03"),
)
def tasks_are_documented(case: CaseFacts, on: date) -> Answer | None:
    return _written(case.tasks, "Mentorens opgaver", "Skriv mentorens opgaver.") if case.is_given else None


@question(
    "K03",
    title="Mentorens kvalifikationer er dokumenteret",
    text="Står det i sagen, hvorfor netop den mentor kan løse opgaven?",
    theme=DOCUMENTATION,
    place="mennesker",
    source=_rule("C03"),
)
def qualifications_are_documented(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given:
        return None
    return _written(
        case.qualifications, "Mentorens kvalifikationer", "Skriv mentorens kvalifikationer i mentorregistret."
    )


@question(
    "K04",
    title="Mentoren er afgørende",
    text="Er det begrundet, at mentoren er afgørende for, at borgeren kan deltage eller beholde jobbet?",
    theme=DOCUMENTATION,
    place="aftalt",
    source=_rule("B01"),
)
def mentor_is_decisive(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given:
        return None
    return _written(
        case.decisive, "Begrundelsen for, at mentoren er afgørende,", "Skriv, hvorfor mentoren er afgørende."
    )


_PLACES = frozenset({MentorKind.COMPANY_EMPLOYEE, MentorKind.SCHOOL_EMPLOYEE})


@question(
    "K05",
    title="Mere end stedet selv skal gøre",
    text="Er det begrundet, at indsatsen går ud over det, virksomheden eller skolen sædvanligvis selv gør?",
    theme=DOCUMENTATION,
    place="aftalt",
    source=_rule("B02"),
)
def effort_is_beyond_the_usual(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given or (case.mentor_kind is not None and case.mentor_kind not in _PLACES):
        return None
    remedy = "Skriv, hvorfor indsatsen er mere end stedets sædvanlige introduktion og oplæring."
    if case.mentor_kind is None and not documented(case.beyond_normal):
        return _unknown("Det er ikke oplyst, om mentoren er ansat i en virksomhed eller på en skole.", remedy)
    return _written(case.beyond_normal, "Begrundelsen for, at indsatsen er mere end det sædvanlige,", remedy)


# The agreement

_ITEM_WORDS = dict(
    zip(
        AGREEMENT_ITEMS,
        (
            "mål",
            "mentorens navn",
            "mentorens kontaktoplysninger",
            "mentorens opgaver",
            "startdato",
            "slutdato",
            "timetal",
            "klagevejledning",
        ),
        strict=True,
    )
)
_ALL_ITEMS = frozenset(AGREEMENT_ITEMS)


@question(
    "K06",
    title="Aftalen er fuldstændig",
    text="Har mentoraftalen mål, mentor, opgaver, varighed, timetal og klagevejledning?",
    theme=AGREEMENT,
    place="afgoerelser",
    source=_rule("C02"),
)
def agreement_is_complete(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given or case.is_before_reform or case.agreement_written is False:
        return None
    if case.agreement_items is None:
        return _unknown(
            "Aftalens indhold er ikke oplyst.", "Find aftalen frem, og se efter, om alle punkter står i den."
        )
    if case.agreement_items >= _ALL_ITEMS:
        return _yes("Aftalen har alt det, den skal have.")
    missing = listing([_ITEM_WORDS[item] for item in AGREEMENT_ITEMS if item not in case.agreement_items])
    return _no(f"Aftalen mangler {missing}.", f"Lav en ny aftale, hvor {missing} står.")


@question(
    "K07",
    title="Aftalen er på plads i tide",
    text="Var aftalen skriftlig og godkendt af alle, før hjælpen begyndte?",
    theme=AGREEMENT,
    place="afgoerelser",
    source=_rule("C01"),
)
def agreement_is_in_time(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given or case.is_before_reform or not _has_begun(case, on):
        return None
    begun = _begun_on(case)
    if case.agreement_written is False:
        return _no(
            "Der er ingen skriftlig aftale, som alle har sagt ja til.",
            "Lav aftalen nu, og få borgerens og mentorens ja.",
        )
    if case.agreement_on is None or begun is None:
        return _unknown(
            "Det er ikke oplyst, hvornår aftalen kom på plads, eller hvornår hjælpen begyndte.",
            "Skriv dagen for aftalen og for den første kontakt.",
        )
    if case.agreement_on > begun:
        return _no(
            f"Aftalen kom på plads {danish_date(case.agreement_on)}, og hjælpen begyndte {danish_date(begun)}.",
            "Notér i journalen, hvorfor aftalen kom for sent; lad ikke nye forløb begynde uden aftale.",
        )
    return _yes(f"Aftalen var på plads {danish_date(case.agreement_on)}, før hjælpen begyndte.")


@question(
    "K08",
    title="Borgeren ved, hvem mentoren er",
    text="Fik borgeren at vide, hvem mentoren er, hvor mange timer det er, og hvornår det begynder?",
    theme=AGREEMENT,
    place="afgoerelser",
    source=_audit("K5"),
)
def citizen_was_told(case: CaseFacts, on: date) -> Answer | None:
    begun = _begun_on(case)
    if not case.is_given or not _has_begun(case, on):
        return None
    if case.citizen_informed_on is None or begun is None:
        return _unknown(
            "Det er ikke oplyst, hvornår borgeren fik besked om mentoren.",
            "Spørg borgeren, og notér svaret i journalen.",
        )
    if case.citizen_informed_on > begun:
        return _no(
            f"Borgeren fik først besked {danish_date(case.citizen_informed_on)}, efter at hjælpen begyndte "
            f"{danish_date(begun)}.",
            "Tal med borgeren om, hvem mentoren er, og hvilke timer der er aftalt.",
        )
    return _yes("Borgeren fik besked, før hjælpen begyndte.")


# The decision


@question(
    "K09",
    title="Afgørelsen var lovlig på sin dag",
    text="Opfyldte bevillingen den lov, der gjaldt den dag, den blev givet?",
    theme=DECISION,
    place="afgoerelser",
    source=Source("Loven på afgørelsens dag"),
)
def decision_was_lawful(case: CaseFacts, on: date, law: Law) -> Answer | None:
    if not case.is_given:
        return None
    if case.decided_on is None:
        return _unknown("Det er ikke oplyst, hvornår sagen blev afgjort.", "Skriv dagen for afgørelsen.")
    if case.decided_on < SCHEME_START:
        return _no("Mentorordningen fandtes ikke, da sagen blev afgjort.", "Ret dagen for afgørelsen.")
    broken, unsure, open_ = law_of_the_day(case, case.decided_on, law)
    if broken:
        return _no(" ".join(broken[:3]), "Tag sagen op igen, og træf en ny afgørelse.")
    if unsure:
        return _unknown(
            f"{unsure[0]} Loven på det punkt er ikke bekræftet.", "Få en jurist til at se på det."
        )
    if open_:
        return _unknown(f"Loven kan ikke holdes op mod sagen: {open_[0]}", "Skriv det, der mangler, i sagen.")
    return _yes(f"Bevillingen opfyldte den lov, der gjaldt {danish_date(case.decided_on)}.")


@question(
    "K10",
    title="Borgeren er hørt",
    text="Er borgeren hørt, før der blev afgjort noget imod borgerens ønske?",
    theme=DECISION,
    place="afgoerelser",
    source=_rule("G03"),
)
def citizen_was_heard(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_decided or case.hearing_needed is False or case.fully_upheld is True:
        return None
    heard = documented(case.hearing)
    if heard:
        return _yes("Resultatet af partshøringen står i sagen.")
    remedy = "Skriv resultatet af partshøringen, eller hvorfor den ikke var nødvendig."
    if heard is None or case.hearing_needed is None:
        return _unknown("Det er ikke oplyst, om borgeren skulle høres og blev det.", remedy)
    return _no("Sagen er afgjort imod borgerens ønske, og der står intet om partshøring.", remedy)


@question(
    "K11",
    title="Begrundelse og regler",
    text="Har afgørelsen en begrundelse, og nævner den de regler, den hviler på?",
    theme=DECISION,
    place="afgoerelser",
    source=_rule("G02"),
)
def decision_has_reasons(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_decided:
        return None
    reasons = documented(case.reasons)
    if reasons and case.rules_named:
        return _yes("Afgørelsen er begrundet og nævner reglerne.")
    if case.fully_upheld is True:
        return None
    remedy = "Send borgeren en begrundelse, der nævner reglerne og de vigtigste forhold."
    if reasons is False or case.rules_named is False:
        lacks = listing(
            [
                words
                for words, known in (("begrundelse", reasons), ("regler", case.rules_named))
                if known is False
            ]
        )
        if case.fully_upheld is None:
            return _unknown(
                f"Afgørelsen mangler {lacks}, og det er ikke oplyst, om borgeren fik fuldt medhold.", remedy
            )
        return _no(f"Afgørelsen mangler {lacks}.", remedy)
    return _unknown("Det er ikke oplyst, om afgørelsen er begrundet og nævner reglerne.", remedy)


@question(
    "K12",
    title="Klagevejledning med rigtig frist",
    text="Har borgeren fået klagevejledning med mindst fire uger til at klage?",
    theme=DECISION,
    place="afgoerelser",
    source=_rule("G04"),
)
def complaint_guidance_was_given(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_decided:
        return None
    remedy = "Send borgeren en klagevejledning med den rigtige frist; fristen løber først derfra."
    if case.complaint_guidance is False:
        return None if case.fully_upheld else _no("Afgørelsen er uden klagevejledning.", remedy)
    if case.complaint_last_day is None or case.notified_on is None:
        if case.complaint_guidance:
            return _unknown("Klagevejledningen er givet, men fristen er ikke oplyst.", "Skriv klagefristen.")
        return _unknown("Det er ikke oplyst, om borgeren har fået klagevejledning.", remedy)
    try:
        least = complaint_last_day(case.notified_on)
    except MissingParameter:
        return None
    if case.complaint_last_day < least:
        return _no(
            f"Klagefristen er sat til {danish_date(case.complaint_last_day)}; den skal være mindst til "
            f"{danish_date(least)}.",
            remedy,
        )
    return _yes(f"Borgeren kunne klage til og med {danish_date(case.complaint_last_day)}.")


@question(
    "K13",
    title="Mentoren har ikke afgjort sagen",
    text="Er den, der har afgjort sagen, en anden end mentoren?",
    theme=DECISION,
    place="afgoerelser",
    source=_rule("B08"),
)
def decider_is_not_the_mentor(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given:
        return None
    same = _mentor_decides(case)
    if same is None:
        return _unknown(
            "Det er ikke oplyst, hvem der har afgjort sagen, og hvem mentoren er.",
            "Skriv, hvem der har afgjort sagen.",
        )
    if same:
        return _no("Mentoren har selv afgjort sagen.", "Lad en anden medarbejder afgøre sagen på ny.")
    return _yes("En anden end mentoren har afgjort sagen.")


def _mentor_decides(case: CaseFacts) -> bool | None:
    if case.mentor_is_decider is not None:
        return case.mentor_is_decider
    if case.decided_by_ref is None or case.mentor_ref is None:
        return None
    return case.decided_by_ref == case.mentor_ref


# Follow-up and result


@question(
    "K14",
    title="Opfølgning er holdt til tiden",
    text="Er der fulgt op, da der skulle følges op?",
    theme=FOLLOW_UP,
    place="opfoelgning",
    source=_audit("K2"),
)
def follow_up_was_held(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given or not _has_begun(case, on):
        return None
    if case.follow_ups is None:
        return _unknown("Det er ikke oplyst, om der er fulgt op.", "Skriv, hvornår der er fulgt op.")
    if not case.follow_ups:
        return _no("Der er ingen opfølgning på forløbet.", "Følg op nu, og læg en plan for resten.")
    missed = late = held = 0
    limit = timedelta(days=GRACE_DAYS)
    for due, done_on, _delivered in case.follow_ups:
        if done_on is None:
            missed += on - due > limit
        else:
            held += 1
            late += done_on - due > limit
    if missed:
        return _no(
            f"{missed} af {len(case.follow_ups)} opfølgninger er ikke holdt.",
            "Følg op nu, og skriv, hvad opfølgningen viste.",
        )
    if late:
        return _no(
            f"{late} af {held} opfølgninger er holdt mere end {GRACE_DAYS} dage for sent.",
            "Notér i journalen, hvorfor de kom for sent, og hold de næste til tiden.",
        )
    return _yes(f"{held} opfølgninger er holdt til tiden.") if held else None


@question(
    "K15",
    title="Der er spurgt, om støtten er givet",
    text="Er det undersøgt ved opfølgningen, om støtten er givet som aftalt?",
    theme=FOLLOW_UP,
    place="opfoelgning",
    source=_rule("E12"),
)
def delivery_was_checked(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given or not _has_begun(case, on):
        return None
    if case.follow_ups is None:
        return _unknown(
            "Det er ikke oplyst, om der er spurgt til støtten.", "Skriv, hvad opfølgningerne viste."
        )
    answers = [delivered for _, done_on, delivered in case.follow_ups if done_on is not None]
    if not answers:
        return None
    refused = answers.count(False)
    if refused and answers[-1] is False:
        return _no(
            "Ved den seneste opfølgning var støtten ikke givet som aftalt.",
            "Tal med borger og mentor, og ret timer eller aftale.",
        )
    if answers.count(None) == len(answers):
        return _no(
            "Der er fulgt op, men ingen har spurgt, om støtten er givet som aftalt.",
            "Spørg borgeren, og skriv svaret ved den næste opfølgning.",
        )
    return _yes("Det er undersøgt, om støtten er givet som aftalt.")


@question(
    "K16",
    title="Resultatet er målt mod målene",
    text="Er det gjort op, om målene blev nået, da forløbet sluttede?",
    theme=FOLLOW_UP,
    place="opfoelgning",
    source=_audit("K2"),
)
def results_were_measured(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given or case.has_ended is False:
        return None
    if case.ended_on is not None and on - case.ended_on <= timedelta(days=TO_CONCLUDE_DAYS):
        return None
    remedy = "Gør forløbet op: skriv for hvert mål, hvor langt borgeren nåede."
    if case.goals == 0:
        return _no("Der er ingen mål at måle mod.", "Skriv mål i det næste forløb, og gør dette op.")
    if case.goals is None or case.goals_with_attainment is None or case.has_ended is None:
        return _unknown("Det er ikke oplyst, om målene er gjort op.", remedy)
    missing = case.goals - case.goals_with_attainment
    if missing > 0:
        return _no(f"{missing} af {case.goals} mål er ikke gjort op.", remedy)
    if case.conclusion_recorded is False:
        return _no("Målene er gjort op, men forløbets afslutning er ikke skrevet.", remedy)
    return _yes(f"Alle {case.goals} mål er gjort op.")


# Hours and contact


@question(
    "K17",
    title="Timerne holder sig inden for bevillingen",
    text="Er der højst brugt de timer, der er bevilget?",
    theme=HOURS,
    place="timer",
    source=_audit("K5"),
)
def hours_are_inside_the_grant(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given or case.used_minutes == 0:
        return None
    if case.used_minutes is None or case.granted_minutes is None:
        return _unknown(
            "Det er ikke oplyst, hvor mange timer der er bevilget og brugt.",
            "Skriv bevilgede og brugte timer.",
        )
    if case.used_minutes > case.granted_minutes:
        return _no(
            f"Der er brugt {format_minutes(case.used_minutes)}, og {format_minutes(case.granted_minutes)} er "
            f"bevilget.",
            "Afgør, om der skal bevilges flere timer, eller om betalingen skal kræves tilbage.",
        )
    return _yes("Der er ikke brugt flere timer, end der er bevilget.")


@question(
    "K18",
    title="Borgeren har bekræftet kontakten",
    text="Har borgeren bekræftet, at mentor og borger mødtes i de timer, der er betalt for?",
    theme=HOURS,
    place="timer",
    source=_audit("K5"),
)
def contact_was_confirmed(case: CaseFacts, on: date) -> Answer | None:
    paid, confirmed, silent = case.paid_minutes, case.confirmed_minutes, case.unconfirmed_minutes
    if not case.is_given or (case.used_minutes == 0 and not paid):
        return None
    if paid is not None and confirmed is not None and paid > confirmed:
        return _no(
            f"Der er betalt for {format_minutes(paid)}, og {format_minutes(confirmed)} er bekræftet.",
            "Spørg borgeren om resten, og kræv betalingen tilbage for timer, der ikke er holdt.",
        )
    if silent:
        return _no(
            f"{format_minutes(silent)} er registreret, og borgeren har ikke svaret inden for fristen.",
            "Ring til borgeren, og skriv svaret på de timer, der mangler.",
        )
    if confirmed is None or paid is None:
        return _unknown(
            "Det er ikke oplyst, om borgeren har bekræftet timerne.",
            "Spørg borgeren, hvornår de har mødtes, og skriv svaret.",
        )
    return _yes("Borgeren har bekræftet de timer, der er betalt for.")


@question(
    "K19",
    title="Kontakt så ofte som loven krævede",
    text="Mødtes borger og ret og pligt-mentor mindst hver uge (2014-2015) eller hver anden uge (2016-2019)?",
    theme=HOURS,
    place="timer",
    source=_rule("E04"),
)
def contact_was_often_enough(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given or case.right_and_duty is False or not _could_be_right_and_duty(case):
        return None
    if case.contact_dates is None or case.started_on is None:
        return _unknown(
            "Det er ikke oplyst, hvornår støtten begyndte, og hvornår borger og mentor har haft kontakt.",
            "Skriv dagene for kontakten.",
        )
    gap = _too_long_a_gap(case, case.started_on, case.contact_dates, on)
    if gap is None:
        return _yes("Kontakten var så hyppig, som loven krævede af en ret og pligt-mentor.")
    words = span(Period(*gap))
    if case.right_and_duty is None:
        return _unknown(
            f"Der var ingen kontakt {words}, og det er ikke oplyst, om det var en ret og pligt-mentor.",
            "Skriv, om borgeren havde ret og pligt til mentoren.",
        )
    return _no(f"Der var ingen kontakt {words}.", "Notér i journalen, hvorfor kontakten var væk.")


def _could_be_right_and_duty(case: CaseFacts) -> bool:
    """Whether the contact minimum can concern the case: it began while there was one, for those it was for."""
    day = case.started_on or case.decided_on
    if day is None or not at.CASH_BENEFIT_REFORM <= day < NEW_ACT:
        return False
    if case.right_and_duty:
        return True
    groups = RIGHT_AND_DUTY_CASH_BENEFIT | RIGHT_AND_DUTY_EDUCATION
    return case.target_group in groups and case.context is Context.ONLY_EFFORT


def _too_long_a_gap(
    case: CaseFacts, start: date, days: tuple[date, ...], on: date
) -> tuple[date, date] | None:
    """The first time without contact that was longer than the law of its first day allowed."""
    last = min(on, LAST_DAY_OF_MINIMUM, case.ended_on or LAST_DAY_OF_MINIMUM)
    before = start
    for day in (*sorted(days), last):
        if before >= last:
            return None
        allowed = contact_minimum(before).amount
        until = min(day, last)
        if allowed is not None and (until - before).days > allowed:
            return before, until
        before = max(before, day)
    return None


# Payment


@question(
    "K20",
    title="Betalingen hviler på bekræftede timer",
    text="Er der højst betalt for de bekræftede timer til den aftalte pris?",
    theme=MONEY,
    place="oekonomi",
    source=_audit("K5"),
)
def payment_rests_on_confirmed_hours(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given or case.paid_kroner == 0:
        return None
    paid, rate, fixed = finite(case.paid_kroner), finite(case.hourly_rate), finite(case.fixed_kroner)
    granted = finite(case.granted_kroner)
    remedy = "Kræv det tilbage, der er betalt for meget, eller skriv, hvad betalingen dækker."
    if paid is not None and granted is not None and paid > granted + KRONE:
        return _no(f"Der er betalt {_kr(paid)}, og {_kr(granted)} er bevilget.", remedy)
    if paid is None or rate is None or case.confirmed_minutes is None:
        return _unknown(
            "Det er ikke oplyst, hvad der er betalt, og hvad de bekræftede timer koster.",
            "Skriv timepris, bekræftede timer og betaling.",
        )
    earned = rate * case.confirmed_minutes / 60 + (fixed or 0)
    if paid <= earned + KRONE:
        return _yes("Betalingen svarer højst til de bekræftede timer.")
    if fixed is None:
        return _unknown(
            f"Der er betalt {_kr(paid)}, og de bekræftede timer koster {_kr(earned)}; faste udgifter er ikke oplyst.",
            "Skriv, om der er bevilget faste udgifter.",
        )
    return _no(f"Der er betalt {_kr(paid)}, og de bekræftede timer koster {_kr(earned)}.", remedy)


def _kr(amount: Decimal) -> str:
    """Kroner with the Danish comma and point.

    >>> _kr(Decimal("12345.6"))
    '12.345,60 kr.'
    """
    whole, _, rest = f"{amount:,.2f}".partition(".")
    return f"{whole.replace(',', '.')},{rest} kr."


@question(
    "K21",
    title="Kun udgifter, der må betales",
    text="Er prisen uden overhead, løn under sygdom, transporttid og rejseudgifter?",
    theme=MONEY,
    place="oekonomi",
    source=_rule("D06"),
)
def costs_are_allowed(case: CaseFacts, on: date) -> Answer | None:
    if not case.is_given:
        return None
    if case.price_line_kinds is None:
        return _unknown("Det er ikke oplyst, hvad prisen består af.", "Skriv, hvad der er betalt for.")
    wrong = REFUSED_KINDS & case.price_line_kinds
    if not wrong:
        return _yes("Prisen har kun udgifter, der må betales.")
    names = listing(sorted(kind.label.lower() for kind in wrong))
    day = case.decided_on or case.started_on
    if day is None or day < at.ORDER_2020:
        return _unknown(
            f"Prisen har {names}. Hvad der gjaldt før {danish_date(at.ORDER_2020)}, er ikke bekræftet.",
            "Se efter i aftalen, om den gav ret til udgiften.",
        )
    return _no(
        f"Prisen har {names}, og det må ikke betales.", "Tag udgiften ud af prisen, og kræv den tilbage."
    )


@question(
    "K22",
    title="Udgiften er bogført på den rigtige konto",
    text="Står udgiften på den konto, der gælder for borgerens målgruppe?",
    theme=MONEY,
    place="oekonomi",
    source=_rule("P19"),
)
def account_is_right(case: CaseFacts, on: date, law: Law) -> Answer | None:
    if not case.is_given or case.paid_kroner == 0:
        return None
    account = case.account
    day = case.decided_on or case.started_on
    if account is None or not account.strip() or day is None:
        return _unknown("Kontoen er ikke oplyst.", "Skriv den konto, udgiften er bogført på.")
    account = account.strip()
    if day >= at.ACCOUNT_GUIDANCE and account.split(".")[0] != MENTOR_ACCOUNT:
        return _no("Udgiften er ikke bogført på hovedkonto 5.", "Flyt udgiften til mentor til hovedkonto 5.")
    right = account_of(case.target_group, day, law.numbers)
    if right is None:
        return _unknown(
            "Hvilken konto der er rigtig for målgruppen, er ikke bekræftet.",
            "Skriv kontoen fra kommunens kontoplan under lovens tal.",
        )
    if account != right:
        whom = "forsikrede" if case.target_group in INSURED else "målgruppen"
        return _no(f"Mentor for {whom} bogføres på konto {right}.", f"Flyt udgiften til konto {right}.")
    return _yes(f"Udgiften er bogført på konto {right}.")


QUESTIONS: Mapping[str, Question] = MappingProxyType(dict(sorted(_registered.items())))
"""Every question by its id, in the order of the ids."""
