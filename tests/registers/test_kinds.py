"""Each kind of file: bad rows named, good rows kept, nothing taken twice. With a fault planted for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from brobygger.accounts.errors import Refused
from brobygger.analysis.register_report import Notes
from brobygger.people import services as people
from brobygger.people.models import Citizen
from brobygger.registers import selectors, services
from brobygger.registers.models import (
    BenefitPayment,
    ImportedAnswer,
    OutsideTotal,
    RegisterImport,
    StatusSpell,
)
from tests.cast import Cast
from tests.registers.conftest import ADA, BIRK, NOW, STRANGER, Import


@dataclass(frozen=True)
class Sample:
    """A file of one kind: a good row, one with ``column`` wrong, and a good one that is not in the file yet."""

    heading: str
    good: str
    bad: str
    column: str
    more: str
    stored: Callable[[], int]
    table: str = ""

    def file(self, *rows: str) -> str:
        return "\n".join([self.heading, *rows]) + "\n"


def spells(source: str) -> Callable[[], int]:
    return lambda: StatusSpell.objects.filter(source=source).count()


def totals_shown() -> int:
    """Figures of the newest import: each stands as it was on its day, and only the newest is shown."""
    newest = RegisterImport.objects.filter(kind="OUTSIDE_TOTALS").order_by("-pk").first()
    return OutsideTotal.objects.filter(came_with=newest).count()


_TOTAL = "Fjernby;MEK Mentorstøtte (kontanthjælp);"
SAMPLES = {
    "WEEKLY": Sample(
        "pnr;y_2601;y_2602;branche_2026_01", f"{ADA};730;730;471120", f"{BIRK};730;!;471120", "y_2602",
        f"{BIRK};130;130;", spells("WEEKLY"),
    ),
    "BRANCHES": Sample(
        "pnr;branche_2026_01", f"{ADA};471120", f"{BIRK};47 11", "branche_2026_01", f"{BIRK};620100",
        spells("BRANCHES"),
    ),
    "PAYMENTS": Sample(
        "pnr;ydelse;fra;til;beløb", f"{ADA};730;05-01-2026;31-01-2026;11.234,50",
        f"{ADA};730;05-02-2026;28-02-2026;mange", "beløb", f"{ADA};730;05-01-2026;31-01-2026;11.234,51",
        BenefitPayment.objects.count,
    ),
    "MANUAL_STATUS": Sample(
        "pnr;dato;status", f"{ADA};2026-03-03;job", f"{BIRK};2026-03-03;pause", "status",
        f"{ADA};2026-03-10;uddannelse", spells("MANUAL"),
    ),
    "SURVEY": Sample(
        "pnr;dato;runde;svarer;spørgsmål;svar", f"{ADA};2026-03-03;3;borger;trivsel;4",
        f"{ADA};2026-03-03;3;nabo;trivsel;4", "svarer", f"{ADA};2026-03-03;3;mentor;trivsel;4",
        ImportedAnswer.objects.count,
    ),
    "OUTSIDE_TOTALS": Sample(
        "OMRÅDE;YDELSESTYPE;TID;INDHOLD", f"{_TOTAL}2024;12", f"{_TOTAL}25;14", "TID", f"{_TOTAL}2025;14*",
        totals_shown, table="AUH03",
    ),
}  # fmt: skip


@pytest.fixture(params=list(SAMPLES))
def kind(request: pytest.FixtureRequest, cast: Cast, citizens: dict[str, Citizen]) -> str:
    return str(request.param)


def bring_in(bring: Import, kind: str, *rows: str, name: str = "fil.csv") -> RegisterImport:
    sample = SAMPLES[kind]
    return bring(sample.file(*rows), kind, table=sample.table, name=name)


def named(kept: RegisterImport) -> list[tuple[int, str]]:
    return [(row["row"], row["column"]) for row in kept.bad_rows]


def test_a_bad_row_is_named_and_the_good_one_beside_it_kept(
    kind: str, bring: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = SAMPLES[kind]
    kept = bring_in(bring, kind, sample.good, sample.bad)
    assert named(kept) == [(3, sample.column)]
    assert (kept.rows_read, kept.rows_kept, kept.rows_bad) == (2, 1, 1)
    assert sample.stored() == 1
    # The planted fault: what is wrong is set aside and said to nobody.
    monkeypatch.setattr(Notes, "add", lambda notes, rows: None)
    silent = bring_in(bring, kind, sample.bad, sample.good)
    assert not named(silent) and silent.rows_bad == 0


def test_a_row_said_before_is_not_taken_again(kind: str, bring: Import) -> None:
    """Neither within a file nor from another; the control is a row that says something new."""
    sample = SAMPLES[kind]
    bring_in(bring, kind, sample.good, sample.good)
    assert sample.stored() == 1
    again = bring_in(bring, kind, sample.bad, sample.good)
    assert sample.stored() == 1 and again.rows_bad == 1
    bring_in(bring, kind, sample.good, sample.more)
    assert sample.stored() == 2


def test_the_same_file_is_refused_by_two_locks(
    kind: str, bring: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = SAMPLES[kind]
    bring_in(bring, kind, sample.good)
    before = (RegisterImport.objects.count(), sample.stored())
    with pytest.raises(Refused, match="importeret før, den"):
        bring_in(bring, kind, sample.good, name="andet navn.csv")
    # The planted fault: nobody asks first. Then the database refuses, and nothing of the file is left.
    monkeypatch.setattr(services, "_refuse_known", lambda *about: None)
    with pytest.raises(Refused, match=r"importeret før\. Den"):
        bring_in(bring, kind, sample.good)
    assert (RegisterImport.objects.count(), sample.stored()) == before
    # And with a digest that tells nothing neither lock holds: it is the content that they go by.
    numbers = iter(range(9))
    monkeypatch.setattr(services, "digest_of", lambda path: f"{next(numbers):064d}")
    bring_in(bring, kind, sample.good)
    assert RegisterImport.objects.count() == before[0] + 1


def test_a_file_without_a_row_to_use_is_refused_and_may_come_again(
    kind: str, bring: Import, cast: Cast
) -> None:
    """Nothing of it is kept, so it is not imported, and the same file is welcome when a row can be used."""
    sample = SAMPLES[kind]
    with pytest.raises(Refused, match="Ingen rækker i filen kan bruges"):
        bring_in(bring, kind, sample.bad)
    assert not RegisterImport.objects.exists() and sample.stored() == 0
    if kind == "OUTSIDE_TOTALS":
        return
    strangers = sample.good.replace(ADA, STRANGER)
    with pytest.raises(Refused, match="Ingen rækker i filen kan bruges"):
        bring_in(bring, kind, strangers)
    people.register_citizen(name="Cilla Carlsen", cpr=STRANGER, by=cast.anna, at=NOW)
    assert bring_in(bring, kind, strangers).rows_kept == 1


def test_what_is_kept_of_totals_is_read_from_the_newest_import(cast: Cast, bring: Import) -> None:
    sample = SAMPLES["OUTSIDE_TOTALS"]
    bring_in(bring, "OUTSIDE_TOTALS", sample.good)
    bring_in(bring, "OUTSIDE_TOTALS", sample.good, sample.more)
    shown = selectors.outside_totals(cast.eva, "AUH03")
    assert shown is not None and [row.label for row in shown.rows] == ["2024", "2025"]
