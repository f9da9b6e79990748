"""Mail that is posted to the web: into the spool, by the rules of SMTP, without an SMTP client.

What is refused is refused by the same function (:class:`EnvelopeDraft`), and nothing is said to be
taken before it is safe on the disk. The journal counts it like any other.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from helpdesk.disks import disk_is_low
from helpdesk.mail_door import NotTaken, PostedMail
from helpdesk.outages import outage
from helpdesk.settings import Settings
from mailgate.smtp.envelope_draft import EnvelopeDraft, RefusedError
from mailgate.smtp.envelope_paths import PathError, parse_address
from mailgate.smtp.limits import SmtpLimits
from mailgate.spool.envelope import POSTED, POSTED_UNSAID
from mailgate.spool.mailbox_snapshot import SNAPSHOT, Mailboxes, Snapshot
from mailgate.spool.spool import Envelope, Spool, SpoolWriter

log = structlog.get_logger(__name__)

_NOT_READY = "No gateway has started on this machine yet: try again later."
_NO_ROOM = "There is no room for it on the disk just now: try again later."
_FAULT = "It cannot be kept just now: try again later."


@dataclass(frozen=True)
class PostedIntake:
    """An envelope that was taken."""

    spool: Spool
    envelope: Envelope
    largest: int
    """Bytes that a mail may have."""

    @property
    def mailboxes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.envelope.mailboxes))

    def take(self, pieces: Iterable[bytes]) -> str:
        """Write it into the spool; returns its name there.

        :raises NotTaken:
        """
        writer = self.spool.begin(self.envelope)
        try:
            size = self._written(writer, pieces)
            name = writer.commit()  # what of it can be taken back where it fails, it takes back
        except OSError as problem:
            outage("spool").failed(type(problem).__name__, errno=problem.errno)
            raise NotTaken(451, _FAULT) from None
        outage("spool").worked()
        recipients = len(self.envelope.rcpt_tos)
        log.info("mail_accepted", mail=name, size=size, recipients=recipients)
        return name

    def _written(self, writer: SpoolWriter, pieces: Iterable[bytes]) -> int:
        try:
            return self._write(writer, pieces)
        except BaseException:
            writer.abort()
            raise

    def _write(self, writer: SpoolWriter, pieces: Iterable[bytes]) -> int:
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > self.largest:
                raise NotTaken(552, "This mail is larger than is taken here.", "body")
            writer.write(piece)
        if not size:
            raise NotTaken(554, "Send the mail as the body; there is none.", "body")
        return size


class PostedDoor:
    """The door of this machine's gateway. Safe for threads, and beside the gateway's own."""

    def __init__(self, settings: Settings, *, limits: SmtpLimits | None = None) -> None:
        self._folder = settings.spool_dir
        self._largest = settings.smtp_size
        self._most = (limits or SmtpLimits()).recipients
        self._snapshot = Snapshot(self._folder / SNAPSHOT, keys=settings.keys)
        self._lock = threading.Lock()
        self._spool: Spool | None = None

    def open(self, mail: PostedMail) -> PostedIntake:
        """Look at the envelope.

        :raises NotTaken:
        """
        mailboxes = self._mailboxes()
        draft = EnvelopeDraft()
        with _asking("from"):
            draft.begin(f"FROM:<{mail.sender or ''}> SMTPUTF8", largest=0)
        with _asking("to"):
            for recipient in mail.recipients:
                draft.add(f"TO:<{recipient}>", mailboxes=mailboxes, most=self._most)
        if not draft.rcpt_tos:
            raise NotTaken(554, "Say which address it is for.", "to")
        try:
            spool = self._opened()
            if disk_is_low(self._folder, self._largest):
                raise NotTaken(452, _NO_ROOM)
        except OSError as problem:
            outage("spool").failed(type(problem).__name__, errno=problem.errno)
            raise NotTaken(451, _FAULT) from None
        return PostedIntake(spool, _envelope(mail, draft), self._largest)

    def mailbox_at(self, address: str) -> str | None:
        """The mailbox that answers for this address.

        :raises NotTaken: the mailboxes are not known yet.
        """
        mailboxes = self._mailboxes()
        try:
            path = parse_address(address)
        except PathError:
            return None
        if path.asks_to_relay or not path.domain:
            return None
        return mailboxes.match(path.local, path.domain) or mailboxes.match_answer(
            path.local, path.domain, bounce=False
        )

    def close(self) -> None:
        """Close the spool's files."""
        with self._lock:
            if self._spool is not None:
                self._spool.close()
            self._spool = None

    def _mailboxes(self) -> Mailboxes:
        with self._lock:
            self._snapshot.reload()
            found = self._snapshot.current
        if found is None:
            raise NotTaken(451, _NOT_READY)
        return found

    def _opened(self) -> Spool:
        """The spool, opened once it is needed: where no gateway runs none is made."""
        with self._lock:
            if self._spool is None:
                self._spool = Spool(self._folder)
            return self._spool


def _envelope(mail: PostedMail, draft: EnvelopeDraft) -> Envelope:
    return Envelope(
        mail_from=draft.mail_from,
        rcpt_tos=tuple(draft.rcpt_tos),
        mailboxes=tuple(draft.mailboxes),
        helo=mail.believed,
        tls=False,
        protocol=POSTED if mail.sender is not None else POSTED_UNSAID,
        hold=mail.hold,
    )


@contextmanager
def _asking(field: str) -> Iterator[None]:
    """Have the rules of SMTP answer.

    :raises NotTaken: as they say.
    """
    try:
        yield
    except RefusedError as refused:
        code, _, words = str(refused).partition(" ")
        enhanced, _, said = words.partition(" ")
        said = said if enhanced.count(".") == 2 else words
        raise NotTaken(int(code), f"{said}.", field) from None
