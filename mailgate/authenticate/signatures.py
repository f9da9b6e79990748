"""DKIM signatures (RFC 6376, 8301, 8463): do those of the From domain hold?

Only signatures of an aligned domain are checked, and few of them: others cannot change the
verdict, and each costs a look-up. The key, the fields and the arithmetic are dkimpy's; the body is
hashed by us (:mod:`mailgate.authenticate.body_hash`), since dkimpy's way of doing it takes minutes
for a body made to that end.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import partial

from mailgate.authenticate.body_hash import body_hash
from mailgate.authenticate.domains import aligned, ascii_domain
from mailgate.authenticate.message import Message
from mailgate.authenticate.resolver import LookupFailed, Lookups

MOST_SIGNATURES = 5
MOST_SIGNED_FIELDS = 200
LONGEST_SIGNATURE = 8 * 1024
LONGEST_KEY = 1024
"""Letters of a key's record: RSA of 4,096 bits takes 750. Longer ones only cost time."""
ALGORITHMS = {b"rsa-sha256": b"rsa", b"ed25519-sha256": b"ed25519"}
_LONG_BLANK = re.compile(rb"\s{100}")
_SELECTOR = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_DOMAIN_TAG = re.compile(rb"(?:^|;)\s*d\s*=\s*([^;\s]{1,255})")


@dataclass(frozen=True)
class Checked:
    """What became of one signature: a word of RFC 8601 2.7.1, its domain, and why."""

    result: str
    domain: str
    why: str


class BadSignatureError(Exception):
    """The signature proves nothing; the text says why."""


def check_signatures(
    message: Message, domain: str, lookups: Lookups, *, strict: bool
) -> list[Checked]:
    """Check the signatures that are aligned with the From domain, until one holds."""
    checked: list[Checked] = []
    ours = aligned_signatures(message, domain, strict=strict)
    hashes: dict[bool, bytes] = {}
    for place, signer in ours[:MOST_SIGNATURES]:
        checked.append(_check(message, place, signer, lookups, hashes))
        if checked[-1].result == "pass":
            break
    return checked


def aligned_signatures(message: Message, domain: str, *, strict: bool) -> list[tuple[int, str]]:
    """Which fields hold a signature of an aligned domain, and of which; the same domain first."""
    found: list[tuple[int, str]] = []
    for place, (name, value) in enumerate(message.fields):
        if name.lower() != b"dkim-signature":
            continue
        tag = _DOMAIN_TAG.search(value[:LONGEST_SIGNATURE])
        signer = ascii_domain(tag[1].decode("ascii", "replace")) if tag else ""
        if aligned(signer, domain, strict=strict):
            found.append((place, signer))
    return sorted(found, key=lambda one: one[1] != domain)


def _check(
    message: Message, place: int, signer: str, lookups: Lookups, hashes: dict[bool, bytes]
) -> Checked:
    try:
        _verify(message, place, signer, lookups, hashes)
    except LookupFailed as problem:
        return Checked("temperror", signer, f"The key of {signer} could not be had: {problem}.")
    except BadSignatureError as problem:
        return Checked("fail", signer, f"The signature of {signer} {problem}.")
    except Exception:
        # dkimpy raises a dozen kinds for what a stranger may write into a signature or a key.
        return Checked("permerror", signer, f"The signature of {signer} cannot be read.")
    return Checked("pass", signer, f"The signature of {signer} holds (DKIM).")


def _verify(
    message: Message, place: int, signer: str, lookups: Lookups, hashes: dict[bool, bytes]
) -> None:
    """:raises BadSignatureError: it does not hold (or any error of dkimpy's: it cannot be read)."""
    import dkim
    from dkim.canonicalization import CanonicalizationPolicy
    from dkim.util import parse_tag_value

    field = message.fields[place]
    tags = parse_tag_value(_bounded(field[1]))
    _check_tags(tags, signer)
    try:
        dkim.validate_signature_fields(tags)
    except dkim.ValidationError as problem:
        past = str(problem).startswith("x=")
        raise BadSignatureError("has expired" if past else "is not well-formed") from None
    form = CanonicalizationPolicy.from_c_value(tags.get(b"c", b"simple/simple"))
    key, bits = _key(tags, signer, lookups)
    relaxed = form.body_algorithm.name == b"relaxed"
    if relaxed not in hashes:
        hashes[relaxed] = body_hash(message.body, relaxed=relaxed)
    if hashes[relaxed] != base64.b64decode(re.sub(rb"\s+", b"", tags[b"bh"])):
        raise BadSignatureError("does not fit the text: it was changed on its way")
    signed = [name.lower() for name in re.split(rb"\s*:\s*", tags[b"h"].strip())]
    if b"from" not in signed or len(signed) > MOST_SIGNED_FIELDS:
        raise BadSignatureError("does not cover the From field, or too many others")
    signed.append(b"from")  # so that no second From can be slipped in
    digest = dkim.HashThrough(hashlib.sha256())
    fields = form.canonicalize_headers([list(one) for one in message.fields])
    dkim.hash_headers(digest, form, fields, signed, field, tags)
    signature = base64.b64decode(re.sub(rb"\s+", b"", tags[b"b"]))
    if not _holds(tags[b"a"], digest, signature, key, bits):
        raise BadSignatureError("does not fit the fields: they were changed on their way")


def _bounded(value: bytes) -> bytes:
    """The value, of a length and with blanks that the expressions of dkimpy are quick with."""
    if len(value) > LONGEST_SIGNATURE or has_long_blank(value):
        raise BadSignatureError("is too long")
    return value


def has_long_blank(value: bytes) -> bool:
    """Whether there is a run of blanks that no mail program writes."""
    return _LONG_BLANK.search(value) is not None


def _check_tags(tags: dict[bytes, bytes], signer: str) -> None:
    if ascii_domain(tags.get(b"d", b"").decode("ascii")) != signer:
        raise BadSignatureError("is not well-formed")
    if tags.get(b"a") not in ALGORITHMS:
        raise BadSignatureError("is of a kind that nobody should trust any more")
    if b"l" in tags:  # RFC 6376 8.2: any text may have been appended
        raise BadSignatureError("covers only a part of the text (l=), so it proves nothing")


def _key(tags: dict[bytes, bytes], signer: str, lookups: Lookups) -> tuple[object, int]:
    import dkim

    selector = tags[b"s"].decode("ascii").lower()
    if not _SELECTOR.fullmatch(selector):
        raise BadSignatureError("is not well-formed")
    name = f"{selector}._domainkey.{signer}"
    find = partial(key_record, lookups)
    try:
        key, bits, kind, _ = dkim.load_pk_from_dns(name.encode("ascii"), find)
    except dkim.KeyFormatError:
        raise BadSignatureError("names a key that does not exist, or cannot be used") from None
    if kind != ALGORITHMS[tags[b"a"]] or (kind == b"rsa" and bits < 1024):  # RFC 8301 3.2
        raise BadSignatureError("names a key that is too weak, or of another kind")
    return key, bits


def key_record(lookups: Lookups, name: bytes | str, timeout: float = 0) -> bytes | None:
    """A key's record, as dkimpy asks for it. ``timeout`` is its own, and the deadline is ours.

    :raises LookupFailed: there is no answer.
    """
    text = name.decode("ascii") if isinstance(name, bytes) else name
    for record in sorted(lookups.find(text, "TXT")):
        if "p=" in record and len(record) <= LONGEST_KEY:
            return record.encode("latin-1")
    return None


def _holds(kind: bytes, digest: object, signature: bytes, key: object, bits: int) -> bool:
    if kind == b"rsa-sha256":
        from dkim.crypto import RSASSA_PKCS1_v1_5_verify

        return bool(RSASSA_PKCS1_v1_5_verify(digest, signature, key))
    from nacl.exceptions import BadSignatureError as Forged

    try:
        key.verify(digest.digest(), signature)  # type: ignore[attr-defined]
    except Forged:
        return False
    return True
