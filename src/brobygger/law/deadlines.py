"""The deadlines for a complaint and for looking at the case again (G06, G08)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from brobygger.law.parameters import parameter
from brobygger.law.wording import weeks_after
from brobygger.values.source import Confidence, Source

LAW_IDS = ("G06", "G08")
COMPLAINT_SOURCE = Source(
    "Retssikkerhedsloven",
    "§ 67",
    "https://www.dukh.dk/Guides-og-Praksisnyt/@48/Praksisnyt-39---Overskridelse-af-klagefrist",
    Confidence.HIGH,
)


@lru_cache(maxsize=8192)
def complaint_last_day(notified_on: date) -> date:
    """The last day a complaint counts: four weeks (P15) after notice, so the same weekday, until 23:59.

    Retssikkerhedsloven § 67; that the weekday decides is practice. Raises MissingParameter before June 2003.

    >>> complaint_last_day(date(2026, 12, 1))
    datetime.date(2026, 12, 29)
    """
    return weeks_after(notified_on, parameter("P15", notified_on).whole)


def reassessment_last_day(received_on: date) -> date:
    """The last day for the authority to look again and send the complaint on: four weeks (P15.reassessment).

    Retssikkerhedsloven, number of the paragraph not read (confidence M). Raises MissingParameter before June 2003.

    >>> reassessment_last_day(date(2026, 12, 1))
    datetime.date(2026, 12, 29)
    """
    return weeks_after(received_on, parameter("P15.reassessment", received_on).whole)
