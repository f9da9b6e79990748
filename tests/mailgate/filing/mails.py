"""What the filer's tests start from: mails put into a real spool, and a filer to take them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage

from sqlalchemy import select
from structlog.testing import capture_logs

from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.models import Attachment, Comment, InboundMail
from helpdesk.settings import Settings
from mailgate.authenticate import Authenticator
from mailgate.filing.filer import Filer
from mailgate.spool.spool import Envelope, Spool
from tests.support.servers import wait_until
from tests.support.warm_children import kept_children

SUPPORT = "support@shop.example"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def write(
    subject: str = "My kettle leaks",
    text: str = "It leaks at the bottom.",
    *,
    sender: str = "Ann <ann@mail.example>",
    html: str = "",
    files: Sequence[tuple[str, bytes]] = (),
    **fields: str,
) -> bytes:
    """A mail. Fields by name, with ``_`` for ``-``: ``In_Reply_To="<a@b>"``."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, SUPPORT, subject
    mail["Date"] = NOW
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for filename, content in files:
        mail.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=filename
        )
    return mail.as_bytes()


def put(
    spool: Spool, raw: bytes, *, mail_from: str = "ann@mail.example", rcpt_to: str = SUPPORT
) -> str:
    """Accept a mail, as the SMTP server does; its name in the spool."""
    writer = spool.begin(Envelope(mail_from, (rcpt_to,), peer="127.0.0.1", received_at=NOW))
    writer.write(raw)
    return writer.commit()


@contextmanager
def filer_of(
    settings: Settings,
    database: Database,
    gateway: Callable[[], int | None] = lambda: None,
    blobs: Blobs | None = None,
) -> Iterator[Filer]:
    # Written out, tracebacks with all their values take longer than the filing.
    with kept_children(), capture_logs(), closing(Spool(settings.spool_dir)) as spool:
        filer = Filer(
            spool,
            database,
            blobs or Blobs(settings.blob_url),
            Authenticator(settings),
            clock=lambda: NOW,
            gateway=gateway,
        )
        yield filer
    filer.close()


def file_all(filer: Filer, spool: Spool, *, seconds: float = 60) -> None:
    """Have everything filed that waits."""

    def done() -> bool:
        while filer.file_some():  # to wait is for when nothing is ready
            pass
        return spool.waiting_count() == 0

    wait_until("the spool is empty", done, seconds=seconds)


def recorded(database: Database) -> list[InboundMail]:
    with database.reading() as session:
        return list(session.scalars(select(InboundMail).order_by(InboundMail.id)))


def states(database: Database) -> dict[str, str]:
    """The state of each mail by its name in the spool."""
    return {mail.spool_name: mail.state for mail in recorded(database)}


def comments(database: Database) -> list[Comment]:
    with database.reading() as session:
        return list(session.scalars(select(Comment).order_by(Comment.id)))


def attachments(database: Database) -> list[Attachment]:
    with database.reading() as session:
        return list(session.scalars(select(Attachment).order_by(Attachment.id)))
