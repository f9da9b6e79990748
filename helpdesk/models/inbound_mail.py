"""An inbound mail: one mail accepted by the gateway, and what was decided about it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id
from helpdesk.vocabulary import MessageKind

DECIDED_WITH_RAW = "raw_sha256 <> '' AND state IN ('filed', 'set_aside')"
"""A mail that is decided and has its original, as the index has it word for word."""


class InboundState(StrEnum):
    """What became of a mail that was accepted."""

    WAITING = "waiting"
    """A person released it, and it is not filed yet."""
    FILED = "filed"
    HELD = "held"
    """In quarantine: a person decides."""
    SET_ASIDE = "set_aside"
    """Discarded: a duplicate, a loop, or by a person."""


class InboundMail(Base):
    """One accepted mail: its raw bytes' key, its envelope, and the decision with its reasons.

    A row exists once the mail is filed, held or set aside; until then it stands in the spool.
    """

    __tablename__ = "inbound_mail"
    __table_args__ = (
        Index("ix_inbound_mail_state", "state", "id"),
        Index("ix_inbound_mail_mailbox_id_received_at", "mailbox_id", "received_at"),
        Index("ix_inbound_mail_same", "same_key", "received_at"),
        # Originals that are kept, by age, with their sizes: see actions/delete_old.py.
        Index(
            "ix_inbound_mail_raw",
            "received_at",
            "size",
            sqlite_where=text(DECIDED_WITH_RAW),
            postgresql_where=text(DECIDED_WITH_RAW),
        ),
    )

    id: Mapped[Id]
    spool_name: Mapped[str] = mapped_column(unique=True)
    """Unique, so that a crash between commit and removal from the spool files nothing twice."""
    state: Mapped[InboundState] = mapped_column(EnumText(InboundState))
    reason: Mapped[str] = mapped_column(default="")
    """Why it is held or set aside, in plain words."""
    gateway_id: Mapped[int | None] = mapped_column(BigId)
    """Of the gateway that accepted it; None for mails from before gateways had names."""
    raw_sha256: Mapped[str]
    size: Mapped[int]
    same_key: Mapped[str]
    """Hash of the raw mail less its trace fields: finds the same mail coming again."""
    envelope_from: Mapped[str] = mapped_column(default="")
    envelope_to: Mapped[list[str]] = mapped_column(default=list)
    peer: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(default="")
    from_address: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str | None]
    kind: Mapped[MessageKind] = mapped_column(EnumText(MessageKind), default=MessageKind.MESSAGE)
    defects: Mapped[list[str]] = mapped_column(default=list)
    decision: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """“Why is this here?”: signals seen, the rule that won, what was refused, the verdict."""
    reading: Mapped[dict[str, Any] | None]
    """What could be read of a mail that is held, for whoever decides about it: ``from_name``,
    ``to``, ``cc``, ``text``, ``html`` (sanitised), ``files``. A filed mail's stands in its
    comment."""
    mailbox_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mailbox.id"))
    ticket_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comment.id"), index=True)
    decided_at: Mapped[datetime]
