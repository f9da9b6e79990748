"""``postdesk orders import``: all that holds is imported, the rest is named."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from helpdesk.db import Database
from helpdesk.models import Order
from tests.commands.conftest import Postdesk
from tests.support.factories import make_shop


def _orders(database: Database) -> dict[str, tuple[str, str]]:
    with database.reading() as session:
        orders = session.scalars(select(Order).order_by(Order.id))
        return {order.number: (order.person.address, order.total) for order in orders}


def test_a_file_is_imported_and_again_changes_nothing(
    database: Database, postdesk: Postdesk, tmp_path: Path
) -> None:
    make_shop(database)
    file = tmp_path / "orders.csv"
    rows = [f"A-{number};c{number % 7}@mail.example;{number}.50" for number in range(450)]
    file.write_text("\n".join(["number;customer;total", *rows]), "utf-8")
    first = postdesk("orders", "import", str(file))
    assert first.exit_code == 0, first.output
    assert first.stdout == "450 new, 0 known before, 0 not imported.\n"
    imported = _orders(database)
    assert len(imported) == 450
    assert imported["A-8"] == ("c1@mail.example", "8.50")
    again = postdesk("orders", "import", str(file))
    assert again.stdout == "0 new, 450 known before, 0 not imported.\n"
    assert _orders(database) == imported


def test_bad_rows_are_named_and_the_rest_is_imported(
    database: Database, postdesk: Postdesk, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "number,customer,total,currency\n"
        "A-1,ann@mail.example,1.00,EUR\n"
        "A 2,ann@mail.example,1.00,EUR\n"
        "A-3,nobody,1.00,EUR\n"
        "A-4,ann@mail.example,much,EUR\n"
        "A-5,ann@mail.example,1.00,euros\n"
        "A-6,ann@mail.example\n",
        "utf-8",
    )
    result = postdesk("orders", "import", str(file))
    assert result.exit_code == 1
    assert result.stdout == "2 new, 0 known before, 4 not imported.\n"
    named = [line for line in result.stderr.splitlines() if line.startswith("line ")]
    assert [line.split(": ")[:2] for line in named] == [
        ["line 3", "number"],
        ["line 4", "customer"],
        ["line 5", "total"],
        ["line 6", "currency"],
    ]
    assert set(_orders(database)) == {"A-1", "A-6"}


def test_what_is_no_such_file(database: Database, postdesk: Postdesk, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("hello\n", "utf-8")
    assert "must name the columns" in postdesk("orders", "import", str(file)).stderr
    file.write_bytes("number,customer,status\n1,a@b.example,geprüft\n".encode("latin-1"))
    result = postdesk("orders", "import", str(file))
    assert result.exit_code == 1
    assert "Line 2 is not UTF-8" in result.stderr
    assert "does not exist" in postdesk("orders", "import", "nothing.csv").stderr
