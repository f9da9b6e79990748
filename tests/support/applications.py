"""The web's application, made once and given a new store, with nothing cached, for each test."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.settings import Settings
from jobs import queue
from mailgate.smtp.posted_mail import PostedDoor
from tests.support.clock import FakeClock
from web import limits
from web.app import create_app
from web.cached import CachedValue
from web.desk import live
from web.limits import RateLimits
from web.newsroom import Newsroom
from web.outcomes import Outcomes
from web.store import Store

_KEEP_NOTHING = {"csrf", "flask-smorest"}
"""The extensions that hold the same after a request as before it."""


class Applications:
    """The applications of a run: one for all tests with the same settings, but for the folders."""

    def __init__(self, compiled_templates: Path) -> None:
        self._compiled = FileSystemBytecodeCache(str(compiled_templates))
        self._kept: dict[Settings, tuple[Flask, dict[str, Any], dict[str, Any]]] = {}

    def own(self, settings: Settings, database: Database, clock: FakeClock) -> Flask:
        """An application that the test may change."""
        app = create_app(settings, database, mail_door=PostedDoor(settings))
        app.jinja_env.bytecode_cache = self._compiled
        app.extensions["postdesk"].clock = clock
        return app

    def shared(self, settings: Settings, database: Database, clock: FakeClock) -> Flask:
        """An application that remembers nothing of the test before."""
        key = replace(settings, data_dir=Path(), database_url="", blob_url="")
        if key not in self._kept:
            app = self.own(settings, database, clock)
            self._kept[key] = app, dict(app.config), _copied(app.extensions)
        app, config, extensions = self._kept[key]
        app.config.clear()
        app.config.update(config)
        app.extensions.clear()
        app.extensions.update(_copied(extensions))
        redis = queue.connect(settings).reachable
        app.extensions["postdesk"] = Store(
            settings, database, Blobs(settings.blob_url), clock, redis, PostedDoor(settings)
        )
        limits.init_app(app, settings)
        live.init_app(app)
        return app


def _copied(extensions: dict[str, Any]) -> dict[str, Any]:
    """The extensions as they are before the first request.

    :raises TypeError: for one whose state this does not know how to renew.
    """
    copied: dict[str, Any] = {}
    for name, extension in extensions.items():
        if isinstance(extension, CachedValue):
            copied[name] = copy(extension)
        elif isinstance(extension, dict) and name not in _KEEP_NOTHING:
            copied[name] = _copied(extension)
        elif name in _KEEP_NOTHING or isinstance(
            extension, (Store, RateLimits, Newsroom, Outcomes)
        ):
            copied[name] = extension
        else:
            raise TypeError(f"the tests share one application: how is “{name}” renewed?")
    return copied
