"""The generated demonstration: invented people in one municipality, or in the whole country.

The same size and day give the same rows, so that what somebody saw can be shown again.
"""

from brobygger.web.demo.loading import DEMO_PASSWORD, is_empty, load, logins

__all__ = ["DEMO_PASSWORD", "is_empty", "load", "logins"]
