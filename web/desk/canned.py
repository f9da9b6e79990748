"""Canned replies on a ticket: to choose from while one types, and put into the composer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask import jsonify, render_template, request
from flask.wrappers import Response
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions.undo_change import newest_change
from helpdesk.actions.use_canned_reply import UsedReply, take_back_use, use_canned_reply
from helpdesk.actions.use_macro import use_macro
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import Ticket
from helpdesk.queries.canned_replies import CannedReplyView, gaps_noted, offered_on
from helpdesk.text import preview
from helpdesk.tickets.access import id_written
from helpdesk.tickets.with_answer import ME
from web.desk.blueprint import blueprint
from web.desk.changes import change_field
from web.desk.composer import draft_in_form
from web.desk.ticket import Draft, show_ticket
from web.options import forget_options, options
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction

_EXCERPT = 90


@blueprint.get("/t/<number>/canned-replies")
@staff_only
def canned_on_ticket(number: str) -> Response:
    """The canned replies for a ticket, the likeliest first: ``id``, ``name``, ``shortcut``, and
    their ``text``, by whose words they are found; ``excerpt`` is what a list shows.
    """
    found = offered_on(read_session(), signed_in().actor, number)
    return jsonify([_choice(one) for one in found])


@blueprint.post("/t/<number>/canned-reply/<int:reply_id>")
@staff_only
def use_canned(number: str, reply_id: int) -> tuple[Response, int] | Response:
    """A canned reply as the page's script puts it into the composer: its ``text``, ``files`` and
    what comes with it (``changes``) as HTML, the ``status`` after it, ``said``, for a notice,
    and ``use``, by which that it was used is taken back.
    """
    try:
        used = _used(number, reply_id)
    except InvalidInput as problem:
        return jsonify({"said": problem.message}), 422
    written = Draft(text=used.filled.text, files=used.files, changes=used.changes)
    changes = render_template(
        "desk/_with_answer.html", written=written, staff=options().staff, me_word=ME
    )
    return jsonify(
        {
            "text": used.filled.text,
            "use": used.use_id,
            "gaps": used.filled.gaps,
            "status": used.status,
            "files": render_template("desk/_kept_files.html", files=used.files),
            "changes": changes,
            "said": f"“{used.name}” inserted.",
        }
    )


@blueprint.post("/t/<number>/canned-reply/<int:reply_id>/undo")
@staff_only
def undo_canned(number: str, reply_id: int) -> Response:
    """What it put into the composer was taken out again: it was not used (``use``) after all."""
    with transaction() as session:
        use_id = id_written(request.form.get("use", ""))
        take_back_use(session, signed_in().actor, number, reply_id, use_id)
    return Response(status=204)


@blueprint.post("/t/<number>/canned-reply")
@staff_only
def insert_canned(number: str) -> AnyResponse:
    """The ticket's page, with a canned reply (``canned_reply``) below what was written: for pages
    without scripts.
    """
    draft = draft_in_form()
    try:
        used = _used(number, id_written(request.form.get("canned_reply", "")))
    except (InvalidInput, NotFound) as problem:
        errors = {"comment": str(problem)}
        return show_ticket(number, replace(draft, errors=errors), status=422)
    return show_ticket(number, _with(draft, used))


@blueprint.post("/t/<number>/macro")
@staff_only
def use_macro_on(number: str) -> AnyResponse:
    """Do all that a macro says; with ``anyway`` also where a child holds it open."""
    macro_id, anyway = id_written(request.form.get("macro", "")), "anyway" in request.form
    gaps: tuple[str, ...] = ()

    def use(session: Session, ticket: Ticket, reason: str, at: datetime) -> Ticket:
        nonlocal gaps
        actor = signed_in().actor
        done = use_macro(session, actor, ticket, macro_id, now=at, despite_children=anyway)
        gaps = gaps_noted(session, [newest_change(session, actor, done, at) or 0])
        return done

    said = "Done, as the macro says."
    answer = change_field(number, "macro", lambda: f"{said} {note_lacks(gaps)}".strip(), use)
    forget_options()
    return answer


def note_lacks(gaps: Sequence[str]) -> str:
    """What the note of a macro that was used has no words for; empty for nothing.

    :param gaps: as they stand in it.
    """
    names = (gap.removeprefix("[").removesuffix("?]") for gap in gaps)
    return f"Its note lacks: {', '.join(names)}." if gaps else ""


def _used(number: str, reply_id: int) -> UsedReply:
    with transaction() as session:
        return use_canned_reply(session, signed_in().actor, number, reply_id, now=now())


def _with(draft: Draft, used: UsedReply) -> Draft:
    """What was written, with a canned reply below it, and what comes with that."""
    texts = [text for text in (draft.text.rstrip(), used.filled.text) if text.strip()]
    known = {file.sha256 for file in draft.files}
    return replace(
        draft,
        text="\n\n".join(texts),
        files=(*draft.files, *(file for file in used.files if file.sha256 not in known)),
        status=used.status or draft.status,
        lost_status="" if used.status else draft.lost_status,
        changes=used.changes | draft.changes,
    )


def _choice(one: CannedReplyView) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "shortcut": one.shortcut,
        "text": one.text,
        "excerpt": preview(one.text, _EXCERPT) or "Macro: acts at once",
        "acts": one.is_macro,
    }
