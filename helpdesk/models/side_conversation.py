"""A side conversation: a private thread of mails inside a ticket with someone who is not its
customer.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class SideConversation(Base):
    """One of them. Its messages are comments of the ticket that name it."""

    __tablename__ = "side_conversation"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    subject: Mapped[str]
    """Of its mails: it has one of its own, without the ticket's number."""
    started_by_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    link_generation: Mapped[int] = mapped_column(default=1)
    """Raised to revoke every reply address of it."""
    created_at: Mapped[datetime]


class SidePerson(Base):
    """Somebody outside to whom staff wrote in it."""

    __tablename__ = "side_person"
    __table_args__ = (UniqueConstraint("side_conversation_id", "person_id"),)

    id: Mapped[Id]
    side_conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("side_conversation.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    added_at: Mapped[datetime]
