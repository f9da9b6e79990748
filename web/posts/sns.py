"""What Amazon SNS posts, and whether it is Amazon's: its signature, by its own certificate."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dkim.crypto import RSASSA_PKCS1_v1_5_verify, parse_public_key

from web.posts.amazon import Amazon, AmazonAway, NotAmazon, region_of
from web.posts.json_body import text_of
from web.posts.post import BadPost, SetUpWrong, Unproven

RETRIED_FOR = timedelta(hours=24)
"""For how long a notification is good: SNS tries for some hours."""
_AHEAD = timedelta(minutes=15)
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip
_SIGNED["UnsubscribeConfirmation"] = _SIGNED["SubscriptionConfirmation"]
_HASHES = {"1": hashlib.sha1, "2": hashlib.sha256}
"""By Amazon's “SignatureVersion”; 1 is what a topic has unless it was set."""


class AmazonSilent(SetUpWrong):
    """Amazon could not be asked: the same is to be posted again."""


def check(body: Mapping[str, Any], topic: str, amazon: Amazon, moment: datetime) -> str:
    """Check that Amazon posted this, for this topic, lately; returns what it is (its “Type”).

    :raises BadPost:
    """
    kind = text_of(body, "Type")
    if kind not in _SIGNED:
        raise BadPost("It is nothing that SNS posts: is raw message delivery off?")
    if not topic or text_of(body, "TopicArn") != topic:
        raise Unproven("It is of another topic than the one that is set.")
    sign_with = _HASHES.get(text_of(body, "SignatureVersion"))
    certificate_at = text_of(body, "SigningCertURL")
    try:
        if region_of(certificate_at) != topic.split(":")[3] or sign_with is None:
            raise NotAmazon
        certificate = amazon.certificate(certificate_at)
    except NotAmazon:
        raise Unproven("It does not name a certificate of Amazon’s notification service.") from None
    except AmazonAway:
        raise AmazonSilent("Amazon’s certificate could not be fetched just now.") from None
    if not _holds(certificate, _signed_text(body, kind), text_of(body, "Signature"), sign_with()):
        raise Unproven("Its signature does not hold.")
    _check_time(text_of(body, "Timestamp"), moment)
    return kind


def _signed_text(body: Mapping[str, Any], kind: str) -> bytes:
    named = (name for name in _SIGNED[kind] if isinstance(body.get(name), str))
    return "".join(f"{name}\n{body[name]}\n" for name in named).encode("utf-8", "replace")


def _holds(certificate: bytes, signed: bytes, signature: str, digest: Any) -> bool:
    try:
        key = parse_public_key(_public_key(certificate))
        given = base64.b64decode(signature, validate=True)
        digest.update(signed)
        return bool(RSASSA_PKCS1_v1_5_verify(digest, given, key))
    except Exception:  # a broken certificate or signature raises all kinds of things
        return False


def _check_time(text: str, moment: datetime) -> None:
    try:
        signed_at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Unproven("Its time cannot be read.") from None
    signed_at = signed_at.replace(tzinfo=signed_at.tzinfo or UTC)
    if not moment - RETRIED_FOR < signed_at < moment + _AHEAD:
        raise Unproven("It was signed too long ago, or one of the two clocks is wrong.")


def _public_key(pem: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate (RFC 5280 4.1), in DER.

    :raises ValueError, IndexError:
    """
    der = ssl.PEM_cert_to_DER_cert(pem.decode("ascii"))
    certificate, _ = _element(der, 0)
    signed_part, _ = _element(der, certificate)
    at = signed_part
    if der[at] == 0xA0:  # the version, which is optional
        at = sum(_element(der, at))
    for _ in range(5):  # serial number, algorithm, issuer, validity, subject
        at = sum(_element(der, at))
    return der[at : sum(_element(der, at))]


def _element(der: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element that begins here begins, and how long it is."""
    first = der[at + 1]
    if first < 0x80:
        return at + 2, first
    count = first & 0x7F
    if not 1 <= count <= 3:
        raise ValueError("no such length")
    return at + 2 + count, int.from_bytes(der[at + 2 : at + 2 + count], "big")
