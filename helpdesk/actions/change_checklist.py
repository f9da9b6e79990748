"""Change the checklist of a ticket: add an item, tick it, word it anew, remove it. Staff only.

Each leaves a line in the history, and can be undone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.db import add_now
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import ChecklistItem, HistoryField, Ticket
from helpdesk.text import clean_line
from helpdesk.tickets.access import STAFF_ONLY, TicketRef, known_id, open_ticket_for_change
from helpdesk.tickets.checklists import count_items, set_as_written, written
from helpdesk.tickets.history import OldRow, record_change

MOST_ITEMS = 50
LONGEST_ITEM = 300


def add_item(
    session: Session, actor: Actor, ticket: TicketRef, text: str, *, now: datetime
) -> ChecklistItem:
    """Put a thing to do on a ticket's checklist, at its end.

    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: (``text``) it says nothing, or too much; or there are too many.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    words = _checked(text)
    if ticket.checklist_total >= MOST_ITEMS:
        raise InvalidInput("text", f"A checklist has at most {MOST_ITEMS} items.")
    item = ChecklistItem(ticket_id=ticket.id, text=words, created_at=now)
    add_now(session, item)
    _record(session, actor, ticket, item, "", now)
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
        item.text = _checked(text)
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


def _checked(text: str) -> str:
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
