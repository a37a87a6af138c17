"""docs/law says what the catalogue says."""

from pathlib import Path

import pytest

from brobygger.law import book, english
from brobygger.law.catalogue import INFORMATION, RULES
from brobygger.law.parameters import parameters

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs" / "law"


def stale(folder: Path) -> list[str]:
    expected = book.pages(book.tests_by_id(HERE))
    return [name for name, text in expected.items() if _read(folder / name) != text]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def test_the_book_is_current() -> None:
    assert stale(DOCS) == [], "Kør: python -m brobygger.law.book docs/law"


def test_a_changed_page_would_be_noticed(tmp_path: Path) -> None:
    assert book.main([str(tmp_path), str(HERE)]) == 0
    assert stale(tmp_path) == []
    page = tmp_path / "rules.md"
    page.write_text(page.read_text(encoding="utf-8").replace("6 måneder", "7 måneder", 1), encoding="utf-8")
    assert stale(tmp_path) == ["rules.md"]


def test_the_book_has_every_rule_with_its_sentence_and_every_number() -> None:
    rules = _read(DOCS / "rules.md") or ""
    assert all(
        each.text in rules and f'### <a id="{each.id.lower()}"></a>{each.id}' in rules
        for each in RULES.values()
    )
    assert "| Prøver | ingen |" not in rules
    numbers = _read(DOCS / "parameters.md") or ""
    assert all(f"## {each} " in numbers for each in parameters())
    assert "Prøver: ingen" not in numbers


def test_the_book_has_what_must_be_known_and_the_english_page() -> None:
    known, in_english = _read(DOCS / "information.md") or "", _read(DOCS / "english.md") or ""
    assert all(each.text in known and each.text_en in in_english for each in INFORMATION.values())
    assert "| Prøver | ingen |" not in known
    assert all(english.rule_text(each) in in_english for each in RULES)
    assert "[10602 kr. pr. fuldtidsperson] kun et udkast" in (_read(DOCS / "parameters.md") or "")


def test_a_wrong_command_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert book.main([]) == 2
    assert "python -m brobygger.law.book docs/law" in capsys.readouterr().err
