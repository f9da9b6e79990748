"""The ledger."""

from __future__ import annotations

import threading

from helpdesk.db import Database
from helpdesk.queries.ledger import current_ledger, ledger, quarantined_mails, what_came
from helpdesk.settings import Settings
from mailgate.spool.spool import Spool
from tests.helpdesk.mails import mail, receive
from tests.mailgate.filing.mails import put, write
from tests.support.factories import Shop
from tests.support.servers import wait_until


def test_the_ledger_counts_every_mail_in_one_place(database: Database, shop: Shop) -> None:
    receive(database, mail())
    receive(database, mail(same_key="k"))
    receive(database, mail(same_key="k"))
    receive(database, mail(None, subject="Who?", envelope_from="x@mail.example"))
    with database.reading() as session:
        counts = ledger(session, accepted=6, waiting=1)
        (held,) = quarantined_mails(session)
    assert (counts.filed, counts.held, counts.set_aside, counts.difference) == (2, 1, 1, 1)
    assert (held.subject, held.reason) == ("Who?", "It names no sender who could be answered.")


def test_mails_that_come_while_it_is_counted_are_no_difference(
    database: Database, settings: Settings
) -> None:
    spool, enough = Spool(settings.spool_dir), threading.Event()

    def take_mails() -> None:
        while not enough.is_set():
            put(spool, write("One of many"))

    taking = threading.Thread(target=take_mails)
    taking.start()
    try:
        wait_until("some came", lambda: current_ledger(settings.spool_dir, database).waiting > 10)
        found = [current_ledger(settings.spool_dir, database) for _ in range(5)]
    finally:
        enough.set()
        taking.join()
        spool.close()
    assert [one.difference for one in found] == [0] * 5
    assert found[0].accepted < found[-1].accepted, "they came all the time"


def test_only_what_came_meanwhile_is_taken_for_no_difference() -> None:
    assert [what_came(-3, came) for came in (0, 2, 3, 9)] == [0, 0, 3, 3]
    assert [what_came(difference, 9) for difference in (0, 1, -372)] == [0, 0, 0]
