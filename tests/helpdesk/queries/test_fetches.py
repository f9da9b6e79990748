"""How it goes with mailboxes that are fetched, as staff and the alarms see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.fetch_mail import Holder, note_checked, note_trouble, take_account
from helpdesk.actions.set_fetch import FetchForm, fetch_wish, set_fetch
from helpdesk.actions.stop_mailbox import pause_mailbox
from helpdesk.actions.watch_mail import watch_mail
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.imap.trouble import ImapTrouble, TroubleKind
from helpdesk.models import OutboundMail
from helpdesk.queries.fetches import any_fetched, fetch_views
from helpdesk.queries.mail_watch import alarms
from helpdesk.vocabulary import MailboxRight, Role
from tests.support.factories import Shop, make_shop

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SUPPORT = "support@shop.example"


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


@pytest.fixture
def holder(database: Database, shop: Shop) -> Holder:
    """Who fetches the shop's mail."""
    form = FetchForm("imap.shop.example", "", "implicit", "me", "secret", "", "seen")
    with database.transaction() as session:
        assert not any_fetched(session)
        wish = fetch_wish(session, SYSTEM, SUPPORT, form, NOW)
        fetch = set_fetch(session, SYSTEM, SUPPORT, wish, now=NOW)
        assert any_fetched(session)
        made = Holder(fetch.id, "one", fetch.changed_at)
        assert take_account(session, made, now=NOW)
        assert not take_account(session, Holder(fetch.id, "two", NOW), now=NOW + MINUTE)
    return made


def fail(database: Database, holder: Holder, kind: TroubleKind, now: datetime) -> datetime:
    with database.transaction() as session:
        assert take_account(session, holder, now=now)
        return note_trouble(session, holder, ImapTrouble(kind, "[NO] words"), now=now)


def watch(database: Database, now: datetime) -> int:
    with database.transaction() as session:
        return watch_mail(session, canary=False, now=now)


def told(database: Database) -> list[OutboundMail]:
    with database.reading() as session:
        return list(session.scalars(select(OutboundMail)))


def test_a_refused_password_is_told_once_and_at_once(database: Database, holder: Holder) -> None:
    assert fail(database, holder, TroubleKind.REFUSED, NOW) == NOW + 5 * MINUTE
    assert watch(database, NOW) == 1
    with database.reading() as session:
        (alarm,) = alarms(session)
    assert alarm.facts["sentence"] == "The server refuses the user name or the password."
    assert alarm.facts["words"] == "[NO] words"
    later = NOW + timedelta(days=2)
    fail(database, holder, TroubleKind.REFUSED, later)
    watch(database, later)
    (mail,) = told(database)
    assert mail.recipient == "admin@shop.example"
    with database.transaction() as session:
        note_checked(session, holder, up_to=3, now=later)
    assert watch(database, later) == 0


def test_a_server_that_is_away_for_a_moment_is_told_to_nobody(
    database: Database, holder: Holder
) -> None:
    assert fail(database, holder, TroubleKind.UNREACHABLE, NOW) == NOW + MINUTE
    assert fail(database, holder, TroubleKind.UNREACHABLE, NOW + MINUTE) == NOW + 3 * MINUTE
    assert watch(database, NOW + 5 * MINUTE) == 0
    assert watch(database, NOW + 11 * MINUTE) == 1


def test_that_nobody_fetches_is_told(database: Database, holder: Holder) -> None:
    assert watch(database, NOW + 12 * MINUTE) == 0
    assert watch(database, NOW + 20 * MINUTE) == 1
    with database.reading() as session:
        (view,) = fetch_views(session, SYSTEM, NOW + 20 * MINUTE)
    assert "No fetcher runs" in view.sentence


def test_of_a_paused_mailbox_nothing_is_told(database: Database, holder: Holder) -> None:
    fail(database, holder, TroubleKind.REFUSED, NOW)
    with database.transaction() as session:
        pause_mailbox(session, SYSTEM, SUPPORT, now=NOW)
    assert watch(database, NOW + 20 * MINUTE) == 0


def test_who_does_not_have_the_mailbox_sees_nothing(
    database: Database, holder: Holder, shop: Shop
) -> None:
    stranger = Actor(9, Role.AGENT, rights=((999, MailboxRight.MANAGE),))
    with database.reading() as session:
        assert fetch_views(session, stranger, NOW) == ()
        assert len(fetch_views(session, shop.agent, NOW)) == 1
        with pytest.raises(NotAllowed):
            fetch_views(session, Actor(9, Role.CUSTOMER), NOW)
