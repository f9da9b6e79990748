"""People, as pages show them."""

from __future__ import annotations

from sqlalchemy import select

from bench.seed import seed
from helpdesk.db import Database
from helpdesk.models import Person, PersonAddress
from helpdesk.queries.people import name_shown, people, staff, view_person
from helpdesk.queries.queue_rows import QueueRow, row_statement
from tests.support.factories import NOW, Shop, make_person, make_ticket
from tests.support.plans import plans_of, reads_whole


def test_people_are_viewed_alike_however_they_are_read(database: Database, shop: Shop) -> None:
    with database.reading() as session:
        found = people(session, [shop.ann.id, None, 10**6])
        assert list(found) == [shop.ann.id]
        assert found[shop.ann.id] == view_person(session.get_one(Person, shop.ann.id))
        assert found[shop.ann.id].address == "ann@mail.example"
        assert {one.id for one in staff(session)} == {shop.admin.person_id, shop.agent.person_id}


def test_a_statement_calls_people_as_their_views_do(database: Database, shop: Shop) -> None:
    """Who has no name is shown by the beginning of their first address, on a row as elsewhere."""
    with database.transaction() as session:
        ada = make_person(session, "ada@shop.example", "agent")
        ada.name = ""
        make_ticket(session, shop.ann).assignee_id = ada.id
        session.add(PersonAddress(address="a@x.example", person_id=ada.id, created_at=NOW))
        make_person(session, '"odd@one"@mail.example').name = ""
    with database.reading() as session:
        every = session.execute(select(Person, name_shown(Person))).all()
        assert len(every) > 3
        for person, name in every:
            assert name == view_person(person).name
        (row,) = session.execute(row_statement(), {"me": shop.agent.person_id})
        assert QueueRow(*row).assignee_name == "ada"


def test_the_few_staff_are_found_among_many_customers_by_an_index(database: Database) -> None:
    seed(database, 6000, now=NOW)
    with database.reading() as session, plans_of(database) as plans:
        assert len(staff(session)) == 8
    assert not reads_whole("person", plans[0]), plans[0]
