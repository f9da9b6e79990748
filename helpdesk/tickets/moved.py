"""Whether a ticket is still what somebody had before their eyes, and if not, who did what."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import TicketMoved
from helpdesk.models import Change, Comment, HistoryField, Person, Ticket
from helpdesk.vocabulary import MessageKind

_FIELDS = (HistoryField.STATUS, HistoryField.ASSIGNEE, HistoryField.PRIORITY)


@dataclass(frozen=True)
class Seen:
    """What stood on the page that something was written on; None where nobody knows."""

    comment_id: int | None = None
    """The newest comment."""
    change_id: int | None = None
    """The newest line of the history."""


def check_unmoved(session: Session, ticket: Ticket, actor: Actor, seen: Seen) -> None:
    """See that nobody else wrote to all, or changed who has the ticket, its status or priority.

    :raises TicketMoved: somebody did; its words name them and what they did.
    """
    deeds = _written(session, ticket, actor, seen) + _changed(session, ticket, actor, seen)
    if not deeds:
        return
    told: dict[str, list[str]] = {}
    for person_id, words in deeds:
        person = session.get(Person, person_id) if person_id else None
        name = person.shown_name if person else "Postdesk"
        told.setdefault(name, []).append(words)
    sentences = (f"{name} {' and '.join(dict.fromkeys(each))}" for name, each in told.items())
    raise TicketMoved(
        f"Meanwhile {'; '.join(sentences)}. Nothing was sent: look at it, then send again."
    )


def _written(
    session: Session, ticket: Ticket, actor: Actor, seen: Seen
) -> list[tuple[int | None, str]]:
    if seen.comment_id is None:
        return []
    authors = session.scalars(
        select(Comment.author_id)
        .where(
            Comment.ticket_id == ticket.id,
            Comment.id > seen.comment_id,
            Comment.internal.is_(False),
            Comment.kind == MessageKind.MESSAGE,
            Comment.author_id.is_distinct_from(actor.person_id),
        )
        .order_by(Comment.id)
    )
    return [(author_id, "wrote") for author_id in authors]


def _changed(
    session: Session, ticket: Ticket, actor: Actor, seen: Seen
) -> list[tuple[int | None, str]]:
    if seen.change_id is None:
        return []
    changes = session.scalars(
        select(Change)
        .where(
            Change.ticket_id == ticket.id,
            Change.id > seen.change_id,
            Change.field.in_(_FIELDS),
            Change.changed_by_id.is_distinct_from(actor.person_id),
        )
        .order_by(Change.id)
    ).all()
    # Of several steps the last: where it stands now.
    last = {change.field: change for change in changes}
    return [(change.changed_by_id, _words(change)) for change in last.values()]


def _words(change: Change) -> str:
    value = change.new_value.replace("_", " ")
    if change.field == HistoryField.ASSIGNEE:
        return f"gave it to {value}" if value else "gave it to nobody"
    return f"set the {change.field.value} to {value}"
