"""Dated numbers of the money that stand outside the mentor rules: holiday pay and the restart of the ladder.

They are read and dated as the law's own are, and lie beside them in one set, so that one call finds either.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from brobygger.law.ladder import restart_parameters
from brobygger.law.parameters import Parameter, Parameters, parameters, parse


@cache
def own_parameters() -> dict[str, Parameter]:
    """The numbers in ``payment/data``, by id, and those of the ladder's restart."""
    folder = files("brobygger.payment") / "data"
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    read = [parse((folder / name).read_text(encoding="utf-8")) for name in names]
    return {each.id: each for each in read} | restart_parameters()


@cache
def money_parameters() -> Parameters:
    """The numbers of the law and of the money; an administrator's rows lie on top (``with_local``)."""
    return Parameters({**parameters(), **own_parameters()})
