"""Which mails leave by their mailbox's own relay."""

from __future__ import annotations

from helpdesk.db import Database
from helpdesk.mail_out import claims
from helpdesk.mail_out.lanes import any_lanes, due_lanes
from helpdesk.models import Mailbox, MailboxRelay
from tests.helpdesk.outbox_rows import NOW, SECOND, add_ticket, claim, put_mail
from tests.support.own_relays import account_relay, send_by


def test_a_mail_is_in_one_lane_and_in_no_other(database: Database) -> None:
    with account_relay() as relay, database.transaction() as session:
        mine, other = add_ticket(session, NOW), add_ticket(session, NOW)
        assert not any_lanes(session)
        send_by(session, mine.mailbox_id, relay, NOW)
        ours = [put_mail(session, NOW, mine), put_mail(session, NOW)]
        theirs = put_mail(session, NOW, other)
        put_mail(session, NOW, mine, recipient="bo@x.example", not_before=NOW + SECOND)
        lane = mine.mailbox_id
        assert any_lanes(session)
        assert due_lanes(session, "answers", NOW) == {lane}
        assert due_lanes(session, "notifications", NOW) == set()
    assert claim(database, lane=other.mailbox_id) == []
    assert [mail.id for mail in claim(database)] == [theirs]
    assert [mail.id for mail in claim(database, lane=lane)] == ours
    with database.reading() as session:
        assert due_lanes(session, "answers", NOW) == set()


def test_where_no_mailbox_is_left_mail_leaves_all_the_same(database: Database) -> None:
    with account_relay() as relay, database.transaction() as session:
        mine = add_ticket(session, NOW)
        send_by(session, mine.mailbox_id, relay, NOW)
        session.get_one(Mailbox, mine.mailbox_id).removed_at = NOW
        nobodys = put_mail(session, NOW)
        its = put_mail(session, NOW, mine)
    assert [mail.id for mail in claim(database)] == [nobodys]
    assert [mail.id for mail in claim(database, lane=mine.mailbox_id)] == [its]


def test_once_it_is_taken_away_its_mail_is_everybodys(database: Database) -> None:
    with account_relay() as relay, database.transaction() as session:
        mine = add_ticket(session, NOW)
        send_by(session, mine.mailbox_id, relay, NOW)
        mail_id = put_mail(session, NOW, mine)
        assert claims.claim(session, worker="w", queue="answers", now=NOW) == []
        session.query(MailboxRelay).delete()
        assert (
            claims.claim(session, worker="w", queue="answers", now=NOW, lane=mine.mailbox_id) == []
        )
    assert [mail.id for mail in claim(database)] == [mail_id]
