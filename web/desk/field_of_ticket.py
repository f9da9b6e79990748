"""Filling in a field of a ticket that the team has made itself."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from helpdesk.actions.set_custom_field import set_custom_fields
from web.desk.blueprint import blueprint
from web.desk.changes import change_field
from web.sign_in import signed_in, staff_only


@blueprint.post("/t/<number>/custom/<int:field_id>")
@staff_only
def set_custom(number: str, field_id: int) -> Response:
    """Have a value stand in a field of the ticket's mailbox; an empty one empties it."""
    name = f"field.{field_id}"
    value = request.form.get(name, "")
    return change_field(
        number,
        name,
        "Changed." if value.strip() else "Emptied.",
        lambda session, ticket, reason, at: set_custom_fields(
            session, signed_in().actor, ticket.id, {name: value}, reason=reason, now=at
        ),
    )
