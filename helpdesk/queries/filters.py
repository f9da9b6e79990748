"""What the queue is narrowed by, on top of a view: fields, and a search over all words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, FromClause, column, exists, or_, select, table, text
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Person, PersonAddress, Ticket, TicketTag
from helpdesk.models.base import BigId
from helpdesk.queries.search_query import SearchQuery, Term, read_search_query
from helpdesk.queries.ticket_conditions import has_fields, has_tag, tag_id
from helpdesk.tickets.access import id_written
from helpdesk.tickets.tags import folded
from helpdesk.vocabulary import STAFF_ROLES


@dataclass(frozen=True)
class QueueFilter:
    """What to narrow a view by; empty means any. A value that nobody knows finds nothing."""

    status: str = ""
    priority: str = ""
    category: str = ""
    assignee: str = ""
    """``me``, ``none``, or a person's id."""
    mailbox: str = ""
    """A mailbox's id."""
    tag: str = ""
    """A tag's name."""
    search: str = ""
    """As it was typed: see ``queries.search_query``."""

    @cached_property
    def query(self) -> SearchQuery:
        return read_search_query(self.search)

    @property
    def is_empty(self) -> bool:
        return not any((self.search.strip(), *self.fields.values()))

    @property
    def fields(self) -> dict[str, str]:
        """The chosen fields, without the search."""
        chosen = {
            "status": self.status,
            "priority": self.priority,
            "category": self.category,
            "assignee": self.assignee,
            "mailbox": self.mailbox,
            "tag": self.tag,
        }
        return {name: value for name, value in chosen.items() if value}

    @property
    def tags(self) -> tuple[str, ...]:
        """The names of all tags that are asked for, as they are compared."""
        return (folded(self.tag), *self.query.tags) if self.tag else self.query.tags


def conditions(actor: Actor, wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """Return what a ticket's fields must meet. Its words are looked up by :func:`words_found`."""
    query = wanted.query
    found = has_fields(*map(_alone, (wanted.status, wanted.priority, wanted.category)))
    found += has_fields(*map(_alone, (query.status, query.priority)))
    if wanted.mailbox:
        found.append(Ticket.mailbox_id == id_written(wanted.mailbox))
    if wanted.assignee:
        found.append(_assigned(actor, wanted.assignee))
    if query.assignee:
        found.append(_assigned_by_name(actor, query.assignee))
    if query.snoozed:
        found.append(Ticket.snoozed_until.is_not(None))
    if query.requester:
        found.append(_from(query.requester))
    found += map(has_tag, wanted.tags)
    if query.created_from:
        found.append(Ticket.created_at >= query.created_from)
    if query.created_before:
        found.append(Ticket.created_at < query.created_before)
    return found


def _alone(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


@dataclass(frozen=True)
class TicketsFound:
    """A table that tickets are looked up in, with which to join them, and what its rows must meet:
    the full text, or that of the tags.
    """

    table: FromClause
    ticket_id: ColumnElement[int]
    holds: ColumnElement[bool]


def words_found(session: Session, query: SearchQuery) -> TicketsFound:
    """Where the tickets that hold all these words stand; newest first is their quick order."""
    if session.get_bind().dialect.name == "postgresql":
        name, holds = "ticket_id", "ticket_words.words @@ CAST(:looked_for AS tsquery)"
        looked_for = " & ".join(map(_as_tsquery, query.terms))
    else:
        name, holds = "rowid", "ticket_words MATCH :looked_for"
        looked_for = " AND ".join(map(_as_match, query.terms))
    words = table("ticket_words", column(name, BigId))
    return TicketsFound(words, words.c[name], text(holds).bindparams(looked_for=looked_for))  # type: ignore[arg-type]


def tag_found(name: str) -> TicketsFound:
    """Where the tickets that have a tag stand; newest first is their quick order.

    :param name: as it is compared.
    """
    of_tag = TicketTag.__table__.alias()
    return TicketsFound(of_tag, of_tag.c.ticket_id, of_tag.c.tag_id == tag_id(name))


def holds_words(session: Session, query: SearchQuery) -> ColumnElement[bool]:
    """That one ticket holds these words: to ask of a few tickets, each by its id."""
    found = words_found(session, query)
    return exists().select_from(found.table).where(found.ticket_id == Ticket.id, found.holds)


def _as_match(term: Term) -> str:
    """A term in the words of FTS5: ``"ann lee"*``."""
    return f'"{" ".join(term.words)}"' + (" *" if term.is_beginning else "")


def _as_tsquery(term: Term) -> str:
    """A term in the words of PostgreSQL: ``'ann' <-> 'lee':*``."""
    words = [f"'{word}'" for word in term.words]
    return " <-> ".join(words) + (":*" if term.is_beginning else "")


def _assigned(actor: Actor, value: str) -> ColumnElement[bool]:
    if value == "none":
        return Ticket.assignee_id.is_(None)
    return Ticket.assignee_id == (actor.person_id if value == "me" else id_written(value))


def _assigned_by_name(actor: Actor, value: str) -> ColumnElement[bool]:
    if value in ("me", "none"):
        return _assigned(actor, value)
    named = select(Person.id).where(
        Person.role.in_(STAFF_ROLES), Person.name.istartswith(value, autoescape=True)
    )
    return Ticket.assignee_id.in_(named)


def _from(value: str) -> ColumnElement[bool]:
    return exists().where(
        PersonAddress.person_id == Ticket.requester_id,
        or_(
            PersonAddress.address == value,
            PersonAddress.address.startswith(value, autoescape=True),
        ),
    )
