"""A file of each kind becomes rows of the right citizens, once; what cannot be read is named without naming anyone."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pytest

from brobygger import analysis
from brobygger.accounts.errors import Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.people import vault
from brobygger.people.models import Citizen, CprNumber
from brobygger.registers import selectors
from brobygger.registers.models import (
    BenefitPayment,
    ImportedAnswer,
    OutsideTotal,
    RegisterImport,
    StatusSpell,
)
from tests.cast import Cast
from tests.registers.conftest import ADA, BIRK, STRANGER, TODAY, WIDE, Import

TOTALS = """Aktiverede fuldtidspersoner
OMRÅDE;YDELSESTYPE;TID;INDHOLD
Fjernby;MEK Mentorstøtte (kontanthjælp);2024;12
Fjernby;MEK Mentorstøtte (kontanthjælp);2025;14*
Fjernby;MEK Mentorstøtte (kontanthjælp);25;14
"""


def told(citizen: Citizen, source: str = "WEEKLY") -> list[tuple[str, str, str]]:
    spells = StatusSpell.objects.filter(citizen=citizen, source=source).order_by("first_week")
    return [(s.code, s.first_week.isoformat(), s.before_week.isoformat()) for s in spells]


def test_a_weekly_file_becomes_runs_of_the_citizens_it_is_about(
    citizens: dict[str, Citizen], bring: Import
) -> None:
    kept = bring(WIDE)
    assert told(citizens[ADA]) == [
        ("730", "2025-12-29", "2026-01-12"),
        ("737", "2026-01-12", "2026-01-19"),
        ("", "2026-01-19", "2026-01-26"),
    ]
    assert [code for code, *_ in told(citizens[ADA], "BRANCHES")] == ["471120"]
    assert [code for code, *_ in told(citizens[BIRK], "BRANCHES")] == [""]
    assert (kept.rows_read, kept.rows_kept, kept.rows_unknown, kept.rows_bad) == (3, 2, 1, 0)


def test_an_unknown_code_is_kept_and_counted_and_a_strangers_is_not(
    citizens: dict[str, Citizen], bring: Import
) -> None:
    kept = bring(WIDE)
    assert kept.unknown_codes == {"ABC": 1}
    assert ("ABC", "2026-01-19", "2026-01-26") in told(citizens[BIRK])


def test_a_bad_row_is_named_by_its_line_and_the_good_ones_are_kept(
    citizens: dict[str, Citizen], bring: Import
) -> None:
    kept = bring(f"pnr;y_2601\n{BIRK};!\n{ADA};730\n{ADA};730;730\n")
    assert sorted(row["row"] for row in kept.bad_rows) == [2, 4]
    assert (kept.rows_bad, kept.rows_kept) == (2, 1)
    assert told(citizens[ADA]) and not told(citizens[BIRK])


def test_no_cpr_number_is_left_anywhere(citizens: dict[str, Citizen], bring: Import) -> None:
    """The planted numbers stand in the file's name, in a bad row and in the rows that are kept."""
    kept = bring(f"pnr;y_2601\n{BIRK};{BIRK}\n{ADA};730\n", name=f"udtræk {ADA}.csv")
    rows = json.dumps(RegisterImport.objects.filter(pk=kept.pk).values().get(), default=str)
    assert kept.rows_bad == 1
    assert not [number for number in (ADA, BIRK, f"{ADA[:6]}-{ADA[6:]}") if number in rows]
    assert "••••" in kept.file_name


def test_the_same_file_is_not_read_twice(citizens: dict[str, Citizen], bring: Import) -> None:
    bring(WIDE)
    before = StatusSpell.objects.count()
    with pytest.raises(Refused, match="importeret før"):
        bring(WIDE, name="et andet navn.csv")
    assert (RegisterImport.objects.count(), StatusSpell.objects.count()) == (1, before)


@pytest.mark.parametrize("suffix", [".parquet", ".sav"])
def test_other_formats_say_the_same(
    suffix: str, citizens: dict[str, Citizen], bring: Import, tmp_path: Path
) -> None:
    """Here the number is a number, and has lost nothing but a first zero."""
    source = tmp_path / f"kilde{suffix}"
    if suffix == ".parquet":
        duckdb.sql(f"select {ADA}::bigint as pnr, '730' as y_2601, null::varchar as y_2602").write_parquet(
            str(source)
        )
    else:
        pyreadstat = pytest.importorskip("pyreadstat")
        pandas = pytest.importorskip("pandas")
        pyreadstat.write_sav(pandas.DataFrame({"pnr": [ADA], "y_2601": ["730"], "y_2602": [""]}), str(source))
    bring(source.read_bytes(), name=f"dream{suffix}")
    assert told(citizens[ADA]) == [("730", "2025-12-29", "2026-01-05"), ("", "2026-01-05", "2026-01-12")]


def test_branches_alone_leave_the_weeks_of_benefits_as_they_were(
    citizens: dict[str, Citizen], bring: Import
) -> None:
    bring(f"pnr;y_2601\n{ADA};730\n")
    bring(f"pnr;br_2026_01;br_2026_02\n{ADA};471120;\n", "BRANCHES")
    assert told(citizens[ADA]) == [("730", "2025-12-29", "2026-01-05")]
    assert told(citizens[ADA], "BRANCHES") == [
        ("471120", "2025-12-29", "2026-02-02"),
        ("", "2026-02-02", "2026-03-02"),
    ]


def test_a_file_of_another_kind_is_refused_with_a_sentence(
    citizens: dict[str, Citizen], bring: Import
) -> None:
    for content, kind, why in (
        ("pnr;navn\n1;2\n", "WEEKLY", "ugekolonner"),
        (f"pnr;y_2601\n{ADA};730\n", "BRANCHES", "branche"),
        (f"pnr;br_2026_01\n{ADA};471120\n", "WEEKLY", "ugekolonner"),
        ("a;b\n1;2\n", "PAYMENTS", "mangler en kolonne"),
        ("", "WEEKLY", "tom"),
    ):
        with pytest.raises(Refused, match=why):
            bring(content, kind)
    with pytest.raises(Refused, match="type"):
        bring(WIDE, name="fil.docx")
    with pytest.raises(Refused, match="fremtiden"):
        bring(WIDE, as_of=date(2026, 11, 24))
    assert not RegisterImport.objects.exists()


def test_payments_are_kept_by_the_day_and_once(citizens: dict[str, Citizen], bring: Import) -> None:
    row = f"{ADA};730;05-01-2026;31-01-2026;11.234,50"
    kept = bring(f"pnr;ydelse;fra;til;beløb\n{row}\n{BIRK};730;31-01-2026;05-01-2026;1\n", "PAYMENTS")
    again = bring(f"pnr;ydelse;fra;til;beløb\n{row}\n{STRANGER};730;05-01-2026;31-01-2026;1\n", "PAYMENTS")
    payment = BenefitPayment.objects.get()
    assert (payment.citizen, payment.amount) == (citizens[ADA], Decimal("11234.50"))
    assert (kept.rows_kept, kept.rows_bad, again.rows_kept, again.rows_repeated, again.rows_unknown) == (
        1,
        1,
        0,
        1,
        1,
    )
    panel = selectors.benefits_in(citizens[ADA].municipality_id, [citizens[ADA].pk])
    assert (panel.codes, int((panel.stop - panel.start).sum())) == (("730",), 4)


def test_noted_statuses_and_answers_are_kept(citizens: dict[str, Citizen], bring: Import) -> None:
    status = f"pnr;dato;status\n{ADA};2026-03-03;job\n{ADA};2026-03-05;uddannelse\n{BIRK};2026-03-03;ukendt\n"
    kept = bring(status, "MANUAL_STATUS")
    noted = selectors.manual_statuses_in(citizens[ADA].municipality_id)
    assert (noted.citizen.tolist(), noted.status.tolist()) == ([citizens[ADA].pk], ["education"])
    assert noted.day[0] == np.datetime64("2026-03-05")
    assert kept.rows_bad == 1
    answers = f"pnr;dato;runde;svarer;spørgsmål;svar\n{ADA};2026-03-03;3;borger;trivsel;4\n"
    bring(answers, "SURVEY")
    assert ImportedAnswer.objects.values_list("party", "wave", "answer").get() == ("citizen", 3, 4)


def test_outside_totals_come_back_as_the_library_read_them(cast: Cast, bring: Import, tmp_path: Path) -> None:
    kept = bring(TOTALS, "OUTSIDE_TOTALS", table="AUH03", name="auh03.csv")
    pure = analysis.read_outside_totals(tmp_path / "auh03.csv", table="AUH03", read_on=TODAY)
    stored = selectors.outside_totals(cast.eva, "AUH03")
    assert stored is not None
    assert (stored.rows, stored.dimensions, stored.read_on) == (pure.rows, pure.dimensions, TODAY)
    assert (kept.rows_bad, OutsideTotal.objects.filter(is_mentor=True).count()) == (1, 2)
    assert selectors.outside_totals(cast.eva, "AUK03") is None
    assert selectors.newest(cast.eva, "OUTSIDE_TOTALS") == kept


def test_a_number_of_another_municipality_is_never_matched(
    cast: Cast, citizens: dict[str, Citizen], bring: Import
) -> None:
    """The control: the stranger is known next door, and is matched there."""
    from brobygger.accounts import tenancy
    from brobygger.registers.matching import match

    away = cast.other_municipality
    with tenancy.acting(tenancy.system_actor(away.pk)):
        other = Citizen.objects.create(municipality=away, name="Cilla Carlsen")
        CprNumber.objects.create(
            municipality=away,
            citizen=other,
            ciphertext=b"",
            blind_index=vault.blind_index(STRANGER, away.pk),
        )
        assert match(np.array([STRANGER]), away.pk).citizen.tolist() == [other.pk]
    bring(WIDE)
    assert set(StatusSpell.objects.values_list("citizen_id", flat=True)) == {c.pk for c in citizens.values()}
    with tenancy.acting(tenancy.system_actor(away.pk)):
        assert not StatusSpell.objects.exists() and not RegisterImport.objects.exists()


def test_only_those_who_may_import_do(cast: Cast, bring: Import) -> None:
    for by in (cast.anna, cast.tove, cast.carla, cast.david):
        with pytest.raises(NotAllowed):
            bring(WIDE, by=by)
    assert not selectors.visible_to(cast.anna).exists()
    assert len(selectors.panel_of(cast.anna)) == 0


def test_a_number_written_in_two_ways_is_one_citizen(citizens: dict[str, Citizen], bring: Import) -> None:
    kept = bring(f"pnr;y_2601\n{ADA};730\n{ADA[:6]}-{ADA[6:]};130\n")
    assert (len(told(citizens[ADA])), kept.rows_kept, kept.rows_repeated) == (1, 1, 1)
