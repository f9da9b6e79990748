"""Sending what was written once, however often its page is sent: Back, a second tab, a lost answer.

Each composer has a key of its own. The same words sent again with it add nothing; other words do,
and so does what was taken back meanwhile.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import sha256

from flask import abort, flash, make_response, request, session
from flask.wrappers import Response
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.models import Comment, IdempotencyKey
from helpdesk.tickets.idempotency import once
from helpdesk.vocabulary import MessageKind
from web.desk.blueprint import blueprint, desk_page
from web.outcomes import outcomes
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction

_FIELD = "once"
_LONGEST = 64


def new_key() -> str:
    """Return the key of one composer on one page."""
    return secrets.token_urlsafe(16)


def send_once(text: str, send: Callable[[Session], Comment]) -> tuple[Comment, bool]:
    """Send what stands in the form, in a transaction; or find what was sent before with its key.

    :param text: what was written, as the form has it.
    :returns: the comment, and whether it was sent just now.
    """
    key = _named(request.form.get(_FIELD, ""), text)
    try:
        return _send(key, send)
    except IntegrityError:
        # Sent twice at the same moment: begun again, the second finds the first.
        return _send(key, send)


def _send(key: str, send: Callable[[Session], Comment]) -> tuple[Comment, bool]:
    with transaction() as session:
        person_id = signed_in().actor.person_id
        if not key or person_id is None:
            return send(session), True
        kept = once(session, person_id, key, {}, lambda: {"comment": send(session).id}, now())
        comment = _standing(session, kept.response["comment"])
        return (send(session), True) if comment is None else (comment, not kept.replayed)


def _standing(session: Session, comment_id: int) -> Comment | None:
    """Find what was sent; nothing where it was taken back meanwhile."""
    comment = session.get(Comment, comment_id)
    return comment if comment and comment.kind != MessageKind.TAKEN_BACK else None


@blueprint.get("/sent/<key>")
@staff_only
def was_sent(key: str) -> Response:
    """Say whether anything was sent with a composer's key; a page that comes back asks."""
    of_person = IdempotencyKey.person_id == signed_in().actor.person_id
    with_key = IdempotencyKey.key.startswith(_named(key, ""), autoescape=True)
    reading = read_session()
    sent = reading.scalars(select(IdempotencyKey.response).where(of_person, with_key)).all()
    if not any(_standing(reading, one["comment"]) for one in sent):
        abort(404)
    return make_response("", 204)


@blueprint.get("/told/<key>")
@staff_only
def told(key: str) -> Response:
    """Say what came of what a page sent by this name, to the page that took its place: the notices,
    and how it ended (``X-Deed-Status``, ``X-Leads-To``); nothing where that is not known yet.
    """
    outcome = outcomes().of(signed_in().person.id, key)
    if outcome is None:
        return make_response("", 204)
    waiting = [tuple(one) for one in session.get("_flashes", ())]
    for kind, words in outcome.said:
        if (kind, words) not in waiting:  # else the cookie has it, and it is said once
            flash(words, kind)
    answer = make_response(desk_page("desk/led_on.html").get_data())
    answer.headers["X-Deed-Status"] = str(outcome.status)
    answer.headers["X-Leads-To"] = outcome.leads_to
    return answer


def _named(key: str, text: str) -> str:
    """Name what is sent: nothing without a key; all that has the key where the text is empty."""
    if not key:
        return ""
    digest = sha256(text.replace("\r\n", "\n").encode()).hexdigest() if text else ""
    return f"composer {key[:_LONGEST]} {digest}"
