"""Whom of staff a note can name."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import Person
from helpdesk.queries.colleagues import Colleague, whom_to_name
from helpdesk.tickets.access import actor_of
from tests.support.factories import Shop, make_person


def test_all_active_staff_but_oneself(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        make_person(session, "gone@shop.example", "agent").active = False
        make_person(session, "zoe@shop.example", "agent").name = "Zoe Ray"
        make_person(session, "ray@shop.example", "agent").name = "Zoe Moss"
        session.get_one(Person, shop.admin.person_id).name = "Ada Lee"
    with database.reading() as session:
        assert whom_to_name(session, shop.agent) == (
            Colleague("Ada Lee", "admin@shop.example", "ada"),
            Colleague("Zoe Moss", "ray@shop.example", "zoe.moss"),
            Colleague("Zoe Ray", "zoe@shop.example", "zoe.ray"),
        )
        with pytest.raises(NotAllowed):
            whom_to_name(session, actor_of(shop.ann))
