"""A mail on its way from the reader to the database: read and stored, its sender being checked."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass

from helpdesk.mail_in.incoming import Arrival
from helpdesk.tickets.content import StoredFile
from mailgate.authenticate import Authentication
from mailgate.parse import ParsedMail


@dataclass(frozen=True)
class PreparedMail:
    """A mail that was read and stored, and waits to be filed. ``name`` is its name in the spool."""

    name: str
    arrival: Arrival
    mail: ParsedMail
    files: tuple[StoredFile, ...] = ()
    failure: str = ""
    """Why it could not be read, in plain words: it is then held."""
    sender_check: Future[Authentication] | None = None
    """None where the mail could not be read: it is held, whoever sent it."""

    @property
    def is_complete(self) -> bool:
        """Whether the check of its sender is done, or there is none."""
        return self.sender_check is None or self.sender_check.done()
