"""A mailbox's own relay: the account that its mail is sent by; and copies that wait for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class MailboxRelay(Base):
    """The account that a mailbox's mail leaves by, and how that goes. Without a row it leaves by
    the installation's relay."""

    __tablename__ = "mailbox_relay"

    id: Mapped[Id]
    mailbox_id: Mapped[int] = mapped_column(BigId, ForeignKey("mailbox.id"), unique=True)
    host: Mapped[str]
    port: Mapped[int]
    tls: Mapped[str]
    """A value of ``helpdesk.imap.account.Tls``."""
    login: Mapped[str]
    """Who signs in there."""
    sealed_password: Mapped[str] = mapped_column(default="")
    """See :mod:`helpdesk.sealing`; empty where the mailbox's grant is used instead."""
    by_token: Mapped[bool] = mapped_column(default=False)
    """Whether one signs in by the access that the mailbox was granted (OAuth)."""
    per_minute: Mapped[int] = mapped_column(default=0)
    """The most mails a minute; 0: as many as go."""
    sent_folder: Mapped[str] = mapped_column(default="")
    """The folder of the account that copies of what was sent are put into; empty: none are."""
    changed_at: Mapped[datetime]
    """When an admin set it last: whoever sends by it begins anew then."""

    trouble: Mapped[str] = mapped_column(default="")
    """A value of ``helpdesk.submission.trouble.RelayFault``; empty where all is well."""
    words: Mapped[str] = mapped_column(default="")
    """What the server said."""
    trouble_since: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    """Nobody tries it before."""


class SentCopy(Base):
    """A mail that its mailbox's relay has taken, and that is not in the account's folder yet."""

    __tablename__ = "sent_copy"

    id: Mapped[Id]
    outbound_mail_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("outbound_mail.id"), unique=True
    )
    mailbox_id: Mapped[int] = mapped_column(BigId, ForeignKey("mailbox.id"), index=True)
    tries: Mapped[int] = mapped_column(default=0)
    """How often it was begun: after a crash the folder is searched for it first."""
    next_try_at: Mapped[datetime] = mapped_column(index=True)
    """Nobody else takes it up before."""
    words: Mapped[str] = mapped_column(default="")
    """What kept it from being put there the last time."""
    created_at: Mapped[datetime]
