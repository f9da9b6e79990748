"""A mailbox's account at a hoster, as an admin sets it: looked into before it is saved."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from helpdesk.models import MailboxFetch
from tests.mailgate.fetch.fetching import letter
from tests.support.dovecot import PASSWORD, Dovecot
from tests.web.conftest import Browser, Desk

PAGE = "/desk/admin/mailboxes/1/fetch"

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def typed(dovecot: Dovecot) -> dict[str, str]:
    """The form of an account that is there, with one mail."""
    user = f"u{uuid4().hex[:12]}"
    dovecot.put(user, letter(1, Subject="Where is <b>it</b>?"))
    return {
        "login": user,
        "password": PASSWORD,
        "host": "127.0.0.1",
        "port": str(dovecot.port),
        "tls": "off",
        "folder": "INBOX",
        "after": "seen",
        "move_to": "",
        "days": "0",
    }


def saved(desk: Desk) -> list[MailboxFetch]:
    with desk.database.reading() as session:
        return list(session.scalars(select(MailboxFetch)))


def test_the_first_mail_is_shown_before_it_is_saved(
    desk: Desk, admin: Browser, typed: dict[str, str]
) -> None:
    shown = admin.post(f"{PAGE}/test", PAGE, **typed)
    assert shown.status_code == 200
    assert "Where is &lt;b&gt;it&lt;/b&gt;?" in shown.text
    assert "has 1 mail." in shown.text
    assert f'value="{typed["login"]}"' in shown.text, "what was typed stands there"
    assert PASSWORD not in shown.text
    assert saved(desk) == []
    answer = admin.post(PAGE, PAGE, **typed)
    assert answer.status_code == 303
    (fetch,) = saved(desk)
    assert fetch.login == typed["login"]
    page = admin.get(PAGE).text
    assert "Not looked at yet" in page
    assert PASSWORD not in page
    assert fetch.sealed_password not in page


def test_a_piece_of_the_page_says_it_while_one_types(
    desk: Desk, admin: Browser, typed: dict[str, str]
) -> None:
    typed = {"csrf_token": admin.token(PAGE), **typed}
    by_script = {"HX-Request": "true"}
    piece = admin.client.post(f"{PAGE}/test", data=typed, headers=by_script)
    assert "<html" not in piece.text
    assert "is let in at" in piece.text
    untyped = {**typed, "password": ""}
    piece = admin.client.post(f"{PAGE}/test", data=untyped, headers=by_script)
    assert piece.text == ""


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"password": "wrong"}, "password", "It says: [AUTHENTICATIONFAILED]"),
        ({"folder": "Nope"}, "folder", "There is no such folder on the server. It says: "),
        ({"host": "no server"}, "host", "The server is a name"),
        ({"port": "1"}, "host", "The server cannot be reached. It says: "),
        ({"after": "move", "move_to": "Done"}, "move_to", "its folders are INBOX"),
        ({"days": "many"}, "days", "Say it as a number of days"),
        ({"login": ""}, "login", "Say who signs in"),
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
        assert f'id="{field}-problem"' in answer.text
        assert words in answer.text
    assert saved(desk) == []


def test_it_ends(desk: Desk, admin: Browser, typed: dict[str, str]) -> None:
    admin.post(PAGE, PAGE, **typed)
    assert admin.post(f"{PAGE}/off", PAGE).status_code == 303
    (fetch,) = saved(desk)
    assert not fetch.active
    assert admin.post(f"{PAGE}/off", PAGE).status_code == 303, "somebody else was faster"
    assert "Nothing is fetched" in admin.get(PAGE).text


def test_an_agent_finds_no_such_page(agent: Browser, typed: dict[str, str]) -> None:
    assert agent.get(PAGE).status_code == 404
    assert agent.post(PAGE, "/desk", **typed).status_code == 404
