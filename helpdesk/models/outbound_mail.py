"""An outbound mail: one mail to one recipient, waiting in the outbox or gone from it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, BigId, EnumText, Id

_DUE = text("state IN ('queued', 'deferred', 'sending')")
MAILS_TO_STAFF = (
    "template IN ('assigned_staff', 'canary', 'comment_added_staff', 'delivery_failed_staff', "
    "'digest_staff', 'mail_alarm_staff', 'mentioned_staff', 'password_link_staff', "
    "'ticket_created_staff')"
)
"""What colleagues get, in SQL: a query that has it word for word finds these by their index."""


class MailQueue(StrEnum):
    """The outbox's queues by urgency: what people wrote or wait for goes first."""

    ANSWERS = "answers"
    NOTIFICATIONS = "notifications"


class OutboundState(StrEnum):
    """How far an outbound mail is."""

    QUEUED = "queued"
    SENDING = "sending"
    """A worker has claimed it."""
    SENT = "sent"
    DEFERRED = "deferred"
    """It will be tried again."""
    FAILED = "failed"
    BOUNCED = "bounced"
    """Taken by a relay, and came back."""
    UNCERTAIN = "uncertain"
    """The connection was lost after the last byte and before the answer."""
    CANCELLED = "cancelled"


class AttemptOutcome(StrEnum):
    """What came of one try to hand a mail to a relay."""

    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    STOPPED = "stopped"
    """The worker died."""


class OutboundMail(Base):
    """One mail to one recipient. The envelope and the Message-ID are fixed when it is put in;

    the bytes are rendered at the first attempt and kept, so that every attempt sends the same.
    """

    __tablename__ = "outbound_mail"
    __table_args__ = (
        Index(
            "ix_outbound_mail_due",
            "queue",
            "next_attempt_at",
            "id",
            sqlite_where=_DUE,
            postgresql_where=_DUE,
        ),
        # An earlier mail to the same person on the same ticket goes first.
        Index(
            "ix_outbound_mail_turn",
            "ticket_id",
            "recipient",
            "id",
            sqlite_where=_DUE,
            postgresql_where=_DUE,
        ),
        Index("ix_outbound_mail_state", "state", "id"),
        Index("ix_outbound_mail_mailbox", "mailbox_id", "id"),
        # The share of mails that arrived, by day.
        Index("ix_outbound_mail_created", "created_at"),
        # Few of many, where few are told by mail: the outbox shows them apart.
        Index(
            "ix_outbound_mail_to_staff",
            "id",
            sqlite_where=text(MAILS_TO_STAFF),
            postgresql_where=text(MAILS_TO_STAFF),
        ),
        # Written copies that are kept, by age.
        Index(
            "ix_outbound_mail_rendered",
            "created_at",
            sqlite_where=text("rendered_sha256 IS NOT NULL"),
            postgresql_where=text("rendered_sha256 IS NOT NULL"),
        ),
        # Deleting a mail asks which ones it replaced.
        Index(
            "ix_outbound_mail_replaced",
            "replaced_by_id",
            sqlite_where=text("replaced_by_id IS NOT NULL"),
            postgresql_where=text("replaced_by_id IS NOT NULL"),
        ),
        # Rate limits of automatic mail are counted by recipient.
        Index("ix_outbound_mail_recipient", "recipient", "created_at"),
    )

    id: Mapped[Id]
    queue: Mapped[MailQueue] = mapped_column(EnumText(MailQueue), default=MailQueue.ANSWERS)
    template: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the template is rendered with: plain JSON values."""
    recipient: Mapped[str]
    recipient_name: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    ticket_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comment.id"), index=True)
    mailbox_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mailbox.id"))
    subject: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    """Without angle brackets; the same at every attempt."""
    in_reply_to: Mapped[str] = mapped_column(default="")
    references: Mapped[list[str]] = mapped_column("reference_ids", default=list)
    reply_to: Mapped[str] = mapped_column(default="")
    """The reply address with its token, for this recipient and this ticket."""
    rendered_sha256: Mapped[str | None]
    rendered_at: Mapped[datetime | None]
    """When it was first written to be sent: its ``Date`` (RFC 5322 3.6.1), at every attempt."""
    state: Mapped[OutboundState] = mapped_column(
        EnumText(OutboundState), default=OutboundState.QUEUED
    )
    attempt_count: Mapped[int] = mapped_column(default=0)
    """How many attempts were made since it was put in, or sent again by hand."""
    next_attempt_at: Mapped[datetime]
    first_attempt_at: Mapped[datetime | None]
    """The five days of trying count from here."""
    claimed_by: Mapped[str | None]
    """The worker that is sending it now."""
    lease_until: Mapped[datetime | None]
    """Renewed while that worker lives."""
    replaced_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("outbound_mail.id"))
    """The corrected mail that was sent in this one's place."""
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    attempts: Mapped[list[DeliveryAttempt]] = relationship(order_by="DeliveryAttempt.id")


class DeliveryAttempt(Base):
    """One try to hand a mail to a relay, in the relay's own words."""

    __tablename__ = "delivery_attempt"

    id: Mapped[Id]
    outbound_mail_id: Mapped[int] = mapped_column(BigId, ForeignKey("outbound_mail.id"), index=True)
    at: Mapped[datetime]
    relay: Mapped[str]
    """The relay's name; empty where none was asked (the mail could not be written)."""
    tls: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[AttemptOutcome] = mapped_column(EnumText(AttemptOutcome))
    code: Mapped[int | None]
    """The relay's SMTP reply code; empty where there was no answer."""
    text: Mapped[str] = mapped_column(default="")
