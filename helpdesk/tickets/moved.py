"""Whether a ticket is still what somebody had before their eyes, and if not, who did what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import TicketMoved
from helpdesk.models import Change, Comment, HistoryField, Participant, Person, Ticket
from helpdesk.vocabulary import STATUSES, Folder, MessageKind, Status, steps_between

_PEOPLE = (HistoryField.REQUESTER, HistoryField.IN_COPY)
_FIELDS = (
    HistoryField.STATUS, HistoryField.ASSIGNEE, HistoryField.PRIORITY, *_PEOPLE,
    HistoryField.SPLIT, HistoryField.MAILBOX, HistoryField.FOLDER,
)  # fmt: skip
_PUT_IN = {
    Folder.INBOX: "brought it back to the inbox",
    Folder.SPAM: "put it in spam",
    Folder.TRASH: "put it in the trash",
}
_NOTHING_SENT = "Nothing was sent: look at it, then send again."
OUT_OF_REACH = "“{}” is not possible any more: the ticket is {}"
"""Of a status that was chosen, and the one that the ticket has."""


@dataclass(frozen=True)
class Seen:
    """What stood on the page that something was written on; None where nobody knows."""

    comment_id: int | None = None
    """The newest comment."""
    change_id: int | None = None
    """The newest line of the history."""
    on_it: Collection[int] | None = None
    """The ids of the people on the ticket, without those who are pending: who gets an answer."""


@dataclass(frozen=True)
class Meanwhile:
    """What others did on a ticket while somebody had it before them."""

    told: str
    """Who did what, in one sentence."""
    comment_id: int | None
    """The newest of what they wrote."""
    at: datetime
    """When the last of it was done."""


def check_unmoved(
    session: Session, ticket: Ticket, actor: Actor, seen: Seen, status: str = ""
) -> None:
    """See that nobody else wrote to all, or changed who has the ticket, who is on it, its status,
    priority or mailbox; nor split messages off it, or put it in spam or trash or back.

    :param status: what the ticket was to become.
    :raises TicketMoved: somebody did; its words name them and what they did, and the status where
        it cannot be had any more.
    """
    moved = meanwhile(session, ticket, actor, seen)
    if not moved:
        _check_same_people(session, ticket, seen)
        return
    lost = out_of_reach(ticket.status, status)
    also = f" {lost}." if lost else ""
    raise TicketMoved(f"Meanwhile {moved.told}.{also} {_NOTHING_SENT}")


def out_of_reach(status: Status, wanted: str) -> str:
    """Say that a ticket of this status cannot become what was chosen; nothing where it can."""
    if wanted not in STATUSES or steps_between(status, Status(wanted)) is not None:
        return ""
    return OUT_OF_REACH.format(STATUSES[Status(wanted)].label, STATUSES[status].label.lower())


def meanwhile(session: Session, ticket: Ticket, actor: Actor, seen: Seen) -> Meanwhile | None:
    """What others did since the page was shown that concerns who writes on it; None for nothing."""
    changes = _changes(session, ticket, actor, seen)
    written = _written(session, ticket, actor, seen)
    if not (changes or written):
        return None
    deeds = [(comment.author_id, "wrote") for comment in written]
    deeds += [(change.changed_by_id, _words(change)) for change in changes]
    return Meanwhile(
        told=_told(session, deeds),
        comment_id=written[-1].id if written else None,
        at=max([one.created_at for one in written] + [one.created_at for one in changes]),
    )


def check_status_in_reach(session: Session, ticket: Ticket, status: str, seen: Seen) -> None:
    """See that the status that was chosen on a page can still be had.

    :raises TicketMoved: the ticket has another status by now, from which none leads there; its
        words name who gave it.
    """
    if seen.change_id is None or status not in STATUSES:
        return
    if steps_between(ticket.status, Status(status)) is not None:
        return
    changed = session.scalars(
        select(Change)
        .where(Change.ticket_id == ticket.id, Change.field == HistoryField.STATUS)
        .order_by(Change.id.desc())
        .limit(1)
    ).one_or_none()
    told = _told(session, [(changed.changed_by_id, _words(changed))]) if changed else "it moved on"
    raise TicketMoved(
        f"Meanwhile {told}: it cannot become {_word(status)}. Nothing was sent: choose what it "
        "becomes, then send again."
    )


def _check_same_people(session: Session, ticket: Ticket, seen: Seen) -> None:
    """See that an answer goes to those it was written to, where no line of the history tells.

    :raises TicketMoved: it would go to others: tickets were merged, or a message moved.
    """
    if seen.on_it is None:
        return
    people = session.scalars(
        select(Person)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.ticket_id == ticket.id, Participant.pending.is_(False))
        .order_by(Participant.id)
    ).all()
    if {person.id for person in people} != set(seen.on_it):
        names = ", ".join(person.shown_name for person in people)
        raise TicketMoved(f"Meanwhile who gets it changed: now {names}. {_NOTHING_SENT}")


def _told(session: Session, deeds: list[tuple[int | None, str]]) -> str:
    """Who did what, in one sentence.

    :param deeds: each with the id of who did it; None for Postdesk itself.
    """
    told: dict[str, list[str]] = {}
    for person_id, words in deeds:
        person = session.get(Person, person_id) if person_id else None
        name = person.shown_name if person else "Postdesk"
        told.setdefault(name, []).append(words)
    return "; ".join(f"{name} {' and '.join(dict.fromkeys(each))}" for name, each in told.items())


def _written(session: Session, ticket: Ticket, actor: Actor, seen: Seen) -> Sequence[Comment]:
    """What others wrote to all since, in order."""
    if seen.comment_id is None:
        return ()
    return session.scalars(
        select(Comment)
        .where(
            Comment.ticket_id == ticket.id,
            Comment.id > seen.comment_id,
            Comment.internal.is_(False),
            Comment.kind == MessageKind.MESSAGE,
            Comment.author_id.is_distinct_from(actor.person_id),
        )
        .order_by(Comment.id)
    ).all()


def _changes(session: Session, ticket: Ticket, actor: Actor, seen: Seen) -> list[Change]:
    """What others changed since: of several steps the last, where it stands now."""
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
    # Each person in copy is a matter of its own.
    last = {(one.field, _of_whom(one)): one for one in changes}
    return list(last.values())


def _of_whom(change: Change) -> str:
    if change.field != HistoryField.IN_COPY:
        return ""
    return str(change.old_id or change.new_value or change.old_value)


def _words(change: Change) -> str:
    value = _word(change.new_value)
    match change.field:
        case HistoryField.ASSIGNEE if change.changed_by and change.changed_by.shown_name == value:
            return "took it"
        case HistoryField.ASSIGNEE:
            return f"gave it to {value}" if value else "gave it to nobody"
        case HistoryField.REQUESTER:
            return f"changed the requester to {change.new_value}"
        case HistoryField.IN_COPY if change.new_value:
            return f"put {change.new_value} in copy"
        case HistoryField.IN_COPY:
            return f"took {change.old_value} off"
        case HistoryField.SPLIT:
            return "split messages off it"
        case HistoryField.MAILBOX:
            return f"moved it to {change.new_value}"
        case HistoryField.FOLDER:
            return _PUT_IN[Folder(change.new_value)]
        case _:
            return f"set the {change.field.value} to {value}"


def _word(value: str) -> str:
    return value.replace("_", " ")
