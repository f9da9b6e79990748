"""A process that has shown its pages once, before anybody asks."""

from __future__ import annotations

import threading

from flask import Flask
from sqlalchemy import func, select
from structlog.testing import capture_logs

from helpdesk.models import Ticket, TicketSeen
from tests.web.conftest import Desk
from web.store import read_session
from web.warmed import warm_up


def warmed(app: Flask) -> list[str]:
    """What it said of it."""
    with capture_logs() as logs:
        warm_up(app)
    return [line["event"] for line in logs]


def test_nothing_is_changed_or_read_by_it(app: Flask, desk: Desk) -> None:
    assert app.jinja_env.cache is not None
    app.jinja_env.cache.clear()  # others have shown pages with this application
    threads = threading.active_count()
    assert warmed(app) == []
    assert threading.active_count() == threads  # a fork would have none of them
    assert any("desk/ticket.html" in str(name) for name in app.jinja_env.cache)
    with app.test_request_context():
        read = select(func.count()).select_from(TicketSeen)
        assert read_session().get_one(Ticket, desk.ticket.id).status == "open"
        assert read_session().scalar(read) == 0
