"""Names and sentences that the demonstration is put together from. Nobody in it exists."""

from __future__ import annotations

from brobygger.law.codes import Context

FIRST_NAMES = (
    "Anne Mette Kirsten Hanne Lone Susanne Camilla Louise Maria Ida Freja Sofie Emma Julie Line Maja Signe Astrid "
    "Karen Birgit Pia Tina Charlotte Rikke Trine Peter Michael Lars Jens Thomas Henrik Søren Christian Martin Jan "
    "Morten Anders Mads Rasmus Kasper Emil Oliver Noah William Frederik Magnus Tobias Simon Jonas Jesper Bent Ole "
    "Fatima Aisha Amina Zainab Layla Samira Hodan Nadia Leila Mona Olena Kateryna Agnieszka Magdalena Mohammed Ali "
    "Ahmed Hassan Omar Yusuf Ibrahim Abdi Mustafa Mehmet Emre Reza Dariusz Piotr Oleksandr Tesfay Samuel Bilal"
).split()
LAST_NAMES = (
    "Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen "
    "Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen Knudsen Holm Lund Bach Krogh Dahl Friis "
    "Vestergaard Kjær Bundgaard Skov Toft Winther Ravn Damgaard Ali Ahmed Hussein Mohamed Khan Yilmaz Demir Hassan "
    "Osman Abdi Warsame Nguyen Tran Kowalski Nowak Shevchenko Popescu Haddad Rahimi Ahmadi Jafari Tesfay Kaya"
).split()

COMPANY_WORDS = (
    "Nordhavn Østervang Skovlund Kystens Bakkegårdens Lindevejens Søndermarkens Møllebækkens Havnens Engdalens "
    "Birkelundens Stationens Torvets Fjordens Strandgårdens Højbjergets"
).split()
COMPANY_TRADES = (
    ("Bageri", 12),
    ("Autoværksted", 9),
    ("Byggemarked", 64),
    ("Plejecenter", 85),
    ("Rengøring", 41),
    ("Planteskole", 18),
    ("Supermarked", 55),
    ("Lager", 120),
    ("Kantine", 22),
    ("Tømrerfirma", 15),
    ("Hotel", 48),
    ("Maskinfabrik", 160),
    ("Vaskeri", 33),
    ("Børnehave", 26),
)
SCHOOLS = ("Erhvervsskolen", "Social- og sundhedsskolen", "Handelsskolen", "Forberedende Grunduddannelse", "VUC")
PROVIDERS = (
    "Fodfæste",
    "Vejviser",
    "Springbræt",
    "Nye Skridt",
    "Følgeskab",
    "Ankerplads",
    "Kompas",
    "Trinvis",
    "Medvind",
    "Håndslag",
)
MUNICIPAL_UNITS = ("Socialpsykiatrien", "Ungeenheden", "Rusmiddelcentret", "Biblioteket")
STREETS = "Birkevej Lærkevej Skolegade Møllevej Havnegade Kirkestræde Engvej Rosenvænget Tinghøjvej Solbakken".split()
TOWNS = ("Brobyg", "Nørre Brobyg", "Skovby", "Havneby")

PURPOSES: dict[Context, tuple[str, ...]] = {
    Context.COMPANY_PLACEMENT: (
        "At borgeren gennemfører praktikken og møder stabilt.",
        "At borgeren lærer arbejdspladsen at kende og kan blive i praktikken hele perioden.",
    ),
    Context.WAGE_SUBSIDY: (
        "At borgeren fastholder løntilskudsjobbet og kan løse opgaverne selv.",
        "At borgeren bliver fagligt og socialt en del af arbejdspladsen.",
    ),
    Context.ORDINARY_EMPLOYMENT: (
        "At borgeren fastholder sit nye job efter sygemeldingen.",
        "At borgeren kommer godt fra start i jobbet og kan beholde det.",
    ),
    Context.FLEX_JOB: (
        "At borgeren fastholder fleksjobbet med de skånehensyn, der er aftalt.",
        "At borgeren finder en arbejdsrytme i fleksjobbet.",
    ),
    Context.EDUCATION: (
        "At borgeren gennemfører grundforløbet og møder hver dag.",
        "At borgeren fastholder uddannelsen og afleverer til tiden.",
    ),
    Context.GUIDANCE: (
        "At borgeren gennemfører det vejledende forløb.",
        "At borgeren deltager stabilt i kurset og afklarer næste skridt.",
    ),
    Context.ONLY_EFFORT: (
        "At borgeren får en hverdag, hvor en indsats mod job er mulig.",
        "At borgeren bliver klar til at deltage i en virksomhedsrettet indsats.",
        "At borgeren kommer til aftaler hos læge og behandler og kan tage næste skridt mod arbejde.",
    ),
    Context.PSYCHIATRIC_DISCHARGE: ("At borgeren kommer fra indlæggelse til en stabil hverdag og en plan for job.",),
    Context.CONTACT_COURSE: ("At borgeren møder til sine samtaler og følger sin plan.",),
    Context.NEWLY_EDUCATED_DISABILITY: ("At borgeren får sit første job efter uddannelsen.",),
}
GOALS = (
    "Møder til tiden fire ud af fem dage",
    "Står op og er ude ad døren senest kl. 8.30",
    "Ringer selv, når en aftale må flyttes",
    "Har overblik over sin økonomi og åbner sin post",
    "Kan løse de faste opgaver uden hjælp",
    "Spiser frokost med kollegerne",
    "Møder til alle samtaler hos behandleren",
    "Tager bussen alene",
    "Søger to stillinger om måneden",
    "Har talt med uddannelsesvejlederen og valgt retning",
    "Er 15 timer om ugen på arbejdspladsen",
    "Kender sine vigtigste tegn på stress og siger til",
)
TASKS = (
    "Følge borgeren til de første aftaler",
    "Lægge en ugeplan sammen med borgeren",
    "Introducere borgeren til kolleger og opgaver",
    "Tale ugen igennem og aftale næste skridt",
    "Hjælpe med kontakt til læge, bank og myndigheder",
    "Øve transporten til arbejdspladsen",
    "Oplære i de faste opgaver",
    "Støtte borgeren i pauser og i det sociale",
)
DECISIVE = (
    "Borgeren er to gange stoppet i den første måned, når der ikke var en fast person at støtte sig til.",
    "Uden en fast person møder borgeren ikke, og tidligere forløb er afbrudt af den grund.",
    "Borgerens angst gør, at første skridt ikke lykkes uden følgeskab.",
    "Borgeren har brug for daglig struktur, som de øvrige indsatser ikke giver.",
)
BEYOND_NORMAL = (
    "Støtten er tættere end den introduktion, som nye medarbejdere ellers får.",
    "Der er brug for en fast person hver dag i begyndelsen og ikke kun en kort oplæring.",
    "Opgaverne ligger ud over det, en kontaktperson ellers giver.",
)
NEEDED = (
    "Erfaring med unge og angst",
    "Kender arbejdspladsen og kan oplære roligt",
    "Erfaring med misbrug og struktur i hverdagen",
    "Taler borgerens sprog eller kan arbejde med tolk",
)
QUALIFICATIONS = (
    "Socialrådgiver med otte års erfaring med udsatte voksne.",
    "Pædagog og uddannet mentor. Har arbejdet med unge i ti år.",
    "Faglært med mange års erfaring i at oplære elever og praktikanter.",
    "Ergoterapeut med erfaring i psykiatri og job med støtte.",
    "Teamleder, der har haft fire praktikanter og selv ønsket opgaven.",
    "Social- og sundhedsassistent med kursus i motiverende samtale.",
    "Frivillig i syv år og selv tidligere leder i detailhandlen.",
)
HOURS_REASONS = (
    "Timerne er fordelt med et ugentligt møde og opfølgning pr. telefon.",
    "Borgeren har brug for flere timer i begyndelsen og færre, når hverdagen er på plads.",
    "Omfanget svarer til to møder om ugen, hvoraf det ene er på arbejdspladsen.",
)
RENEWAL_REASONS = (
    "Borgeren er godt på vej, men målene er ikke nået. Behovet er vurderet igen.",
    "Fremmødet er blevet stabilt. Tre måneder mere skal gøre borgeren i stand til at klare sig uden.",
)
CONTACT_NOTES = (
    "",
    "",
    "",
    "Talte om ugen og lagde plan for den næste.",
    "Gik til lægen sammen.",
    "Mødtes på arbejdspladsen og gennemgik opgaverne.",
    "Øvede busturen.",
    "Åbnede post og ringede til banken.",
    "God dag. Klarede selv det meste.",
    "Svært at komme op, men kom af sted til sidst.",
    "Kort opkald om aftalen i morgen.",
    "Talte om, hvad der skal ske efter praktikken.",
)
CORRECTIONS = ("Skrev forkert tidspunkt.", "Vi sluttede før.", "Forkert dag valgt.")
DISPUTES = (
    "Vi mødtes kun en halv time.",
    "Jeg var syg den dag.",
    "Vi talte i telefon, vi mødtes ikke.",
    "Jeg kan ikke huske mødet.",
)
RESOLUTIONS_PAY = (
    "Begge er hørt. Mødet står i borgerens kalender, og timerne godkendes.",
    "Mentor har vist aftalen på sms. Borgeren er enig efter samtalen.",
)
RESOLUTIONS_REFUSE = (
    "Begge er hørt. Mødet fandt ikke sted, og timerne går tilbage til bevillingen.",
    "Mentor har ikke kunnet vise, at mødet fandt sted.",
)
FOLLOW_UP_NOTES = (
    "Borgeren møder stabilt, og samarbejdet med mentor er godt.",
    "Kort samtale. Planen holder, ingen ændringer.",
    "Fremmødet svinger. Aftalt fast morgenopkald den næste måned.",
    "Borgeren er glad for mentoren og har taget bussen alene to gange.",
    "Målet om fremmøde er næsten nået. Næste skridt er flere timer på arbejdspladsen.",
    "Talte med mentor og borger sammen. Opgaverne er justeret.",
    "Virksomheden er tilfreds og overvejer at ansætte borgeren.",
)
ATTAINMENT_NOTES = (
    "Vurderet sammen med borger og mentor.",
    "Fremgang de seneste uger.",
    "Målet var for højt sat til perioden.",
    "",
)
CONCLUSION_NOTES = (
    "Borgeren siger selv, at støtten har gjort en forskel.",
    "Borgeren fortsætter med samme kontaktperson i jobcentret.",
    "Aftalt opfølgende samtale om en måned.",
    "",
)
JOURNAL = (
    ("Samtale om behov", "Borgeren ønsker støtte til at komme i gang og er med på at have en mentor."),
    ("Samtale med virksomheden", "Virksomheden har en medarbejder, der gerne vil være mentor."),
    ("Telefonsamtale med mentor", "Mentor fortæller, at de har fundet en god rytme."),
    ("Oplysning fra behandler", "Behandleren støtter planen og foreslår korte dage i begyndelsen."),
    ("Samtale med borgeren", "Gennemgik rettigheder, aftalen og hvordan møder bekræftes."),
)
QUESTIONS = (
    ("QUESTION", "Må jeg mødes med min mentor om aftenen?"),
    ("QUESTION", "Hvornår slutter min støtte?"),
    ("DECLINE_MENTOR", "Vi passer ikke så godt sammen. Jeg vil gerne prøve en anden."),
    ("COMPLAINT", "Jeg mener, at jeg skulle have haft flere timer."),
)
REFUSALS = (
    "Borgeren kan få den støtte, der er brug for, i den indsats, som allerede er i gang.",
    "Behovet dækkes af støtte efter anden lovgivning, og mentor er ikke afgørende for indsatsen.",
)
END_REASONS = {
    "GOAL_REACHED": "målet er nået",
    "PERIOD_OVER": "perioden er udløbet",
    "CITIZEN_WISH": "borgeren ønsker det",
    "NO_CONTACT": "kontakten er ophørt",
    "MENTOR_STOPPED": "mentoren er stoppet",
    "MOVED": "borgeren er flyttet",
    "OTHER": "andet",
}
