"""Signing in for a mailbox in the browser, at the tests' provider, and fetching by that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.models import MailboxFetch, MailboxGrant
from tests.conftest import MakeSettings
from tests.mailgate.fetch.fetching import letter
from tests.support.clock import FakeClock
from tests.support.dovecot import Dovecot
from tests.support.token_server import LIVE, TokenServer
from tests.web.conftest import Browser, Desk

PAGE = "/desk/admin/mailboxes/1/fetch"
SUPPORT = "support@shop.example"
SIGN_IN = f"{PAGE}/sign-in"

pytestmark = [pytest.mark.databases("sqlite"), pytest.mark.own_app]


@pytest.fixture
def settings(make_settings: MakeSettings, database_url: str, token_server: TokenServer) -> object:
    return make_settings(DATABASE_URL=database_url, **token_server.settings)


@pytest.fixture
def no_token_is_shown(
    token_server: TokenServer, capfd: pytest.CaptureFixture[str]
) -> Iterator[None]:
    yield
    said = "".join(capfd.readouterr())
    assert not [one for one in token_server.tokens if one and one in said]


def grants(desk: Desk) -> list[MailboxGrant]:
    with desk.database.reading() as session:
        return list(session.scalars(select(MailboxGrant)))


def going(admin: Browser, provider: str = "google", **fields: str) -> str:
    """Press the button; the address that the browser is sent to."""
    answer = admin.post(f"{SIGN_IN}/{provider}", PAGE, **{"login": SUPPORT, **fields})
    assert answer.status_code == 200
    url = answer.headers["Refresh"].removeprefix("0; url=")
    assert f'href="{url}"'.replace("&", "&amp;") in answer.text, "one may go there by hand"
    return url


def back(url: str) -> str:
    """The path of an address of ours."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


@pytest.mark.usefixtures("no_token_is_shown")
def test_sign_in_see_the_first_mail_and_fetch_it(
    desk: Desk, admin: Browser, token_server: TokenServer, dovecot: Dovecot
) -> None:
    token_server.account = f"u{token_server.url[-5:]}@shop.example"
    dovecot.put(token_server.account, letter(1, Subject="By a token"))
    url = going(admin, login=token_server.account)
    assert "redirect_uri=" in url
    answer = admin.get(back(token_server.agree(url)))
    assert (answer.status_code, answer.location) == (303, f"{PAGE}#sign-in")
    page = admin.get(PAGE).text
    assert "Signed in with Google as" in page
    assert 'value="imap.gmail.com"' in page
    assert 'hx-trigger="load, change' in page, "the first mail is looked at by itself"
    typed = {
        "sign_in": "token", "login": token_server.account, "host": "127.0.0.1",
        "port": str(dovecot.port), "tls": "off", "folder": "INBOX", "after": "seen", "days": "0",
    }  # fmt: skip
    shown = admin.post(f"{PAGE}/test", PAGE, **typed)
    assert "By a token" in shown.text
    assert admin.post(PAGE, PAGE, **typed).status_code == 303
    with desk.database.reading() as session:
        fetch = session.scalars(select(MailboxFetch)).one()
    assert (fetch.by_token, fetch.sealed_password) == (True, "")
    (grant,) = grants(desk)
    page = admin.get(PAGE).text + shown.text
    assert not [one for one in token_server.tokens if one in page]
    assert grant.sealed_refresh_token not in page
    token_server.withdraw()
    refused = admin.post(f"{PAGE}/test", PAGE, **typed)
    assert "does not hold any more: sign in again. It says:" in refused.text
    assert "does not hold any more: sign in again." in admin.get(PAGE).text
    admin.post(f"{PAGE}/forget", PAGE)
    assert grants(desk) == []
    refused = admin.post(PAGE, PAGE, **typed)
    assert refused.status_code == 422
    assert "Nobody has signed in for this mailbox yet" in refused.text


def test_another_browser_the_same_state_again_and_a_forged_one(
    desk: Desk, admin: Browser, visitor: Callable[[], Browser], token_server: TokenServer
) -> None:
    url = back(token_server.agree(going(admin)))
    forged = re.sub("state=[^&]+", "state=forged", url)
    stranger = visitor()
    stranger.is_signed_in_as(desk.ada)
    for browser, path in ((admin, forged), (stranger, url), (admin, "/desk/admin/mailboxes/oauth")):
        answer = browser.get(path)
        assert (answer.status_code, answer.location) == (303, "/desk/admin/mailboxes")
        assert "was not begun in this browser" in browser.get("/desk/admin/mailboxes").text
    assert grants(desk) == []
    assert admin.get(url).location == f"{PAGE}#sign-in"
    (first,) = grants(desk)
    assert admin.get(url).location == "/desk/admin/mailboxes", "it is good once"
    assert LIVE, "nobody tried the code again, which would have ended all"
    assert [one.id for one in grants(desk)] == [first.id]


def test_after_ten_minutes_it_is_over(
    desk: Desk, admin: Browser, token_server: TokenServer, clock: FakeClock
) -> None:
    url = back(token_server.agree(going(admin)))
    clock.now += timedelta(minutes=10)
    assert admin.get(url).location == "/desk/admin/mailboxes"
    assert grants(desk) == []


def test_who_does_not_agree_or_signs_in_as_another_is_told_beside_the_field(
    desk: Desk, admin: Browser, token_server: TokenServer
) -> None:
    def told(path: str) -> str:
        assert admin.get(path).location == f"{PAGE}#sign-in"
        page = admin.get(PAGE).text
        found = re.search(r'id="sign_in-problem">.*?<span>(.*?)</span>', page, re.S)
        assert found
        assert "sign_in-problem" not in admin.get(PAGE).text, "said once"
        return found[1]

    def state() -> str:
        found = re.search("state=([^&]+)", going(admin))
        assert found
        return found[1]

    path = "/desk/admin/mailboxes/oauth"
    denied = told(f"{path}?state={state()}&error=access_denied")
    assert denied == "You did not agree there: nothing is saved."
    odd = told(f"{path}?state={state()}&error=odd&error_description=<b>It+rains</b>")
    assert odd == "It is refused there. It says: &lt;b&gt;It rains&lt;/b&gt;"
    assert "or was used before" in told(f"{path}?state={state()}&code=made-up")
    token_server.account = "boss@shop.example"
    url = back(token_server.agree(going(admin)))
    assert "as boss@shop.example, and not as support@shop.example" in told(url)
    token_server.scope = "openid email"
    url = back(token_server.agree(going(admin, login="")))
    assert "The right to read the mail was not given" in told(url)
    token_server.status = 503
    url = back(token_server.agree(going(admin)))
    assert "There is no answer that can be used. It says: status 503" in told(url)
    assert grants(desk) == []


def test_that_one_may_not_send_is_said(admin: Browser, token_server: TokenServer) -> None:
    lacks = "The right to send by it was not given."
    for scope, is_said in (("", False), ("https://outlook.office.com/IMAP.AccessAsUser.All", True)):
        token_server.scope = scope
        admin.get(back(token_server.agree(going(admin, "microsoft"))))
        page = admin.get(PAGE).text
        assert "Signed in with Microsoft as support@shop.example." in page
        assert (lacks in page) is is_said


@pytest.mark.usefixtures("no_token_is_shown")
def test_by_a_code_on_another_device(
    desk: Desk, admin: Browser, token_server: TokenServer, clock: FakeClock
) -> None:
    typed, script = f"{PAGE}/typed", {"HX-Request": "true"}
    answer = admin.post(f"{SIGN_IN}/microsoft/code", PAGE, login=SUPPORT)
    assert answer.location == f"{PAGE}#sign-in"
    page = admin.get(PAGE).text
    assert f'href="{token_server.url}/devicelogin"' in page
    assert "WXYZ-1234" in page
    assert admin.post(typed, PAGE).location == f"{PAGE}#sign-in"
    assert token_server.asked == [], "it is too early to ask"
    token = {"csrf_token": admin.token(PAGE)}
    for says in ("authorization_pending", "slow_down"):
        token_server.device_says = says
        clock.now += timedelta(seconds=2)
        waiting = admin.client.post(typed, data=token, headers=script)
        assert (waiting.status_code, waiting.text) == (204, ""), "nothing on the page is touched"
    page = admin.get(PAGE).text
    assert "It was not typed yet." in page
    assert "every 7s" in page, "it is asked less often"
    token_server.type_code()
    clock.now += timedelta(seconds=10)
    piece = admin.client.post(typed, data=token, headers=script).text
    assert "Signed in with Microsoft as" in piece
    assert "<html" not in piece
    assert f'href="{PAGE}">Go on</a>' in piece
    assert "SMTP.Send" in grants(desk)[0].scopes
    refused = admin.post(typed, PAGE)
    assert refused.location == f"{PAGE}#sign-in"
    assert "The code is not good any more" in admin.get(PAGE).text


def test_a_code_that_is_refused_there_is_over(
    desk: Desk, admin: Browser, token_server: TokenServer, clock: FakeClock
) -> None:
    admin.post(f"{SIGN_IN}/microsoft/code", PAGE, login=SUPPORT)
    token_server.device_says = "access_denied"
    clock.now += timedelta(seconds=2)
    admin.post(f"{PAGE}/typed", PAGE)
    page = admin.get(PAGE).text
    assert "You did not agree there" in page
    assert "WXYZ-1234" not in page
    assert admin.post(f"{SIGN_IN}/google/code", PAGE, login=SUPPORT).status_code == 404
    assert admin.post(f"{SIGN_IN}/yahoo", PAGE, login=SUPPORT).status_code == 404
    assert grants(desk) == []


def test_an_agent_finds_no_such_pages(agent: Browser, token_server: TokenServer) -> None:
    assert agent.get("/desk/admin/mailboxes/oauth?state=x&code=y").status_code == 404
    for path in (f"{SIGN_IN}/google", f"{SIGN_IN}/microsoft/code", f"{PAGE}/typed"):
        assert agent.post(path, "/desk", login=SUPPORT).status_code == 404


class TestWithoutClients:
    @pytest.fixture
    def settings(self, make_settings: MakeSettings, database_url: str) -> object:
        return make_settings(DATABASE_URL=database_url)

    def test_one_sentence_names_the_settings(self, app: Flask, admin: Browser) -> None:
        page = admin.get(PAGE).text
        assert "POSTDESK_OAUTH_GOOGLE_CLIENT_ID or POSTDESK_OAUTH_MICROSOFT_CLIENT_ID" in page
        assert "Sign in with Google<" not in page
        assert admin.post(f"{SIGN_IN}/google", PAGE, login=SUPPORT).status_code == 404
