"""Chapter A: what mentor support is for, and who may have it."""

from __future__ import annotations

from datetime import date

from brobygger.law import regimes as at
from brobygger.law.codes import Act, Context, MentorKind
from brobygger.law.facts import Facts
from brobygger.law.finding import Answer, Outcome, cannot_tell, not_satisfied, satisfied
from brobygger.law.registry import BOTH_ACTS, ONLY_INL, rule
from brobygger.law.target_groups import BY_CODE, INTEGRATION, NEW_ACT, OUTSIDE, SELF_SUPPORTING, target_group
from brobygger.law.wording import danish_date, day_or_unknown, listing
from brobygger.values.period import Period

_FIRST_CONTEXTS = frozenset(
    {
        Context.GUIDANCE,
        Context.COMPANY_PLACEMENT,
        Context.WAGE_SUBSIDY,
        Context.ORDINARY_EMPLOYMENT,
        Context.FLEX_JOB,
        Context.NEWLY_EDUCATED_DISABILITY,
    }
)
_SECOND_CONTEXTS = _FIRST_CONTEXTS | {Context.CONTACT_COURSE, Context.EDUCATION}
_THIRD_CONTEXTS = _SECOND_CONTEXTS | {Context.ONLY_EFFORT}
_ALL_CONTEXTS = frozenset(Context)
_FIRST_KINDS = (
    MentorKind.COMPANY_EMPLOYEE,
    MentorKind.SCHOOL_EMPLOYEE,
    MentorKind.EXTERNAL_CONSULTANT,
    MentorKind.PRIVATE_PROVIDER,
)


def _used(facts: Facts) -> tuple[tuple[str, str], ...]:
    return (
        ("Sammenhæng", facts.context.label if facts.context else "ikke valgt"),
        ("Formål", "skrevet" if facts.has_purpose else "ikke skrevet"),
    )


def _purpose(facts: Facts, allowed: frozenset[Context], unknown: frozenset[Context], aims: str) -> Answer:
    """The purpose clause: an activity that the act names, and a purpose in words."""
    used = _used(facts)
    if facts.context is None:
        return cannot_tell(
            f"Støtten skal hjælpe borgeren med at opnå eller fastholde {aims}.",
            "Vælg, hvad mentoren skal hjælpe borgeren med at opnå eller fastholde.",
            field="context",
            used=used,
        )
    if facts.context in unknown:
        return cannot_tell(
            f"Det er ikke bekræftet, at støtte kunne gives ved: {facts.context.label}.",
            "Vælg den aktivitet eller det job, som støtten skal føre til.",
            field="context",
            used=used,
            confirmed=False,
        )
    if facts.context not in allowed:
        return not_satisfied(
            f"Loven nævnte ikke {facts.context.label.lower()} på den dag.",
            f"Vælg en anden sammenhæng: støtten kunne gives til at opnå eller fastholde {aims}.",
            field="context",
            used=used,
        )
    if not facts.has_purpose:
        return cannot_tell(
            "Formålet med støtten er ikke skrevet.",
            "Skriv formålet: hvad skal borgeren opnå eller fastholde?",
            field="purpose",
            used=used,
        )
    return satisfied(
        f"Formålet er skrevet, og støtten gives til at opnå eller fastholde {aims}.",
        field="purpose",
        used=used,
    )


@rule(
    "A01",
    title="Mentorfunktionen er en særlig opgave",
    text=(
        "En mentorfunktion er en særlig opgave med at introducere, vejlede eller oplære, som varetages af en "
        "medarbejder i virksomheden eller uddannelsesinstitutionen eller af en ekstern konsulent. "
        "Dagen, hvor ordlyden ophørte, er ikke bekræftet."
    ),
    in_force=at.FIRST_REGIME,
    sources=at.lab_2003(),
    acts=BOTH_ACTS,
    note=f"{at.NOTE_2003} Slutdagen ligger mellem 2009 og 2013; udvidelsen i 2009 er brugt (sikkerhed L).",
)
def mentor_function_is_a_special_task(facts: Facts) -> Answer | None:
    kind = facts.mentor_kind
    used = (*_used(facts), ("Mentor", kind.label if kind else "ikke valgt"))
    if kind is not None and kind not in _FIRST_KINDS:
        return not_satisfied(
            f"En mentor kunne ikke være: {kind.label.lower()}.",
            "Vælg en medarbejder i virksomheden eller på uddannelsesinstitutionen eller en ekstern "
            "konsulent.",
            field="mentor",
            used=used,
        )
    missing = [
        (field, words)
        for field, words, is_known in (
            ("purpose", "formålet", facts.has_purpose),
            ("tasks", "mentorens opgaver", facts.has_tasks),
            ("mentor", "hvem mentoren er", kind is not None),
        )
        if not is_known
    ]
    if missing:
        return cannot_tell(
            "Den særlige opgave er ikke beskrevet.",
            f"Skriv {listing([words for _, words in missing])}.",
            field=missing[0][0],
            used=used,
        )
    return satisfied(
        "Mentoren har en særlig opgave med at introducere, vejlede eller oplære.", field="tasks", used=used
    )


@rule(
    "A02",
    title="Formål 2009-2013",
    text=(
        "Mentorstøtte kan gives for at opnå eller fastholde aktiviteter, tilbud, fleksjob eller ordinær "
        "ansættelse."
    ),
    in_force=at.SECOND_REGIME,
    sources=at.lab_2009("§ 78, stk. 1"),
    note=at.NOTE_2009,
)
def purpose_2009(facts: Facts) -> Answer | None:
    unknown = frozenset({Context.PSYCHIATRIC_DISCHARGE})
    return _purpose(
        facts, _SECOND_CONTEXTS, unknown, "aktiviteter, tilbud, fleksjob eller ordinær ansættelse"
    )


@rule(
    "A03",
    title="Formål 2014-2019",
    text=(
        "Der kan gives tilbud om mentorstøtte for at opnå eller fastholde aktiviteter, tilbud, ordinær "
        "uddannelse, fleksjob eller ordinær ansættelse."
    ),
    in_force=at.THIRD_REGIME,
    sources=at.lab_2014("§ 31 b, stk. 1"),
)
def purpose_2014(facts: Facts) -> Answer | None:
    unknown = frozenset({Context.PSYCHIATRIC_DISCHARGE})
    return _purpose(
        facts,
        _THIRD_CONTEXTS,
        unknown,
        "aktiviteter, tilbud, ordinær uddannelse, fleksjob eller ordinær ansættelse",
    )


@rule(
    "A04",
    title="Formål fra 2020",
    text=(
        "Der kan gives mentorstøtte for at opnå eller fastholde aktiviteter, tilbud, ordinær "
        "uddannelse, fleksjob eller ordinær ansættelse. Støtten kaldes ikke længere et tilbud."
    ),
    in_force=at.FROM_NEW_ACT,
    sources=at.lab_2020("§ 167, stk. 1"),
)
def purpose_2020(facts: Facts) -> Answer | None:
    return _purpose(
        facts,
        _ALL_CONTEXTS,
        frozenset(),
        "aktiviteter, tilbud, ordinær uddannelse, fleksjob eller ordinær ansættelse",
    )


@rule(
    "A05",
    title="Sammenhænge 2003-2008",
    text=(
        "Støtten kan gives ved vejledning og opkvalificering, virksomhedspraktik, løntilskud, ordinær "
        "ansættelse, fleksjob og ansættelse af en nyuddannet med handicap."
    ),
    in_force=at.FIRST_REGIME,
    sources=at.lab_2003(paragraph="§§ 78-81 og 101"),
    note=f"{at.NOTE_2003} {at.NOTE_2009}",
)
def contexts_2003(facts: Facts) -> Answer | None:
    used = _used(facts)[:1]
    if facts.context is None:
        return cannot_tell(
            "Det er ikke valgt, hvad støtten gives ved.",
            "Vælg, hvad mentoren skal hjælpe borgeren med at opnå eller fastholde.",
            field="context",
            used=used,
        )
    if facts.context not in _FIRST_CONTEXTS:
        return not_satisfied(
            f"Loven nævnte ikke {facts.context.label.lower()} på den dag.",
            "Vælg et tilbud, et fleksjob eller en ordinær ansættelse.",
            field="context",
            used=used,
        )
    return satisfied(f"Støtten kan gives ved {facts.context.label.lower()}.", field="context", used=used)


def _group_used(facts: Facts) -> tuple[tuple[str, str], ...]:
    return (("Målgruppe", facts.target_group or "ikke valgt"),)


def _in_a_current_group(facts: Facts) -> Answer:
    """Whether the code is on the list of the date, and of the case's act."""
    used = _group_used(facts)
    if facts.target_group is None:
        return cannot_tell(
            "Borgerens målgruppe er ikke valgt.", "Vælg borgerens målgruppe.", field="target_group", used=used
        )
    try:
        group = target_group(facts.target_group)
    except KeyError:
        return not_satisfied(
            f"Målgruppen {facts.target_group} findes ikke.",
            "Vælg en målgruppe fra listen.",
            field="target_group",
            used=used,
        )
    if facts.on not in group.in_force:
        return not_satisfied(
            f"Målgruppen {group.label} ({group.paragraph}) gælder ikke den {danish_date(facts.on)}.",
            "Vælg en målgruppe, der gælder på dagen.",
            field="target_group",
            used=used,
        )
    if (group.code == INTEGRATION) != (facts.act is Act.INL):
        return not_satisfied(
            "Borgere i integrationsprogram får mentor efter integrationsloven, alle andre efter LAB.",
            "Vælg en anden målgruppe eller den anden lov.",
            field="target_group",
            used=used,
        )
    if not group.confirmed:
        return satisfied(
            f"Målgruppen {group.paragraph} er valgt; dens ordlyd er ikke bekræftet.",
            field="target_group",
            used=used,
            confirmed=False,
        )
    return satisfied(f"Borgeren er i målgruppen: {group.label}.", field="target_group", used=used)


@rule(
    "A06",
    title="Personer 2003-2008",
    text=(
        "Mentor kan gives til personer i lovens målgrupper: dagpenge, kontant- og starthjælp, "
        "revalidering, fleksjob, førtidspension og nyuddannede med handicap; fra 1. marts 2007 også "
        "selvforsørgende."
    ),
    in_force=at.FIRST_REGIME,
    sources=at.lab_2003(at.MEDIUM, "§§ 78-81 og 101"),
    note=f"{at.NOTE_2003} {at.NOTE_2009}",
)
def persons_2003(facts: Facts) -> Answer | None:
    if _is_self_supporting(facts) and facts.on < at.SELF_SUPPORTING_ADDED:
        return not_satisfied(
            f"Selvforsørgende kunne først få mentor fra {danish_date(at.SELF_SUPPORTING_ADDED)}.",
            "Vælg en anden målgruppe, hvis borgeren er i en.",
            field="target_group",
            used=(*_group_used(facts), ("Selvforsørgende", "ja")),
        )
    return _in_a_current_group(facts)


@rule(
    "A07",
    title="Selvforsørgende",
    text="Selvforsørgende kan få mentor efter en konkret vurdering.",
    in_force=Period(at.SELF_SUPPORTING_ADDED),
    sources=(
        (at.SELF_SUPPORTING_ADDED, at.lab_2003(at.MEDIUM)),
        (at.WIDENING, at.lab_2009("§ 78")),
        (at.CASH_BENEFIT_REFORM, at.lab_2014("§ 31 b, stk. 1", at.MEDIUM)),
        (NEW_ACT, at.lab_2020("§ 167, stk. 1", at.MEDIUM)),
    ),
)
def self_supporting(facts: Facts) -> Answer | None:
    if not _is_self_supporting(facts):
        return None
    used = (
        ("Selvforsørgende", "ja"),
        ("Konkret vurdering", "skrevet" if facts.has_decisive_reason else "ikke skrevet"),
    )
    if not facts.has_decisive_reason:
        return cannot_tell(
            "En selvforsørgende kan kun få mentor efter en konkret vurdering, og den er ikke skrevet.",
            "Skriv, hvorfor mentoren er afgørende for netop denne borger.",
            field="decisive_reason",
            used=used,
        )
    return satisfied(
        "Borgeren er selvforsørgende, og den konkrete vurdering er skrevet.",
        field="decisive_reason",
        used=used,
    )


def _is_self_supporting(facts: Facts) -> bool:
    return facts.target_group == SELF_SUPPORTING or facts.self_supporting is True


@rule(
    "A08",
    title="Under 30 år ved start på uddannelse",
    text=(
        "Personer under 30 år kan få mentor, når de begynder en ordinær uddannelse på almindelige vilkår. "
        "Året, hvor reglen kom, er ikke bekræftet."
    ),
    in_force=at.SECOND_REGIME,
    sources=(
        (at.WIDENING, at.lab_2009("§ 78, stk. 2", at.LOW)),
        (date(2011, 1, 1), at.lab_2009("§ 78, stk. 2")),
    ),
    note="Reglen kom i 2009 eller 2010; den første mulige dag er brugt.",
)
def young_at_education_start_2009(facts: Facts) -> Answer | None:
    if facts.context is not Context.EDUCATION:
        return None
    return _under_thirty(facts)


def _under_thirty(facts: Facts) -> Answer:
    used = (("Alder", "ukendt" if facts.age is None else str(facts.age)),)
    if facts.age is None:
        return cannot_tell(
            "Ved ordinær uddannelse skal borgeren være under 30 år, og alderen kendes ikke.",
            "Skriv borgerens CPR-nummer eller alder.",
            field="context",
            used=used,
        )
    if facts.age >= 30:
        return not_satisfied(
            f"Borgeren er {facts.age} år; ved ordinær uddannelse skulle man være under 30 år.",
            "Vælg en anden sammenhæng.",
            field="context",
            used=used,
        )
    return satisfied("Borgeren er under 30 år og begynder en ordinær uddannelse.", field="context", used=used)


@rule(
    "A09",
    title="Målgruppen gælder på dagen",
    text=(
        "Borgeren skal høre til en af de målgrupper, der gælder på dagen, være selvforsørgende eller "
        "være på vej til ordinær ansættelse uden for målgrupperne."
    ),
    in_force=Period(at.WIDENING),
    sources=(
        (at.WIDENING, at.lab_2009("§ 2")),
        (at.CASH_BENEFIT_REFORM, at.agency("LAB § 2", at.MEDIUM)),
        (NEW_ACT, at.agency("LAB § 6 og kap. 26", at.MEDIUM)),
    ),
    note="Styrelsens liste over personer har ingen dato.",
)
def group_holds_on_the_day(facts: Facts) -> Answer | None:
    return _in_a_current_group(facts)


@rule(
    "A10",
    title="Ordinær ansættelse uden for målgrupperne",
    text="Ved ordinær ansættelse kan støtten også gives til personer uden for målgrupperne i § 6.",
    in_force=at.FROM_NEW_ACT,
    sources=at.lab_2020("§ 167, stk. 1", at.MEDIUM),
)
def outside_the_groups_only_for_employment(facts: Facts) -> Answer | None:
    if facts.target_group != OUTSIDE:
        return None
    used = (*_group_used(facts), *_used(facts)[:1])
    if facts.context is None:
        return cannot_tell(
            "Uden for målgrupperne kan støtten kun gives ved ordinær ansættelse.",
            "Vælg sammenhængen.",
            field="context",
            used=used,
        )
    if facts.context is not Context.ORDINARY_EMPLOYMENT:
        return not_satisfied(
            f"Uden for målgrupperne kan støtten ikke gives ved {facts.context.label.lower()}.",
            "Vælg ordinær ansættelse, eller vælg borgerens nummer i § 6.",
            field="target_group",
            used=used,
        )
    return satisfied(
        "Støtten gælder en ordinær ansættelse, og den kan gives uden et nummer i § 6.",
        field="target_group",
        used=used,
    )


@rule(
    "A14",
    title="Mentor som eneste indsats 2014-2019",
    text="Mentor kan være den eneste indsats for den, der ikke kan deltage i aktive tilbud.",
    in_force=at.THIRD_REGIME,
    sources=at.right_and_duty("§§ 93 og 96 c"),
    note="Om reglen fortsætter i loven fra 2020, er ikke bekræftet.",
)
def only_effort_2014(facts: Facts) -> Answer | None:
    if facts.context is not Context.ONLY_EFFORT:
        return None
    used = (("Begrundelse", "skrevet" if facts.has_decisive_reason else "ikke skrevet"),)
    if not facts.has_decisive_reason:
        return cannot_tell(
            "Det er ikke skrevet, hvorfor borgeren ikke kan deltage i aktive tilbud.",
            "Skriv hvorfor borgeren ikke kan deltage i aktive tilbud.",
            field="decisive_reason",
            used=used,
        )
    return satisfied(
        "Det er begrundet, at mentoren er den eneste indsats.", field="decisive_reason", used=used
    )


@rule(
    "F01",
    title="Formål efter integrationsloven",
    text=(
        "En udlænding kan få støtte til mentor for at opnå eller fastholde beskæftigelsesrettede "
        "aktiviteter, tilbud eller ansættelse uden løntilskud."
    ),
    in_force=at.FROM_INTRODUCTION,
    sources=at.integration("§ 23 d, stk. 1"),
    acts=ONLY_INL,
    note=at.NOTE_2003,
)
def purpose_integration(facts: Facts) -> Answer | None:
    group = _in_a_current_group(facts)
    if group.outcome is not Outcome.SATISFIED:
        return group
    unknown = frozenset({Context.PSYCHIATRIC_DISCHARGE})
    return _purpose(
        facts,
        _THIRD_CONTEXTS,
        unknown,
        "beskæftigelsesrettede aktiviteter, tilbud eller ansættelse uden løntilskud",
    )


@rule(
    "F03",
    title="Under 30 år ved start på uddannelse (integration)",
    text=(
        "Udlændinge under 30 år i program kan få mentor, når de begynder en ordinær uddannelse på "
        "almindelige vilkår."
    ),
    in_force=at.FROM_NEW_ACT,
    sources=at.integration("§ 23 d, stk. 2"),
    acts=ONLY_INL,
    note="Bestemmelsens første dag er ikke bekræftet; loven fra 2020 er brugt.",
)
def young_at_education_start_integration(facts: Facts) -> Answer | None:
    if facts.context is not Context.EDUCATION:
        return None
    return _under_thirty(facts)


@rule(
    "A17",
    title="Lukket for nye: ressourceforløb og revalidering",
    text=(
        "Ressourceforløb (§ 6, nr. 8) og revalidering (§ 6, nr. 10) er lukket for nye. Den, der allerede er i "
        "forløbet, beholder sit nummer efter de tidligere regler."
    ),
    in_force=Period(at.REFORM_2026),
    sources=at.act_1750("§ 1, nr. 4 og 6"),
    note="Hvilken af reformens to dage i 2026 der gælder, er ikke læst; den første er brugt.",
)
def group_is_open_for_new_people(facts: Facts) -> Answer | None:
    group = BY_CODE.get(facts.target_group or "")
    if group is None or group.closed_for_new_from is None:
        return None
    since = _first_day_in_the_group(facts)
    closed = group.closed_for_new_from
    used = (*_group_used(facts), ("I forløbet siden", day_or_unknown(since)))
    if since is None:
        return cannot_tell(
            f"Målgruppen {group.paragraph} er lukket for nye fra {danish_date(closed)}, og det er ikke oplyst, "
            f"hvornår borgeren begyndte i forløbet.",
            "Skriv, hvornår borgeren begyndte i forløbet, eller vælg en anden målgruppe.",
            field="target_group",
            used=used,
        )
    if since < closed:
        return satisfied(
            f"Borgeren var i forløbet, før det blev lukket for nye den {danish_date(closed)}.",
            field="target_group",
            used=used,
        )
    return not_satisfied(
        f"Målgruppen {group.paragraph} er lukket for nye fra {danish_date(closed)}, og borgeren begyndte "
        f"{danish_date(since)}.",
        "Vælg den målgruppe, borgeren er i nu.",
        field="target_group",
        used=used,
        confirmed=since >= at.REFORM_2026_SECOND_DAY,
    )


def _first_day_in_the_group(facts: Facts) -> date | None:
    """The day that is told; else an earlier mentorship that goes on, which began no later."""
    if facts.in_group_since is not None or facts.previous_period is None:
        return facts.in_group_since
    return facts.previous_period.start
