"""Signing in for a mailbox: who may, for which account, once, and where it was begun."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from helpdesk.actions.edit_mailbox import mailbox_to_change
from helpdesk.actions.grant_mailbox import (
    BegunGrant,
    GrantWish,
    ask_slower,
    begin_in_browser,
    begin_on_device,
    checked_grant_wish,
    forget_grant,
    give_up_request,
    save_grant,
    take_request,
    turn_to_ask,
)
from helpdesk.actions.set_fetch import FetchForm, fetch_wish, set_fetch
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.stop_mailbox import remove_mailbox
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database, secret_of
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import (
    AuditEntry,
    GrantProvider,
    GrantRequest,
    MailboxFetch,
    MailboxGrant,
)
from helpdesk.oauth.grants import DeviceCode, GrantedTokens
from helpdesk.oauth.providers import ProviderClient
from helpdesk.oauth.tokens import SEALED_FOR
from helpdesk.sealing import unseal
from tests.support.factories import Shop, make_shop

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
SUPPORT = "support@shop.example"
MICROSOFT = GrantProvider.MICROSOFT
WISH = GrantWish(MICROSOFT, SUPPORT)
CLIENT = ProviderClient(
    MICROSOFT, "id", "secret", "https://login.example/a", "https://login.example/t", ""
)
GOT = GrantedTokens(
    "access-token", 3600, "refresh-token",
    "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
    SUPPORT,
)  # fmt: skip
CODE = DeviceCode("device-code", "WXYZ", "https://login.example/device", 900, 5)
FORM = FetchForm(
    "outlook.office365.com", "", "implicit", SUPPORT, "", "", "seen", sign_in="token"
)  # fmt: skip


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


def begin(database: Database, shop: Shop, wish: GrantWish = WISH, browser: str = "ada") -> str:
    """Begin in a browser; the state that is to come back."""
    with database.transaction() as session:
        url = begin_in_browser(
            session, shop.admin, shop.mailbox.id, wish, CLIENT,
            back="https://help.example/back", browser=browser, now=NOW,
        )  # fmt: skip
    return parse_qs(urlsplit(url).query)["state"][0]


def take(
    database: Database, actor: Actor, state: str, browser: str = "ada", minutes: int = 1
) -> BegunGrant:
    with database.transaction() as session:
        return take_request(
            session, actor, state, browser=browser, now=NOW + timedelta(minutes=minutes)
        )


def save(
    database: Database,
    actor: Actor,
    got: GrantedTokens = GOT,
    wish: GrantWish = WISH,
    minutes: int = 0,
) -> MailboxGrant:
    with database.transaction() as session:
        mailbox = mailbox_to_change(session, SYSTEM, SUPPORT)
        now = NOW + timedelta(minutes=minutes)
        return save_grant(session, actor, mailbox.id, wish, got, now=now)


def fetch_by_token(database: Database, shop: Shop) -> MailboxFetch:
    with database.transaction() as session:
        wish = fetch_wish(session, shop.admin, SUPPORT, FORM, NOW)
        return set_fetch(session, shop.admin, SUPPORT, wish, now=NOW)


def test_what_was_begun_goes_on_once(database: Database, shop: Shop) -> None:
    state = begin(database, shop)
    begun = take(database, shop.admin, state)
    assert begun.mailbox_id == shop.mailbox.id
    assert begun.wish == WISH
    assert len(begun.secret) >= 43
    with pytest.raises(InvalidInput) as told:
        take(database, shop.admin, state)
    assert told.value.field == "sign_in"


@pytest.mark.parametrize(
    ("browser", "minutes", "forged"),
    [("bo", 1, ""), ("ada", 10, ""), ("ada", 1, "forged"), ("", 1, "")],
)
def test_another_browser_a_late_one_or_a_forged_state(
    database: Database, shop: Shop, browser: str, minutes: int, forged: str
) -> None:
    state = begin(database, shop)
    with pytest.raises(InvalidInput):
        take(database, shop.admin, forged or state, browser, minutes)
    with database.reading() as session:
        assert session.scalars(select(MailboxGrant)).all() == []


def test_what_is_begun_anew_takes_the_place_of_what_was_before(
    database: Database, shop: Shop
) -> None:
    first, second = begin(database, shop), begin(database, shop, browser="bo")
    with pytest.raises(InvalidInput):
        take(database, shop.admin, first)
    assert take(database, shop.admin, second, "bo").wish == WISH


def test_an_agent_may_nothing_of_it(database: Database, shop: Shop) -> None:
    state, box = begin(database, shop), shop.mailbox.id
    save(database, shop.admin)
    with database.transaction() as session:
        agent, about = shop.agent, {"browser": "ada", "now": NOW}
        with pytest.raises(NotAllowed):
            begin_in_browser(session, agent, box, WISH, CLIENT, back="", **about)  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            begin_on_device(session, agent, box, WISH, CODE, **about)  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            take_request(session, agent, state, **about)  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            turn_to_ask(session, agent, box, **about)  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            ask_slower(session, agent, box, browser="ada")
        with pytest.raises(NotAllowed):
            give_up_request(session, agent, box)
        with pytest.raises(NotAllowed):
            save_grant(session, agent, box, WISH, GOT, now=NOW)
        with pytest.raises(NotAllowed):
            forget_grant(session, agent, box, now=NOW)
        with pytest.raises(NotFound):
            save_grant(session, shop.admin, 999, WISH, GOT, now=NOW)


def test_it_is_sealed_and_the_log_has_no_token(database: Database, shop: Shop) -> None:
    save(database, shop.admin)
    with database.reading() as session:
        grant = session.scalars(select(MailboxGrant)).one()
        sealed = (grant.sealed_access_token, grant.sealed_refresh_token)
        opened = [unseal(one, [secret_of(session)], SEALED_FOR) for one in sealed]
        assert opened == ["access-token", "refresh-token"]
        assert not [one for one in opened if one in "".join(sealed)]
        assert grant.granted_by_id == shop.admin.person_id
        entry = session.scalars(select(AuditEntry).where(AuditEntry.field == "sign-in")).one()
    assert (entry.old_value, entry.new_value) == ("", f"{SUPPORT} with Microsoft")


@pytest.mark.parametrize(
    ("wish", "got", "words"),
    [
        (WISH, replace(GOT, account="boss@shop.example"), "as boss@shop.example, and not as"),
        (WISH, replace(GOT, scopes="openid email"), "The right to read the mail was not given"),
        (WISH, replace(GOT, refresh_token=""), "gave no lasting right"),
        (GrantWish(MICROSOFT), replace(GOT, account=""), "type who signs in"),
    ],
)
def test_what_is_for_another_account_or_for_less_is_not_kept(
    database: Database, shop: Shop, wish: GrantWish, got: GrantedTokens, words: str
) -> None:
    with pytest.raises(InvalidInput) as told:
        save(database, shop.admin, got, wish)
    assert words in told.value.message
    with database.reading() as session:
        assert session.scalars(select(MailboxGrant)).all() == []


@pytest.mark.parametrize(
    ("wish", "account", "login"),
    [
        (GrantWish(MICROSOFT), "Me@Shop.example", "Me@Shop.example"),
        (WISH, "SUPPORT@shop.example", SUPPORT),
        (WISH, "", SUPPORT),
        (GrantWish(MICROSOFT, SUPPORT, shared=True), "ada@shop.example", SUPPORT),
    ],
)
def test_the_account_is_whose_the_token_is_or_a_shared_one(
    database: Database, shop: Shop, wish: GrantWish, account: str, login: str
) -> None:
    assert save(database, shop.admin, replace(GOT, account=account), wish).login == login


def test_nobody_is_asked_to_sign_in_as_a_shared_mailbox(database: Database, shop: Shop) -> None:
    for wish, hinted in ((WISH, True), (replace(WISH, shared=True), False)):
        with database.transaction() as session:
            url = begin_in_browser(
                session, shop.admin, shop.mailbox.id, wish, CLIENT,
                back="https://help.example/back", browser="ada", now=NOW,
            )  # fmt: skip
        assert ("login_hint" in url) is hinted


def test_google_shares_no_mailbox_so() -> None:
    assert not checked_grant_wish("google", SUPPORT, shared=True).shared
    assert checked_grant_wish("microsoft", f" {SUPPORT} ", shared=True) == GrantWish(
        MICROSOFT, SUPPORT, shared=True
    )
    for provider, login, problem in (
        ("yahoo", SUPPORT, NotFound),
        ("microsoft", "a\x01b", InvalidInput),
        ("microsoft", "", InvalidInput),
    ):
        with pytest.raises(problem):
            checked_grant_wish(provider, login, shared=True)


def test_what_is_fetched_goes_on_at_once_and_for_the_same_account(
    database: Database, shop: Shop
) -> None:
    save(database, shop.admin)
    fetch = fetch_by_token(database, shop)
    assert fetch.by_token
    assert fetch.sealed_password == ""
    with database.transaction() as session:
        row = session.get_one(MailboxFetch, fetch.id)
        row.trouble, row.tries, row.next_try_at = "consent", 3, NOW + timedelta(hours=1)
    save(database, shop.admin, minutes=5)
    with database.reading() as session:
        row = session.get_one(MailboxFetch, fetch.id)
        assert (row.trouble, row.tries, row.next_try_at) == ("", 0, None)
        assert row.changed_at > fetch.changed_at
    other = GrantWish(MICROSOFT, "other@shop.example")
    with pytest.raises(InvalidInput):
        begin(database, shop, other)
    with pytest.raises(InvalidInput):
        save(database, shop.admin, replace(GOT, account=""), other)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"login": "other@shop.example"}, "login"),
        ({"host": "imap.evil.example"}, "host"),
        ({"host": "imap.gmail.com"}, "host"),
        ({"sign_in": "magic"}, "sign_in"),
        ({"sign_in": "password"}, "password"),
    ],
)
def test_a_fetch_by_token_is_of_that_account_at_that_provider(
    database: Database, shop: Shop, changed: dict[str, str], field: str
) -> None:
    save(database, shop.admin)
    with database.reading() as session, pytest.raises(InvalidInput) as told:
        fetch_wish(session, shop.admin, SUPPORT, replace(FORM, **changed), NOW)
    assert told.value.field == field


def test_a_wish_of_before_is_looked_at_when_it_is_saved(database: Database, shop: Shop) -> None:
    save(database, shop.admin)
    with database.reading() as session:
        wish = fetch_wish(session, shop.admin, SUPPORT, FORM, NOW)
    with database.transaction() as session:
        forget_grant(session, shop.admin, shop.mailbox.id, now=NOW)
    with database.transaction() as session, pytest.raises(InvalidInput) as told:
        set_fetch(session, shop.admin, SUPPORT, wish, now=NOW)
    assert told.value.field == "sign_in"


def test_a_code_is_asked_after_no_more_often_than_allowed(database: Database, shop: Shop) -> None:
    box, admin = shop.mailbox.id, shop.admin

    def turn(seconds: int, browser: str = "ada") -> BegunGrant | None:
        now = NOW + timedelta(seconds=seconds)
        with database.transaction() as session:
            return turn_to_ask(session, admin, box, browser=browser, now=now)

    with database.transaction() as session:
        begin_on_device(session, admin, box, WISH, CODE, browser="ada", now=NOW)
    assert turn(4) is None
    begun = turn(5)
    assert begun is not None
    assert begun.secret == "device-code"
    with database.transaction() as session:
        ask_slower(session, admin, box, browser="ada")
    assert turn(14) is None
    assert turn(15) is not None
    with pytest.raises(InvalidInput):
        turn(20, "bo")
    with pytest.raises(InvalidInput):
        turn(600)
    save(database, admin)
    with pytest.raises(InvalidInput):
        turn(30)
    with database.transaction() as session:
        begin_on_device(session, admin, box, WISH, CODE, browser="ada", now=NOW)
        assert session.scalar(select(func.count()).select_from(GrantRequest)) == 1
        give_up_request(session, admin, box)
        assert session.scalar(select(func.count()).select_from(GrantRequest)) == 0


def test_it_is_forgotten_and_goes_with_the_mailbox(database: Database, shop: Shop) -> None:
    for _ in range(2):
        save(database, shop.admin)
        begin(database, shop)
        with database.transaction() as session:
            forget_grant(session, shop.admin, shop.mailbox.id, now=NOW)
            forget_grant(session, shop.admin, shop.mailbox.id, now=NOW)
            assert session.scalars(select(MailboxGrant)).all() == []
            assert session.scalars(select(GrantRequest)).all() == []
    save(database, shop.admin)
    state = begin(database, shop)
    with database.transaction() as session:
        add_mailbox(session, SYSTEM, "other@shop.example", name="Other", now=NOW)
        remove_mailbox(session, shop.admin, SUPPORT, now=NOW)
        assert session.scalars(select(MailboxGrant)).all() == []
    with pytest.raises(InvalidInput):
        take(database, shop.admin, state)
