"""Orders from a file: those that hold are saved, each of the others is told with its reason."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions.import_orders import ImportedOrders, import_orders, log_import, look_at_orders
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import Order
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.order_csv import read_orders
from tests.helpdesk.actions.administration import logged
from tests.support.factories import NOW, Shop

FILE = """number,customer,total
4711,ann@mail.example,49.90
4712,nonsense,1
4713,bob@mail.example,much
4714,eve@mail.example,
4715,Support+x@shop.example,5
""".splitlines(keepends=True)


def test_looking_saves_nothing_and_tells_all(database: Database, shop: Shop) -> None:
    with database.reading() as session:
        seen = look_at_orders(session, read_orders(FILE), most_shown=1)
    assert (seen.rows, seen.good) == (5, 2)
    assert [row.number for row in seen.first] == ["4711"]
    assert [(bad.line, bad.problem.partition(":")[0]) for bad in seen.problems] == [
        (3, "customer"), (4, "total"), (6, "customer")]  # fmt: skip


def test_the_same_file_again_changes_nothing(database: Database, shop: Shop) -> None:
    for new, known in ((2, 0), (0, 2)):
        with database.transaction() as session:
            done = import_orders(session, shop.agent, read_orders(FILE), now=NOW)
        assert (done.new, done.known, len(done.problems)) == (new, known, 3)
    with database.reading() as session:
        numbers = session.scalars(select(Order.number).order_by(Order.number)).all()
    assert numbers == ["4711", "4714"]


def test_an_admins_import_is_logged_with_what_became_of_it(database: Database, shop: Shop) -> None:
    done = ImportedOrders(new=1)
    done.add(ImportedOrders(new=1, known=3))
    with database.transaction() as session:
        log_import(session, shop.admin, "orders.csv", done, now=NOW)
        words = "2 new, 3 known before, 0 not imported"
        assert logged(session)[-1] == ("orders.csv", "imported", "", words)
        with pytest.raises(NotAllowed):
            log_import(session, shop.agent, "orders.csv", done, now=NOW)


def test_customers_import_nothing(database: Database, shop: Shop) -> None:
    with database.transaction() as session, pytest.raises(NotAllowed):
        import_orders(session, actor_of(shop.ann), read_orders(FILE), now=NOW)
