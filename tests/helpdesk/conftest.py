"""The shop and the ticket that most tests of the helpdesk begin with."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.models import Ticket
from tests.support.factories import Shop, make_shop, make_ticket


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    """Ann's, as she began it."""
    with database.transaction() as session:
        return make_ticket(session, shop.ann)
