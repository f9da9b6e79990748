"""``/api/tickets/{key}/checklist/``: what is to be done on a ticket, item by item. Staff only."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy.orm import Session

from helpdesk.actions.change_checklist import add_item, change_item, move_item, remove_item
from helpdesk.models import ChecklistItem
from helpdesk.tickets.access import STAFF_ONLY, ticket_for_change
from web.api import schemas, serializers, ticket_schemas
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.idempotent import Answered, once
from web.api.of_ticket import page_of_ticket
from web.api.serializers import Serialized
from web.api.transactions import in_transaction
from web.store import now

blueprint = ApiBlueprint("checklists", "What is to be done on a ticket, item by item")

_PATH = "/tickets/<ticket_key:key>/checklist/"
_ITEM = f"{_PATH}<int:item_id>/"


@blueprint.route(_PATH, methods=["GET"], operation="list_checklist")
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, ticket_schemas.ChecklistPage)
@blueprint.problems(404)
def list_items(wanted: dict[str, Any], key: str) -> Serialized:
    """List what is to be done on a ticket, in its order. Staff only."""
    return page_of_ticket(key, wanted, serializers.checklist)


@blueprint.route(_PATH, methods=["POST"], operation="add_checklist_item")
@blueprint.arguments(schemas.IdempotencyHeaders, location="headers")
@blueprint.arguments(ticket_schemas.NewItem)
@blueprint.response(201, ticket_schemas.ChecklistItemOut)
@blueprint.problems(404, 409, 413, 415)
def add(headers: dict[str, str], sent: dict[str, Any], key: str) -> Answered:
    """Put a thing to do on a ticket's checklist, at its end. Staff only."""

    def work(session: Session) -> Serialized:
        return _made(add_item(session, actor(), key, sent["text"], now=now()))

    answer, more = once(headers, {**sent, "checklist": key.upper()}, work)
    return answer, 201, more


@blueprint.route(_ITEM, methods=["PATCH"], operation="change_checklist_item")
@blueprint.arguments(ticket_schemas.ItemChange, required=False)
@blueprint.response(200, ticket_schemas.ChecklistItemOut)
@blueprint.problems(404, 409, 413, 415)
def change(sent: dict[str, Any], key: str, item_id: int) -> Serialized:
    """Tick an item or take the tick off, give it other words, or put it at another place. Staff
    only.
    """

    def work(session: Session) -> Serialized:
        ticket = ticket_for_change(session, actor(), key, staff_only=STAFF_ONLY)
        text, done = sent.get("text"), sent.get("done")
        item = change_item(session, actor(), ticket, item_id, text=text, is_done=done, now=now())
        if "place" in sent:
            move_item(session, actor(), ticket, item_id, sent["place"], now=now())
        return _made(item)

    return in_transaction(work)


@blueprint.route(_ITEM, methods=["DELETE"], operation="remove_checklist_item")
@blueprint.response(204)
@blueprint.problems(404, 409)
def remove(key: str, item_id: int) -> None:
    """Take an item off the checklist. Staff only."""

    def work(session: Session) -> None:
        remove_item(session, actor(), key, item_id, now=now())

    in_transaction(work)


def _made(item: ChecklistItem) -> Serialized:
    made = {"id": item.id, "text": item.text, "done": item.is_done}
    return cast(Serialized, ticket_schemas.ChecklistItemOut().dump(made))
