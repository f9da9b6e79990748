"""Sending by an access token: renewed by itself, and told where somebody has to sign in again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from helpdesk.actions.set_relay import RelayForm, RelayWish, own_relay, relay_wish, set_relay
from helpdesk.actions.try_relay import tried_wish
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.imap.account import Tls
from helpdesk.models import MailboxRelay
from helpdesk.settings import Settings
from helpdesk.submission.account import SendingAccount
from helpdesk.submission.trouble import RelayFault, RelayTrouble
from jobs.own_relay import own_sender
from jobs.relay import Relays
from tests.conftest import MakeSettings
from tests.helpdesk.oauth.signed_in import age, sign_in
from tests.jobs.deliveries import MAIL, QUICK, TO
from tests.support.clock import FakeClock
from tests.support.factories import Shop, make_shop
from tests.support.relay import ScriptedRelay
from tests.support.token_server import TokenServer

LOGIN = SUPPORT = "support@shop.example"

pytestmark = pytest.mark.databases("sqlite")
Send = Callable[[], tuple[str, str | None]]


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with ScriptedRelay(accounts={"somebody": "else"}) as made:
        yield made


@pytest.fixture
def provided(make_settings: MakeSettings, database_url: str, token_server: TokenServer) -> Settings:
    return make_settings(DATABASE_URL=database_url, **token_server.settings)


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


def wish_of(shop: Shop, relay: ScriptedRelay) -> RelayWish:
    account = SendingAccount("127.0.0.1", relay.port, Tls.OFF, LOGIN, "", by_token=True)
    return RelayWish(shop.mailbox.id, SUPPORT, account, None, "")


@pytest.fixture
def sender(
    database: Database,
    provided: Settings,
    clock: FakeClock,
    shop: Shop,
    relay: ScriptedRelay,
    token_server: TokenServer,
) -> Iterator[Relays]:
    """What sends by the account of a mailbox for which somebody signed in."""
    sign_in(database, token_server, shop.mailbox.id)
    with database.transaction() as session:
        set_relay(session, SYSTEM, SUPPORT, wish_of(shop, relay), now=clock())
    made = own_sender(provided, database, shop.mailbox.id, clock, timeouts=QUICK)
    yield made
    made.close()


def trouble(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(select(MailboxRelay.trouble)).one()


def test_a_token_lets_in_and_is_renewed_where_it_is_refused(
    sender: Relays, relay: ScriptedRelay, token_server: TokenServer, database: Database
) -> None:
    [outcome] = sender.send("", TO, MAIL)
    assert outcome.kind == "sent"
    assert token_server.asked == []
    token_server.forget_access()
    sender.close()
    [outcome] = sender.send("", TO, MAIL)
    assert outcome.kind == "sent"
    assert len(token_server.asked) == 1
    assert relay.signed_in == [f"XOAUTH2 {LOGIN}"] * 2
    assert [mail.envelope_from for mail in relay.mails] == [SUPPORT] * 2
    assert trouble(database) == ""


def test_withdrawn_consent_waits_for_somebody_who_signs_in_again(
    sender: Relays,
    relay: ScriptedRelay,
    token_server: TokenServer,
    database: Database,
    shop: Shop,
    clock: FakeClock,
) -> None:
    token_server.withdraw()
    [outcome] = sender.send("", TO, MAIL)
    assert (outcome.kind, outcome.fault) == ("unreachable", "consent")
    assert trouble(database) == "consent"
    asked = len(token_server.asked)
    sender.send("", TO, MAIL)
    assert len(token_server.asked) == asked
    sign_in(database, token_server, shop.mailbox.id)
    assert trouble(database) == ""
    [outcome] = sender.send("", TO, MAIL)
    assert outcome.kind == "sent"


def test_a_provider_that_is_away_is_waited_for(
    sender: Relays, token_server: TokenServer, database: Database, clock: FakeClock
) -> None:
    age(database)
    token_server.status = 503
    [outcome] = sender.send("", TO, MAIL)
    assert (outcome.kind, outcome.fault) == ("unreachable", "unreachable")
    token_server.status = 200
    clock.advance(minutes=1)
    [outcome] = sender.send("", TO, MAIL)
    assert outcome.kind == "sent"


def test_it_is_tried_before_it_is_saved(
    database: Database,
    provided: Settings,
    shop: Shop,
    relay: ScriptedRelay,
    token_server: TokenServer,
) -> None:
    form = RelayForm("127.0.0.1", str(relay.port), "off", LOGIN, "", by_token=True)
    with database.reading() as session, pytest.raises(InvalidInput) as told:
        relay_wish(session, shop.admin, SUPPORT, form)
    assert told.value.field == "sign_in"
    sign_in(database, token_server, shop.mailbox.id)
    for changed, field in (({"login": "boss@shop.example"}, "login"), ({"host": "x.y.z"}, "host")):
        wrong = replace(form, **{"tls": "starttls", **changed})  # type: ignore[arg-type]
        with database.reading() as session, pytest.raises(InvalidInput) as told:
            relay_wish(session, shop.admin, SUPPORT, wrong)
        assert told.value.field == field
    with database.reading() as session:
        wish = relay_wish(session, shop.admin, SUPPORT, form)
    assert tried_wish(database, provided, wish).sent_folder == ""
    token_server.withdraw()
    with pytest.raises(RelayTrouble) as refused:
        tried_wish(database, provided, wish)
    assert refused.value.fault is RelayFault.CONSENT
    assert refused.value.field == "sign_in"
    assert relay.mails == []
    with database.reading() as session:
        assert own_relay(session, shop.mailbox.id) is None
