"""The names that fields offer."""

from __future__ import annotations

from sqlalchemy import update

from helpdesk.models import Category
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk


def test_fields_offer_staff_and_categories_in_use(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    page = agent.get("/desk").text
    assert '<option value="refund"' in page
    assert f'<option value="{desk.bo.id}"' in page
    assert f'<option value="{desk.ann.id}"' not in page
    with desk.database.transaction() as session:
        session.execute(
            update(Category).where(Category.name == "refund").values(label="Money back")
        )
    clock.advance(seconds=6)
    assert ">Money back</option>" in agent.get("/desk").text
