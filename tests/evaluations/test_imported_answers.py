"""Surveys made elsewhere, beside the questions to both sides: shares of at least five, and no number guessed at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from brobygger.accounts.models import User
from brobygger.evaluations.surveys.gaps import gaps_of_files
from brobygger.registers import selectors
from brobygger.registers.models import ImportedAnswer, RegisterImport
from tests.cast import Cast
from tests.factories.people import make_citizen

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PAGE = "/evalueringer/spoergsmaal/?tid=M03"
Answer = tuple[str, int, bool, int]


def both(item: str, *pairs: tuple[int, int], first: int = 0) -> list[Answer]:
    """(citizen's answer, mentor's answer) of one citizen after another."""
    rows = []
    for number, (citizen, mentor) in enumerate(pairs, first):
        rows += [(item, number, True, citizen), (item, number, False, mentor)]
    return rows


def test_four_and_five_of_five_are_yes_and_one_of_nought_and_one() -> None:
    faces = both("trivsel", (4, 5), (3, 5), (1, 4), (2, 2), (5, 5), (3, 3))
    yes_or_no = both("tillid", (1, 1), (0, 1), (0, 0), (1, 1), (0, 1))
    found, unknown = gaps_of_files([*faces, *yes_or_no])
    assert not unknown and [each.item.key for each in found] == ["tillid", "trivsel"]
    assert (found[0].citizen, found[0].mentor) == (0.4, 0.8)
    assert (found[1].citizen, found[1].mentor) == (pytest.approx(2 / 6), pytest.approx(4 / 6))
    assert all(each.weighted == (None, None) for each in found)


@pytest.mark.parametrize("odd", [6, 0, -1, 10])
def test_one_number_off_the_scale_leaves_the_question_out(odd: int) -> None:
    """The planted fault: on a scale nobody knows, 4 may be little or much."""
    good = both("trivsel", *[(4, 5)] * 6)
    assert gaps_of_files(good)[1] == []
    assert gaps_of_files([*good, ("trivsel", 99, True, odd)]) == ([], ["trivsel"])
    assert gaps_of_files(both("tillid", *[(1, 1)] * 6))[1] == ["tillid"], "Of 1 alone nobody knows the scale."


def keep(cast: Cast, rows: list[Answer], wave: int = 3) -> None:
    kept = RegisterImport.objects.create(
        municipality=cast.municipality, kind="SURVEY", file_name="svar.csv", sha256=f"{wave:064d}",
        data_as_of=date(2026, 11, 2), imported_by=cast.eva, imported_at=AT,
    )  # fmt: skip
    people = {
        number: make_citizen(cast, name=f"Nina Nummer {wave}{number}", email=f"n{wave}-{number}@example.org")
        for number in sorted({row[1] for row in rows})
    }
    for item, number, is_citizen, value in rows:
        ImportedAnswer.objects.create(
            municipality=cast.municipality, citizen=people[number], answered_on=date(2026, 11, 2), wave=wave,
            party="citizen" if is_citizen else "mentor", item=item, answer=value, came_with=kept,
        )  # fmt: skip


def test_the_leader_sees_shares_under_the_month_and_nobody_an_answer(
    cast: Cast, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(cast.eva)
    assert "importerede spørgeskemaer" not in client.get(PAGE).content.decode()
    keep(cast, [*both("trivsel", *[(4, 5)] * 3, *[(2, 4)] * 3), *both("humør", (9, 9), first=0)])
    keep(cast, both("trivsel", *[(4, 5)] * 4), wave=6)
    page = client.get(PAGE).content.decode()
    assert "Svar fra importerede spørgeskemaer" in page and "Efter 3 måneder" in page and "50 af 100" in page
    assert "hverken går fra 1 til 5 eller er 0 og 1: humør." in page and "Nina" not in page
    assert "har svaret (" not in page, "Nobody was asked from here."
    few = client.get(PAGE.replace("M03", "M06")).content.decode()
    assert "Færre end 5 svar" in few and "af 100</" not in few
    assert signed_in(cast.anna).get(PAGE).status_code == 403
    assert selectors.imported_waves(cast.anna) == [] and selectors.imported_waves(cast.eva) == [3, 6]
