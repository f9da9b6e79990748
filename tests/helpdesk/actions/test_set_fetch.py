"""Which account a mailbox's mail is fetched from: who may say so, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.set_fetch import (
    FetchForm,
    account_of,
    active_fetch,
    days_back,
    fetch_wish,
    kept_account,
    set_fetch,
    stop_fetch,
)
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditEntry, MailboxFetch
from tests.support.factories import Shop, make_shop

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
SUPPORT = "support@shop.example"
FORM = FetchForm("imap.shop.example", "", "implicit", "me@shop.example", "secret", "", "seen")


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


def save(
    database: Database, actor: Actor, form: FetchForm = FORM, days: int = 0, minutes: int = 0
) -> MailboxFetch:
    now = NOW + timedelta(minutes=minutes)
    with database.transaction() as session:
        wish = fetch_wish(session, actor, SUPPORT, form, now - timedelta(days=days))
        return set_fetch(session, actor, SUPPORT, wish, now=now)


def test_it_is_sealed_and_opens(database: Database, shop: Shop) -> None:
    fetch = save(database, shop.admin)
    assert "secret" not in fetch.sealed_password
    with database.reading() as session:
        account = account_of(session, session.get_one(MailboxFetch, fetch.id))
        assert (account.password, account.port, account.folder) == ("secret", 993, "INBOX")
        log = session.scalars(select(AuditEntry).where(AuditEntry.field == "fetch")).one()
    assert log.new_value == "me@shop.example at imap.shop.example, INBOX"


def test_saved_again_it_is_a_change_in_the_log(database: Database, shop: Shop) -> None:
    save(database, shop.admin)
    save(database, shop.admin, replace(FORM, after="leave"), minutes=1)
    with database.reading() as session:
        chosen = select(AuditEntry).where(AuditEntry.field == "fetch").order_by(AuditEntry.id)
        added, changed = session.scalars(chosen)
    assert (added.old_value, added.new_value) == ("", changed.new_value)
    assert changed.old_value == changed.new_value


def test_an_agent_may_not(database: Database, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        save(database, shop.agent)
    save(database, shop.admin)
    with database.transaction() as session, pytest.raises(NotAllowed):
        stop_fetch(session, shop.agent, SUPPORT, now=NOW)
    with database.reading() as session, pytest.raises(NotAllowed):
        kept_account(session, shop.agent, SUPPORT)


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("host", {"host": "no server"}),
        ("port", {"port": "x"}),
        ("tls", {"tls": "off"}),
        ("login", {"login": ""}),
        ("password", {"password": ""}),
        ("after", {"after": "delete"}),
        ("move_to", {"after": "move"}),
        ("move_to", {"after": "move", "move_to": "INBOX"}),
    ],
)
def test_what_does_not_hold_names_its_field(
    database: Database, shop: Shop, field: str, changed: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput) as told:
        save(database, shop.admin, replace(FORM, **changed))
    assert told.value.field == field


def test_the_password_is_kept_for_the_same_account_alone(database: Database, shop: Shop) -> None:
    save(database, shop.admin)
    same = replace(FORM, password="", port="1993")
    assert save(database, shop.admin, same, minutes=1).port == 1993
    for changed in ({"host": "evil.example"}, {"login": "boss@shop.example"}):
        with pytest.raises(InvalidInput) as told:
            save(database, shop.admin, replace(same, **changed), minutes=2)
        assert told.value.field == "password"


def test_another_folder_has_numbers_of_its_own_and_the_first_goes_on(
    database: Database, shop: Shop
) -> None:
    first = save(database, shop.admin)
    with database.transaction() as session:
        row = session.get_one(MailboxFetch, first.id)
        row.uid_validity, row.seen_uid, row.caught_up = 7, 99, True
    second = save(database, shop.admin, replace(FORM, folder="Other"), minutes=1)
    assert second.id != first.id
    assert second.seen_uid == 0
    again = save(database, shop.admin, minutes=2)
    assert (again.id, again.seen_uid, again.caught_up) == (first.id, 99, True)
    with database.reading() as session:
        active = session.scalars(select(MailboxFetch).where(MailboxFetch.active.is_(True))).all()
        assert [one.id for one in active] == [first.id]
    more = save(database, shop.admin, days=30, minutes=3)
    assert (more.id, more.seen_uid, more.caught_up) == (first.id, 0, False)


def test_it_ends_and_the_password_is_forgotten(database: Database, shop: Shop) -> None:
    save(database, shop.admin)
    with database.transaction() as session:
        stop_fetch(session, shop.admin, SUPPORT, now=NOW)
    with database.reading() as session:
        assert active_fetch(session, shop.mailbox.id) is None
        assert session.scalars(select(MailboxFetch.sealed_password)).one() == ""
        with pytest.raises(NotFound):
            kept_account(session, shop.admin, SUPPORT)
    with database.transaction() as session, pytest.raises(InvalidInput):
        stop_fetch(session, shop.admin, SUPPORT, now=NOW)


def test_days_are_a_number() -> None:
    assert days_back("") == 0
    assert days_back(" 30 ") == 30
    with pytest.raises(InvalidInput):
        days_back("many")
