"""Why a whole file cannot be read. The sentences are shown as they stand."""

from __future__ import annotations

SENTENCES = {
    "EMPTY": "Filen er tom.",
    "TOO_LARGE": "Filen er større end {limit} MB. Del den i flere filer.",
    "NOT_A_FILE": "Der er ingen fil på den adresse, eller den kan ikke læses.",
    "PDF": "Det er en PDF. Hent listen som regneark (.xlsx) eller CSV fra fagsystemet.",
    "OLD_EXCEL": "Regnearket er i et gammelt format eller har adgangskode. Gem det som .xlsx uden adgangskode.",
    "ARCHIVE": "Filen er pakket sammen. Pak den ud, og send regnearket selv.",
    "OTHER_SPREADSHEET": "Regnearket er i et format, der ikke læses her. Gem det som .xlsx eller CSV.",
    "MACROS": "Regnearket indeholder makroer. Gem det som .xlsx uden makroer.",
    "DAMAGED": "Regnearket er beskadiget og kan ikke læses. Gem det igen, og prøv på ny.",
    "BOMB": "Regnearket fylder alt for meget, når det pakkes ud. Gem kun de rækker og kolonner, der skal ses på.",
    "NOT_TEXT": "Filen er hverken et regneark (.xlsx) eller en tekstfil (CSV).",
    "ENCODING": "Filens tegnsæt kan ikke læses. Gem den som CSV UTF-8 eller som .xlsx.",
    "QUOTES": "Filen har et anførselstegn, der aldrig lukkes. Gem den som .xlsx, og prøv på ny.",
    "NO_ROWS": "Filen har ingen rækker under overskrifterne.",
    "NO_HEADER": "Der er ingen overskrifter over kolonnerne. Sæt en række med overskrifter øverst.",
    "TOO_MANY_ROWS": "Filen har mere end {limit} rækker. Del den i flere filer.",
    "TOO_MANY_COLUMNS": "Filen har mere end {limit} kolonner. Slet dem, der ikke skal bruges.",
    "LONG_CELL": "En celle i række {row} har mere end {limit} tegn. Kort den af.",
    "MAPPING": "Filen med kolonner kan ikke læses: {detail}",
}


class FileRefused(ValueError):
    """The file is not read at all. ``code`` is a key of ``SENTENCES``; the message can be shown."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(SENTENCES[code].format(**details))
        self.code = code
