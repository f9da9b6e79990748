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
MOST_DEEP = 3
"""Forwarded mails within forwarded mails."""
_LOCAL = r"(?:\"[^\"\\\r\n]{1,64}\"|[^\s<>()\[\]:;,\"\\@]{1,256})"
_ADDRESS = re.compile(rf"{_LOCAL}@[\w-]+(?:\.[\w-]+)+")
# Whose mail it is stands in brackets; a name before them may look like an address, too: another's,
# or that of a service which sent on behalf of somebody.
_BRACKETED = re.compile(rf"[<\[(](?:mailto:)?({_ADDRESS.pattern})")
_NOBODY = NamedAddress("", "")
"""Who is meant where a mail shows several senders: whoever wrote it chose what stands there."""
_QUOTE = re.compile(r"^> ?")
_RULE = re.compile(r"[\W_]{5,}")
_AROUND_NAME = " \t*_\"'<>[]():"


def forwarded_in(mail: ParsedMail, files: Sequence[StoredFile]) -> Forwarded | None:
    """The mail that this one forwards; None where its subject does not say that it does, or where
    nothing in it has a sender.

    :param files: the mail's attachments with what was read out of them.
    """
    if not subject_parts(mail.subject).forwards:
        return None
    # A mail that is attached to what was forwarded is not what was forwarded.
    return _written_out(mail.text, MOST_DEEP) or _attached(mail, files)


def _attached(mail: ParsedMail, files: Sequence[StoredFile]) -> Forwarded | None:
    cards = [file.reading for file in files if file.reading]
    for card in cards:
        sender = card.get("from") if card.get("type") == "mail" else None
        if sender:
            named = NamedAddress(str(sender["name"]), str(sender["address"]))
            return Forwarded(named, str(card.get("text") or ""), mail.text)
    return None


def _written_out(text: str, deep: int) -> Forwarded | None:
    lines = text.split("\n")
    for place in range(min(len(lines), MOST_LINES)):
        block = block_at(lines, place)
        if not block:
            continue
        sender = _sender(block.sender)
        if sender is None:
            return None
        below = _unquoted(lines[place + block.size :])
        inner = _written_out(below, deep - 1) if deep else None
        return Forwarded(sender, below, _cover(lines[:place]), inner)
    return None


def _sender(value: str) -> NamedAddress | None:
    """The name and address in the value of "From:"; :data:`_NOBODY` where it shows several."""
    bracketed = [*_BRACKETED.finditer(value)]
    found = bracketed or [*_ADDRESS.finditer(value.replace("mailto:", " "))]
    if not found:
        return None
    addresses = [one[1 if bracketed else 0] for one in found]
    if len({address.lower() for address in addresses}) > 1:
        return _NOBODY
    name = value[: found[0].start()].replace("mailto:", "")
    return NamedAddress(clean_line(name.strip(_AROUND_NAME), 120), addresses[0])


def _cover(lines: Sequence[str]) -> str:
    """What stands above the mail, less the lines that announce it."""
    kept = [line for line in lines if not is_delimiter(line)]
    while kept and (not kept[-1].strip() or _RULE.fullmatch(kept[-1].strip())):
        kept.pop()
    return "\n".join(kept).strip("\n >")


def _unquoted(lines: Sequence[str]) -> str:
    """The mail's text; some clients put a mark before each of its lines."""
    written = [line for line in lines if line.strip()]
    if written and all(line.startswith(">") for line in written):
        lines = [_QUOTE.sub("", line) for line in lines]
    return "\n".join(lines).strip("\n")
