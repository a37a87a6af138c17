"""What a column of somebody else's list can hold, and the headings that Danish and English systems give it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from brobygger.law.codes import Context, MentorKind, PriceLineKind, SupportType
from brobygger.review.facts import AGREEMENT_ITEMS
from brobygger.review.intake import cells, choices
from brobygger.review.intake.sheet import Cell


class Kind(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    PERSON = "person"
    DATE = "date"
    DATES = "dates"
    HOURS = "hours"
    KRONER = "kroner"
    COUNT = "count"
    YES_NO = "yes_no"
    DOCUMENTED = "documented"
    CHOICE = "choice"


@dataclass(frozen=True)
class Field:
    """One thing a column can hold. ``facts`` are the names in CaseFacts that it serves.

    ``several`` columns may hold it (follow-up 1, 2, 3). ``headings`` are compared without case, accents and signs.
    """

    name: str
    label: str
    group: str
    kind: Kind
    headings: tuple[str, ...]
    facts: tuple[str, ...]
    several: bool = False
    reads: Callable[[Cell], Any] | None = None

    def read(self, cell: Cell) -> Any:
        """The fact in a cell. Raises NotReadable."""
        cells.refuse_error(cell)
        return (self.reads or _READERS[self.kind])(cell)


_READERS: dict[Kind, Callable[[Cell], Any]] = {
    Kind.TEXT: cells.read_text,
    Kind.PERSON: cells.read_text,
    Kind.DATE: cells.read_date,
    Kind.DATES: cells.read_dates,
    Kind.HOURS: cells.read_hours,
    Kind.KRONER: cells.read_kroner,
    Kind.COUNT: cells.read_count,
    Kind.YES_NO: cells.read_yes_no,
    Kind.DOCUMENTED: cells.read_documented,
    Kind.CHOICE: cells.read_text,
}


def _field(
    name: str,
    label: str,
    group: str,
    kind: Kind,
    headings: str,
    *,
    facts: Iterable[str] = (),
    several: bool = False,
    reads: Callable[[Cell], Any] | None = None,
) -> Field:
    known = tuple(each.strip() for each in headings.split("|") if each.strip())
    return Field(name, label, group, kind, (label, *known), tuple(facts) or (name,), several, reads)


CASE, LAW, DECISION, AGREEMENT, MONEY, CONTACT = (
    "Sagen", "Lovens betingelser", "Afgørelsen", "Mentoraftalen", "Timer og penge", "Opfølgning og resultat",
)  # fmt: skip

_ITEM_LABELS = {
    "goal": ("Aftalen nævner målet", "aftale mål|mål i aftalen"),
    "mentor_name": ("Aftalen nævner mentors navn", "aftale mentors navn|aftale navn"),
    "mentor_contact": (
        "Aftalen nævner mentors kontaktoplysninger",
        "aftale kontaktoplysninger|aftale telefon",
    ),
    "tasks": ("Aftalen nævner opgaverne", "aftale opgaver|opgaver i aftalen"),
    "starts_on": ("Aftalen nævner startdagen", "aftale startdato|aftale start"),
    "ends_on": ("Aftalen nævner slutdagen", "aftale slutdato|aftale slut"),
    "hours": ("Aftalen nævner timetallet", "aftale timer|aftale timetal|timer i aftalen"),
    "complaint_guidance": ("Aftalen har klagevejledning", "aftale klagevejledning"),
}

FIELDS: tuple[Field, ...] = (
    _field("case_code", "Sagsnummer", CASE, Kind.TEXT,
           "sagsnr|sag nr|sags id|sag|forløbsnummer|forløbsnr|forløb|bevillingsnummer|bevillingsnr|journalnummer"
           "|journalnr|sagsident|løbenummer|case number|case no|case id|case"),
    _field("municipality_code", "Kommune", CASE, Kind.TEXT, "kommunekode|kommunenr|kommunenummer|municipality"),
    _field("team", "Team", CASE, Kind.TEXT, "afdeling|enhed|hold|gruppe|jobcenterafdeling|department"),
    _field("citizen_ref", "Borger", CASE, Kind.PERSON,
           "cpr|cpr nr|cpr nummer|personnummer|borgers cpr|borgerens cpr|borger id|borgernr|borgerens navn"
           "|borgers navn|ledig|mentee|citizen|citizen id|personal number"),
    _field("mentor_ref", "Mentor", CASE, Kind.PERSON,
           "mentors navn|mentornavn|mentor navn|mentor id|mentornr|mentor cpr|mentors cpr|navn på mentor|mentor name"),
    _field("supplier_ref", "Leverandør", CASE, Kind.TEXT,
           "firma|mentorfirma|virksomhed|leverandørnavn|cvr|cvr nr|cvr nummer|udbyder|anden aktør|supplier|company"),
    _field("created_on", "Sagen oprettet", CASE, Kind.DATE,
           "oprettet|oprettelsesdato|oprettet dato|henvisningsdato|ansøgningsdato|indstillet dato|created|created on"),
    _field("period_start", "Bevilget fra", CASE, Kind.DATE,
           "startdato|fra|fra dato|periode fra|periode start|periodestart|bevillingsstart|bevillingsperiode start"
           "|bevilling fra|gyldig fra|start date|granted from|from", facts=("periods",), several=True),
    _field("period_end", "Bevilget til og med", CASE, Kind.DATE,
           "slutdato|til|til dato|til og med|periode til|periode slut|periodeslut|bevillingsslut|bevilget til"
           "|bevillingsperiode slut|bevilling til|gyldig til|udløber|udløbsdato|end date|granted to|to",
           facts=("periods", "planned_end_before"), several=True),
    _field("started_on", "Støtten begyndte", CASE, Kind.DATE,
           "faktisk start|faktisk startdato|påbegyndt|opstart|opstartsdato|første dag|begyndt|actual start|started"),
    _field("ended_on", "Støtten sluttede", CASE, Kind.DATE,
           "faktisk slut|faktisk slutdato|afsluttet|afsluttet dato|afslutningsdato|ophørt|ophørsdato|stopdato|stoppet"
           "|sidste dag|actual end|ended|closed on"),
    _field("citizen_informed_on", "Borgeren orienteret", CASE, Kind.DATE,
           "borger orienteret|borger informeret|borger underrettet|orienteringsdato|citizen informed"),
    _field("act", "Lov", LAW, Kind.CHOICE, "lovgrundlag|hjemmel|act|legal basis", reads=choices.read_act),
    _field("target_group", "Målgruppe", LAW, Kind.CHOICE,
           "målgr|målgruppenummer|matchgruppe|ydelsesgruppe|target group", reads=choices.read_target_group),
    _field("context", "Aktivitet", LAW, Kind.CHOICE,
           "sammenhæng|tilbud|tilbudstype|indsats|mentor i forbindelse med|formålsaktivitet|activity|context|measure",
           reads=choices.reader(Context, choices.CONTEXTS, "aktivitet")),
    _field("support_type", "Støttens art", LAW, Kind.CHOICE, "støttetype|type støtte|mentortype|support type",
           reads=choices.reader(SupportType, choices.SUPPORT_TYPES, "art af støtte")),
    _field("mentor_kind", "Hvem mentor er", LAW, Kind.CHOICE,
           "mentors ansættelse|mentor ansat|ansættelsesforhold|intern ekstern|intern eller ekstern|mentorform"
           "|mentor type|mentor kind", reads=choices.reader(MentorKind, choices.MENTOR_KINDS, "slags mentor")),
    _field("age", "Alder", LAW, Kind.COUNT, "borgers alder|age"),
    _field("purpose", "Formål", LAW, Kind.DOCUMENTED,
           "formålet|formål med mentor|formål med støtten|formål beskrevet|formål dokumenteret|purpose"),
    _field("tasks", "Mentors opgaver", LAW, Kind.DOCUMENTED,
           "opgaver|opgavebeskrivelse|opgaver beskrevet|mentoropgaver|tasks"),
    _field("qualifications", "Mentors kvalifikationer", LAW, Kind.DOCUMENTED,
           "kvalifikationer|mentors kompetencer|kompetencer|kvalifikationer dokumenteret|qualifications"),
    _field("decisive", "Afgørende betydning", LAW, Kind.DOCUMENTED,
           "af afgørende betydning|afgørende|vurdering af betydning|decisive|decisive importance"),
    _field("beyond_normal", "Ud over det normale", LAW, Kind.DOCUMENTED,
           "udover det normale|ud over det sædvanlige|ud over normal indsats|særlig opgave|beyond normal"),
    _field("not_usual_work", "Mentor er fri for sit sædvanlige arbejde", LAW, Kind.YES_NO,
           "frikøbt|mentor frikøbt|frikøb|released from work"),
    _field("employees", "Antal ansatte i virksomheden", LAW, Kind.COUNT,
           "antal ansatte|ansatte|medarbejdere|employees"),
    _field("at_school", "Støtten gives på en skole", LAW, Kind.YES_NO,
           "på skole|uddannelsesinstitution|skole|at school"),
    _field("discharge_on", "Udskrevet fra psykiatrien", LAW, Kind.DATE,
           "udskrivningsdato|udskrivelsesdato|udskrevet|discharge date"),
    _field("education_admission_on", "Optaget på uddannelse", LAW, Kind.DATE,
           "optagelsesdato|uddannelsesstart|optaget|admission date"),
    _field("right_and_duty", "Ret og pligt til mentor", LAW, Kind.YES_NO,
           "ret og pligt|ret pligt mentor|right and duty"),
    _field("decided_on", "Afgørelsesdato", DECISION, Kind.DATE,
           "bevillingsdato|bevilget|bevilget den|bevilget dato|dato for afgørelse|dato for bevilling|afgjort"
           "|decision date|decided on|granted on"),
    _field("decision_kind", "Afgørelsens art", DECISION, Kind.CHOICE,
           "afgørelse|afgørelsestype|resultat af afgørelse|bevilling eller afslag|decision|decision kind",
           reads=choices.read_decision_kind),
    _field("decided_by_ref", "Bevilget af", DECISION, Kind.PERSON,
           "afgjort af|beslutter|bevilliger|bevillingsgiver|beslutningstager|decided by"),
    _field("mentor_is_decider", "Mentor har selv afgjort sagen", DECISION, Kind.YES_NO,
           "mentor er sagsbehandler|mentor og sagsbehandler er samme person|mentor is decider"),
    _field("reasons", "Begrundelse", DECISION, Kind.DOCUMENTED,
           "begrundelse for afgørelsen|begrundet|begrundelse dokumenteret|reasons"),
    _field("rules_named", "Henvisning til lovregler", DECISION, Kind.YES_NO,
           "lovhenvisning|hjemmel nævnt|henvisning til loven|paragraf nævnt|rules named"),
    _field("hearing", "Partshøring", DECISION, Kind.DOCUMENTED,
           "borger hørt|partshørt|høring|hørt|hearing"),
    _field("hearing_needed", "Partshøring var nødvendig", DECISION, Kind.YES_NO, "krav om partshøring|hearing needed"),
    _field("fully_upheld", "Fuldt medhold", DECISION, Kind.YES_NO, "medhold|fuld medhold|fully upheld"),
    _field("reassessed", "Ny konkret vurdering ved forlængelse", DECISION, Kind.YES_NO,
           "revurderet|ny vurdering|genvurderet|reassessed"),
    _field("complaint_guidance", "Klagevejledning", DECISION, Kind.YES_NO,
           "klagevejledning givet|vejledt om klage|complaint guidance"),
    _field("notified_on", "Afgørelsen sendt", DECISION, Kind.DATE,
           "meddelt|afsendt|sendt til borger|afgørelse sendt|brevdato|notified|sent on"),
    _field("complaint_last_day", "Sidste dag for klage", DECISION, Kind.DATE,
           "klagefrist|frist for klage|complaint deadline"),
    _field("agreement_on", "Aftalen indgået", AGREEMENT, Kind.DATE,
           "aftaledato|aftale indgået|mentoraftale indgået|mentoraftale dato|mentoraftale underskrevet"
           "|aftale underskrevet|underskrevet|agreement date|agreed on"),
    _field("agreement_written", "Skriftlig mentoraftale", AGREEMENT, Kind.YES_NO,
           "mentoraftale|skriftlig aftale|aftale foreligger|aftale|written agreement"),
    *(
        _field(f"agreement_{item}", label, AGREEMENT, Kind.YES_NO, headings, facts=("agreement_items",))
        for item, (label, headings) in _ITEM_LABELS.items()
    ),
    _field("hours_reason", "Begrundelse for timetallet", DECISION, Kind.DOCUMENTED,
           "begrundelse timer|timetal begrundet|hours reason"),
    _field("granted_minutes", "Bevilgede timer", MONEY, Kind.HOURS,
           "bevilgede timer i alt|timer bevilget|bevilget timer|timer i alt|timetal|antal timer|samlede timer"
           "|timebevilling|granted hours|hours granted|total hours"),
    _field("weekly_minutes", "Bevilgede timer om ugen", MONEY, Kind.HOURS,
           "timer pr uge|timer om ugen|ugentlige timer|ugetimer|timer per uge|hours per week|weekly hours",
           facts=("granted_minutes",)),
    _field("used_minutes", "Brugte timer", MONEY, Kind.HOURS,
           "forbrugte timer|forbrug timer|afholdte timer|timer brugt|leverede timer|timer afholdt|registrerede timer"
           "|used hours|hours used"),
    _field("confirmed_minutes", "Timer bekræftet af borgeren", MONEY, Kind.HOURS,
           "bekræftede timer|timer bekræftet|godkendte timer|timer godkendt af borger|confirmed hours"),
    _field("disputed_minutes", "Timer med uenighed", MONEY, Kind.HOURS,
           "bestridte timer|omtvistede timer|uenighed timer|disputed hours"),
    _field("unconfirmed_minutes", "Timer uden svar fra borgeren", MONEY, Kind.HOURS,
           "ubekræftede timer|ikke bekræftede timer|unconfirmed hours"),
    _field("paid_minutes", "Betalte timer", MONEY, Kind.HOURS,
           "fakturerede timer|timer betalt|timer faktureret|udbetalte timer|afregnede timer|paid hours|invoiced hours"),
    _field("paid_kroner", "Betalt beløb", MONEY, Kind.KRONER,
           "betalt|udbetalt|udbetalt beløb|faktureret beløb|fakturabeløb|afregnet beløb|udgift|beløb|paid amount"
           "|amount paid|amount"),
    _field("granted_kroner", "Bevilget beløb", MONEY, Kind.KRONER,
           "bevillingsbeløb|bevilling kr|bevilget kr|bevilget sum|granted amount"),
    _field("fixed_kroner", "Bevilget uden for timerne", MONEY, Kind.KRONER,
           "mentorkursus beløb|kursusudgift|faste udgifter|fixed amount"),
    _field("hourly_rate", "Timepris", MONEY, Kind.KRONER,
           "timesats|timeløn|pris pr time|sats|timetakst|takst|hourly rate|rate"),
    _field("price_line_kinds", "Hvad der er betalt for", MONEY, Kind.CHOICE,
           "udgiftstype|udgiftsart|omkostningsart|prislinjer|ydelse betalt|cost type|price lines",
           reads=choices.several(PriceLineKind, choices.PRICE_LINES, "udgift"), several=True),
    _field("account", "Konto", MONEY, Kind.TEXT, "kontostreng|kontonummer|kontonr|konteret|gruppering|account"),
    _field("first_contact_on", "Første kontakt", CONTACT, Kind.DATE,
           "første møde|første kontaktdato|1 kontakt|1 møde|first contact|first meeting"),
    _field("contact_dates", "Kontakter", CONTACT, Kind.DATES,
           "kontaktdatoer|kontaktdato|mødedatoer|mødedato|møder|contacts|contact dates|meetings", several=True),
    _field("follow_up_due", "Opfølgning planlagt", CONTACT, Kind.DATES,
           "planlagt opfølgning|opfølgning frist|opfølgning senest|næste opfølgning|opfølgningsfrist|follow up due",
           facts=("follow_ups",), several=True),
    _field("follow_up_done", "Opfølgning holdt", CONTACT, Kind.DATES,
           "opfølgning|opfølgningsdato|opfølgning dato|opfølgning afholdt|opfølgningssamtale|seneste opfølgning"
           "|follow up|follow up held", facts=("follow_ups",), several=True),
    _field("service_delivered", "Støtten er givet som aftalt", CONTACT, Kind.YES_NO,
           "ydelse leveret|leveret som aftalt|støtte leveret|levering kontrolleret|service delivered",
           facts=("follow_ups",), several=True),
    _field("goals", "Antal mål", CONTACT, Kind.COUNT, "mål antal|mål|goals"),
    _field("goals_with_attainment", "Mål med resultat", CONTACT, Kind.COUNT,
           "mål målt|mål evalueret|mål vurderet|antal mål med resultat|goals measured"),
    _field("conclusion_recorded", "Afslutning registreret", CONTACT, Kind.YES_NO,
           "evaluering|slutevaluering|evalueret|afslutning beskrevet|effekt vurderet|concluded|evaluation"),
)  # fmt: skip

BY_NAME = {field.name: field for field in FIELDS}
ITEM_FIELDS = {f"agreement_{item}": item for item in AGREEMENT_ITEMS}

OTHERWISE = frozenset({"weekly_minutes"})
"""Columns that only stand in for another one, so they are never asked for."""


def fields_for(fact: str) -> tuple[Field, ...]:
    """The columns that would tell a fact of the case."""
    return tuple(field for field in FIELDS if fact in field.facts and field.name not in OTHERWISE)
