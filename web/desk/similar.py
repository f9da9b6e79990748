"""The answer of a similar ticket, put into the composer: for pages without scripts."""

from __future__ import annotations

from dataclasses import replace

from flask import request
from flask.wrappers import Response

from helpdesk.queries.similar import similar_on
from helpdesk.tickets.access import find_ticket
from web.desk.blueprint import blueprint
from web.desk.composer import draft_in_form
from web.desk.ticket import show_ticket
from web.sign_in import signed_in, staff_only
from web.store import read_session


@blueprint.post("/t/<number>/similar-answer")
@staff_only
def use_similar(number: str) -> Response:
    """The ticket's page, with the answer of a similar ticket (``similar``, its number) below what
    was written.
    """
    session, actor = read_session(), signed_in().actor
    offered = similar_on(session, actor, find_ticket(session, actor, number).id)
    wanted = request.form.get("similar", "")
    answer = next((one.answer for one in offered if one.number == wanted), None)
    draft = draft_in_form()
    if answer is None:
        errors = {"comment": "That answer is not offered any more."}
        return show_ticket(number, replace(draft, errors=errors), status=422)
    texts = [text for text in (draft.text.rstrip(), answer) if text.strip()]
    return show_ticket(number, replace(draft, text="\n\n".join(texts)))
