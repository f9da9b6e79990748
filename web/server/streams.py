"""Streams of server-sent events: a view begins one, the server's loop carries it on.

A view checks who asks, as any other does, and returns :func:`event_stream` with a source of
events. The thread that ran the view is free again from then on; the source runs in the loop, so it
must never wait but by ``await``, and asks the database in a thread
(:func:`asyncio.to_thread`) and not for long.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

STREAM = "postdesk.stream"
"""Where in the environ a view leaves its source for the server."""
KEPT_AWAKE_EVERY = 15.0
"""Seconds after which a stream without events sends a comment: proxies close what is silent."""
NO_MORE = b"retry: 5000\ndata:\n\n"
"""An event that changes nothing, and has the browser ask again after a while."""

EventSource = Callable[[], AsyncIterator[bytes]]
"""Gives events as they go over the line: ``b"id: 7\\nevent: mail\\ndata: …\\n\\n"``. When it ends,
so does the stream. It is cancelled when the client goes or the server stops."""


async def pump(
    source: EventSource, send: Callable[[MutableMapping[str, Any]], Awaitable[None]]
) -> None:
    """Send a source's events until it ends, and a comment where it is silent for long."""
    events = source()
    coming: asyncio.Future[bytes] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(anext(events))
            done, _ = await asyncio.wait({coming}, timeout=KEPT_AWAKE_EVERY)
            event = b":\n\n"
            if done:
                come, coming = coming, None
                try:
                    event = come.result()
                except StopAsyncIteration:
                    return
            await send({"type": "http.response.body", "body": event, "more_body": True})
    finally:
        if coming is not None:
            coming.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await coming
        if close := getattr(events, "aclose", None):
            await close()
