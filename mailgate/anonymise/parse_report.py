"""“Report a bad parse”: an anonymised copy of a mail that still shows what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mailgate.anonymise.anonymise import anonymise
from mailgate.parse.isolated import Reader
from mailgate.parse.pipe import ReadResult


@dataclass(frozen=True)
class AnonymisedCopy:
    """The copy, and what the reader makes of it otherwise than of the mail; nothing is right."""

    copy: bytes
    differences: tuple[str, ...]

    @property
    def shows_the_same(self) -> bool:
        return not self.differences


def report_parse(reader: Reader, raw: bytes, key: bytes | None = None) -> AnonymisedCopy:
    """Make a copy, read both, and compare what came of them.

    :param key: what the words are chosen by; random unless a test gives one.
    """
    return compare(reader, raw, anonymise(raw, key))


def compare(reader: Reader, raw: bytes, copy: bytes) -> AnonymisedCopy:
    """Read a mail and its copy, and compare what came of them."""
    before, after = shape(reader.read(raw)), shape(reader.read(copy))
    differences = tuple(
        f"{name}: {before[name]} became {after[name]}"
        for name in before
        if before[name] != after[name]
    )
    return AnonymisedCopy(copy, differences)


def shape(result: ReadResult) -> Mapping[str, Any]:
    """What the reader made of a mail, without a word of what it says."""
    mail = result.mail
    return {
        "could be read": "no" if result.failure else "yes",
        "kind": mail.kind,
        "oddities": list(mail.defects),
        "lines of text": _lines(mail.text),
        "lines of the new part": _lines(mail.reply),
        "lines quoted": _lines(mail.quoted),
        "lines of the signature": _lines(mail.signature),
        "lines of the disclaimer": _lines(mail.disclaimer),
        "formatted": "yes" if mail.html else "no",
        "files": [(file.content_type, file.disposition, bool(file.filename)) for file in
                  mail.attachments],
        "sender": "yes" if mail.sender else "no",
        "recipients": (len(mail.to), len(mail.cc), len(mail.reply_to)),
        "date": "yes" if mail.date else "no",
        "Message-ID": "yes" if mail.message_id else "no",
        "answers": (len(mail.in_reply_to), len(mail.references)),
        "bounce": [(one.action, one.status) for one in mail.bounce.recipients]
        if mail.bounce
        else [],
        "invitation": mail.invitation.kind if mail.invitation else "no",
    }  # fmt: skip


def _lines(text: str) -> int:
    return len(text.strip("\n").splitlines())
