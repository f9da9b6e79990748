"""Ask a provider: one form sent, one JSON object back; nothing is followed, and nothing waited for
longer than :data:`IN_ALL`.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

from helpdesk.oauth.trouble import OAuthRefused, TokenTrouble

STEP = 8.0
"""Seconds for connecting, and for each piece of an answer."""
IN_ALL = 20.0
"""Seconds for one question."""
_LARGEST = 128 * 1024


def ask(url: str, form: dict[str, str], *, within: float = IN_ALL) -> dict[str, Any]:
    """Send a form to a provider; returns its answer.

    :param url: of ``https``; of ``http`` where the settings allowed it, for this very machine.
    :raises OAuthRefused: it says no, and why.
    :raises TokenTrouble: it gives no answer, or none that can be used.
    """
    try:
        status, content = _answer(url, urlencode(form), within)
    except (OSError, http.client.HTTPException) as problem:
        words = problem.strerror if isinstance(problem, OSError) and problem.strerror else ""
        raise TokenTrouble(words or f"no answer ({type(problem).__name__})") from None
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise TokenTrouble(f"status {status}, and no answer that can be read")
    if status == 200 and "error" not in said:
        return said
    code, words = _text(said.get("error")), _text(said.get("error_description"))
    if 400 <= status < 429 and code:
        raise OAuthRefused(code, words)
    raise TokenTrouble(words or code or f"status {status}")


def _answer(url: str, body: str, within: float) -> tuple[int, bytes]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        trust = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, parts.port, timeout=STEP, context=trust)
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=STEP)
    # A server that sends a letter now and then is cut off, whatever it is in the middle of.
    end = threading.Timer(within, _cut, (connection,))
    end.start()
    try:
        connection.connect()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "User-Agent": "Postdesk",
        }
        connection.request("POST", parts.path, body, headers)
        response = connection.getresponse()
        content = response.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise OSError("too long an answer")
        if response.length:
            raise http.client.IncompleteRead(content)
        return response.status, content
    finally:
        end.cancel()
        end.join()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
