"""The envelope sender of a mail of ours: it names the mail, so that a bounce finds it (VERP).

``support+b<id>-<mac>@shop.example``: a bounce goes to the envelope sender, whatever else the other
server's report leaves out. The dash tells it from a reply address, whose token is bare base32.
"""

from __future__ import annotations

import base64
import hmac
import re
from hashlib import sha256

from helpdesk.links import Keys

_MAC_BYTES = 10
"""80 bits: who guesses one can mark one mail as bounced, no more."""
_TOKEN = re.compile(r"b([0-9]{1,19})-([a-z2-7]{16})")


def bounce_token(secret: str, mail_id: int) -> str:
    """``b<id>-<mac>``: the name of an outbound mail that only we can make. 19 to 37 characters."""
    key = hmac.digest(secret.encode(), b"postdesk bounce", sha256)
    mac = hmac.digest(key, str(mail_id).encode(), sha256)[:_MAC_BYTES]
    return f"b{mail_id}-{base64.b32encode(mac).decode().lower()}"


def read_bounce_token(keys: Keys, token: str) -> int | None:
    """The id of the outbound mail, or None where we did not make the token. Any case."""
    found = _TOKEN.fullmatch(token.strip().lower())
    if found is None:
        return None
    mail_id = int(found.group(1))
    made = (bounce_token(key, mail_id) for key in keys)
    return mail_id if any(hmac.compare_digest(one, found.group(0)) for one in made) else None


def bounce_address(secret: str, mailbox_address: str, mail_id: int) -> str:
    """The envelope sender of this mail: the mailbox's own address with the token as plus-tag.

    The plain mailbox where that would be over 64 octets (RFC 5321 4.5.3.1.1).
    """
    local, _, domain = mailbox_address.rpartition("@")
    tagged = f"{local}+{bounce_token(secret, mail_id)}"
    return f"{tagged if len(tagged) <= 64 else local}@{domain}"


def read_bounce_address(keys: Keys, address: str) -> int | None:
    """Return the id of the outbound mail that this bounce address names, or None."""
    local = address.rpartition("@")[0]
    return read_bounce_token(keys, local.rpartition("+")[2])
