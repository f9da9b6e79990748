"""The fields of a ticket, as pages and the API show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.db import AnyRow
from helpdesk.models import Mailbox, Refusal, Ticket
from helpdesk.models.ticket import shown_to_customers
from helpdesk.queries.people import PersonView, view_person
from helpdesk.tickets.asked_addresses import AskedAddress, open_question, read_asked
from helpdesk.tickets.tags import TagOnTicket
from helpdesk.tickets.withheld import is_withheld
from helpdesk.vocabulary import STEPS, UNFINISHED, Folder, Priority, Status


@dataclass(frozen=True)
class TicketView:
    """The fields of a ticket."""

    id: int
    number: str
    subject: str
    status: Status
    priority: Priority
    category: str
    requester: PersonView
    assignee: PersonView | None
    mailbox_name: str
    mailbox_address: str
    mailbox_colour: str
    order_number: str
    created_at: datetime
    updated_at: datetime
    waiting_since: datetime
    answered: bool
    resolved_at: datetime | None
    closed_at: datetime | None
    rating: str
    """A name of ``vocabulary.GRADES``; empty where the customer has not rated it."""
    rating_comment: str
    claimed_name: str = ""
    """What the requester calls themselves, where nothing proves it."""
    asked: tuple[AskedAddress, ...] = ()
    """Where its mails ask for answers."""
    not_acknowledged: Refusal | None = None
    """Why its requester was sent no acknowledgement."""
    first_response_at: datetime | None = None
    asks_reason: bool = False
    """Whether staff have to say why they change a field."""
    folder: Folder = Folder.INBOX
    put_away_at: datetime | None = None
    """Since when it is in spam or trash."""
    snoozed_until: datetime | None = None
    tags: tuple[TagOnTicket, ...] = ()
    language: str = ""
    """What its customer writes; empty where that cannot be told."""
    mailbox_id: int | None = None
    team_id: int | None = None
    team_name: str = ""
    snooze_stays: bool = False
    """Whether it sleeps on when the customer answers."""
    owes_answer: bool = False
    """Whether the customer owes an answer still, though somebody aside gave one."""

    @property
    def status_for_customers(self) -> Status:
        """How it stands to those on it."""
        return shown_to_customers(self.status, self.owes_answer)

    @property
    def is_withheld(self) -> bool:
        """Whether a limit withheld the acknowledgement, and the customer heard nothing since."""
        return is_withheld(self)

    @property
    def can_be_snoozed(self) -> bool:
        """Whether it can be put out of sight for a while."""
        return self.status in UNFINISHED and self.folder == Folder.INBOX

    @property
    def question(self) -> AskedAddress | None:
        """Where a mail asks for answers, and nobody has decided about it yet."""
        return open_question(self.asked)

    @property
    def next_statuses(self) -> tuple[Status, ...]:
        """The statuses it may go to by hand; “resolved” always, from any unfinished one."""
        steps = STEPS[self.status]
        return (*steps, Status.RESOLVED) if self.status == Status.OPEN else steps


def view_ticket(ticket: Ticket, tags: tuple[TagOnTicket, ...] = ()) -> TicketView:
    """The fields of a ticket, as pages and the API show them."""
    mailbox: Mailbox | None = ticket.mailbox
    return ticket_view(
        ticket,
        view_person(ticket.requester),
        view_person(ticket.assignee) if ticket.assignee else None,
        (mailbox.name, mailbox.address, mailbox.colour) if mailbox else (None, None, None),
        ticket.order.number if ticket.order else None,
        tags,
        asks_reason=bool(mailbox and mailbox.asks_reason),
        team_name=ticket.team.name if ticket.team else "",
    )


def ticket_view(
    ticket: Ticket | AnyRow,
    requester: PersonView,
    assignee: PersonView | None,
    mailbox: tuple[str | None, str | None, str | None],
    order_number: str | None,
    tags: tuple[TagOnTicket, ...],
    *,
    asks_reason: bool,
    team_name: str,
) -> TicketView:
    """Return the fields of a ticket as its page reads them.

    :param mailbox: its name, address and colour, where it came to one.
    """
    return TicketView(
        id=ticket.id,
        number=ticket.number,
        subject=ticket.subject,
        status=ticket.status,
        priority=ticket.priority,
        category=ticket.category,
        requester=requester,
        assignee=assignee,
        mailbox_name=mailbox[0] or "",
        mailbox_address=mailbox[1] or "",
        mailbox_colour=mailbox[2] or "",
        order_number=order_number or "",
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        waiting_since=ticket.waiting_since,
        answered=ticket.answered and not ticket.someone_else_said,
        resolved_at=ticket.resolved_at,
        closed_at=ticket.closed_at,
        rating=ticket.rating or "",
        rating_comment=ticket.rating_comment,
        claimed_name=ticket.claimed_name if ticket.claimed_name != requester.name else "",
        asked=read_asked(ticket.asked_addresses),
        not_acknowledged=ticket.not_acknowledged,
        first_response_at=ticket.first_response_at,
        asks_reason=asks_reason,
        team_name=team_name,
        tags=tags,
        **_whereabouts(ticket),
    )


def _whereabouts(ticket: Ticket | AnyRow) -> dict[str, Any]:
    """The fields that say where it is kept, in which language, and whether it sleeps."""
    where = ("mailbox_id", "team_id", "folder", "put_away_at", "language")
    names = (*where, "snoozed_until", "snooze_stays", "owes_answer")
    return {name: getattr(ticket, name) for name in names}
