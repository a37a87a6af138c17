"""The sentences: what a sign has seen, what may lie behind it quite honestly, and what each threshold is for."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brobygger.review.signs import About, SignKind

Words = str | Promise

SENTENCES: dict[SignKind, Words] = {
    SignKind.OVERLAP: _("Borgeren er registreret hos to mentorer på samme tid %(count)d gange."),
    SignKind.LONG_DAY: _("Mentoren har %(count)d dage med mere end %(hours)s."),
    SignKind.NO_TRAVEL: _(
        "%(count)d af %(of)d gange begynder næste møde et andet sted mindre end %(limit)d minutter efter det forrige."
        " Hos andre er det %(usual)d pct."
    ),
    SignKind.EXACT_GRANT: _(
        "I %(count)d af %(of)d uger er timerne på minuttet det, der er bevilget. Hos andre er det %(usual)d pct. af"
        " ugerne."
    ),
    SignKind.ROUND_TIMES: _(
        "%(count)d af %(of)d forskellige møder begynder på hele timer og varer hele timer. Hos andre er det"
        " %(usual)d pct."
    ),
    SignKind.COPIED_WEEKS: _(
        "%(count)d af %(of)d gange er ugen på minuttet magen til ugen før. Hos andre er det %(usual)d pct."
    ),
    SignKind.ODD_HOURS: _(
        "%(count)d af %(of)d kontakter ligger om natten eller på en helligdag. Hos andre er det %(usual)d pct."
    ),
    SignKind.QUICK_ANSWERS: _(
        "%(count)d af %(of)d bekræftelser kom højst %(limit)d sekunder efter en anden borgers."
    ),
    SignKind.SHARED_DEVICE: _(
        "%(count)d af %(of)d bekræftelser kom fra det samme apparat, og %(limit)d borgere har svaret på det."
    ),
    SignKind.MANY_CITIZENS: _(
        "Mentoren mødte %(count)d borgere på fire uger. Kommunens grænse er %(limit)d."
    ),
    SignKind.INVOICE_AHEAD: _(
        "%(count)d af %(of)d fakturaer bad om mindst %(hours)s mere, end der var holdt, da de blev skrevet."
    ),
    SignKind.SHARED_ACCOUNT: _("%(count)d leverandører vil have pengene ind på samme konto."),
    SignKind.NEVER_MET: _("Borgeren har %(count)d gange skrevet, at de aldrig har mødt mentoren."),
    SignKind.NO_FACE: _("%(hours)s er registreret uden et eneste møde ansigt til ansigt."),
}

PROMPT = _("%(count)d af %(of)d bekræftelser kom højst %(limit)d sekunder efter registreringen.")

OF_MENTOR: dict[SignKind, Words] = {
    SignKind.OVERLAP: _(
        "%(count)d af mentorens møder ligger oven i møder, som samme person har registreret et andet sted."
    ),
    SignKind.NEVER_MET: _(
        "Borgerne siger om %(count)d af %(of)d kontakter, at mødet ikke blev til noget. Hos andre er det"
        " %(usual)d pct."
    ),
}

MAY_BE: dict[SignKind, Words] = {
    SignKind.OVERLAP: _(
        "Det kan være en fælles samtale, en overlevering eller et klokkeslæt, der er skrevet forkert."
    ),
    SignKind.LONG_DAY: _("Det kan være en tur eller et arrangement, eller flere dage skrevet på én dato."),
    SignKind.NO_TRAVEL: _(
        "Det kan være steder ved siden af hinanden, eller tider rundet til hele kvarterer."
    ),
    SignKind.EXACT_GRANT: _(
        "Det kan være en fast aftale, som altid holdes, eller timer skrevet efter planen."
    ),
    SignKind.ROUND_TIMES: _("Det kan være en vane med at runde. Så er timerne ikke skrevet, som de faldt."),
    SignKind.COPIED_WEEKS: _("Det kan være faste tider på en arbejdsplads med stram vagtplan."),
    SignKind.ODD_HOURS: _("Det kan være nathold, bageri eller omsorg, eller formiddag skrevet som nat."),
    SignKind.QUICK_ANSWERS: _("Det kan være borgere, der svarer sammen, for eksempel når et hold mødes."),
    SignKind.SHARED_DEVICE: _(
        "Det kan være mentorens telefon, som borgerne får lov at låne, eller et bosteds fælles computer."
    ),
    SignKind.MANY_CITIZENS: _("Det kan være hold, korte samtaler eller en mentor på fuld tid."),
    SignKind.INVOICE_AHEAD: _(
        "Det kan være en aftale om forudbetaling, eller kontakter registreret for sent."
    ),
    SignKind.SHARED_ACCOUNT: _(
        "Det kan være selskaber i samme koncern eller et firma, der opkræver for flere."
    ),
    SignKind.NEVER_MET: _("Det kan være en misforståelse om navn eller dato. Spørg borgeren."),
    SignKind.NO_FACE: _("Det kan være aftalt, for eksempel fordi borgeren ikke kan komme ud."),
}

EVIDENCE: dict[SignKind, Words] = {
    SignKind.OVERLAP: _("Møder på samme tid"),
    SignKind.LONG_DAY: _("Dagene"),
    SignKind.NO_TRAVEL: _("Møderne lige efter hinanden"),
    SignKind.EXACT_GRANT: _("Ugerne"),
    SignKind.ROUND_TIMES: _("Møderne"),
    SignKind.COPIED_WEEKS: _("En uge og ugen efter"),
    SignKind.ODD_HOURS: _("Kontakterne"),
    SignKind.QUICK_ANSWERS: _("Svarene"),
    SignKind.SHARED_DEVICE: _("Én kontakt med hver borger, der har svaret på apparatet"),
    SignKind.MANY_CITIZENS: _("Én kontakt med hver borger"),
    SignKind.INVOICE_AHEAD: _("Fakturaerne"),
    SignKind.SHARED_ACCOUNT: _("En faktura fra hver leverandør"),
    SignKind.NEVER_MET: _("Kontakterne og borgerens svar"),
    SignKind.NO_FACE: _("De seneste kontakter"),
}


def sentence(kind: SignKind, about: About, *, is_prompt: bool) -> Words:
    """The sentence for a sign, still with its named places."""
    if is_prompt:
        return PROMPT
    return OF_MENTOR.get(kind, SENTENCES[kind]) if about is About.MENTOR else SENTENCES[kind]


class LimitWords(NamedTuple):
    """What a threshold is called, and why its default is what it is."""

    label: Words
    why: Words


UNIT_WORDS: dict[str, Words] = {
    "minutes": _("minutter"),
    "seconds": _("sekunder"),
    "days": _("dage"),
    "times": _("gange"),
    "percent": _("pct."),
    "clock": _("klokken"),
}

_TYPING = _("Én eller to gange kan være skrevet forkert.")
_SEVERAL = _("Færre siger for lidt om en vane.")

LIMITS: dict[str, LimitWords] = {
    "overlap_minutes": LimitWords(_("Overlap på mindst"), _("Mindre er som regel tider, der er rundet.")),
    "overlap_meetings": LimitWords(_("Overlap så mange gange"), _TYPING),
    "overlap_share": LimitWords(
        _("Overlap, del af møderne mindst"),
        _("Mindre kan være fælles møder eller faste tider, der rører hinanden."),
    ),
    "day_minutes": LimitWords(
        _("Timer på en dag, mere end"), _("Ti timer med borgere ligger ud over en lang arbejdsdag.")
    ),
    "day_count": LimitWords(_("Lange dage, mindst"), _("En enkelt lang dag kan være en udflugt.")),
    "travel_minutes": LimitWords(
        _("Tid mellem to steder, mindre end"), _("Fra ét sted til et andet tager det nogle minutter.")
    ),
    "travel_times": LimitWords(_("Uden tid imellem, mindst"), _TYPING),
    "exact_share": LimitWords(
        _("Uger præcis som bevilget, mindst"),
        _("Virkelige uger er sjældent ens; sygdom og ferie giver udsving."),
    ),
    "exact_weeks": LimitWords(_("Uger præcis som bevilget, antal"), _SEVERAL),
    "round_share": LimitWords(
        _("Møder på hele timer, mindst"), _("Mange runder af, men få gør det næsten hver gang.")
    ),
    "round_patterns": LimitWords(
        _("Forskellige møder på hele timer, antal"), _("En fast aftale tæller kun én gang.")
    ),
    "copied_share": LimitWords(
        _("Uger magen til ugen før, mindst"), _("To møder på samme minut uge efter uge er usædvanligt.")
    ),
    "copied_weeks": LimitWords(_("Uger magen til ugen før, antal"), _SEVERAL),
    "odd_share": LimitWords(
        _("Kontakter om natten og på helligdage, mindst"), _("En sen opringning nu og da hører med.")
    ),
    "odd_meetings": LimitWords(_("Kontakter om natten og på helligdage, antal"), _SEVERAL),
    "night_from": LimitWords(_("Natten begynder"), _("De fleste sover eller er på vej i seng.")),
    "night_until": LimitWords(_("Natten slutter"), _("Tidlige vagter begynder klokken seks.")),
    "quick_seconds": LimitWords(
        _("Svar efter hinanden inden for"), _("To borgere svarer sjældent i samme minut.")
    ),
    "quick_times": LimitWords(
        _("Dage med svar efter hinanden, mindst"), _("Et møde for flere borgere er én dag.")
    ),
    "device_citizens": LimitWords(
        _("Borgere, der svarer på samme apparat, mindst"), _("To kan bo sammen og have ét apparat.")
    ),
    "device_days": LimitWords(
        _("Dage med svar på samme apparat, mindst"), _("Et møde for flere borgere er én dag.")
    ),
    "device_share": LimitWords(
        _("Svar fra samme apparat, mindst"), _("Færre kan være borgere, der har lånt et apparat.")
    ),
    "citizens_at_once": LimitWords(
        _("Borgere på fire uger, mere end"),
        _("Med to timer om ugen til hver fylder tyve borgere mere end en fuld uge."),
    ),
    "ahead_minutes": LimitWords(
        _("Faktura foran kontakten med mindst"), _("Op til to timer kan være møder i de sidste dage.")
    ),
    "ahead_invoices": LimitWords(_("Fakturaer foran kontakten, mindst"), _("Én kan være sendt for tidligt.")),
    "ahead_share": LimitWords(
        _("Fakturaer foran kontakten, andel mindst"), _("Hos en stor leverandør er der altid nogle fejl.")
    ),
    "account_suppliers": LimitWords(
        _("Leverandører på samme konto, mindst"), _("Hver virksomhed har som regel sin egen.")
    ),
    "account_most": LimitWords(
        _("Leverandører på samme konto, højst"), _("Er der flere, er det et firma, der opkræver for andre.")
    ),
    "absent_share": LimitWords(
        _("Kontakter, som ikke blev til noget, mindst"), _("Enkelte aflysninger skrives forkert hos alle.")
    ),
    "absent_times": LimitWords(_("Kontakter, som ikke blev til noget, antal"), _SEVERAL),
    "no_face_minutes": LimitWords(
        _("Uden et møde, fra"), _("Efter ti timer burde de fleste have set hinanden.")
    ),
    "chance": LimitWords(
        _("Tegn, der må være tilfældige"),
        _("Af de tegn, der bygger på sammenligning, må cirka hvert tyvende være held eller uheld."),
    ),
    "window_days": LimitWords(_("Så langt tilbage"), _("Et år rummer både ferie og travle uger.")),
}
