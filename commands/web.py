"""``postdesk web``: the pages and the API, served by gunicorn's processes (:mod:`web.server`)."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from commands.apart import asked_apart
from commands.environment import load_settings_of_part, set_up_logs
from commands.schema_fit import wait_for_schema
from commands.shared_memory import keep_shared
from helpdesk.settings import Listen, Settings

WORKERS, THREADS = 2, 8
ARBITER_LOOKS_EVERY = 5.0
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_ROOM_TO_COUNT = 1024 * 1024
"""Bytes: more than all rows of web.metrics can take."""
_CANNOT = {
    errno.EADDRINUSE: "is taken by another program; choose another with",
    errno.EACCES: "needs a permission that this user lacks; choose a port above 1023 with",
    errno.EADDRNOTAVAIL: "is no address of this machine; choose another with",
}


@click.command("web")
def web_command() -> None:
    """Serve the pages and the API."""
    set_up_logs("web")
    settings = load_settings_of_part(waits=False)
    listeners = [_bound("POSTDESK_WEB_LISTEN", settings.web_listen)]
    if settings.metrics_listen:
        listeners.append(_bound("POSTDESK_METRICS_LISTEN", settings.metrics_listen))
    # Nobody is listened to while the schema lags behind: a proxy takes another machine's pages.
    asked_apart(lambda: wait_for_schema(settings))
    for listener in listeners:
        listener.listen(1024)
    serve(settings, listeners)


def serve(settings: Settings, listeners: Sequence[socket.socket]) -> None:
    """Serve on sockets that are bound already, until a signal ends it. Does not return."""
    from web.server.worker import PagesWorker, allow_many_files

    allow_many_files()
    PagesWorker.largest_body = settings.largest_post
    _count_together(settings)
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
    from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]

    class PatientArbiter(Arbiter):  # type: ignore[misc]
        def wait_for_signals(self, timeout: float = ARBITER_LOOKS_EVERY) -> Any:
            """Wait for a signal, such as that a worker died; one that hangs is seen by looking."""
            return super().wait_for_signals(timeout=ARBITER_LOOKS_EVERY)

    class Server(BaseApplication):  # type: ignore[misc]
        def run(self) -> None:
            PatientArbiter(self).run()

        def load_config(self) -> None:
            self.cfg.set("worker_class", PagesWorker)
            for name, value in _configuration(listeners).items():
                self.cfg.set(name, value)

            self.cfg.set("preload_app", True)
            self.cfg.set("post_worker_init", lambda _worker: _begin(settings))

        def load(self) -> Any:
            # Once for all processes, before they are forked: no connection is open then.
            from mailgate.smtp.posted_mail import PostedDoor
            from web.app import create_app
            from web.warmed import warm_up

            app = create_app(settings, mail_door=PostedDoor(settings))
            warm_up(app)
            keep_shared()
            return app

    Server().run()


def _begin(settings: Settings) -> None:
    """Begin what each process of the pages has for itself."""
    from commands.part_reports import PartReports

    _take_room_to_count()
    PartReports(settings, "web").start()


def _configuration(listeners: Sequence[socket.socket]) -> dict[str, Any]:
    return {
        "bind": [f"fd://{listener.fileno()}" for listener in listeners],
        "workers": WORKERS,
        "threads": THREADS,
        # After this, what has not ended by itself is killed (default: 30 s).
        "graceful_timeout": 3,
        "control_socket_disable": True,  # the command line's --no-control-socket
        "loglevel": "warning",
        "proc_name": "postdesk web",
    }


def _count_together(settings: Settings) -> None:
    """Have the web processes count for /metrics into one folder, begun anew.

    By the environment, as the library reads it when it is first imported.
    """
    folder = settings.data_dir / "run" / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a full disk: each counts for itself
        return
    os.environ[_FOLDER] = str(folder)


def _take_room_to_count() -> None:
    """Take the disk's room for what this process counts; where there is none, it counts for itself.

    The library's file is full of holes, and mapped into memory: a hole that a full disk cannot fill
    ends the process (SIGBUS), just when it should say that the disk is full.
    """
    folder = os.environ.get(_FOLDER)
    if not folder:
        return
    path = Path(folder) / f"histogram_{os.getpid()}.db"  # as the library calls it
    try:
        with path.open("ab") as file:
            file.write(bytes(max(0, _ROOM_TO_COUNT - file.tell())))
    except OSError:
        from web.metrics import count_alone

        with suppress(OSError):
            path.unlink(missing_ok=True)
        count_alone()


def _bound(name: str, where: Listen) -> socket.socket:
    """The socket, bound here so that what is wrong with the port is one line, not a retry."""
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((where.host, where.port))
    except OSError as problem:
        reason = _CANNOT.get(problem.errno or 0, f"cannot be used ({problem.strerror}); see")
        raise click.ClickException(f"The web's port {where} {reason} {name}.") from None
    return listener
