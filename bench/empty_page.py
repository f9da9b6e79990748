"""The ceiling that pages are compared with: Flask answering with nothing, under our server.

The server runs as Postdesk's own does, so that what differs is the page alone.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from tests.support.running import free_port
from tests.support.servers import wait_until

app = Flask(__name__)


@app.get("/")
def nothing() -> str:
    return ""


@contextmanager
def running() -> Iterator[tuple[int, int]]:
    """Such a server: its process id, and its port."""
    from bench.browser import Browser

    port = free_port()
    options = ["-k", "web.server.worker.PagesWorker", "-w", "2", "--threads", "8"]
    options += ["--no-control-socket"]
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", *options]
    with subprocess.Popen([*command, "bench.empty_page:app"], stderr=subprocess.DEVNULL) as process:
        try:
            wait_until("the empty page comes", lambda: Browser(port).get("/", check=False) == "")
            yield process.pid, port
        finally:
            process.terminate()
