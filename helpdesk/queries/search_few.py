"""What a search asks for that few tickets have: these are looked up, and asked for all the rest.

A list in its own order would be read to its end for the last of them. Each operator has an index in
which it is told quickly whether few have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import (
    CustomValue,
    Mailbox,
    Order,
    Participant,
    PersonAddress,
    SideConversation,
    Team,
    Ticket,
    TicketTag,
)
from helpdesk.models.base import BigId
from helpdesk.queries.field_search import holds
from helpdesk.queries.filters import (
    HAS_LANGUAGE,
    QueueFilter,
    at_mailbox,
    has_address,
    of_team_named,
    spelled_order,
)
from helpdesk.queries.search_words import TicketsFound
from helpdesk.queries.ticket_conditions import IN_INBOX, tag_id
from helpdesk.queries.views import View, condition_of
from helpdesk.tickets.access import id_written, visible
from helpdesk.vocabulary import Folder

FEW = 5_000
"""So many tickets are asked one by one."""
_FEW_PEOPLE = 500


def few_found(session: Session, actor: Actor, view: View, wanted: QueueFilter) -> list[int] | None:
    """The ids of tickets among which are all that are asked for; None where they are many."""
    for tickets in _lookups(session, actor, view, wanted):
        if session.scalar(tickets.offset(FEW).limit(1)) is None:
            return list(session.scalars(tickets.limit(FEW)))
    return None


def few_with(session: Session, found: TicketsFound, seconds: float | None) -> list[int] | None:
    """The ids of the tickets that the full text of PostgreSQL finds; None where they are many, or
    where they cannot be told in so many seconds.
    """
    if seconds is not None and seconds <= 0:
        return None
    # As a whole, and by the index: a planner that hopes for many reads the words of all tickets.
    whole = select(found.ticket_id).select_from(found.table).where(found.holds)
    listed = whole.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    most = 0 if seconds is None else max(1, int(seconds * 1000))
    try:
        with session.begin_nested():
            session.execute(text(f"SET LOCAL statement_timeout = {most}"))
            session.execute(text("SET LOCAL enable_seqscan = off"))
            ids = session.scalars(select(listed.c.ticket_id).limit(FEW + 1)).all()
            session.execute(text("SET LOCAL statement_timeout TO DEFAULT"))
            session.execute(text("SET LOCAL enable_seqscan TO DEFAULT"))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") != _CANCELLED:
            raise
        return None
    return list(ids) if len(ids) <= FEW else None


_CANCELLED = "57014"


def is_postgresql(session: Session) -> bool:
    """Whether this session asks PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def is_among(session: Session, ids: list[int]) -> ColumnElement[bool]:
    """That a ticket is one of these, by whose ids it is looked up."""
    if is_postgresql(session):
        value: Any = bindparam("few", ids, type_=ARRAY(BigId), unique=True)
        return Ticket.id == func.any(value)
    listed: Any = text("ticket.id IN (SELECT value FROM json_each(:few))")
    return listed.bindparams(bindparam("few", str(ids), unique=True))  # type: ignore[no-any-return]


_URGENCY = (Ticket.priority, Ticket.waiting_since, Ticket.id)
_CHANGE = (Ticket.updated_at, Ticket.id)
_DAY = (Ticket.created_at, Ticket.id)
_SHORT: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("open", "unassigned", "waiting"), _URGENCY),
    "mine": (Ticket.assignee_id, *_URGENCY),
    "snoozed": (Ticket.snoozed_until, Ticket.id),
    **dict.fromkeys(("spam", "trash"), (Ticket.folder, Ticket.put_away_at, Ticket.id)),
}
"""The views that are short, with the columns of their indexes."""


def _lookups(
    session: Session, actor: Actor, view: View, wanted: QueueFilter
) -> Iterator[Select[int]]:
    if view.root in _SHORT:
        yield select(Ticket.id).where(condition_of(actor, view)).order_by(*_SHORT[view.root])
    for one in (view.narrowed, wanted):
        for name in one.tags:
            ids = [one for one in session.scalars(select(tag_id(name))) if one is not None]
            of_tag = select(TicketTag.ticket_id).where(TicketTag.tag_id.in_(ids))
            yield of_tag.order_by(TicketTag.tag_id, TicketTag.ticket_id)
        for term in one.query.fields:
            test = or_(*(holds(CustomValue, test) for test in term.tests))
            yield select(CustomValue.ticket_id).where(test)
        if one.query.has_side:
            yield select(SideConversation.ticket_id)
        copied = _people(session, one.query.in_copy)
        if copied is not None:
            yield select(Participant.ticket_id).where(Participant.person_id.in_(copied))
        if view.folder is Folder.INBOX:
            yield from _of_inbox(session, one)
    if view.folder is Folder.INBOX and actor.mailbox_ids is not None:
        yield _by(session, (Ticket.mailbox_id, *_CHANGE), IN_INBOX, *visible(actor.mailbox_ids))


def _of_inbox(session: Session, wanted: QueueFilter) -> Iterator[Select[int]]:
    query = wanted.query
    if wanted.mailbox:
        at_one = Ticket.mailbox_id == id_written(wanted.mailbox)
        yield _by(session, (Ticket.mailbox_id, *_CHANGE), IN_INBOX, at_one)
    if query.mailbox:
        ids = session.scalars(select(Mailbox.id).where(at_mailbox(query.mailbox))).all()
        yield _by(session, (Ticket.mailbox_id, *_CHANGE), IN_INBOX, Ticket.mailbox_id.in_(ids))
    if wanted.team not in ("", "none"):
        yield _by(session, (Ticket.team_id, Ticket.id), Ticket.team_id == id_written(wanted.team))
    if query.team not in ("", "none"):
        ids = session.scalars(select(Team.id).where(of_team_named(query.team))).all()
        yield _by(session, (Ticket.team_id, Ticket.id), Ticket.team_id.in_(ids))
    if query.order_number:
        ids = session.scalars(select(Order.id).where(spelled_order(query.order_number))).all()
        yield _by(session, (Ticket.order_id,), Ticket.order_id.in_(ids))
    if query.has_order:
        yield _by(session, _CHANGE, IN_INBOX, Ticket.order_id.is_not(None))
    if query.snoozed:
        yield _by(session, _SHORT["snoozed"], IN_INBOX, Ticket.snoozed_until.is_not(None))
    for category in filter(None, (query.category, wanted.category)):
        yield _by(session, (Ticket.category, *_CHANGE), IN_INBOX, Ticket.category == category)
    if query.language:
        is_written = Ticket.language == query.language
        yield _by(session, (Ticket.language, *_CHANGE), IN_INBOX, is_written, HAS_LANGUAGE)
    if query.created_before:
        yield _by(session, _DAY, IN_INBOX, Ticket.created_at < query.created_before)
    if query.created_from:
        yield _by(session, _DAY, IN_INBOX, Ticket.created_at >= query.created_from)
    people = _people(session, query.requester)
    if people is not None:
        yield _by(session, (Ticket.requester_id, Ticket.id), Ticket.requester_id.in_(people))


def _people(session: Session, address: str) -> Sequence[int] | None:
    """Those of whom an address is asked for; None where nothing is, or they are many."""
    if not address:
        return None
    found = select(PersonAddress.person_id).where(has_address(session, address))
    people = session.scalars(found.limit(_FEW_PEOPLE + 1)).all()
    return people if len(people) <= _FEW_PEOPLE else None


def _by(session: Session, index: tuple[Any, ...], *conditions: ColumnElement[bool]) -> Select[int]:
    """The ids of tickets that meet these conditions.

    :param index: the columns of the index that has them. SQLite knows only how common a value is on
        average, and where that is often, it would read the table, hoping to end soon: in the order
        of an index it has the index alone. PostgreSQL knows it of each.
    """
    found = select(Ticket.id).where(*conditions)
    return found if is_postgresql(session) else found.order_by(*index)
