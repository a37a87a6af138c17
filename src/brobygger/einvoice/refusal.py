"""Why a file is not received: one exception, one list of codes and Danish sentences."""

from __future__ import annotations

WE_RECEIVE = "Vi modtager fakturaer og kreditnotaer i OIOUBL 2.1 og Peppol BIS Billing 3."

SENTENCES = {
    "TOO_LARGE": "Filen er for stor. En faktura må højst fylde {limit} MB.",
    "EMPTY": "Filen er tom.",
    "NOT_A_FILE": "Filen findes ikke eller kan ikke læses.",
    "PDF": f"Filen er en PDF. Send fakturaen som XML. {WE_RECEIVE}",
    "HTML": f"Filen er en hjemmeside og ikke en faktura. {WE_RECEIVE}",
    "ARCHIVE": "Filen er pakket sammen. Pak den ud, og send selve fakturaen.",
    "NOT_XML": f"Filen er ikke XML. {WE_RECEIVE}",
    "ENCODING": "Filens tegnsæt kan ikke læses. Gem fakturaen som UTF-8, og send den igen.",
    "DTD": "Filen indeholder en dokumenttype (DTD). Det må en faktura ikke, så filen er ikke læst.",
    "BROKEN_XML": "Filen er ikke gyldig XML. Bed leverandøren sende fakturaen igen.",
    "TOO_DEEP": "Filen har for mange niveauer inden i hinanden til at være en faktura.",
    "TOO_MANY_ELEMENTS": "Filen har for mange felter til at være en faktura.",
    "TOO_MANY_ATTRIBUTES": "Et felt i filen har for mange egenskaber til at være en faktura.",
    "INSTRUCTIONS": "Filen indeholder instruktioner til andre programmer. Det må en faktura ikke.",
    "ACTIVE_CONTENT": "Filen henter eller kører andet indhold. Det må en faktura ikke.",
    "OIOUBL_3": f"Filen er i OIOUBL 3. Det format er opgivet og bliver ikke taget i brug. {WE_RECEIVE}",
    "OLD_FORMAT": f"Filen er i det gamle format OIOXML. {WE_RECEIVE}",
    "OTHER_SYNTAX": f"Filen er en faktura i et format, som vi ikke modtager. {WE_RECEIVE}",
    "UNKNOWN_FORMAT": f"Det fremgår ikke, at fakturaen følger et format, som vi modtager. {WE_RECEIVE}",
    "ENVELOPE": "Filen er en kuvert om en faktura. Send selve fakturaen.",
    "TEST_SET": "Filen er en samling af prøver og ikke en faktura.",
    "REMINDER": "Filen er en rykker og ikke en faktura. Find den faktura, som den rykker for.",
    "RESPONSE": "Filen er et svar på et andet dokument og ikke en faktura.",
    "OTHER_DOCUMENT": f"Filen er et andet dokument end en faktura. {WE_RECEIVE}",
    "PROFORMA": "Filen er en proformafaktura. Den er ikke et krav om betaling.",
    "MISSING": "Fakturaen mangler {field}.",
    "AMBIGUOUS": "Fakturaen har flere værdier, hvor der kun må være én: {field}.",
    "MALFORMED": "Et felt i fakturaen har andre felter inden i sig: {field}.",
    "TOO_LONG": "Et felt i fakturaen er for langt: {field}.",
    "BAD_AMOUNT": "Et tal i fakturaen kan ikke læses: {field}.",
    "BAD_DATE": "En dato i fakturaen kan ikke læses: {field}.",
    "MIXED_CURRENCY": "Fakturaen blander valutaer: {field}.",
    "RULES_NOT_ZIP": "Filen er ikke en ZIP-fil. Hent regelpakken igen, og send den, som den er.",
    "RULES_TOO_LARGE": "Regelpakken er for stor. Den må højst fylde {limit} MB, når den er pakket ud.",
    "RULES_EMPTY": "Der er ingen regler (XSLT eller Schematron) i pakken, der gælder fakturaer og kreditnotaer.",
    "RULES_BROKEN": "En regelfil kan ikke læses: {name}.",
    "RULES_REACH_OUT": "En regelfil vil læse eller skrive andre filer, og det må den ikke: {name}.",
    "RULES_NO_ENGINE": "Regelpakker kan ikke bruges her. Installér brobygger[einvoice] først.",
    "RULES_FAILED": "Reglerne kunne ikke køres på fakturaen.",
}


_FIELDS = {
    "CustomizationID": "formatets navn",
    "ID": "nummer",
    "IssueDate": "fakturadato",
    "DocumentCurrencyCode": "valuta",
    "PayableAmount": "beløb til betaling",
    "LineExtensionAmount": "linjebeløb",
    "TaxExclusiveAmount": "beløb uden moms",
    "TaxInclusiveAmount": "beløb med moms",
    "TaxAmount": "moms",
    "TaxableAmount": "momsgrundlag",
    "PriceAmount": "pris",
    "Amount": "rabat eller gebyr",
    "AllowanceTotalAmount": "rabatter i alt",
    "ChargeTotalAmount": "gebyrer i alt",
    "PrepaidAmount": "forudbetalt beløb",
    "PayableRoundingAmount": "afrunding",
    "LegalMonetaryTotal": "beløb i alt",
    "Percent": "momsprocent",
    "InvoicedQuantity": "antal",
    "CreditedQuantity": "antal",
    "Note": "bemærkning",
    "Name": "navn",
    "EndpointID": "elektronisk adresse",
    "CompanyID": "virksomhedsnummer",
}


def danish_field(name: str) -> str:
    """What a field of the standard is called in a sentence; its own name where people rarely meet it.

    >>> danish_field("PayableAmount"), danish_field("ProfileID")
    ('beløb til betaling (PayableAmount)', 'ProfileID')
    """
    return f"{_FIELDS[name]} ({name})" if name in _FIELDS else name


class Refused(ValueError):
    """A file that is not received. ``sentence_da`` is for people, ``detail`` for the log."""

    def __init__(self, code: str, detail: str = "", **values: object) -> None:
        self.code = code
        self.sentence_da = SENTENCES[code].format(**values)
        self.detail = detail[:200]
        super().__init__(self.sentence_da)
