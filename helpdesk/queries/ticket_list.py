"""The API's list of tickets: filters, newest first, pages by number or by a cursor."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, selectinload

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Comment, Person, PersonAddress, Ticket
from helpdesk.queries.conversation import SHOWN_TO_CUSTOMERS
from helpdesk.queries.keyset_page import Cursor, keyset_page, read_cursor
from helpdesk.queries.offset_page import count_of, offset_page
from helpdesk.queries.queue import ANY
from helpdesk.queries.search_query import plain_words
from helpdesk.queries.search_words import words_found
from helpdesk.queries.ticket_conditions import (
    IN_INBOX,
    TicketFilter,
    has_any_tag,
    has_words,
    in_team_named,
    is_on,
    is_said,
)
from helpdesk.queries.ticket_view import TicketView, view_ticket
from helpdesk.queries.told_changes import as_told
from helpdesk.queries.view_tickets import matching
from helpdesk.tickets.access import visible
from helpdesk.tickets.categories import labels
from helpdesk.tickets.tags import tags_on
from helpdesk.vocabulary import Folder, MessageKind


@dataclass(frozen=True)
class ListedTicket:
    """A ticket and the text that it began with."""

    ticket: TicketView
    description: str


@dataclass(frozen=True)
class TicketList:
    """One page of a list, and how many there are in all."""

    count: int
    tickets: tuple[ListedTicket, ...]
    next_cursor: Cursor | None = None
    """Where the next page begins, of a list that is read by a cursor."""


def ticket_list(
    session: Session,
    actor: Actor,
    wanted: TicketFilter,
    *,
    page: int = 1,
    page_size: int = 20,
    cursor: str | None = None,
) -> TicketList:
    """One page of the tickets that the actor may see, newest first.

    :param cursor: where to go on, in place of a page's number; "" for the beginning.
    :raises InvalidInput: there is no such category, in use or not, no such view, no such cursor.
    :raises NotAllowed: views are for staff.
    """
    for category in wanted.category:
        validation.one_of(category, labels(session), "category")
    after = read_cursor(cursor or "")
    where = _conditions(session, actor, wanted)
    chosen = select(Ticket).options(
        selectinload(Ticket.requester).selectinload(Person.addresses),
        selectinload(Ticket.assignee).selectinload(Person.addresses),
        selectinload(Ticket.mailbox),
        selectinload(Ticket.order),
        selectinload(Ticket.team),
    )
    following = None
    if cursor is not None:
        count, tickets, following = keyset_page(session, chosen, where, after, page_size)
    else:
        count = count_of(session, Ticket, where)
        walked = offset_page(chosen, Ticket, where, page=page, size=page_size)
        tickets = list(session.scalars(walked))
    ids = [ticket.id for ticket in tickets]
    described, tags = descriptions(session, actor, ids), tags_on(session, ids)
    views = [view_ticket(ticket, tags.get(ticket.id, ())) for ticket in tickets]
    views = as_told(session, actor, views)
    listed = (ListedTicket(view, described.get(view.id, "")) for view in views)
    return TicketList(count, tuple(listed), following)


def descriptions(session: Session, actor: Actor, ticket_ids: list[int]) -> dict[int, str]:
    """The text that each ticket began with, if the actor may see it."""
    shown = (Comment.kind != MessageKind.TAKEN_BACK,) if actor.is_staff else SHOWN_TO_CUSTOMERS
    rows = session.execute(
        select(Comment.ticket_id, Comment.text).where(
            Comment.ticket_id.in_(ticket_ids), Comment.opening.is_(True), *shown
        )
    )
    return dict(rows.all())


def _conditions(session: Session, actor: Actor, wanted: TicketFilter) -> list[ColumnElement[bool]]:
    found = wanted.field_conditions(for_customers=not actor.is_staff)
    if not actor.is_staff:
        if wanted.view:
            raise NotAllowed("Views are for staff.")
        if wanted.tag or wanted.team:
            found.append(false())
        return [is_on(actor), *found, *has_words(wanted.search, _said_or_wrote_it)]
    found += visible(actor.mailbox_ids)
    if wanted.team:
        found.append(in_team_named(wanted.team))
    if wanted.view:
        found.append(Ticket.id.in_(_of_view(session, actor, wanted.view)))
    else:
        found.append(IN_INBOX if wanted.folder == Folder.INBOX else Ticket.folder == wanted.folder)
    if wanted.tag:
        found.append(has_any_tag(wanted.tag))
    if fields := has_words(wanted.search, _wrote_it):
        found.append(or_(and_(*fields), _in_full_text(session, wanted.search)))
    return found


def _of_view(session: Session, actor: Actor, name: str) -> Select[int]:
    try:
        return matching(session, actor, name, ANY)
    except NotFound:
        raise InvalidInput("view", "There is no such view.") from None


def _in_full_text(session: Session, search: str) -> ColumnElement[bool]:
    """The words stand where the desk's search finds them: in comments, notes and files' names."""
    query = plain_words(search)
    if not query.has_words:
        return false()
    found = words_found(session, query)
    return Ticket.id.in_(select(found.ticket_id).select_from(found.table).where(found.holds))


def _said_or_wrote_it(word: str) -> ColumnElement[bool]:
    # The full text has internal notes in it: customers search what they may see.
    return or_(is_said(word), _wrote_it(word))


def _wrote_it(word: str) -> ColumnElement[bool]:
    """The word stands in the requester's address."""
    return exists().where(
        PersonAddress.person_id == Ticket.requester_id,
        PersonAddress.address.icontains(word, autoescape=True),
    )
