"""What a change of many tickets does to one of them, and how that is undone."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actions.assign_team import assign_team
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.change_ticket import assign, change_category, change_priority, change_status
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.move_ticket import find_target, move_ticket
from helpdesk.actions.set_custom_field import fill_in_field
from helpdesk.actions.snooze import checked_snooze, snooze_as_written
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.actions.use_macro import checked_macro, use_macro
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import BulkChange, BulkField, BulkState, BulkTicket, Person
from helpdesk.queries.custom_fields import known_fields
from helpdesk.queries.tags import called_now
from helpdesk.text import bounded_int
from helpdesk.tickets.access import find_ticket, id_written, known_id
from helpdesk.tickets.categories import check_category
from helpdesk.tickets.custom_fields import read_value
from helpdesk.tickets.tags import folded, tag_name
from helpdesk.tickets.teams import find_team
from helpdesk.vocabulary import Folder, Priority, Status

MOST_TOLD = 20
"""Up to so many tickets, who is given them is told of each by mail; of more, of none."""


def change_one(
    session: Session, actor: Actor, bulk: BulkChange, row: BulkTicket, now: datetime
) -> None:
    """Give one ticket the value that was asked for, and note by which row that can be undone.

    :raises HelpdeskError: it cannot be given it.
    """
    value, reason, ticket = bulk.value, bulk.reason, row.ticket_id
    match bulk.field:
        case BulkField.MERGE:
            merge_tickets(session, actor, ticket, int(value), now=now)
            row.state = BulkState.DONE
            return
        case BulkField.STATUS:
            change = partial(change_status, despite_children=bulk.despite_children)
            changed = change(session, actor, ticket, value, now=now, reason=reason)
        case BulkField.PRIORITY:
            changed = change_priority(session, actor, ticket, value, now=now, reason=reason)
        case BulkField.CATEGORY:
            changed = change_category(session, actor, ticket, value, now=now, reason=reason)
        case BulkField.SNOOZE:
            changed = snooze_as_written(session, actor, ticket, value, now=now, reason=reason)
        case BulkField.FOLDER:
            changed = change_folder(session, actor, ticket, value, now=now, reason=reason)
        case BulkField.TEAM:
            changed = assign_team(session, actor, ticket, value, now=now, reason=reason)
        case BulkField.MAILBOX:
            changed = move_ticket(session, actor, ticket, int(value), now=now, reason=reason)
        case BulkField.ADD_TAG:
            changed = change_tags(session, actor, ticket, add=[value], now=now, reason=reason)
        case BulkField.REMOVE_TAG:
            changed = change_tags(session, actor, ticket, remove=[value], now=now, reason=reason)
        case BulkField.CUSTOM:
            field_id, _, typed = value.partition("=")
            changed = fill_in_field(
                session, actor, ticket, int(field_id), typed, now=now, reason=reason
            )
        case BulkField.MACRO:
            use = partial(use_macro, despite_children=bulk.despite_children)
            changed = use(session, actor, ticket, int(value), now=now)
        case BulkField.ASSIGNEE:
            person_id, tell = int(value) if value else None, bulk.total <= MOST_TOLD
            changed = assign(session, actor, ticket, person_id, now=now, reason=reason, tell=tell)
    row.change_id = newest_change(session, actor, changed, now)
    row.state = BulkState.DONE if row.change_id else BulkState.UNCHANGED


def undo_one(
    session: Session, actor: Actor, bulk: BulkChange, row: BulkTicket, now: datetime
) -> None:
    """Take back what :func:`change_one` did to a ticket.

    :raises HelpdeskError: it was changed again since.
    """
    if bulk.field == BulkField.MERGE:
        take_apart(session, actor, row.ticket_id, now=now)
    else:
        assert row.change_id is not None
        tell = bulk.total <= MOST_TOLD
        undo_change(session, actor, row.ticket_id, row.change_id, now=now, tell=tell)
    row.state = BulkState.UNDONE


def checked_value(
    session: Session, actor: Actor, field: BulkField, value: str, now: datetime
) -> str:
    """The value as it is kept.

    :raises InvalidInput: it is none that a ticket can be given.
    """
    match field:
        case BulkField.STATUS:
            return validation.member_of(Status, value, "status")
        case BulkField.PRIORITY:
            return validation.member_of(Priority, value, "priority")
        case BulkField.SNOOZE:
            return checked_snooze(value, now)
        case BulkField.FOLDER:
            return validation.member_of(Folder, value, "folder")
        case BulkField.ADD_TAG | BulkField.REMOVE_TAG:
            name = tag_name(value)
            return called_now(session, [folded(name)]).get(folded(name), name)
        case BulkField.CATEGORY:
            return check_category(session, value)
        case BulkField.TEAM:
            return str(team.id) if (team := find_team(session, value)) else ""
        case BulkField.MAILBOX:
            return str(find_target(session, actor, value).id)
        case BulkField.CUSTOM:
            return _checked_field(session, actor, value)
        case BulkField.MACRO:
            return str(checked_macro(session, actor, id_written(value)).id)
        case BulkField.MERGE:
            return str(find_ticket(session, actor, value).id) if value else ""
    if not value:
        return ""
    wanted = actor.person_id if value == "me" else bounded_int(value, most=2**63 - 1)
    person = session.get(Person, known_id(wanted)) if wanted else None
    if person is None or not person.is_staff:
        raise InvalidInput("assignee", "A ticket can be given to active staff only.")
    return str(person.id)


def _checked_field(session: Session, actor: Actor, value: str) -> str:
    """A field's id and what is to stand in it, as ``12=Gift``; nothing behind it empties it."""
    field_id, _, typed = value.partition("=")
    wanted = id_written(field_id)
    field = next((one for one in known_fields(session, actor) if one.id == wanted), None)
    if field is None:
        raise InvalidInput("custom", "There is no such field.")
    read = read_value(field, typed, "custom")
    return f"{field.id}={read.shown if read else ''}"
