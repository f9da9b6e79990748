"""The name of a canary: a mail of ours that goes out by the relay, and is to come back by itself.

It stands in the subject: relays put Message-IDs of their own, and fields of ours may get lost.
"""

from __future__ import annotations

import base64
import hmac
import re
from hashlib import sha256

from helpdesk.links import Keys

_MAC_BYTES = 16
_NAME = re.compile(r"\bc([0-9]{1,18})-([a-z2-7]{26})\b")


def canary_name(secret: str, canary_id: int) -> str:
    """``c<id>-<mac>``: only we can make it (HMAC, 128 bits)."""
    key = hmac.digest(secret.encode(), b"postdesk canary", sha256)
    mac = hmac.digest(key, str(canary_id).encode(), sha256)[:_MAC_BYTES]
    return f"c{canary_id}-{base64.b32encode(mac).decode().lower().rstrip('=')}"


def read_canary(keys: Keys, subject: str) -> int | None:
    """The id of the canary that a subject names, or None where none of ours is named."""
    found = _NAME.search(subject[:200].lower())
    if found is None:
        return None
    canary_id = int(found[1])
    made = (canary_name(key, canary_id) for key in keys)
    return canary_id if any(hmac.compare_digest(one, found[0]) for one in made) else None
