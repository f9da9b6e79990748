"""The statements by which mails of the outbox are claimed, read and marked: made once each.

Making one takes several times as long as the database does, and each mail needs all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    Update,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import InstrumentedAttribute

from helpdesk.mail_out.lanes import FIRST_MAILBOX, leaves_by
from helpdesk.mail_out.outbox import UNSENT
from helpdesk.models import InboundMail, Mailbox, OutboundMail, OutboundState, Person, Ticket

_TABLE: Table = OutboundMail.__table__  # type: ignore[assignment]


@cache
def due(lane: int | None) -> Select[int]:
    """The mails of a queue that may be claimed now, the longest due first."""
    mail = OutboundMail
    now = bindparam("now", type_=mail.next_attempt_at.type)
    return (
        select(mail.id)
        .where(
            mail.state.in_(UNSENT),
            mail.state != OutboundState.SENDING,
            mail.queue == bindparam("queue", type_=mail.queue.type),
            mail.next_attempt_at <= now,
            leaves_by(lane),
            ~_earlier_one_waits(now),
        )
        .order_by(mail.next_attempt_at, mail.id)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True, of=mail)
    )


def _earlier_one_waits(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    earlier = aliased(OutboundMail)
    return exists().where(
        earlier.state.in_(UNSENT),
        earlier.ticket_id == OutboundMail.ticket_id,
        earlier.recipient == OutboundMail.recipient,
        earlier.id < OutboundMail.id,
        # One that is to leave later, by its writer's wish, holds nobody up.
        or_(earlier.state != OutboundState.QUEUED, earlier.next_attempt_at <= now),
    )


TAKE = (
    update(_TABLE)
    .where(OutboundMail.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=OutboundState.SENDING,
        claimed_by=bindparam("worker", type_=OutboundMail.claimed_by.type),
        lease_until=bindparam("lease", type_=OutboundMail.lease_until.type),
        first_attempt_at=func.coalesce(
            OutboundMail.first_attempt_at,
            bindparam("now", type_=OutboundMail.first_attempt_at.type),
        ),
    )
)
"""Claims mails."""


_FILED_NAME = select(InboundMail.spool_name).order_by(InboundMail.id.desc()).limit(1)
_INBOUND_NAME = func.coalesce(
    _FILED_NAME.where(InboundMail.comment_id == OutboundMail.comment_id)
    .correlate(OutboundMail)
    .scalar_subquery(),
    _FILED_NAME.where(
        InboundMail.ticket_id == OutboundMail.ticket_id,
        InboundMail.decided_at <= OutboundMail.created_at,
    )
    .correlate(OutboundMail)
    .scalar_subquery(),
)

_OWN_FIELDS = (
    "id",
    "queue",
    "template",
    "values",
    "recipient",
    "recipient_name",
    "subject",
    "message_id",
    "in_reply_to",
    "references",
    "reply_to",
    "rendered_sha256",
    "rendered_at",
    "attempt_count",
    "created_at",
    "ticket_id",
    "comment_id",
    "person_id",
)


def _read() -> Select[*tuple[Any, ...]]:
    mail = OutboundMail
    names: list[tuple[str, ColumnElement[Any] | InstrumentedAttribute[Any]]] = [
        *((name, getattr(mail, name)) for name in _OWN_FIELDS),
        ("ticket_number", Ticket.number),
        ("ticket_subject", Ticket.subject),
        ("link_generation", Ticket.link_generation),
        ("mailbox_address", Mailbox.address),
        ("mailbox_name", Mailbox.name),
        ("mailbox_signature", Mailbox.signature),
        ("mailbox_colour", Mailbox.colour),
        ("mailbox_language", Mailbox.language),
        ("ticket_language", case((Ticket.requester_id == mail.person_id, Ticket.language))),
        ("person_language", Person.language),
        ("person_time_zone", Person.time_zone),
        ("inbound_name", _INBOUND_NAME),
    ]
    return (
        select(*(column.label(name) for name, column in names))
        .outerjoin(Ticket, Ticket.id == mail.ticket_id)
        .outerjoin(Person, Person.id == mail.person_id)
        .outerjoin(Mailbox, Mailbox.id == func.coalesce(mail.mailbox_id, FIRST_MAILBOX))
        .where(mail.id.in_(bindparam("ids", expanding=True)))
        .order_by(mail.next_attempt_at, mail.id)
    )


READ = _read()
"""All that is needed to write some mails."""


@cache
def change_of(*names: str) -> Update:
    """What changes these columns of a mail that is still its worker's; see :func:`new`."""
    mail = OutboundMail
    return (
        update(_TABLE)
        .where(
            mail.id == bindparam("mail_id", type_=mail.id.type),
            mail.state == OutboundState.SENDING,
            mail.claimed_by == bindparam("worker", type_=mail.claimed_by.type),
        )
        .values({name: bindparam(f"new_{name}", type_=_TABLE.c[name].type) for name in names})
    )


def new(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The values of columns as :func:`change_of` takes them."""
    return {f"new_{name}": value for name, value in changes.items()}
