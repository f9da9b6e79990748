"""Filling in a field of a ticket that the team has made itself."""

from __future__ import annotations

from flask import flash, request
from werkzeug.wrappers import Response

from helpdesk.actions.set_custom_field import fill_in_field
from helpdesk.tickets.access import find_ticket
from helpdesk.tickets.custom_fields import fields_on
from web.desk.blueprint import blueprint
from web.desk.changes import change_field
from web.desk.ticket import show_ticket
from web.sign_in import signed_in, staff_only
from web.store import read_session


@blueprint.post("/t/<number>/custom/<int:field_id>")
@staff_only
def set_custom(number: str, field_id: int) -> Response:
    """Have a value stand in a field of the ticket's mailbox; an empty one empties it."""
    session, actor = read_session(), signed_in().actor
    ticket = find_ticket(session, actor, number)
    if field_id not in [field.id for field in fields_on(session, ticket.mailbox_id)]:
        # The page has no place for it: out of use by now, another mailbox's, or none at all.
        flash("Nothing was changed: this ticket has no such field.", "problem")
        return show_ticket(number, status=422)
    name = f"field.{field_id}"
    value, seen = request.form.get(name, ""), request.form.get("seen_custom")
    return change_field(
        number,
        name,
        "Changed." if value.strip() else "Emptied.",
        lambda session, ticket, reason, at: fill_in_field(
            session, actor, ticket.id, field_id, value, reason=reason, seen=seen, now=at
        ),
    )
