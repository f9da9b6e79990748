"""An address that mail came back from, and is written to again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.actions.clear_bounce import clear_bounce
from helpdesk.actions.report_undelivered import report_undelivered
from helpdesk.db import Database
from helpdesk.errors import NotFound
from helpdesk.models import Person, PersonAddress
from helpdesk.vocabulary import MailboxRight
from tests.helpdesk.outbox_rows import NOW, SAM, put_answers
from tests.support.factories import Shop, make_ticket


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


def test_who_may_not_answer_them_clears_nothing(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ann, mailbox_id = session.get_one(Person, shop.ann.id), shop.mailbox.id
        make_ticket(session, ann)
        ann.addresses[0].bounced_at = NOW
        for rights in (((mailbox_id, MailboxRight.SEE),), (), ((99, MailboxRight.MANAGE),)):
            with pytest.raises(NotFound):
                clear_bounce(session, replace(SAM, rights=rights), ann.id)
        assert ann.addresses[0].bounced_at
        clear_bounce(session, replace(SAM, rights=((mailbox_id, MailboxRight.ANSWER),)), ann.id)
        assert ann.addresses[0].bounced_at is None
