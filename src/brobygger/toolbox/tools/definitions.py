"""What each tool asks, and of whom. Plain data: forms, pages and checks are all made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brobygger.toolbox.digital.screening import MUCH, NO, SOME

Words = str | Promise
LONGEST_TEXT = 1500


class Answer(StrEnum):
    """How an item is answered."""

    TEXT = "TEXT"
    SCALE = "SCALE"
    CHOICE = "CHOICE"
    TICK = "TICK"


class Seen(StrEnum):
    """When the other side sees what one has answered."""

    AT_ONCE = "AT_ONCE"
    WHEN_BOTH_HAVE = "WHEN_BOTH_HAVE"


@dataclass(frozen=True)
class Item:
    """One question. ``ask`` speaks to the citizen, ``ask_other`` to mentor and municipality where it must differ."""

    key: str
    ask: Words
    answer: Answer = Answer.TEXT
    ask_other: Words = ""
    hint: Words = ""
    choices: tuple[tuple[str, Words], ...] = ()
    required: bool = False

    def asked_of(self, side: str) -> Words:
        return self.ask if side == "CITIZEN" or not self.ask_other else self.ask_other


@dataclass(frozen=True)
class Tool:
    """A tool: ``sides`` may fill it in. ``lead`` says what it is for, ``lead_citizen`` the same to the citizen."""

    code: str
    slug: str
    title: Words
    lead: Words
    lead_citizen: Words
    sides: tuple[str, ...]
    items: tuple[Item, ...]
    advice: tuple[Words, ...] = ()
    seen: Seen = Seen.AT_ONCE
    keys: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", frozenset(item.key for item in self.items))


CITIZEN, MENTOR, STAFF = "CITIZEN", "MENTOR", "STAFF"

FIRST = Tool(
    "FIRST",
    "foerste-samtale",
    _("Den første samtale"),
    _("Lær hinanden at kende. Skriv det sammen, så I begge kan læse det bagefter."),
    _("Her står det, I talte om den første gang."),
    (MENTOR, STAFF),
    (
        Item("called", _("Hvad vil du gerne kaldes?"), ask_other=_("Hvad vil borgeren gerne kaldes?")),
        Item("likes", _("Hvad kan du lide at lave?"), ask_other=_("Hvad kan borgeren lide at lave?")),
        Item(
            "good_at",
            _("Hvad er du god til?"),
            ask_other=_("Hvad er borgeren god til? Spørg efter en gang, det lykkedes."),
        ),
        Item(
            "hard", _("Hvad er svært lige nu?"), ask_other=_("Hvad er svært lige nu, med borgerens egne ord?")
        ),
        Item(
            "wish",
            _("Hvad skal være anderledes om tre måneder?"),
            ask_other=_("Hvad skal være anderledes om tre måneder, med borgerens egne ord?"),
        ),
        Item(
            "limits",
            _("Hvad har I aftalt, at mentor ikke skal gøre?"),
            ask_other=_("Hvad skal du som mentor ikke gøre? Hvem gør det så?"),
        ),
        Item(
            "secrecy",
            _("I har talt om, hvad mentor skal holde for sig selv."),
            Answer.TICK,
            ask_other=_("Vi har talt om tavshedspligt, og om hvad jeg er nødt til at sige videre."),
        ),
        Item("next", _("Hvornår og hvor mødes I næste gang?")),
    ),
    (
        _("Mød op i god tid, og vælg et sted, hvor ingen kan lytte med."),
        _("Fortæl først lidt om dig selv. Spørg derefter."),
        _("Lad stilheden være. Den, der tænker, har brug for tid."),
        _("Lov kun det, du selv kan holde."),
        _("Slut med en aftale, der kan lykkes."),
    ),
)

GUIDE = Tool(
    "GUIDE",
    "samtaleguide",
    _("Samtaleguide"),
    _("Seks skridt gennem en samtale. Tag dem i rækkefølge, eller brug dem, I mangler."),
    _("Her står det, I har talt om og aftalt."),
    (MENTOR,),
    (
        Item(
            "since",
            _("Hvad er sket, siden I sås sidst?"),
            ask_other=_("1. Siden sidst: hvad gik godt, og hvad blev ikke til noget?"),
        ),
        Item(
            "topic",
            _("Hvad talte I mest om?"),
            ask_other=_("2. Emnet: hvad vil borgeren helst bruge tiden på i dag?"),
            required=True,
        ),
        Item(
            "tried",
            _("Hvad har du selv prøvet?"),
            ask_other=_("3. Det prøvede: hvad har borgeren selv gjort, og hvad hjalp bare lidt?"),
        ),
        Item(
            "ways",
            _("Hvad kan du gøre?"),
            ask_other=_("4. Mulighederne: hvilke tre ting kunne borgeren gøre? Lad borgeren sige dem."),
        ),
        Item(
            "agreed",
            _("Hvad har I aftalt?"),
            ask_other=_("5. Aftalen: hvad gør borgeren selv, hvad gør I sammen, og hvornår?"),
            required=True,
        ),
        Item(
            "worth",
            _("Hvor god var samtalen for dig?"),
            Answer.SCALE,
            ask_other=_("6. Slut: hvor god var samtalen for borgeren? Spørg."),
            hint=_("0 er slet ikke god, 10 er rigtig god."),
        ),
    ),
    (
        _("Tal mindre end halvdelen af tiden."),
        _("Spørg med hvad, hvornår og hvordan. Vent med hvorfor."),
        _("Gentag det vigtigste med borgerens egne ord, og spørg, om det er rigtigt."),
        _("Gør ikke det for borgeren, som borgeren kan gøre sammen med dig."),
        _("Bliver du bekymret for borgerens liv eller helbred, så ring til kommunen samme dag."),
    ),
)

EXPECTATIONS = Tool(
    "EXPECTATIONS",
    "forventninger",
    _("Hvad forventer vi?"),
    _("I svarer hver for sig på de samme spørgsmål. Når begge har svaret, står svarene side om side."),
    _("Du og din mentor svarer hver for sig. Når I begge har svaret, kan I se begge svar."),
    (CITIZEN, MENTOR),
    (
        Item(
            "often",
            _("Hvor tit skal vi mødes?"),
            Answer.CHOICE,
            choices=(
                ("TWICE", _("To gange om ugen")),
                ("WEEKLY", _("En gang om ugen")),
                ("BIWEEKLY", _("Hver anden uge")),
                ("NEED", _("Når der er brug for det")),
            ),
            required=True,
        ),
        Item(
            "where",
            _("Hvor er det bedst at mødes?"),
            Answer.CHOICE,
            choices=(
                ("HOME", _("I hjemmet")),
                ("TOWN", _("Ude i byen")),
                ("WALK", _("På en gåtur")),
                ("PLACE", _("På arbejdet eller skolen")),
                ("OFFICE", _("Hos kommunen")),
            ),
            required=True,
        ),
        Item(
            "between",
            _("Må vi skrive sammen mellem møderne?"),
            Answer.CHOICE,
            choices=(
                ("ANY", _("Ja, når som helst")),
                ("DAY", _("Ja, på hverdage om dagen")),
                ("PRACTICAL", _("Kun om tid og sted")),
                ("NO", _("Nej")),
            ),
            required=True,
        ),
        Item(
            "remind",
            _("Skal mentor minde om aftaler?"),
            Answer.CHOICE,
            choices=(("ALWAYS", _("Ja, hver gang")), ("BIG", _("Kun de vigtige")), ("NO", _("Nej"))),
            required=True,
        ),
        Item(
            "hard",
            _("Noget er svært. Hvad skal mentor gøre?"),
            Answer.CHOICE,
            choices=(
                ("WITH", _("Gå med")),
                ("SHOW", _("Vise, hvordan man gør")),
                ("LISTEN", _("Lytte og spørge")),
                ("WAIT", _("Vente, til der bliver spurgt")),
            ),
            required=True,
        ),
        Item(
            "absent",
            _("En af os kan ikke komme. Hvad gør vi?"),
            Answer.CHOICE,
            choices=(
                ("CALL", _("Ringer")),
                ("WRITE_BEFORE", _("Skriver dagen før")),
                ("WRITE", _("Skriver samme dag")),
            ),
            required=True,
        ),
        Item(
            "honest",
            _("Må mentor sige det, hvis noget ikke går godt?"),
            Answer.CHOICE,
            choices=(
                ("AT_ONCE", _("Ja, med det samme")),
                ("QUIET", _("Ja, når der er ro til det")),
                ("ASKED", _("Kun hvis der bliver spurgt")),
            ),
            required=True,
        ),
        Item(
            "important", _("Hvad er vigtigst for dig?"), ask_other=_("Hvad er vigtigst for dig som mentor?")
        ),
    ),
    (
        _("Svar ærligt, og svar hver for sig."),
        _("Tal om de svar, der er forskellige. Der er ingen rigtige svar."),
        _("Skriv, hvad I blev enige om, i samtaleguiden."),
    ),
    Seen.WHEN_BOTH_HAVE,
)

WHEEL = Tool(
    "WHEEL",
    "mentorhjul",
    _("Mentorhjul"),
    _("Otte felter fra 0 til 10. Lad borgeren sætte tallene, og spørg til det felt, der overrasker."),
    _("Sæt et tal på hvert felt. 0 er det værste, 10 er det bedste."),
    (CITIZEN, MENTOR),
    (
        Item("rhythm", _("Dag og nat"), Answer.SCALE, hint=_("Søvn, mad og faste tider.")),
        Item("body", _("Krop"), Answer.SCALE, hint=_("Hvordan du har det i kroppen.")),
        Item("mind", _("Humør"), Answer.SCALE, hint=_("Hvordan du har det indeni.")),
        Item("people", _("Mennesker"), Answer.SCALE, hint=_("Familie, venner og andre.")),
        Item("home", _("Hjem"), Answer.SCALE, hint=_("Der, hvor du bor.")),
        Item("money", _("Penge"), Answer.SCALE, hint=_("Om de slår til, og om du har styr på dem.")),
        Item("doing", _("Job og skole"), Answer.SCALE, hint=_("Det, du laver, eller gerne vil.")),
        Item(
            "belief",
            _("Tro på dig selv"),
            Answer.SCALE,
            ask_other=_("Tro på sig selv"),
            hint=_("Om det nok skal gå."),
        ),
    ),
    (
        _("Spørg: Hvad gør, at tallet ikke er lavere?"),
        _("Spørg: Hvad skal der til for at komme et skridt op?"),
        _("Vælg ét felt sammen. Resten kan vente."),
    ),
)

PARTING = Tool(
    "PARTING",
    "afslutning",
    _("Afslutningssamtale"),
    _("Tal i god tid om, hvad der blev opnået, og hvad der skal ske, når mentoren ikke er der mere."),
    _("Forløbet er snart slut. Skriv, hvad du tager med dig."),
    (CITIZEN, MENTOR),
    (
        Item("glad", _("Hvad er du mest glad for?"), ask_other=_("Hvad er du mest glad for at have set?")),
        Item(
            "can_now",
            _("Hvad kan du nu, som du ikke kunne før?"),
            ask_other=_("Hvad kan borgeren nu, som ikke gik før?"),
        ),
        Item("missing", _("Hvad nåede I ikke?")),
        Item(
            "signs",
            _("Hvordan kan du mærke, at det bliver svært igen?"),
            ask_other=_("Hvad skal borgeren selv holde øje med?"),
        ),
        Item("then", _("Hvad gør du så?"), ask_other=_("Hvad har I aftalt, at borgeren gør så?")),
        Item("who", _("Hvem kan du ringe til?"), ask_other=_("Hvem kan borgeren ringe til fremover?")),
        Item("better", _("Hvad skulle vi have gjort anderledes?")),
    ),
    (
        _("Begynd på afslutningen, mens der endnu er nogle møder tilbage."),
        _("Lad borgeren fortælle først."),
        _("Sig tydeligt, om I må ses eller skrive bagefter. Aftal det, I kan holde."),
    ),
)

_DEGREES = ((MUCH, _("Ja")), (SOME, _("Nogle gange")), (NO, _("Nej")))

DIGITAL = Tool(
    "DIGITAL",
    "digitale-vaerktoejer",
    _("Passer et digitalt værktøj?"),
    _("Otte spørgsmål. Svarene siger, om et digitalt værktøj kan hjælpe, hvilken slags, og hvorfor."),
    _("Svar på otte spørgsmål. Så kan du se, om en app kan hjælpe dig."),
    (CITIZEN, MENTOR, STAFF),
    (
        Item(
            "wish",
            _("Vil du gerne prøve en app?"),
            Answer.CHOICE,
            ask_other=_("Vil borgeren gerne prøve en app?"),
            choices=((MUCH, _("Ja")), (SOME, _("Måske")), (NO, _("Nej"))),
            required=True,
        ),
        Item(
            "phone",
            _("Har du en telefon med internet?"),
            Answer.CHOICE,
            ask_other=_("Har borgeren en telefon med internet?"),
            choices=((MUCH, _("Ja, altid")), (SOME, _("Ja, men ikke altid med internet")), (NO, _("Nej"))),
            required=True,
        ),
        Item(
            "apps",
            _("Er det let for dig at bruge en app?"),
            Answer.CHOICE,
            ask_other=_("Er det let for borgeren at bruge en app?"),
            choices=((MUCH, _("Ja")), (SOME, _("Med hjælp")), (NO, _("Nej"))),
            required=True,
        ),
        Item(
            "forgets",
            _("Glemmer du aftaler?"),
            Answer.CHOICE,
            ask_other=_("Glemmer borgeren aftaler?"),
            choices=_DEGREES,
            required=True,
        ),
        Item(
            "starts",
            _("Er det svært at komme i gang om dagen?"),
            Answer.CHOICE,
            choices=_DEGREES,
            required=True,
        ),
        Item(
            "reading", _("Er det svært at læse eller skrive?"), Answer.CHOICE, choices=_DEGREES, required=True
        ),
        Item("danish", _("Er det svært at forstå dansk?"), Answer.CHOICE, choices=_DEGREES, required=True),
        Item(
            "bills",
            _("Er det svært at holde styr på regninger?"),
            Answer.CHOICE,
            choices=_DEGREES,
            required=True,
        ),
    ),
    (
        _("Begynd med ét værktøj, og brug det sammen de første gange."),
        _("Læs, hvad kataloget siger om databeskyttelse, før noget bliver hentet."),
        _("Skriv aldrig CPR-nummer eller sygdom i en app, som kommunen ikke har aftale med."),
    ),
)

TOOLS: Mapping[str, Tool] = {
    tool.code: tool for tool in (FIRST, EXPECTATIONS, GUIDE, WHEEL, DIGITAL, PARTING)
}
"""In the order they are met in a mentorship."""

BY_SLUG: Mapping[str, Tool] = {tool.slug: tool for tool in TOOLS.values()}
