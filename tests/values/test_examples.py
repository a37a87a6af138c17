"""The examples in the docstrings of the plain packages run."""

import doctest
import importlib

import pytest

MODULES = [
    "brobygger.values.period",
    "brobygger.values.money",
    "brobygger.values.duration",
    "brobygger.values.sorting",
    "brobygger.law.wording",
    "brobygger.law.authority",
    "brobygger.law.deadlines",
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
