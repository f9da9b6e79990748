"""What the client said about a mail, beside the mail itself: the first line of its spool file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from helpdesk import shop_clock

IMPORT = "import"
"""The protocol of a mail of the past, that ``postdesk mail import`` brought."""
FETCHED = "imap"
"""The protocol of a mail that was fetched from a mail server."""
FETCHED_OLD = "imap-old"
"""The same of a mail that stood there before its mailbox was fetched: mail of the past."""
POSTED = "http"
"""The protocol of a mail that was posted to the web: by a program, or by a mail service."""
POSTED_UNSAID = "http-unsaid"
"""The same, where nobody said who stands in its envelope as the sender."""
_OF_THE_PAST = (IMPORT, FETCHED_OLD)
_AS_JSON = json.JSONEncoder(separators=(",", ":")).encode
_WITHOUT_SENDER = ("pipe", FETCHED, FETCHED_OLD, POSTED_UNSAID)


class DamagedMailError(Exception):
    """A spool file has no readable envelope: something other than Postdesk wrote or cut it."""


@dataclass(frozen=True)
class Envelope:
    """What the client said about a mail, beside the mail itself.

    ``mail_from`` is empty for the null sender; ``rcpt_tos`` are the accepted recipients as given,
    ``mailboxes`` the mailbox that answers for each of them. ``peer`` is the client's IP address,
    empty for a unix socket or a pipe. ``protocol`` is a word of RFC 3848 (ESMTP, ESMTPS, LMTP…) or
    ``pipe``, ``import``, ``imap`` or ``imap-old``, or begins with ``http``: then ``helo`` is the
    name by which the server of the service that posted it writes what it found of the sender, empty
    where that is not believed. ``received_at`` is aware, in UTC.
    """

    mail_from: str
    rcpt_tos: tuple[str, ...]
    mailboxes: tuple[str, ...] = ()
    peer: str = ""
    helo: str = ""
    tls: bool = False
    protocol: str = "ESMTP"
    received_at: datetime | None = None
    hold: str = ""
    """Why it goes into quarantine, whatever is in it: its header alone was fetched, say."""

    @property
    def of_the_past(self) -> bool:
        """Whether it is filed as of then, and nobody is told of it."""
        return self.protocol in _OF_THE_PAST

    @property
    def may_lack_sender(self) -> bool:
        """Whether an empty ``mail_from`` may mean that nobody said who sent it."""
        return self.protocol in _WITHOUT_SENDER

    @property
    def posted(self) -> bool:
        """Whether it was posted to the web: the client says nothing of its sender."""
        return self.protocol.startswith(POSTED)

    def to_json(self) -> bytes:
        """One line, newline included."""
        received_at = self.received_at or shop_clock.now()
        fields = {**vars(self), "received_at": received_at.isoformat()}
        if not self.hold:  # a release of before that was known reads it, too
            del fields["hold"]
        return _AS_JSON(fields).encode("ascii") + b"\n"

    @classmethod
    def from_json(cls, line: bytes) -> Envelope:
        """:raises DamagedMailError: the line is not an envelope."""
        try:
            fields = json.loads(line)
            fields["received_at"] = datetime.fromisoformat(fields["received_at"])
            for name in ("rcpt_tos", "mailboxes"):
                fields[name] = tuple(fields[name])
            return cls(**fields)
        except (ValueError, TypeError, KeyError) as problem:
            raise DamagedMailError("no envelope on its first line") from problem
