"""“Move it”: a mail that landed on the wrong ticket, and back again."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.move_mail import Moved, move_mail
from helpdesk.actions.move_mail import move_back as undo_move
from helpdesk.errors import InvalidInput
from web.desk.blueprint import blueprint
from web.desk.inbox import show_mail
from web.sign_in import signed_in, staff_only
from web.store import now, transaction


@blueprint.post("/mail/<int:mail_id>/move")
@staff_only
def move(mail_id: int) -> Response:
    """Put it onto the ticket whose number was typed, or onto a new one."""
    to = request.form.get("to", "")
    try:
        with transaction() as session:
            moved = move_mail(session, signed_in().actor, mail_id, to, now=now())
    except InvalidInput as problem:
        return show_mail(mail_id, 422, typed=to if to != "new" else "", problem=problem.message)
    return _said("Moved", mail_id, moved)


@blueprint.post("/mail/<int:mail_id>/move-back")
@staff_only
def move_back(mail_id: int) -> Response:
    """Undo the last move."""
    try:
        with transaction() as session:
            moved = undo_move(session, signed_in().actor, mail_id, now=now())
    except InvalidInput as problem:
        return show_mail(mail_id, 409, problem=problem.message)
    return _said("Moved back", mail_id, moved)


def _said(done: str, mail_id: int, moved: Moved) -> Response:
    along = f", with {moved.along} that followed" if moved.along else ""
    flash(f"{done} to {moved.ticket_number}{along}.")
    return redirect(url_for("desk.mail_one", mail_id=mail_id), 303)
