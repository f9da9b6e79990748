"""People, as pages show them."""

from __future__ import annotations

from bench.seed import seed
from helpdesk.db import Database
from helpdesk.models import Person
from helpdesk.queries.people import people, staff, view_person
from tests.support.factories import NOW, Shop
from tests.support.plans import plans_of, reads_whole


def test_people_are_viewed_alike_however_they_are_read(database: Database, shop: Shop) -> None:
    with database.reading() as session:
        found = people(session, [shop.ann.id, None, 10**6])
        assert list(found) == [shop.ann.id]
        assert found[shop.ann.id] == view_person(session.get_one(Person, shop.ann.id))
        assert found[shop.ann.id].address == "ann@mail.example"
        assert {one.id for one in staff(session)} == {shop.admin.person_id, shop.agent.person_id}


def test_the_few_staff_are_found_among_many_customers_by_an_index(database: Database) -> None:
    seed(database, 6000, now=NOW)
    with database.reading() as session, plans_of(database) as plans:
        assert len(staff(session)) == 8
    assert not reads_whole("person", plans[0]), plans[0]
