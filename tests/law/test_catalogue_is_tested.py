"""Each rule, number and information entry has a test with its id; each such test names something that exists."""

from pathlib import Path

from brobygger.law import book
from brobygger.law.catalogue import INFORMATION, RULES
from brobygger.law.parameters import parameters

HERE = Path(__file__).parent
KNOWN = {*RULES, *INFORMATION, *(each[:3] for each in parameters())}
SOURCE_IDS = {
    *(f"A{each:02}" for each in range(1, 18)),
    *(f"B{each:02}" for each in range(1, 15)),
    *(f"C{each:02}" for each in range(1, 7)),
    *(f"D{each:02}" for each in range(1, 19)),
    *(f"E{each:02}" for each in range(1, 16)),
    *(f"F{each:02}" for each in range(1, 7)),
    *(f"G{each:02}" for each in range(1, 20)),
    *(f"N{each:02}" for each in range(1, 17)),
    *(f"P{each:02}" for each in range(1, 21)),
}
"""Every number of the source list: chapters a1-a7, the numbers and what is not confirmed."""


def untested(known: set[str], named: set[str]) -> set[str]:
    return known - named


def unknown(known: set[str], named: set[str]) -> set[str]:
    return named - known


def test_every_rule_and_parameter_has_a_test() -> None:
    assert untested(KNOWN, set(book.tests_by_id(HERE))) == set()


def test_every_test_with_an_id_names_a_rule_or_a_parameter() -> None:
    assert unknown(KNOWN, set(book.tests_by_id(HERE))) == set()


def test_every_number_of_the_source_list_is_in_the_catalogue_and_nothing_else() -> None:
    assert KNOWN == SOURCE_IDS


def test_an_id_is_either_a_rule_or_information() -> None:
    assert not {*RULES} & {*INFORMATION}


def test_a_rule_without_a_test_and_a_test_without_a_rule_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(
        "def test_B09_something() -> None: ...\ndef test_B02_Z99_else() -> None: ...\n"
    )
    named = set(book.tests_by_id(tmp_path))
    assert named == {"B09", "B02", "Z99"}
    assert untested({"B09", "B02", "B01"}, named) == {"B01"}
    assert unknown({"B09", "B02", "B01"}, named) == {"Z99"}
