"""What is kept of a held mail besides its raw bytes, for whoever decides about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from helpdesk.mail_in.incoming import Incoming, NamedAddress

MOST_TEXT = 100_000
MOST_HTML = 256 * 1024
MOST_NAMES = 50


def held_reading(mail: Incoming) -> dict[str, Any]:
    """Plain JSON values. ``html`` is sanitised already, and left out where it is very long."""
    html = mail.body.html
    return {
        "from_name": mail.sender.name if mail.sender else "",
        "reply_to": _people(mail.reply_to),
        "to": _people(mail.to),
        "cc": _people(mail.cc),
        "text": mail.body.text[:MOST_TEXT],
        "html": html if html and len(html) <= MOST_HTML else None,
        "files": [
            {"filename": file.filename, "content_type": file.content_type, "size": file.size}
            for file in mail.files[:MOST_NAMES]
        ],
    }


def _people(people: Iterable[NamedAddress]) -> list[dict[str, str]]:
    return [{"name": one.name, "address": one.address} for one in list(people)[:MOST_NAMES]]
