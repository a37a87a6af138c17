"""CPR numbers at rest."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.people import vault

ONE, TWO = uuid.UUID(int=1), uuid.UUID(int=2)
numbers = st.from_regex(r"[0-9]{10}", fullmatch=True)


@given(numbers, st.uuids(), st.integers(1, 10_000))
def test_what_goes_in_comes_out(cpr: str, citizen: uuid.UUID, municipality: int) -> None:
    sealed = vault.encrypt(cpr, citizen, municipality)
    assert vault.decrypt(sealed, citizen, municipality) == cpr
    assert cpr.encode() not in sealed
    assert len(sealed) <= 64


def test_the_same_number_never_looks_the_same() -> None:
    assert vault.encrypt("6205941234", ONE, 1) != vault.encrypt("6205941234", ONE, 1)


@pytest.mark.parametrize(("citizen", "municipality"), [(TWO, 1), (ONE, 2)])
def test_a_row_moved_to_somebody_else_does_not_open(citizen: uuid.UUID, municipality: int) -> None:
    with pytest.raises(vault.CannotOpen):
        vault.decrypt(vault.encrypt("6205941234", ONE, 1), citizen, municipality)


@given(st.integers(0, 37), st.integers(1, 255))
def test_a_changed_byte_is_seen(place: int, flip: int) -> None:
    sealed = bytearray(vault.encrypt("6205941234", ONE, 1))
    sealed[place] ^= flip
    with pytest.raises(vault.CannotOpen):
        vault.decrypt(bytes(sealed), ONE, 1)


def test_a_short_ciphertext_does_not_open() -> None:
    with pytest.raises(vault.CannotOpen):
        vault.decrypt(b"short", ONE, 1)


@given(numbers, numbers)
def test_the_index_finds_equal_numbers_and_no_others(one: str, other: str) -> None:
    assert (vault.blind_index(one, 1) == vault.blind_index(other, 1)) == (one == other)


def test_the_index_differs_from_municipality_to_municipality() -> None:
    assert vault.blind_index("6205941234", 1) != vault.blind_index("6205941234", 2)
    assert len(vault.blind_index("6205941234", 1)) == 16


def test_another_secret_opens_nothing(settings: pytest.FixtureRequest) -> None:
    sealed = vault.encrypt("6205941234", ONE, 1)
    settings.SECRET_KEY = "another-secret"  # type: ignore[attr-defined]
    with pytest.raises(vault.CannotOpen):
        vault.decrypt(sealed, ONE, 1)
