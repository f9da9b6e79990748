"""Each journey's file has one running Postdesk; those that break things have one of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.support.browsing import browser_type_launch_args, context
from tests.support.running import RunningPostdesk
from tests.support.story import Desk, Shop

__all__ = ["browser_type_launch_args", "context"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop whose Postdesk runs for the whole file: tell each story with people of its own."""
    with RunningPostdesk(tmp_path_factory.mktemp("shop")) as postdesk:
        shop = Shop(postdesk)
        yield shop
        shop.database.dispose()


@pytest.fixture
def own_shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop that the test may do harm to."""
    with RunningPostdesk(tmp_path) as postdesk:
        shop = Shop(postdesk)
        yield shop
        shop.database.dispose()


@pytest.fixture
def desk(shop: Shop, page: Page) -> Desk:
    """An agent, signed in."""
    desk = Desk(page, shop.postdesk.url)
    desk.sign_in()
    return desk
