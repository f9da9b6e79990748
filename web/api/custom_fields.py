"""``/api/custom-fields/``: the fields that tickets have besides those of every desk."""

from __future__ import annotations

from typing import Any

from helpdesk.queries.custom_fields import known_fields
from helpdesk.queries.mailboxes import mailboxes
from helpdesk.tickets.access import check_staff
from helpdesk.tickets.custom_fields import FieldView
from web.api import custom_field_schemas, schemas, serializers
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.serializers import Serialized
from web.store import store

blueprint = ApiBlueprint("custom fields", "Fields that a team gives its tickets")


@blueprint.route("/custom-fields/", methods=["GET"], operation="list_custom_fields")
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, custom_field_schemas.CustomFieldPageSchema)
@blueprint.problems()
def list_custom_fields(wanted: dict[str, Any]) -> Serialized:
    """List the custom fields in use: those for all mailboxes, then those of each. Staff only."""
    check_staff(actor(), "The list of custom fields is for staff.")
    with store().database.reading() as session:
        found = known_fields(session, actor())
        addresses = {box.id: box.address for box in mailboxes(session, removed=True)}
    return serializers.page_of(found, wanted, lambda one: _serialized(one, addresses))


def _serialized(field: FieldView, addresses: dict[int, str]) -> Serialized:
    return {
        "key": field.key,
        "name": field.name,
        "kind": field.kind,
        "mailbox": addresses.get(field.mailbox_id) if field.mailbox_id else None,
        "choices": [choice.name for choice in field.offered],
        "on_form": field.on_form,
        "required": field.required,
    }
