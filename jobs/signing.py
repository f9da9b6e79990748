"""Our DKIM signature (RFC 6376), where the operator has set a key."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import dkim

from helpdesk.settings import Settings


def signed(content: bytes, domain: str, settings: Settings) -> bytes:
    """The mail with a DKIM-Signature on top; as it was where there is no key for the domain.

    :param content: header and body, CRLF throughout.
    :param domain: of the From address, in ASCII: the one that receivers compare with (RFC 7489).
    """
    key = _key(settings.dkim_key, domain) if settings.dkim_key else None
    if key is None:
        return content
    signature: bytes = dkim.sign(
        content,
        settings.dkim_selector.encode(),
        domain.encode(),
        key,
        canonicalize=(b"relaxed", b"relaxed"),
    )
    return signature + content


@cache
def _key(path: Path, domain: str) -> bytes | None:
    """The private key: the one file for every domain, or ``<domain>.pem`` in the folder."""
    file = path / f"{domain}.pem" if path.is_dir() else path
    return file.read_bytes() if file.is_file() else None
