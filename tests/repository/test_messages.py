"""Every Danish text has an English one, with the same named placeholders."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from brobygger.web import messages
from tests.repository.sources import PACKAGE, where

PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]")


def test_no_text_lacks_english_and_none_is_left_over() -> None:
    assert messages.missing_and_left_over() == ([], [])


def test_a_new_text_is_seen_as_missing(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text('_("En tekst som ingen har oversat.")\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "planted.html").write_text('{% trans "Heller ikke denne." %}\n')
    missing, _ = messages.missing_and_left_over(tmp_path)
    assert missing == ["('', 'En tekst som ingen har oversat.')", "('', 'Heller ikke denne.')"]


def test_placeholders_are_the_same_in_both_languages() -> None:
    wrong = []
    for message in messages.current():
        danish = message.id if isinstance(message.id, str) else message.id[-1]
        english = message.string if isinstance(message.string, str) else message.string[-1]
        if sorted(PLACEHOLDER.findall(danish)) != sorted(PLACEHOLDER.findall(english)):
            wrong.append(danish)
    assert wrong == []


@pytest.mark.parametrize("bad", ['_(f"Hej {navn}")', '_("Hej " + navn)', '_("Hej %s") % navn'])
def test_the_check_of_texts_finds_bad_ones(bad: str) -> None:
    assert faults_in(ast.parse(bad))


def test_texts_are_whole_and_have_named_placeholders() -> None:
    found = []
    for file in PACKAGE.rglob("*.py"):
        found += [where(file, line) for line in faults_in(ast.parse(file.read_text()))]
    assert found == []


def faults_in(tree: ast.AST) -> list[int]:
    """Lines where a translated text is put together, or has a placeholder without a name."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "gettext", "gettext_lazy"}
        and node.args
        and not _is_good(node.args[0])
    ]


def _is_good(text: ast.expr) -> bool:
    return (
        isinstance(text, ast.Constant)
        and isinstance(text.value, str)
        and not re.search(r"(?<!%)%[sd]", text.value.replace("%%", ""))
    )
