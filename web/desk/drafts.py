"""Keeping what is typed: the page's script sends it here whenever the writer pauses."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions.save_draft import keep_unsent, save_draft
from helpdesk.errors import InvalidInput, OtherDraft, TicketMerged
from helpdesk.models import DraftKind
from helpdesk.tickets.access import find_ticket
from helpdesk.tickets.drafts import DraftContent
from helpdesk.tickets.merged import current_ticket
from helpdesk.tickets.with_answer import CHANGE_FIELDS
from web.desk.blueprint import blueprint
from web.desk.status_after import lost_in_form
from web.desk.ticket import Draft, show_ticket
from web.options import options
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction
from web.uploads import stored_files

_ON_TICKET = {
    "reply": ("status", "later", "cc", "bcc", *CHANGE_FIELDS),
    "note": (),
}
_OF_NEW = (
    "customer",
    "customer_name",
    "subject",
    "category",
    "priority",
    "order_id",
    "mailbox",
    "how",
    "acknowledge",
)
_LONGEST = 4_000


@blueprint.post("/t/<number>/draft/<kind>")
@staff_only
def save_on_ticket(number: str, kind: str) -> AnyResponse:
    """Keep a reply or a note that is being written on a ticket; without scripts by a button."""
    if kind not in _ON_TICKET:
        abort(404)
    if "keep" in request.form:
        return _keep_by_button(DraftKind(kind), number)
    return _save(DraftKind(kind), number, _on_ticket(kind))


@blueprint.post("/t/<number>/forward/<int:comment_id>/draft")
@staff_only
def save_forward(number: str, comment_id: int) -> Response:
    """Keep what is written with a message that is to be forwarded."""
    return _save(DraftKind.FORWARD, number, _of_forward(comment_id))


@blueprint.post("/t/<number>/side/<int:side_id>/draft")
@staff_only
def save_side(number: str, side_id: int) -> AnyResponse:
    """Keep what is written in a side conversation, 0 being one that is to begin; without scripts by
    a button.
    """
    if "keep" not in request.form:
        return _save(DraftKind.SIDE, number, _of_side(), side_id)
    content, actor = _of_side(), signed_in().actor
    try:
        with transaction() as session:
            save_draft(session, actor, DraftKind.SIDE, number, content, now=now(), side_id=side_id)
    except InvalidInput as problem:
        flash(problem.message, "problem")
    else:
        flash("Draft kept.")
    return redirect(url_for("desk.ticket", number=number, side=side_id, _anchor="composer"), 303)


@blueprint.post("/new/draft")
@staff_only
def save_new_ticket() -> Response:
    """Keep a ticket that is being written for a customer."""
    own = tuple(field.input for field in options().of(signed_in().actor).fields if field.on_form)
    return _save(DraftKind.TICKET, None, _typed("description", (*_OF_NEW, *own)))


def keep_where_it_goes_on(
    problem: TicketMerged, kind: DraftKind, number: str, comment_id: int = 0, side_id: int = 0
) -> AnyResponse:
    """What was sent on a ticket that was merged into another one meanwhile: keep it there, and lead
    to it.

    :param comment_id: the message that was to be forwarded.
    """
    if kind is DraftKind.SIDE:
        content = _of_side()
    else:
        content = _of_forward(comment_id) if comment_id else _on_ticket(kind)
    with transaction() as session:
        actor = signed_in().actor
        keep_unsent(session, actor, kind, number, content, now=now(), side_id=side_id)
    words = f"{number.upper()} was merged into {problem.into} meanwhile."
    flash(f"{words} What you wrote stands here, and is not sent yet.", "problem")
    return redirect(url_for("desk.ticket", number=problem.into, _anchor="composer"), 303)


def _keep_by_button(kind: DraftKind, number: str) -> AnyResponse:
    """Keep it, and show the page with it; what is kept from another page stands below it."""
    content, actor, known = _on_ticket(kind), signed_in().actor, request.form.get("draft_version")
    said = "Draft kept."
    try:
        with transaction() as session:
            save_draft(session, actor, kind, number, content, now=now(), known=known)
    except InvalidInput as problem:
        errors = {problem.field: problem.message}
        draft = Draft(kind, content.text, files=content.files, errors=errors, version=known)
        return show_ticket(number, draft, status=422)
    except OtherDraft:
        with transaction() as session:
            keep_unsent(session, actor, kind, number, content, now=now())
        said = "Draft kept. You also write this on another page: both stand here."
    flash(said)
    place = _merged_into(number) or number
    return redirect(url_for("desk.ticket", number=place, _anchor="composer"), 303)


def _on_ticket(kind: str) -> DraftContent:
    lost = lost_in_form(request.form) if kind == DraftKind.REPLY else ""
    return _typed("comment", _ON_TICKET[kind], {"status": lost} if lost else None)


def _of_forward(comment_id: int) -> DraftContent:
    fields = {"message": str(comment_id), "files": ",".join(request.form.getlist("file"))}
    return _typed("note", ("to",), fields)


def _of_side() -> DraftContent:
    return _typed("comment", ("to", "subject"), {"files": ",".join(request.form.getlist("file"))})


def _typed(
    text: str, names: tuple[str, ...], chosen: Mapping[str, str] | None = None
) -> DraftContent:
    """Read the form: its text, by its field's name, its other fields, and its files."""
    typed = {name: request.form.get(name, "") for name in names}
    fields = {name: value[:_LONGEST] for name, value in {**typed, **(chosen or {})}.items()}
    return DraftContent(request.form.get(text, "").replace("\r\n", "\n"), fields, stored_files())


def _save(kind: DraftKind, number: str | None, content: DraftContent, side_id: int = 0) -> Response:
    """Keep the form; the answer is its list of files, by which the page names them from then on."""
    known = request.form.get("draft_version")
    actor = signed_in().actor
    try:
        with transaction() as session:
            if number and kind in _ON_TICKET and "both" in request.form:
                keep_unsent(session, actor, kind, number, content, now=now())
                kept = True
            else:
                kept = save_draft(
                    session, actor, kind, number, content, now=now(), known=known, side_id=side_id
                )
    except InvalidInput as problem:
        return make_response(problem.message, 422)
    except OtherDraft as other:
        said = make_response(other.text, 409)
        said.mimetype = "text/plain"
        said.headers["X-Draft-Version"] = other.version
    else:
        said = make_response(render_template("desk/_kept_files.html", files=content.files))
        said.headers["X-Draft-Version"] = content.version
        said.headers["X-Draft"] = "kept" if kept else "none"
    if number and (into := _merged_into(number)):
        said.headers["X-Draft-Ticket"] = into
    return said


def _merged_into(number: str) -> str:
    """The ticket that another one's conversation goes on in; empty where that is itself."""
    session = read_session()
    ticket = find_ticket(session, signed_in().actor, number)
    current = current_ticket(session, ticket.id)
    return "" if current is ticket else current.number
