"""Tickets that staff may mean by what they type into a field that names another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotFound
from helpdesk.models import Mailbox, Person, Ticket
from helpdesk.queries.people import name_shown
from helpdesk.queries.search_query import LONGEST, plain_words
from helpdesk.queries.search_words import words_found
from helpdesk.text import clean_line
from helpdesk.tickets.access import check_staff, find_ticket, only_visible
from helpdesk.vocabulary import Folder, Status

MOST_OFFERED = 8

_Statement = Select[str, str, Status, str, int | None, str | None]


@dataclass(frozen=True)
class PickedTicket:
    """A ticket, by what one knows it again."""

    number: str
    subject: str
    status: Status
    requester: str
    """Their name, as it is shown."""
    mailbox: str = ""
    """Its mailbox's name, where that is not the one of the ticket that it is picked for."""


_TICKETS = (
    select(
        Ticket.number,
        Ticket.subject,
        Ticket.status,
        name_shown(Person).label("name"),
        Ticket.mailbox_id,
        Mailbox.name.label("mailbox_name"),
    )
    .join(Person, Person.id == Ticket.requester_id)
    .outerjoin(Mailbox, Mailbox.id == Ticket.mailbox_id)
    .where(Ticket.folder == Folder.INBOX)
    .limit(MOST_OFFERED)
)
_LAST = "9" * 20
"""What no number goes on with: a range finds a beginning by the index of both databases."""


def tickets_meant(
    session: Session, actor: Actor, typed: str, beside: str = ""
) -> tuple[PickedTicket, ...]:
    """Tickets whose number begins so, then those that hold the words; newest first, of each.

    :param typed: a number or its beginning, or words; nothing offers the other tickets of the
        requester of ``beside``.
    :param beside: the number of the ticket that one is picked for: it is not offered itself.
    :raises NotAllowed:
    """
    check_staff(actor, "Only staff may look tickets up.")
    wanted = clean_line(typed, LONGEST).strip("[]# ")
    here = _found(session, actor, beside)
    found: dict[str, PickedTicket] = {}
    for statement in _statements(session, wanted, here):
        others = only_visible(statement, actor)
        if here is not None:
            others = others.where(Ticket.id != here.id)
        for row in session.execute(others):
            is_apart = here is not None and row.mailbox_id != here.mailbox_id
            place = row.mailbox_name or "" if is_apart else ""
            found.setdefault(row.number, PickedTicket(*row[:4], place))
        if len(found) >= MOST_OFFERED:
            break
    return tuple(found.values())[:MOST_OFFERED]


def _found(session: Session, actor: Actor, number: str) -> Ticket | None:
    try:
        return find_ticket(session, actor, number) if number else None
    except NotFound:
        return None


def _statements(session: Session, wanted: str, here: Ticket | None) -> Iterator[_Statement]:
    newest_first = _TICKETS.order_by(Ticket.id.desc())
    if not wanted and here is not None:
        yield newest_first.where(Ticket.requester_id == here.requester_id)
    begin = wanted.upper().removeprefix("TKT")
    if begin.isascii() and begin.isdigit():
        yield newest_first.where(Ticket.number.between(f"TKT{begin}", f"TKT{begin}{_LAST}"))
    query = plain_words(wanted)
    if query.has_words:
        words = words_found(session, query)
        found = _TICKETS.join(words.table, words.ticket_id == Ticket.id).where(words.holds)
        yield found.order_by(words.ticket_id.desc())
