"""The ledger."""

from __future__ import annotations

from helpdesk.db import Database
from helpdesk.queries.ledger import ledger, quarantined_mails
from tests.helpdesk.mails import mail, receive
from tests.support.factories import Shop


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
