"""From the parts to a body: which part is text, which is a file, and in what order they stand."""

from __future__ import annotations

import hashlib
import html as entities
import re
from dataclasses import dataclass, field
from typing import Literal

from mailgate.parse import charset, embedded, flowed, limits, names, tnef
from mailgate.parse.content import decoded
from mailgate.parse.fields import split
from mailgate.parse.mail import ParsedAttachment
from mailgate.parse.params import parameters, split_value
from mailgate.parse.signed import signature_type
from mailgate.parse.structure import Leaf
from mailgate.parse.words import decode_text

_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
_LOOKS_LIKE_HTML = re.compile(r"\s*(?:<!doctype html|<html[\s>]|<head>|<body[\s>])", re.IGNORECASE)
_READ_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
_TEXT_FOR_PROGRAMS = frozenset(
    f"text/{kind}"
    for kind in (
        "calendar", "css", "csv", "directory", "javascript", "rfc822", "rfc822-headers", "rtf",
        "tab-separated-values", "vcard", "watch-html", "x-amp-html", "x-vcalendar", "x-vcard",
        "xml",
    )
)  # fmt: skip
_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_BARE_FILE = re.compile(r"[\w.@$+-]{1,80}")


@dataclass(frozen=True)
class TextPiece:
    """One text part of the body, with the alternative it belongs to (0: none)."""

    text: str
    is_html: bool
    alternative: int
    branch: int


@dataclass
class CollectedBody:
    """What the parts hold: texts in order, and everything else as files."""

    pieces: list[TextPiece] = field(default_factory=list)
    files: list[ParsedAttachment] = field(default_factory=list)
    report: dict[str, bytes] = field(default_factory=dict)
    """Parts of a report by type: delivery-status, feedback-report, rfc822, rfc822-headers."""
    counts: dict[str, int] = field(default_factory=dict)
    text_left: int = limits.ALL_TEXT
    """Bytes of text that are still read."""


def collect(leaves: list[Leaf], hint: str | None, defects: list[str]) -> CollectedBody:
    """Decode the parts. None is dropped: what is no text of the body becomes a file."""
    body = CollectedBody()
    for place, leaf in enumerate(leaves):
        disposition, name = _named(leaf, hint)
        content = decoded(leaf, defects)
        kind = _text_kind(leaf, disposition, name, body, place)
        if kind:
            _add_text(body, leaf, content, kind, hint, defects)
            if name and leaf.content_type in ("text/plain", "text/html") and disposition:
                _add_file(body, leaf, content, name, "inline")
        elif leaf.content_type in _TNEF_TYPES or name.lower() == "winmail.dat":
            _add_tnef(body, leaf, content, name, defects)
        else:
            shown: Literal["attachment", "inline"] = "inline"
            if disposition == "attachment" or not leaf.message.get("content-id"):
                shown = "attachment" if disposition != "inline" else "inline"
            _add_file(body, leaf, content, name, shown)
    return body


def _named(leaf: Leaf, hint: str | None) -> tuple[str, str]:
    """The disposition (empty if none) and the file's declared name (RFC 2183 2.3)."""
    field_ = leaf.message.get("content-disposition")
    disposition, found = "", {}
    if field_ is not None:
        disposition, rest = split_value(str(field_))
        found = parameters(rest, hint)
        if "=" in disposition:  # the value is missing: Content-Disposition: filename=x
            found, disposition = parameters(str(field_), hint), "attachment"
    name = found.get("filename") or found.get("name") or _type_name(leaf, hint)
    return disposition, names.shown_name(name)


def _type_name(leaf: Leaf, hint: str | None) -> str:
    if hint and "name" in leaf.parameters:
        rest = split_value(str(leaf.message.get("content-type", "")))[1]
        return parameters(rest, hint).get("name", "")
    return leaf.parameters.get("name") or leaf.parameters.get("filename") or ""


def _text_kind(
    leaf: Leaf, disposition: str, name: str, body: CollectedBody, place: int
) -> Literal["plain", "html", "enriched"] | None:
    """How to read a part as text of the body, or None for a file (RFC 2183 2.1, 2.8)."""
    kind = leaf.content_type
    if kind not in _READ_TYPES and (place or name or disposition or not _is_unknown_text(kind)):
        return None
    if disposition == "attachment" and leaf.path:  # a mail that is nothing else is read
        return None
    if name and signature_type(kind, name):
        return None
    in_report = bool(leaf.path) and leaf.path[0].subtype == "report" and len(leaf.path) == 1
    if in_report and body.report:  # after the machine's part: the returned mail
        return None
    if name and disposition != "inline" and body.pieces and not _in_alternative(leaf):
        return None
    if name and disposition == "inline" and body.pieces and not _in_alternative(leaf):
        return None
    if kind == "text/html":
        return "html"
    return "enriched" if kind in ("text/enriched", "text/richtext") else "plain"


def _is_unknown_text(kind: str) -> bool:
    """Whether it is text for people of a type that nobody told us of (RFC 2046 4.1.4)."""
    return kind.startswith("text/") and kind not in _TEXT_FOR_PROGRAMS


def _in_alternative(leaf: Leaf) -> bool:
    return any(box.subtype == "alternative" for box in leaf.path)


def _add_text(
    body: CollectedBody, leaf: Leaf, content: bytes, kind: str, hint: str | None, defects: list[str]
) -> None:
    declared = leaf.parameters.get("charset")
    if kind == "html" and not charset.codec_name(declared):
        meta = _META_CHARSET.search(content[:2048])
        declared = meta[1].decode("ascii") if meta else declared
    content, packed = embedded.take_out_yenc(content)
    most = min(limits.TEXT, body.text_left)
    if len(content) > most:
        content = content[: content.rfind(b"\n", 0, most) + 1 or most]
        defects.append("its text is too long to be read to its end")
    body.text_left -= len(content)
    text, defect = charset.decode(content, declared, hint)
    if defect and content.strip():
        defects.append(defect)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if kind == "plain":
        text, more = embedded.take_out(text)
        packed += more
        if leaf.parameters.get("format", "").lower() == "flowed":
            text = flowed.unflow(text, delsp=leaf.parameters.get("delsp", "").lower() == "yes")
        if _LOOKS_LIKE_HTML.match(text):
            kind = "html"
    elif kind == "enriched":
        text = _enriched(text)
    alternative, branch = _place(leaf)
    body.pieces.append(TextPiece(text, kind == "html", alternative, branch))
    for file in packed:
        _append(body, names.shown_name(file.name), _type_of(file.name), file.content)


def _place(leaf: Leaf) -> tuple[int, int]:
    """The outermost alternative around a part, and the branch of it that the part is in."""
    for place, box in enumerate(leaf.path):
        if box.subtype == "alternative":
            inner = leaf.path[place + 1] if place + 1 < len(leaf.path) else None
            return box.number, inner.number if inner else -id(leaf)
    return 0, 0


def _enriched(text: str) -> str:
    """text/enriched (RFC 1896): the text without its commands."""
    text = re.sub(r"<param>[^<]{0,1000}</param>", "", text, flags=re.IGNORECASE)
    text = re.sub(r"<nl>|<paragraph>", "\n", text, flags=re.IGNORECASE)
    text = re.sub(r"</?[A-Za-z][\w-]{0,60}>", "", text).replace("<<", "<")
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text).replace("\n\n", "\n")


def _add_file(
    body: CollectedBody,
    leaf: Leaf,
    content: bytes,
    name: str,
    shown: Literal["attachment", "inline"],
) -> None:
    kind = leaf.content_type
    content_id = str(leaf.message.get("content-id") or "").strip().strip("<>").strip()
    subject = ""
    if kind in ("message/rfc822", "message/global", "message/news"):
        content = _enclosed(content)
        subject = decode_text(split(content[: 1 << 16]).first("subject") or "") if not name else ""
    _note_report(body, kind, content)
    if not name:
        location = str(leaf.message.get("content-location") or "").strip()
        name = names.shown_name(location) if _BARE_FILE.fullmatch(location) else ""
    if not name:
        body.counts[kind] = body.counts.get(kind, 0) + 1
        name = names.made_name(kind, body.counts[kind], subject)
    if leaf.is_signature:
        kind = "application/pkcs7-signature"
    kind = signature_type(kind, name) or kind
    _append(body, name, kind, content, shown, decode_text(content_id) or None)


def _enclosed(content: bytes) -> bytes:
    """An enclosed mail; some wrap it in another encoding inside (RFC 2046 5.2.1 forbids it)."""
    return content.lstrip(b"\r\n") if content[:1] in (b"\r", b"\n") else content


def _note_report(body: CollectedBody, kind: str, content: bytes) -> None:
    short = kind.partition("/")[2].removeprefix("x-").replace("global-", "")
    if short in ("delivery-status", "feedback-report", "disposition-notification"):
        body.report[short] = body.report.get(short, b"") + content + b"\n\n"
    elif short in ("rfc822", "global", "rfc822-headers", "headers") and kind != "text/plain":
        body.report.setdefault("original", content[: 1 << 20])


def _append(
    body: CollectedBody,
    name: str,
    content_type: str,
    content: bytes,
    shown: Literal["attachment", "inline"] = "attachment",
    content_id: str | None = None,
) -> None:
    digest = hashlib.sha256(content).hexdigest()
    body.files.append(
        ParsedAttachment(name, content_type, len(content), digest, shown, content_id, content)
    )


def _add_tnef(
    body: CollectedBody, leaf: Leaf, content: bytes, name: str, defects: list[str]
) -> None:
    unpacked = tnef.unpack(content)
    if unpacked is None:
        defects.append("winmail.dat cannot be unpacked")
        _add_file(body, leaf, content, name, "attachment")
        return
    _add_file(body, leaf, content, name, "attachment")
    if unpacked.body and not body.pieces:
        body.pieces.append(TextPiece(unpacked.body, False, 0, 0))
    elif unpacked.html and not body.pieces:
        body.pieces.append(TextPiece(unpacked.html, True, 0, 0))
    for file in unpacked.files:
        _append(
            body, names.shown_name(file.name) or "attachment", _type_of(file.name), file.content
        )


def _type_of(name: str) -> str:
    import mimetypes

    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def as_html(text: str) -> str:
    """Plain text as HTML, for a body that mixes both."""
    return f'<pre style="white-space:pre-wrap">{entities.escape(text, quote=False)}</pre>'
