"""Change the checklist of a ticket: add an item, tick it, word it anew, move it to another place,
remove it. Staff only.

Each leaves a line in the history, and can be undone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import ChecklistItem, HistoryField, Ticket
from helpdesk.rows import add_now
from helpdesk.text import clean_line
from helpdesk.tickets.access import STAFF_ONLY, TicketRef, known_id, open_ticket_for_change
from helpdesk.tickets.checklists import (
    count_items,
    in_order,
    last_position,
    read_place,
    set_as_written,
    written,
    written_place,
)
from helpdesk.tickets.history import OldRow, record_change

MOST_ITEMS = 50
LONGEST_ITEM = 300


def add_item(
    session: Session, actor: Actor, ticket: TicketRef, text: str, *,
    now: datetime, reason: str = "",
) -> ChecklistItem:  # fmt: skip
    """Put a thing to do on a ticket's checklist, at its end.

    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: (``text``) it says nothing, or too much; or there are too many.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    words = checked_text(text)
    if ticket.checklist_total >= MOST_ITEMS:
        raise InvalidInput("text", f"A checklist has at most {MOST_ITEMS} items.")
    place = last_position(session, ticket.id) + 1
    item = ChecklistItem(ticket_id=ticket.id, text=words, position=place, created_at=now)
    add_now(session, item)
    _record(session, actor, ticket, item, "", now, reason)
    return item


def change_item(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    item_id: int,
    *,
    now: datetime,
    text: str | None = None,
    is_done: bool | None = None,
) -> ChecklistItem:
    """Tick an item or take the tick off, or give it other words; None leaves it.

    :raises NotFound: there is no such item, or no such ticket for this actor.
    :raises NotAllowed, TicketMerged, InvalidInput:
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    item = _item(session, ticket, item_id)
    old = written(item)
    if text is not None:
        item.text = checked_text(text)
    if is_done is not None:
        item.is_done = is_done
    _record(session, actor, ticket, item, old, now)
    return item


def remove_item(
    session: Session, actor: Actor, ticket: TicketRef, item_id: int, *, now: datetime
) -> Ticket:
    """Take an item off the checklist.

    :raises NotFound, NotAllowed, TicketMerged: as :func:`change_item`.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    item = _item(session, ticket, item_id)
    old = written(item)
    item.is_removed = True
    _record(session, actor, ticket, item, old, now)
    return ticket


def move_item(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    item_id: int,
    place: int,
    *,
    now: datetime,
    reason: str = "",
) -> ChecklistItem:
    """Put an item at another place of the checklist; the others keep their order.

    :param place: counted from 1; one past the end means the end.
    :raises NotFound, NotAllowed, TicketMerged: as :func:`change_item`.
    :raises InvalidInput: (``place``) it is none.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    item = _item(session, ticket, item_id)
    if place < 1:
        raise InvalidInput("place", "A place is a number from 1.")
    items = in_order(session, ticket.id)
    before = items.index(item) + 1
    after = min(place, len(items))
    if after != before:
        items.insert(after - 1, items.pop(before - 1))
        for number, one in enumerate(items, 1):
            one.position = number
        old = OldRow(written_place(item, before), item.id)
        new, field = written_place(item, after), HistoryField.CHECKLIST_PLACE
        record_change(session, ticket, actor, field, old, new, now, reason)
    return item


def undo_item_move(
    session: Session, actor: Actor, ticket: Ticket, item_id: int, old: str, *,
    now: datetime, reason: str,
) -> None:  # fmt: skip
    """Put an item back to the place where the history says that it was.

    :raises InvalidInput: (``change``) it is not on this ticket's checklist any more.
    """
    item, place = session.get(ChecklistItem, known_id(item_id)), read_place(old)
    if item is None or item.ticket_id != ticket.id or item.is_removed or place is None:
        raise InvalidInput("change", "It is not on this ticket's checklist any more.")
    move_item(session, actor, ticket, item.id, place, now=now, reason=reason)


def undo_item(
    session: Session, actor: Actor, ticket: Ticket, item_id: int, old: str, *,
    now: datetime, reason: str,
) -> None:  # fmt: skip
    """Bring an item to what the history says that it was. The right to is checked before.

    :raises InvalidInput: (``change``) it is not on this ticket any more.
    """
    item = session.get(ChecklistItem, known_id(item_id))
    if item is None or item.ticket_id != ticket.id:
        raise InvalidInput("change", "It is not on this ticket's checklist any more.")
    before = written(item)
    set_as_written(item, old)
    _record(session, actor, ticket, item, before, now, reason)


def checked_text(text: str) -> str:
    """What an item says, as it is kept.

    :raises InvalidInput: (``text``) it says nothing, or too much.
    """
    words = clean_line(text, LONGEST_ITEM + 1)
    if not words:
        raise InvalidInput("text", "Say what is to be done.")
    if len(words) > LONGEST_ITEM:
        raise InvalidInput("text", f"An item has at most {LONGEST_ITEM} characters.")
    return words


def _item(session: Session, ticket: Ticket, item_id: int) -> ChecklistItem:
    item = session.get(ChecklistItem, known_id(item_id))
    if item is None or item.ticket_id != ticket.id or item.is_removed:
        raise NotFound("There is no such item on this ticket's checklist.")
    return item


def _record(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    item: ChecklistItem,
    old: str,
    now: datetime,
    reason: str = "",
) -> None:
    new = written(item)
    if new != old:
        field = HistoryField.CHECKLIST
        record_change(session, ticket, actor, field, OldRow(old, item.id), new, now, reason)
        count_items(session, ticket)
