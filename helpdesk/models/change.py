"""The history: who changed which field of a ticket, from what, to what, when and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, BigId, EnumText, Id
from helpdesk.models.person import Person


class HistoryField(StrEnum):
    """What of a ticket was changed."""

    STATUS = "status"
    SUBJECT = "subject"
    PRIORITY = "priority"
    CATEGORY = "category"
    LANGUAGE = "language"
    ASSIGNEE = "assignee"
    TEAM = "team"
    REQUESTER = "requester"
    IN_COPY = "in_copy"
    ORDER = "order"
    RATING = "rating"
    MAIL = "mail"
    """The state of a mail that leaves."""
    MOVED_MAIL = "moved_mail"
    """A mail went to another ticket, or came from one."""
    ACKNOWLEDGEMENT = "acknowledgement"
    """One that a limit had withheld was sent by hand."""
    MERGED = "merged"
    """It took over another ticket."""
    MERGED_INTO = "merged_into"
    """Another ticket took it over."""
    SPLIT = "split"
    """Messages of it went to a new ticket."""
    SPLIT_FROM = "split_from"
    """Its first messages came from another ticket."""
    LINK = "link"
    """Staff said that it belongs together with another one, or does not."""
    PARENT = "parent"
    """It became a part of another one, or is none any more."""
    CHILD = "child"
    """Another one became a part of it, or is none any more."""
    CHILDREN_DONE = "children_done"
    """The last of its parts was finished."""
    CHECKLIST = "checklist"
    """An item of its checklist was added, ticked, worded anew or removed."""
    CHECKLIST_PLACE = "checklist_place"
    """An item of its checklist went to another place."""
    FOLDER = "folder"
    """It went to spam or trash, or back to the inbox."""
    SNOOZE = "snooze"
    """Until when it is out of sight: see :mod:`helpdesk.tickets.snoozing`."""
    MAILBOX = "mailbox"
    """It went to another mailbox: the first line of what that brought along."""
    TAG = "tag"
    """A tag was put on it, or taken off."""
    CUSTOM = "custom_field"
    """A field that the team has made itself was filled in, or emptied."""
    MACRO = "macro"
    """A macro was used: the first line of all that it changed at this moment."""
    THANKS = "thanks"
    """A mail only thanked, and the ticket stayed finished."""
    NOTE = "note"
    """An internal note was taken back."""


class Change(Base):
    """One row of a ticket's history."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_ticket", "ticket_id", "id"),)

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    changed_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Empty where Postdesk itself did it."""
    field: Mapped[HistoryField] = mapped_column(EnumText(HistoryField))
    old_value: Mapped[str] = mapped_column(default="")
    new_value: Mapped[str] = mapped_column(default="")
    old_id: Mapped[int | None] = mapped_column(BigId)
    """The row that the old value names, where it is a person or an order; of who is in copy, the
    person whom staff added or took off; of a merge, a split or a link the other ticket, of a
    checklist the item, of a moved mail the mail, of a tag, a team, a field or a mailbox this, of a
    macro the note that it added."""
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    changed_by: Mapped[Person | None] = relationship()
