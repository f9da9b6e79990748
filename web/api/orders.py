"""``/api/orders/``: the shop tells of its orders, and asks for their tickets."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from helpdesk.actions.save_order import save_order
from helpdesk.queries.orders import find_order
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import ticket_list
from helpdesk.tickets.orders import OrderDetails
from web.api import order_schemas, schemas, serializers
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.serializers import Serialized
from web.api.transactions import in_transaction
from web.store import now, store

blueprint = ApiBlueprint("orders", "The shop's orders", writing="orders")

_NUMBER = [{"in": "path", "name": "number", "required": True, "schema": order_schemas.ORDER_NUMBER}]


@blueprint.route("/orders/<number>/", methods=["PUT"], parameters=_NUMBER, operation="save_order")
@blueprint.arguments(order_schemas.OrderIn)
@blueprint.response(200, order_schemas.OrderOut)
@blueprint.alt_response(201, schema=order_schemas.OrderOut, success=True)
@blueprint.problems(404, 413, 415)
def put(sent: dict[str, Any], number: str) -> tuple[Serialized, int]:
    """Save an order: 201 where it is new, 200 where it is replaced. Staff only.

    A customer whom nobody knows yet is added.
    """

    def work(session: Session) -> tuple[Serialized, int]:
        order, is_new = save_order(session, actor(), number, OrderDetails(**sent), now=now())
        return serializers.order(actor(), order), 201 if is_new else 200

    return in_transaction(work)


@blueprint.route(
    "/orders/<number>/tickets/", methods=["GET"], parameters=_NUMBER, operation="list_order_tickets"
)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, schemas.TicketPageSchema)
@blueprint.problems(404)
def tickets(wanted: dict[str, Any], number: str) -> Serialized:
    """List the tickets of an order, newest first. Customers may ask for orders of their own."""
    with store().database.reading() as session:
        order = find_order(session, actor(), number)
        found = ticket_list(session, actor(), TicketFilter(order_id=order.id), **wanted)
        return serializers.ticket_list(session, actor(), found, wanted)
