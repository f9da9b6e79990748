"""The version of a ticket beside its messages: its fields, the delivery of its answers, drafts.

An open page knows it as one short word, and asks every few seconds whether it still holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from helpdesk.mail_out.templates import WRITTEN_BY_PEOPLE
from helpdesk.models import Change, Comment, OutboundMail, Ticket
from helpdesk.queries.drafts import drafts_on
from helpdesk.rows import ask
from helpdesk.vocabulary import MessageKind

DeliveryStatus = tuple[int, str, int]
"""A mail: its id, its state, and how many attempts were made."""


def version_of(
    newest_change: int,
    rating: str,
    statuses: Iterable[DeliveryStatus],
    drafts: Iterable[tuple[int, str]] = (),
) -> str:
    """The word: another one whenever the history, the rating, a mail or who writes is another."""
    writing = sorted((person_id, str(kind)) for person_id, kind in drafts)
    seen = (newest_change, rating, sorted(statuses), writing)
    return sha256(repr(seen).encode()).hexdigest()[:16]


def ticket_version(session: Session, ticket: Ticket) -> str:
    """Return the version of a ticket now; that of a page read earlier is ``TicketPage.version``."""
    newest = session.scalar(select(func.max(Change.id)).where(Change.ticket_id == ticket.id))
    drafts = drafts_on(session, [ticket.id]).get(ticket.id, ())
    writing = ((one.person_id, one.kind) for one in drafts)
    shown = delivery_statuses(session, ticket.id)
    return version_of(newest or 0, ticket.rating or "", shown, writing)


def delivery_statuses(session: Session, ticket_id: int) -> tuple[DeliveryStatus, ...]:
    """How the mails of all messages of a ticket stand."""
    rows = ask(session, _STATUSES, ticket_id=ticket_id)
    return tuple((mail_id, state, attempts) for mail_id, state, attempts in rows)


_of_ticket = bindparam("ticket_id", type_=Comment.ticket_id.type)
_STATUSES = (
    select(OutboundMail.id, OutboundMail.state, OutboundMail.attempt_count)
    .join(Comment, Comment.id == OutboundMail.comment_id)
    .where(
        OutboundMail.ticket_id == _of_ticket,
        OutboundMail.template.in_(WRITTEN_BY_PEOPLE),
        Comment.ticket_id == _of_ticket,
        Comment.kind != MessageKind.TAKEN_BACK,
    )
)
