"""Splitting a ticket: which of its messages go to a new one."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.split_ticket import split_ticket, splittable
from helpdesk.errors import InvalidInput
from helpdesk.queries.ticket_view import view_ticket
from helpdesk.tickets.access import STAFF_ONLY, check_staff, find_ticket, id_written
from helpdesk.vocabulary import MailboxRight
from web.desk.blueprint import blueprint, desk_page
from web.desk.composer import chosen_ids
from web.desk.undo import undo_on_page
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction


@blueprint.get("/t/<number>/split")
@staff_only
def split(number: str) -> Response:
    """The form: a message (``from``) and all after it are chosen."""
    return _form(number)


@blueprint.post("/t/<number>/split")
@staff_only
def split_off(number: str) -> Response:
    """Begin a new ticket with the chosen messages (``comment``)."""
    actor, moment = signed_in().actor, now()
    try:
        with transaction() as session:
            old = find_ticket(session, actor, number)
            subject, chosen = request.form.get("subject", ""), chosen_ids("comment")
            new = split_ticket(session, actor, old.id, chosen, subject=subject, now=moment)
            undo = undo_on_page(session, new, moment)
    except InvalidInput as problem:
        return _form(number, problem.message)
    flash(f"Split off from {old.number}.", undo)
    return redirect(url_for("desk.ticket", number=new.number), 303)


def _form(number: str, error: str = "") -> Response:
    session, actor = read_session(), signed_in().actor
    check_staff(actor, STAFF_ONLY)
    ticket = find_ticket(session, actor, number, MailboxRight.ANSWER)
    messages = splittable(session, ticket.id)
    first = id_written(request.args.get("from", ""))
    begun = {one.id for one in messages if first and one.id >= first}
    return desk_page(
        "desk/split.html",
        422 if error else 200,
        ticket=view_ticket(ticket),
        messages=messages,
        chosen=chosen_ids("comment") if error else begun,
        error=error,
        subject=request.form.get("subject", "") if error else ticket.subject,
    )
