"""Reports on the mail of a domain: DMARC's aggregate (RFC 7489 7.2) and SMTP TLS (RFC 8460).

They come from machines as one packed file. No other archive is ever unpacked: this one only where
the mail announces such a report, and only as one gzip or a zip of one member, to 10 MB. The XML may
hold no document type, and so no entities.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

from mailgate.parse import failure
from mailgate.parse.fields import Head
from mailgate.parse.mail import AggregateReport, ParsedAttachment, ParsedMail
from mailgate.parse.words import clean

LARGEST = 10_000_000
"""Bytes of a report once unpacked."""
_FILE_NAME = re.compile(
    r"[^!/]{1,255}![^!/]{1,255}!\d{1,12}!\d{1,12}(?:![^!/.]{0,255})?(?:\.\w{2,4}){1,2}"
)
_PACKED = re.compile(r".{1,255}\.(?:xml|json|gz|zip)", re.IGNORECASE)
_TYPES = frozenset({"application/tlsrpt+gzip", "application/tlsrpt+json"})
_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{0,30}\]\s*)?(?:dmarc\s+)?(?:aggregate\s+)?report[ -]domain\s*:", re.IGNORECASE
)
_SENDER = re.compile(
    r"(?:no|do[-_.]?not)[-_.]?reply|[\w.-]{0,40}dmarc|[\w.-]{0,40}report|postmaster|tls-?rpt",
    re.IGNORECASE,
)
_END_OF_ZIP = b"PK\x05\x06"
_MEMBER_OF_ZIP = b"PK\x01\x02"
_MOST_ELEMENTS = 500_000
_DEEPEST = 20
_LONGEST = 300
_GREATEST = 10**12
_MOST_DISPOSITIONS = 10
_MOST_POLICIES = 100
_WORD = re.compile(r"[a-z]{1,20}")


class _UnreadableError(Exception):
    """It is no such report, or one that may not be read."""


def read_report(
    head: Head, found: ParsedMail, files: list[ParsedAttachment]
) -> AggregateReport | None:
    """Return what an aggregate report says; None for any other mail, and where it is unreadable."""
    if not files or not _is_machines(head, found):
        return None
    named = [f for f in files if _FILE_NAME.fullmatch(f.filename) or f.content_type in _TYPES]
    if not named and _announces(head, found):
        named = [f for f in files if _PACKED.fullmatch(f.filename)]
    if len(named) != 1:
        return None
    try:
        content = _unpacked(named[0].content)
        start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        return _of_tls(content) if start == b"{" else _of_dmarc(content)
    except (_UnreadableError, ValueError, RecursionError, expat.ExpatError, zlib.error):
        return None


def _is_machines(head: Head, found: ParsedMail) -> bool:
    """Whether a program announces a report, and no person passes it on."""
    if failure.is_answer(found.subject) or head.first("in-reply-to"):
        return False
    if _announces(head, found):
        return True
    address = found.sender.address if found.sender else ""
    return bool(_SENDER.match(address.partition("@")[0])) or failure.has_null_sender(head)


def _announces(head: Head, found: ParsedMail) -> bool:
    return bool(_SUBJECT.match(found.subject) or head.first("tls-report-domain"))


def _unpacked(content: bytes) -> bytes:
    if content[:2] == b"\x1f\x8b":
        unpack = zlib.decompressobj(wbits=31)
    elif content[:4] == b"PK\x03\x04":
        content, unpack = _only_member(content)
    else:
        return _bounded(content)
    whole = unpack.decompress(content, LARGEST + 1)
    if not unpack.eof and len(whole) <= LARGEST:
        raise _UnreadableError
    return _bounded(whole)


def _bounded(content: bytes) -> bytes:
    if len(content) > LARGEST:
        raise _UnreadableError
    return content


def _only_member(content: bytes) -> tuple[bytes, Any]:
    """The packed bytes of a zip's one member, and what unpacks them (APPNOTE 4.3)."""
    end = content.rfind(_END_OF_ZIP, max(0, len(content) - 66_000))
    if end < 0 or len(content) < end + 22:
        raise _UnreadableError
    members, _, directory = struct.unpack_from("<HII", content, end + 10)
    if members != 1 or content[directory : directory + 4] != _MEMBER_OF_ZIP:
        raise _UnreadableError
    flags, method = struct.unpack_from("<HH", content, directory + 8)
    (size,) = struct.unpack_from("<I", content, directory + 20)
    (local,) = struct.unpack_from("<I", content, directory + 42)
    if flags & 1 or method not in (0, 8) or local + 30 > len(content):
        raise _UnreadableError
    name, extra = struct.unpack_from("<HH", content, local + 26)
    start = local + 30 + name + extra
    packed = content[start : start + size]
    if method == 0:
        return packed, _Stored()
    return packed, zlib.decompressobj(wbits=-15)


class _Stored:
    """Answers like zlib's for a member that is not packed."""

    eof = True

    def decompress(self, content: bytes, most: int) -> bytes:
        return content[:most]


class _DmarcXml:
    """Collects the few elements that count, by their path."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.text: list[str] = []
        self.fields: dict[str, str] = {}
        self.record: dict[str, str] = {}
        self.passed = 0
        self.failed: Counter[str] = Counter()
        self.elements = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.elements += 1
        self.path.append(name.rpartition(":")[2].lower())
        self.text = []
        if self.elements > _MOST_ELEMENTS or len(self.path) > _DEEPEST:
            raise _UnreadableError
        if self.path[0] != "feedback":
            raise _UnreadableError
        if self.path == ["feedback", "record"]:
            self.record = {}

    def data(self, text: str) -> None:
        if len(self.text) < _LONGEST:
            self.text.append(text[:_LONGEST])

    def end(self, _name: str) -> None:
        place = "/".join(self.path[1:])
        words = clean("".join(self.text)).strip()[:_LONGEST]
        if place.startswith("record/row/"):
            self.record[place.removeprefix("record/row/")] = words.lower()
        elif place.startswith(("report_metadata/", "policy_published/")):
            self.fields.setdefault(place, words)
        elif place == "record":
            self._count()
        self.path.pop()
        self.text = []

    def _count(self) -> None:
        number = _number(self.record.get("count", ""))
        results = (self.record.get(f"policy_evaluated/{one}", "") for one in ("dkim", "spf"))
        if "pass" in results:
            self.passed += number
            return
        disposition = self.record.get("policy_evaluated/disposition", "")
        known = disposition if _WORD.fullmatch(disposition) else "none"
        if known in self.failed or len(self.failed) < _MOST_DISPOSITIONS:
            self.failed[known] += number


def _of_dmarc(content: bytes) -> AggregateReport:
    seen = _DmarcXml()
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    parser.StartElementHandler = seen.start
    parser.CharacterDataHandler = seen.data
    parser.EndElementHandler = seen.end
    parser.Parse(content, True)
    domain = seen.fields.get("policy_published/domain", "").lower()
    if not domain:
        raise _UnreadableError
    return AggregateReport(
        "dmarc",
        seen.fields.get("report_metadata/org_name", ""),
        domain,
        _moment(seen.fields.get("report_metadata/date_range/begin", "")),
        _moment(seen.fields.get("report_metadata/date_range/end", "")),
        min(seen.passed, _GREATEST),
        min(sum(seen.failed.values()), _GREATEST),
        tuple(sorted(seen.failed.items())),
        seen.fields.get("policy_published/p", ""),
    )


def _refuse(*_arguments: object) -> int:
    raise _UnreadableError


def _of_tls(content: bytes) -> AggregateReport:
    report = json.loads(content)
    listed = report.get("policies") if isinstance(report, dict) else None
    policies = [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
    if not policies:
        raise _UnreadableError
    passed = failed = 0
    for one in policies[:_MOST_POLICIES]:
        summary = _object(one.get("summary"))
        passed += _number(summary.get("total-successful-session-count"))
        failed += _number(summary.get("total-failure-session-count"))
    policy = _object(policies[0].get("policy"))
    dates = _object(report.get("date-range"))
    return AggregateReport(
        "tls",
        _words(report.get("organization-name")),
        _words(policy.get("policy-domain")).lower(),
        _moment(dates.get("start-datetime")),
        _moment(dates.get("end-datetime")),
        min(passed, _GREATEST),
        min(failed, _GREATEST),
        (),
        _words(policy.get("policy-type")),
    )


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _words(value: object) -> str:
    return clean(value).strip()[:_LONGEST] if isinstance(value, str) else ""


def _number(value: object) -> int:
    """A count: of digits, or what JSON holds; 0 for all else."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,13}", value):
        value = int(value)
    return min(value, _GREATEST) if type(value) is int and value > 0 else 0


def _moment(value: object) -> datetime | None:
    """Seconds since the epoch (DMARC) or an RFC 3339 time (TLS)."""
    try:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,11}", value):
            return datetime.fromtimestamp(int(value), UTC)
        found = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
