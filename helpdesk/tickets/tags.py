"""Tags: what a name may be, which there are, and which stand on a ticket."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Text, func, select, type_coerce
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from helpdesk.errors import InvalidInput
from helpdesk.models import Tag, TagColour, TicketTag
from helpdesk.text import clean_line

LONGEST = 40
MOST = 20
"""Tags on one ticket."""
_FORBIDDEN = ',"'
"""A comma parts tags where several are written; in a search, the marks stand around a name."""


@dataclass(frozen=True)
class TagOnTicket:
    """A tag as a ticket shows it."""

    name: str
    colour: str


def tag_name(text: str) -> str:
    """A tag's name as somebody typed it: at most 40 characters, no comma, no quotation mark.

    :raises InvalidInput: (``tags``) it is none.
    """
    name = clean_line(text)
    if not name:
        raise InvalidInput("tags", "A tag needs a name.")
    if len(name) > LONGEST:
        raise InvalidInput("tags", f"A tag's name has at most {LONGEST} characters.")
    if any(mark in name for mark in _FORBIDDEN):
        raise InvalidInput("tags", "A tag's name has no comma and no quotation mark.")
    return name


def tag_names(texts: Iterable[str]) -> dict[str, str]:
    """Several names: each as it is shown, by how it is compared, in the order of that.

    :raises InvalidInput: (``tags``) one is none.
    """
    names = {folded(name): name for name in map(tag_name, texts)}
    return dict(sorted(names.items()))


def folded(name: str) -> str:
    """A name as it is compared: capitals make no difference."""
    return clean_line(name).casefold()


def find_or_make_tag(session: Session, name: str, now: datetime) -> Tag:
    """The tag of this name, held until the transaction ends; a new one where there was none."""
    while True:
        wanted = select(Tag).where(Tag.folded == folded(name)).with_for_update(read=True)
        tag = session.scalar(wanted)
        if tag is not None:
            return tag
        colours = list(TagColour)
        colour = colours[(session.scalar(select(func.max(Tag.id))) or 0) % len(colours)]
        is_postgresql = session.get_bind().dialect.name == "postgresql"
        insert = postgresql_insert if is_postgresql else sqlite_insert
        # Somebody may make it at this moment, too: then theirs is found on the next turn.
        session.execute(
            insert(Tag)
            .values(name=name, folded=folded(name), colour=colour, created_at=now)
            .on_conflict_do_nothing(index_elements=["folded"])
        )


def tags_of(ticket_id: Any) -> Any:
    """The tags of a ticket, to be selected with it: a tuple of :class:`TagOnTicket`."""
    written = func.aggregate_strings(Tag.colour + " " + Tag.name, ",")
    return (
        select(type_coerce(written, _WrittenTags()))
        .select_from(TicketTag)
        .join(Tag, Tag.id == TicketTag.tag_id)
        .where(TicketTag.ticket_id == ticket_id)
        .scalar_subquery()
    )


def tags_on(session: Session, ticket_ids: Collection[int]) -> dict[int, tuple[TagOnTicket, ...]]:
    """The tags of each of these tickets that has any."""
    found: dict[int, list[TagOnTicket]] = {}
    rows = session.execute(
        select(TicketTag.ticket_id, Tag.name, Tag.colour)
        .join(Tag, Tag.id == TicketTag.tag_id)
        .where(TicketTag.ticket_id.in_(ticket_ids))
        .order_by(Tag.folded)
    )
    for ticket_id, name, colour in rows:
        found.setdefault(ticket_id, []).append(TagOnTicket(name, colour))
    return {ticket_id: tuple(tags) for ticket_id, tags in found.items()}


class _WrittenTags(TypeDecorator[tuple[TagOnTicket, ...]]):
    """Tags as one text: ``blue refund,red late parcel``."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[TagOnTicket, ...]:
        return _read(value) if value else ()


@lru_cache(maxsize=4096)
def _read(written: str) -> tuple[TagOnTicket, ...]:
    parts = (one.partition(" ") for one in written.split(","))
    tags = (TagOnTicket(name, colour) for colour, _, name in parts)
    return tuple(sorted(tags, key=lambda tag: folded(tag.name)))
