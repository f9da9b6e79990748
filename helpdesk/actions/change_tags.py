"""Put tags on a ticket, and take them off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import Change, HistoryField, Tag, Ticket, TicketTag
from helpdesk.queries.tags import called_now
from helpdesk.rows import insert_row
from helpdesk.tickets.access import STAFF_ONLY, TicketRef, open_ticket_for_change
from helpdesk.tickets.history import OldRow, record_change
from helpdesk.tickets.tags import MOST, find_or_make_tag, folded, tag_names


def change_tags(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    *,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Put tags on a ticket and take others off, by their names; a new name makes the tag, and one
    that a tag had before means that tag.

    Nobody has to say why, whatever the mailbox wants of other changes. What is there already is not
    added, and what is not there is not taken off.

    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: (``tags``) a name is none, or the ticket would have too many.
    """
    wanted, gone = tag_names(add), {folded(name) for name in remove}
    called = called_now(session, [*wanted, *gone])
    wanted = tag_names(called.get(name, shown) for name, shown in wanted.items())
    gone = {folded(called.get(name, name)) for name in gone}
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    has = _tags_of(session, ticket)
    off = [tag for name, tag in has.items() if name in gone and name not in wanted]
    new = {name: shown for name, shown in wanted.items() if name not in has}
    if new and len(has) - len(off) + len(new) > MOST:
        raise InvalidInput("tags", f"A ticket has at most {MOST} tags.")
    for tag in off:
        _take_off(session, actor, ticket, tag, now, reason)
    for name in new.values():
        tag = find_or_make_tag(session, name, now)
        insert_row(session, TicketTag, ticket_id=ticket.id, tag_id=tag.id)
        nothing = OldRow("", tag.id)
        record_change(session, ticket, actor, HistoryField.TAG, nothing, tag.name, now, reason)
    return ticket


def set_tags(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    names: Iterable[str],
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Give a ticket these tags and no others.

    :raises NotFound, NotAllowed, TicketMerged, InvalidInput: as :func:`change_tags`.
    """
    wanted = tag_names(names)
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    others = [name for name in _tags_of(session, ticket) if name not in wanted]
    return change_tags(
        session, actor, ticket, add=wanted.values(), remove=others, now=now, reason=reason
    )


def undo_tags(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    act: Sequence[Change],
    *,
    now: datetime,
    reason: str,
) -> None:
    """Take off what an act put on a ticket, and put on again what it took off.

    A tag that was renamed since is the same tag; one that was deleted is made again.

    :raises InvalidInput: (``change``) what it put on was deleted, or merged into another.
    """
    add, remove = [], []
    for row in act:
        tag = session.get(Tag, row.old_id)
        if row.old_value:
            add.append(tag.name if tag else row.old_value)
        elif tag:
            remove.append(tag.name)
    if not add and not remove:
        raise InvalidInput("change", "The tag was deleted or merged since: nothing was undone.")
    change_tags(session, actor, ticket, add=add, remove=remove, now=now, reason=reason)


def _tags_of(session: Session, ticket: Ticket) -> dict[str, Tag]:
    """Each by how its name is compared."""
    found = session.scalars(
        select(Tag)
        .join(TicketTag, TicketTag.tag_id == Tag.id)
        .where(TicketTag.ticket_id == ticket.id)
        .order_by(Tag.folded)
    )
    return {tag.folded: tag for tag in found}


def _take_off(
    session: Session, actor: Actor, ticket: Ticket, tag: Tag, now: datetime, reason: str
) -> None:
    session.execute(
        delete(TicketTag).where(TicketTag.ticket_id == ticket.id, TicketTag.tag_id == tag.id)
    )
    old = OldRow(tag.name, tag.id)
    record_change(session, ticket, actor, HistoryField.TAG, old, "", now, reason)
