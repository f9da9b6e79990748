"""The tree of a mail's parts, as Python's (and so mail-parser's) ``message`` sees it.

Read with ``compat32``: the modern policy takes 16 s for 32 KB of quotes, and raises for charsets
it knows too well. An enclosed message stays one leaf with its bytes: an attached mail is an
attachment, and what is nested in it is no part of this one.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from mailgate.parse import limits
from mailgate.parse.aside import Aside, lay_aside
from mailgate.parse.fields import Head
from mailgate.parse.params import parameters, split_value

_MIME_FIELDS = frozenset(
    {"content-type", "content-transfer-encoding", "content-disposition", "content-id",
     "content-location", "content-description", "content-base"}
)  # fmt: skip
_DELIMITER = re.compile(rb"^--([^\s-][^\r\n]{2,69}?)[ \t]*\r?$", re.MULTILINE)
_SURE_DELIMITER = re.compile(
    rb"^--([^\s-][^\r\n]{0,69}?)[ \t]{0,9}\r?\nContent-", re.MULTILINE | re.IGNORECASE
)
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_TEXT_TYPES = {
    "text": "text/plain", "html": "text/html", "plain": "text/plain", "plain/text": "text/plain",
    "html/text": "text/html", "text/txt": "text/plain", "text/htm": "text/html",
    "text/plaintext": "text/plain", "text/text": "text/plain",
}  # fmt: skip


@dataclass(frozen=True)
class Container:
    """A multipart: its subtype, its own parameters, and which of its parts is meant."""

    subtype: str
    parameters: tuple[tuple[str, str], ...]
    number: int


@dataclass
class Leaf:
    """A part that holds content: its fields, still undecoded, and the containers around it."""

    message: MimePart
    content_type: str
    parameters: dict[str, str]
    path: tuple[Container, ...]
    aside: Aside
    is_signature: bool = False
    """Whether its content was signed in one piece, and stands before it as parts of its own."""


class MimePart(Message):
    """compat32's Message with the answers that its parser needs, safe from odd parameters."""

    def get_content_type(self) -> str:
        found = self._typed()[0]
        if found.startswith("message/"):
            return "application/octet-stream"
        return found if found.count("/") == 1 else "text/plain"

    def get_content_maintype(self) -> str:
        return self.get_content_type().partition("/")[0]

    def get_content_subtype(self) -> str:
        return self.get_content_type().partition("/")[2]

    def get_boundary(self, failobj: object = None) -> object:  # type: ignore[override]
        return parameters(self._typed()[1]).get("boundary", "").rstrip() or failobj

    def _typed(self) -> tuple[str, str]:
        """The type and the rest of its field: Python's parser asks many times for what stands."""
        known: tuple[str, str] | None = self.__dict__.get("_known")
        if known is None:
            known = split_value(_text(self.get("content-type", "text/plain")))
            if self.__dict__["_headers"]:
                self.__dict__["_known"] = known
        return known

    def wire_text(self) -> str | None:
        """The payload as it came, bytes as surrogates: get_payload would decode it, with losses."""
        payload = self.__dict__["_payload"]
        return payload if isinstance(payload, str) else None

    def get(self, name: str, failobj: object = None) -> object:  # type: ignore[override]
        """The field as text: compat32 would answer with a Header object for 8-bit letters."""
        name = name.lower()
        for key, value in self.raw_items():
            if key.lower() == name:
                return str(value)
        return failobj


def read_leaves(head: Head, defects: list[str]) -> list[Leaf]:
    """The parts that hold content, in order.

    :raises limits.MailTooComplexError: for too many containers, or containers too deep.
    """
    root, aside = _parse(head, None)
    if root.get_content_maintype() == "multipart" and not root.is_multipart():
        guessed = _SURE_DELIMITER.search(head.body) or _DELIMITER.search(head.body)
        if guessed:
            root, aside = _parse(head, guessed[1].decode("ascii", "surrogateescape"))
        defects.append("the parts are not marked as announced")
    leaves = list(_walk(root, aside, defects))
    if root.is_multipart() and not any(x.content_type.startswith("text/") for x in leaves):
        outside = _outside(root)
        if outside is not None:
            leaves.append(Leaf(outside, "text/plain", {}, (), aside))
            defects.append("its text stands outside of its parts")
    return leaves


def _outside(root: MimePart) -> MimePart | None:
    """What stands before the first part or after the last, and is no program's word on MIME.

    Nothing should (RFC 2046 5.1.1), but a mail without any other text may be written so.
    """
    said = [x.strip() for x in (root.preamble, root.epilogue) if x and "mime" not in x.lower()]
    text = "\n\n".join(x for x in said if x)
    if not text:
        return None
    part = MimePart()
    part.set_payload(text)
    return part


def _parse(head: Head, boundary: str | None) -> tuple[MimePart, Aside]:
    lines = []
    seen = set()
    for name, value in head.fields:
        if name in _MIME_FIELDS and name not in seen:
            seen.add(name)
            if boundary and name == "content-type":
                value = f'multipart/mixed; boundary="{boundary}"'
            lines.append(f"{name}: {value}".encode("ascii", "surrogateescape"))
    pieces, aside = lay_aside(head.body)
    raw = b"".join([*(line + b"\n" for line in lines), b"\n", *pieces])
    return email.message_from_bytes(raw, _class=MimePart), aside


def _walk(root: MimePart, aside: Aside, defects: list[str]) -> Iterator[Leaf]:
    stack: list[tuple[MimePart, tuple[Container, ...], str]] = [(root, (), "text/plain")]
    containers = 0
    while stack:
        part, path, default = stack.pop()
        declared, found = content_type(part, default)
        if part.is_multipart():
            containers += 1
            if containers > limits.CONTAINERS or len(path) > limits.NESTING:
                raise limits.MailTooComplexError(
                    f"the mail has more than {limits.CONTAINERS} containers"
                )
            subtype = declared.partition("/")[2]
            inner = "message/rfc822" if subtype == "digest" else "text/plain"
            box = Container(subtype, tuple(found.items()), containers)
            children = part.get_payload()
            assert isinstance(children, list)
            stack.extend(
                (c, (*path, box), inner) for c in reversed(children) if isinstance(c, MimePart)
            )
            if any("Boundary" in type(d).__name__ for d in part.defects):
                defects.append("a part is cut short")
            continue
        if declared.startswith("multipart/"):
            declared = "text/plain"
        yield Leaf(part, declared, found, path, aside)


def content_type(part: MimePart, default: str) -> tuple[str, dict[str, str]]:
    """The part's type (RFC 2045 5.2: text/plain where it does not parse) and parameters."""
    field = part.get("content-type")
    if field is None:
        return default, {}
    value, rest = split_value(str(field))
    value = _TEXT_TYPES.get(value, value)
    if not _TYPE.fullmatch(value):
        value = (
            "text/plain"
            if "/" not in value or value.startswith("text")
            else "application/octet-stream"
        )
    return value, parameters(rest)


def _text(value: object) -> str:
    return str(value)
