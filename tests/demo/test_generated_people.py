"""The same seed gives the same rows, and none of the people could be somebody."""

from __future__ import annotations

import pytest

from brobygger.people import vault
from brobygger.values.cpr import birth_date, is_replacement, parse_cpr
from brobygger.values.cvr import parse_cvr, parse_gln
from brobygger.web.demo.drawing import Draw
from brobygger.web.demo.loading import _example_gln, _municipalities, _shares
from brobygger.web.demo.people import example_cvr, replacement_numbers
from tests.demo.towns import fingerprint, town, values


def test_the_same_seed_gives_the_same_rows() -> None:
    assert fingerprint(town(seed=3, detailed=True)) == fingerprint(town(seed=3, detailed=True))


def test_another_seed_gives_other_rows() -> None:
    assert fingerprint(town(seed=3)) != fingerprint(town(seed=4))


def test_one_changed_value_changes_the_fingerprint() -> None:
    made = town(seed=3)
    before = fingerprint(made)
    made["mentorships_mentorship"]["starts_on"][0] += 1  # type: ignore[index]
    assert fingerprint(made) != before


def test_no_cpr_number_can_be_a_persons() -> None:
    citizens = town(count=300)["people_citizen"]
    numbers = replacement_numbers(Draw(1), values(citizens["birth_date"]))
    assert all(is_replacement(number) and parse_cpr(number) == number for number in numbers)
    assert [birth_date(number) for number in numbers] == values(citizens["birth_date"]).tolist()
    assert len(set(numbers)) == len(numbers)


def test_people_made_later_get_no_number_twice() -> None:
    born = values(town(count=300)["people_citizen"]["birth_date"])
    numbers, planted = replacement_numbers(Draw(1), born), replacement_numbers(Draw(2), born)
    assert not set(numbers) & set(replacement_numbers(Draw(2), born, given=born))
    assert set(numbers) & set(planted)


def test_a_persons_number_would_be_found() -> None:
    assert not is_replacement("0101901234")


def test_the_stored_numbers_open_with_the_product_own_vault() -> None:
    from uuid import UUID

    made = town(count=40)
    citizen = UUID(bytes=bytes(made["people_citizen"]["public_id"][0]))  # type: ignore[index, arg-type]
    number = vault.decrypt(values(made["people_cprnumber"]["ciphertext"])[0], citizen, 1)
    assert is_replacement(number)
    assert vault.blind_index(number, 1) == values(made["people_cprnumber"]["blind_index"])[0]


def test_telephones_and_mail_reach_nobody() -> None:
    made = town()
    for table in ("people_citizen", "people_mentor", "accounts_user"):
        assert all(number.startswith("+4500") for number in values(made[table]["phone"]))
        assert all(address.endswith("@example.org") for address in values(made[table]["email"]))


@pytest.mark.parametrize("number", [0, 1, 4_711, 99_999_999])
def test_company_and_location_numbers_have_valid_check_digits(number: int) -> None:
    assert parse_cvr(example_cvr(number)) == example_cvr(number)
    assert parse_gln(_example_gln(number % 100)) == _example_gln(number % 100)


def test_the_country_has_its_municipalities_and_all_its_mentorships() -> None:
    named = _municipalities()
    shares = _shares([code for code, _ in named], 360_000)
    assert len(named) == 98
    assert ("0101", "København Kommune") in named
    assert sum(shares) == 360_000
    assert min(shares) > 400
