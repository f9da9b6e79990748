"""What goes along when a mail is moved to another ticket: what followed from it, and its people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.mail_in.routing import SignalKind
from helpdesk.models import Comment, InboundMail, OutboundMail

_BY_ID = (SignalKind.MESSAGE_ID, SignalKind.MINTED_ID)


@dataclass
class MovingMessages:
    """The comments that move together, with the mails that they are and caused."""

    comments: list[Comment]
    mails: list[InboundMail]
    message_ids: set[str]
    authors: set[int]
    outbound_ids: list[int] = field(default_factory=list)

    @property
    def comment_ids(self) -> list[int]:
        return [comment.id for comment in self.comments]


def what_moves(session: Session, mail: InboundMail, comment: Comment) -> MovingMessages:
    """The mail's comment, and all that came later on its ticket because of it.

    A mail follows whose record says that it answered one that moves; an answer of staff follows
    where it went to nobody but the writers of what moves, in answer to it.
    """
    moving = MovingMessages([comment], [mail], set(), set())
    _take(moving, comment, mail)
    on_ticket = session.scalars(
        select(Comment).where(Comment.ticket_id == comment.ticket_id).order_by(Comment.id)
    ).all()
    mails = {
        one.comment_id: one
        for one in session.scalars(
            select(InboundMail).where(InboundMail.ticket_id == comment.ticket_id)
        )
    }
    sent = _sent(session, comment.ticket_id)
    _take_sent(moving, sent[comment.id])
    _take_sent(moving, [one for one in sent[None] if one.in_reply_to in moving.message_ids])
    for later in on_ticket:
        if later.id <= comment.id:
            continue
        came, left = mails.get(later.id), sent[later.id]
        if (came and _answers(came.decision, moving)) or _went_to_them_alone(left, moving):
            moving.comments.append(later)
            if came:
                moving.mails.append(came)
                _take(moving, later, came)
            _take_sent(moving, left)
    return moving


def _sent(session: Session, ticket_id: int) -> dict[int | None, list[OutboundMail]]:
    by_comment: dict[int | None, list[OutboundMail]] = defaultdict(list)
    for one in session.scalars(select(OutboundMail).where(OutboundMail.ticket_id == ticket_id)):
        by_comment[one.comment_id].append(one)
    return by_comment


def _take(moving: MovingMessages, comment: Comment, mail: InboundMail) -> None:
    if mail.message_id:
        moving.message_ids.add(mail.message_id)
    if comment.author_id is not None and not comment.from_staff:
        moving.authors.add(comment.author_id)


def _take_sent(moving: MovingMessages, sent: list[OutboundMail]) -> None:
    moving.message_ids |= {one.message_id for one in sent}
    moving.outbound_ids += [one.id for one in sent]


def _answers(decision: dict[str, Any], moving: MovingMessages) -> bool:
    return any(
        one.get("kind") in _BY_ID and one.get("value") in moving.message_ids
        for one in decision.get("weighed") or ()
    )


def _went_to_them_alone(sent: list[OutboundMail], moving: MovingMessages) -> bool:
    return bool(sent) and all(
        one.in_reply_to in moving.message_ids and one.person_id in moving.authors for one in sent
    )


def last_move(decision: dict[str, Any]) -> dict[str, Any] | None:
    """The record of the last move, where it can be undone from this mail."""
    moves = decision.get("moved") or []
    last: dict[str, Any] | None = moves[-1] if moves else None
    return last if last and not last.get("undone") and last.get("comments") else None
