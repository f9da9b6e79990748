"""Where the desk leads when a ticket is done with: to the next one of the list, back, or nowhere.

The list is the one that the browser came from: a page's script puts its address into the form, and
with it where the ticket stood in it when it was opened (``stood``), and what was seen to come next
(``saw``). Without scripts it is the desk's home.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.set_habits import remember_after_sending
from helpdesk.errors import NotFound
from helpdesk.models import AfterSending
from helpdesk.queries.queue import neighbour
from helpdesk.queries.queue_order import Placed, write_stood
from helpdesk.queries.view_tickets import rows_of
from helpdesk.tickets.access import find_ticket
from web.desk.blueprint import AHEAD, blueprint
from web.desk.queue_address import HOME, address_of, known_view, queue_filter
from web.sign_in import signed_in, staff_only
from web.store import read_session

LONGEST = 2000


@blueprint.get("/t/<number>/beside")
@staff_only
def beside(number: str) -> Response:
    """Lead to the ticket after this one in a list, to the one before it, or to the list's page that
    begins with this one.
    """
    backwards = request.args.get("step") == "back"
    if request.args.get("step") == "list":
        return redirect(_list_address(_list_from(number)), 303)
    found = _beside(number, _list(), backwards=backwards)
    if found:
        return redirect(url_for("desk.ticket", number=found), 303)
    if AHEAD in request.headers:
        return Response(status=204)
    flash(f"That was the {'first' if backwards else 'last'} one of this list.")
    return redirect(_list_address(_list()), 303)


@blueprint.app_template_filter()
def stood(ticket: Placed) -> str:
    """Where a ticket stands in whatever list, for its page: what is done on it may move it."""
    return write_stood(ticket)


def onward(number: str) -> str:
    """Where the form's choice leads: an address, or nothing where one stays.

    Asked before anything changes: what is changed may have its place elsewhere, or nowhere.
    """
    match request.form.get("then_go"):
        case AfterSending.NEXT:
            found = _beside(number, _list())
            return url_for("desk.ticket", number=found) if found else _list_address(_list())
        case AfterSending.BACK:
            return _list_address(_list())
    return ""


def remember_choice(session: Session) -> None:
    """Keep the form's choice for the next time, where it is another than the last.

    What is asked for this once, by a key, stands before it in the form.
    """
    choice, me = next(reversed(request.form.getlist("then_go")), None), signed_in()
    if choice in set(AfterSending) and choice != me.person.after_sending:
        remember_after_sending(session, me.actor, str(choice))


def _list() -> dict[str, str]:
    """The values of the list's address."""
    return dict(parse_qsl(request.values.get("list", "")[:LONGEST].lstrip("?")))


def _list_address(values: dict[str, str]) -> str:
    address: dict[str, Any] = address_of(_view(values), queue_filter(values))
    return url_for("desk.queue", key=values.get("key") or None, **address)


def _beside(number: str, values: dict[str, str], *, backwards: bool = False) -> str:
    """The number of the ticket that was seen to come next; of the one that does now, where that
    left the list or nothing was seen.
    """
    session, actor = read_session(), signed_in().actor
    ticket = find_ticket(session, actor, number)
    view, wanted = _view(values), queue_filter(values)
    if saw := values.get("saw"):
        with suppress(NotFound):
            seen = find_ticket(session, actor, saw)
            _, still = rows_of(session, actor, view, wanted, [seen.id])
            if still - {ticket.id}:
                return seen.number
    place = values.get("stood", "")
    return neighbour(session, actor, view, wanted, ticket.id, backwards=backwards, stood=place)[0]


def _list_from(number: str) -> dict[str, str]:
    """The list's values, with the key of the page that begins with this ticket, if it is in it."""
    session, actor, values = read_session(), signed_in().actor, _list()
    ticket = find_ticket(session, actor, number)
    view, wanted = _view(values), queue_filter(values)
    _, still = rows_of(session, actor, view, wanted, [ticket.id])
    if ticket.id not in still:
        return values
    _, key = neighbour(session, actor, view, wanted, ticket.id, backwards=True)
    return {**values, "key": key}


def _view(values: dict[str, str]) -> str:
    return known_view(values.get("view", HOME)).name
