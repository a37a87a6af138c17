"""The result in the terms of Den Socialøkonomiske Investeringsmodel (SØM), as a table to take along.

SØM's parts are effect, consequence and price, its result the net result for the public purses year by year. The
model itself is not rebuilt here. The region's purse is not counted and is left empty, never 0. The citizen is not a
public purse and stands apart.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np

from brobygger.analysis.money import Worth, year_of
from brobygger.analysis.numeric import Flags, Floats, Integers
from brobygger.analysis.rates import Payer, is_sure, rate_name, status_name

COLUMNS = ("Del", "Kasse", "År", "Post", "Værdi", "Enhed", "Antagelse", "Bemærkning")
_NOT_ALONE = "Beregningen kan aldrig stå alene som grundlag for en beslutning."

Row = tuple[str, str, str, str, str, str, str, str]


def soem_rows(worth: Worth) -> list[Row]:
    """Rows of text, in the order of ``COLUMNS``: effort, effect, rates, price, consequence, net result, remarks."""
    years = year_of(worth.weeks)
    return [
        *_effort(worth),
        *_effects(worth, years),
        *_rates(worth),
        *_prices(worth, years),
        *_results(worth, years),
        *_remarks(worth),
    ]


def soem_csv(worth: Worth) -> str:
    """The rows as CSV for a Danish spreadsheet: semicolons, decimal comma. Write it as UTF-8 with a byte order mark."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(soem_rows(worth))
    return file.getvalue()


def _number(value: float, decimals: int = 2) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")


def _effort(worth: Worth) -> Iterator[Row]:
    cost = worth.cost
    parts = (("Kommune", cost.municipality), ("Stat", cost.state))
    assumed = "ja" if any("antaget" in each for each in worth.assumptions) else "nej"
    for purse, amount in parts:
        yield ("Indsats", purse, "1", "Udgift pr. borger", _number(amount), "kr.", assumed, "")
    yield ("Indsats", "Region", "1", "Udgift pr. borger", "", "kr.", assumed, "Ikke regnet.")


def _effects(worth: Worth, years: Integers) -> Iterator[Row]:
    for row, status in enumerate(worth.prices.names):
        for year in np.unique(years).tolist():
            inside = years == year
            points = 100 * float(worth.effect[row, inside].mean())
            yield (
                "Effekt",
                "",
                str(year),
                status_name(status),
                _number(points, 3),
                "procentpoint",
                _some(worth.projected[inside]),
                "",
            )


def _rates(worth: Worth) -> Iterator[Row]:
    """The amounts the prices are made of, each with its first day and where it stands."""
    for value in worth.prices.used:
        whose = " Kommunens egen." if value.is_local else ""
        doubt = "" if is_sure(value) else " Ikke bekræftet."
        yield (
            "Sats",
            "",
            "",
            rate_name(value.id),
            _number(float(value.amount or 0)),
            "kr. pr. uge" if value.unit == "kroner per week" else "kr. pr. måned",
            "nej",
            f"Gælder fra {value.start:%d.%m.%Y}. {value.source}.{whose}{doubt}",
        )


def _prices(worth: Worth, years: Integers) -> Iterator[Row]:
    paid = (("Kommune", worth.prices.municipality), ("Stat", worth.prices.state))
    for row, status in enumerate(worth.prices.statuses):
        remark = (
            "Ikke prissat." if status.payer is Payer.NOT_PRICED else ", ".join(map(rate_name, status.rates))
        )
        for purse, amounts in paid:
            for year in np.unique(years).tolist():
                inside = years == year
                value = (
                    "" if status.payer is Payer.NOT_PRICED else _number(float(amounts[row, inside].mean()))
                )
                yield (
                    "Pris",
                    purse,
                    str(year),
                    status_name(status.status),
                    value,
                    "kr. pr. uge",
                    _some(worth.projected[inside]),
                    remark,
                )


def _results(worth: Worth, years: Integers) -> Iterator[Row]:
    for purse in (worth.municipality, worth.state, worth.total):
        yearly = np.diff(purse.by_week, prepend=-purse.cost)
        plain = yearly / worth.discount
        yield from _by_year(
            "Konsekvens", purse.name, "Ændring i udgifter, sparet er over 0", plain, worth, years
        )
        yield from _net(purse.name, yearly, purse.cost, worth, years)
    yield ("Nettoresultat", "Region", "", "Budgetøkonomisk nettoresultat", "", "kr.", "nej", "Ikke regnet.")
    own = np.diff(worth.citizen.by_week, prepend=0.0) / worth.discount
    yield from _by_year("Borger", "Borger", "Ændring i indkomst før skat", own, worth, years)


def _by_year(
    part: str, purse: str, post: str, values: Floats, worth: Worth, years: Integers
) -> Iterator[Row]:
    for year in np.unique(years).tolist():
        inside = years == year
        amount = _number(float(values[inside].sum()))
        yield (part, purse, str(year), post, amount, "kr.", _assumed(worth, inside), "")


def _net(purse: str, yearly: Floats, cost: float, worth: Worth, years: Integers) -> Iterator[Row]:
    accumulated = 0.0
    for year in np.unique(years).tolist():
        inside = years == year
        gained = float(yearly[inside].sum()) - (cost if year == int(years[0]) else 0.0)
        accumulated += gained
        mark = _assumed(worth, inside)
        post = "Budgetøkonomisk nettoresultat, nutidsværdi"
        yield ("Nettoresultat", purse, str(year), post, _number(gained), "kr.", mark, "")
        yield (
            "Nettoresultat",
            purse,
            str(year),
            f"{post}, akkumuleret",
            _number(accumulated),
            "kr.",
            mark,
            "",
        )


def _assumed(worth: Worth, inside: Flags) -> str:
    return _some(worth.assumed[inside])


def _some(found: Flags) -> str:
    return "ja" if found.all() else ("delvis" if found.any() else "nej")


def _remarks(worth: Worth) -> Iterator[Row]:
    texts = [
        _NOT_ALONE,
        f"Resultatet er af slagsen {worth.word.value}.",
        f"{worth.draws} træk, frø {worth.seed}.",
        *worth.caveats,
    ]
    for text in texts:
        yield ("Bemærkning", "", "", text, "", "", "", "")
