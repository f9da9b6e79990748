"""An address that mail came back from, and is written to again."""

from __future__ import annotations

from helpdesk.actions.clear_bounce import clear_bounce
from helpdesk.actions.report_undelivered import report_undelivered
from helpdesk.db import Database
from helpdesk.models import Person, PersonAddress
from tests.helpdesk.outbox_rows import NOW, SAM, put_answers


def test_an_address_that_is_dead_is_flagged_until_staff_clear_it(database: Database) -> None:
    with database.transaction() as session:
        [mail_id] = put_answers(session, "ann@example.org")
        ann = Person(name="Ann", created_at=NOW)
        ann.addresses.append(PersonAddress(address="ann@example.org", created_at=NOW))
        session.add(ann)
        session.flush()
        person_id = ann.id
        report_undelivered(session, mail_id, "bounced", "554 5.7.1 spam", now=NOW)
        session.refresh(ann.addresses[0])
        assert ann.addresses[0].bounced_at is None
        report_undelivered(session, mail_id, "bounced", "550 5.1.1 no such user", now=NOW)
    with database.transaction() as session:
        address = session.get_one(Person, person_id).addresses[0]
        assert (address.bounced_at, address.bounce_words) == (NOW, "550 5.1.1 no such user")
        clear_bounce(session, SAM, person_id)
        assert (address.bounced_at, address.bounce_words) == (None, "")
