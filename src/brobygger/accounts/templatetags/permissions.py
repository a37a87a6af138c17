"""Leaves out what would only lead to a refusal: ``{% if user|may:"SEE_CASES" %}``. The views decide all the same."""

from __future__ import annotations

from typing import Any

from django import template

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission

register = template.Library()


@register.filter
def may(user: Any, permission: str) -> bool:
    """Whether the signed-in user has the permission. Raises ValueError for a permission that there is not."""
    wanted = Permission(permission)
    return isinstance(getattr(user, "_wrapped", user), User) and user.may(wanted)
