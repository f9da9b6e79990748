"""An answer that stays open and carries events to the page (server-sent events)."""

from __future__ import annotations

from flask import Response, request

from web.server.streams import NO_MORE, STREAM, EventSource


def event_stream(source: EventSource) -> Response:
    """Return an answer that the server keeps open, without a thread, for as long as it may.

    The browser asks again when it ends, so the status is 200 even where there is nothing to
    tell. What the answer holds is for a server that knows no streams, such as a test's client.
    """
    request.environ[STREAM] = source
    answer = Response(NO_MORE, content_type="text/event-stream; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"  # nginx: hand on each event as it comes
    return answer
