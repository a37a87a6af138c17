"""What the pages show, put into words and figures."""

from brobygger.hours.presenters.case import case_section

__all__ = ["case_section"]
