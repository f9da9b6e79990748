"""By which account a mailbox's mail is sent: who may say so, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.set_fetch import FetchForm, fetch_wish, set_fetch
from helpdesk.actions.set_relay import (
    RelayForm,
    own_relay,
    relay_wish,
    sending_account,
    set_relay,
    stop_relay,
)
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.stop_mailbox import remove_mailbox
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditEntry, MailboxRelay, OutboundMail, SentCopy
from tests.helpdesk.outbox_rows import put_mail
from tests.support.factories import Shop, make_shop

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
SUPPORT = "support@shop.example"
FORM = RelayForm("smtp.shop.example", "", "starttls", "me@shop.example", "secret")
FETCHED = FetchForm("imap.shop.example", "", "implicit", "me@shop.example", "fetched", "", "seen")


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


def save(database: Database, actor: Actor, form: RelayForm = FORM) -> MailboxRelay:
    with database.transaction() as session:
        wish = relay_wish(session, actor, SUPPORT, form)
        return set_relay(session, actor, SUPPORT, wish, now=NOW)


def fetch(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        wish = fetch_wish(session, shop.admin, SUPPORT, FETCHED, NOW)
        set_fetch(session, shop.admin, SUPPORT, wish, now=NOW)


def test_it_is_sealed_and_opens_and_stands_in_the_log(database: Database, shop: Shop) -> None:
    relay = save(database, shop.admin)
    assert "secret" not in relay.sealed_password
    with database.reading() as session:
        kept = own_relay(session, shop.mailbox.id)
        assert kept
        account = sending_account(session, kept)
        assert (account.password, account.port, account.server) == (
            "secret",
            587,
            "smtp.shop.example:587",
        )
        log = session.scalars(select(AuditEntry).where(AuditEntry.field == "relay")).one()
    assert log.new_value == "me@shop.example at smtp.shop.example"


def test_an_agent_may_not(database: Database, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        save(database, shop.agent)
    with database.transaction() as session:
        wish = relay_wish(session, shop.admin, SUPPORT, FORM)
        with pytest.raises(NotAllowed):
            set_relay(session, shop.agent, SUPPORT, wish, now=NOW)
        with pytest.raises(NotAllowed):
            stop_relay(session, shop.agent, SUPPORT, now=NOW)
        with pytest.raises(NotFound):
            relay_wish(session, shop.admin, "no@shop.example", FORM)


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("host", {"host": "no server"}),
        ("port", {"port": "x"}),
        ("tls", {"tls": "off"}),
        ("login", {"login": ""}),
        ("password", {"password": ""}),
        ("per_minute", {"per_minute": "-1"}),
        ("sent_folder", {"keeps_copy": True}),
    ],
)
def test_what_does_not_hold_names_its_field(
    database: Database, shop: Shop, field: str, changed: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput) as told:
        save(database, shop.admin, replace(FORM, **changed))  # type: ignore[arg-type]
    assert told.value.field == field


def test_an_empty_password_is_the_kept_one_or_that_of_fetching(
    database: Database, shop: Shop
) -> None:
    fetch(database, shop)
    untyped = replace(FORM, password="")

    def password(form: RelayForm) -> str:
        with database.reading() as session:
            return relay_wish(session, shop.admin, SUPPORT, form).account.password

    assert password(untyped) == "fetched"
    for changed in ({"host": "smtp.evil.example"}, {"login": "boss@shop.example"}):
        with pytest.raises(InvalidInput) as told:
            password(replace(untyped, **changed))
        assert told.value.field == "password"
    save(database, shop.admin)
    assert password(untyped) == "secret"


def test_what_was_put_off_leaves_at_once(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        mail_id = put_mail(session, NOW, mailbox_id=shop.mailbox.id)
        mail = session.get_one(OutboundMail, mail_id)
        mail.state, mail.next_attempt_at = "deferred", NOW + timedelta(hours=2)  # type: ignore[assignment]
    save(database, shop.admin)
    with database.reading() as session:
        assert session.get_one(OutboundMail, mail_id).next_attempt_at == NOW


def test_it_ends_and_nothing_of_it_is_kept(database: Database, shop: Shop) -> None:
    fetch(database, shop)
    save(database, shop.admin, replace(FORM, keeps_copy=True, sent_folder="Sent"))
    with database.transaction() as session:
        mail_id = put_mail(session, NOW, mailbox_id=shop.mailbox.id)
        session.add(
            SentCopy(
                outbound_mail_id=mail_id,
                mailbox_id=shop.mailbox.id,
                next_try_at=NOW,
                created_at=NOW,
            )
        )
        session.flush()
        stop_relay(session, shop.admin, SUPPORT, now=NOW)
        assert own_relay(session, shop.mailbox.id) is None
        assert session.scalar(select(SentCopy.id)) is None
        with pytest.raises(InvalidInput):
            stop_relay(session, shop.admin, SUPPORT, now=NOW)
        log = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert log
        assert (log.field, log.new_value) == ("relay", "")


def test_a_mailbox_that_is_removed_has_none_any_more(database: Database, shop: Shop) -> None:
    save(database, shop.admin)
    with database.transaction() as session:
        add_mailbox(session, shop.admin, "sales@shop.example", name="Sales", now=NOW)
        remove_mailbox(session, shop.admin, SUPPORT, now=NOW)
        assert own_relay(session, shop.mailbox.id) is None
