"""The pages in a real browser, with a few tickets to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.support.browsing import browser_type_launch_args, context
from tests.support.running import RunningPostdesk
from tests.support.story import Desk, Shop, text_of

__all__ = ["browser_type_launch_args", "context"]

LOOKS = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}},
}
"""Each is looked at light and dark: ``assert_accessible`` switches the theme in place."""


@dataclass(frozen=True)
class Furnished:
    """A running shop, the number of a ticket with a conversation, and its tracking link."""

    shop: Shop
    number: str
    tracking_link: str


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    with RunningPostdesk(tmp_path_factory.mktemp("shop")) as postdesk:
        shop = Shop(postdesk)
        ann = shop.customer("ann@mail.example", "Ann")
        ticket = shop.ticket_of(
            ann.writes("Where is my order of a very long winter coat with " + "many words " * 12)
        )
        acknowledgement = ann.receives(ticket.number)
        for text in ("It should have come on Monday.", "A" * 300 + " is one long word."):
            shop.ticket_of(ann.answers(acknowledgement, text))
        bert = shop.customer("bert@mail.example", "Bert")
        shop.ticket_of(bert.writes("قهوة مكسورة", "مرحبا، وصلت القهوة مكسورة.\n"))
        words = text_of(acknowledgement).split()
        link = next(word for word in words if "/t/" in word)
        yield Furnished(shop, ticket.number, link)
        shop.database.dispose()


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> dict[str, Any]:
    chosen: dict[str, Any] = LOOKS[request.param]
    return chosen


@pytest.fixture
def browser_context_args(
    browser_context_args: dict[str, Any], look: dict[str, Any]
) -> dict[str, Any]:
    return {**browser_context_args, **look}


@pytest.fixture
def signed_in(furnished: Furnished, context: BrowserContext) -> Page:
    page = context.new_page()
    Desk(page, furnished.shop.postdesk.url).sign_in()
    return page
