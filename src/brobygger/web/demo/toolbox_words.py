"""What the demonstration's plans and tools say. All of it is generated: no real person has said it."""

from __future__ import annotations

OWN_WORDS = (
    "Jeg vil gerne kunne stole på mig selv.",
    "Jeg vil ud af sengen, før min datter skal i skole.",
    "Jeg vil turde tage telefonen.",
    "Jeg vil ikke være bange for min postkasse.",
    "Jeg vil kunne det selv.",
    "Jeg vil sidde sammen med de andre.",
    "Jeg vil have styr på min medicin og mine tider.",
    "Jeg vil kunne køre med bussen uden at vende om.",
    "Jeg vil finde noget, jeg er god til.",
    "Jeg vil vide, hvad jeg skal læse til.",
    "Jeg vil være der hele formiddagen.",
    "Jeg vil mærke det i tide.",
)
"""By the place of the goal in ``words.GOALS``."""

BOUNDARIES = (
    ("Følge med til behandling hver uge", "CONTACT_PERSON"),
    ("Gøre rent og købe ind", "HOME_GUIDE"),
    ("Afgøre, hvem der gør hvad på arbejdet", "EMPLOYER"),
    ("", ""),
    ("Skrive under for borgeren", "CITIZEN"),
    ("", ""),
    ("Vurdere sygdom", "HEALTH"),
    ("", ""),
)
"""By the place of the task in ``words.TASKS``: what the mentor does not do, and who does."""

RHYTHMS = (
    "Tirsdag formiddag på biblioteket.",
    "Mandag og torsdag, før arbejdet begynder.",
    "Onsdag eftermiddag på en gåtur.",
    "Fredag formiddag, skiftevis hjemme og ude.",
    "",
)
OTHER_SUPPORT = (
    "",
    "",
    "Hjemmevejleder hver anden uge om post og indkøb.",
    "Støttekontaktperson om aftenen, når det er svært.",
    "Kontaktperson i behandlingen.",
)
TOOL_ANSWERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("FIRST", "likes"): ("At lave mad.", "At gå ture med hunden.", "Musik og gamle biler."),
    ("FIRST", "good_at"): ("At holde fast, når noget er vigtigt.", "At få andre til at grine.", "At reparere ting."),
    ("FIRST", "hard"): ("At komme ud ad døren om morgenen.", "At ringe til nogen.", "At være mange sammen."),
    ("FIRST", "wish"): ("At have en fast rytme.", "At have prøvet et job.", "At have en ven at drikke kaffe med."),
    ("FIRST", "limits"): ("Mentor ordner ikke post for borgeren. Det gør vi sammen.",
                          "Mentor kommer ikke i weekenden."),
    ("FIRST", "next"): ("Tirsdag kl. 10 på biblioteket.", "Torsdag kl. 9 ved stationen."),
    ("EXPECTATIONS", "important"): ("At der er en, der bliver ved.", "At vi siger det, som det er.",
                                    "At vi holder aftalerne."),
    ("GUIDE", "since"): ("To gode dage og en, der gik i stå.", "Der var styr på morgenerne.",
                         "Aftalen med banken blev ikke til noget."),
    ("GUIDE", "topic"): ("Morgenerne.", "Et brev, der ligger uåbnet.", "Frokosten med de andre."),
    ("GUIDE", "tried"): ("To vækkeure. Det hjalp lidt.", "At skrive det ned.", "At gå sammen med en kollega."),
    ("GUIDE", "ways"): ("Lægge tøjet frem. Aftale en, der ringer. Gå en bus tidligere.",
                        "Åbne det sammen. Ringe sammen. Vente til torsdag."),
    ("GUIDE", "agreed"): ("Borgeren ringer selv på torsdag. Vi øver det først.",
                          "Vi åbner brevet sammen næste gang."),
}  # fmt: skip

_LOCAL = "Gemmer kun på telefonen. Skriv ikke CPR-nummer eller sygdom."
_CLOUD = "Gemmer hos udbyderen. Brug kun fornavn, og skriv ikke om helbred."
DIGITAL_TOOLS = [
    {"kind": kind, "name": name, "what_for": what, "who_for": who, "price": price, "data_protection": data}
    for kind, name, what, who, price, data in (
        ("CALENDAR", "Eksempel: telefonens kalender", "Minder om aftaler med lyd.",
         "Den, der glemmer tider.", "Gratis, er på telefonen", _LOCAL),
        ("DAY_PLAN", "Eksempel: Dagens skridt", "Viser dagen i billeder, ét skridt ad gangen.",
         "Den, der har svært ved at komme i gang.", "29 kr. om måneden, betales af borgeren", _LOCAL),
        ("READ_ALOUD", "Eksempel: Læs op", "Læser breve højt fra et billede.",
         "Den, der læser langsomt.", "Gratis", _CLOUD),
        ("TRANSLATE", "Eksempel: To sprog", "Oversætter korte beskeder og øver ord.",
         "Den, der er ved at lære dansk.", "Gratis", _CLOUD),
        ("BUDGET", "Eksempel: Fast beløb", "Deler penge op i uger og minder om regninger.",
         "Den, der mister overblikket midt på måneden.", "Gratis", _LOCAL),
    )
]  # fmt: skip
