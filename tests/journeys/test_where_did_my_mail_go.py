"""A mail does not show up: an agent finds it held, learns why, lets it in, and sees who did."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.utils import make_msgid

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import assert_accessible
from tests.support.running import RunningPostdesk
from tests.support.story import AGENT, SUPPORT, Desk, Shop

FRONT = "mx.shop.example"


@pytest.fixture
def checked_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop behind a front server, whose word on senders is believed."""
    folder = tmp_path_factory.mktemp("checked")
    with RunningPostdesk(folder, AUTH="front", TRUSTED_AUTHSERV=FRONT) as postdesk:
        shop = Shop(postdesk)
        yield shop
        shop.database.dispose()


def test_a_held_mail_is_understood_and_released(checked_shop: Shop, page: Page) -> None:
    shop = checked_shop
    ann = shop.customer("ann@bank.example", "Ann")
    ticket = shop.ticket_of(ann.writes("My card is lost"))
    acknowledgement = ann.receives(ticket.number)
    message_id = make_msgid(domain="bank.example")
    _deliver(
        shop,
        f"Authentication-Results: {FRONT}; dmarc=fail (p=reject) header.from=bank.example\r\n"
        f"From: Ann <ann@bank.example>\r\nTo: {SUPPORT}\r\nMessage-ID: {message_id}\r\n"
        f"Subject: Re: {acknowledgement['Subject']}\r\n"
        f"In-Reply-To: {acknowledgement['Message-ID']}\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\nI found it behind the sofa.\r\n",
    )
    desk = Desk(page, shop.postdesk.url)
    desk.sign_in(AGENT)
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Mail").click()

    # Why is it not on the ticket?
    held = page.get_by_role("list", name="Held mail").get_by_role("link")
    held.filter(has_text=ticket.number).click()
    place = page.get_by_label("Where it is")
    expect(place).to_contain_text("bank.example asks that such mail not be taken")
    expect(place).to_contain_text("It may be forged")
    expect(page.locator(".mail-preview")).to_contain_text("behind the sofa")
    expect(page.get_by_text("Failed.")).to_be_visible()
    assert_accessible(page)

    # Let it in: it lands where it belongs.
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_label("Where it is")).to_contain_text("being filed")
    shop_mail = message_id.strip("<>")
    shop.wait_until_filed(shop_mail)
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("link", name=ticket.number).first.click()
    message = page.locator(".message", has_text="behind the sofa")
    expect(message).to_be_visible()

    # And the reasons say who did that.
    message.get_by_title("More about this message").click()
    message.get_by_text("Why is this here?").click()
    message.get_by_role("link", name="All the reasons").click()
    why = page.get_by_role("region", name="Why is this here?")
    expect(why).to_contain_text("Held in quarantine: It fails the check of its sender")
    expect(why).to_contain_text("Released by agent")
    expect(why).to_contain_text(f"{ticket.number} decided")
    assert shop.inbound(shop_mail).ticket_id == ticket.id
    assert shop.postdesk.ledger()["difference"] == 0


def _deliver(shop: Shop, raw: str) -> None:
    held = shop.postdesk.ledger()["held"]
    with smtplib.SMTP("127.0.0.1", shop.postdesk.smtp_port, timeout=10) as client:
        client.sendmail("ann@bank.example", [SUPPORT], raw.encode())
    shop.wait_until_held(held + 1)
