"""The desk's stream: what happens on tickets, and who is where, for all tabs of one browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from flask import Flask, Response, current_app, make_response, request

from helpdesk.actions.browser_sessions import LASTS, hashed_key
from helpdesk.actions.mark_seen import mark_seen
from helpdesk.queries.browser_sessions import session_owner
from helpdesk.queries.unread import is_seen
from helpdesk.text import bounded_int
from helpdesk.tickets.access import find_ticket
from jobs.queue import redis_url
from web.desk.blueprint import blueprint
from web.event_streams import event_stream
from web.newsroom import Newsroom
from web.presence import Presence
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, store, transaction

_KEY = "postdesk.newsroom"


def init_app(app: Flask) -> None:
    """Give the application its newsroom."""
    with app.app_context():
        kept = store()
    presence = Presence(redis_url(kept.settings))
    app.extensions[_KEY] = Newsroom(kept.database, presence, lambda: kept.clock())


def newsroom() -> Newsroom:
    """The newsroom of the application that serves this request."""
    found: Newsroom = current_app.extensions[_KEY]
    return found


@blueprint.get("/stream")
@staff_only
def stream() -> Response:
    """Events as they come: ``tickets`` (numbers), ``concerns`` (how many are unseen), ``presence``,
    ``signed-out``.

    What a browser missed since the ``Last-Event-ID`` it names comes first; ``since`` is the same,
    for a page that begins a stream anew.
    """
    room, me, kept = newsroom(), signed_in(), store()
    key, reader = me.key, me.person.id
    named = request.headers.get("Last-Event-ID") or request.args.get("since", "")
    last_seen = _moment(named)

    def stands() -> bool:
        with kept.database.reading() as session:
            return session_owner(session, hashed_key(key), since=kept.clock() - LASTS) is not None

    def source() -> AsyncIterator[bytes]:
        return room.listen(last_seen, stands, reader)

    return event_stream(source)


@blueprint.post("/presence")
@staff_only
def say_presence() -> Response:
    """Note that somebody looks at a ticket, writes on it, or leaves it."""
    form, me = request.form, signed_in()
    number = find_ticket(read_session(), me.actor, form.get("ticket", "")).number
    seen = bounded_int(form.get("seen", ""), most=2**63 - 1)
    if seen and not form.get("leaves"):
        _note_seen(number, seen)
    newsroom().presence.say(
        number,
        me.person.id,
        writes=bool(form.get("writes")),
        leaves=bool(form.get("leaves")),
        tab=form.get("tab", ""),
    )
    return make_response("", 204)


def _note_seen(number: str, comment_id: int) -> None:
    actor, reading = signed_in().actor, read_session()
    ticket = find_ticket(reading, actor, number)
    if actor.person_id and not is_seen(reading, actor.person_id, ticket.id, comment_id):
        with transaction() as session:
            mark_seen(session, actor, number, comment_id, now=now())


def _moment(text: str) -> datetime | None:
    """A moment of ours, not older than a day; nothing where it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or (now() - moment).days > 0:
        return None
    return moment.astimezone(UTC)
