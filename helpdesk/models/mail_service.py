"""A service that posts a mailbox's mail to us (Amazon SES, Mailgun, Postmark, SendGrid)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id


class MailProvider(StrEnum):
    """Whose posts are understood."""

    SES = "ses"
    MAILGUN = "mailgun"
    POSTMARK = "postmark"
    SENDGRID = "sendgrid"


class MailService(Base):
    """Where a service posts one mailbox's mail to, and what proves that it is the service."""

    __tablename__ = "mail_service"
    __table_args__ = (UniqueConstraint("mailbox_id", "provider"),)

    id: Mapped[Id]
    mailbox_id: Mapped[int] = mapped_column(BigId, ForeignKey("mailbox.id"))
    provider: Mapped[MailProvider] = mapped_column(EnumText(MailProvider))
    key: Mapped[str] = mapped_column(unique=True)
    """The last part of the address that it posts to: long and random."""
    password_hash: Mapped[str] = mapped_column(default="")
    """SHA-256 of the password that it sends along: ours, so random and long. Else empty."""
    sealed_key: Mapped[str] = mapped_column(default="")
    """What it signs with, as :mod:`helpdesk.sealing` keeps it. Else empty."""
    topic: Mapped[str] = mapped_column(default="")
    """The topic of Amazon SNS that alone is listened to (its ARN)."""
    believed: Mapped[str] = mapped_column(default="")
    """The name by which its server writes what it found of the sender; empty: not believed."""
    confirmed_at: Mapped[datetime | None]
    """When the subscription to the topic was confirmed."""
    taken_at: Mapped[datetime | None]
    """When the last post was taken, to the minute."""
    refused_at: Mapped[datetime | None]
    """When a post was last refused, to the minute."""
    refused_why: Mapped[str] = mapped_column(default="")
    """Why, in plain words; nothing of a mail stands there."""
    created_at: Mapped[datetime]


class PostedToken(Base):
    """A token that a service signed a post with: good for one mail."""

    __tablename__ = "posted_token"
    __table_args__ = (UniqueConstraint("service_id", "token_sha256"),)

    id: Mapped[Id]
    service_id: Mapped[int] = mapped_column(BigId, ForeignKey("mail_service.id"))
    token_sha256: Mapped[str]
    mail_sha256: Mapped[str]
    """Of the mail that came with it: the same once more is a retry."""
    posted_at: Mapped[datetime]
