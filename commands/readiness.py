"""Waiting until the parts that were started answer."""

from __future__ import annotations

import socket
import time
from urllib.error import URLError
from urllib.request import urlopen

from helpdesk.settings import Listen, Settings


def wait_until_ready(settings: Settings, *, seconds: float) -> bool:
    """Wait until pages and mail are served; False where that takes too long."""
    until = time.monotonic() + seconds
    listens = [listen for listen in settings.smtp_listen if not listen.path]
    while time.monotonic() < until:
        if _web_answers(settings.web_listen) and all(map(_accepts, listens)):
            return True
        time.sleep(0.1)
    return False


def _web_answers(listen: Listen) -> bool:
    host = f"[{listen.host}]" if ":" in listen.host else _reachable(listen.host)
    try:
        with urlopen(f"http://{host}:{listen.port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _accepts(listen: Listen) -> bool:
    try:
        with socket.create_connection((_reachable(listen.host), listen.port), timeout=2) as client:
            return client.recv(3) == b"220"
    except OSError:
        return False


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
