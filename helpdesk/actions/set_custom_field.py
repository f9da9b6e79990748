"""Fill in a field that a team has made itself, on a ticket. Staff only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpdesk.actor import Actor
from helpdesk.errors import ChangedMeanwhile, InvalidInput
from helpdesk.models import Change, CustomField, HistoryField, Ticket
from helpdesk.tickets.access import STAFF_ONLY, TicketRef, open_ticket_for_change
from helpdesk.tickets.custom_fields import (
    FieldValue,
    FieldView,
    fields_on,
    put_value,
    read_value,
    read_values,
    seen_of_value,
    values_on,
    view_of,
)
from helpdesk.tickets.history import OldRow, check_reason, record_change
from helpdesk.tickets.seen_form import changed_since, seen_of


def set_custom_fields(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    typed: Mapping[str, str],
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Have these values stand in fields of a ticket; an empty one empties its field. Each that
    changes leaves a line in the history.

    :param typed: by the field's key, or by the name of its input (``field.12``).
    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: naming each that does not hold; (``reason``) nobody says why.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    fields = fields_on(session, ticket.mailbox_id)
    found, wrong = read_values(fields, dict(typed))
    if wrong:
        first, *others = wrong
        first.others = tuple(others)
        raise first
    has = values_on(session, fields, [ticket.id]).get(ticket.id, {})
    for field in fields:
        if field.key in typed or field.input in typed:
            _put(session, actor, ticket, field, has.get(field.id), found.get(field.id), now, reason)
    return ticket


def fill_in_field(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    field_id: int,
    typed: str,
    *,
    now: datetime,
    reason: str = "",
    seen: str | None = None,
) -> Ticket:
    """Have this stand in one field, which the ticket's mailbox has; nothing empties it.

    :param seen: what stood there as the form showed it; see :mod:`helpdesk.tickets.seen_form`.
    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: it has no such field, or the value does not hold.
    :raises ChangedMeanwhile: something else stands there than was seen, or is to stand there.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    fields = fields_on(session, ticket.mailbox_id)
    field = next((one for one in fields if one.id == field_id), None)
    if field is None:
        raise InvalidInput("custom", "Its mailbox does not have this field.")
    _check_seen(session, ticket, field, typed, seen)
    return set_custom_fields(session, actor, ticket, {field.input: typed}, now=now, reason=reason)


def undo_custom_field(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    field_id: int,
    old: str,
    *,
    now: datetime,
    reason: str,
) -> None:
    """Have that stand in a field again that stood there before, also where the field is out of use
    or the ticket went to a mailbox without it.

    :raises InvalidInput: (``change``) the field is gone.
    """
    row = session.get(CustomField, field_id)
    if row is None or not (row.mailbox_id is None or actor.may(row.mailbox_id)):
        raise InvalidInput("change", "The field is gone: nothing was undone.")
    field = view_of(row)
    chosen = field.choice_called(old) if old and field.choices else None
    if chosen:
        value: FieldValue | None = FieldValue(chosen.name, number=chosen.id)
    else:
        value = read_value(field, old, "change")
    has = values_on(session, [field], [ticket.id]).get(ticket.id, {}).get(field.id)
    _put(session, actor, ticket, field, has, value, now, reason)


def _check_seen(
    session: Session, ticket: Ticket, field: FieldView, typed: str, seen: str | None
) -> None:
    has = values_on(session, [field], [ticket.id]).get(ticket.id, {}).get(field.id)
    words = seen_of_value(field, has)
    if not changed_since(seen, words) or read_value(field, typed, field.input) == has:
        return
    last = session.scalar(
        select(Change)
        .options(joinedload(Change.changed_by))
        .where(
            Change.ticket_id == ticket.id,
            Change.field == HistoryField.CUSTOM,
            Change.old_id == field.id,
        )
        .order_by(Change.id.desc())
        .limit(1)
    )
    raise ChangedMeanwhile(
        {"value": has.shown if has else ""},
        seen_of(words),
        by=last.changed_by.shown_name if last and last.changed_by else "",
        by_id=last.changed_by_id if last else None,
        at=last.created_at if last else None,
    )


def _put(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    field: FieldView,
    has: FieldValue | None,
    value: FieldValue | None,
    now: datetime,
    reason: str,
) -> None:
    if has == value:
        return
    check_reason(ticket, actor, reason)
    put_value(session, ticket.id, field, value)
    old = OldRow(has.shown if has else "", field.id)
    new = value.shown if value else ""
    record_change(session, ticket, actor, HistoryField.CUSTOM, old, new, now, reason)
