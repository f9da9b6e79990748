"""Forwarding a message of a ticket to somebody outside."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.forward_message import (
    Forward,
    as_text,
    forward_message,
    forwardable,
    forwarded_of,
)
from helpdesk.actions.save_draft import discard_draft
from helpdesk.errors import InvalidInput, TicketMerged
from helpdesk.models import DraftKind
from helpdesk.queries.known_people import likely_people
from helpdesk.queries.ticket_view import view_ticket
from helpdesk.tickets.access import find_ticket, id_written
from helpdesk.tickets.drafts import DraftContent, find_draft
from helpdesk.vocabulary import SIGNATURE_TYPES, MailboxRight
from web.desk.blueprint import blueprint, desk_page
from web.desk.composer import chosen_ids
from web.desk.drafts import keep_where_it_goes_on
from web.desk.undo import undo_of
from web.options import options
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction


@blueprint.get("/t/<number>/forward/<int:comment_id>")
@staff_only
def forward(number: str, comment_id: int) -> Response:
    """The form: to whom, a note, the message, and which of its files go along."""
    return _form(number, comment_id)


@blueprint.post("/t/<number>/forward/<int:comment_id>")
@staff_only
def send_forward(number: str, comment_id: int) -> Response:
    """Forward it; it stands on the ticket for staff alone."""
    form, actor = request.form, signed_in().actor
    wanted = Forward(comment_id, form.get("to", ""), form.get("note", ""), chosen_ids("file"), True)
    try:
        with transaction() as session:
            made = forward_message(session, actor, number, wanted, now=now())
            kept = find_draft(session, actor.person_id or 0, DraftKind.FORWARD, made.ticket_id)
            if kept and _is_of(kept, comment_id):
                known = form.get("draft_version")
                discard_draft(
                    session, actor, DraftKind.FORWARD, number, known=known, sent=wanted.note
                )
    except InvalidInput as problem:
        return _form(number, comment_id, {one.field: one.message for one in problem.each})
    except TicketMerged as problem:
        return keep_where_it_goes_on(problem, DraftKind.FORWARD, number, comment_id)
    category = undo_of(number, made) if made.leaves_at else "message"
    flash("Forwarded. The answer comes to this ticket; the customer sees neither.", category)
    return redirect(url_for("desk.ticket", number=number, _anchor=f"c{made.id}"), 303)


def _is_of(kept: DraftContent, comment_id: int) -> bool:
    return kept.fields.get("message") == str(comment_id)


def _form(number: str, comment_id: int, errors: dict[str, str] | None = None) -> Response:
    session, actor = read_session(), signed_in().actor
    ticket = find_ticket(session, actor, number, MailboxRight.ANSWER)
    try:
        message = forwardable(session, ticket.id, comment_id)
    except InvalidInput as problem:
        flash(problem.message)
        return redirect(url_for("desk.ticket", number=number), 303)
    files = [one for one in message.attachments if one.content_type not in SIGNATURE_TYPES]
    kept = find_draft(session, actor.person_id or 0, DraftKind.FORWARD, ticket.id)
    is_kept_here = kept is not None and _is_of(kept, comment_id)
    form: Mapping[str, str] = request.form
    chosen = chosen_ids("file") if errors else {file.id for file in files}
    if kept and is_kept_here and not errors:
        form = {"to": kept.fields.get("to", ""), "note": kept.text}
        chosen = {id_written(one) for one in kept.fields.get("files", "").split(",")}
    return desk_page(
        "desk/forward.html",
        422 if errors else 200,
        ticket=view_ticket(ticket),
        message=message,
        text=as_text(forwarded_of(message)),
        files=files,
        chosen=chosen,
        errors=errors or {},
        form=form,
        # One is kept a ticket: that of another message stays as it is.
        keeps_draft=kept is None or is_kept_here,
        version=request.form.get("draft_version") if errors else kept.version if kept else "",
        other_message=kept.fields.get("message", "") if kept and not is_kept_here else "",
        is_draft=is_kept_here,
        people=(*likely_people(session, actor, ticket.requester_id), *options().staff),
    )
