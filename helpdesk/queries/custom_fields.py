"""The fields that a team has made itself: those that one of staff sees, fills in and manages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.tickets.custom_fields import (
    FieldValue,
    FieldView,
    all_fields,
    seen_of_value,
    values_on,
)
from helpdesk.tickets.seen_form import seen_of
from helpdesk.vocabulary import MailboxRight


@dataclass(frozen=True)
class FieldOnTicket:
    """A field of a ticket, with what stands in it."""

    field: FieldView
    value: FieldValue | None = None

    @property
    def shown(self) -> str:
        """What stands there, in words; empty for nothing."""
        return self.value.shown if self.value else ""

    @property
    def seen(self) -> str:
        """What a form carries that shows it."""
        return seen_of(seen_of_value(self.field, self.value))


def may_manage(actor: Actor, mailbox_id: int | None) -> bool:
    """Whether the actor may change the fields of a mailbox, or those for all (None)."""
    if not actor.is_staff:
        return False
    managed = actor.mailboxes_with(MailboxRight.MANAGE)
    return managed is None or mailbox_id in managed


def seen_by(actor: Actor, fields: Iterable[FieldView]) -> tuple[FieldView, ...]:
    """Those of these fields that one of staff sees: of their mailboxes, and those for all."""
    if not actor.is_staff:
        return ()
    return tuple(one for one in fields if one.mailbox_id is None or actor.may(one.mailbox_id))


def known_fields(session: Session, actor: Actor) -> tuple[FieldView, ...]:
    """The fields in use that one of staff sees."""
    return seen_by(actor, all_fields(session))


def managed_fields(session: Session, actor: Actor) -> tuple[FieldView, ...]:
    """The fields, in use or not, that the actor may change.

    :raises NotAllowed: they manage no mailbox.
    """
    if not actor.is_staff or not actor.decides_about_mail:
        raise NotAllowed("Only who manages a mailbox may change its fields.")
    found = all_fields(session, archived=True)
    return tuple(one for one in found if may_manage(actor, one.mailbox_id))


def on_ticket(
    session: Session, fields: Iterable[FieldView], ticket_id: int, mailbox_id: int | None
) -> tuple[FieldOnTicket, ...]:
    """The fields of a ticket's mailbox among these, each with what stands in it.

    :param ticket_id: one that the reader may see.
    """
    shown = [one for one in fields if one.is_on(mailbox_id)]
    values = values_on(session, shown, [ticket_id]).get(ticket_id, {})
    return tuple(FieldOnTicket(one, values.get(one.id)) for one in shown)


class TicketRow(Protocol):
    """A ticket in a list."""

    @property
    def id(self) -> int: ...


def shown_columns(
    session: Session,
    fields: Iterable[FieldView],
    columns: Collection[str],
    rows: Collection[TicketRow],
) -> dict[int, list[tuple[str, str]]]:
    """What the rows of a list show of these fields: each with its name and value (empty for none),
    by the tickets' ids. Nothing is asked where the list has no such column.

    :param fields: those that the reader sees.
    :param columns: what a row shows: of a field the name of its input.
    """
    shown = [one for one in fields if one.input in columns]
    if not shown or not rows:
        return {}
    found = values_on(session, shown, [row.id for row in rows])
    return {
        ticket_id: [(one.name, values[one.id].shown if one.id in values else "") for one in shown]
        for ticket_id, values in found.items()
    }
