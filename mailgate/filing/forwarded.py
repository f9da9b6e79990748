"""The mail inside a mail that was forwarded: attached whole, or written out below a few words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from helpdesk.mail_in.incoming import Forwarded, NamedAddress
from helpdesk.subject_prefixes import subject_parts
from helpdesk.text import clean_line
from helpdesk.tickets.content import StoredFile
from mailgate.parse import ParsedMail
from mailgate.parse.quote_heads import block_at
from mailgate.parse.quote_phrases import is_delimiter

MOST_LINES = 400
"""Nobody writes more above what they forward."""
_ADDRESS = re.compile(r"[\w.+=%'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_QUOTE = re.compile(r"^> ?")
_AROUND_NAME = " \t*_\"'<>[]():"


def forwarded_in(mail: ParsedMail, files: Sequence[StoredFile]) -> Forwarded | None:
    """The mail that this one forwards; None where its subject does not say that it does, or where
    nothing in it has a sender.

    :param files: the mail's attachments with what was read out of them.
    """
    if not subject_parts(mail.subject).forwards:
        return None
    return _attached(mail, files) or _written_out(mail.text)


def _attached(mail: ParsedMail, files: Sequence[StoredFile]) -> Forwarded | None:
    cards = [file.reading for file in files if file.reading]
    for card in cards:
        sender = card.get("from") if card.get("type") == "mail" else None
        if sender:
            named = NamedAddress(str(sender["name"]), str(sender["address"]))
            return Forwarded(named, str(card.get("text") or ""), mail.text)
    return None


def _written_out(text: str) -> Forwarded | None:
    lines = text.split("\n")
    for place in range(min(len(lines), MOST_LINES)):
        block = block_at(lines, place)
        if not block:
            continue
        sender = _sender(block.sender)
        if sender is None:
            return None
        below = lines[place + block.size :]
        return Forwarded(sender, _unquoted(below), _cover(lines[:place]))
    return None


def _sender(value: str) -> NamedAddress | None:
    """The name and address in the value of "From:"."""
    address = _ADDRESS.search(value)
    if address is None:
        return None
    name = value[: address.start()].replace("mailto:", "")
    return NamedAddress(clean_line(name.strip(_AROUND_NAME), 120), address[0])


def _cover(lines: Sequence[str]) -> str:
    """What stands above the mail, less the line that announces it."""
    kept = [line for line in lines if not is_delimiter(line)]
    return "\n".join(kept).strip("\n >")


def _unquoted(lines: Sequence[str]) -> str:
    """The mail's text; some clients put a mark before each of its lines."""
    written = [line for line in lines if line.strip()]
    if written and all(line.startswith(">") for line in written):
        lines = [_QUOTE.sub("", line) for line in lines]
    return "\n".join(lines).strip("\n")
