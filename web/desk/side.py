"""Side conversations: writing in one, and sending on what was answered there."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.save_draft import discard_draft
from helpdesk.actions.send_on import send_on
from helpdesk.actions.side_conversation import (
    SideMessage,
    start_side_conversation,
    write_in_side_conversation,
)
from helpdesk.errors import InvalidInput, TicketMerged
from helpdesk.models import Comment, DraftKind
from helpdesk.queries.side_conversations import SideView, side_conversations
from helpdesk.tickets.access import find_ticket, id_written
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.side_people import IsCustomer
from web.desk.blueprint import blueprint
from web.desk.composer import chosen_ids
from web.desk.drafts import keep_where_it_goes_on
from web.desk.once import send_once
from web.desk.side_forms import NEW, SideForm
from web.desk.ticket import show_ticket
from web.desk.undo import undo_of
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction
from web.uploads import stored_files


@blueprint.post("/t/<number>/side/<int:side_id>")
@staff_only
def write_side(number: str, side_id: int) -> Response:
    """Write in a side conversation; 0 begins one."""
    files, text = stored_files(), request.form.get("comment", "")
    try:
        made, is_new = send_once(text, lambda session: _write(session, number, side_id, files))
    except InvalidInput as problem:
        return show_ticket(number, side=_refused(number, side_id, files, problem), status=422)
    except TicketMerged as problem:
        return keep_where_it_goes_on(problem, DraftKind.SIDE, number, side_id=side_id)
    if not is_new:
        flash("That was sent before.")
    else:
        flash(
            "Sent; the customer sees nothing of it.",
            undo_of(number, made) if made.leaves_at else "message",
        )
    return redirect(url_for("desk.ticket", number=number, _anchor=f"c{made.id}"), 303)


@blueprint.post("/t/<number>/side/<int:side_id>/send-on")
@staff_only
def send_on_side(number: str, side_id: int) -> Response:
    """Quote a message of a side conversation in the reply to the customer, with chosen files."""
    actor, comment_id = signed_in().actor, id_written(request.form.get("comment", ""))
    with transaction() as session:
        send_on(session, actor, number, comment_id, chosen_ids("file"), now=now())
    flash("It stands in your reply, and nothing is sent yet: look at what the customer is to read.")
    return redirect(url_for("desk.ticket", number=number, _anchor="composer"), 303)


def _write(session: Session, number: str, side_id: int, files: tuple[StoredFile, ...]) -> Comment:
    form, actor = request.form, signed_in().actor
    message = SideMessage(
        form.get("comment", ""),
        to=form.get("to", ""),
        subject=form.get("subject", ""),
        files=files,
        file_ids=chosen_ids("file"),
        may_undo=True,
        known_customers=form.getlist("known_customer"),
    )
    if side_id == NEW:
        made = start_side_conversation(session, actor, number, message, now=now())
    else:
        made = write_in_side_conversation(session, actor, number, side_id, message, now=now())
    known = form.get("draft_version")
    discard_draft(
        session, actor, DraftKind.SIDE, number, known=known, sent=message.text, side_id=side_id
    )
    return made


def _refused(
    number: str, side_id: int, files: tuple[StoredFile, ...], problem: InvalidInput
) -> SideForm:
    form = request.form
    asked = [one.addresses for one in problem.each if isinstance(one, IsCustomer)]
    return SideForm(
        _side(number, side_id),
        form.get("to", ""),
        form.get("subject", ""),
        form.get("comment", ""),
        files,
        frozenset(chosen_ids("file")),
        {one.field: one.message for one in problem.each},
        asked[0] if asked else tuple(form.getlist("known_customer")),
        form.get("draft_version"),
    )


def _side(number: str, side_id: int) -> SideView | None:
    session = read_session()
    ticket = find_ticket(session, signed_in().actor, number)
    found = (side for side in side_conversations(session, ticket.id) if side.id == side_id)
    return next(found, None)
