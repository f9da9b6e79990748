"""Keeping what is typed: the page's script sends it here whenever the writer pauses."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, make_response, render_template, request
from flask.wrappers import Response

from helpdesk.actions.save_draft import save_draft
from helpdesk.errors import InvalidInput, OtherDraft
from helpdesk.models import DraftKind
from helpdesk.tickets.drafts import DraftContent
from web.desk.blueprint import blueprint
from web.sign_in import signed_in, staff_only
from web.store import now, transaction
from web.uploads import stored_files

_ON_TICKET = {"reply": ("status", "later", "cc", "bcc"), "note": ()}
_OF_NEW = (
    "customer",
    "customer_name",
    "subject",
    "category",
    "priority",
    "order_id",
    "mailbox",
    "how",
)
_LONGEST = 4_000


@blueprint.post("/t/<number>/draft/<kind>")
@staff_only
def save_on_ticket(number: str, kind: str) -> Response:
    """Keep a reply or a note that is being written on a ticket."""
    if kind not in _ON_TICKET:
        abort(404)
    return _save(DraftKind(kind), number, request.form.get("comment", ""), _ON_TICKET[kind])


@blueprint.post("/t/<number>/forward/<int:comment_id>/draft")
@staff_only
def save_forward(number: str, comment_id: int) -> Response:
    """Keep what is written with a message that is to be forwarded."""
    fields = {"message": str(comment_id), "files": ",".join(request.form.getlist("file"))}
    note = request.form.get("note", "")
    return _save(DraftKind.FORWARD, number, note, ("to",), fields)


@blueprint.post("/new/draft")
@staff_only
def save_new_ticket() -> Response:
    """Keep a ticket that is being written for a customer."""
    return _save(DraftKind.TICKET, None, request.form.get("description", ""), _OF_NEW)


def _save(
    kind: DraftKind,
    number: str | None,
    text: str,
    names: tuple[str, ...],
    chosen: Mapping[str, str] | None = None,
) -> Response:
    """Keep the form; the answer is its list of files, by which the page names them from then on."""
    files = stored_files()
    typed = {name: request.form.get(name, "") for name in names}
    fields = {name: value[:_LONGEST] for name, value in {**typed, **(chosen or {})}.items()}
    content = DraftContent(text.replace("\r\n", "\n"), fields, files)
    known = request.form.get("draft_version")
    try:
        with transaction() as session:
            kept = save_draft(
                session, signed_in().actor, kind, number, content, now=now(), known=known
            )
    except InvalidInput as problem:
        return make_response(problem.message, 422)
    except OtherDraft as other:
        said = make_response(other.text, 409)
        said.mimetype = "text/plain"
        said.headers["X-Draft-Version"] = other.version
        return said
    said = make_response(render_template("desk/_kept_files.html", files=files))
    said.headers["X-Draft-Version"] = content.version
    said.headers["X-Draft"] = "kept" if kept else "none"
    return said
