"""Bringing a register in from the command line: a bar on a terminal, plain lines where a log reads along."""

from __future__ import annotations

import io

import pytest

from brobygger.web.commands.registers import shown

TOLD = [
    ("Læser filen", 0),
    ("Læser filen", 4),
    ("Læser filen", 31),
    ("Læser filen", 20),
    ("Gemmer", 70),
    ("Gemmer", 100),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def said(out: io.StringIO) -> str:
    with shown(out) as show:
        for step, percent in TOLD:
            show(step, percent)
    return out.getvalue()


def test_elsewhere_than_on_a_terminal_there_are_lines() -> None:
    assert said(io.StringIO()).splitlines() == [
        "Læser filen: 0 %",
        "Læser filen: 31 %",
        "Gemmer: 70 %",
        "Gemmer: 100 %",
    ]


def test_on_a_terminal_there_is_one_bar_that_never_goes_back() -> None:
    drawn = said(Terminal())
    shares = [int(part.split(":")[1].split("%")[0]) for part in drawn.split("\r") if ":" in part]
    assert shares == sorted(shares) and shares[-1] == 100
    assert drawn.count("\n") == 1 and "Gemmer: 100 %|" in drawn


@pytest.mark.parametrize("out", [Terminal, io.StringIO])
def test_a_refusal_ends_the_bar(out: type[io.StringIO]) -> None:
    with pytest.raises(ValueError, match="nej"), shown(out()) as show:
        show("Læser filen", 10)
        raise ValueError("nej")
