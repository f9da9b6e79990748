"""A shop whose mail is all at a hoster: fetched from there and sent by it, by browser alone."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_mail_at_a_hoster import set_up
from tests.mailgate.fetch.fetching import letter
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.relay import ScriptedRelay
from tests.support.running import RunningPostdesk
from tests.support.servers import wait_until
from tests.support.story import Desk

pytestmark = pytest.mark.browser


def test_the_answer_leaves_by_the_account_and_lies_in_its_sent_mail(
    tmp_path: Path, page: Page, dovecot: Dovecot
) -> None:
    user = f"u{uuid4().hex[:12]}"
    dovecot.put(user, letter(1, "It leaks.", Subject="The kettle leaks"))
    with (
        ScriptedRelay(accounts={user: PASSWORD}) as hoster,
        RunningPostdesk(tmp_path) as postdesk,
    ):
        desk = Desk(page, postdesk.url)
        desk.sign_in("admin@localhost", (postdesk.data_dir / "first-password").read_text())
        page.get_by_role("link", name="Settings").click()
        page.get_by_role("link", name="Mailboxes").click()
        page.get_by_label("Address").fill("support@shop.example")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Fetch its mail …").click()
        set_up(page, user, dovecot)
        send_by_it(page, user, hoster)

        dovecot.put(user, letter(2, "It leaks badly.", Subject="The lid is loose"))
        desk.open_view("open")
        wait_until("it is there", lambda: arrived(page, "The lid is loose"), seconds=60)
        desk.open_ticket("The lid is loose")
        page.locator("#reply-text").fill("We send you a new lid.")
        page.locator(".reply-form [data-send]").click()
        wait_until("she has it", lambda: holds(hoster, "We send you a new lid."), seconds=60)
        assert {mail.envelope_from for mail in hoster.mails} == {"support@shop.example"}
        assert set(hoster.signed_in) == {f"PLAIN {user}"}
        wait_until("a copy is kept", lambda: kept(dovecot, user, "We send you a new lid."))
        assert not [one for one in postdesk.sent() if "new lid" in str(one)]


def send_by_it(page: Page, user: str, hoster: ScriptedRelay) -> None:
    """Choose to send by the same account: its password is not typed again."""
    page.get_by_role("link", name="Send by this account …").click()
    expect(page.get_by_label("Who signs in")).to_have_value(user)
    page.get_by_label("Server").fill("127.0.0.1")
    page.get_by_label("Port").fill(str(hoster.port))
    page.keyboard.press("Tab")
    tested = page.locator("#tested")
    expect(tested).to_contain_text("may send as support@shop.example.")
    expect(tested).to_contain_text("Copies are put into Sent.")
    assert hoster.mails == []
    page.get_by_role("button", name="Send by this account").click()
    expect(page.locator(".sheet")).to_contain_text("Its mail leaves by")


def arrived(page: Page, subject: str) -> bool:
    page.reload()
    return page.get_by_text(subject).count() > 0


def holds(hoster: ScriptedRelay, words: str) -> bool:
    bodies = [mail.message.get_body(("plain",)) for mail in hoster.mails]
    return any(words in body.get_content() for body in bodies if body)


def kept(dovecot: Dovecot, user: str, words: str) -> bool:
    client = dovecot.client(user)
    try:
        if not client.folder_exists("Sent"):
            return False
        client.select_folder("Sent", readonly=True)
        found = client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS"])
        return any(
            words.encode() in one[b"BODY[]"] and b"\\Seen" in one[b"FLAGS"]
            for one in found.values()
        )
    finally:
        client.logout()
