"""Message-IDs on a ticket: which were seen there, and which a mail of ours answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, literal, or_, select
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.db import AnyRow
from helpdesk.models import Comment, OutboundMail, Person, ThreadId, Ticket, TicketMerge
from helpdesk.rows import ask, insert_row, objects
from helpdesk.vocabulary import MessageKind

LONGEST_ID = 998
"""Bytes: a line (RFC 5322 2.1.1). An index entry of PostgreSQL takes no more than 2,700."""
MOST_REFERENCES = 20
# What we repeat in our own References: other Message-IDs are found, but written by nobody.
_MSG_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{3,250}")


@dataclass(frozen=True)
class Thread:
    """What a mail answers (RFC 5322 3.6.4), without angle brackets."""

    in_reply_to: str
    references: list[str]


def thread_of(message_id: str | None) -> Thread:
    """The thread of a first answer to this mail; of none where its ID is none to repeat."""
    if not message_id or not _MSG_ID.fullmatch(message_id):
        return Thread("", [])
    return Thread(message_id, [message_id])


def thread_to(session: Session, ticket: Ticket, person: Person) -> Thread:
    """What a mail to this person answers: mails that they wrote or got, never another's copy."""
    # One list of both: PostgreSQL asks the index for neither side of an OR with a list in it.
    merged = select(TicketMerge.ticket_id).where(TicketMerge.into_id == ticket.id)
    here = select(literal(ticket.id, ThreadId.ticket_id.type)).union_all(merged)
    rows = session.execute(
        select(ThreadId.message_id, ThreadId.minted_for_id, Comment.from_staff)
        .outerjoin(Comment, Comment.id == ThreadId.comment_id)
        .where(
            ThreadId.ticket_id.in_(here),
            # Whom staff ask beside it knows nothing of the customer's mails, nor they of those.
            ThreadId.side_conversation_id.is_(None),
            or_(ThreadId.minted_for_id.is_(None), ThreadId.minted_for_id == person.id),
            # What was only named by a mail, nobody here has seen.
            or_(ThreadId.comment_id.is_not(None), ThreadId.minted_for_id.is_not(None)),
            or_(
                Comment.id.is_(None),
                and_(Comment.internal.is_(False), Comment.leaves_at.is_(None)),
            ),
        )
        .order_by(ThreadId.id)
    ).all()
    return _thread_of_rows(rows)


def thread_in_side(session: Session, side_id: int, person: Person) -> Thread:
    """What a mail in a side conversation to this person answers: mails made for them, those they
    wrote, and proven ones of others in it that went to them, too. A Message-ID tells of its host.
    """
    rows = session.execute(
        select(
            ThreadId.message_id,
            ThreadId.minted_for_id,
            ThreadId.recipients,
            Comment.author_id,
            Comment.from_staff,
        )
        .join(Comment, Comment.id == ThreadId.comment_id)
        .where(
            ThreadId.side_conversation_id == side_id,
            or_(ThreadId.minted_for_id.is_(None), ThreadId.minted_for_id == person.id),
            Comment.kind == MessageKind.MESSAGE,
            Comment.leaves_at.is_(None),
        )
        .order_by(ThreadId.id)
    ).all()
    theirs = {one.address for one in person.addresses}
    return _thread_of_rows(
        [
            row
            for row in rows
            if person.id in (row.minted_for_id, row.author_id) or theirs & set(row.recipients)
        ]
    )


def _thread_of_rows(rows: Sequence[AnyRow]) -> Thread:
    # Nor did they get what staff wrote from their own mail client: we sent it on under our own ID.
    usable = [
        row
        for row in rows
        if _MSG_ID.fullmatch(row.message_id) and (row.minted_for_id or not row.from_staff)
    ]
    ids = [row.message_id for row in usable]
    written = [row.message_id for row in usable if row.minted_for_id is None]
    if not ids:
        return Thread("", [])
    # The root and the nearest are what clients thread by: the field must not grow for ever.
    return Thread(written[-1] if written else ids[-1], ids[:1] + ids[1:][-MOST_REFERENCES:])


def note_mail(
    session: Session,
    ticket: Ticket,
    message_id: str | None,
    *,
    comment_id: int | None,
    recipients: Sequence[str] = (),
    minted_for_id: int | None = None,
    may_be_known: bool = True,
    side_id: int | None = None,
) -> None:
    """Index a mail's Message-ID on the ticket, so that answers to it find their way here.

    :param side_id: the side conversation that answers to it belong to.
    :param may_be_known: False where the ID cannot be on this ticket yet: spares looking.
    """
    if not message_id or len(message_id.encode("utf-8", "replace")) > LONGEST_ID:
        return
    seen = {"message_id": message_id, "ticket_id": ticket.id}
    present = objects(session, _SEEN, **seen).first() if may_be_known else None
    if not present:
        insert_row(
            session,
            ThreadId,
            **seen,
            comment_id=comment_id,
            minted_for_id=minted_for_id,
            recipients=list(recipients),
            side_conversation_id=side_id,
        )
    elif present.comment_id is None:
        present.comment_id, present.side_conversation_id = comment_id, side_id
        present.recipients = list(recipients)


_SEEN = select(ThreadId).where(
    ThreadId.message_id == bindparam("message_id", type_=ThreadId.message_id.type),
    ThreadId.ticket_id == bindparam("ticket_id", type_=ThreadId.ticket_id.type),
)


def note_named(session: Session, ticket: Ticket, message_ids: Sequence[str]) -> None:
    """Index Message-IDs that a mail of this ticket names: a participant may answer those, too."""
    wanted = [
        one for one in dict.fromkeys(message_ids) if 0 < len(one.encode("utf-8", "replace")) <= 250
    ][:MOST_REFERENCES]
    if not wanted:
        return
    known = set(ask(session, _KNOWN, wanted=wanted, ticket_id=ticket.id).scalars())
    for message_id in wanted:
        if message_id not in known:
            insert_row(session, ThreadId, message_id=message_id, ticket_id=ticket.id, recipients=[])


_KNOWN = select(ThreadId.message_id).where(
    ThreadId.message_id.in_(bindparam("wanted", expanding=True)),
    ThreadId.ticket_id == bindparam("ticket_id", type_=ThreadId.ticket_id.type),
)


def text_we_sent(session: Session, message_ids: Sequence[str]) -> str:
    """The text of the first of these mails that is an answer of ours; empty where none is."""
    ours = [message_id for message_id in message_ids[:20] if links.may_be_ours(message_id)]
    if not ours:
        return ""
    found = session.execute(
        select(OutboundMail.message_id, OutboundMail.values).where(
            OutboundMail.message_id.in_(ours)
        )
    )
    texts = {message_id: str(values.get("text", "")) for message_id, values in found}
    return next((texts[message_id] for message_id in ours if texts.get(message_id)), "")
