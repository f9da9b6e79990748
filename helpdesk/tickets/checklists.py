"""The checklist of a ticket: how its items are written in the history, counted, and carried."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from helpdesk.models import ChecklistItem, Ticket

_DONE, _TO_DO = "[x] ", "[ ] "
_PLACE = re.compile(r"([0-9]{1,4})\. ", re.ASCII)


def written(item: ChecklistItem) -> str:
    """An item in the history: its box and its words; nothing where it is not there."""
    return "" if item.is_removed else f"{_DONE if item.is_done else _TO_DO}{item.text}"


def set_as_written(item: ChecklistItem, words: str) -> None:
    """Bring an item to what :func:`written` said of it."""
    item.is_removed = not words
    if words:
        item.is_done, item.text = words.startswith(_DONE), words[len(_DONE) :]


def written_place(item: ChecklistItem, place: int) -> str:
    """Where an item stands, in the history: its place, counted from 1, and its words."""
    return f"{place}. {item.text}"


def read_place(words: str) -> int | None:
    """The place that :func:`written_place` named."""
    found = _PLACE.match(words)
    return int(found[1]) if found else None


def in_order(session: Session, ticket_id: int) -> list[ChecklistItem]:
    """The items of a ticket's checklist that were not removed, in their order."""
    rows = select(ChecklistItem).where(
        ChecklistItem.ticket_id == ticket_id, ChecklistItem.is_removed.is_(False)
    )
    return list(session.scalars(rows.order_by(ChecklistItem.position, ChecklistItem.id)))


def last_position(session: Session, ticket_id: int) -> int:
    """The greatest position of a ticket's items, removed ones too; 0 where there is none."""
    last = select(func.max(ChecklistItem.position)).where(ChecklistItem.ticket_id == ticket_id)
    return session.scalar(last) or 0


def count_items(session: Session, ticket: Ticket) -> None:
    """Bring up to date what the queue shows of a ticket's checklist."""
    session.flush()
    done = func.sum(case((ChecklistItem.is_done, 1), else_=0))
    counts = select(func.count(), done).where(
        ChecklistItem.ticket_id == ticket.id, ChecklistItem.is_removed.is_(False)
    )
    total, ticked = session.execute(counts).one()
    ticket.checklist_total, ticket.checklist_done = total, ticked or 0


def carry_items(
    session: Session, old: Ticket, new: Ticket, only: Collection[int] | None = None
) -> list[int]:
    """Put the items of a ticket onto another one, behind its own; returns which they were.

    :param only: of these ids alone.
    """
    chosen = select(ChecklistItem.id).where(ChecklistItem.ticket_id == old.id)
    if only is not None:
        chosen = chosen.where(ChecklistItem.id.in_(only))
    ids = list(session.scalars(chosen.order_by(ChecklistItem.id)))
    if ids:
        behind = last_position(session, new.id) + 1
        moved = update(ChecklistItem).where(ChecklistItem.id.in_(ids))
        session.execute(moved.values(ticket_id=new.id, position=ChecklistItem.position + behind))
        count_items(session, old)
        count_items(session, new)
    return ids
