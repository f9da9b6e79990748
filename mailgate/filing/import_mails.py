"""Import an mbox or a Maildir: its mails are accepted and filed here, the oldest first.

Not by way of the filer, which takes several at a time and not always in order: an answer must find
the mail that it answers. Each is accepted in the spool before it is filed, so that the ledger
balances, and a crash leaves it to the filer.
"""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from helpdesk.actions.import_mail import import_mail, seen_before
from helpdesk.actions.receive_mail import hold
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.mail_in.incoming import Arrival
from helpdesk.text import fold_address
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.mailboxes import first_mailbox, mailbox_of
from mailgate.filing.attachment_cards import attachment_cards
from mailgate.filing.incoming_mail import incoming_of
from mailgate.filing.same_mail import SameMail, same_mail
from mailgate.filing.stored_files import put_mail, stored_files
from mailgate.parse import ParsedMail
from mailgate.parse.isolated import Reader
from mailgate.parse.reader import scan_headers
from mailgate.spool.envelope import IMPORT, Envelope
from mailgate.spool.spool import Spool

HEADER = 64 * 1024
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class NoMailsError(Exception):
    """What was given is neither an mbox nor a Maildir. The text is one line for a person."""


class OldMails:
    """The mails of an mbox file or a Maildir, in the order of their dates.

    :raises NoMailsError:
    """

    def __init__(self, path: Path, *, now: datetime) -> None:
        self._box = _open(path)
        self._now = now
        last = _EARLIEST
        dates: list[tuple[datetime, int, str]] = []
        for number, key in enumerate(self._box.keys()):
            # One without a date stands where it stood: after the one before it.
            last = self._date(self._box.get_bytes(key)[:HEADER]) or last
            dates.append((last, number, key))
        self._order = sorted(dates)

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[tuple[bytes, datetime]]:
        """The raw mails, each with its date."""
        for date, _, key in self._order:
            yield self._box.get_bytes(key), date

    def _date(self, header: bytes) -> datetime | None:
        date = scan_headers(header).date
        return min(date, self._now) if date and date >= _EARLIEST else None


def _open(path: Path) -> mailbox.mbox | mailbox.Maildir:
    if path.is_dir():
        if not (path / "cur").is_dir() and not (path / "new").is_dir():
            raise NoMailsError(f"{path} is no Maildir: it has neither “cur” nor “new”.")
        return mailbox.Maildir(path, factory=None, create=False)
    try:
        with path.open("rb") as file:
            begins = file.read(5)
    except OSError as problem:
        raise NoMailsError(f"{path} cannot be read ({problem.strerror}).") from None
    if begins != b"From ":
        raise NoMailsError(f"{path} is no mbox: it does not begin with “From ”.")
    return mailbox.mbox(path, factory=None, create=False)


@dataclass(frozen=True)
class ImportedMail:
    """What became of one mail: ``filed``, ``held``, ``set_aside``, or ``here`` already."""

    state: str
    ticket_id: int | None = None


class Importer:
    """Accepts and files mails of the past, one after another; to be closed after use."""

    def __init__(
        self,
        spool: Spool,
        database: Database,
        blobs: Blobs,
        mailbox_address: str = "",
        gateway_id: int | None = None,
    ) -> None:
        """
        :param mailbox_address: whose mail it is; empty: whichever of ours a mail names.
        :param gateway_id: of the gateway whose spool it is.
        """
        self._spool = spool
        self._database = database
        self._blobs = blobs
        self._mailbox = fold_address(mailbox_address)
        self._gateway_id = gateway_id
        self._reader = Reader()

    def close(self) -> None:
        """End the child process."""
        self._reader.close()

    def take(self, raw: bytes, date: datetime, now: datetime) -> ImportedMail:
        """Accept and file one mail, unless the same came before.

        :param date: the mail's own; it is filed as of then.
        :raises OSError: it cannot be kept.
        """
        same = same_mail(raw)
        with self._database.reading() as session:
            if seen_before(session, same.key):
                return ImportedMail("here")
        result = self._reader.read(raw)
        files = () if result.failure else self._files(result.mail)
        arrival = self._accept(raw, date, same, result.mail, files)
        try:
            with self._database.transaction() as session:
                mail = incoming_of(session, arrival, result.mail, files, None)
                filed = (
                    hold(session, arrival, result.failure, now, mail)
                    if result.failure
                    else import_mail(session, mail)
                )
        except IntegrityError:
            return ImportedMail("here")  # it took so long that the filer took it over
        self._spool.forget(arrival.spool_name)
        return ImportedMail(filed.state, filed.ticket_id)

    def _files(self, mail: ParsedMail) -> tuple[StoredFile, ...]:
        return stored_files(self._blobs, mail, attachment_cards(self._reader, mail))

    def _accept(
        self,
        raw: bytes,
        date: datetime,
        same: SameMail,
        mail: ParsedMail,
        files: tuple[StoredFile, ...],
    ) -> Arrival:
        """Accept the mail in the spool: from here on it is filed, by the filer if not by us."""
        envelope = self._envelope(mail, date)
        key, parts = put_mail(self._blobs, raw, mail, files)
        writer = self._spool.begin(envelope)
        writer.write(raw)
        return Arrival(
            spool_name=self._spool.adopt(writer),
            raw_sha256=key,
            size=len(raw),
            same_key=same.key,
            has_identity=same.has_identity,
            envelope_from=envelope.mail_from,
            envelope_to=envelope.rcpt_tos,
            peer="",
            received_at=date,
            imported=True,
            gateway_id=self._gateway_id,
            stored_by=tuple(parts),
        )

    def _envelope(self, mail: ParsedMail, date: datetime) -> Envelope:
        named = [self._mailbox] if self._mailbox else [one.address for one in (*mail.to, *mail.cc)]
        with self._database.reading() as session:
            recipient = (mailbox_of(session, named) or first_mailbox(session)).address
        from_nowhere = any(
            name == "return-path" and value.strip() == "<>" for name, value in mail.headers
        )
        sender = mail.sender.address if mail.sender and not from_nowhere else ""
        return Envelope(sender, (recipient,), (recipient,), protocol=IMPORT, received_at=date)
