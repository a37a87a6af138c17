"""Sentences that decision letters and agreements share. Danish: a letter from an authority is not translated."""

from __future__ import annotations

from datetime import date, datetime

from brobygger.accounts.models import Municipality
from brobygger.law.authority import MUNICIPALITY_FROM
from brobygger.law.wording import danish_date
from brobygger.ui.formats import danish_clock, danish_day_of

APPEAL_BODY = "Ankestyrelsens Beskæftigelsesudvalg"


def authority_in(municipality: Municipality, on: date) -> str:
    """The deciding authority by its name on the date."""
    return municipality.name if on >= MUNICIPALITY_FROM else f"Jobcenteret i {municipality.name}"


def contact_of(municipality: Municipality) -> str:
    parts = (municipality.address, municipality.phone, municipality.email)
    return " · ".join(part for part in parts if part) or f"Kommunekode {municipality.code}"


def day_and_time(at: datetime) -> str:
    return f"{danish_date(danish_day_of(at))} kl. {danish_clock(at)}"


def through(start: date, last_day: date) -> str:
    return f"{danish_date(start)} til og med {danish_date(last_day)}"


def complaint_guidance(
    municipality: Municipality, *, on: date, last_day: date, by_digital_post: bool
) -> tuple[str, ...]:
    """How to complain: to whom, through whom, until when, and what happens then (G04-G08)."""
    authority = authority_in(municipality, on)
    if by_digital_post:
        deadline = (
            f"{authority} skal have din klage senest {danish_date(last_day)} kl. 23.59. "
            "Det er fire uger efter, at du har fået brevet i Digital Post."
        )
    else:
        deadline = (
            f"{authority} skal have din klage senest fire uger efter, at du har modtaget brevet. "
            f"Fristen udløber tidligst {danish_date(last_day)} kl. 23.59."
        )
    return (
        f"Er du uenig i afgørelsen, kan du klage til {APPEAL_BODY}. Kun du, eller en du giver fuldmagt, kan klage.",
        f"Send klagen til {authority}: {contact_of(municipality)}. Du kan klage skriftligt eller mundtligt. "
        f"{deadline}",
        f"{authority} vurderer først sagen igen inden for fire uger. Fastholder vi afgørelsen, sender vi klagen "
        f"videre til {APPEAL_BODY}.",
    )
