"""``/api/tags/``: the tags that a ticket may have."""

from __future__ import annotations

from typing import Any

from helpdesk.queries.tags import all_tags
from helpdesk.tickets.access import check_staff
from web.api import schemas, serializers
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.serializers import Serialized
from web.store import store

blueprint = ApiBlueprint("tags", "The words that staff put on tickets")


@blueprint.route("/tags/", methods=["GET"], operation="list_tags")
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, schemas.TagPageSchema)
@blueprint.problems()
def list_tags(wanted: dict[str, Any]) -> Serialized:
    """List the tags by their names. Staff only."""
    check_staff(actor(), "Tags are for staff.")
    with store().database.reading() as session:
        found = all_tags(session)
    return serializers.page_of(found, wanted, lambda tag: {"name": tag.name, "colour": tag.colour})
