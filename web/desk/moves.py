"""“Move it”: a mail that landed on the wrong ticket, and back again."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.move_mail import Moved, move_mail
from helpdesk.actions.move_mail import move_back as undo_move
from helpdesk.errors import InvalidInput
from helpdesk.tickets.access import find_ticket
from web.desk.blueprint import blueprint
from web.desk.inbox import show_mail
from web.desk.undo import undo_on_page
from web.sign_in import signed_in, staff_only
from web.store import now, transaction


@blueprint.post("/mail/<int:mail_id>/move")
@staff_only
def move(mail_id: int) -> Response:
    """Put it onto the ticket whose number was typed, or onto a new one."""
    to, actor, moment = request.form.get("to", ""), signed_in().actor, now()
    try:
        with transaction() as session:
            moved = move_mail(session, actor, mail_id, to, now=moment)
            undo = undo_on_page(session, find_ticket(session, actor, moved.ticket_number), moment)
    except InvalidInput as problem:
        return show_mail(mail_id, 422, typed=to if to != "new" else "", problem=problem.message)
    return _said("Moved here", moved, undo)


@blueprint.post("/mail/<int:mail_id>/move-back")
@staff_only
def move_back(mail_id: int) -> Response:
    """Undo the last move."""
    actor, moment = signed_in().actor, now()
    try:
        with transaction() as session:
            moved = undo_move(session, actor, mail_id, now=moment)
            undo = undo_on_page(session, find_ticket(session, actor, moved.ticket_number), moment)
    except InvalidInput as problem:
        return show_mail(mail_id, 409, problem=problem.message)
    return _said("Moved back here", moved, undo)


def _said(done: str, moved: Moved, undo: str) -> Response:
    """Lead to the ticket that it is on now, and to its place there."""
    along = f", with {moved.along} that followed" if moved.along else ""
    flash(f"{done}{along}.", undo)
    anchor = f"c{moved.comment_id}"
    return redirect(url_for("desk.ticket", number=moved.ticket_number, _anchor=anchor), 303)
