"""Categories, as admins set them up."""

from __future__ import annotations

import re

from sqlalchemy import select

from helpdesk.actions.change_ticket import change_category
from helpdesk.actor import Actor
from helpdesk.models import AuditEntry
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk


def test_a_category_is_added_used_renamed_and_put_out_of_use(
    desk: Desk, admin: Browser, agent: Browser, clock: FakeClock
) -> None:
    assert admin.post("/desk/admin/categories", label="Repairs").status_code == 303
    assert ">Repairs</option>" in agent.get("/desk/new").text
    with desk.database.transaction() as session:
        actor = Actor(desk.bo.id, "agent")
        change_category(session, actor, desk.ticket.id, "repairs", now=clock.now)
    listed = admin.get("/desk/admin/categories").text
    ids = re.findall(r'action="/desk/admin/categories/(\d+)"', listed)
    path = f"/desk/admin/categories/{ids[-1]}"
    assert admin.post(path, label="Mending").status_code == 303
    assert '<span class="chip">Mending</span>' in agent.get("/desk").text
    assert admin.post(path, label="Refund").status_code == 422
    assert admin.post(path, state="retire").status_code == 303
    assert ">Mending</option>" not in agent.get("/desk/new").text
    assert '<span class="chip">Mending</span>' in agent.get("/desk").text
    ticket = agent.get(f"/desk/t/{desk.ticket.number}").text
    assert "Mending" in ticket
    with desk.database.reading() as session:
        newest = select(AuditEntry.actor_id).order_by(AuditEntry.id.desc()).limit(1)
        assert session.scalar(newest) == desk.ada.id
