"""What the client said about a mail, beside the mail itself: the first line of its spool file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

IMPORT = "import"
"""The protocol of a mail of the past, that ``postdesk mail import`` brought."""


class DamagedMailError(Exception):
    """A spool file has no readable envelope: something other than Postdesk wrote or cut it."""


@dataclass(frozen=True)
class Envelope:
    """What the client said about a mail, beside the mail itself.

    ``mail_from`` is empty for the null sender; ``rcpt_tos`` are the accepted recipients as given,
    ``mailboxes`` the mailbox that answers for each of them. ``peer`` is the client's IP address,
    empty for a unix socket or a pipe. ``protocol`` is a word of RFC 3848 (ESMTP, ESMTPS, LMTP…) or
    ``pipe``, or ``import``. ``received_at`` is aware, in UTC.
    """

    mail_from: str
    rcpt_tos: tuple[str, ...]
    mailboxes: tuple[str, ...] = ()
    peer: str = ""
    helo: str = ""
    tls: bool = False
    protocol: str = "ESMTP"
    received_at: datetime | None = None

    def to_json(self) -> bytes:
        """One line, newline included."""
        received_at = self.received_at or datetime.now(UTC)
        fields = {**vars(self), "received_at": received_at.isoformat()}
        return json.dumps(fields, separators=(",", ":")).encode("ascii") + b"\n"

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
