"""How a figure was computed: definition, source, data date, version and gate, for everyone who sees the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from brobygger.effects.models import ResultRun
from brobygger.effects.presenters.reading import period_words
from brobygger.effects.selectors import Shown
from brobygger.ui.formats import danish_clock, danish_date


def how_of(shown: Shown, key: str) -> list[tuple[str, str]]:
    """Label and text; the same rows on the screen and in the report."""
    run = shown.run
    made = _made(run, {})
    rows = [(_("Definition"), definition(key))]
    if shown.period and key in _ABOUT_A_PERIOD:
        payload = shown.results[(shown.period.start, "STATUS")]
        made = _made(run, payload.get("made") or {})
        rows.append(
            (
                _("Hvem er med"),
                _(
                    "%(people)d forløb, der sluttede %(period)s og er fulgt i %(months)d måneder. Et forløb "
                    "går fra første til sidste bekræftede møde."
                )
                % {
                    "people": payload["people"],
                    "period": period_words(shown.period),
                    "months": payload["horizon"],
                },
            )
        )
    if key == "subgroups":
        rows.append((_("Borgernes svar"), _answers_words()))
    rows += [
        (
            _("Kilder"),
            _(
                "Ugeregister og branchekoder, som kommunen har importeret, og forløb, møder og mål i "
                "Brobygger."
            ),
        ),
        (_("Data til og med"), danish_date(made.data_until) if made.data_until else "–"),
        (
            _("Små grupper"),
            _(
                "Grupper på 1-4 vises ikke, og heller ikke tal, de kan regnes ud fra, på nogen af "
                "siderne. De står som en prik."
            ),
        ),
        (
            _("Porten"),
            _("Tærskler fra %(day)s. De følger resultatet og kan ikke slås fra.")
            % {"day": danish_date(run.settings_dated)}
            if run.settings_dated
            else "–",
        ),
        (
            _("Regnet ud"),
            _("%(day)s kl. %(clock)s, Brobygger %(version)s, frø %(seed)s.")
            % {
                "day": danish_date(made.at),
                "clock": danish_clock(made.at),
                "version": made.version,
                "seed": made.seed,
            },
        ),
    ]
    if key in _ABOUT_A_PERIOD:
        rows.append((_("Senere rettelser"), _kept_words()))
    return rows


def _answers_words() -> str:
    return _(
        "Borgerens egne svar på en skala fra 1 til 5; 4 og 5 er et ja. De skal være givet inden for fire uger efter "
        "forløbets start eller slut. Er borgeren ikke spurgt i Brobygger, tæller et importeret svar givet højst fire "
        "uger fra starten. Et spørgsmål vises kun, når hvert svar har mindst fem forløb både blandt dem, der er i "
        "job eller uddannelse, og blandt de andre."
    )


def _kept_words() -> str:
    return _(
        "En periode regnes ud én gang og bliver stående. Ellers kunne forskellen mellem gamle og nye tal røbe, "
        "hvem der var rettet."
    )


@dataclass(frozen=True)
class _Made:
    """With what the figures were made: those of a period may be older than the newest run."""

    at: datetime
    data_until: date | None
    version: str
    seed: int


def _made(run: ResultRun, stored: Mapping[str, Any]) -> _Made:
    if not stored:
        return _Made(run.finished_at or run.asked_at, run.data_until, run.code_version, run.seed)
    until = stored["data_until"]
    return _Made(
        datetime.fromisoformat(stored["at"]),
        date.fromisoformat(until) if until else None,
        stored["version"],
        stored["seed"],
    )


_ABOUT_A_PERIOD = frozenset({"overview", "status", "retention", "pathways", "dosage", "goals", "subgroups"})


def definition(key: str) -> str:
    """What the page counts, exactly."""
    return {
        "overview": _("De vigtigste tal fra de andre sider. Hver side siger, hvordan dens tal er regnet ud."),
        "status": _(
            "Borgerens status på den dag, der ligger 1, 3, 6 og 12 måneder efter det sidste møde. "
            "Job er løn i kalendermåneden uden ydelse. Uddannelse er SU, voksenuddannelsesstøtte "
            "eller lærling under 30 år. Som Jobindsats."
        ),
        "retention": _(
            "Fra den første uge i job efter forløbets start, højst et år efter. Jobbet er slut ved "
            "fire uger i træk på en ydelse eller i uddannelse, og ved pension, udrejse eller død. "
            "Kaplan-Meier ved 13, 26, 52 og 104 uger med 95 %-bånd, og årsagerne efter Aalen og "
            "Johansen. Hver borger følges til det sidste af de fire tidspunkter, som registret når."
        ),
        "pathways": _(
            "De samme forløb på hvert tidspunkt. Mentor er eneste tilbud, når de fire første uger er "
            "passive i registret. Fulgt af tilbud betyder aktiv under forløbet eller i uge 5-26 "
            "efter det."
        ),
        "dosage": _("Bekræftede timer delt med forløbets uger, og måneder fra første til sidste møde."),
        "goals": _("Målopfyldelsen, som den blev noteret ved afslutningen."),
        "subgroups": _(
            "Alder på den sidste dag; målgruppe, støttetype og sammenhæng, som de stod i "
            "bevillingen. Inddelingerne er valgt på forhånd. Grupper under ti er lagt sammen."
        ),
        "comparison": _(
            "De, der får en mentor nu, mod lignende borgere, der er lige så langt henne i en periode "
            "på ydelse og ikke er begyndt, hvad de end gør senere. Dobbelt robust skøn for dem med "
            "mentor, uge for uge, inden for samme ydelse, kvartal og varighed."
        ),
        "worth": _(
            "Skønnet virkning på hver status, gange hvad en uge i den koster hver kasse, tilbageført "
            "med Finansministeriets rente. Usikkerheden er 1.000 træk fra skønnets kovarians, vist "
            "som et bånd på 80 %."
        ),
        "others": _("Egne tal ved siden af andres. De er gjort op på hver sin måde og lægges aldrig sammen."),
    }[key]
