"""A customer's order: what was bought, their requests about it, and the way to help."""

from __future__ import annotations

from flask import make_response, render_template, request
from flask.wrappers import Response

from helpdesk.languages import statuses_in
from helpdesk.queries.my_tickets import my_tickets
from helpdesk.queries.orders import order_view
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.text import bounded_int
from web.languages import language
from web.portal.blueprint import blueprint
from web.portal.visitor import customers_only
from web.sign_in import signed_in
from web.store import read_session


@blueprint.get("/my/orders/<order_number>")
@customers_only
def order(order_number: str) -> Response:
    """The page of one of one's orders; another's is as unknown as one that does not exist."""
    session, actor = read_session(), signed_in().actor
    shown = order_view(session, actor, order_number)
    page = bounded_int(request.args.get("page", ""), least=1, most=999_999) or 1
    found = my_tickets(session, actor, TicketFilter(order_id=shown.id), page)
    return make_response(
        render_template(
            "portal/order.html", order=shown, found=found, statuses=statuses_in(language())
        )
    )
