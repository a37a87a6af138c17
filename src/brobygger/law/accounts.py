"""Which account the cost of a mentor is booked on: by target group and date (P19)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from brobygger.law.parameters import MissingParameter, Parameters
from brobygger.law.reimbursement import INSURED

INSURED_SERIES, OTHERS_SERIES = "P19", "P19.others"
REST = ""
"""The key of the account that counts for every group without one of its own."""

_ACCOUNT = re.compile(r"\d+(?:\.\d+)+")


def account_of(target_group: str | None, on: date, numbers: Parameters) -> str | None:
    """The account for a target group on a day; None where none has been confirmed or recorded.

    Only that of the insured has been read in the agency's answers, from 2014; a municipality records the others from
    its own chart of accounts.
    """
    if not target_group:
        return None
    try:
        if target_group in INSURED:
            return numbers.on(INSURED_SERIES, on).text or None
        accounts = accounts_by_group(numbers.on(OTHERS_SERIES, on).text)
    except (MissingParameter, ValueError):
        return None
    return accounts.get(target_group, accounts.get(REST))


@lru_cache(maxsize=256)
def accounts_by_group(text: str) -> Mapping[str, str]:
    """Target group -> account, from what a municipality has recorded; ``REST`` is every other group.

    One account counts for all; else each group has its own, with semicolons between. Raises ValueError.

    >>> accounts_by_group("5.68.90.012")
    {'': '5.68.90.012'}
    >>> accounts_by_group("6.2: 5.68.90.012; 6.3: 5.68.90.013; 5.68.90.010")
    {'6.2': '5.68.90.012', '6.3': '5.68.90.013', '': '5.68.90.010'}
    """
    found: dict[str, str] = {}
    for part in filter(str.strip, text.split(";")):
        group, _, account = part.rpartition(":")
        group, account = group.strip(), account.strip()
        if not _ACCOUNT.fullmatch(account) or group in found:
            raise ValueError(
                "Skriv en konto, eller målgruppe: konto med semikolon imellem, hver gruppe én gang."
            )
        found[group] = account
    return found
