"""What pages show of grants."""

from brobygger.grants.presenters.case import case_section

__all__ = ["case_section"]
