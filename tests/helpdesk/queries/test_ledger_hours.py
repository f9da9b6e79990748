"""The ledger by the hour, counted from a real spool: accepted = filed + held + set aside."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.queries.ledger_hours import ledger_hours
from helpdesk.settings import Settings
from mailgate.spool.envelope import Envelope
from mailgate.spool.spool import Spool
from tests.mailgate.filing.mails import NOW, file_all, filer_of, write
from tests.support.factories import make_shop


def test_each_hour_balances_and_a_lost_mail_shows_in_its_own(
    settings: Settings, database: Database
) -> None:
    make_shop(database)
    moment = [NOW.timestamp() // 3600 * 3600 - 1.0]  # a second before the hour
    spool = Spool(settings.spool_dir, clock=lambda: moment[0])

    def begin(raw: bytes):  # type: ignore[no-untyped-def]
        writer = spool.begin(Envelope("ann@mail.example", ("support@shop.example",)))
        writer.write(raw)
        return writer

    begin(write("Before the hour")).commit()
    late = begin(write("Begun before, accepted after"))
    lost = begin(write("Never seen again"))
    moment[0] += 2
    late.commit()
    lost_name = lost.commit()
    begin(b"Subject: from nobody\r\n\r\nx").commit()
    spool.path(lost_name).unlink()
    with filer_of(settings, database) as filer:
        file_all(filer, spool)
    moment[0] += 3600
    begin(write("Waits")).commit()

    now = NOW + timedelta(hours=1)
    hours = ledger_hours(settings.spool_dir, database, SYSTEM, now=now, hours=3, tries=1)
    assert [
        (hour.accepted, hour.filed, hour.held, hour.waiting, hour.difference) for hour in hours
    ] == [(1, 1, 0, 0, 0), (3, 1, 1, 0, 1), (1, 0, 0, 1, 0)]
