"""What the queries found, in the shapes that the API promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Comment, FieldKind, Order, Person, Ticket
from helpdesk.queries.canned_replies import CannedReplyView
from helpdesk.queries.checklist import checklist_of
from helpdesk.queries.conversation import CommentView, conversation
from helpdesk.queries.history import ChangeView, history
from helpdesk.queries.mailboxes import MailboxView
from helpdesk.queries.mails import InboundView, OutboundView
from helpdesk.queries.people import PersonView, view_person
from helpdesk.queries.ticket import ticket_links
from helpdesk.queries.ticket_list import TicketList, descriptions
from helpdesk.queries.ticket_view import TicketView, view_ticket
from helpdesk.queries.told_changes import FOR_CUSTOMERS, as_told, told_changes
from helpdesk.tickets.custom_fields import FieldValue, FieldView, all_fields, values_on
from helpdesk.tickets.tags import tags_on
from helpdesk.vocabulary import Folder
from web.store import store

Serialized = dict[str, Any]
Found = TypeVar("Found")


def ticket(session: Session, actor: Actor, row: Ticket) -> Serialized:
    """A ticket's fields."""
    text = descriptions(session, actor, [row.id]).get(row.id, "")
    tags = tags_on(session, [row.id]).get(row.id, ())
    custom = custom_values(session, actor, {row.id: row.mailbox_id}).get(row.id, {})
    (view,) = as_told(session, actor, [view_ticket(row, tags)])
    return ticket_of_view(actor, view, text, custom)


def custom_values(
    session: Session, actor: Actor, tickets: Mapping[int, int | None]
) -> dict[int, Serialized]:
    """What stands in the fields that the team has made: of each ticket, by its id, those of its
    mailbox, by their keys. Customers are told those of the form.

    :param tickets: the mailboxes' ids by the tickets'.
    """
    fields = [one for one in all_fields(session) if actor.is_staff or one.on_form]
    values = values_on(session, fields, list(tickets))
    return {
        ticket_id: {
            field.key: custom_value(field, values.get(ticket_id, {}).get(field.id))
            for field in fields
            if field.is_on(mailbox_id)
        }
        for ticket_id, mailbox_id in tickets.items()
    }


def custom_value(field: FieldView, value: FieldValue | None) -> str | int | float | None:
    """What stands in a field, as programs have it; None for nothing."""
    if value is None:
        return None
    return value.as_number if field.kind == FieldKind.NUMBER else value.shown


def ticket_detail(session: Session, actor: Actor, row: Ticket) -> Serialized:
    """A ticket with its comments and history; for customers only what is meant for them."""
    comments = conversation(session, row.id, public_only=not actor.is_staff)
    changes = history(session, row.id, actor)
    if not actor.is_staff:
        of_order = ("order",) if _may_see_order(actor, row.requester_id) else ()
        shown = (*FOR_CUSTOMERS, *of_order)
        changes = tuple(told_changes(changes, shown))
    return {
        **ticket(session, actor, row),
        "mailbox": row.mailbox.address if row.mailbox else None,
        "not_acknowledged": row.not_acknowledged if actor.is_staff else None,
        "comments": [comment(actor, one) for one in comments],
        "history": [_change(actor, change) for change in changes],
        "links": links(session, actor, row.id) if actor.is_staff else [],
        "checklist": checklist(session, row) if actor.is_staff else [],
    }


def links(session: Session, actor: Actor, ticket_id: int) -> list[Serialized]:
    """The tickets that staff said to belong to a ticket, as far as they see them."""
    return [
        {
            "relation": one.relation,
            "ticket_number": one.number,
            "subject": one.subject,
            "status": one.status,
        }
        for one in ticket_links(session, actor, ticket_id)
        if one.relation
    ]


def checklist(session: Session, row: Ticket) -> list[Serialized]:
    """What is to be done on a ticket, for staff."""
    return [
        {"id": one.id, "text": one.text, "done": one.is_done}
        for one in checklist_of(session, row.id, row.checklist_total)
    ]


def ticket_list(
    session: Session, actor: Actor, found: TicketList, wanted: Serialized
) -> Serialized:
    """A page of tickets."""
    ids = {one.ticket.id: one.ticket.mailbox_id for one in found.tickets}
    custom = custom_values(session, actor, ids)
    results = [
        ticket_of_view(actor, one.ticket, one.description, custom.get(one.ticket.id, {}))
        for one in found.tickets
    ]
    if "cursor" not in wanted:
        return page(found.count, results, wanted)
    following = _url_with(cursor=str(found.next_cursor)) if found.next_cursor else None
    return {"count": found.count, "next": following, "previous": None, "results": results}


def ticket_of_view(
    actor: Actor, view: TicketView, description: str, custom: Serialized
) -> Serialized:
    """A ticket's fields, from a view of it."""
    return {
        "id": view.id,
        "ticket_number": view.number,
        "subject": view.subject,
        "description": description,
        "category": view.category,
        "language": view.language or None if actor.is_staff else None,
        "priority": view.priority,
        "status": view.status if actor.is_staff else view.status_for_customers,
        "folder": view.folder if actor.is_staff else Folder.INBOX,
        "snoozed_until": view.snoozed_until if actor.is_staff else None,
        "tags": [tag.name for tag in view.tags] if actor.is_staff else [],
        "customer": person(actor, view.requester),
        "order": view.order_number or None if _may_see_order(actor, view.requester.id) else None,
        "assignee": person(actor, view.assignee) if view.assignee else None,
        "team": view.team_name or None if actor.is_staff else None,
        "custom_fields": custom,
        "created_at": view.created_at,
        "updated_at": view.updated_at,
        "resolved_at": view.resolved_at,
        "closed_at": view.closed_at,
    }


def _may_see_order(actor: Actor, requester_id: int) -> bool:
    """An order is its customer's: who is in copy of a ticket sees nothing of it."""
    return actor.is_staff or actor.person_id == requester_id


def person(actor: Actor, view: PersonView) -> Serialized:
    """A person. The addresses and family names of staff are for staff."""
    if actor.is_staff or view.id == actor.person_id:
        return {"id": view.id, "name": view.name, "email": view.address}
    address = None if view.is_staff else view.address
    return {"id": view.id, "name": view.name_for_customers, "email": address}


def new_comment(row: Comment, author: Person | None) -> Serialized:
    """A comment that was written just now."""
    return {
        "id": row.id,
        "author": author.shown_name if author else "",
        "comment": row.text,
        "is_staff_comment": row.from_staff,
        "internal": row.internal,
        "created_at": row.created_at,
    }


def order(actor: Actor, row: Order) -> Serialized:
    """An order."""
    return {
        "number": row.number,
        "customer": person(actor, view_person(row.person)),
        "placed_at": row.placed_at,
        "status": row.status,
        "total": row.total,
        "currency": row.currency,
        "items": row.items,
        "created_at": row.created_at,
    }


def inbound(view: InboundView) -> Serialized:
    """An accepted mail, with its decision."""
    return {
        "id": view.id,
        "state": view.state,
        "reason": view.reason,
        "received_at": view.received_at,
        "sender": view.from_address,
        "to": view.envelope_to,
        "subject": view.subject,
        "message_id": view.message_id,
        "kind": view.kind,
        "size": view.size,
        "ticket_number": view.ticket_number,
        "envelope_from": view.envelope_from,
        "peer": view.peer,
        "defects": view.defects,
        "decision": view.decision,
        "decided_at": view.decided_at,
        "comment_id": view.comment_id,
    }


def outbound(view: OutboundView) -> Serialized:
    """A mail of the outbox."""
    return {
        "id": view.id,
        "to": view.recipient,
        "subject": view.subject,
        "state": view.state,
        "attempts": view.attempts,
        "ticket_number": view.ticket_number,
    }


def mailbox(view: MailboxView) -> Serialized:
    """A mailbox."""
    return {
        "address": view.address,
        "name": view.name,
        "public": view.public,
        "form": view.has_form,
        "paused": view.paused,
    }


def canned_reply(view: CannedReplyView, keys: Mapping[int, str]) -> Serialized:
    """A canned reply.

    :param keys: of the fields that the team has made and the reader sees, by their ids.
    """
    return {
        "id": view.id,
        "name": view.name,
        "shortcut": view.shortcut,
        "text": view.text,
        "mailbox": view.mailbox_address or None,
        "team": view.team_name or None,
        "language": view.language or None,
        "status": view.status_after or None,
        "priority": view.priority or None,
        "tags": list(view.tags),
        "snooze_hours": view.snooze_hours or None,
        "note": view.note,
        "checklist": list(view.checklist),
        "custom_fields": {keys[one]: text for one, text in view.custom.items() if one in keys},
        "moves_to": view.moves_to_address or None,
        "is_macro": view.is_macro,
        "used_count": view.used_count,
        "used_at": view.used_at,
        "updated_at": view.updated_at,
    }


def page(count: int, results: list[Serialized], wanted: Serialized) -> Serialized:
    """A page of a list, with the addresses of the pages beside it.

    The host comes from the settings, never from the request.
    """
    number, size = int(wanted["page"]), int(wanted["page_size"])
    last = max(1, -(-count // size))
    return {
        "count": count,
        "next": _url_with(page=str(number + 1)) if number < last else None,
        "previous": _url_with(page=str(min(number - 1, last))) if number > 1 else None,
        "results": results,
    }


def page_of(
    found: Sequence[Found], wanted: Serialized, serialized: Callable[[Found], Serialized]
) -> Serialized:
    """One page of a list that is had whole.

    :param wanted: which, as the query says it.
    """
    first = (wanted["page"] - 1) * wanted["page_size"]
    shown = found[first : first + wanted["page_size"]]
    return page(len(found), [serialized(one) for one in shown], wanted)


def _url_with(**changed: str) -> str:
    """The address that was asked for, with one of its parameters changed."""
    query = {**request.args.to_dict(flat=False), **changed}
    return f"{store().settings.public_url}{request.path}?{urlencode(query, doseq=True)}"


def comment(actor: Actor, view: CommentView) -> Serialized:
    """A comment. Customers do not learn that there are side conversations."""
    aside = {"side_conversation": view.side_id} if actor.is_staff else {}
    return {
        "id": view.id,
        "author": person(actor, view.author)["name"] if view.author else "",
        "comment": view.text,
        "is_staff_comment": view.from_staff,
        "internal": view.internal,
        "created_at": view.created_at,
        **aside,
    }


def _change(actor: Actor, change: ChangeView) -> Serialized:
    return {
        "changed_by": person(actor, change.by)["name"] if change.by else change.changed_by,
        "field_changed": f"custom_fields.{change.key}" if change.key else change.field,
        "old_value": change.old_value,
        "new_value": change.new_value,
        # A reason is written for colleagues.
        "change_reason": change.reason if actor.is_staff else "",
        "created_at": change.created_at,
    }
