"""Who may take a dispute pack, and that it stands in the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.take_pack import take_pack
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import AuditEntry
from helpdesk.tickets.access import actor_of
from tests.support.factories import NOW, Shop, make_ticket

LATER = NOW + timedelta(hours=1)


def test_staff_take_it_and_nobody_else(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        number = make_ticket(session, shop.ann).number
        with pytest.raises(NotAllowed):
            take_pack(session, actor_of(shop.ann), number, now=LATER)
        with pytest.raises(NotFound):
            take_pack(session, shop.agent, "TKT20260101001", now=LATER)
        pack = take_pack(session, shop.agent, number, now=LATER)
    with database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.kind == "dispute_pack"))
        assert (entry.actor_id, entry.subject, entry.new_value) == (
            shop.agent.person_id, number, pack.head)  # fmt: skip
