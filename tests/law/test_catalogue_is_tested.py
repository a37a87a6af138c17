"""Each rule and parameter has a test that carries its id, and each such test names something that exists."""

from pathlib import Path

from brobygger.law import authority, book, contact_minimum, deadlines
from brobygger.law.catalogue import RULES
from brobygger.law.parameters import parameters

HERE = Path(__file__).parent
OTHERS = {*authority.LAW_IDS, *deadlines.LAW_IDS, *contact_minimum.LAW_IDS, "A17"}


def untested(known: set[str], named: set[str]) -> set[str]:
    return known - named


def unknown(known: set[str], named: set[str]) -> set[str]:
    return named - known


def test_every_rule_and_parameter_has_a_test() -> None:
    known = {*RULES, *(each[:3] for each in parameters())}
    assert untested(known, set(book.tests_by_id(HERE))) == set()


def test_every_test_with_an_id_names_a_rule_or_a_parameter() -> None:
    known = {*RULES, *(each[:3] for each in parameters()), *OTHERS}
    assert unknown(known, set(book.tests_by_id(HERE))) == set()


def test_a_rule_without_a_test_and_a_test_without_a_rule_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(
        "def test_B09_something() -> None: ...\ndef test_Z99_else() -> None: ...\n"
    )
    named = set(book.tests_by_id(tmp_path))
    assert named == {"B09", "Z99"}
    assert untested({"B09", "B01"}, named) == {"B01"}
    assert unknown({"B09", "B01"}, named) == {"Z99"}
