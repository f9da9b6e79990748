"""A name server's zone, keys and signed mails, all made by the tests."""

from __future__ import annotations

import base64
import functools
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import dkim
from nacl.encoding import Base64Encoder
from nacl.signing import SigningKey

from mailgate.authenticate import LookupFailed
from mailgate.authenticate.resolver import Kind
from mailgate.parse.mail import ParsedMail
from mailgate.parse.reader import read_mail
from mailgate.spool.spool import Envelope

PUBLIC_PEER = "203.0.113.5"
SIGNED = [b"from", b"to", b"subject", b"date"]
TEXT = (
    b"From: Ann <ann@example.com>\r\nTo: support@shop.example\r\nSubject: My kettle leaks\r\n"
    b"Date: Mon, 23 Nov 2026 09:00:00 +0000\r\nMessage-ID: <one@example.com>\r\n\r\n"
    b"It leaks  at the bottom.\r\n\r\nAnn\r\n\r\n"
)
ENVELOPE = Envelope(
    "ann@example.com",
    ("support@shop.example",),
    ("support@shop.example",),
    peer=PUBLIC_PEER,
    helo="mx.example.com",
)


@dataclass
class Zone:
    """Records by name and kind; ``silent`` names give no answer, all others do not exist."""

    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def add(self, name: str, *texts: str, kind: str = "TXT") -> Zone:
        self.records[name, kind] = list(texts)
        return self

    def resolve(self, name: str, kind: Kind, timeout: float) -> Sequence[str]:
        assert timeout > 0
        self.asked.append(name)
        if name in self.silent or "*" in self.silent:
            raise LookupFailed("its name servers do not answer")
        return self.records.get((name, kind), [])


@dataclass(frozen=True)
class Key:
    """A key to sign with, and the record that its domain publishes."""

    private: bytes
    record: str
    algorithm: bytes


@functools.cache
def rsa_key(bits: int = 2048) -> Key:
    exponent = 65537
    p, q = _prime(bits // 2), _prime(bits // 2)
    d = pow(exponent, -1, (p - 1) * (q - 1))
    numbers = [0, p * q, exponent, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
    private = _der(*numbers)
    public = base64.b64encode(_der(p * q, exponent)).decode()
    lines = base64.encodebytes(private)
    pem = b"-----BEGIN RSA PRIVATE KEY-----\n" + lines + b"-----END RSA PRIVATE KEY-----\n"
    return Key(pem, f"v=DKIM1; k=rsa; p={public}", b"rsa-sha256")


@functools.cache
def ed25519_key() -> Key:
    private = SigningKey.generate()
    public = private.verify_key.encode(Base64Encoder).decode()
    return Key(private.encode(Base64Encoder), f"v=DKIM1; k=ed25519; p={public}", b"ed25519-sha256")


def signed(
    raw: bytes = TEXT,
    *,
    domain: str = "example.com",
    key: Key | None = None,
    selector: str = "s1",
    form: str = "relaxed/relaxed",
    length: bool = False,
    fields: Sequence[bytes] = SIGNED,
) -> bytes:
    """The mail with a DKIM signature above its fields."""
    key = key or ed25519_key()
    head, body = (part.encode() for part in form.split("/"))
    signature = dkim.sign(
        raw,
        selector.encode(),
        domain.encode(),
        key.private,
        canonicalize=(head, body),
        signature_algorithm=key.algorithm,
        include_headers=list(fields),
        length=length,
    )
    return bytes(signature) + raw


def zone_with_key(key: Key | None = None, *, dmarc: str = "", spf: str = "") -> Zone:
    """The zone of example.com."""
    zone = Zone().add("s1._domainkey.example.com", (key or ed25519_key()).record)
    if dmarc:
        zone.add("_dmarc.example.com", f"v=DMARC1; {dmarc}")
    if spf:
        zone.add("example.com", f"v=spf1 {spf}")
    return zone


def envelope(**changed: str) -> Envelope:
    return replace(ENVELOPE, **changed)  # type: ignore[arg-type]


def parsed(raw: bytes) -> ParsedMail:
    return read_mail(raw)


def _der(*numbers: int) -> bytes:
    """A SEQUENCE of INTEGERs: RSA's keys in PKCS#1."""
    return _tagged(
        0x30, b"".join(_tagged(2, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in numbers)
    )


def _tagged(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _prime(bits: int) -> int:
    while True:
        number = secrets.randbits(bits) | (3 << (bits - 2)) | 1
        if any(number % small == 0 for small in _SMALL):
            continue
        if all(pow(base, number - 1, number) == 1 for base in (2, 3, 5)):
            return number


_SMALL = [n for n in range(3, 2000, 2) if all(n % m for m in range(3, int(n**0.5) + 1, 2))]


class SlowZone(Zone):
    """Answers nothing until the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = threading.Event()

    def resolve(self, name: str, kind: Kind, timeout: float) -> Sequence[str]:
        if not self.answer.wait(timeout):
            raise LookupFailed("the name servers took too long")
        return super().resolve(name, kind, timeout)
