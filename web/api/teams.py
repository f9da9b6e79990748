"""``/api/teams/``: the teams that a ticket can be given to."""

from __future__ import annotations

from typing import Any

from helpdesk.queries.teams import all_teams
from helpdesk.tickets.access import check_staff
from web.api import schemas, serializers, team_schemas
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.serializers import Serialized
from web.store import store

blueprint = ApiBlueprint("teams", "Colleagues who share tickets")


@blueprint.route("/teams/", methods=["GET"], operation="list_teams")
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, team_schemas.TeamPageSchema)
@blueprint.problems()
def list_teams(wanted: dict[str, Any]) -> Serialized:
    """List the teams by their names. Staff only."""
    check_staff(actor(), "Teams are for staff.")
    with store().database.reading() as session:
        found = all_teams(session)
    return serializers.page_of(found, wanted, lambda team: {"name": team.name})
