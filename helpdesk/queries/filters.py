"""What the queue is narrowed by, on top of a view: fields, and a search over all words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    false,
    func,
    inspect,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from helpdesk.actor import Actor
from helpdesk.models import (
    CustomValue,
    Mailbox,
    Order,
    Participant,
    ParticipantRole,
    Person,
    PersonAddress,
    SideConversation,
    Team,
    Ticket,
    TicketTag,
)
from helpdesk.models.person import IS_STAFF, domain_of_address
from helpdesk.queries.field_search import FieldTerm, has_value, holds, quick_test
from helpdesk.queries.search_query import SearchQuery, read_search_query
from helpdesk.queries.search_words import TicketsFound
from helpdesk.queries.ticket_conditions import has_fields, has_tag, tag_id, there_is
from helpdesk.tickets.access import id_written, visible
from helpdesk.tickets.custom_fields import FieldView
from helpdesk.tickets.tags import folded
from helpdesk.tickets.teams import folded_team


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
    team: str = ""
    """A team's id, or ``none``."""
    search: str = ""
    """As it was typed: see ``queries.search_query``."""
    sort: str = ""
    """The chosen order, as :class:`queue_order.Choice` names it; empty for the view's own, as is
    what the view is not shown in."""
    known: tuple[FieldView, ...] = ()
    """The fields that the team has made, as far as whoever searches sees them."""

    @cached_property
    def query(self) -> SearchQuery:
        return read_search_query(self.search, self.known)

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
            "team": self.team,
        }
        return {name: value for name, value in chosen.items() if value}

    @property
    def place(self) -> str:
        """The one mailbox or team whose tickets are all that is asked for: ``mailbox-3``; empty
        where something else is."""
        ((field, value),) = self.fields.items() if len(self.fields) == 1 else (("", ""),)
        is_one = field in ("mailbox", "team") and not self.search.strip()
        return f"{field}-{value}" if is_one else ""

    @property
    def tags(self) -> tuple[str, ...]:
        """The names of all tags that are asked for, as they are compared."""
        return (folded(self.tag), *self.query.tags) if self.tag else self.query.tags


def conditions(actor: Actor, wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """Return what a ticket must meet that the actor may see: its fields. Its words are looked up by
    :mod:`helpdesk.queries.search_words`.
    """
    found = [*visible(actor.mailbox_ids)]
    found += has_fields(*map(_alone, (wanted.status, wanted.priority, wanted.category)))
    if wanted.mailbox:
        found.append(Ticket.mailbox_id == id_written(wanted.mailbox))
    if wanted.assignee:
        found.append(_assigned(actor, wanted.assignee))
    if wanted.team:
        found.append(_of_team(wanted.team))
    if wanted.tag:
        found.append(has_tag(folded(wanted.tag)))
    return [*found, *_asked(actor, wanted.query)]


def _asked(actor: Actor, query: SearchQuery, *, each: bool = False) -> list[ColumnElement[bool]]:
    """What the operators of a search ask of a ticket.

    :param each: it stands below an ``OR`` or a ``NOT``, as in :func:`there_is`.
    """
    found = has_fields(*map(_alone, (query.status, query.priority)))
    if query.assignee:
        found.append(_assigned_by_name(actor, query.assignee))
    if query.team:
        found.append(_of_team_named(query.team))
    if query.snoozed:
        found.append(Ticket.id.in_(_SNOOZED))
    if query.requester:
        found.append(_has_address(Ticket.requester_id, query.requester, each=each))
    if query.in_copy:
        found.append(_in_copy(query.in_copy, each=each))
    if query.category:
        found.append(Ticket.category == query.category)
    if query.language:
        found += [Ticket.language == query.language, HAS_LANGUAGE]
    if query.mailbox:
        found.append(Ticket.mailbox_id.in_(select(Mailbox.id).where(at_mailbox(query.mailbox))))
    if query.order_number:
        found.append(_about_order(query.order_number))
    found += [Ticket.subject.icontains(words, autoescape=True) for words in query.subject]
    found += _has(query)
    if query.answered is not None:
        found.append(Ticket.answered.is_(query.answered))
    found += [has_tag(name, each=each) for name in query.tags]
    found += [~has_tag(name, each=True) for name in query.without_tags]
    if query.created_from:
        # Nothing changed before it was there: so the walk by changes knows where to end.
        since = query.created_from
        found += [Ticket.created_at >= since, Ticket.updated_at >= since]
    if query.created_before:
        found.append(Ticket.created_at < query.created_before)
    return [*found, *_asked_together(actor, query)]


def _asked_together(actor: Actor, query: SearchQuery) -> Iterator[ColumnElement[bool]]:
    """What operators ask that stand there twice, with ``OR`` between them, or with ``-``."""
    for one in query.also:
        yield from _asked(actor, one)
        if one.folder:
            yield Ticket.folder == one.folder
    for group in query.one_of:
        yield or_(*(and_(*_asked(actor, one, each=True)) for one in group))
    for one in query.none_of:
        # Where nobody has a ticket, it is not the one's who is named.
        yield ~func.coalesce(and_(*_asked(actor, one, each=True)), false())


HAS_LANGUAGE = Ticket.language != literal_column("''")
"""Written out, as the index of languages has it."""
_other = aliased(Ticket)
# Looked up first, by an index of their own: of a list with few of them, every ticket would be read.
_SNOOZED = select(_other.id).where(
    _other.folder == literal_column("'inbox'"), _other.snoozed_until.is_not(None)
)


def _has(query: SearchQuery) -> Iterator[ColumnElement[bool]]:
    if query.has_files:
        yield Ticket.has_files.is_(True)
    if query.has_order:
        yield Ticket.order_id.is_not(None)
    yield from map(has_value, query.fields)
    yield from (~has_value(term) for term in query.without_fields)
    if query.has_side:
        yield Ticket.id.in_(select(SideConversation.ticket_id))


def _alone(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def tag_found(name: str) -> TicketsFound:
    """Where the tickets that have a tag stand; newest first is their quick order.

    :param name: as it is compared.
    """
    of_tag = TicketTag.__table__.alias()
    return TicketsFound(of_tag, of_tag.c.ticket_id, of_tag.c.tag_id == tag_id(name))


def field_found(session: Session, terms: Sequence[FieldTerm]) -> TicketsFound | None:
    """Where the tickets that have what is asked of a field stand, if few enough have it, or it is
    one value: its tickets stand there newest first.
    """
    for test in filter(None, (quick_test(session, term) for term in terms)):
        values = aliased(CustomValue)
        found: Any = inspect(values).selectable
        return TicketsFound(found, values.ticket_id, holds(values, test))  # type: ignore[arg-type]
    return None


def _assigned(actor: Actor, value: str) -> ColumnElement[bool]:
    if value == "none":
        return Ticket.assignee_id.is_(None)
    return Ticket.assignee_id == (actor.person_id if value == "me" else id_written(value))


def _assigned_by_name(actor: Actor, value: str) -> ColumnElement[bool]:
    if value in ("me", "none"):
        return _assigned(actor, value)
    return Ticket.assignee_id.in_(select(Person.id).where(IS_STAFF, _is_called(value)))


def _is_called(value: str) -> ColumnElement[bool]:
    """A person's name as it is shown begins so: where they have none, an address; and what has an
    ``@`` is the beginning of anybody's address, too.
    """
    begins = _has_address(Person.id, value, domains=False)
    by_address = begins if "@" in value else and_(Person.name == "", begins)
    return or_(Person.name.istartswith(value, autoescape=True), by_address)


def _has_address(
    person_id: ColumnElement[Any] | Any, value: str, *, each: bool = False, domains: bool = True
) -> ColumnElement[bool]:
    """Somebody has an address that begins so, or is of this domain (``@shop.example``, or without
    the ``@``), where ``domains`` are asked for.
    """
    is_theirs = PersonAddress.person_id == person_id
    fits = _addresses(value) if domains else _addresses(value)[:1]
    return there_is(is_theirs, or_(*fits), each=each)


def _addresses(value: str) -> list[ColumnElement[bool]]:
    address = PersonAddress.address
    fits = [address.startswith(value, autoescape=True)]
    if "@" not in value[1:] and "." in value:
        fits.append(address.endswith(f"@{value.removeprefix('@')}", autoescape=True))
    return fits


def _in_copy(value: str, *, each: bool) -> ColumnElement[bool]:
    copied = Participant.role == ParticipantRole.COPY
    has_one = _has_address(Participant.person_id, value, each=each)
    return there_is(Participant.ticket_id == Ticket.id, copied, has_one, each=each)


def has_address(session: Session, value: str) -> ColumnElement[bool]:
    """An address begins so, or is of this domain; said so that both databases use an index."""
    address, last = PersonAddress.address, f"{value}\U0010ffff"
    if session.get_bind().dialect.name == "postgresql":
        begins = and_(address.op("~>=~")(value), address.op("~<~")(last))
    else:
        begins = and_(address >= value, address < last)
    if "@" in value[1:] or "." not in value:
        return begins
    return or_(begins, domain_of_address == value.removeprefix("@"))


def at_mailbox(value: str) -> ColumnElement[bool]:
    """A mailbox's address or name begins so."""
    return Mailbox.address.istartswith(value, autoescape=True) | Mailbox.name.istartswith(
        value, autoescape=True
    )


def _of_team(value: str) -> ColumnElement[bool]:
    return Ticket.team_id.is_(None) if value == "none" else Ticket.team_id == id_written(value)


def _of_team_named(value: str) -> ColumnElement[bool]:
    """The beginning of a team's name, or ``none``."""
    if value == "none":
        return Ticket.team_id.is_(None)
    return Ticket.team_id.in_(select(Team.id).where(of_team_named(value)))


def of_team_named(value: str) -> ColumnElement[bool]:
    """A team's name begins so."""
    return Team.folded.startswith(folded_team(value), autoescape=True)


def _about_order(number: str) -> ColumnElement[bool]:
    spelled = select(Order.id).where(spelled_order(number))
    return Ticket.id.in_(select(_other.id).where(_other.order_id.in_(spelled)))


def spelled_order(number: str) -> ColumnElement[bool]:
    """An order has this number, whose letters may be small or large."""
    return Order.number.in_({number, number.upper()})
