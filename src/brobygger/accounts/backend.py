"""Signing in with user name and password, with a pause after repeated failures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.utils import timezone

from brobygger.accounts.models import User
from brobygger.audit import services as audit

ATTEMPTS = 5
PAUSE = timedelta(minutes=15)


class PasswordBackend(BaseBackend):
    """Says nothing about whether a user name exists: the same work is done either way."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if not username or password is None:
            return None
        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            User().set_password(password)  # takes as long as a real check
            return None
        now = timezone.now()
        if not user.is_active or (user.locked_until and user.locked_until > now):
            return None
        if user.check_password(password):
            User.objects.filter(pk=user.pk).update(failed_logins=0, locked_until=None)
            return user
        self._note_failure(user)
        return None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.select_related("municipality").filter(pk=user_id, is_active=True).first()

    def _note_failure(self, user: User) -> None:
        failures = user.failed_logins + 1
        locked_until = timezone.now() + PAUSE if failures % ATTEMPTS == 0 else user.locked_until
        User.objects.filter(pk=user.pk).update(failed_logins=failures, locked_until=locked_until)
        audit.record("sign_in.failed", by=audit.NamedJob("sign-in", None), subject=user)
