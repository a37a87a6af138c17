"""CPR numbers at rest: AES-256-GCM, and a keyed blind index to find them by.

Two keys are derived from the installation's secret with HKDF-SHA-256: one encrypts, one indexes. The ciphertext is
bound to its citizen's public id, so a row moved to somebody else does not open. The index differs from municipality
to municipality, so that two tables cannot be joined on it.
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_VERSION = 1
NONCE_BYTES = 12
INDEX_BYTES = 16


class CannotOpen(Exception):
    """The ciphertext was changed, belongs to another citizen, or was made with another secret."""


def encrypt(cpr: str, citizen_public_id: uuid.UUID, municipality_id: int) -> bytes:
    """Nonce (12 bytes), ciphertext and tag of ten digits; another ciphertext each time."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_key("encrypt", KEY_VERSION)).encrypt(
        nonce, cpr.encode("ascii"), _bound_to(citizen_public_id, municipality_id)
    )
    return nonce + sealed


def decrypt(
    ciphertext: bytes, citizen_public_id: uuid.UUID, municipality_id: int, key_version: int = KEY_VERSION
) -> str:
    """The ten digits. Raises CannotOpen."""
    nonce, sealed = bytes(ciphertext[:NONCE_BYTES]), bytes(ciphertext[NONCE_BYTES:])
    try:
        opened = AESGCM(_key("encrypt", key_version)).decrypt(
            nonce, sealed, _bound_to(citizen_public_id, municipality_id)
        )
    except (InvalidTag, ValueError):
        raise CannotOpen from None
    return opened.decode("ascii")


def blind_index(cpr: str, municipality_id: int) -> bytes:
    """16 bytes of HMAC-SHA-256: equal for equal numbers in one municipality, telling nothing without the key."""
    body = f"{municipality_id}:{cpr}".encode("ascii")
    return hmac.digest(_key("index", KEY_VERSION), body, "sha256")[:INDEX_BYTES]


def seal(content: bytes, place: str) -> bytes:
    """Nonce, ciphertext and tag of content that waits for a moment and may hold CPR numbers.

    ``place`` names where it lies: it opens nowhere else.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key("content", KEY_VERSION)).encrypt(nonce, content, place.encode())


def unseal(sealed: bytes, place: str) -> bytes:
    """What ``seal`` closed. Raises CannotOpen."""
    nonce, closed = bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:])
    try:
        return AESGCM(_key("content", KEY_VERSION)).decrypt(nonce, closed, place.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def _bound_to(citizen_public_id: uuid.UUID, municipality_id: int) -> bytes:
    return f"{municipality_id}:{citizen_public_id}".encode("ascii")


def _key(use: str, version: int) -> bytes:
    return _derive(settings.SECRET_KEY, use, version)


@lru_cache(maxsize=8)
def _derive(secret: str, use: str, version: int) -> bytes:
    info = f"brobygger-cpr-{use}-{version}".encode("ascii")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
