"""The pages show a list and a ticket to nobody, once, before somebody waits for them.

What is made once (queries put into words, templates read) takes a few tenths of a second, for which
else the first to open a ticket would wait: staff feel that after each start. It is made before the
processes of the pages are forked, and so once for all of them, in time and in memory.
"""

from __future__ import annotations

import structlog
from flask import Flask, g
from sqlalchemy import text

from helpdesk.queries.people import PersonView, staff
from helpdesk.queries.queue import queue_page
from web.desk.blueprint import AHEAD
from web.desk.going_on import beside
from web.desk.queue import queue
from web.desk.ticket import show_ticket
from web.sign_in import SignedIn
from web.store import read_session, store

log = structlog.get_logger("web.warmed")
MOST_MS = 2000
"""Milliseconds that the database may take for any one question of it."""
_EVERYTHING = "all"


def warm_up(app: Flask) -> None:
    """Show them; nothing stays connected."""
    try:
        with app.test_request_context("/desk"):
            _soon()
            reader = next(iter(staff(read_session())), None)
        if reader:
            _show_to(app, reader)
    except Exception as problem:  # such as a database that is away: then nothing is warm
        log.info("not_warmed_up", cause=type(problem).__name__)
    finally:
        with app.app_context():
            store().database.dispose()


def _soon() -> None:
    """Have no table that is locked just now keep us from serving."""
    if not store().settings.is_sqlite:
        read_session().execute(text(f"SET LOCAL statement_timeout = {MOST_MS}"))


def _show_to(app: Flask, reader: PersonView) -> None:
    asked = {"view": _EVERYTHING, "step": "next", "list": f"view={_EVERYTHING}"}
    with app.test_request_context("/desk", query_string=asked, headers={AHEAD: "yes"}):
        _soon()
        g._login_user = SignedIn(reader, 0, "")  # as Flask-Login keeps it
        shown = queue_page(read_session(), reader.actor, _EVERYTHING).rows
        if shown:
            queue()
            show_ticket(shown[0].number)
            beside(shown[0].number)
