"""What the pages stand on: the database, the stored files, the settings, and the moment.

A request reads through one session, opened when first needed and closed with the request; what it
changes stands in one transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from helpdesk import shop_clock
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.mail_door import MailDoor
from helpdesk.settings import Settings
from web.posts.amazon import Amazon

_KEY = "postdesk"


@dataclass
class Store:
    """What a process holds. Tests set ``clock``."""

    settings: Settings
    database: Database
    blobs: Blobs
    clock: Callable[[], datetime]
    redis_reachable: Callable[[], bool]
    mail_door: MailDoor | None = None
    """Where mail that is posted goes in; None where this process was given none."""
    amazon: Amazon = field(default_factory=Amazon)


def init_app(
    app: Flask,
    settings: Settings,
    database: Database,
    blobs: Blobs,
    redis_reachable: Callable[[], bool],
    mail_door: MailDoor | None = None,
) -> None:
    """Give the application its store."""
    app.extensions[_KEY] = Store(
        settings, database, blobs, shop_clock.now, redis_reachable, mail_door
    )
    app.teardown_appcontext(lambda _problem: _end_reading())


def store() -> Store:
    """The store of the application that serves this request."""
    found: Store = current_app.extensions[_KEY]
    return found


def now() -> datetime:
    """The moment, as views hand it to the actions."""
    return store().clock()


def read_session() -> Session:
    """Return this request's read-only session: one snapshot for the whole page."""
    if "read_session" not in g:
        context = store().database.reading()
        g.read_session, g.read_session_context = context.__enter__(), context
    session: Session = g.read_session
    return session


@contextmanager
def transaction() -> Iterator[Session]:
    """A transaction: commits at the end of the block, rolls back if it raises.

    What is read afterwards is read anew, so that the page shows what others did meanwhile.
    """
    _end_reading()
    with store().database.transaction() as session:
        yield session


@contextmanager
def away_from_database() -> Iterator[None]:
    """Hold nothing of the database in this block, which waits for somebody else's server."""
    _end_reading()
    yield


def _end_reading() -> None:
    context: AbstractContextManager[Session] | None = g.pop("read_session_context", None)
    g.pop("read_session", None)
    if context is not None:
        context.__exit__(None, None, None)
