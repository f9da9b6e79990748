"""A shop whose mail is at a hoster: fetched from there, set up and answered by browser alone."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.mailgate.fetch.fetching import letter
from tests.support.browsing import ALL, assert_accessible
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.running import RunningPostdesk
from tests.support.servers import wait_until
from tests.support.story import Desk, text_of
from tests.support.token_server import TokenServer

pytestmark = pytest.mark.browser


def test_the_first_mail_is_fetched_and_answered(
    tmp_path: Path, page: Page, dovecot: Dovecot
) -> None:
    user = f"u{uuid4().hex[:12]}"
    dovecot.put(user, letter(1, "It leaks.", Subject="The kettle leaks"))
    with RunningPostdesk(tmp_path) as postdesk:
        desk = Desk(page, postdesk.url)
        desk.sign_in("admin@localhost", (postdesk.data_dir / "first-password").read_text())
        page.get_by_role("link", name="Settings").click()
        page.get_by_role("link", name="Mailboxes").click()
        page.get_by_label("Address").fill("support@shop.example")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Fetch its mail …").click()
        set_up(page, user, dovecot)

        wait_until(
            "she is told that it came", lambda: said_to_ann(postdesk, "We have your message")
        )
        page.reload()
        expect(page.locator(".sheet")).to_contain_text("Everything that was there is here")
        assert list(dovecot.flags(user).values()) == [{b"\\Seen"}]
        desk.open_view("open")
        desk.open_ticket("The kettle leaks")
        page.locator("#reply-text").fill("We send you a new one.")
        page.locator(".reply-form [data-send]").click()
        wait_until("she has it", lambda: said_to_ann(postdesk, "We send you a new one."))


def test_it_is_fetched_without_a_password(
    tmp_path: Path, page: Page, dovecot: Dovecot, token_server: TokenServer
) -> None:
    user = token_server.account = f"u{uuid4().hex[:12]}@shop.example"
    dovecot.put(user, letter(1, "It leaks.", Subject="The kettle leaks"))
    with RunningPostdesk(tmp_path, **token_server.settings) as postdesk:
        postdesk.command("mailbox", "add", "support@shop.example")
        password = (postdesk.data_dir / "first-password").read_text()
        Desk(page, postdesk.url).sign_in("admin@localhost", password)
        page.goto(f"{postdesk.url}/desk/admin/mailboxes/1/fetch")
        page.get_by_label("Account").fill(user)
        page.get_by_role("button", name="Sign in with Google").click()
        page.get_by_role("link", name="Agree").click()
        expect(page.locator("#sign-in")).to_contain_text(f"Signed in with Google as {user}, by")
        page.get_by_label("Server").fill("127.0.0.1")
        page.get_by_label("Port").fill(str(dovecot.port))
        page.get_by_label("Encrypted").select_option("off")
        expect(page.locator("#tested")).to_contain_text("The newest: The kettle leaks")
        assert_accessible(page, state="signed in, and looked into", impacts=ALL)
        page.get_by_role("button", name="Fetch its mail").click()
        expect(page.locator(".sheet")).to_contain_text("Seen on the server")
        wait_until(
            "she is told that it came", lambda: said_to_ann(postdesk, "We have your message")
        )
        kept = [postdesk.log, *postdesk.data_dir.glob("postdesk.db*")]
        written = b"".join(path.read_bytes() for path in kept)
    assert token_server.tokens
    assert not [one for one in token_server.tokens if one and one.encode() in written]


def set_up(page: Page, user: str, dovecot: Dovecot) -> None:
    """Type the account, a wrong password first, and save it."""
    page.get_by_label("Who signs in").fill(user)
    page.get_by_label("Server").fill("127.0.0.1")
    page.get_by_label("Port").fill(str(dovecot.port))
    page.get_by_label("Encrypted").select_option("off")
    page.get_by_label("Password").fill("not this one")
    page.keyboard.press("Tab")
    tested = page.locator("#tested")
    expect(tested).to_contain_text("The server refuses the user name or the password. It says:")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Tab")
    expect(tested).to_contain_text("The newest: The kettle leaks, from Ann <ann@mail.example>")
    page.get_by_role("button", name="Fetch its mail").click()
    expect(page.locator(".sheet")).to_contain_text("Seen on the server")


def said_to_ann(postdesk: RunningPostdesk, words: str) -> bool:
    """Whether a mail with these words has left to her."""
    to_ann = [one for one in postdesk.sent() if "ann@mail.example" in str(one["To"])]
    return any(words in f"{one['Subject']} {text_of(one)}" for one in to_ann)
