"""Sending a reply, and adding a note. What does not go through stays in the composer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.add_note import add_note, check_names, choose_name
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_draft import discard_draft
from helpdesk.errors import HeldByChildren, InvalidInput, StepNotAllowed, TicketMerged, TicketMoved
from helpdesk.models import Comment, DraftKind
from helpdesk.text import bounded_int
from helpdesk.tickets.access import find_ticket, id_written
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.mentions import UnclearNames
from helpdesk.tickets.moved import Seen, out_of_reach
from helpdesk.tickets.with_answer import read_changes
from helpdesk.tickets.written_to import read_written_to
from web.desk.blueprint import blueprint
from web.desk.drafts import keep_where_it_goes_on
from web.desk.going_on import onward, remember_choice
from web.desk.once import send_once
from web.desk.status_after import lost_in_form
from web.desk.ticket import Draft, show_ticket
from web.desk.undo import chosen_time, chosen_words, undo_at, undo_of
from web.sign_in import signed_in, staff_only
from web.store import now, read_session
from web.uploads import stored_files


@blueprint.post("/t/<number>/reply")
@staff_only
def send_reply(number: str) -> Response:
    """Send an answer to everybody on the ticket, and to who is in copy of it."""
    draft = draft_in_form()
    try:
        leaves_at, onto = chosen_time(), onward(number)
        comment, is_new = send_once(
            draft.text, lambda session: _reply(session, number, draft, leaves_at)
        )
    except InvalidInput as problem:
        errors = {problem.field: problem.message}
        return show_ticket(number, replace(draft, errors=errors), status=422)
    except HeldByChildren as problem:
        errors = {"held": str(problem)}
        return show_ticket(number, replace(draft, errors=errors), status=409)
    except (TicketMoved, StepNotAllowed) as problem:
        errors = {"moved": f"{problem} {_lost(number, draft)}".strip()}
        return show_ticket(number, replace(draft, errors=errors), status=409)
    except TicketMerged as problem:
        return keep_where_it_goes_on(problem, DraftKind.REPLY, number)
    if not is_new:
        return _was_sent(number, comment)
    answer = f"Your answer on {number.upper()}" if onto else "Your answer"
    if comment.status_after:
        flash(f"{answer} leaves on {chosen_words()}.", undo_of(number, comment))
    elif comment.leaves_at:
        flash(f"{answer} is on its way.", undo_of(number, comment))
    elif _is_mailed(comment):
        flash(f"{answer} is on its way.")
    else:
        flash(f"{answer} stands on the ticket's page. It is mailed to nobody.")
    return redirect(onto, 303) if onto else _to(number, comment.id)


@blueprint.post("/t/<number>/note")
@staff_only
def write_note(number: str) -> Response:
    """Add an internal note; where a name in it is not clear, ask first."""
    files = stored_files()
    text = request.form.get("comment", "")
    ticket = find_ticket(read_session(), signed_in().actor, number)
    if "means" in request.form:
        name, _, person_id = request.form["means"].rpartition("=")
        text = choose_name(read_session(), ticket, text, name, id_written(person_id))
    try:
        if "anyway" not in request.form:
            check_names(read_session(), ticket, text)
        comment, is_new = send_once(text, lambda session: _note(session, number, text, files))
    except InvalidInput as problem:
        errors = {problem.field: problem.message}
        doubtful = problem.doubtful if isinstance(problem, UnclearNames) else ()
        known = request.form.get("draft_version")
        draft = Draft("note", text, "", files, errors, doubtful=doubtful, version=known)
        return show_ticket(number, draft, status=422)
    except TicketMerged as problem:
        return keep_where_it_goes_on(problem, DraftKind.NOTE, number)
    if not is_new:
        return _was_sent(number, comment)
    undo = undo_at("desk.undo_note", "comment", comment.id, number=number)
    flash("Note added. Only staff can see it.", undo)
    return _to(number, comment.id)


def _reply(session: Session, number: str, draft: Draft, leaves_at: datetime | None) -> Comment:
    actor = signed_in().actor
    answer = Answer(
        draft.text,
        files=draft.files,
        status=draft.status,
        seen=_seen(),
        leaves_at=leaves_at,
        may_undo=True,
        include=chosen_ids("include"),
        leave_out=chosen_ids("pending") - chosen_ids("include"),
        cc=draft.cc,
        bcc=draft.bcc,
        changes=draft.changes,
        despite_children="despite_children" in request.form,
        known_gaps=request.form.getlist("known_gap"),
        reply_to=request.form.get("reply_to", ""),
    )
    comment = reply(session, actor, number, answer, now=now())
    discard_draft(session, actor, DraftKind.REPLY, number, known=draft.version, sent=draft.text)
    remember_choice(session)
    return comment


def _note(session: Session, number: str, text: str, files: tuple[StoredFile, ...]) -> Comment:
    actor = signed_in().actor
    comment = add_note(session, actor, number, text=text, files=files, now=now())
    known = request.form.get("draft_version")
    discard_draft(session, actor, DraftKind.NOTE, number, known=known, sent=text)
    return comment


def _lost(number: str, draft: Draft) -> str:
    """What the page said of a status that was chosen and lost, if it is lost still."""
    ticket = find_ticket(read_session(), signed_in().actor, number)
    lost = out_of_reach(ticket.status, draft.lost_status)
    return f"{lost}." if lost else ""


def _is_mailed(comment: Comment) -> bool:
    to = read_written_to(comment.written_to)
    return to is None or bool(to.to or to.beside)


def _was_sent(number: str, comment: Comment) -> Response:
    flash("That was sent before.")
    return _to(number, comment.id)


def draft_in_form() -> Draft:
    """The reply as the form has it."""
    form = request.form
    return Draft(
        "reply",
        form.get("comment", ""),
        form.get("status", ""),
        stored_files(),
        later=form.get("later", ""),
        cc=form.get("cc", ""),
        bcc=form.get("bcc", ""),
        changes=read_changes(form),
        version=form.get("draft_version"),
        lost_status=lost_in_form(form),
    )


def chosen_ids(name: str) -> set[int]:
    """The people whose ids stand in these fields."""
    return {found for one in request.form.getlist(name) if (found := id_written(one))}


def _seen() -> Seen:
    """What stood on the page that this was written on."""
    form = request.form
    ids = (form.get(name, "") for name in ("seen_comment_id", "seen_change_id"))
    comment_id, change_id = (bounded_int(one, most=2**63 - 1) for one in ids)
    on_it = chosen_ids("seen_on_it") if "seen_on_it" in form else None
    return Seen(comment_id, change_id, on_it)


def _to(number: str, comment_id: int) -> Response:
    return redirect(url_for("desk.ticket", number=number, _anchor=f"c{comment_id}"), 303)
