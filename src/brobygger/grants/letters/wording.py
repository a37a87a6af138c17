"""Sentences that decision letters and agreements share. Danish: a letter from an authority is not translated."""

from __future__ import annotations

from datetime import date, datetime

from brobygger.accounts.models import Municipality
from brobygger.law.authority import authority
from brobygger.law.wording import danish_date
from brobygger.ui.formats import danish_clock, danish_day_of

APPEAL_BODY = "Ankestyrelsens Beskæftigelsesudvalg"


def authority_in(municipality: Municipality, on: date) -> str:
    """The deciding authority by its name on the date."""
    called = authority(on)
    return (
        municipality.name if called.indefinite == "kommune" else f"{called.capitalised} i {municipality.name}"
    )


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
    decider = authority_in(municipality, on)
    if by_digital_post:
        deadline = (
            f"{decider} skal have din klage senest {danish_date(last_day)} kl. 23.59. "
            "Det er fire uger efter, at du har fået brevet i Digital Post."
        )
    else:
        deadline = (
            f"{decider} skal have din klage senest fire uger efter, at du har modtaget brevet. "
            f"Fristen udløber tidligst {danish_date(last_day)} kl. 23.59."
        )
    return (
        f"Er du uenig i afgørelsen, kan du klage til {APPEAL_BODY}. Kun den, sagen handler om, kan klage.",
        f"Send klagen til {decider}: {contact_of(municipality)}. {deadline}",
        f"{decider} vurderer først sagen igen inden for fire uger. Fastholder vi afgørelsen, sender vi klagen "
        f"videre til {APPEAL_BODY}.",
    )


def complaint_in_agreement(municipality: Municipality, *, on: date, last_day: date) -> str:
    """The same in short, for a text that others than the citizen read too."""
    decider = authority_in(municipality, on)
    return (
        f"Borgeren kan klage over afgørelsen om mentorstøtte til {APPEAL_BODY}. Klagen sendes til {decider}: "
        f"{contact_of(municipality)}. Fristen er fire uger fra afgørelsen og udløber tidligst "
        f"{danish_date(last_day)} kl. 23.59."
    )
