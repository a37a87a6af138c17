"""The shared logins of a demonstration, for the page where one signs in."""

from __future__ import annotations

from django import template

from brobygger.web.demo import logins

register = template.Library()


@register.simple_tag
def demo_logins() -> list[dict[str, str]]:
    """Role, user name and password of each login that exists; none where somebody works for real."""
    return [
        {"role": role, "username": username, "password": password} for role, username, password in logins()
    ]
