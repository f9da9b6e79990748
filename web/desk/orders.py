"""An order: what was bought, and its tickets."""

from __future__ import annotations

from flask import request
from flask.wrappers import Response

from helpdesk.queries.orders import order_view
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import ticket_list
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import signed_in, staff_only
from web.store import read_session

TICKETS_A_PAGE = 50
_LAST_PAGE = 10_000


@blueprint.get("/orders/<order_number>")
@staff_only
def order(order_number: str) -> Response:
    """The page of an order."""
    session, actor = read_session(), signed_in().actor
    page = min(request.args.get("page", 1, int) or 1, _LAST_PAGE)
    shown = order_view(session, actor, order_number)
    found = ticket_list(
        session,
        actor,
        TicketFilter(order_id=shown.id),
        page=max(page, 1),
        page_size=TICKETS_A_PAGE,
    )
    return desk_page(
        "desk/order.html",
        order=shown,
        tickets=[listed.ticket for listed in found.tickets],
        count=found.count,
        page=max(page, 1),
        last_page=max(1, -(-found.count // TICKETS_A_PAGE)),
    )
