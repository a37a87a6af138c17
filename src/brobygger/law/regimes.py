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
FORTNIGHTLY_CONTACT = date(2016, 1, 1)
ACCOUNT_GUIDANCE = date(2018, 2, 28)
ACCOUNT_GUIDANCE_2019 = date(2019, 5, 6)
ACCOUNT_GUIDANCE_2023 = date(2023, 3, 30)
FOCUS_AUDIT = date(2019, 3, 1)
REIMBURSEMENT_ENDS = date(2019, 7, 1)
REFORM_2026 = date(2026, 2, 1)
REFORM_2026_SECOND_DAY = date(2026, 7, 1)
DIGITAL_POST_ACT = date(2012, 1, 1)
DIGITAL_POST_TEXT = date(2021, 4, 15)
FILES_ACT = date(2014, 1, 1)
ARCHIVE_ORDER = date(2018, 1, 26)

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
_PREPARATORY_NOTES = (
    "https://www.lovguiden.dk/loven/lov-om-ændring-af-lov-om-en-aktiv-beskæftigelsesindsats-og-lov-om-kommunal-"
    "udligning-og-generelle-tilskud-til-kommuner-ændret-minimumskrav-til-mentorindsats-sammenlægning-af-rammer-"
    "for-mentor-og-aktiv-indsats-mv"
)
_PLACES = "https://www.cabiweb.dk/lovstof-spoergsmaal-og-svar/mentor/stoette-til-mentortimer/"
_PLACES_TODAY = (
    "https://www.roskilde.dk/da-dk/service-og-selvbetjening/erhverv/ansatte-og-rekruttering/"
    "dine-medarbejdere/mentorordning/"
)
_ACT_1750 = "https://admin.elov.dk/prep_docs/49067"
_ACCOUNTS = "https://star.dk/da/ydelser/budget-og-konteringsvejledning/spoergsmaal-og-svar/mentorordningen/"
_OPERATING_COSTS = {
    9100: "http://www.socialjura.dk/content-storage/regler/2018/vejl-9100-af-282-2018/menu/arbejdsmarked-uddannelse/new/",
    9399: "http://socialjura.dk/content-storage/regler/2019/vejl-9399-af-65-2019/",
    9260: "http://socialjura.dk/content-storage/regler/2023/vejl-9260-af-303-2023",
}
_BILL_76 = "https://eu.dk/samling/20181/lovforslag/l76/20181_l76_som_fremsat.htm"
_AUDIT = "https://ft.dk/samling/20181/almdel/SOU/bilag/190/2027546/index.htm"
_MILEAGE = "https://www.cabiweb.dk/lovstof-spoergsmaal-og-svar/mentor/koerepenge-til-mentor/"

NOTE_2003 = "Den præcise dag i 2003 er ikke bekræftet; lovens dato er brugt."
NOTE_FIRST_DAY = "Bestemmelsens første dag er ikke læst; mentorordningens første dag er brugt."
NOTE_2016 = "Den præcise dag i januar 2016 er ikke læst; månedens første dag er brugt."
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


def places(confidence: Confidence = HIGH) -> Source:
    return Source("LAB", "§ 31 e, stk. 2", _PLACES, confidence)


def places_today() -> Source:
    """Municipal pages go on with it; the paragraph after 2019 was not read."""
    return Source("Kommunal praksis", "timer pr. plads", _PLACES_TODAY, MEDIUM)


def act_1750(paragraph: str) -> Source:
    return Source("Lov nr. 1750 af 29. december 2025", paragraph, _ACT_1750, MEDIUM)


def preparatory_notes(paragraph: str) -> Source:
    """What the preparatory notes to the change of 2016 say of the rules until then."""
    return Source("LAB", paragraph, _PREPARATORY_NOTES)


def accounts(confidence: Confidence = HIGH) -> Source:
    return Source(
        "Styrelsen for Arbejdsmarked og Rekruttering", "konteringsvejledning", _ACCOUNTS, confidence
    )


def operating_costs(number: int, day: str) -> Source:
    return Source(f"Vejledning nr. {number} af {day}", "driftsudgifter til tilbud", _OPERATING_COSTS[number])


def reimbursement(paragraph: str, confidence: Confidence) -> Source:
    return Source("LAB", paragraph, _PREPARATION_2015, confidence)


def end_of_reimbursement() -> Source:
    return Source("LAB", "§ 118 ophævet", _BILL_76, MEDIUM)


def focus_audit() -> Source:
    return Source("Fokusrevision om mentorstøtte", "2019", _AUDIT)
