"""Erase a person outside of tickets: mails, what lets them in, and each row that names them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Table,
    Text,
    and_,
    cast,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from helpdesk.actions.browser_sessions import end_all_sessions
from helpdesk.actions.delete_tickets import (
    delete_rows,
    note_unused,
    table_of,
    wipe_mails,
)
from helpdesk.models import (
    Acknowledgement,
    ApiToken,
    Base,
    BlockedSender,
    Comment,
    Erasure,
    IdempotencyKey,
    InboundMail,
    InboundState,
    MailedLink,
    Order,
    OutboundMail,
    OutboundState,
    ParseReport,
    Person,
    PersonAddress,
    Ticket,
    TrustedSender,
)
from helpdesk.tickets.erasing import ErasedPerson
from helpdesk.tickets.search import index_ticket

CAUSE = "erasure"
REASON = "Erased at somebody’s wish."
_ROWS_AT_ONCE = 20
_WHOLE = (IdempotencyKey, MailedLink, BlockedSender, TrustedSender, Acknowledgement)
"""Rows that are of no use without the address, or repeat what somebody wrote."""
_OWN = (Erasure.__tablename__, PersonAddress.__tablename__)
_OF_TICKETS = {"comment": "ticket_id", "ticket": "id", "side_conversation": "ticket_id"}


@dataclass(frozen=True)
class NamingRows:
    """Rows of a table in which an address stands."""

    table: Table
    keys: tuple[tuple[Any, ...], ...]


def end_access(session: Session, person: Person) -> None:
    """Have nobody come in as this person from now on."""
    person.active, person.password_hash = False, None
    end_all_sessions(session, person)
    session.execute(delete(ApiToken).where(ApiToken.person_id == person.id))


def wipe_inbound(session: Session, ids: Collection[int], now: datetime) -> None:
    """Leave of these mails what the ledger counts. What nobody decided about is set aside."""
    chosen = InboundMail.id.in_(ids)
    reports = ParseReport.inbound_mail_id.in_(ids)
    keys = set(session.scalars(select(InboundMail.raw_sha256).where(chosen)))
    keys |= set(session.scalars(select(ParseReport.copy_sha256).where(reports)))
    session.execute(delete(ParseReport).where(reports))
    undecided = InboundMail.state.in_((InboundState.HELD, InboundState.WAITING))
    aside = update(InboundMail).where(chosen, undecided).values(state=InboundState.SET_ASIDE)
    session.execute(aside.execution_options(synchronize_session=False))
    wipe_mails(session, chosen, REASON)
    note_unused(session, keys, CAUSE, now)


def delete_outbound(session: Session, ids: Collection[int], now: datetime) -> list[int]:
    """Delete mails of the outbox, less those that are being sent; the ids of these."""
    busy = set(
        session.scalars(select(OutboundMail.id).where(OutboundMail.id.in_(ids), leaves(now)))
    )
    free = [one for one in ids if one not in busy]
    rendered = select(OutboundMail.rendered_sha256).where(OutboundMail.id.in_(free))
    keys = set(session.scalars(rendered))
    delete_rows(session, table_of(OutboundMail), free)
    note_unused(session, keys, CAUSE, now)
    return sorted(busy)


def leaves(now: datetime) -> ColumnElement[bool]:
    """Whether a worker that lives is just sending a mail: it must find its row again."""
    return and_(OutboundMail.state == OutboundState.SENDING, OutboundMail.lease_until > now)


def empty_person(session: Session, person: Person) -> None:
    """Leave a number: what others did with this person refers to it, and it is not given again."""
    end_access(session, person)
    session.execute(delete(PersonAddress).where(PersonAddress.person_id == person.id))
    session.execute(
        update(Ticket).where(Ticket.order_id.in_(_orders(person))).values(order_id=None)
    )
    session.execute(delete(Order).where(Order.person_id == person.id))
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.person_id == person.id))
    session.execute(delete(MailedLink).where(MailedLink.person_id == person.id))
    person.name = person.language = person.time_zone = ""
    person.muted, person.mailbox_rights = [], None
    session.flush()


def _orders(person: Person) -> Any:
    return select(Order.id).where(Order.person_id == person.id)


def rows_that_name(
    reading: Callable[[], AbstractContextManager[Session]], who: ErasedPerson
) -> Iterator[NamingRows]:
    """Look through every text of the database for the addresses, a table at a time.

    What is found is found again, until it is taken out.
    """
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if _is_text(column)]
        if table.name in _OWN or not columns:
            continue
        named = or_(
            *(
                func.lower(cast(column, Text)).contains(written, autoescape=True)
                for column in columns
                for address in who.addresses
                # As JSON has it, too, which escapes other letters.
                for written in {address, json.dumps(address)[1:-1]}
            )
        )
        key = list(table.primary_key.columns)
        with reading() as session:
            found = [tuple(row) for row in session.execute(select(*key).where(named))]
        for start in range(0, len(found), _ROWS_AT_ONCE):
            yield NamingRows(table, tuple(found[start : start + _ROWS_AT_ONCE]))


def take_out(session: Session, rows: NamingRows, who: ErasedPerson, now: datetime) -> int:
    """Take addresses, and the names beside them, out of rows, and the original of a mail that has
    them; how many rows there were.
    """
    table, count = rows.table, 0
    key = list(table.primary_key.columns)
    texts = [column for column in table.columns if _is_text(column) and column not in key]
    for values in rows.keys:
        this = [column == value for column, value in zip(key, values, strict=True)]
        if table.name in {model.__tablename__ for model in _WHOLE}:
            delete_rows(session, table, [values[0]])
            count += 1
            continue
        row = session.execute(select(table).where(*this).with_for_update()).mappings().first()
        if row is None:
            continue
        changed = {
            column.key: after
            for column in texts
            if (after := who.value_without_names(row[column.key])) != row[column.key]
        }
        if changed:
            session.execute(update(table).where(*this).values(changed))
            _without_bytes(session, table.name, values[0], now)
            count += 1
        ticket_id = row.get(_OF_TICKETS.get(table.name, ""))
        if ticket_id:
            index_ticket(session.connection(), ticket_id)
    return count


def _without_bytes(session: Session, table: str, row_id: int, now: datetime) -> None:
    """Have the bytes of a mail go where its row, or its message, named them."""
    if table == OutboundMail.__tablename__:
        written = OutboundMail.id == row_id
        column, emptied = OutboundMail.rendered_sha256, {"rendered_sha256": None}
        keys = session.scalars(select(column).where(written)).all()
        session.execute(update(OutboundMail).where(written).values(emptied))
    elif table in (InboundMail.__tablename__, Comment.__tablename__):
        own = InboundMail.comment_id if table == Comment.__tablename__ else InboundMail.id
        keys = session.scalars(select(InboundMail.raw_sha256).where(own == row_id)).all()
        session.execute(update(InboundMail).where(own == row_id).values(raw_sha256=""))
    else:
        return
    note_unused(session, keys, CAUSE, now)


def _is_text(column: Any) -> bool:
    kind = column.type
    return isinstance(kind, (Text, JSON)) or isinstance(getattr(kind, "impl", None), Text)
