"""A process of the web shows a list and a ticket to nobody, once, before somebody waits for it.

What is made once for each process (queries put into words, templates read) takes a few tenths of a
second, for which else the first to open a ticket would wait: staff feel that after each start.
"""

from __future__ import annotations

import threading

import structlog
from flask import Flask, g

from helpdesk.queries.people import PersonView, staff
from helpdesk.queries.queue import queue_page
from web.desk.blueprint import AHEAD
from web.desk.going_on import beside
from web.desk.queue import queue
from web.desk.ticket import show_ticket
from web.sign_in import SignedIn
from web.store import read_session

log = structlog.get_logger("web.warmed")
_EVERYTHING = "all"


def warm_up(app: Flask) -> threading.Thread:
    """Do it beside what is asked for already; nobody waits for the thread."""
    thread = threading.Thread(target=_warm_up, args=(app,), name="warm-up", daemon=True)
    thread.start()
    return thread


def _warm_up(app: Flask) -> None:
    try:
        with app.test_request_context("/desk"):
            reader = next(iter(staff(read_session())), None)
        if reader:
            _show_to(app, reader)
    except Exception as problem:  # such as a database that is away: then nothing is warm
        log.info("not_warmed_up", cause=type(problem).__name__)


def _show_to(app: Flask, reader: PersonView) -> None:
    asked = {"view": _EVERYTHING, "step": "next", "list": f"view={_EVERYTHING}"}
    with app.test_request_context("/desk", query_string=asked, headers={AHEAD: "yes"}):
        g._login_user = SignedIn(reader, 0, "")  # as Flask-Login keeps it
        shown = queue_page(read_session(), reader.actor, _EVERYTHING).rows
        if shown:
            queue()
            show_ticket(shown[0].number)
            beside(shown[0].number)
