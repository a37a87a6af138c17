"""What belongs to one installation: its secret and its data folder. Knows no Django, so settings can use it."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

APP_ROLE = "brobygger_app"


def secret_key(data: Path) -> str:
    """BROBYGGER_SECRET, or a secret made at the first start and kept in the data folder, readable by its owner only."""
    if secret := os.environ.get("BROBYGGER_SECRET"):
        return secret
    file = data / "secret"
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(48))
    return file.read_text().strip()


def app_role_password(secret: str) -> str:
    """The application role's password, derived from the secret so that one setting is enough."""
    return hmac.new(secret.encode(), b"database-role", hashlib.sha256).hexdigest()
