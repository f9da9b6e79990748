"""People, as pages show them."""

from __future__ import annotations

from helpdesk.db import Database
from helpdesk.models import Person
from helpdesk.queries.people import people, staff, view_person
from tests.support.factories import Shop


def test_people_are_viewed_alike_however_they_are_read(database: Database, shop: Shop) -> None:
    with database.reading() as session:
        found = people(session, [shop.ann.id, None, 10**6])
        assert list(found) == [shop.ann.id]
        assert found[shop.ann.id] == view_person(session.get_one(Person, shop.ann.id))
        assert found[shop.ann.id].address == "ann@mail.example"
        assert {one.id for one in staff(session)} == {shop.admin.person_id, shop.agent.person_id}
