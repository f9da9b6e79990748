"""What an answer changed of its ticket's fields: what its writer chose, whatever became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Change, Comment, HistoryField, Ticket
from helpdesk.tickets.acts import BEGUN, WITH_REPLY

_FIELDS = (HistoryField.STATUS, HistoryField.ASSIGNEE, HistoryField.PRIORITY)


@dataclass(frozen=True)
class ChangedWith:
    """One field that was changed with an answer."""

    first: Change
    """Its row of the history, the first of several steps: it has what stood there before."""
    chosen: str
    """What it was changed to: a name of the vocabulary, or the id of who got the ticket."""
    stands: bool
    """Whether nobody changed it since."""


def changed_with(
    session: Session, comment: Comment, ticket: Ticket
) -> dict[HistoryField, ChangedWith]:
    """The status, the assignee and the priority, as far as an answer changed them.

    :param ticket: the one that the comment stands on.
    """
    found = {field: _one(rows, comment, ticket) for field, rows in _since(session, comment)}
    return {field: one for field, one in found.items() if one is not None}


def status_chosen(session: Session, comment: Comment, ticket: Ticket) -> str:
    """The status that an answer left its ticket at, which may be the one that it had."""
    rows = dict(_since(session, comment)).get(HistoryField.STATUS, [])
    changed = _one(rows, comment, ticket)
    if changed is not None:
        return changed.chosen
    later = [row.old_value for row in rows if row.created_at > comment.created_at]
    return later[0] if later else ticket.status


def _since(session: Session, comment: Comment) -> list[tuple[HistoryField, list[Change]]]:
    """The rows of each field since an answer was written, in order."""
    rows = session.scalars(
        select(Change)
        .where(
            Change.ticket_id == comment.ticket_id,
            Change.field.in_(_FIELDS),
            Change.created_at >= comment.created_at,
        )
        .order_by(Change.id)
    ).all()
    return [(field, [row for row in rows if row.field == field]) for field in _FIELDS]


def _one(rows: Sequence[Change], comment: Comment, ticket: Ticket) -> ChangedWith | None:
    came = [row for row in rows if _came_with(row, comment)]
    if not came:
        return None
    later = rows[rows.index(came[-1]) + 1 :]
    chosen = came[-1].new_value
    if came[-1].field == HistoryField.ASSIGNEE:
        # A row names who has it by their name alone; the next one has their id.
        person_id = later[0].old_id if later else ticket.assignee_id
        chosen = str(person_id or "")
    return ChangedWith(came[0], chosen, not later)


def _came_with(row: Change, comment: Comment) -> bool:
    at = (row.created_at, row.changed_by_id)
    return at == (comment.created_at, comment.author_id) and row.reason in (WITH_REPLY, BEGUN)
