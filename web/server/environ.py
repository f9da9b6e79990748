"""What a WSGI application is told of a request (PEP 3333)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

_FIXED = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
}
_PLAIN = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


def wsgi_environ(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return the environ of an ASGI request, but for its body.

    A field that comes several times is one, with commas between (RFC 9110 5.3); cookies have
    semicolons.
    """
    host, port = scope["server"] or ("", None)
    query = scope["query_string"].decode("latin-1")
    path = scope["raw_path"].decode("latin-1")
    environ: dict[str, Any] = {
        **_FIXED,
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": f"{path}?{query}" if query else path,
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or ""),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope["client"] or ("", 0))[0],
    }
    for name, value in scope["headers"]:
        key = _name(name)
        text = value.decode("latin-1")
        if key in environ:
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text
    return environ


@lru_cache(512)
def _name(name: bytes) -> str:
    return _PLAIN.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
