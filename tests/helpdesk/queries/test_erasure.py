"""What an erasure would take is counted, of the person and of whom they are one with."""

from __future__ import annotations

import pytest

from helpdesk.actions.join_people import give_address
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import Person
from helpdesk.queries.erasure import erasures, plan_erasure
from tests.support.factories import NOW, Shop, make_ticket


def test_one_of_two_addresses_finds_both(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        make_ticket(session, shop.ann)
        make_ticket(session, shop.bob)
        give_address(session, "bob@mail.example", session.get_one(Person, shop.ann.id), NOW)
    with database.reading() as session:
        plan = plan_erasure(session, shop.admin, "Bob@mail.example")
        assert set(plan.addresses) == {"ann@mail.example", "bob@mail.example"}
        assert set(plan.person_ids) == {shop.ann.id, shop.bob.id}
        assert (len(plan.alone), plan.shared, plan.messages) == (2, (), 2)
        assert len(plan.hashes) == 2
        assert erasures(session, shop.admin) == ()
        with pytest.raises(NotAllowed):
            erasures(session, shop.agent)
