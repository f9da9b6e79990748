"""The desk's stream: what happens on tickets, and who is where, for all tabs of one browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from flask import Flask, Response, current_app, make_response, request

from helpdesk.actions.browser_sessions import LASTS, hashed_key
from helpdesk.queries.browser_sessions import session_owner
from jobs.queue import redis_url
from web.desk.blueprint import blueprint
from web.event_streams import event_stream
from web.newsroom import Newsroom
from web.presence import Presence
from web.sign_in import signed_in, staff_only
from web.store import now, store

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
    """Events as they come: ``tickets`` (numbers), ``presence``, ``signed-out``.

    What a browser missed since the ``Last-Event-ID`` it names comes first.
    """
    room, key, kept = newsroom(), signed_in().key, store()
    last_seen = _moment(request.headers.get("Last-Event-ID", ""))

    def stands() -> bool:
        with kept.database.reading() as session:
            return session_owner(session, hashed_key(key), since=kept.clock() - LASTS) is not None

    def source() -> AsyncIterator[bytes]:
        return room.listen(last_seen, stands)

    return event_stream(source)


@blueprint.post("/presence")
@staff_only
def say_presence() -> Response:
    """Note that somebody looks at a ticket, writes on it, or leaves it."""
    form = request.form
    newsroom().presence.say(
        form.get("ticket", "").upper(),
        signed_in().person.id,
        writes=bool(form.get("writes")),
        leaves=bool(form.get("leaves")),
    )
    return make_response("", 204)


def _moment(text: str) -> datetime | None:
    """A moment of ours, not older than a day; nothing where it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or (now() - moment).days > 0:
        return None
    return moment.astimezone(UTC)
