"""Which states of a contact count, and for what."""

from __future__ import annotations

from brobygger.hours.models import Contact

State, Kind = Contact.State, Contact.Kind

LIVE = (State.REGISTERED, State.CONFIRMED, State.DISPUTED, State.ACCEPTED)
"""These use the grant: the sum of their minutes is what the grant says is used."""

PAYABLE = (State.CONFIRMED, State.ACCEPTED)
"""Both sides have said yes, or staff has looked."""

CHANGEABLE = (State.REGISTERED, State.CONFIRMED, State.DISPUTED)
"""The mentor may still correct or delete; what staff has settled stands."""

NO_SHOWS = (Kind.NO_SHOW_CITIZEN, Kind.NO_SHOW_MENTOR)
"""Somebody did not come: no minutes, and no contact either."""

BESIDE_OTHERS = (Kind.MESSAGE, Kind.NO_SHOW_MENTOR)
"""These may lie on top of another meeting; the database says the same (accounts.sql.NO_OVERLAP)."""
