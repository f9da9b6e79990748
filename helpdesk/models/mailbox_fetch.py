"""A mailbox's account on a mail server, and the mails that were seen there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id


class AfterFetching(StrEnum):
    """What becomes of a mail on the server, once it is safe here."""

    SEEN = "seen"
    """It is marked as read."""
    MOVE = "move"
    """It is moved into another folder."""
    LEAVE = "leave"
    """It stays as it is."""


class FetchedState(StrEnum):
    """What became of a mail that was seen on the server."""

    BEGUN = "begun"
    """It is about to be accepted: whether it was, the spool's journal knows."""
    SPOOLED = "spooled"
    """It was accepted, as a mail that came by SMTP is."""
    LEFT = "left"
    """It is not fetched, with a reason."""


class MailboxFetch(Base):
    """An account that a mailbox's mail is fetched from, and how that goes.

    At most one a mailbox is active. Those before it stay: their numbers hold if it comes back.
    """

    __tablename__ = "mailbox_fetch"

    id: Mapped[Id]
    mailbox_id: Mapped[int] = mapped_column(BigId, ForeignKey("mailbox.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    host: Mapped[str]
    port: Mapped[int]
    tls: Mapped[str]
    """A value of ``helpdesk.imap.account.Tls``."""
    login: Mapped[str]
    """Who signs in there."""
    sealed_password: Mapped[str]
    """See :mod:`helpdesk.sealing`; empty where it is not active, and where ``by_token``."""
    by_token: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the mailbox's grant signs in (:class:`MailboxGrant`), and no password."""
    folder: Mapped[str]
    after: Mapped[AfterFetching] = mapped_column(EnumText(AfterFetching))
    move_to: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime]
    """What was on the server before this moment at the first look is left alone."""
    created_at: Mapped[datetime]
    """Mail that is older on the server is mail of the past: nobody is told of it."""
    changed_at: Mapped[datetime]
    """When an admin set it last: whoever fetches begins anew then."""

    uid_validity: Mapped[int | None] = mapped_column(BigId)
    """By which the server's numbers hold (RFC 9051 2.3.1.1); None before the first look."""
    seen_uid: Mapped[int] = mapped_column(BigId, default=0)
    """Each mail up to this number has a row, or is older than ``since``."""
    caught_up: Mapped[bool] = mapped_column(default=False)
    """Whether all that was there at the first look has been gone through."""

    holder: Mapped[str] = mapped_column(default="")
    """Who fetches it now; nobody else does until ``held_until``."""
    held_until: Mapped[datetime | None]
    """By the database's clock."""

    checked_at: Mapped[datetime | None]
    """When all that was there had been fetched last."""
    trouble: Mapped[str] = mapped_column(default="")
    """A value of ``helpdesk.imap.trouble.TroubleKind``; empty where all is well."""
    words: Mapped[str] = mapped_column(default="")
    """What the server said."""
    trouble_since: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]


class FetchedMail(Base):
    """A mail on the server, by the server's number for it, and what became of it."""

    __tablename__ = "fetched_mail"
    __table_args__ = (
        # Two that fetch by mistake: the second cannot add it.
        UniqueConstraint("fetch_id", "uid_validity", "uid"),
        Index("ix_fetched_mail_fetch_id_content_key", "fetch_id", "content_key"),
        Index("ix_fetched_mail_fetch_id_state", "fetch_id", "state"),
        Index("ix_fetched_mail_fetch_id_marked", "fetch_id", "marked"),
    )

    id: Mapped[Id]
    fetch_id: Mapped[int] = mapped_column(BigId, ForeignKey("mailbox_fetch.id"))
    uid_validity: Mapped[int] = mapped_column(BigId)
    uid: Mapped[int] = mapped_column(BigId)
    state: Mapped[FetchedState] = mapped_column(EnumText(FetchedState))
    reason: Mapped[str] = mapped_column(default="")
    """Why it was left, in plain words."""
    content_key: Mapped[str] = mapped_column(default="")
    """Hash of its bytes: knows it again where the server numbers its mails anew."""
    spool_name: Mapped[str] = mapped_column(default="")
    spool_id: Mapped[str] = mapped_column(default="")
    """Of the spool whose journal knows the name."""
    marked: Mapped[bool] = mapped_column(default=False)
    """Whether the server's copy was marked or moved, as the mailbox wishes."""
    size: Mapped[int] = mapped_column(BigId, default=0)
    at: Mapped[datetime]
