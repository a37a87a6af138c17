"""Files that are damaged, or something else than they say: a sentence, nothing kept, and the worker goes on."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db import connection

from brobygger import analysis
from brobygger.accounts.errors import Refused
from brobygger.people.models import Citizen
from brobygger.registers import selectors, services
from brobygger.registers.models import RegisterImport, WaitingFile
from tests.cast import Cast
from tests.factories.sas import write_sas7bdat
from tests.registers.conftest import ADA, NOW, WIDE, Import

COLUMNS = {"pnr": [ADA] * 40, **{f"y_26{week:02d}": ["730"] * 40 for week in range(1, 30)}}


def whole(folder: Path, suffix: str) -> bytes:
    path = folder / f"hel{suffix}"
    if suffix == ".sas7bdat":
        write_sas7bdat(path, COLUMNS)
    elif suffix == ".parquet":
        cells = ", ".join(f"'730' AS {week}" for week in COLUMNS if week != "pnr")
        duckdb.sql(f"SELECT '{ADA}' AS pnr, {cells} FROM range(40)").write_parquet(str(path))
    else:
        pandas, pyreadstat = pytest.importorskip("pandas"), pytest.importorskip("pyreadstat")
        write = pyreadstat.write_sav if suffix == ".sav" else pyreadstat.write_xport
        write(pandas.DataFrame(COLUMNS), str(path))
    return path.read_bytes()


@pytest.mark.parametrize("suffix", [".parquet", ".sas7bdat", ".sav", ".xpt"])
def test_a_damaged_file_is_told_with_a_sentence_and_nothing_of_it_kept(
    suffix: str, cast: Cast, citizens: dict[str, Citizen], bring: Import, tmp_path: Path
) -> None:
    """Cut off, with bytes changed here and there, and of chance alone. What can still be read is a whole import."""
    content, dice = whole(tmp_path, suffix), random.Random(20261123)
    broken = [content[: len(content) * part // 4] for part in (1, 2, 3)] + [dice.randbytes(500)]
    for _each in range(6):
        bytes_ = bytearray(content)
        for _hit in range(8):
            bytes_[dice.randrange(len(bytes_))] = dice.randrange(256)
        broken.append(bytes(bytes_))
    refused = 0
    for number, piece in enumerate(broken):
        before = RegisterImport.objects.count()
        try:
            bring(piece, name=f"{number}{suffix}")
        except Refused as refusal:
            refused += 1
            assert ADA not in refusal.message and RegisterImport.objects.count() == before
    assert refused >= 2
    assert bring(content, name=f"hel{suffix}").rows_kept == 1, "The control: undamaged it is imported."


@pytest.mark.django_db
def test_a_file_that_breaks_its_reader_does_not_stop_the_worker(
    cast: Cast, citizens: dict[str, Citizen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault is in the reader; its message holds a number, which nobody is told."""
    monkeypatch.setattr(selectors, "connections", {"owner": connection})
    inner: Callable[..., Any] = analysis.read_weekly

    def breaks(paths: list[Path], **how: Any) -> Any:
        if b"730" in paths[0].read_bytes():
            raise RuntimeError(f"cannot cast {ADA}")
        return inner(paths, **how)

    monkeypatch.setattr(analysis, "read_weekly", breaks)
    for content in (WIDE, f"pnr;y_2601\n{ADA};130\n"):
        services.receive(
            pieces=[content.encode()], size=len(content), name="uger.csv", kind="WEEKLY", table="",
            data_as_of=NOW.date(), by=cast.eva, at=NOW, on=NOW.date(),
        )  # fmt: skip
    assert services.work_next(at=NOW) and services.work_next(at=NOW)
    failed, looked = WaitingFile.objects.order_by("pk")
    assert (failed.state, looked.state) == ("FAILED", "LOOKED_AT")
    assert failed.trouble == "Filen kan ikke læses. Måske er den ødelagt."
