"""The days on which the acts changed, and the sources that the rules rest on."""

from __future__ import annotations

from datetime import date

from brobygger.law.target_groups import NEW_ACT, SCHEME_START
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source

INTRODUCTION = SCHEME_START
SELF_SUPPORTING_ADDED = date(2007, 3, 1)
WIDENING = date(2009, 1, 1)
CASH_BENEFIT_REFORM = date(2014, 1, 1)
ORDER_2020 = date(2020, 12, 11)
PURPOSE_OF_PSYCHIATRIC_RIGHT = date(2023, 3, 20)

FIRST_REGIME = Period(INTRODUCTION, WIDENING)
SECOND_REGIME = Period(WIDENING, CASH_BENEFIT_REFORM)
THIRD_REGIME = Period(CASH_BENEFIT_REFORM, NEW_ACT)
FROM_INTRODUCTION = Period(INTRODUCTION)
FROM_REFORM = Period(CASH_BENEFIT_REFORM)
FROM_NEW_ACT = Period(NEW_ACT)
FROM_ORDER = Period(ORDER_2020)

HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW

_CHAPTER_26 = "https://www.elov.dk/lov-om-en-aktiv-beskaeftigelsesindsats/kapitel/26/"
_ORDER = "https://www.elov.dk/bekendtgorelse-om-en-aktiv-beskaeftigelsesindsats/paragraf/122/"
_CONSOLIDATION_2005 = "https://www.retsinformation.dk/Forms/R0710.aspx?id=30223"
_WIDENED = "https://skolebehandlingshjem.holbaek.dk/socialpsykiatri/menu/personlig-stoette/mentor"
_CHAPTER_9B = "http://rusmiddelcenterskive.dk/mere-om-os/lovgrundlag/social-mentor-lab-kap-9b-31b-31f/"
_AGREEMENT = "https://ft.dk/samling/20181/almdel/SOU/bilag/190/2027547/index.htm"
_AGENCY = "https://star.dk/da/indsatser/mentorordningen/om-mentorstoette-ordningens-maalgruppe"
_PREPARATION_2015 = "https://www.retsinformation.dk/Forms/R0710.aspx?id=176813"
_ACT_295 = (
    "https://www.lovguiden.dk/loven/lov-om-ændring-af-lov-om-en-aktiv-beskæftigelsesindsats-lov-om-sygedagpenge-og-"
    "forskellige-andre-love-mere-målrettede-tilbud-udvidet-mulighed-for-samtaler-over-video-eller-telefon-"
    "forenkling-af-opfølgning-ved-skærpet-tilsyn-mv/1"
)
_INTEGRATION = "https://danskelove.dk/integrationsloven/23d"
_DISQUALIFICATION = "https://danskelove.dk/forvaltningsloven/3"
_MILEAGE = "https://www.cabiweb.dk/lovstof-spoergsmaal-og-svar/mentor/koerepenge-til-mentor/"

NOTE_2003 = "Den præcise dag i 2003 er ikke bekræftet; lovens dato er brugt."
NOTE_2009 = "Den præcise dag i 2009 er ikke bekræftet; årets første dag er brugt."


def lab_2003(confidence: Confidence = HIGH, paragraph: str = "§§ 78-81") -> Source:
    return Source("LAB", paragraph, _CONSOLIDATION_2005, confidence)


def lab_2009(paragraph: str = "§ 78", confidence: Confidence = MEDIUM) -> Source:
    return Source("LAB", paragraph, _WIDENED, confidence)


def lab_2014(paragraph: str = "kap. 9 b", confidence: Confidence = HIGH) -> Source:
    return Source("LAB", paragraph, _CHAPTER_9B, confidence)


def lab_2020(paragraph: str, confidence: Confidence = HIGH) -> Source:
    return Source("LAB", paragraph, _CHAPTER_26, confidence)


def agreement_rule(confidence: Confidence = HIGH) -> Source:
    """The agency's account of the agreement; the paragraph itself was not read."""
    return Source("LAB", "kap. 9 b (aftalen)", _AGREEMENT, confidence)


def agreement_rule_2020(confidence: Confidence = MEDIUM) -> Source:
    return Source("LAB", "kap. 26 (aftalen)", _AGREEMENT, confidence)


def right_and_duty(paragraph: str) -> Source:
    return Source("LAB", paragraph, _PREPARATION_2015)


def order(paragraph: str) -> Source:
    return Source("Bekendtgørelse nr. 2006 af 11. december 2020", paragraph, _ORDER)


def agency(paragraph: str = "", confidence: Confidence = HIGH) -> Source:
    return Source("Styrelsen for Arbejdsmarked og Rekruttering", paragraph, _AGENCY, confidence)


def act_295() -> Source:
    return Source("LAB", "§ 167, stk. 2, som ændret ved lov nr. 295 af 20. marts 2023", _ACT_295, MEDIUM)


def integration(paragraph: str, confidence: Confidence = HIGH) -> Source:
    return Source("INL", paragraph, _INTEGRATION, confidence)


def disqualification() -> Source:
    return Source("Forvaltningsloven", "§ 3", _DISQUALIFICATION)


def mileage_answer(confidence: Confidence) -> Source:
    return Source("LAB", "§ 31 e", _MILEAGE, confidence)
