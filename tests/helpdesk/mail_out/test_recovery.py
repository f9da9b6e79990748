"""What a dead worker had claimed is set free, and only that."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.db import Database
from helpdesk.mail_out import claims, recovery
from helpdesk.models import OutboundMail
from tests.helpdesk.outbox_rows import NOW, SECOND, claim, put, state


def test_a_lease_that_is_renewed_is_not_reclaimed(database: Database) -> None:
    [mail_id] = put(database)
    claim(database)
    with database.transaction() as session:
        seen = recovery.current_leases(session)
        assert claims.renew(session, [mail_id], "one", NOW + 5 * SECOND) == {mail_id}
        assert recovery.recover(session, seen, NOW) == 0
    assert state(database, mail_id) == "sending"


def test_a_dead_workers_mail_is_due_at_once_and_later_after_three_deaths(
    database: Database,
) -> None:
    [mail_id] = put(database)
    now, waited = NOW, []
    for _ in range(5):
        assert len(claim(database, now=now)) == 1
        with database.transaction() as session:
            assert recovery.recover(session, recovery.current_leases(session), now) == 1
            row = session.get(OutboundMail, mail_id)
            assert row is not None
            waited.append(row.next_attempt_at - now)
            now = row.next_attempt_at
    assert waited[:2] == [timedelta()] * 2
    assert timedelta() < waited[2] < waited[3] < waited[4]
