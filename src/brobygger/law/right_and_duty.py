"""Chapter E: the right-and-duty mentor (ret og pligt-mentor) of 2014-2019."""

from __future__ import annotations

from brobygger.law import regimes as at
from brobygger.law.codes import RightAndDutyEnd
from brobygger.law.facts import Facts, RightAndDutyFacts
from brobygger.law.finding import Answer, cannot_tell, not_satisfied, satisfied
from brobygger.law.parameters import Parameters
from brobygger.law.registry import rule
from brobygger.law.target_groups import NEW_ACT, RIGHT_AND_DUTY_CASH_BENEFIT, RIGHT_AND_DUTY_EDUCATION
from brobygger.law.wording import danish_date, length, months_after, months_in_words, span, written, yes_no
from brobygger.values.period import ONE_DAY, Period

_SIX_MONTHS = 6
_NOT_AFTER_2019 = "Om ret og pligt til mentor fortsætter i loven fra 2020, er ikke bekræftet."


def _concerns(facts: Facts, groups: frozenset[str]) -> bool:
    return facts.right_and_duty is not None and facts.target_group in groups


def _circumstances(facts: Facts, duty: RightAndDutyFacts, who: str) -> Answer:
    used = (
        ("Målgruppe", facts.target_group or "ikke valgt"),
        ("Personlige forhold", written(duty.personal_circumstances)),
        ("Kan deltage i tilbud", yes_no(duty.can_join_offers)),
    )
    if duty.can_join_offers:
        return not_satisfied(
            "Borgeren kan deltage i tilbud og har derfor ikke ret og pligt til mentor.",
            "Giv borgeren et tilbud, eventuelt med mentorstøtte ved siden af.",
            field="decisive_reason",
            used=used,
        )
    if not duty.personal_circumstances.strip():
        return cannot_tell(
            "Det er ikke skrevet, hvilke personlige forhold der gør, at borgeren ikke kan deltage i tilbud.",
            "Skriv de personlige forhold, og hvorfor borgeren ikke kan deltage i tilbud.",
            field="decisive_reason",
            used=used,
        )
    return satisfied(
        f"{who} kan af personlige grunde ikke deltage i tilbud og har ret og pligt til mentor.",
        field="decisive_reason",
        used=used,
    )


@rule(
    "E01",
    title="Ret og pligt til mentor: kontanthjælp",
    text=(
        "En aktivitetsparat kontanthjælpsmodtager, der i perioder ikke kan deltage i tilbud på grund af personlige "
        "forhold, har ret og pligt til mentorstøtte."
    ),
    in_force=at.THIRD_REGIME,
    sources=at.preparatory_notes("§ 93"),
    note=_NOT_AFTER_2019,
)
def right_and_duty_on_cash_benefit(facts: Facts) -> Answer | None:
    duty = facts.right_and_duty
    if duty is None or facts.target_group in RIGHT_AND_DUTY_EDUCATION:
        return None
    if facts.target_group is None:
        return cannot_tell(
            "Ret og pligt til mentor gælder kun aktivitetsparate, og borgerens målgruppe er ikke valgt.",
            "Vælg borgerens målgruppe.",
            field="target_group",
            used=(("Målgruppe", "ikke valgt"),),
        )
    if facts.target_group not in RIGHT_AND_DUTY_CASH_BENEFIT:
        return not_satisfied(
            "Ret og pligt til mentor gælder kun aktivitetsparate på kontanthjælp eller uddannelseshjælp.",
            "Giv mentorstøtten efter kapitel 9 b, eller ret målgruppen.",
            field="target_group",
            used=(("Målgruppe", facts.target_group),),
        )
    return _circumstances(facts, duty, "Kontanthjælpsmodtageren")


@rule(
    "E02",
    title="Ret og pligt til mentor: uddannelseshjælp",
    text=(
        "En aktivitetsparat modtager af uddannelseshjælp, der af personlige grunde ikke kan deltage i tilbud, har ret "
        "og pligt til mentorstøtte, indtil det bliver muligt."
    ),
    in_force=at.THIRD_REGIME,
    sources=at.preparatory_notes("§ 96 c"),
    note=f"Ordlyden af § 2, nr. 12 og 13, er ikke læst. {_NOT_AFTER_2019}",
)
def right_and_duty_on_educational_assistance(facts: Facts) -> Answer | None:
    duty = facts.right_and_duty
    if duty is None or not _concerns(facts, RIGHT_AND_DUTY_EDUCATION):
        return None
    return _circumstances(facts, duty, "Modtageren af uddannelseshjælp")


def _contact_for_six_months(facts: Facts, parameters: Parameters, how_often: str) -> Answer | None:
    duty = facts.right_and_duty
    if duty is None:
        return None
    limit = parameters.on("P06", facts.on)
    interval, period = duty.contact_interval_days, facts.period
    used = (
        ("Længst mellem to kontakter", "ikke oplyst" if interval is None else f"{interval} dage"),
        ("Periode", span(period) if period else "ikke oplyst"),
    )
    if interval is not None and interval > limit.whole:
        return not_satisfied(
            f"Der går op til {interval} dage mellem to kontakter; der skal være kontakt {how_often}.",
            f"Aftal kontakt {how_often}.",
            field="phases",
            used=used,
            parameters=(limit,),
        )
    if period is not None and period.end is not None:
        shortest_end = months_after(period.start, _SIX_MONTHS)
        if period.end < shortest_end:
            return not_satisfied(
                f"Støtten gives i {months_in_words(_SIX_MONTHS)}; perioden er på {length(period)}.",
                f"Lad perioden vare til og med {danish_date(shortest_end - ONE_DAY)}.",
                field="ends_on",
                used=used,
                parameters=(limit,),
            )
    if interval is None:
        return cannot_tell(
            f"Der skal være kontakt {how_often}, og det er ikke oplyst, hvor tit mentor og borger ses.",
            "Skriv, hvor mange dage der højst går mellem to kontakter.",
            field="phases",
            used=used,
            parameters=(limit,),
        )
    if period is None or period.end is None:
        return cannot_tell(
            f"Støtten gives i {months_in_words(_SIX_MONTHS)}, og perioden er ikke fastlagt.",
            "Skriv start og slut.",
            field="starts_on" if period is None else "ends_on",
            used=used,
            parameters=(limit,),
        )
    return satisfied(
        f"Støtten gives i {months_in_words(_SIX_MONTHS)} med kontakt {how_often}.",
        field="phases",
        used=used,
        parameters=(limit,),
    )


@rule(
    "E03",
    title="Ugentlig kontakt i seks måneder 2014-2015",
    text="Ret og pligt-mentoren gives i 6 måneder med kontakt mindst hver uge.",
    in_force=Period(at.CASH_BENEFIT_REFORM, at.FORTNIGHTLY_CONTACT),
    sources=at.preparatory_notes("§§ 93 og 96 c"),
)
def weekly_contact(facts: Facts, parameters: Parameters) -> Answer | None:
    return _contact_for_six_months(facts, parameters, "mindst hver uge")


@rule(
    "E04",
    title="Kontakt hver anden uge i seks måneder 2016-2019",
    text="Ret og pligt-mentoren gives i 6 måneder med kontakt mindst hver anden uge.",
    in_force=Period(at.FORTNIGHTLY_CONTACT, NEW_ACT),
    sources=at.right_and_duty("§§ 93, 96, stk. 3, og 96 c"),
    note=f"{at.NOTE_2016} {_NOT_AFTER_2019}",
)
def fortnightly_contact(facts: Facts, parameters: Parameters) -> Answer | None:
    return _contact_for_six_months(facts, parameters, "mindst hver anden uge")


@rule(
    "E05",
    title="Afbrydelse og nyt tilbud 2016-2019",
    text=(
        "Støtten kan kun afbrydes, hvis borgeren kan begynde i et andet tilbud. Kan borgeren efter 6 måneder stadig "
        "ikke deltage i tilbud, skal der gives et nyt tilbud om mentorstøtte."
    ),
    in_force=Period(at.FORTNIGHTLY_CONTACT, NEW_ACT),
    sources=at.right_and_duty("§ 96, stk. 3"),
    note=f"{at.NOTE_2016} {_NOT_AFTER_2019}",
)
def support_ends_only_for_another_offer(facts: Facts) -> Answer | None:
    duty = facts.right_and_duty
    if duty is None or duty.ending is None or not _concerns(facts, RIGHT_AND_DUTY_CASH_BENEFIT):
        return None
    ending = ("Afslutning", duty.ending.label)
    if duty.ending is RightAndDutyEnd.BROKEN_OFF:
        return _followed_by(
            duty.other_offer_ready,
            used=(ending, ("Et andet tilbud kan begynde", yes_no(duty.other_offer_ready))),
            met="Støtten er afbrudt, fordi borgeren kan begynde i et andet tilbud.",
            broken="Støtten er afbrudt, uden at borgeren kan begynde i et andet tilbud.",
            unknown="Støtten er afbrudt, og det er ikke oplyst, om borgeren kan begynde i et andet tilbud.",
            remedy="Lad støtten fortsætte, indtil borgeren kan begynde i et andet tilbud.",
        )
    if duty.ending is RightAndDutyEnd.ENDED_UNABLE:
        return _followed_by(
            duty.new_offer_given,
            used=(ending, ("Nyt tilbud om mentorstøtte", yes_no(duty.new_offer_given))),
            met="Borgeren kan stadig ikke deltage i tilbud og har fået et nyt tilbud om mentorstøtte.",
            broken="Borgeren kan stadig ikke deltage i tilbud og har ikke fået et nyt tilbud om mentorstøtte.",
            unknown="Det er ikke oplyst, om borgeren har fået et nyt tilbud om mentorstøtte.",
            remedy="Giv borgeren et nyt tilbud om mentorstøtte.",
        )
    return satisfied("Borgeren kan deltage i tilbud efter støtten.", used=(ending,))


def _followed_by(
    answer: bool | None,
    *,
    used: tuple[tuple[str, str], ...],
    met: str,
    broken: str,
    unknown: str,
    remedy: str,
) -> Answer:
    if answer is None:
        return cannot_tell(unknown, remedy, used=used)
    if not answer:
        return not_satisfied(broken, remedy, used=used)
    return satisfied(met, used=used)


@rule(
    "E06",
    title="Mentoren møder borgeren",
    text=(
        "Mentoren mødes jævnligt med borgeren, for eksempel hjemme eller ved en aktivitet; telefon og andre måder "
        "bruges kun, når særlige forhold taler for det."
    ),
    in_force=at.THIRD_REGIME,
    sources=at.preparatory_notes("§§ 93 og 96 c (bemærkningerne)"),
    note=_NOT_AFTER_2019,
)
def mentor_meets_in_person(facts: Facts) -> Answer | None:
    duty = facts.right_and_duty
    if duty is None:
        return None
    used = (
        ("Mødes personligt", yes_no(duty.meets_in_person)),
        ("Særlige forhold", written(duty.not_in_person_reason)),
    )
    if duty.meets_in_person is None:
        return cannot_tell(
            "Det er ikke oplyst, om mentor og borger mødes personligt.",
            "Skriv, hvordan mentor og borger ses.",
            field="tasks",
            used=used,
        )
    if duty.meets_in_person:
        return satisfied("Mentor og borger mødes personligt.", field="tasks", used=used)
    if not duty.not_in_person_reason.strip():
        return cannot_tell(
            "Mentor og borger mødes ikke personligt, og de særlige forhold er ikke skrevet.",
            "Skriv de særlige forhold, eller aftal møder.",
            field="tasks",
            used=used,
        )
    return satisfied("Særlige forhold taler for en anden kontakt end møder.", field="tasks", used=used)
