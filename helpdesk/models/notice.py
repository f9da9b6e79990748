"""A notice: something happened that people are to be told of by mail, and have not been yet."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id


class NotificationKind(StrEnum):
    """What people can be told of by mail: staff of the first four, customers of the rest."""

    NEW_TICKET = "new_ticket"
    ASSIGNED = "assigned"
    MENTIONED = "mentioned"
    CUSTOMER_REPLIED = "customer_replied"
    CREATED = "created"
    COMMENT = "comment"
    STATUS = "status"


class Notice(Base):
    """One event, written in the transaction of the action that caused it.

    Who is to be told is worked out later, by the workers: filing a mail waits for none of it. The
    row is gone once the mails stand in the outbox.
    """

    __tablename__ = "notice"

    id: Mapped[Id]
    kind: Mapped[NotificationKind] = mapped_column(EnumText(NotificationKind))
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comment.id"))
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Whom it concerns, where it is one person: the new assignee, the one mentioned."""
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Who did it, and so is not told."""
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Of a changed status: ``old``, the one before. Of what a customer did: ``by_button``, where it
    was no comment (``help``, ``rating``)."""
    due_at: Mapped[datetime] = mapped_column(index=True)
    """Not before; a status may be changed back for a while."""
    created_at: Mapped[datetime]
