"""Words of other systems for the lists that the law speaks in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import TypeVar

from brobygger.law.codes import Act, Context, Labelled, MentorKind, PriceLineKind, SupportType
from brobygger.law.target_groups import ALL, BY_CODE
from brobygger.review.intake.cells import NotReadable, text_of
from brobygger.review.intake.sheet import Cell

L = TypeVar("L", bound=Labelled)

CONTEXTS: Mapping[str, Context] = {
    "praktik": Context.COMPANY_PLACEMENT,
    "virksomhedspraktik": Context.COMPANY_PLACEMENT,
    "lontilskud": Context.WAGE_SUBSIDY,
    "ansaettelse med lontilskud": Context.WAGE_SUBSIDY,
    "ordinaert job": Context.ORDINARY_EMPLOYMENT,
    "ordinaer ansaettelse": Context.ORDINARY_EMPLOYMENT,
    "job": Context.ORDINARY_EMPLOYMENT,
    "fleksjob": Context.FLEX_JOB,
    "uddannelse": Context.EDUCATION,
    "ordinaer uddannelse": Context.EDUCATION,
    "vejledning og opkvalificering": Context.GUIDANCE,
    "ovo": Context.GUIDANCE,
    "eneste tilbud": Context.ONLY_EFFORT,
    "mentor alene": Context.ONLY_EFFORT,
    "psykiatri": Context.PSYCHIATRIC_DISCHARGE,
    "udskrivning": Context.PSYCHIATRIC_DISCHARGE,
    "kontaktforlob": Context.CONTACT_COURSE,
}
SUPPORT_TYPES: Mapping[str, SupportType] = {
    "hverdag": SupportType.DAILY_LIFE,
    "social mentor": SupportType.DAILY_LIFE,
    "fastholdelse": SupportType.HOLD_ACTIVITY,
    "fastholdelsesmentor": SupportType.HOLD_ACTIVITY,
    "virksomhedsmentor": SupportType.WORKPLACE_INTRODUCTION,
    "introduktion": SupportType.WORKPLACE_INTRODUCTION,
}
MENTOR_KINDS: Mapping[str, MentorKind] = {
    "medarbejder": MentorKind.COMPANY_EMPLOYEE,
    "virksomhedsmentor": MentorKind.COMPANY_EMPLOYEE,
    "frikobt medarbejder": MentorKind.COMPANY_EMPLOYEE,
    "laerer": MentorKind.SCHOOL_EMPLOYEE,
    "skole": MentorKind.SCHOOL_EMPLOYEE,
    "kommunal": MentorKind.MUNICIPAL_EMPLOYEE,
    "kommunal mentor": MentorKind.MUNICIPAL_EMPLOYEE,
    "kommunen": MentorKind.MUNICIPAL_EMPLOYEE,
    "intern": MentorKind.MUNICIPAL_EMPLOYEE,
    "konsulent": MentorKind.EXTERNAL_CONSULTANT,
    "ekstern": MentorKind.EXTERNAL_CONSULTANT,
    "ekstern mentor": MentorKind.EXTERNAL_CONSULTANT,
    "leverandor": MentorKind.PRIVATE_PROVIDER,
    "anden aktor": MentorKind.PRIVATE_PROVIDER,
    "mentorfirma": MentorKind.PRIVATE_PROVIDER,
    "firma": MentorKind.PRIVATE_PROVIDER,
    "frivillig mentor": MentorKind.VOLUNTEER,
    "kif": MentorKind.PRISON_PROBATION,
}
PRICE_LINES: Mapping[str, PriceLineKind] = {
    "timelon": PriceLineKind.WAGE,
    "frikob": PriceLineKind.WAGE,
    "feriepenge": PriceLineKind.HOLIDAY_PAY,
    "atp": PriceLineKind.EMPLOYER_CONTRIBUTION,
    "arbejdsgiverbidrag": PriceLineKind.EMPLOYER_CONTRIBUTION,
    "honorar": PriceLineKind.FEE,
    "konsulenthonorar": PriceLineKind.FEE,
    "kursus": PriceLineKind.TRAINING,
    "administration": PriceLineKind.OVERHEAD,
    "sygelon": PriceLineKind.ILLNESS_WAGE,
    "sygdom": PriceLineKind.ILLNESS_WAGE,
    "transport": PriceLineKind.TRANSPORT_TIME,
    "korsel": PriceLineKind.TRAVEL_EXPENSES,
    "korepenge": PriceLineKind.TRAVEL_EXPENSES,
    "kilometerpenge": PriceLineKind.TRAVEL_EXPENSES,
    "rejse": PriceLineKind.TRAVEL_EXPENSES,
}
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "å": "aa", "ß": "ss"})


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Lower case, without accents and signs, one space between words: what headings and words are compared by.

    >>> plain("Cpr.-nr. (borgers)")
    'cpr nr borgers'
    """
    spelled = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    letters = "".join(sign for sign in spelled if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def reader(kinds: type[L], words: Mapping[str, L], what: str) -> Callable[[Cell], L]:
    """A function that reads one member of a list: its stored value, its Danish term, or another system's word."""
    known = {plain(member.value.replace("_", " ")): member for member in kinds}
    known |= {plain(member.label): member for member in kinds}
    known |= words

    def read(cell: Cell) -> L:
        """Raises NotReadable for a word of no list."""
        word = plain(text_of(cell))
        if found := known.get(word):
            return found
        inside = {member for name, member in known.items() if f" {name} " in f" {word} "}
        if len(inside) == 1:
            return inside.pop()
        labels = ", ".join(member.label.lower() for member in kinds)
        raise NotReadable(f"Ordet er ikke en {what}, som kendes her. Brug et af disse: {labels}.")

    return read


def several(kinds: type[L], words: Mapping[str, L], what: str) -> Callable[[Cell], frozenset[L]]:
    """As ``reader``, for cells with one or more words divided by signs."""
    one = reader(kinds, words, what)

    def read(cell: Cell) -> frozenset[L]:
        parts = re.split(r"[;,/|+\n]| og ", text_of(cell))
        return frozenset(one(part) for part in parts if part.strip())

    return read


def read_act(cell: Cell) -> Act:
    """LAB or the Integration Act. Raises NotReadable."""
    word = f" {plain(text_of(cell))} "
    if any(name in word for name in (" inl ", "integration", " 23 d ", " 23d ")):
        return Act.INL
    if any(name in word for name in (" lab ", "beskaeftigelsesindsats", " 167 ", " 31 b ", " 31b ", " 78 ")):
        return Act.LAB
    raise NotReadable("Loven er hverken LAB eller integrationsloven.")


_DECISION_KINDS = {
    "REFUSAL": ("afslag", "afslaaet", "refusal", "refused", "nej"),
    "RENEWAL": ("forlaengelse", "forlaenget", "fornyelse", "renewal"),
    "CHANGE": ("aendring", "aendret", "change"),
    "END": ("ophor", "standset", "end"),
    "GRANT": ("bevilling", "bevilget", "imodekommet", "medhold", "ja", "grant", "granted"),
}


def read_decision_kind(cell: Cell) -> str:
    """What was decided. Raises NotReadable."""
    word = f" {plain(text_of(cell))} "
    for kind, names in _DECISION_KINDS.items():
        if any(f" {name} " in word for name in names):
            return kind
    raise NotReadable(
        "Afgørelsens art kendes ikke. Skriv bevilling, forlængelse, ændring, ophør eller afslag."
    )


_PARAGRAPH_NUMBER = re.compile(r"(?:lab )?(?:par(?:agraf)? )?([26]) (?:stk 1 )?(?:nr )?(\d{1,2})\b")
_BY_LABEL: dict[str, tuple[str, ...]] = {}
for _group in ALL:
    _name = plain(_group.label.partition("(")[0])
    _BY_LABEL[_name] = (*_BY_LABEL.get(_name, ()), _group.code)


def read_target_group(cell: Cell) -> tuple[str, ...]:
    """The codes that the words can mean: "6.3", "§ 6, nr. 3", or the group's name, which two lists can share.

    A bare number is no answer, since it means other people before 2020. Raises NotReadable.
    """
    text = str(cell) if isinstance(cell, float) else text_of(cell)
    if text in BY_CODE:
        return (text,)
    word = plain(text)
    if (match := _PARAGRAPH_NUMBER.match(word)) and f"{match[1]}.{match[2]}" in BY_CODE:
        return (f"{match[1]}.{match[2]}",)
    if word in _BY_LABEL:
        return _BY_LABEL[word]
    starts = [codes for name, codes in _BY_LABEL.items() if name.startswith(word) and len(word) > 3]
    if starts:
        return tuple(code for codes in starts for code in codes)
    if word.isdecimal():
        raise NotReadable("Et nummer alene siger ikke hvilken målgruppe. Skriv § 6, nr. 3 eller § 2, nr. 3.")
    raise NotReadable("Målgruppen kendes ikke. Skriv den som § 6, nr. 3 eller med lovens navn.")


def target_group_on(codes: tuple[str, ...], day: date | None) -> str | None:
    """The one group of ``codes`` that the law of ``day`` has; None where that cannot be told."""
    if len(codes) == 1:
        return codes[0]
    if day is None:
        return None
    current = [code for code in codes if code in BY_CODE and day in BY_CODE[code].in_force]
    return current[0] if len(current) == 1 else None
