"""The arguments of MAIL and RCPT, read strictly (RFC 5321 4.1.2, RFC 6531 3.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: RFC 5321 4.5.3.1 says 64 for the local part; senders with per-recipient addresses exceed it.
_LONGEST_LOCAL = 256
_LONGEST_DOMAIN = 255

_PATH = re.compile(
    r"\s*<(?P<path>(?:\"(?:[^\"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*\"|[^<>\"\s\x00-\x1f\x7f])*)>"
    r"(?P<parameters>(?: +[^\s\x00-\x1f\x7f]+)*) *",
)
_ROUTE = re.compile(r"@[^:]*:")
_ATOM = r"[^\s\x00-\x20\x7f()<>\[\]:;@\\,\"]+"
_MAILBOX = re.compile(
    rf"(?P<local>{_ATOM}|\"(?:[^\"\\]|\\.)*\")@(?P<domain>[^@]+)",
)
_LETTER = r"[A-Za-z0-9_\u0080-\U0010ffff]"
_LABEL = rf"{_LETTER}(?:(?:{_LETTER}|-)*{_LETTER})?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|\[[A-Za-z0-9:.]+\]")
_KEYWORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


class PathError(Exception):
    """The argument does not parse."""


@dataclass(frozen=True)
class Path:
    """A mail address in an envelope. ``text`` is as given, less a source route; empty for ``<>``.

    ``local`` is unquoted.
    """

    text: str
    local: str
    domain: str
    routed: bool = False

    @property
    def asks_to_relay(self) -> bool:
        """Whether it names another address to send on to: a source route, ``%`` or ``!`` or a
        quoted ``@`` in the local part."""
        return self.routed or any(mark in self.local for mark in "@%!")


def parse(argument: str | None, keyword: str) -> tuple[Path, dict[str, str]]:
    """Read ``FROM:<path> parameters`` or ``TO:<path> parameters``.

    :returns: the path, and the parameters by upper-case keyword (empty value where none is given).
    :raises PathError: anything is not as RFC 5321 says.
    """
    if argument is None or argument[: len(keyword) + 1].upper() != f"{keyword}:":
        raise PathError
    match = _PATH.fullmatch(argument[len(keyword) + 1 :])
    if match is None:
        raise PathError
    return parse_address(match["path"]), _parameters(match["parameters"])


def parse_address(text: str) -> Path:
    """Read what stands between the angle brackets.

    :raises PathError: it is no address.
    """
    if not text:
        return Path("", "", "")
    route = _ROUTE.match(text)
    if route:
        text = text[route.end() :]
    try:
        # Undecodable bytes arrive as surrogates; nothing that is not UTF-8 is an address.
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise PathError from None
    if not route and text.lower() == "postmaster":
        return Path(text, text, "")
    match = _MAILBOX.fullmatch(text)
    if match is None or not _DOMAIN.fullmatch(match["domain"]):
        raise PathError
    local = match["local"]
    if local.startswith('"'):
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    if len(local) > _LONGEST_LOCAL or len(match["domain"]) > _LONGEST_DOMAIN:
        raise PathError
    return Path(text, local, match["domain"], routed=route is not None)


def _parameters(text: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for word in text.split():
        keyword, equals, value = word.partition("=")
        keyword = keyword.upper()
        if not _KEYWORD.fullmatch(keyword) or (equals and not value) or keyword in parameters:
            raise PathError
        parameters[keyword] = value
    return parameters
