"""The tags that there are: to choose from, and as admins see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import FormerTagName, Tag, TicketTag
from helpdesk.tickets.tags import TagOnTicket


@dataclass(frozen=True)
class TagRow:
    """A tag, and how many tickets have it."""

    id: int
    name: str
    colour: str
    tickets: int


def all_tags(session: Session, *, most: int | None = None) -> tuple[TagOnTicket, ...]:
    """The tags by their names, for staff; of more than ``most`` the first ones."""
    rows = session.execute(select(Tag.name, Tag.colour).order_by(Tag.folded).limit(most))
    return tuple(TagOnTicket(name, colour) for name, colour in rows)


def called_now(session: Session, names: Collection[str]) -> dict[str, str]:
    """What the tags are called now that had these names before, by that name.

    :param names: as they are compared.
    """
    if not names:
        return {}
    rows = session.execute(
        select(FormerTagName.folded, Tag.name)
        .join(Tag, Tag.id == FormerTagName.tag_id)
        .where(FormerTagName.folded.in_(names), FormerTagName.folded.not_in(select(Tag.folded)))
        .order_by(FormerTagName.folded)
    )
    return dict(rows.all())


def tag_rows(session: Session, actor: Actor) -> tuple[TagRow, ...]:
    """All tags by their names, with their counts.

    :raises NotAllowed: the actor is no admin.
    """
    if not actor.is_admin:
        raise NotAllowed("This page is for admins.")
    counts = select(TicketTag.tag_id, func.count().label("many")).group_by(TicketTag.tag_id)
    counted = counts.subquery()
    rows = session.execute(
        select(Tag.id, Tag.name, Tag.colour, func.coalesce(counted.c.many, 0))
        .outerjoin(counted, counted.c.tag_id == Tag.id)
        .order_by(Tag.folded)
    )
    return tuple(TagRow(*row) for row in rows)
