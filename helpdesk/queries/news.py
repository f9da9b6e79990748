"""What happened on tickets since a moment, for pages that are open: which tickets to look at again.

The tables themselves are the log: what was missed is asked for by its time, however long ago.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Integer, bindparam, select
from sqlalchemy.orm import Session

from helpdesk.models import (
    Change,
    DeliveryAttempt,
    HistoryField,
    OutboundMail,
    SavedDraft,
    Ticket,
)
from helpdesk.queries.people import people
from helpdesk.rows import ask

MOST = 200
"""Tickets of one look; who missed more looks at everything again."""


@dataclass(frozen=True)
class News:
    """A ticket on which something happened, and when that was."""

    ticket_id: int
    number: str
    at: datetime
    mailbox_id: int | None


def news_since(session: Session, since: datetime) -> list[News]:
    """The tickets whose messages, fields, drafts or deliveries changed after a moment, in order.

    Of each kind the newest :data:`MOST`: who gets so many has missed some, and looks at all.
    A change is timed by when it began, and may be committed later: ask again for the last seconds.
    """
    values = {"since": since, "most": MOST}
    found = {
        (row.id, row.at): News(row.id, row.number, row.at, row.mailbox_id)
        for statement in (_CHANGED, _DRAFTED, _DELIVERED)
        for row in ask(session, statement, **values)
    }
    news = list(found.values())
    if news:  # they are told it, too, who saw it before it went to another mailbox
        ids = sorted({one.ticket_id for one in news})
        news += [News(*row) for row in ask(session, _WENT, since=since, ids=ids)]
    return sorted(news, key=lambda one: one.at)


def mailboxes_of(session: Session, numbers: Collection[str]) -> dict[str, int | None]:
    """The mailboxes of the tickets with these numbers."""
    rows = session.execute(
        select(Ticket.number, Ticket.mailbox_id).where(Ticket.number.in_(sorted(numbers)))
    )
    return dict(rows.all())


def mailboxes_seen_by(session: Session, people_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """For those of these people who see some mailboxes only: which."""
    found = people(session, people_ids)
    seen = {one.id: one.actor.mailbox_ids for one in found.values()}
    return {person_id: ids for person_id, ids in seen.items() if ids is not None}


_since = bindparam("since", type_=Ticket.updated_at.type)
_most: BindParameter[int] = bindparam("most", type_=Integer())
_CHANGED = (
    select(Ticket.id, Ticket.number, Ticket.updated_at.label("at"), Ticket.mailbox_id)
    .where(Ticket.updated_at > _since)
    .order_by(Ticket.updated_at.desc())
    .limit(_most)
)
_DRAFTED = (
    select(Ticket.id, Ticket.number, SavedDraft.updated_at.label("at"), Ticket.mailbox_id)
    .join(SavedDraft, SavedDraft.ticket_id == Ticket.id)
    .where(SavedDraft.updated_at > _since)
    .order_by(SavedDraft.updated_at.desc())
    .limit(_most)
)
_newest = (
    # The newest first, by their ids, and then those since: there is no index of their times.
    select(DeliveryAttempt.outbound_mail_id, DeliveryAttempt.at)
    .order_by(DeliveryAttempt.id.desc())
    .limit(_most)
    .subquery()
)
_DELIVERED = (
    select(Ticket.id, Ticket.number, _newest.c.at, Ticket.mailbox_id)
    .join(OutboundMail, OutboundMail.id == _newest.c.outbound_mail_id)
    .join(Ticket, Ticket.id == OutboundMail.ticket_id)
    .where(_newest.c.at > _since)
)
_WENT = (
    select(Ticket.id, Ticket.number, Change.created_at, Change.old_id)
    .join(Change, Change.ticket_id == Ticket.id)
    .where(
        Ticket.id.in_(bindparam("ids", expanding=True)),
        Change.field == HistoryField.MAILBOX,
        Change.created_at > _since,
        Change.old_id.is_not(None),
    )
)
