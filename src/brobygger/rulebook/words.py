"""What the numbers are counted in, as people write it."""

from __future__ import annotations

from django.utils.translation import gettext as _


def units() -> dict[str, str]:
    """What the numbers of the law and the rates are counted in, in words by the law's own name of the unit."""
    return {
        "months": _("måneder"),
        "days": _("dage"),
        "weeks": _("uger"),
        "periods": _("perioder"),
        "employees": _("ansatte"),
        "percent": _("procent"),
        "hours a week": _("timer om ugen"),
        "million kroner a year": _("mio. kr. om året"),
        "kroner per full-time person": _("kr. pr. fuldtidsperson"),
        "kroner per month": _("kr. om måneden"),
        "kroner per week": _("kr. om ugen"),
        "per cent per year": _("procent om året"),
        "factor": _("gange"),
    }
