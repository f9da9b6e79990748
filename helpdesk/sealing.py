"""Secrets that must be used again, sealed at rest: the passwords of mailboxes that are fetched.

The key comes from the installation's secret; what was sealed with an old one opens as long as that
stands among ``POSTDESK_OLD_SECRET_KEYS``. XSalsa20-Poly1305: what was tampered with opens not.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

_VERSION = "1:"


class CannotOpen(Exception):
    """It was sealed with a secret that is not known here, or it is damaged."""


def seal(secret: str, key: str, purpose: str) -> str:
    """Encrypt a secret, for the database.

    :param key: the installation's secret.
    :param purpose: what it is for; it opens for nothing else.
    """
    from nacl.secret import SecretBox

    sealed = SecretBox(_key_of(key, purpose)).encrypt(secret.encode())
    return _VERSION + urlsafe_b64encode(sealed).decode("ascii")


def unseal(sealed: str, keys: Sequence[str], purpose: str) -> str:
    """Decrypt what :func:`seal` made.

    :param keys: the installation's secret, then those before it.
    :raises CannotOpen:
    """
    from nacl.exceptions import CryptoError
    from nacl.secret import SecretBox

    try:
        content = urlsafe_b64decode(sealed.removeprefix(_VERSION))
    except ValueError:
        raise CannotOpen from None
    for key in keys:
        try:
            return SecretBox(_key_of(key, purpose)).decrypt(content).decode()
        except (CryptoError, ValueError):
            continue
    raise CannotOpen


def _key_of(key: str, purpose: str) -> bytes:
    named = f"postdesk sealed {purpose}".encode()
    return hashlib.blake2b(
        named, key=hashlib.sha256(key.encode()).digest(), digest_size=32
    ).digest()
