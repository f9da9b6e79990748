"""What belongs to a ticket: tickets linked with it, its child tickets, and its checklist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.change_checklist import (
    MOST_ITEMS,
    add_item,
    change_item,
    move_item,
    remove_item,
)
from helpdesk.actions.relate_tickets import relate_tickets, unrelate_tickets
from helpdesk.actions.undo_change import newest_change
from helpdesk.errors import InvalidInput
from helpdesk.models import Ticket
from helpdesk.text import bounded_int
from helpdesk.tickets.access import find_ticket
from web.desk.blueprint import blueprint
from web.desk.ticket import show_ticket
from web.sign_in import signed_in, staff_only
from web.store import now, transaction

LINKED = {
    "related": "Linked with {}.",
    "parent": "A child of {} now, which stays open for it.",
    "child": "{} is a child of it now: this one stays open for it.",
}


@blueprint.post("/t/<number>/link")
@staff_only
def link_ticket(number: str) -> Response:
    """Say what another ticket (``other``) is to this one (``relation``)."""
    other, relation = request.form.get("other", ""), request.form.get("relation", "related")

    def link(session: Session, ticket: Ticket, at: datetime) -> str:
        relate_tickets(session, signed_in().actor, ticket.id, other, relation, now=at)
        return LINKED[relation].format(other.strip("[]# ").upper())

    return _changed(number, "link", link)


@blueprint.post("/t/<number>/unlink")
@staff_only
def unlink_ticket(number: str) -> Response:
    """Say that another ticket is that no more."""
    other, relation = request.form.get("other", ""), request.form.get("relation", "")

    def unlink(session: Session, ticket: Ticket, at: datetime) -> str:
        unrelate_tickets(session, signed_in().actor, ticket.id, other, relation, now=at)
        return f"{other} is not linked any more."

    return _changed(number, "link", unlink)


@blueprint.post("/t/<number>/checklist")
@staff_only
def add_to_checklist(number: str) -> Response:
    """Put a thing to do (``text``) on the checklist."""

    def add(session: Session, ticket: Ticket, at: datetime) -> str:
        text = request.form.get("text", "")
        add_item(session, signed_in().actor, ticket.id, text, now=at)
        return "On the checklist."

    return _changed(number, "checklist", add)


@blueprint.post("/t/<number>/checklist/<int:item_id>")
@staff_only
def change_checklist(number: str, item_id: int) -> Response:
    """Tick an item (``do``: ``tick``, ``untick``), word it anew (``text``), put it at a ``place``,
    or ``remove`` it.
    """

    def change(session: Session, ticket: Ticket, at: datetime) -> str:
        actor, wanted = signed_in().actor, request.form.get("do", "")
        if wanted == "remove":
            remove_item(session, actor, ticket.id, item_id, now=at)
            return "Off the checklist."
        if wanted in ("tick", "untick"):
            is_done = wanted == "tick"
            change_item(session, actor, ticket.id, item_id, is_done=is_done, now=at)
            return "Done." if is_done else "Not done."
        if place := request.form.get("place"):
            number = bounded_int(place, least=1, most=MOST_ITEMS) or 0
            move_item(session, actor, ticket.id, item_id, number, now=at)
            return f"Number {number} now."
        text = request.form.get("text", "")
        change_item(session, actor, ticket.id, item_id, text=text, now=at)
        return "Changed."

    return _changed(number, "checklist", change)


def _changed(
    number: str, form: str, change: Callable[[Session, Ticket, datetime], str]
) -> Response:
    """:param form: the name of the form that a problem is shown in."""
    actor, moment = signed_in().actor, now()
    try:
        with transaction() as session:
            ticket = find_ticket(session, actor, number)
            done = change(session, ticket, moment)
            change_id = newest_change(session, actor, ticket, moment)
    except InvalidInput as problem:
        return show_ticket(number, status=422, changing={form: problem.message})
    flash(done, f"change {number} {change_id} " if change_id else "message")
    return redirect(url_for("desk.ticket", number=number), 303)
