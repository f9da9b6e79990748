"""Cancelling a mail that waits."""

from __future__ import annotations

import pytest

from helpdesk.actions.cancel_mail import cancel_mail
from helpdesk.db import Database
from helpdesk.errors import AlreadyLeft
from helpdesk.mail_out import claims
from tests.helpdesk.outbox_rows import NOW, SAM, put_answers, state


def test_what_waits_can_be_cancelled_and_what_left_cannot(database: Database) -> None:
    with database.transaction() as session:
        [mail_id] = put_answers(session, "ann@example.org")
    with database.transaction() as session:
        cancel_mail(session, SAM, mail_id, now=NOW)
    assert state(database, mail_id) == "cancelled"
    with database.transaction() as session:
        assert claims.claim(session, worker="w", queue="answers", now=NOW) == []
        with pytest.raises(AlreadyLeft):
            cancel_mail(session, SAM, mail_id, now=NOW)
