"""By which account a mailbox's mail is sent, as an admin sets it: tried before it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import select

from helpdesk.actions.note_sending import note_relay_trouble
from helpdesk.actions.set_fetch import FetchWish, set_fetch
from helpdesk.actor import SYSTEM
from helpdesk.imap.account import ImapAccount, Tls
from helpdesk.models import AfterFetching, MailboxRelay
from helpdesk.submission.trouble import RelayFault, RelayTrouble
from tests.helpdesk.oauth.signed_in import sign_in
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.factories import NOW
from tests.support.own_relays import LOGIN, SECRET, account_relay
from tests.support.relay import ScriptedRelay
from tests.support.token_server import TokenServer
from tests.web.conftest import Browser, Desk

PAGE = "/desk/admin/mailboxes/1/send"

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with account_relay() as made:
        yield made


@pytest.fixture
def typed(relay: ScriptedRelay) -> dict[str, str]:
    return {
        "login": LOGIN,
        "password": SECRET,
        "host": "127.0.0.1",
        "port": str(relay.port),
        "tls": "off",
        "per_minute": "",
    }


def saved(desk: Desk) -> list[MailboxRelay]:
    with desk.database.reading() as session:
        return list(session.scalars(select(MailboxRelay)))


def test_it_is_tried_before_it_is_saved_and_no_mail_is_sent(
    desk: Desk, admin: Browser, relay: ScriptedRelay, typed: dict[str, str]
) -> None:
    assert "leaves by the installation’s relay" in admin.get(PAGE).text
    shown = admin.post(f"{PAGE}/test", PAGE, **typed)
    assert shown.status_code == 200
    assert "is let in at" in shown.text
    assert f'value="{LOGIN}"' in shown.text, "what was typed stands there"
    assert SECRET not in shown.text
    assert saved(desk) == []
    assert admin.post(PAGE, PAGE, **typed).status_code == 303
    (kept,) = saved(desk)
    assert (kept.login, kept.sent_folder) == (LOGIN, "")
    page = admin.get(PAGE).text
    assert "Its mail leaves by" in page
    assert SECRET not in page
    assert kept.sealed_password not in page
    assert relay.mails == []
    again = admin.post(PAGE, PAGE, **{**typed, "password": "", "per_minute": "30"})
    assert again.status_code == 303, "the password is kept"
    assert saved(desk)[0].per_minute == 30


def test_a_piece_of_the_page_says_it_while_one_types(admin: Browser, typed: dict[str, str]) -> None:
    form = {"csrf_token": admin.token(PAGE), **typed}
    by_script = {"HX-Request": "true"}
    piece = admin.client.post(f"{PAGE}/test", data=form, headers=by_script)
    assert "<html" not in piece.text
    assert "may send as" in piece.text
    form["password"] = ""
    assert admin.client.post(f"{PAGE}/test", data=form, headers=by_script).text == ""


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"password": "wrong"}, "password", "It says: 535 5.7.8 Username and Password not"),
        ({"host": "no server"}, "host", "The server is a name"),
        ({"port": "1"}, "host", "The server cannot be reached. It says: "),
        ({"tls": "starttls"}, "tls", "It says: it offers no encryption"),
        ({"login": ""}, "login", "Say who signs in"),
        ({"per_minute": "many"}, "per_minute", "Say it as a number"),
        ({"keeps_copy": "on"}, "sent_folder", "that its mail is fetched from"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_saved(
    desk: Desk,
    admin: Browser,
    typed: dict[str, str],
    changed: dict[str, str],
    field: str,
    words: str,
) -> None:
    for path in (PAGE, f"{PAGE}/test"):
        answer = admin.post(path, PAGE, **{**typed, **changed})
        assert answer.status_code == (422 if path == PAGE else 200)
        if field != "sent_folder":  # which is not offered where nothing is fetched
            assert f'id="{field}-problem"' in answer.text
            assert words in answer.text
    assert saved(desk) == []


def test_whoever_may_not_send_so_is_told_by_the_server(
    desk: Desk, admin: Browser, relay: ScriptedRelay, typed: dict[str, str]
) -> None:
    relay.plan("mail", "553 5.7.1 Sender address rejected: not owned")
    answer = admin.post(PAGE, PAGE, **typed)
    assert answer.status_code == 422
    assert "553 5.7.1 Sender address rejected: not owned" in answer.text
    assert saved(desk) == []


def test_the_fetched_account_says_the_rest_and_keeps_the_copies(
    desk: Desk, admin: Browser, dovecot: Dovecot, typed: dict[str, str], relay: ScriptedRelay
) -> None:
    user = f"u{uuid4().hex[:12]}"
    account = ImapAccount("127.0.0.1", dovecot.port, Tls.OFF, user, PASSWORD)
    with desk.database.transaction() as session:
        wish = FetchWish(account, AfterFetching.SEEN, "", NOW)
        set_fetch(session, SYSTEM, "support@shop.example", wish, now=NOW)
    assert relay.accounts is not None
    relay.accounts[user] = PASSWORD
    page = admin.get(PAGE).text
    assert f'value="{user}"' in page
    assert "empty: as fetched" in page
    assert 'name="keeps_copy" checked' in page
    form = {**typed, "login": user, "password": "", "keeps_copy": "on", "sent_folder": ""}
    wrong = admin.post(PAGE, PAGE, **{**form, "sent_folder": "Nope"})
    assert wrong.status_code == 422
    assert "its folders are INBOX" in wrong.text
    assert "Copies are put into" in admin.post(f"{PAGE}/test", PAGE, **form).text
    assert admin.post(PAGE, PAGE, **form).status_code == 303
    (kept,) = saved(desk)
    assert kept.sent_folder == "Sent"


def test_who_signed_in_at_google_is_offered_first(
    desk: Desk, admin: Browser, token_server: TokenServer, typed: dict[str, str]
) -> None:
    assert "Signs in" not in admin.get(PAGE).text
    sign_in(desk.database, token_server, 1)
    page = admin.get(PAGE).text
    assert '<option value="token" selected>with Google, as support@shop.example' in page
    assert 'value="smtp.gmail.com"' in page
    form = {**typed, "sign_in": "token", "password": "", "login": "support@shop.example"}
    assert "is let in at" in admin.post(f"{PAGE}/test", PAGE, **form).text
    wrong = admin.post(PAGE, PAGE, **{**form, "host": "smtp.shop.example", "tls": "starttls"})
    assert wrong.status_code == 422
    assert "opens its own servers alone: smtp.gmail.com." in wrong.text
    assert admin.post(PAGE, PAGE, **form).status_code == 303
    (kept,) = saved(desk)
    assert (kept.by_token, kept.sealed_password) == (True, "")


def test_what_is_wrong_with_it_stands_there_and_on_the_watch(
    desk: Desk, admin: Browser, agent: Browser, typed: dict[str, str]
) -> None:
    admin.post(PAGE, PAGE, **typed)
    (kept,) = saved(desk)
    with desk.database.transaction() as session:
        trouble = RelayTrouble(RelayFault.REFUSED, "535 <no> entry")
        note_relay_trouble(session, kept.mailbox_id, kept.changed_at, trouble, now=NOW)
    assert "It says: “535 &lt;no&gt; entry”." in admin.get(PAGE).text
    assert "The server does not let this account in." in agent.get("/desk/mail/watch").text


def test_it_ends(desk: Desk, admin: Browser, typed: dict[str, str]) -> None:
    admin.post(PAGE, PAGE, **typed)
    assert admin.post(f"{PAGE}/off", PAGE).status_code == 303
    assert saved(desk) == []
    assert admin.post(f"{PAGE}/off", PAGE).status_code == 303, "somebody else was faster"


def test_an_agent_finds_no_such_page(agent: Browser, typed: dict[str, str]) -> None:
    assert agent.get(PAGE).status_code == 404
    assert agent.post(PAGE, "/desk", **typed).status_code == 404
