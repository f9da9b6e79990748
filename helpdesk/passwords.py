"""Passwords: hashed with Argon2id where its library is installed, else with scrypt."""

from __future__ import annotations

import secrets
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

from helpdesk.errors import InvalidInput

try:
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError
except ImportError:  # platforms without a wheel
    _argon2 = None
else:
    _argon2 = PasswordHasher()

SHORTEST = 10
LONGEST = 1000


def hash_password(password: str) -> str:
    """A salted hash of a new password.

    :raises InvalidInput: it is too short (10 characters) or absurdly long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput("password", f"A password needs {SHORTEST} to {LONGEST:,} characters.")
    if not _is_unicode(password):
        raise InvalidInput("password", "This password has characters that are none.")
    return _argon2.hash(password) if _argon2 else generate_password_hash(password)


def matches(password: str, hashed: str | None) -> bool:
    """Whether this is the password. Takes as long where there is no account as where there is."""
    target = hashed or _nobodys()
    if len(password) > LONGEST or not _is_unicode(password):
        password = ""
    if target.startswith("$argon2"):
        if _argon2 is None:
            return False
        try:
            _argon2.verify(target, password)
        except (Argon2Error, InvalidHashError):
            return False
    elif not check_password_hash(target, password):
        return False
    return hashed is not None


def made_up() -> str:
    """A random password that can be read aloud: four groups of four."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def _is_unicode(password: str) -> bool:
    """Whether it has a UTF-8 form: JSON can carry lone surrogates, which have none."""
    return not any("\ud800" <= char <= "\udfff" for char in password)


@cache
def _nobodys() -> str:
    """A hash to compare with where there is no account, so that it takes as long."""
    return hash_password(secrets.token_hex(16))
