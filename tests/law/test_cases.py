"""Runs the cases in ``cases/*.toml``, which a lawyer can read and write (see cases/README.md)."""

import tomllib
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from brobygger.law.catalogue import Stage, assess
from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind, RightAndDutyEnd, SupportType
from brobygger.law.facts import AgreementFacts, DecisionFacts, Facts, PriceLineFact, RightAndDutyFacts
from brobygger.law.finding import Outcome
from brobygger.values.period import Period

CASES = Path(__file__).parent / "cases"
OUTCOMES = {
    "opfyldt": Outcome.SATISFIED,
    "ikke opfyldt": Outcome.NOT_SATISFIED,
    "kan ikke afgøres": Outcome.CANNOT_TELL,
    "siger intet": None,
}
TEXTS = {
    "formaal": "purpose",
    "afgoerende_fordi": "decisive_reason",
    "ud_over_det_saedvanlige_fordi": "beyond_normal_reason",
    "mentors_kvalifikationer": "qualifications",
    "timer_fordi": "hours_reason",
    "maalgruppe": "target_group",
    "maalgruppe_ved_aftalen": "status_at_agreement",
    "konto": "account",
}
NUMBERS = {
    "alder": "age",
    "ansatte": "organisation_employees",
    "pladser": "places",
    "borgere_hos_mentoren": "people_served",
}
ANSWERS = {
    "selvforsoergende": "self_supporting",
    "mentor_afgoer_sagen": "mentor_decides_case",
    "fri_for_saedvanligt_arbejde": "not_usual_work",
    "uddannelsesinstitution": "at_school",
    "ny_konkret_vurdering": "reassessed",
    "afgoeres_af_myndigheden": "decided_by_municipality",
    "psykiatrisk_indlagt": "psychiatric_admitted",
    "timer_pr_plads": "per_place",
    "i_arbejde_ved_aftalen": "employed_at_agreement",
    "leverancen_er_undersoegt": "delivery_checked",
}
DATES = {
    "udskrives": "discharge_on",
    "optages_paa_uddannelse": "education_admission_on",
    "retten_bruges_fra": "right_used_from",
    "i_maalgruppen_siden": "in_group_since",
}
CODES: dict[str, tuple[str, type[Enum]]] = {
    "lov": ("act", Act),
    "sammenhaeng": ("context", Context),
    "stoetteform": ("support_type", SupportType),
    "mentor": ("mentor_kind", MentorKind),
}
AGREEMENT = {
    "skriftlig": "written",
    "parter": "parties",
    "dato": "date",
    "maal": "goal",
    "mentors_navn": "mentor_name",
    "mentors_kontakt": "mentor_contact",
    "opgaver": "tasks",
    "start": "starts_on",
    "slut": "ends_on",
    "timer": "hours",
    "klagevejledning": "complaint_guidance",
}


DUTY = {
    "personlige_forhold": "personal_circumstances",
    "kan_deltage_i_tilbud": "can_join_offers",
    "dage_mellem_kontakter": "contact_interval_days",
    "moedes_personligt": "meets_in_person",
    "saerlige_forhold": "not_in_person_reason",
    "afslutning": "ending",
    "andet_tilbud_kan_begynde": "other_offer_ready",
    "nyt_tilbud_givet": "new_offer_given",
}
DECISION = {
    "skriftlig": "written",
    "fuldt_medhold": "fully_upheld",
    "begrundet": "reasons_given",
    "naevner_regler": "rules_named",
    "naevner_oplysninger": "facts_named",
    "naevner_hovedhensyn": "considerations_named",
    "hoering_noedvendig": "hearing_needed",
    "hoert": "heard",
    "myndighed": "authority",
    "klagevejledning": "complaint_guidance",
    "klageinstans": "appeal_body",
    "klagen_sendes_til_myndigheden": "complaint_to_authority",
    "besked_givet": "notified_on",
    "sidste_dag_for_klage": "complaint_last_day",
    "klage_modtaget": "complaint_received_on",
    "afvist_som_for_sen": "complaint_refused_as_late",
    "set_paa_igen": "reassessed_on",
    "mundtlige_oplysninger": "oral_information",
    "notat": "noted",
    "journaliseret": "journalised_on",
    "emne": "journal_subject",
    "digital_post": "by_digital_post",
    "tilgaengelig": "available_on",
    "afsluttet": "closed_on",
    "alder_regnet_fra": "kept_from",
    "slettet": "destroyed_on",
    "har_stadig_betydning": "still_needed",
}


class UnknownWord(ValueError):
    """A case uses a word that the reader does not know; the message names it."""


def by_label(codes: type[Enum], label: str) -> Any:
    for member in codes:
        if label in (member.label, member.value):  # type: ignore[attr-defined]
            return member
    raise UnknownWord(label)


def read_facts(on: date, situation: dict[str, Any]) -> Facts:
    known: dict[str, Any] = {}
    for word, value in situation.items():
        name, fact = _fact(word, value)
        known[name] = fact
    return Facts(on, **known)


def _fact(word: str, value: Any) -> tuple[str, Any]:
    plain = {**TEXTS, **NUMBERS, **ANSWERS, **DATES}
    if word in plain:
        return plain[word], value
    if word in CODES:
        name, codes = CODES[word]
        return name, by_label(codes, value)
    match word:
        case "opgaver":
            return "tasks", tuple(value)
        case "timer_i_alt":
            return "minutes_total", int(Decimal(str(value)) * 60)
        case "periode":
            return "period", Period.through(*value)
        case "forrige_periode":
            return "previous_period", Period.through(*value)
        case "prislinjer":
            return "price_lines", tuple(_line(each) for each in value)
        case "aftale":
            return "agreement", AgreementFacts(**{AGREEMENT[each]: given for each, given in value.items()})
        case "refusion_procent":
            return "reimbursement_percent", Decimal(str(value))
        case "ret_og_pligt":
            return "right_and_duty", _right_and_duty(value)
        case "afgoerelse":
            return "decision", DecisionFacts(**_part(DECISION, value))
    raise UnknownWord(word)


def _part(words: dict[str, str], told: dict[str, Any]) -> dict[str, Any]:
    for word in told:
        if word not in words:
            raise UnknownWord(word)
    return {words[word]: value for word, value in told.items()}


def _right_and_duty(told: dict[str, Any]) -> RightAndDutyFacts:
    known = _part(DUTY, told)
    if "ending" in known:
        known["ending"] = by_label(RightAndDutyEnd, known["ending"])
    return RightAndDutyFacts(**known)


def _line(text: str) -> PriceLineFact:
    label, _, amount = text.partition(":")
    return PriceLineFact(by_label(PriceLineKind, label.strip()), Decimal(amount) if amount else None)


def _cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["sag"]:
            found.append(pytest.param(case, id=case["navn"]))
    return found


def differences(case: dict[str, Any]) -> dict[str, str]:
    """What the law answers otherwise than the case expects, by rule id."""
    stage = by_label(Stage, case.get("trin", "Bevilling"))
    result = assess(read_facts(case["dato"], case["forhold"]), stage=stage)
    wrong: dict[str, str] = {}
    for rule_id, words in case["forventet"].items():
        if words not in OUTCOMES:
            raise UnknownWord(words)
        found = result.by_rule(rule_id)
        actual = found.outcome if found else None
        if actual is not OUTCOMES[words]:
            wrong[rule_id] = f"forventet: {words}; loven siger: {found.sentence if found else 'intet'}"
    if "kan_bevilges" in case and case["kan_bevilges"] != (result.allows and result.complete):
        wrong["kan_bevilges"] = "; ".join(each.sentence for each in (*result.blocking, *result.unanswered))
    return wrong


@pytest.mark.parametrize("case", _cases())
def test_the_law_answers_the_case_as_expected(case: dict[str, Any]) -> None:
    assert differences(case) == {}


def test_there_are_cases_from_every_regime() -> None:
    years = {each.values[0]["dato"].year for each in _cases()}
    assert all(
        any(first <= year <= last for year in years)
        for first, last in [(2003, 2008), (2009, 2013), (2014, 2019), (2020, 2030)]
    )


def test_there_are_enough_cases_and_every_chapter_has_some() -> None:
    cases = [each.values[0] for each in _cases()]
    assert len(cases) >= 70
    chapters = {rule_id[0] for case in cases for rule_id in case["forventet"]}
    assert chapters == set("ABCDEFGP")


def test_a_wrong_expectation_would_be_noticed() -> None:
    case = {
        "dato": date(2021, 6, 1),
        "forhold": {"mentor": "Frivillig"},
        "forventet": {"B01": "opfyldt"},
        "kan_bevilges": True,
    }
    assert set(differences(case)) == {"B01", "kan_bevilges"}


@pytest.mark.parametrize(
    ("forhold", "forventet"),
    [
        ({"mentro": "Frivillig"}, {}),
        ({"afgoerelse": {"hoertt": True}}, {}),
        ({"mentor": "Nabo"}, {}),
        ({}, {"B01": "måske"}),
    ],
)
def test_a_word_that_is_not_known_is_an_error(forhold: dict[str, Any], forventet: dict[str, Any]) -> None:
    with pytest.raises(UnknownWord):
        differences({"dato": date(2021, 6, 1), "forhold": forhold, "forventet": forventet})
