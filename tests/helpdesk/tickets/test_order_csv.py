"""Orders read from CSV: what each line says, and what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpdesk.errors import InvalidInput
from helpdesk.tickets.order_csv import BadRow, OrderRow, read_orders


def read(text: str) -> list[OrderRow | BadRow]:
    return list(read_orders(text.splitlines(keepends=True)))


def test_rows_of_one_number_are_one_order() -> None:
    first, second = read(
        "\ufeffNumber,Customer,Placed_at,Total,Currency,Item,Quantity,Price,Colour\r\n"
        'A-1,ann@mail.example,2026-11-20,"49,90",eur,"Kettle, 1 l",2,24.95,red\r\n'
        "A-1,ann@mail.example,2026-11-20,49.90,EUR,Bag,,,\r\n"
        "\r\n"
        "A-2,bob@mail.example\r\n"
    )
    assert isinstance(first, OrderRow)
    assert isinstance(second, OrderRow)
    assert (first.line, first.number) == (2, "A-1")
    assert first.details.placed_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert (first.details.total, first.details.currency) == ("49.90", "EUR")
    assert first.items == [
        {"name": "Kettle, 1 l", "quantity": 2, "price": "24.95"},
        {"name": "Bag", "quantity": 1, "price": ""},
    ]
    assert (second.line, second.number, second.items) == (5, "A-2", [])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators(separator: str) -> None:
    (row,) = read(f"customer{separator}number\nann@mail.example{separator}7\n")
    assert isinstance(row, OrderRow)
    assert (row.number, row.details.customer) == ("7", "ann@mail.example")


def test_a_line_of_several_lines_is_named_by_its_last() -> None:
    rows = read('number,customer,item\n1,a@b.example,"two\nlines"\n2,a@b.example,x\n')
    assert [row.line for row in rows] == [3, 4]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ("1,a@b.example,yesterday,", "placed_at: This is no date, such as “2026-11-20”."),
        ("1,a@b.example,0001-01-01T00:00+14:00,", "placed_at: This is no date"),
        ("1,a@b.example,,many", "quantity: This is no number of things, such as “2”."),
        ("1,a@b.example,,0", "quantity: "),
    ],
)
def test_a_row_that_does_not_hold_is_named_with_its_line(cells: str, problem: str) -> None:
    bad, good = read(f"number,customer,placed_at,quantity\n{cells}\n2,b@c.example,,\n")
    assert isinstance(bad, BadRow)
    assert bad.line == 2
    assert bad.problem.startswith(problem)
    assert isinstance(good, OrderRow)


@pytest.mark.parametrize("text", ["", "number;total\n", "ann@mail.example,77\n", "\n\n"])
def test_a_file_that_names_no_columns(text: str) -> None:
    with pytest.raises(InvalidInput, match="must name the columns"):
        read(text)
