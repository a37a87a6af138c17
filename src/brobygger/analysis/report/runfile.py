"""The run file: what is asked, written down before anyone looks. Read strictly: a field nobody knows is refused.

The gate's thresholds are not among the fields. They come with the program, dated, and are those in force on ``run.on``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import inf, isfinite
from pathlib import Path
from typing import Any, TypeVar

from brobygger.analysis.errors import AnalysisError, DesignError
from brobygger.analysis.gate import GateSettings, gate_settings_on
from brobygger.analysis.rates import Payer, shipped_rates
from brobygger.law.parameters import LocalParameterRow
from brobygger.values.source import Source

T = TypeVar("T")

DESIGNS = ("start_now", "lottery", "roll_out")
AGE = "age"
_LONGEST = 520
_NONE: tuple[str, ...] = ()
_GATE_WORDS = {
    "gate", "port", "porten", "threshold", "thresholds", "taerskler", "tærskler", "settings", "showing", "checks",
    *(each.name for each in fields(GateSettings) if each.name != "dated"),
}  # fmt: skip


class RunError(AnalysisError):
    """A run file that cannot be run. ``faults`` are whole sentences, one for each thing that is wrong."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class Outcome:
    """What counts: to be in one of ``states``, asked about week ``headline``; ``relevant`` is a share (0-1)."""

    name: str
    states: tuple[str, ...]
    headline: int
    relevant: float


@dataclass(frozen=True)
class Asked:
    """One comparison. ``file`` holds the lot or the dates of change; ``eligible`` the benefits one may start from."""

    name: str
    design: str
    outcome: Outcome
    eligible: tuple[str, ...] = ()
    file: Path | None = None
    block: int = 4
    past_weeks: int = 26
    draws: int = 999
    period: int = 26


@dataclass(frozen=True)
class Subgroup:
    """A division of people: values of a column gathered in named groups; ``in_time``: declared before any outcome."""

    name: str
    column: str
    groups: Mapping[str, tuple[str, ...]]
    declared: date | None
    in_time: bool


@dataclass(frozen=True)
class Money:
    """What the effect of one comparison is priced with."""

    comparison: str
    rates: tuple[str, ...]
    payer: Payer
    hours: float
    price_per_hour: float
    other: float
    prices_on: date | None
    half_life: float | None
    until: int | None
    draws: int


@dataclass(frozen=True)
class Survey:
    """Answers from ``yes_from`` up are a yes; ``items`` are the questions in words."""

    yes_from: int
    items: Mapping[str, str]


@dataclass(frozen=True)
class RunFile:
    """A whole run. Paths are complete; ``digest`` is the file's own SHA-256 and goes into the results."""

    path: Path
    digest: str
    title: str
    note: str
    on: date
    seed: int
    out: Path
    weekly: tuple[Path, ...]
    long: tuple[Path, ...]
    mentorships: tuple[Path, ...]
    persons: tuple[Path, ...]
    payments: tuple[Path, ...]
    surveys: tuple[Path, ...]
    codes: Path | None
    birth: str
    place: str
    background: tuple[str, ...]
    negative: str
    start: date
    stop: date
    before: int
    after: int
    outcome: Outcome
    comparisons: tuple[Asked, ...]
    subgroups: tuple[Subgroup, ...]
    money: Money | None
    rates: tuple[LocalParameterRow, ...]
    survey: Survey | None
    settings: GateSettings

    @property
    def person_columns(self) -> tuple[str, ...]:
        """The columns of the file with persons that the run uses, each once."""
        own = [each.column for each in self.subgroups if each.column != AGE]
        wanted = [self.birth, self.place, self.negative, *self.background, *own]
        return tuple(dict.fromkeys(name for name in wanted if name))


def read_run(path: Path) -> RunFile:
    """Reads and checks a run file. Raises RunError with a sentence for everything that is wrong with it."""
    from brobygger.analysis.register_files import digest_of

    if not path.is_file():
        raise RunError([f"Filen {path.name} findes ikke."])
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise RunError([f"{path.name} er ikke skrevet i UTF-8."]) from None
    except tomllib.TOMLDecodeError as error:
        raise RunError([f"{path.name} kan ikke læses som TOML: {error}."]) from None
    return _Reader(path, digest_of(path), content).run()


class _Table:
    """Fields of one table, each asked for once; what is left at the end is unknown and refused."""

    def __init__(self, name: str, content: Any, faults: list[str]) -> None:
        self.name, self.faults = name, faults
        self.left: dict[str, Any] = dict(content) if isinstance(content, dict) else {}
        if not isinstance(content, dict):
            self._fault("skal være en tabel med felter.")

    def _fault(self, sentence: str) -> None:
        self.faults.append(f"[{self.name}] {sentence}")

    def take(self, key: str, kind: Callable[[Any], T | None], what: str, default: T | None = None) -> T:
        """The field as ``kind`` makes it; the default where there is none. A wrong one is named and stands in."""
        if key not in self.left:
            if default is None:
                self._fault(f"mangler »{key}«: {what}.")
                return self._something(kind)
            return default
        found = kind(self.left.pop(key))
        if found is None:
            self._fault(f"»{key}« skal være {what}.")
            return self._something(kind) if default is None else default
        return found

    @staticmethod
    def _something(kind: Callable[[Any], T | None]) -> T:
        """Something to go on with after a fault, so that all faults are told at once."""
        made: T = _STANDS_IN[kind]
        return made

    def close(self) -> None:
        for key in self.left:
            if key.lower() in _GATE_WORDS:
                self._fault(f"»{key}« kan ikke sættes. {NOT_SWITCHABLE}")
            else:
                self._fault(f"»{key}« er ikke et felt, der kendes.")


NOT_SWITCHABLE = (
    "Portens prøver og tærskler følger med programmet, er daterede og gælder for alle kørsler; "
    "de kan ikke ændres eller slås fra i en kørsel."
)


def _text(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) else None


def _name(value: Any) -> str | None:
    return _text(value) or None


def _names(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not value or any(not _name(each) for each in value):
        return None
    return tuple(each.strip() for each in value)


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _number(value: Any) -> float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if fits and isfinite(value) and value >= 0 else None


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


_STANDS_IN: dict[Any, Any] = {
    _text: "", _name: "?", _names: ("?",), _whole: 1, _number: 1.0, _day: date(2026, 1, 1),
}  # fmt: skip


class _Reader:
    """Turns the content of the file into a ``RunFile``, gathering faults on the way."""

    def __init__(self, path: Path, digest: str, content: dict[str, Any]) -> None:
        self.path, self.digest, self.content = path, digest, content
        self.faults = list[str]()

    def run(self) -> RunFile:
        run, files, persons, cohort = (self._table(each) for each in ("run", "files", "persons", "cohort"))
        values: dict[str, Any] = (
            self._run(run) | self._files(files) | self._persons(persons) | self._cohort(cohort)
        )
        values["outcome"] = self._outcome(self.content.pop("outcome", None), "outcome", None)
        values["comparisons"] = tuple(self._each("comparison", lambda t: self._asked(t, values["outcome"])))
        last = values["start"] + timedelta(weeks=values["outcome"].headline)
        values["subgroups"] = tuple(self._each("subgroup", lambda t: self._subgroup(t, last)))
        values["money"] = self._money(values["comparisons"])
        values["rates"] = tuple(self._each("rate", lambda table: self._rate(table, values["on"])))
        values["survey"] = self._survey()
        self._leftovers()
        self._together(values)
        if self.faults:
            raise RunError(self.faults)
        return RunFile(path=self.path, digest=self.digest, **values)

    def _table(self, name: str) -> _Table:
        return _Table(name, self.content.pop(name, {}), self.faults)

    def _each(self, name: str, make: Callable[[_Table], T]) -> list[T]:
        found = self.content.pop(name, [])
        if not isinstance(found, list):
            self.faults.append(f"[[{name}]] skrives med to klammer, én gang for hver.")
            return []
        made = []
        for number, each in enumerate(found, start=1):
            table = _Table(f"{name} {number}", each, self.faults)
            made.append(make(table))
            table.close()
        return made

    def _leftovers(self) -> None:
        for key in self.content:
            if key.lower() in _GATE_WORDS:
                self.faults.append(f"[{key}] kan ikke sættes. {NOT_SWITCHABLE}")
            else:
                self.faults.append(f"[{key}] er ikke en tabel, der kendes.")

    def _run(self, table: _Table) -> dict[str, Any]:
        on = table.take("on", _day, "en dato, for eksempel 2026-06-01")
        found = {
            "title": table.take("title", _name, "rapportens titel"),
            "note": table.take("note", _text, "en tekst", ""),
            "on": on,
            "seed": table.take(
                "seed", _whole, "et helt tal fra 0, som lodtrækninger i beregningen begynder fra"
            ),
            "out": self.path.parent / table.take("out", _name, "navnet på en mappe", "rapport"),
            "settings": self._settings(on),
        }
        table.close()
        return found

    def _settings(self, on: date) -> GateSettings | None:
        try:
            return gate_settings_on(on)
        except DesignError as error:
            self.faults.append(f"[run] »on«: {error}")
            return None

    def _files(self, table: _Table) -> dict[str, Any]:
        kinds = ("weekly", "long", "mentorships", "persons", "payments", "surveys")
        found: dict[str, Any] = {}
        for kind in kinds:
            names = table.take(kind, _names, "navnet på en fil eller en liste af navne", _NONE)
            found[kind] = tuple(self._path(table.name, each) for each in names)
        codes = table.take("codes", _name, "navnet på en fil", "-")
        found["codes"] = None if codes == "-" else self._path(table.name, codes)
        table.close()
        return found

    def _path(self, table: str, name: str) -> Path:
        path = self.path.parent / name
        if not path.is_file():
            self.faults.append(f"[{table}] Filen {name} findes ikke ved siden af {self.path.name}.")
        return path

    def _persons(self, table: _Table) -> dict[str, Any]:
        found = {
            key: table.take(key, _text, "navnet på en kolonne", "") for key in ("birth", "place", "negative")
        }
        columns = table.take("background", _names, "en liste med navne på kolonner", _NONE)
        table.close()
        return {**found, "background": columns}

    def _cohort(self, table: _Table) -> dict[str, Any]:
        start = table.take("from", _day, "den første dag, et forløb kan begynde")
        stop = table.take("until", _day, "dagen efter den sidste, et forløb kan begynde")
        found: dict[str, Any] = {
            "start": start,
            "stop": stop,
            "before": table.take("before", _whole, "et antal uger", 52),
            "after": table.take("after", _whole, "et antal uger", 104),
        }
        if stop <= start:
            self.faults.append("[cohort] »until« skal ligge efter »from«.")
        if max(found["before"], found["after"]) > _LONGEST:
            self.faults.append(f"[cohort] »before« og »after« kan højst være {_LONGEST} uger.")
        table.close()
        return found

    def _outcome(self, content: Any, name: str, base: Outcome | None) -> Outcome:
        table = _Table(name, {} if content is None else content, self.faults)
        points = None if base is None else 100 * base.relevant
        found = Outcome(
            table.take("name", _name, "udfaldet i ord, for eksempel »i job«", base.name if base else None),
            table.take(
                "states", _names, 'en liste af tilstande, for eksempel ["job"]', base.states if base else None
            ),
            table.take(
                "headline", _whole, "ugen efter start, der spørges til", base.headline if base else None
            ),
            table.take("relevant", _number, "den mindste forskel i point, der har betydning", points) / 100,
        )
        if not 0 < found.relevant <= 1:
            self.faults.append(f"[{name}] »relevant« skal være over 0 og højst 100 point.")
        if found.headline > _LONGEST:
            self.faults.append(f"[{name}] »headline« kan højst være {_LONGEST}.")
        table.close()
        return found

    def _asked(self, table: _Table, base: Outcome) -> Asked:
        design = table.take("design", _name, f"en af {', '.join(DESIGNS)}")
        if design not in DESIGNS:
            self.faults.append(f"[{table.name}] »design« skal være en af {', '.join(DESIGNS)}.")
        own = table.left.pop("outcome", None)
        file = table.take("file", _name, "navnet på en fil", "-")
        eligible = table.take("eligible", _names, "en liste af ydelser", _NONE)
        if design in ("lottery", "roll_out") and file == "-":
            self.faults.append(f"[{table.name}] mangler »file«: filen med lod eller datoer for ændringen.")
        if design in ("start_now", "roll_out") and not eligible:
            self.faults.append(f"[{table.name}] mangler »eligible«: ydelserne, hvor en mentor kunne begynde.")
        return Asked(
            table.take("name", _name, "sammenligningens navn"),
            design,
            self._outcome(own, f"{table.name}.outcome", base),
            eligible,
            None if file == "-" else self._path(table.name, file),
            max(table.take("block", _whole, "et antal uger", 4), 1),
            max(table.take("past_weeks", _whole, "et antal uger", 26), 1),
            max(table.take("draws", _whole, "et antal", 999), 19),
            max(table.take("period", _whole, "et antal uger", 26), 4),
        )

    def _subgroup(self, table: _Table, last: date) -> Subgroup:
        name = table.take("name", _name, "undergruppens navn")
        column = table.take("column", _name, "en kolonne i filen med personer, eller »age«")
        declared = _day(table.left.pop("declared", None))
        groups = table.left.pop("groups", {})
        made = {str(key): _names(value) for key, value in groups.items()} if isinstance(groups, dict) else {}
        if not made or any(values is None for values in made.values()):
            self.faults.append(
                f"[{table.name}] »groups« skal være grupper med de værdier, der hører til hver."
            )
        used = [value for values in made.values() for value in values or ()]
        if len(set(used)) != len(used):
            self.faults.append(f"[{table.name}] »groups« har en værdi i to grupper.")
        fine = {key: values for key, values in made.items() if values}
        return Subgroup(name, column, fine, declared, declared is not None and declared < last)

    def _money(self, asked: tuple[Asked, ...]) -> Money | None:
        if "money" not in self.content:
            return None
        table = self._table("money")
        name = table.take("comparison", _name, "navnet på den sammenligning, der skal prissættes")
        if name not in {each.name for each in asked if each.design != "roll_out"}:
            self.faults.append(
                "[money] »comparison« skal være navnet på en lodtrækning eller en sammenligning »start_now«."
            )
        found = Money(
            name,
            table.take("rates", _names, 'en liste af satser, for eksempel ["rate.cash_benefit"]'),
            self._payer(table.take("payer", _name, "hvem der betaler ydelsen", "ladder")),
            table.take("hours", _number, "timer pr. borger"),
            table.take("price_per_hour", _number, "kroner pr. time"),
            table.take("other", _number, "andre kroner pr. borger", 0.0),
            _day(table.left.pop("prices_on", None)),
            table.take("half_life", _number, "uger, før virkningen er halveret", inf)
            if "half_life" in table.left
            else None,
            table.take("until", _whole, "en uge", 0) if "until" in table.left else None,
            max(table.take("draws", _whole, "et antal", 1000), 100),
        )
        if (found.half_life is None) != (found.until is None) or found.half_life == 0:
            self.faults.append("[money] »half_life« og »until« skrives begge eller slet ikke, og er over 0.")
        table.close()
        return found

    def _rate(self, table: _Table, on: date) -> LocalParameterRow:
        """A rate of one's own from a day on, with where it stands."""
        rate = table.take("rate", _name, 'satsens navn, for eksempel "rate.cash_benefit"')
        if rate not in shipped_rates():
            self.faults.append(f"[{table.name}] »rate« skal være en af {', '.join(shipped_rates())}.")
        return LocalParameterRow(
            rate,
            table.take("from", _day, "dagen, satsen gælder fra"),
            Source(table.take("source", _name, "hvor satsen står")),
            on,
            Decimal(str(table.take("amount", _number, "et tal fra 0 i satsens egen enhed"))),
        )

    def _payer(self, text: str) -> Payer:
        if text in {each.value for each in Payer}:
            return Payer(text)
        self.faults.append(f"[money] »payer« skal være en af {', '.join(each.value for each in Payer)}.")
        return Payer.LADDER

    def _survey(self) -> Survey | None:
        if "survey" not in self.content:
            return None
        table = self._table("survey")
        items = table.left.pop("items", {})
        if not isinstance(items, dict) or any(not _name(value) for value in items.values()):
            self.faults.append("[survey] »items« skal være spørgsmål og deres ord.")
            items = {}
        found = Survey(table.take("yes_from", _whole, "det laveste svar, der er et ja"), dict(items))
        table.close()
        return found

    def _together(self, values: dict[str, Any]) -> None:
        """What must hold across tables."""
        if not values["weekly"] and not values["long"]:
            self.faults.append("[files] mangler »weekly« eller »long«: registret uge for uge.")
        if values["weekly"] and values["long"]:
            self.faults.append("[files] har både »weekly« og »long«. Vælg det ene.")
        if not values["mentorships"]:
            self.faults.append("[files] mangler »mentorships«: mentorforløbene.")
        needs = [values["birth"], values["place"], values["negative"], *values["background"]]
        groups = [each.column for each in values["subgroups"] if each.column != AGE]
        if any([*needs, *groups]) and not values["persons"]:
            self.faults.append("[files] mangler »persons«, som der bruges kolonner fra.")
        if any(each.column == AGE for each in values["subgroups"]) and not values["birth"]:
            self.faults.append("[persons] mangler »birth«, som alderen regnes fra.")
        if any(each.design == "roll_out" for each in values["comparisons"]) and not values["place"]:
            self.faults.append("[persons] mangler »place«, som en indfasning deles efter.")
        self._named_once("comparison", [each.name for each in values["comparisons"]])
        self._named_once("subgroup", [each.name for each in values["subgroups"]])

    def _named_once(self, what: str, names: list[str]) -> None:
        for name in sorted({each for each in names if names.count(each) > 1}):
            self.faults.append(f"[[{what}]] To hedder »{name}«.")


__all__ = [
    "NOT_SWITCHABLE",
    "Asked",
    "Money",
    "Outcome",
    "RunError",
    "RunFile",
    "Subgroup",
    "Survey",
    "read_run",
]
