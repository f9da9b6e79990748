"""A ticket, who is on it, and how tickets name one another."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Dialect,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from helpdesk.models.acknowledgement import Refusal
from helpdesk.models.base import Base, BigId, EnumText, Id
from helpdesk.models.mailbox import Mailbox
from helpdesk.models.order import Order
from helpdesk.models.person import Person
from helpdesk.models.team import Team
from helpdesk.vocabulary import PRIORITIES, Folder, Grade, Priority, Status

_RANKS: dict[str, int] = {priority: rank for rank, priority in enumerate(PRIORITIES)}


WITHHELD = "not_acknowledged = 'rate_limit'"
"""What a ticket is whose acknowledgement a limit withheld, as the databases' index has it."""
CLOSED = "folder = 'inbox' AND status = 'closed'"
"""What is over, as the index has it word for word."""
_IN_SIDE = "side_conversation_id IS NOT NULL"
_RESOLVED = "resolved_at IS NOT NULL AND closed_at IS NULL"
_INBOX = "folder = 'inbox'"
_AWAKE = f"{_INBOX} AND snoozed_until IS NULL"
_UNFINISHED = f"{_AWAKE} AND status IN ('open', 'in_progress', 'waiting')"


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class ParticipantRole(StrEnum):
    """What a person is to a ticket."""

    REQUESTER = "requester"
    COPY = "copy"


class TicketLinkKind(StrEnum):
    """Why one ticket names another."""

    MENTIONS = "mentions"
    """A signal in a mail named it, without the right to join it."""
    CONTINUES = "continues"
    """It goes on with one that is closed for good."""
    MERGED = "merged"
    """The other one took its conversation over."""
    SPLIT = "split"
    """Its first messages were split off from the other one."""
    RELATED = "related"
    """Staff say that the two belong together."""
    CHILD = "child"
    """It is a part of the other one, which stays open for it."""


class PriorityRank(TypeDecorator[str]):
    """A priority, stored as its rank: 0 is the most urgent, so ascending order is it."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> int | None:
        return None if value is None else _RANKS[value]

    def process_result_value(self, value: int | None, dialect: Dialect) -> Priority | None:
        return None if value is None else PRIORITIES[value]


class Ticket(Base):
    """One request."""

    __tablename__ = "ticket"
    __table_args__ = (
        # One index a view of the queue, in the order in which the page walks it (keyset paging).
        Index(
            "ix_ticket_view_open",
            "priority",
            "waiting_since",
            "id",
            **_where(f"{_AWAKE} AND status IN ('open', 'in_progress')"),
        ),
        Index(
            "ix_ticket_view_unassigned",
            "priority",
            "waiting_since",
            "id",
            **_where(
                f"{_AWAKE} AND assignee_id IS NULL AND status IN ('open', 'in_progress', 'waiting')"
            ),
        ),
        Index(
            "ix_ticket_view_mine",
            "assignee_id",
            "priority",
            "waiting_since",
            "id",
            **_where(_UNFINISHED),
        ),
        Index(
            "ix_ticket_view_waiting",
            "priority",
            "waiting_since",
            "id",
            **_where(f"{_AWAKE} AND status = 'waiting'"),
        ),
        # What is unfinished, in the other orders that somebody may choose.
        Index("ix_ticket_unfinished_waiting", "waiting_since", "id", **_where(_UNFINISHED)),
        Index("ix_ticket_unfinished_created", "id", **_where(_UNFINISHED)),
        Index("ix_ticket_unfinished_updated", "updated_at", "id", **_where(_UNFINISHED)),
        # Of one mailbox, or one team, what is unfinished, by urgency; of one mailbox, all.
        Index(
            "ix_ticket_mailbox_unfinished",
            "mailbox_id",
            "priority",
            "waiting_since",
            "id",
            "status",
            **_where(_UNFINISHED),
        ),
        Index(
            "ix_ticket_team_unfinished",
            "team_id",
            "priority",
            "waiting_since",
            "id",
            "status",
            **_where(f"{_UNFINISHED} AND team_id IS NOT NULL"),
        ),
        Index("ix_ticket_mailbox_all", "mailbox_id", "updated_at", "id", **_where(_INBOX)),
        # What a search asks for by itself, and may be rare.
        Index("ix_ticket_category", "category", "updated_at", "id", **_where(_INBOX)),
        Index(
            "ix_ticket_language",
            "language",
            "updated_at",
            "id",
            **_where(f"{_INBOX} AND language <> ''"),
        ),
        Index(
            "ix_ticket_has_order",
            "updated_at",
            "id",
            **_where(f"{_INBOX} AND order_id IS NOT NULL"),
        ),
        Index("ix_ticket_created", "created_at", "id", **_where(_INBOX)),
        Index("ix_ticket_status_created", "status", "id", **_where(_INBOX)),
        Index("ix_ticket_view_all", "updated_at", "id", **_where(_INBOX)),
        Index("ix_ticket_view_status", "status", "updated_at", "id", **_where(_INBOX)),
        Index(
            "ix_ticket_view_snoozed",
            "snoozed_until",
            "id",
            **_where(f"{_INBOX} AND snoozed_until IS NOT NULL"),
        ),
        Index(
            "ix_ticket_put_away",
            "folder",
            "put_away_at",
            "id",
            **_where("put_away_at IS NOT NULL"),
        ),
        # What changed lately, wherever it is kept.
        Index("ix_ticket_updated_at", "updated_at"),
        Index("ix_ticket_requester", "requester_id", "id"),
        Index("ix_ticket_order", "order_id"),
        Index("ix_ticket_team", "team_id", "id", **_where("team_id IS NOT NULL")),
        # What is to be closed after some days, in its order.
        Index("ix_ticket_resolved", "resolved_at", "id", **_where(_RESOLVED)),
        # What is closed and may be old enough to go (queries/retention.py).
        Index("ix_ticket_closed", "closed_at", "updated_at", "id", **_where(CLOSED)),
        Index("ix_ticket_withheld", "created_at", "id", **_where(WITHHELD)),
        Index("ix_ticket_rated", "rated_at", "id", **_where("rated_at IS NOT NULL")),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    status: Mapped[Status] = mapped_column(EnumText(Status), default=Status.OPEN)
    folder: Mapped[Folder] = mapped_column(
        EnumText(Folder), default=Folder.INBOX, server_default=Folder.INBOX
    )
    put_away_at: Mapped[datetime | None]
    """Since when it is in spam or trash."""
    snoozed_until: Mapped[datetime | None]
    """Out of sight until then; empty where it is not snoozed."""
    snooze_stays: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it sleeps on when the customer answers."""
    priority: Mapped[Priority] = mapped_column(PriorityRank, default=Priority.MEDIUM)
    category: Mapped[str] = mapped_column(default="other")
    language: Mapped[str] = mapped_column(default="", server_default="")
    """What its customer writes, a code of ``detected_language.LANGUAGE_NAMES``; empty as long as
    that cannot be told."""
    mailbox_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mailbox.id"))
    requester_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    claimed_name: Mapped[str] = mapped_column(default="")
    """What the requester calls themselves, where nothing proves it: staff see it, and no mail of
    ours carries it."""
    assignee_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(BigId)
    order_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("shop_order.id"))
    preview: Mapped[str] = mapped_column(default="")
    """The beginning of the newest public comment, one line, for the queue."""
    someone_else_said: Mapped[str] = mapped_column(default="")
    """The beginning of what somebody wrote who is not on the ticket, for the staff's queue; empty
    once staff answered, or let them in."""
    owes_answer: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its customer owes an answer still, though a side conversation made it staff's turn:
    see :attr:`status_for_customers`."""
    asked_addresses: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Where its mails ask for answers: see :mod:`helpdesk.tickets.asked_addresses`."""
    comment_count: Mapped[int] = mapped_column(default=0)
    has_files: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a file came with a message or a note, for the queue: no picture within a text."""
    checklist_total: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many items its checklist has, for the queue."""
    checklist_done: Mapped[int] = mapped_column(default=0, server_default="0")
    answered: Mapped[bool] = mapped_column(default=False)
    """Whether the newest public comment is from staff."""
    waiting_since: Mapped[datetime]
    """Since when the customer waits for us; when staff answered last, once they have."""
    link_generation: Mapped[int] = mapped_column(default=1)
    """Raised to revoke every tracking link and reply address of this ticket."""
    not_acknowledged: Mapped[Refusal | None] = mapped_column(EnumText(Refusal))
    """Why its requester was sent no acknowledgement; None where one was sent, or none was due."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    first_response_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    rating: Mapped[Grade | None] = mapped_column(EnumText(Grade))
    """What the customer thought of it."""
    rating_comment: Mapped[str] = mapped_column(default="")
    rated_at: Mapped[datetime | None]

    mailbox: Mapped[Mailbox | None] = relationship()
    requester: Mapped[Person] = relationship(foreign_keys=requester_id)
    assignee: Mapped[Person | None] = relationship(foreign_keys=assignee_id)
    order: Mapped[Order | None] = relationship()
    team: Mapped[Team | None] = relationship(
        primaryjoin="foreign(Ticket.team_id) == Team.id", viewonly=True
    )

    @property
    def status_for_customers(self) -> Status:
        """How it stands to those on it."""
        return shown_to_customers(self.status, self.owes_answer)


def shown_to_customers(status: Status, owes_answer: bool) -> Status:
    """A status as customers are shown it: while staff work on it, one of them may owe an answer."""
    return Status.WAITING if owes_answer and status == Status.IN_PROGRESS else status


class TicketDay(Base):
    """The last number given out on a UTC day."""

    __tablename__ = "ticket_day"

    day: Mapped[str] = mapped_column(primary_key=True)
    """``YYYYMMDD``."""
    last: Mapped[int]


class Participant(Base):
    """A person on a ticket: its requester, or one in copy."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("ticket_id", "person_id"),)

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    role: Mapped[ParticipantRole] = mapped_column(EnumText(ParticipantRole))
    pending: Mapped[bool] = mapped_column(default=False)
    """Named in a mail, but not yet included by staff: gets nothing until then."""
    added_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class TicketLink(Base):
    """One ticket names another."""

    __tablename__ = "ticket_link"
    __table_args__ = (UniqueConstraint("ticket_id", "other_id", "kind"),)

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    other_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    kind: Mapped[TicketLinkKind] = mapped_column(EnumText(TicketLinkKind))
    created_at: Mapped[datetime]


class TicketMerge(Base):
    """A ticket whose conversation another one took over: mail to it, and its links, go there.

    It is closed as long as that lasts, so that only for closed tickets this need be looked up.
    """

    __tablename__ = "ticket_merge"

    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), primary_key=True)
    into_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    status: Mapped[Status] = mapped_column(EnumText(Status))
    """What it had before."""
    comment_ids: Mapped[list[int]] = mapped_column(JSON)
    """The comments that went over, to be taken back."""
    participant_ids: Mapped[list[int]] = mapped_column(JSON)
    """The people who came onto the other ticket by it."""
    checklist_ids: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    """The items of its checklist that went over."""
    link_ids: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    """What links it to related tickets, parents and children, and went over."""
    merged_at: Mapped[datetime]


class ThreadId(Base):
    """A Message-ID seen on a ticket: in the header of, or named by, a mail filed there."""

    __tablename__ = "thread_id"
    __table_args__ = (
        UniqueConstraint("message_id", "ticket_id"),
        Index("ix_thread_id_comment", "comment_id", **_where("comment_id IS NOT NULL")),
        Index("ix_thread_id_side", "side_conversation_id", **_where(_IN_SIDE)),
    )

    id: Mapped[Id]
    message_id: Mapped[str]
    """Without angle brackets."""
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comment.id"))
    """The comment that this mail is; empty for an ID that was only named."""
    side_conversation_id: Mapped[int | None] = mapped_column(BigId)
    """The side conversation of the ticket in which it was seen: it then leads there alone."""
    minted_for_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Whom we made this ID for, when it is ours: in their hands it counts as a reply token."""
    recipients: Mapped[list[str]] = mapped_column(default=list)
    """The addresses in To and Cc of that mail: they may join by naming it."""
