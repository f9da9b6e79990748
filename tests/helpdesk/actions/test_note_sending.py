"""What is wrong with a mailbox's relay, and when it is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.actions.note_sending import (
    note_relay_trouble,
    note_relay_works,
    take_copy,
)
from helpdesk.actions.set_relay import RelayForm, own_relay, relay_wish, set_relay
from helpdesk.actions.watch_mail import watch_mail
from helpdesk.db import Database
from helpdesk.models import MailboxRelay, OutboundMail, SentCopy
from helpdesk.queries.mail_watch import alarms
from helpdesk.submission.trouble import RelayFault, RelayTrouble
from tests.helpdesk.outbox_rows import put_mail
from tests.support.factories import Shop, make_shop

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
FORM = RelayForm("smtp.shop.example", "", "starttls", "me@shop.example", "secret")


@pytest.fixture
def shop(database: Database) -> Shop:
    made = make_shop(database)
    with database.transaction() as session:
        wish = relay_wish(session, made.admin, made.mailbox.address, FORM)
        set_relay(session, made.admin, made.mailbox.address, wish, now=NOW)
    return made


def note(database: Database, shop: Shop, fault: RelayFault, seconds: int) -> MailboxRelay:
    with database.transaction() as session:
        now = NOW + timedelta(seconds=seconds)
        trouble = RelayTrouble(fault, "535 no entry")
        note_relay_trouble(session, shop.mailbox.id, NOW, trouble, now=now)
        relay = own_relay(session, shop.mailbox.id)
        assert relay
        return relay


def rest(relay: MailboxRelay, seconds: int) -> int:
    assert relay.next_try_at
    return int((relay.next_try_at - NOW).total_seconds()) - seconds


def test_it_is_tried_less_often_where_people_have_to_mend_it(
    database: Database, shop: Shop
) -> None:
    rests, at = [], 0
    for _ in range(5):
        rests.append(rest(note(database, shop, RelayFault.REFUSED, at), at))
        at += rests[-1]
    assert rests == [60, 300, 900, 3600, 3600]
    early = note(database, shop, RelayFault.REFUSED, at - 10)
    assert early.tries == 5, "two found out at once"
    assert rest(note(database, shop, RelayFault.UNREACHABLE, at), at) == 30
    assert rest(note(database, shop, RelayFault.LIMIT, at), at) == 900
    with database.transaction() as session:
        note_relay_works(session, shop.mailbox.id, NOW)
        relay = own_relay(session, shop.mailbox.id)
        assert relay
        assert (relay.trouble, relay.words, relay.next_try_at) == ("", "", None)


def test_what_is_known_of_one_that_was_set_anew_counts_no_more(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        trouble = RelayTrouble(RelayFault.REFUSED)
        earlier = NOW - timedelta(hours=1)
        note_relay_trouble(session, shop.mailbox.id, earlier, trouble, now=NOW)
        relay = own_relay(session, shop.mailbox.id)
        assert relay
        assert relay.trouble == ""


def test_the_admins_are_told_once_and_each_page_says_it(database: Database, shop: Shop) -> None:
    note(database, shop, RelayFault.REFUSED, 0)
    for hours in (0, 1, 48):
        with database.transaction() as session:
            assert watch_mail(session, canary=False, now=NOW + timedelta(hours=hours)) == 1
    with database.reading() as session:
        [told] = session.query(OutboundMail).all()
        assert (told.recipient, told.values["kind"]) == ("admin@shop.example", "send")
        assert told.values["words"] == "535 no entry"
        [alarm] = alarms(session)
        assert alarm.facts["sentence"] == "The server does not let this account in."
    with database.transaction() as session:
        note_relay_works(session, shop.mailbox.id, NOW)
        assert watch_mail(session, canary=False, now=NOW) == 0


def test_a_server_that_is_away_for_a_moment_is_no_alarm(database: Database, shop: Shop) -> None:
    note(database, shop, RelayFault.UNREACHABLE, 0)
    with database.transaction() as session:
        assert watch_mail(session, canary=False, now=NOW + timedelta(minutes=9)) == 0
        assert watch_mail(session, canary=False, now=NOW + timedelta(minutes=11)) == 1


def test_the_news_leaves_from_a_mailbox_that_can_send(database: Database, shop: Shop) -> None:
    from helpdesk.actions.set_up import add_mailbox
    from helpdesk.actor import SYSTEM

    with database.transaction() as session:
        able = add_mailbox(session, SYSTEM, "sales@shop.example", name="Sales", now=NOW).id
    note(database, shop, RelayFault.REFUSED, 0)
    with database.transaction() as session:
        watch_mail(session, canary=False, now=NOW)
        [told] = session.query(OutboundMail).all()
        assert told.mailbox_id == able


def test_of_two_that_take_a_copy_up_one_has_it(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        mail_id = put_mail(session, NOW, mailbox_id=shop.mailbox.id)
        copy = SentCopy(
            outbound_mail_id=mail_id, mailbox_id=shop.mailbox.id, next_try_at=NOW, created_at=NOW
        )
        session.add(copy)
        session.flush()
        copy_id = copy.id
    for minutes, tries in ((0, 1), (5, 0), (11, 2)):
        with database.transaction() as session:
            assert take_copy(session, copy_id, now=NOW + timedelta(minutes=minutes)) == tries
