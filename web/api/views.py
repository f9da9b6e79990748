"""``/api/views/``: the views of the desk, and those that one saved or a colleague shares."""

from __future__ import annotations

from typing import Any

from helpdesk.queries.people import staff
from helpdesk.queries.queue import ANY, choice_of
from helpdesk.queries.saved_views import all_saved_views, views_for
from helpdesk.queries.views import VIEWS, View
from helpdesk.tickets.access import check_staff
from web.api import serializers, view_schemas
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.schemas import Page
from web.api.serializers import Serialized
from web.store import store

blueprint = ApiBlueprint("views", "Lists of tickets that staff work from")


@blueprint.route("/views/", methods=["GET"], operation="list_views")
@blueprint.arguments(Page, location="query")
@blueprint.response(200, view_schemas.ViewPageSchema)
@blueprint.problems()
def list_views(wanted: dict[str, Any]) -> Serialized:
    """List the views: the desk's own, then those that you saved and those that are shared. Staff
    only.
    """
    check_staff(actor(), "Views are for staff.")
    with store().database.reading() as session:
        found = [*VIEWS.values(), *views_for(actor(), all_saved_views(session))]
        addresses = {person.id: person.address for person in staff(session)}
    return serializers.page_of(found, wanted, lambda view: _serialized(view, addresses))


def _serialized(view: View, addresses: dict[int, str]) -> Serialized:
    return {
        "name": view.name,
        "label": view.label,
        "base": view.root,
        "search": view.search,
        "order": choice_of(view, ANY).name,
        "shared": view.shared or not view.saved_id,
        "owner": addresses.get(view.owner_id),
    }
