"""The sessions of a request."""

from __future__ import annotations

import pytest
from flask import Flask

from helpdesk.errors import NotFound
from helpdesk.models import Mailbox
from tests.support.clock import FakeClock
from web.store import now, read_session, store, transaction


def test_a_page_reads_through_one_session_and_anew_after_a_change(
    app: Flask, clock: FakeClock
) -> None:
    with app.test_request_context("/"):
        first = read_session()
        assert read_session() is first
        with transaction() as session:
            session.query(Mailbox).one().name = "Another Shop"
        assert read_session() is not first
        assert read_session().query(Mailbox).one().name == "Another Shop"
        assert now() == clock.now
        assert store().database is not None


def _fail_within_a_transaction() -> None:
    with transaction() as session:
        session.query(Mailbox).one().name = "Never"
        session.flush()
        raise NotFound("There is no such thing.")


def test_what_fails_is_rolled_back(app: Flask) -> None:
    with app.test_request_context("/"):
        with pytest.raises(NotFound):
            _fail_within_a_transaction()
        assert read_session().query(Mailbox).one().name == "The Shop"
