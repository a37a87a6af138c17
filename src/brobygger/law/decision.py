"""Chapter G: the decision letter, its notice, the complaint, and how the case is filed and kept."""

from __future__ import annotations

from datetime import date

from brobygger.law import regimes as at
from brobygger.law.deadlines import COMPLAINT_SOURCE
from brobygger.law.facts import DecisionFacts, Facts
from brobygger.law.finding import Answer, cannot_tell, not_satisfied, satisfied
from brobygger.law.parameters import Parameters
from brobygger.law.registry import BOTH_ACTS, LETTER_STAGES, rule
from brobygger.law.wording import danish_date, day_or_unknown, listing, weeks_after, written, yes_no
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source

APPEAL_BODY = "Ankestyrelsen"
_REASONS = "https://danskelove.dk/forvaltningsloven/22"
_CONTENT_OF_REASONS = (
    "https://ombudsmanden.dk/find-viden/myndighedsguiden/generel-forvaltningsret/10-begrundelse"
)
_HEARING = "https://ombudsmanden.dk/find-viden/myndighedsguiden/generel-forvaltningsret/9-partshoering"
_GUIDANCE = "https://pav.medst.dk/forvaltningsret-persondataloven-mv/forvaltningsloven/klagevejledning/"
_APPEAL = "https://www.elov.dk/retssikkerhedsloven-det-sociale-omrade/kapitel/10/"
_WEEKDAY = "https://muskelsvindfonden.dk/artikler/vigtigt-at-overholde-ankefrister/"
_NOTES = "https://ombudsmanden.dk/find-viden/myndighedsguiden/generel-forvaltningsret/2-notatpligt"
_JOURNAL = "https://www.elov.dk/offentlighedsloven/15/"
_DIGITAL_POST_2012 = "https://digst.dk/it-loesninger/digital-post/lovgivning/"
_DIGITAL_POST = "http://www.socialjura.dk/love/digital-postlov/menu/all/love/"
_ARCHIVE = "https://www.retsinformation.dk/Forms/R0710.aspx?id=199911"
_AGE_OF_A_CASE = (
    "https://docplayer.dk/10863893-Statsforvaltningernes-kassation-af-arkivalier-i-sociale-sager.html"
)


def _administration(paragraph: str, url: str, confidence: Confidence = at.HIGH) -> Source:
    return Source("Forvaltningsloven", paragraph, url, confidence)


def _letter_of(facts: Facts) -> DecisionFacts | None:
    """The written decision; None where there is none or it was given by word of mouth."""
    letter = facts.decision
    return None if letter is None or letter.written is False else letter


@rule(
    "A16",
    title="Myndigheden hedder kommunen fra 2026",
    text="I breve og på skærme hedder myndigheden kommunen; før reformen i 2026 hed den jobcenteret.",
    in_force=Period(at.REFORM_2026),
    sources=at.act_1750("§ 1, nr. 1"),
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note="Hvilken af reformens to dage i 2026 der gælder, er ikke læst; den første er brugt.",
)
def authority_has_the_name_of_the_day(facts: Facts) -> Answer | None:
    letter = _letter_of(facts)
    if letter is None or not letter.authority.strip():
        return None
    names_the_job_centre = "jobcent" in letter.authority.lower()
    used = (("Brevet nævner jobcenteret", yes_no(names_the_job_centre)),)
    if names_the_job_centre:
        return not_satisfied(
            f"Brevet kalder myndigheden jobcenteret; fra {danish_date(at.REFORM_2026)} hedder den kommunen.",
            "Skriv kommunen.",
            used=used,
            confirmed=facts.on >= at.REFORM_2026_SECOND_DAY,
        )
    return satisfied("Brevet bruger myndighedens navn på dagen.", used=used)


@rule(
    "G01",
    title="Begrundelse",
    text="En skriftlig afgørelse begrundes, medmindre borgeren får fuldt medhold.",
    in_force=at.FROM_INTRODUCTION,
    sources=_administration("§ 22", _REASONS),
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note=at.NOTE_FIRST_DAY,
)
def decision_carries_reasons(facts: Facts) -> Answer | None:
    if facts.decision is None:
        return cannot_tell("Der er ingen afgørelse at se efter i.", "Skriv afgørelsen.")
    letter = _letter_of(facts)
    if letter is None:
        return None
    used = (
        ("Fuldt medhold", yes_no(letter.fully_upheld)),
        ("Begrundelse", yes_no(letter.reasons_given)),
    )
    if letter.reasons_given:
        return satisfied("Afgørelsen er begrundet.", used=used)
    if letter.fully_upheld:
        return satisfied("Borgeren får fuldt medhold, så begrundelsen kan udelades.", used=used)
    if letter.fully_upheld is None or letter.reasons_given is None:
        return cannot_tell(
            "Det er ikke oplyst, om afgørelsen er begrundet.", "Skriv begrundelsen.", used=used
        )
    return not_satisfied(
        "Afgørelsen er ikke begrundet, og borgeren får ikke fuldt medhold.", "Skriv begrundelsen.", used=used
    )


@rule(
    "G02",
    title="Begrundelsens indhold",
    text=(
        "Begrundelsen henviser til reglerne, nævner hovedhensynene bag et skøn og de oplysninger, der er lagt vægt på."
    ),
    in_force=at.FROM_INTRODUCTION,
    sources=_administration("§ 24 (nummeret ikke læst)", _CONTENT_OF_REASONS, at.MEDIUM),
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note=at.NOTE_FIRST_DAY,
)
def reasons_name_rules_facts_and_considerations(facts: Facts) -> Answer | None:
    letter = _letter_of(facts)
    if letter is None or letter.fully_upheld:
        return None
    parts = (
        ("reglerne", letter.rules_named),
        ("hovedhensynene", letter.considerations_named),
        ("oplysningerne", letter.facts_named),
    )
    used = tuple((words.capitalize(), yes_no(answer)) for words, answer in parts)
    missing = listing([words for words, answer in parts if not answer])
    if not missing:
        return satisfied("Begrundelsen nævner reglerne, hovedhensynene og oplysningerne.", used=used)
    if letter.fully_upheld is False and any(answer is False for _, answer in parts):
        return not_satisfied(f"Begrundelsen mangler {missing}.", f"Skriv {missing}.", used=used)
    return cannot_tell(
        f"Det er ikke oplyst, om begrundelsen nævner {missing}.", f"Skriv {missing}.", used=used
    )


@rule(
    "G03",
    title="Partshøring",
    text=(
        "Borgeren høres over de oplysninger, sagen hviler på, før den afgøres. Høringen er en garanti: mangler "
        "den, kan afgørelsen være ugyldig."
    ),
    in_force=at.FROM_INTRODUCTION,
    sources=_administration("§ 19 (nummeret ikke læst)", _HEARING, at.MEDIUM),
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note=at.NOTE_FIRST_DAY,
)
def party_is_heard(facts: Facts) -> Answer | None:
    letter = facts.decision
    if letter is None:
        return None
    used = (("Høring nødvendig", yes_no(letter.hearing_needed)), ("Borgeren er hørt", yes_no(letter.heard)))
    if letter.heard:
        return satisfied("Borgeren er hørt før afgørelsen.", used=used)
    if letter.hearing_needed is False:
        return satisfied("En høring var ikke nødvendig i sagen.", used=used)
    if letter.heard is None or letter.hearing_needed is None:
        return cannot_tell(
            "Det er ikke oplyst, om borgeren er hørt.",
            "Hør borgeren, eller skriv, hvorfor det ikke er nødvendigt.",
            used=used,
        )
    return not_satisfied(
        "Borgeren er ikke hørt før afgørelsen.", "Hør borgeren, og tag stilling til svaret.", used=used
    )


@rule(
    "G04",
    title="Klagevejledning",
    text=(
        "En skriftlig afgørelse, der kan påklages, vejleder om klageinstans, fremgangsmåde og frist, "
        "medmindre borgeren får fuldt medhold."
    ),
    in_force=at.FROM_INTRODUCTION,
    sources=_administration("§ 25, stk. 1", _GUIDANCE),
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note=at.NOTE_FIRST_DAY,
)
def decision_carries_complaint_guidance(facts: Facts) -> Answer | None:
    letter = _letter_of(facts)
    if letter is None:
        return None
    used = (
        ("Fuldt medhold", yes_no(letter.fully_upheld)),
        ("Klagevejledning", yes_no(letter.complaint_guidance)),
    )
    if letter.complaint_guidance:
        return satisfied("Afgørelsen har en klagevejledning.", used=used)
    if letter.fully_upheld:
        return satisfied("Borgeren får fuldt medhold, så klagevejledningen kan udelades.", used=used)
    if letter.fully_upheld is None or letter.complaint_guidance is None:
        return cannot_tell(
            "Det er ikke oplyst, om afgørelsen har en klagevejledning.", "Skriv klagevejledningen.", used=used
        )
    return not_satisfied("Afgørelsen har ingen klagevejledning.", "Skriv klagevejledningen.", used=used)


@rule(
    "G05",
    title="Klageinstans",
    text="Der kan klages til Ankestyrelsen eller Ankestyrelsens Beskæftigelsesudvalg, og kun af den, sagen angår.",
    in_force=at.FROM_INTRODUCTION,
    sources=Source("Retssikkerhedsloven", "§ 60", _APPEAL),
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note=at.NOTE_FIRST_DAY,
)
def guidance_names_the_appeal_body(facts: Facts) -> Answer | None:
    letter = _letter_of(facts)
    if letter is None or not letter.complaint_guidance:
        return None
    is_named = APPEAL_BODY.lower() in letter.appeal_body.lower()
    used = (("Klageinstans", APPEAL_BODY if is_named else written(letter.appeal_body)),)
    if is_named:
        return satisfied("Klagevejledningen nævner Ankestyrelsen.", used=used)
    if not letter.appeal_body.strip():
        return cannot_tell(
            "Det er ikke oplyst, hvem der kan klages til.",
            "Skriv Ankestyrelsens Beskæftigelsesudvalg i klagevejledningen.",
            used=used,
        )
    return not_satisfied(
        "Klagevejledningen nævner en anden instans end Ankestyrelsen.",
        "Skriv Ankestyrelsens Beskæftigelsesudvalg i klagevejledningen.",
        used=used,
    )


@rule(
    "G06",
    title="Klagefrist og genvurdering",
    text=(
        "Fristen er 4 uger fra borgeren fik besked. Klagen sendes til den myndighed, der afgjorde sagen; den ser på "
        "sagen igen inden 4 uger og sender derefter klagen videre."
    ),
    in_force=at.FROM_INTRODUCTION,
    sources=COMPLAINT_SOURCE,
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note=f"{at.NOTE_FIRST_DAY} Fristen for genvurdering er mindre sikker (M).",
)
def deadline_is_four_weeks(facts: Facts, parameters: Parameters) -> Answer | None:
    letter = _letter_of(facts)
    if letter is None or not letter.complaint_guidance:
        return None
    weeks = parameters.on("P15", facts.on)
    used = (
        ("Besked givet", day_or_unknown(letter.notified_on)),
        ("Sidste dag i klagevejledningen", day_or_unknown(letter.complaint_last_day)),
        ("Klagen sendes til myndigheden", yes_no(letter.complaint_to_authority)),
    )
    if letter.complaint_to_authority is False:
        return not_satisfied(
            "Klagevejledningen siger ikke, at klagen sendes til den myndighed, der afgjorde sagen.",
            "Skriv, at klagen sendes til kommunen.",
            used=used,
            parameters=(weeks,),
        )
    late = _late_reassessment(letter, parameters, facts.on)
    if late is not None:
        return late
    if letter.notified_on is None or letter.complaint_last_day is None:
        return cannot_tell(
            "Det er ikke oplyst, hvornår borgeren fik besked, eller hvilken sidste dag klagevejledningen har.",
            "Skriv dagen for beskeden og den sidste dag for at klage.",
            used=used,
            parameters=(weeks,),
        )
    right = weeks_after(letter.notified_on, weeks.whole)
    if letter.complaint_last_day != right:
        return not_satisfied(
            f"Klagevejledningens sidste dag passer ikke; {weeks.whole} uger efter beskeden er {danish_date(right)}.",
            f"Skriv {danish_date(right)} som den sidste dag.",
            used=used,
            parameters=(weeks,),
        )
    return satisfied(
        f"Klagevejledningen har den rigtige sidste dag, {danish_date(right)}.", used=used, parameters=(weeks,)
    )


def _late_reassessment(letter: DecisionFacts, parameters: Parameters, on: date) -> Answer | None:
    if letter.complaint_received_on is None or letter.reassessed_on is None:
        return None
    weeks = parameters.on("P15.reassessment", on)
    last = weeks_after(letter.complaint_received_on, weeks.whole)
    if letter.reassessed_on <= last:
        return None
    return not_satisfied(
        f"Klagen blev først set på igen {danish_date(letter.reassessed_on)}; fristen var {danish_date(last)}.",
        "Se på sagen igen, og send klagen videre nu.",
        used=(
            ("Klage modtaget", danish_date(letter.complaint_received_on)),
            ("Set på igen", danish_date(letter.reassessed_on)),
        ),
        parameters=(weeks,),
    )


@rule(
    "G07",
    title="Fristen begynder med klagevejledningen",
    text=(
        "Fristen for at klage begynder først, når der er givet klagevejledning; mangelfuld vejledning eller "
        "begrundelse kan udsætte eller forlænge den."
    ),
    in_force=at.FROM_INTRODUCTION,
    sources=COMPLAINT_SOURCE,
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note=at.NOTE_FIRST_DAY,
)
def deadline_needs_guidance(facts: Facts) -> Answer | None:
    letter = facts.decision
    if letter is None or not letter.complaint_refused_as_late:
        return None
    used = (("Klagen afvist som for sen", "ja"), ("Klagevejledning", yes_no(letter.complaint_guidance)))
    if letter.complaint_guidance is None:
        return cannot_tell(
            "Klagen er afvist som for sen, og det er ikke oplyst, om der var givet klagevejledning.",
            "Se efter, om afgørelsen har en klagevejledning.",
            used=used,
        )
    if not letter.complaint_guidance:
        return not_satisfied(
            "Klagen er afvist som for sen, men uden klagevejledning er fristen ikke begyndt.",
            "Behandl klagen.",
            used=used,
        )
    return satisfied("Fristen var begyndt, da klagevejledningen var givet.", used=used)


@rule(
    "G08",
    title="Samme ugedag fire uger efter",
    text="De 4 uger slutter på samme ugedag; en klage, der er modtaget inden kl. 23.59 den dag, er rettidig.",
    in_force=at.FROM_INTRODUCTION,
    sources=Source("Praksis om klagefrist", "fire uger", _WEEKDAY, Confidence.MEDIUM),
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note=at.NOTE_FIRST_DAY,
)
def complaint_in_time_is_taken(facts: Facts, parameters: Parameters) -> Answer | None:
    letter = facts.decision
    if letter is None or not letter.complaint_refused_as_late:
        return None
    used = (
        ("Besked givet", day_or_unknown(letter.notified_on)),
        ("Klage modtaget", day_or_unknown(letter.complaint_received_on)),
    )
    weeks = parameters.on("P15", facts.on)
    if letter.notified_on is None or letter.complaint_received_on is None:
        return cannot_tell(
            "Klagen er afvist som for sen, og dagene for besked og klage er ikke oplyst.",
            "Skriv dagen for beskeden og dagen, klagen blev modtaget.",
            used=used,
            parameters=(weeks,),
        )
    last = weeks_after(letter.notified_on, weeks.whole)
    if letter.complaint_received_on <= last:
        return not_satisfied(
            f"Klagen er afvist som for sen, men den sidste dag var {danish_date(last)}.",
            "Behandl klagen.",
            used=used,
            parameters=(weeks,),
        )
    return satisfied(f"Klagen kom efter den sidste dag, {danish_date(last)}.", used=used, parameters=(weeks,))


@rule(
    "G09",
    title="Notatpligt",
    text=(
        "Oplysninger og faglige vurderinger, der er modtaget mundtligt og har betydning for afgørelsen, og væsentlige "
        "skridt i sagen skrives ned snarest muligt."
    ),
    in_force=Period(at.FILES_ACT),
    sources=Source("Offentlighedsloven", "§ 13", _NOTES),
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note="Paragraffens første dag er ikke læst; 2014 er brugt.",
)
def oral_information_is_noted(facts: Facts) -> Answer | None:
    letter = facts.decision
    if letter is None or not letter.oral_information:
        return None
    used = (("Mundtlige oplysninger", "ja"), ("Skrevet i et notat", yes_no(letter.noted)))
    if letter.noted is None:
        return cannot_tell(
            "Det er ikke oplyst, om de mundtlige oplysninger er skrevet ned.", "Skriv et notat.", used=used
        )
    if not letter.noted:
        return not_satisfied(
            "Mundtlige oplysninger af betydning for sagen er ikke skrevet ned.", "Skriv et notat.", used=used
        )
    return satisfied("De mundtlige oplysninger er skrevet ned.", used=used)


@rule(
    "G10",
    title="Journalisering",
    text=(
        "Dokumenter af betydning, der modtages eller sendes, journaliseres snarest muligt med dato for "
        "modtagelse eller afsendelse og en kort angivelse af emnet."
    ),
    in_force=Period(at.FILES_ACT),
    sources=Source("Offentlighedsloven", "§ 15, stk. 1-4", _JOURNAL),
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note="Paragraffens første dag er ikke læst; 2014 er brugt. En frist i dage er ikke fundet.",
)
def decision_is_journalised(facts: Facts) -> Answer | None:
    letter = _letter_of(facts)
    if letter is None:
        return None
    used = (
        ("Journaliseret", day_or_unknown(letter.journalised_on)),
        ("Emne", written(letter.journal_subject)),
    )
    if letter.journalised_on is None:
        return cannot_tell("Brevet er ikke journaliseret.", "Journalisér brevet.", used=used)
    if not letter.journal_subject.strip():
        return cannot_tell("Journalen mangler et emne.", "Skriv emnet med få ord.", used=used)
    return satisfied(f"Brevet er journaliseret {danish_date(letter.journalised_on)} med et emne.", used=used)


@rule(
    "G12",
    title="Digital Post er kommet frem, når den kan læses",
    text=(
        "Borgere fra 15 år og virksomheder er tilsluttet Digital Post, medmindre de er fritaget. En meddelelse "
        "er kommet frem, når den er tilgængelig i postløsningen."
    ),
    in_force=Period(at.DIGITAL_POST_ACT),
    sources=(
        (
            at.DIGITAL_POST_ACT,
            Source("Lov nr. 528 af 2012 om Digital Post", "§ 10, nr. 1", _DIGITAL_POST_2012, at.LOW),
        ),
        (
            at.DIGITAL_POST_TEXT,
            Source("Lov om Digital Post, LBK nr. 686 af 15. april 2021", "§ 10, nr. 1", _DIGITAL_POST),
        ),
    ),
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note="Teksten er læst i lovbekendtgørelsen fra 2021; årets første dag er brugt for loven fra 2012.",
)
def digital_post_counts_from_when_it_can_be_read(facts: Facts) -> Answer | None:
    letter = facts.decision
    if letter is None or not letter.by_digital_post:
        return None
    used = (
        ("Tilgængelig i Digital Post", day_or_unknown(letter.available_on)),
        ("Besked givet", day_or_unknown(letter.notified_on)),
    )
    if letter.available_on is None or letter.notified_on is None:
        return cannot_tell(
            "Det er ikke oplyst, hvornår brevet kunne læses i Digital Post.",
            "Skriv den dag, brevet blev tilgængeligt.",
            used=used,
        )
    if letter.available_on != letter.notified_on:
        return not_satisfied(
            f"Brevet kunne læses {danish_date(letter.available_on)}, men beskeden regnes fra "
            f"{danish_date(letter.notified_on)}.",
            "Regn fristen fra den dag, brevet kunne læses.",
            used=used,
        )
    return satisfied("Beskeden regnes fra den dag, brevet kunne læses i Digital Post.", used=used)


@rule(
    "G18",
    title="Kassation",
    text=(
        "Digitale dokumenter kan slettes, når andre pligter til at gemme dem er opfyldt, og de ikke længere har retlig "
        "eller administrativ betydning."
    ),
    in_force=Period(at.ARCHIVE_ORDER),
    sources=Source("Bekendtgørelse nr. 183 af 26. januar 2018", "bevaring og kassation", _ARCHIVE, at.MEDIUM),
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note="Bekendtgørelsen kan være afløst; den gældende er ikke læst.",
)
def papers_are_destroyed_when_no_longer_needed(facts: Facts) -> Answer | None:
    letter = facts.decision
    if letter is None or letter.destroyed_on is None:
        return None
    used = (
        ("Slettet", danish_date(letter.destroyed_on)),
        ("Har stadig betydning", yes_no(letter.still_needed)),
    )
    if letter.still_needed is None:
        return cannot_tell(
            "Det er ikke oplyst, om dokumenterne stadig har retlig eller administrativ betydning.",
            "Vurder betydningen, før noget slettes.",
            used=used,
        )
    if letter.still_needed:
        return not_satisfied(
            "Dokumenterne slettes, selv om de stadig har betydning.", "Gem dokumenterne.", used=used
        )
    return satisfied("Dokumenterne har ikke længere retlig eller administrativ betydning.", used=used)


@rule(
    "G19",
    title="Sagens alder regnes fra afslutningen",
    text=(
        "En sags alder regnes fra den dag, den blev afsluttet, og ikke fra den blev oprettet. Den gemmes mindst, så "
        "længe krav ikke er forældede."
    ),
    in_force=at.FROM_INTRODUCTION,
    sources=Source("Folketingets Ombudsmand", "sag om kassation", _AGE_OF_A_CASE),
    acts=BOTH_ACTS,
    stages=LETTER_STAGES,
    note="Sagens dato er ikke læst; mentorordningens første dag er brugt.",
)
def age_counts_from_closing(facts: Facts) -> Answer | None:
    letter = facts.decision
    if letter is None or letter.kept_from is None:
        return None
    used = (("Regnet fra", danish_date(letter.kept_from)), ("Afsluttet", day_or_unknown(letter.closed_on)))
    if letter.closed_on is None:
        return cannot_tell(
            "Sagens alder er regnet, men det er ikke oplyst, hvornår den blev afsluttet.",
            "Afslut sagen, før dens alder regnes.",
            used=used,
        )
    if letter.kept_from < letter.closed_on:
        return not_satisfied(
            f"Sagens alder er regnet fra {danish_date(letter.kept_from)}, men den blev først afsluttet "
            f"{danish_date(letter.closed_on)}.",
            "Regn alderen fra afslutningen.",
            used=used,
        )
    return satisfied("Sagens alder er regnet fra afslutningen.", used=used)
