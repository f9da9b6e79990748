"""Everything we sign: tracking links, reply addresses, Message-IDs.

All are HMACs over plain values with the installation's secret, so no table of rights is needed.
Postdesk writes no tracking link into the database. Reply addresses stand in the outbox and in the
envelopes of mails, Message-IDs wherever a mail is found by them: a stolen database gives these
away. Raising ``Ticket.link_generation`` revokes a ticket's links and reply addresses; a new secret
revokes all, unless the one before is still among the keys that reading is given.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

from helpdesk.addr_spec import wire_domain

_OUR_MESSAGE_ID = re.compile(r"[a-z2-7]{26}\.[a-z2-7]{8}@", re.IGNORECASE)

Keys = tuple[str, ...]
"""The secrets by which what comes back is known: the one that signs, then those before it."""

MAC_BYTES = 16
"""128 bits, the least that mail-borne secrets need."""


@dataclass(frozen=True)
class TrackingRight:
    """What a tracking link gives the right to see, and whom it speaks for."""

    ticket_id: int
    generation: int
    person_id: int | None = None
    """Whom it was mailed to; None for a link of the time when they were all the requester's."""


@dataclass(frozen=True)
class LimitedViewRight:
    """The ticket that a limited view shows: the writer's own words and its status, no more."""

    ticket_id: int
    generation: int


@dataclass(frozen=True)
class ReplyRight:
    """What a reply address gives one person the right to answer."""

    ticket_id: int
    person_id: int
    generation: int


@dataclass(frozen=True)
class SideRight:
    """What the reply address of a side conversation gives one person the right to answer."""

    side_id: int
    person_id: int
    generation: int


def tracking_token(secret: str, ticket_id: int, generation: int, person_id: int) -> str:
    """The last part of ``/t/<token>``: lower-case base32. It is this person's alone."""
    return _signed(secret, "tracking", (ticket_id, generation, person_id))


def limited_view_token(secret: str, ticket_id: int, generation: int) -> str:
    """The last part of ``/t/<token>``, too: shows how a message stands, and nothing of an answer.

    For who typed an address into the form without proving it: the tracking link, which shows the
    answers and speaks for the customer, is mailed to that address alone.
    """
    return _signed(secret, "glimpse", (ticket_id, generation))


def read_limited_view_token(keys: Keys, token: str) -> LimitedViewRight | None:
    """Return what the token shows in a limited view, or None where we did not make it."""
    numbers = _verified(keys, "glimpse", token, 2)
    return LimitedViewRight(*numbers) if numbers else None


def read_tracking_token(keys: Keys, token: str) -> TrackingRight | None:
    """What the token gives, or None where we did not make it. Compare the generation yourself."""
    numbers = _verified(keys, "tracking", token, 3) or _verified(keys, "tracking", token, 2)
    return TrackingRight(*numbers) if numbers else None


def reply_token(secret: str, ticket_id: int, person_id: int, generation: int) -> str:
    """The token of a reply address: lower-case base32, 30–50 characters."""
    return _signed(secret, "reply", (ticket_id, person_id, generation))


def read_reply_token(keys: Keys, token: str) -> ReplyRight | None:
    """What the token gives, or None where we did not make it. Mail clients may change its case."""
    numbers = _verified(keys, "reply", token, 3)
    return ReplyRight(*numbers) if numbers else None


def side_token(secret: str, side_id: int, person_id: int, generation: int) -> str:
    """The token of a side conversation's reply address; it opens nothing of the ticket."""
    return _signed(secret, "side", (side_id, person_id, generation))


def read_side_token(keys: Keys, token: str) -> SideRight | None:
    """What the token gives, or None where we did not make it."""
    numbers = _verified(keys, "side", token, 3)
    return SideRight(*numbers) if numbers else None


def reply_address(mailbox_address: str, token: str) -> str:
    """``support+<token>@shop.example``; the plain mailbox where that would be over 64 octets.

    (RFC 5321 4.5.3.1.1: a local part has at most 64.)
    """
    local, _, domain = mailbox_address.rpartition("@")
    tagged = f"{local}+{token}"
    return f"{tagged if len(tagged) <= 64 else local}@{domain}"


def mint_message_id(secret: str, ticket_id: int, person_id: int, domain: str) -> str:
    """A new Message-ID (without brackets) of a mail on this ticket to this person.

    ``<mac>.<nonce>@<domain>``, at most 58 characters: longer ones get encoded by some clients'
    libraries, which breaks the thread. A domain too long for that is cut to its last labels.
    """
    return _minted(secret, f"{ticket_id}.{person_id}", domain)


def mint_side_message_id(secret: str, side_id: int, person_id: int, domain: str) -> str:
    """The same of a mail in a side conversation: it proves nothing on the ticket, nor the other
    way round.
    """
    return _minted(secret, f"side.{side_id}.{person_id}", domain)


def _minted(secret: str, names: str, domain: str) -> str:
    nonce = base64.b32encode(secrets.token_bytes(5)).decode().lower()
    mac = _message_id_mac(secret, names, nonce)
    room = 58 - len(mac) - len(nonce) - 2
    labels = wire_domain(domain).split(".")
    while len(".".join(labels)) > room and len(labels) > 1:
        labels.pop(0)
    return f"{mac}.{nonce}@{'.'.join(labels)[-room:]}"


def may_be_ours(message_id: str) -> bool:
    """Whether it looks like a Message-ID of ours: cheap, and no proof."""
    return _OUR_MESSAGE_ID.match(message_id) is not None


def is_minted_for(keys: Keys, message_id: str, ticket_id: int, person_id: int) -> bool:
    """Whether we made this Message-ID for a mail on this ticket to this person."""
    return _is_minted(keys, message_id, f"{ticket_id}.{person_id}")


def is_minted_in_side(keys: Keys, message_id: str, side_id: int, person_id: int) -> bool:
    """Whether we made it for a mail in this side conversation to this person."""
    return _is_minted(keys, message_id, f"side.{side_id}.{person_id}")


def _is_minted(keys: Keys, message_id: str, names: str) -> bool:
    mac, _, nonce = message_id.partition("@")[0].lower().partition(".")
    return any(
        hmac.compare_digest(
            mac.encode("ascii", "replace"),
            _message_id_mac(key, names, nonce).encode(),
        )
        for key in keys
    )


def _message_id_mac(secret: str, names: str, nonce: str) -> str:
    payload = f"{names}.{nonce}".encode("utf-8", "replace")
    return _base32(_mac(secret, "message-id", payload))


def _signed(secret: str, purpose: str, numbers: tuple[int, ...]) -> str:
    payload = b"".join(_varint(number) for number in numbers)
    return _base32(payload + _mac(secret, purpose, payload))


def _verified(keys: Keys, purpose: str, token: str, count: int) -> tuple[int, ...] | None:
    padded = token.upper() + "=" * (-len(token) % 8)
    try:
        raw = base64.b32decode(padded)
    except (binascii.Error, ValueError):
        return None
    if _base32(raw) != token.lower():
        return None  # the last letter has bits that say nothing: one token has one form
    payload, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    if not any(hmac.compare_digest(mac, _mac(key, purpose, payload)) for key in keys):
        return None
    numbers = _read_varints(payload)
    return numbers if len(numbers) == count else None


def _mac(secret: str, purpose: str, payload: bytes) -> bytes:
    key = hmac.digest(secret.encode(), f"postdesk {purpose}".encode(), sha256)
    return hmac.digest(key, payload, sha256)[:MAC_BYTES]


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().lower().rstrip("=")


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _read_varints(payload: bytes) -> tuple[int, ...]:
    numbers, value, shift = [], 0, 0
    for byte in payload:
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            numbers.append(value)
            value, shift = 0, 0
    return tuple(numbers)
