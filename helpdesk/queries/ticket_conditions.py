"""The conditions that lists of tickets share: their fields, searched words, and people on them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from helpdesk.actor import Actor
from helpdesk.models import Comment, FormerTagName, Participant, Tag, Team, Ticket, TicketTag
from helpdesk.queries.conversation import SHOWN_TO_CUSTOMERS
from helpdesk.text import clean_line
from helpdesk.tickets.access import has_begun
from helpdesk.tickets.tags import folded
from helpdesk.tickets.teams import folded_team
from helpdesk.vocabulary import PRIORITIES, Folder, Status

IN_INBOX = Ticket.folder == literal_column("'inbox'")
"""What counts: spam and trash are left out. Written out as the partial indexes have it."""


_OWED = and_(Ticket.status == Status.IN_PROGRESS, Ticket.owes_answer.is_(True))
STATUS_FOR_CUSTOMERS: ColumnElement[Any] = type_coerce(
    case((_OWED, Status.WAITING.value), else_=Ticket.status), Ticket.status.type
)
"""How a ticket stands to those on it, as :attr:`Ticket.status_for_customers`."""


@dataclass(frozen=True)
class TicketFilter:
    """What to list; empty means any."""

    status: Collection[str] = ()
    """Any of these, as in the next two."""
    priority: Collection[str] = ()
    category: Collection[str] = ()
    tag: Collection[str] = ()
    """Names; for staff alone. Customers find nothing by them."""
    team: Collection[str] = ()
    """Names; for staff alone."""
    view: str = ""
    """The name of one of the desk's views, or of a saved one; for staff alone."""
    search: str = ""
    order_id: int | None = None
    folder: str = Folder.INBOX
    """For staff; customers do not learn where staff keep their tickets."""

    def field_conditions(self, *, for_customers: bool = False) -> list[ColumnElement[bool]]:
        """Return what a ticket's fields must meet; the search is for each list to say.

        :param for_customers: its status is the one that they are shown.
        """
        found = has_fields(() if for_customers else self.status, self.priority, self.category)
        if for_customers and self.status:
            found.append(STATUS_FOR_CUSTOMERS.in_(self.status))
        if self.order_id is not None:
            found.append(Ticket.order_id == self.order_id)
        return found


def has_fields(
    status: Collection[str] = (), priority: Collection[str] = (), category: Collection[str] = ()
) -> list[ColumnElement[bool]]:
    """Return what a ticket's fields must be: one of these; none means any.

    A value that nobody knows finds nothing.
    """
    found: list[ColumnElement[bool]] = []
    if status:
        found.append(_is_one_of(Ticket.status, status))
    if priority:
        # Stored as its rank: a priority that does not exist has none to compare with.
        found.append(_is_one_of(Ticket.priority, [p for p in priority if p in PRIORITIES]))
    if category:
        found.append(_is_one_of(Ticket.category, category))
    return found


def has_tag(name: str, *, each: bool = False) -> ColumnElement[bool]:
    """Return that a ticket has the tag of this name, as it is compared.

    :param each: as in :func:`there_is`.
    """
    here = TicketTag.ticket_id == Ticket.id
    return there_is(here, TicketTag.tag_id == tag_id(name), each=each)


def there_is(*conditions: ColumnElement[bool], each: bool) -> ColumnElement[bool]:
    """Return that there is a row of which all this holds.

    :param each: it is asked for each ticket by itself. Where it stands below an ``OR`` or a
        ``NOT``, PostgreSQL would otherwise read all such rows first, and keep them at hand: of a
        common tag half a million. It cannot for a statement with an ``OFFSET``.
    """
    found: Select[Any] = select(literal_column("1")).where(*conditions)
    return exists(found.offset(literal_column("0")) if each else found)


def has_any_tag(names: Collection[str]) -> ColumnElement[bool]:
    """Return that a ticket has one of these tags, named as somebody typed them."""
    named = [tag_id(folded(name)) for name in names]
    return exists().where(TicketTag.ticket_id == Ticket.id, TicketTag.tag_id.in_(named))


def in_team_named(names: Collection[str]) -> ColumnElement[bool]:
    """Return that a ticket is of one of these teams, named as somebody typed them."""
    named = select(Team.id).where(Team.folded.in_([folded_team(name) for name in names]))
    return Ticket.team_id.in_(named)


def tag_id(name: str) -> ColumnElement[int]:
    """The id of the tag of this name, as it is compared, or of the one that had it before; a name
    that nobody knows finds nothing.
    """
    named = select(Tag.id).where(Tag.folded == name).scalar_subquery()
    before = select(FormerTagName.tag_id).where(FormerTagName.folded == name).scalar_subquery()
    return func.coalesce(named, before)


def _is_one_of(column: InstrumentedAttribute[Any], values: Collection[str]) -> ColumnElement[bool]:
    if not values:
        return false()
    # A single value is compared, so that the statement is the same each time.
    return column == next(iter(values)) if len(values) == 1 else column.in_(values)


def has_words(
    search: str, elsewhere: Callable[[str], ColumnElement[bool]], *, most: int | None = None
) -> list[ColumnElement[bool]]:
    """Return that each word stands in a ticket's subject or number, or elsewhere.

    :param elsewhere: the condition that a word stands in another place of the list's own.
    :param most: how many words count; the rest is left out.
    """
    return [
        or_(
            Ticket.subject.icontains(word, autoescape=True),
            Ticket.number.icontains(word, autoescape=True),
            elsewhere(word),
        )
        for word in clean_line(search, 200).split()[:most]
    ]


def is_on(actor: Actor) -> ColumnElement[bool]:
    """Return that the actor is a ticket's requester or in copy, and that it has begun for them.
    Someone pending is not on it yet.
    """
    # One list of both: for an OR with a list in it PostgreSQL reads all tickets.
    own = aliased(Ticket)
    asked = select(own.id).where(own.requester_id == actor.person_id)
    in_copy = select(Participant.ticket_id).where(
        Participant.person_id == actor.person_id, Participant.pending.is_(False)
    )
    return and_(Ticket.id.in_(asked.union(in_copy)), has_begun(Ticket.id))


def is_said(word: str) -> ColumnElement[bool]:
    """Return that a word stands in a message of the ticket that customers may see."""
    return exists().where(
        Comment.ticket_id == Ticket.id,
        *SHOWN_TO_CUSTOMERS,
        Comment.text.icontains(word, autoescape=True),
    )
