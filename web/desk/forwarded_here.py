"""Confirming that mail is forwarded to a mailbox: the code and the link, for a person to use."""

from __future__ import annotations

from werkzeug.wrappers import Response

from helpdesk.queries.forwarding_requests import request_of_message
from helpdesk.queries.ticket_view import view_ticket
from helpdesk.tickets.access import find_ticket
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import signed_in, staff_only
from web.store import read_session


@blueprint.post("/t/<number>/confirm-forwarding/<int:comment_id>")
@staff_only
def confirm_forwarding(number: str, comment_id: int) -> Response:
    """Show what says yes to the request. We open no link ourselves: anybody can ask for one."""
    session, actor = read_session(), signed_in().actor
    asked = request_of_message(session, actor, number, comment_id)
    ticket = find_ticket(session, actor, number)
    return desk_page("desk/confirm_forwarding.html", ticket=view_ticket(ticket), asked=asked)
