"""The report as one page: Danish, self-contained, in print as on the screen. Made from the published results alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from brobygger.analysis.frequencies import two_of_100
from brobygger.analysis.money import kroner
from brobygger.analysis.report import pictures
from brobygger.analysis.report.pictures import named
from brobygger.analysis.report.style import STYLE

HIDDEN = "skjult"
_COLOURS = {"green": "Grøn", "amber": "Gul", "red": "Rød", "not_needed": "Ikke nødvendig"}
_SHOWING = {
    "effect": "Porten er åben: forskellen vises.",
    "interval_only": "Porten er halvt åben: usikkerheden vises, men der fældes ingen dom.",
    "description_only": "Porten er lukket: kun beskrivelse. Forskellen vises ikke.",
}
_DESIGNS = {
    "lottery": "Lodtrækning",
    "start_now": "Mentor nu mod ikke endnu",
    "roll_out": "Ny praksis nogle steder",
    "matching": "Sammenligning i registre",
    "mapping": "Kortlægning",
    "survey": "Spørgeskema",
}
_ENDS = {"benefit": "en ydelse", "education": "uddannelse", "pension": "pension", "away": "død eller udrejse"}
_KINDS = {
    "weekly": "Ugeregister",
    "mentorships": "Mentorforløb",
    "persons": "Personer",
    "payments": "Udbetalinger",
    "survey": "Svar",
    "lottery": "Lodtrækning",
    "roll_out": "Ny praksis",
}


def to_html(results: dict[str, Any]) -> str:
    """The whole page. Nothing is fetched and nothing runs; every text from a file is escaped."""
    run = results["run"]
    body = "".join(
        [
            _head(results),
            _short(results),
            _happened(results["happened"]),
            _comparisons(results["comparisons"]),
            _money(results["money"]),
            _surveys(results["surveys"]),
            _beside(results["beside"]),
            _about(results),
        ]
    )
    return (
        '<!doctype html>\n<html lang="da"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_t(run['title'])}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )


def _t(value: Any) -> str:
    return escape(str(value))


def _head(results: dict[str, Any]) -> str:
    run = results["run"]
    note = f'<p class="note">{_t(run["note"])}</p>' if run["note"] else ""
    day = results["made_at"][:10]
    return (
        f"<header><h1>{_t(run['title'])}</h1>{note}"
        f"<p>Mentorforløb, der begyndte fra {_day(run['cohort']['from'])} til {_day(run['cohort']['until'])}. "
        f"Lavet {_day(day)}.</p>"
        '<section aria-label="Tre ord"><h2>Tre ord, der ikke blandes</h2><dl class="words">'
        f"<dt>{_badge('Skete')}</dt><dd>Hvad der skete med dem, der fik en mentor. Det siger ikke hvorfor.</dd>"
        f"<dt>{_badge('Sammenlignet')}</dt><dd>Sat over for andre, der ligner dem. Noget, vi ikke ser, kan spille "
        "ind.</dd>"
        f"<dt>{_badge('Virkning')}</dt><dd>Der er trukket lod, eller alle prøver i porten er grønne.</dd>"
        "</dl></section></header>"
    )


def _day(text: str) -> str:
    year, month, day = text.split("-")
    return f"{day}.{month}.{year}"


def _badge(word: str) -> str:
    return f'<span class="word {_t(word.lower())}">{_t(word)}</span>' if word else ""


def _short(results: dict[str, Any]) -> str:
    items = "".join(
        f"<li>{_badge(each['word'])} <strong>{_t(each['name'])}.</strong> {_t(each['text'])}</li>"
        for each in results["summary"]
    )
    return f'<section><h2>Kort fortalt</h2><ul class="short">{items}</ul></section>'


def _how(sentences: Sequence[str]) -> str:
    return f'<p class="how"><strong>Sådan er den regnet ud.</strong> {_t(" ".join(sentences))}</p>'


def _table(heading: Sequence[str], rows: Iterable[Sequence[Any]], caption: str, numbers: int = 1) -> str:
    """A table whose first ``numbers`` columns are words and the rest figures."""
    head = "".join(
        f'<th scope="col"{_right(place, numbers)}>{_t(each)}</th>' for place, each in enumerate(heading)
    )
    lines = "".join(
        "<tr>"
        + "".join(f"<td{_right(place, numbers)}>{_cell(each)}</td>" for place, each in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{_t(caption)}">'
        f"<table><caption>{_t(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _right(place: int, numbers: int) -> str:
    return ' class="number"' if place >= numbers else ""


def _cell(value: Any) -> str:
    if value is None:
        return f'<span class="hidden">{HIDDEN}</span>'
    if isinstance(value, int) and not isinstance(value, bool):
        return _t(f"{value:,}".replace(",", ".").replace("-", "−"))
    return _t(value)


def _of_100(share: float | None) -> str | None:
    return None if share is None else f"{100 * share:.0f}"


def _points(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}".replace(".", ",").replace("-", "−")


def _figure(picture: str, legend: str, table: str, how: Sequence[str]) -> str:
    return f"<figure>{picture}{legend}</figure>{table}{_how(how)}"


# Skete


def _happened(first: dict[str, Any]) -> str:
    parts = [
        f"<section><h2>{_badge('Skete')} Hvad der skete</h2>",
        f"<p>{_t(first['groups']['in_words'])} Der er omkring {_cell(first['people'])} borgere i tallene. "
        "Et tal mellem 1 og 4, og tal det kunne regnes ud fra, står som »skjult«.</p>",
        _by_week(first["by_week"]),
        _groups_happened(first["groups"]),
        _flows(first["flows"]),
        _after_end(first["after_end"]),
        _follows(first["follows"]),
        _retention(first["retention"]),
        _only_offer(first["only_offer"]),
        _dosage(first["dosage"]),
        "</section>",
    ]
    return "".join(parts)


def _by_week(found: dict[str, Any]) -> str:
    weeks = found["weeks"]
    labels = [cell["label"] for cell in weeks[0]["statuses"]]
    rows = [
        (_minus(row["week"]), *(_of_100(cell["share"]) for cell in row["statuses"]), row["seen"])
        for row in weeks
    ]
    table = _table(("Uge", *map(named, labels), "set i alt"), rows, "Af 100, uge for uge fra start")
    how = [*found["how"], "En grå søjle har tal, der er skjult."]
    return "<h3>Før og efter start</h3>" + _figure(
        pictures.bars_by_week(weeks), pictures.legend(labels), table, how
    )


def _minus(number: int) -> str:
    return str(number).replace("-", "−")


def _groups_happened(found: dict[str, Any]) -> str:
    if not found["rows"]:
        return ""
    rows = [(r["division"], r["group"], _of_100(r["share"]), r["count"], r["people"]) for r in found["rows"]]
    heading = ("Inddeling", "Gruppe", "af 100", "antal", "personer")
    caption = f"Så mange er {found['outcome']} {found['headline']} uger efter start"
    return f"<h3>Undergrupper</h3>{_table(heading, rows, caption, 2)}{_how(found['how'])}"


def _flows(found: dict[str, Any]) -> str:
    if "too_few" in found:
        return f"<h3>Veje</h3><p>{_t(found['too_few'])}</p>"
    used = list(dict.fromkeys(each["status"] for each in found["nodes"]))
    rows = [
        (f"{r['from']}: {named(r['status'])}", f"{r['to']}: {named(r['next'])}", r["count"])
        for r in found["table"]
    ]
    table = _table(("Fra", "Til", "borgere"), rows, "Veje mellem seks tidspunkter", 2)
    folded = f"<details><summary>Tallene i billedet ({len(rows)} rækker)</summary>{table}</details>"
    return "<h3>Veje gennem og efter forløbet</h3>" + _figure(
        pictures.ways(found), pictures.legend(used), folded, found["how"]
    )


def _after_end(found: dict[str, Any] | None) -> str:
    if not found:
        return ""
    labels = [cell["label"] for cell in found["months"][0]["statuses"]]
    rows = [
        (f"{row['months']}\u00a0md.", *(cell["count"] for cell in row["statuses"]), row["people"])
        for row in found["months"]
    ]
    table = _table(("Efter", *map(named, labels), "i alt"), rows, "Borgere i hver status efter afslutningen")
    return f"<h3>Efter afslutningen</h3>{table}{_how(found['how'])}"


def _follows(found: dict[str, Any] | None) -> str:
    if not found:
        return ""
    rows = [(named(each["label"]).capitalize(), each["count"]) for each in found["first"]]
    table = _table(("Hvad", "borgere"), rows, "Det første efter forløbet")
    return f"<h3>Det første, der fulgte</h3>{table}{_how(found['how'])}"


def _retention(found: dict[str, Any] | None) -> str:
    if not found:
        return ""
    if "too_few" in found:
        return f"<h3>Fastholdelse i job</h3><p>{_t(found['too_few'])}</p>"
    rows = [
        (
            mark["week"],
            _of_100(mark["share"]),
            f"{_of_100(mark['low'])} til {_of_100(mark['high'])}",
            f"mindst {mark['at_risk']}",
        )
        for mark in found["marks"]
    ]
    table = _table(("Uge", "af 100 i jobbet", "usikkerhed", "fulgt"), rows, "Stadig i jobbet")
    ends = [(f"Sluttede med {_ENDS[each['label']]}", _of_100(each["share"])) for each in found["ends"]]
    more = _table(("Inden for et år", "af 100"), ends, "Hvad jobbet sluttede med")
    return "<h3>Fastholdelse i job</h3>" + _figure(pictures.kept_jobs(found), "", table + more, found["how"])


def _only_offer(found: dict[str, Any]) -> str:
    rows = [(each["label"].capitalize(), each["count"]) for each in found["followed"]]
    return (
        "<h3>Mentor som det eneste tilbud</h3>"
        f"{_table(('Fulgt af', 'forløb'), rows, 'Forløb, der begyndte uden andet tilbud')}{_how(found['how'])}"
    )


def _dosage(found: dict[str, Any] | None) -> str:
    if not found:
        return ""
    rows = [
        (row["what"], *(str(value).replace(".", ",") for value in row["quartiles"])) for row in found["rows"]
    ]
    heading = ("", "en fjerdedel under", "halvdelen under", "tre fjerdedele under")
    return (
        f"<h3>Længde og timer</h3>{_table(heading, rows, 'Forløbenes længde og timer')}{_how(found['how'])}"
    )


# Sammenlignet og virkning


def _comparisons(found: Sequence[dict[str, Any]]) -> str:
    return "<h2>Sammenligninger og virkning</h2>" + "".join(map(_comparison, found)) if found else ""


def _comparison(record: dict[str, Any]) -> str:
    if "refused" in record:
        return f"<section><h3>{_t(record['name'])}</h3><p>Kunne ikke regnes. {_t(record['refused'])}</p></section>"
    hidden = record["showing"] == "description_only"
    unit = "periode" if record["design"] == "roll_out" else "uge"
    picture = pictures.happened_curve(record, unit) if hidden else pictures.difference(record, unit)
    figure = f"<figure>{picture}</figure>" if picture else ""
    only = '<p class="only">Kun beskrivelse</p>' if hidden else ""
    return (
        f"<section><h3>{_badge(record['word'])} {_t(record['name'])}</h3>{only}"
        f'<p class="lead">{_t(record["in_words"])}</p>'
        f"<p>{_t(_SHOWING[record['showing']])} {_t(_sample(record))}</p>{figure}{_curve(record, hidden, unit)}"
        f"{_gate(record)}{_groups(record)}"
        f'<p class="how"><strong>Det forudsætter.</strong> {_t(record["assumption"])}</p>'
        f"{_how(record['how'])}</section>"
    )


def _sample(record: dict[str, Any]) -> str:
    sample = record["sample"]
    if "treated" not in sample:
        return f"{sample['changed']} steder ændrede praksis, {sample['unchanged']} gjorde ikke."
    with_mentor, without, people = (_cell(sample[key]) for key in ("treated", "controls", "people"))
    if record["design"] == "lottery":
        return f"Lodtrækningen gav omkring {with_mentor} borgere en mentor og omkring {without} ingen."
    return (
        f"Omkring {with_mentor} begyndte med mentor, sat over for omkring {without} uger hos andre, der ikke var "
        f"begyndt; i alt omkring {people} borgere."
    )


def _curve(record: dict[str, Any], hidden: bool, unit: str) -> str:
    headline = record["headline"]
    kept = [
        row
        for row in record["curve"]
        if row["week"] % 13 == 0 or row["week"] == headline or unit == "periode"
    ]
    if hidden:
        rows: list[Sequence[Any]] = [(str(row["week"]), _of_100(row["happened"])) for row in kept]
        who = "med mentor" if unit == "uge" else "med ny praksis"
        return _table((unit.capitalize(), f"{who}, af 100"), rows, f"Andel, der er {record['outcome']}")
    rows = [
        (str(row["week"]), _of_100(row["happened"]), _of_100(row["without"]), _points(row["estimate"]),
         f"{_points(row['low'])} til {_points(row['high'])}")
        for row in kept
    ]  # fmt: skip
    heading = (unit.capitalize(), "med, af 100", "uden, af 100", "forskel, point", "usikkerhed")
    return _table(heading, rows, f"Andel, der er {record['outcome']}")


def _gate(record: dict[str, Any]) -> str:
    items = "".join(
        f'<li class="{each["colour"]}"><span class="light">{_COLOURS[each["colour"]]}</span> '
        f"<strong>{_t(each['heading'])}</strong> {_t(each['sentence'])}</li>"
        for each in record["gate"]["checks"]
    )
    return f'<h4>Porten: {_COLOURS[record["gate"]["colour"]].lower()}</h4><ol class="gate">{items}</ol>'


def _groups(record: dict[str, Any]) -> str:
    if not record.get("groups"):
        return ""
    rows = []
    for each in record["groups"]:
        if "too_few" in each:
            rows.append(("", each["group"], each["too_few"], "", ""))
            continue
        chosen = "ja" if each["declared"] else "nej: kun en idé"
        if "estimate" not in each:
            reasons = " ".join(each["red"])
            rows.append((each["word"], each["group"], f"Kun beskrivelse. {reasons}", "", chosen))
            continue
        span = f"{_points(each['low'])} til {_points(each['high'])}"
        shown = f"{_points(each['estimate'])} ({span})"
        words = "Ingen dom." if each["verdict"] is None else ""
        rows.append((each["word"], each["group"], words, shown, chosen))
    heading = ("Ord", "Gruppe", "Hvad porten siger", "forskel i point", "valgt på forhånd")
    return f"<h4>Undergrupper</h4>{_table(heading, rows, 'Den samme sammenligning i hver gruppe', 5)}"


# Resten


def _money(found: dict[str, Any] | None) -> str:
    if not found:
        return ""
    if "refused" in found:
        return f"<section><h2>Penge</h2><p>{_t(found['comparison'])}: {_t(found['refused'])}</p></section>"
    rows = [
        (p["name"], kroner(p["estimate"]), f"{kroner(p['low'])} til {kroner(p['high'])}", _even(p))
        for p in found["purses"]
    ]
    reach = found["weeks"][-1]
    table = _table(
        ("Kasse", "kr. pr. borger", "usikkerhed (80 %)", "tjent hjem efter"),
        rows,
        f"{reach} uger efter start",
    )
    lines = "".join(f"<li>{_t(line)}</li>" for line in found["lines"][1:] if not _is_purse(line, found))
    return (
        f"<section><h2>{_badge(found['word'])} Penge: hvad forskellen er værd</h2>"
        f"<p>{_t(found['comparison'])}. Udgiften til mentor er {_t(kroner(_cost(found)))} kr. pr. borger.</p>"
        f"<figure>{pictures.purses(found)}{pictures.purse_legend(found)}</figure>{table}<ul>{lines}</ul>{_how(found['how'])}</section>"
    )


def _cost(found: dict[str, Any]) -> float:
    cost = found["cost"]
    return float(cost["hours"] * cost["price_per_hour"] + cost["other"])


def _is_purse(line: str, found: dict[str, Any]) -> bool:
    return any(line.startswith(f"{each['name']}:") for each in found["purses"])


def _even(purse: dict[str, Any]) -> str:
    if purse["cost"] <= 0:
        return "ingen udgift"
    months = purse["even_months"]
    return "ikke i perioden" if months is None else f"{months:.0f} måneder"


def _surveys(found: Sequence[dict[str, Any]]) -> str:
    if not found:
        return ""
    parts = []
    for each in found:
        title = f"<h3>Efter {each['wave']} måneder: {_t(each['words'])}</h3>"
        if "too_few" in each:
            parts.append(f"{title}<p>{_t(each['too_few'])}</p>")
            continue
        words = two_of_100(
            each["mentor"],
            each["citizen"],
            "enige",
            names=("mentorer", "borgere"),
            span=(each["low"], each["high"]),
        )
        (a, b), (c, d) = each["table"]
        table = _table(
            ("", "borger ja", "borger nej"),
            [("Mentor ja", a, b), ("Mentor nej", c, d)],
            f"{each['pairs']} par",
        )
        p = each["p_value"]
        p_words = "under 0,0001" if p < 0.0001 else str(p).replace(".", ",")
        parts.append(f"{title}<p>{_t(words)}</p>{table}{_how([*each['how'], f'p er {p_words}.'])}")
    return f"<section><h2>{_badge('Skete')} Hvad begge sider svarede</h2>{''.join(parts)}</section>"


def _beside(lines: Sequence[dict[str, Any]]) -> str:
    if not lines:
        return ""
    items = "".join(
        f"<li{' class=own' if each['is_own'] else ''}>{_badge(each['word'])} <strong>{_t(each['title'])}</strong> "
        f'<span class="design">{_t(_DESIGNS.get(each["design"], each["design"]))}</span><br>{_t(each["says"])} '
        f"<em>{_t(each['caveat'])}</em></li>"
        for each in lines
    )
    return (
        "<section><h2>Ved siden af andres undersøgelser</h2><p>De svarer på forskellige spørgsmål og kan ikke lægges "
        f'sammen til ét tal.</p><ul class="beside">{items}</ul></section>'
    )


def _about(results: dict[str, Any]) -> str:
    run, window = results["run"], results["window"]
    files = [
        (
            _KINDS.get(f["kind"], f["kind"]),
            ", ".join(n["name"] for n in f["names"]),
            f["rows"],
            f["kept"],
            f["repeated"],
            f["bad"],
        )
        for f in results["files"]
    ]
    table = _table(("Hvad", "Filer", "rækker", "beholdt", "gentaget", "sat til side"), files, "Filerne", 2)
    unknown = [
        (each["code"], each["weeks"], each["persons"], f"{each['first']} til {each['last']}")
        for f in results["files"]
        for each in f["unknown"]
    ]
    codes = (
        _table(("Kode", "personuger", "personer", "hvornår"), unknown, "Ukendte koder, beholdt som de står")
        if unknown
        else ""
    )
    dated = _day(str(results["thresholds"]["dated"]))
    return (
        "<section><h2>Om tallene</h2>"
        f"<p>Registret dækker {_cell(window['persons'])} personer fra {_t(window['first'])} til "
        f"{_t(window['last'])}.</p>"
        f"{table}{codes}{_payments(results['payments'])}"
        f"<p>Frø {run['seed']}. Portens tærskler er dem, der gælder fra {dated}; de kan ikke ændres i en kørsel. "
        f"Kørselsfilens aftryk: <code>{_t(run['digest'][:16])}</code>. De samme filer og det samme frø giver "
        "de samme tal.</p>"
        "<p>Personer i sammenligninger er talt i hele femmere, og andele i hele af 100, så to tal ved siden "
        "af hinanden ikke røber nogen.</p></section>"
    )


def _payments(found: dict[str, Any] | None) -> str:
    if not found:
        return ""
    names = (
        ("same", "Samme ydelse"),
        ("other", "En anden ydelse"),
        ("none", "Ingen ydelse"),
        ("unseen", "Ikke i registret"),
    )
    rows = [(words, found[key]) for key, words in names]
    table = _table(("Registret siger", "udbetalinger"), rows, "Udbetalinger ved siden af registret")
    return f"{table}{_how(found['how'])}"
