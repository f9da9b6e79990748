"""Orders in a CSV file, as shops export them.

The first line names the columns: ``number`` and ``customer`` (an address) must be among them;
``customer_name``, ``placed_at``, ``status``, ``total``, ``currency``, ``item``, ``quantity`` and
``price`` may. Columns of other names are left alone. Rows of the same number one after the other
are one order, each with an item of it. A pure function of lines: no file, no database.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from helpdesk.errors import InvalidInput
from helpdesk.text import bounded_int, clean_line
from helpdesk.tickets.orders import OrderDetails

COLUMNS = ("number", "customer", "customer_name", "placed_at", "status", "total", "currency",
           "item", "quantity", "price")  # fmt: skip
_NEEDED = ("number", "customer")
_SEPARATORS = (";", "\t", ",")
_COMMA_AMOUNT = re.compile(r"[0-9]+,[0-9]{1,2}", re.ASCII)
_MOST_QUANTITY = 1_000_000
_LONGEST_NAME = 200


@dataclass
class OrderRow:
    """An order of the file, and the line that it begins on."""

    line: int
    number: str
    head: OrderDetails
    """All of it but its items."""
    items: list[dict[str, Any]] = field(default_factory=list)

    @property
    def details(self) -> OrderDetails:
        """What ``save_order`` takes."""
        return replace(self.head, items=self.items)


@dataclass(frozen=True)
class BadRow:
    """A line that is no order, and why not."""

    line: int
    problem: str


def decoded_lines(source: Iterable[bytes]) -> Iterator[str]:
    """The lines of a file, with their line ends.

    :raises InvalidInput: a line is not UTF-8.
    """
    for number, line in enumerate(source, 1):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            raise InvalidInput(
                "file", f"Line {number} is not UTF-8; save the file as “CSV UTF-8”."
            ) from None


def read_orders(lines: Iterable[str]) -> Iterator[OrderRow | BadRow]:
    """Every order of the file, and every line that is none, in the order in which they stand.

    :param lines: with their line ends.
    :raises InvalidInput: the first line does not name the columns that are needed.
    """
    source = iter(lines)
    names, reader = _begin(source)
    waiting: OrderRow | None = None
    for cells in _rows(reader):
        line = reader.line_num + 1
        if isinstance(cells, BadRow):
            yield BadRow(line, cells.problem)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _order(line, dict(zip(names, map(str.strip, cells), strict=False)))
        except InvalidInput as problem:
            yield BadRow(line, f"{problem.field}: {problem.message}")
            continue
        if waiting is not None and waiting.number == row.number:
            waiting.items += row.items
            continue
        if waiting is not None:
            yield waiting
        waiting = row
    if waiting is not None:
        yield waiting


def _begin(source: Iterator[str]) -> tuple[list[str], Any]:
    """The names of the columns, and a reader of the lines after them."""
    head = next(source, "").lstrip("\ufeff")
    separator = max(_SEPARATORS, key=head.count)
    names = [name.strip().lower() for name in next(csv.reader([head], delimiter=separator), [])]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise InvalidInput(
            "file",
            f"The first line must name the columns; {' and '.join(missing)} is missing. "
            f"There may be: {', '.join(COLUMNS)}.",
        )
    return names, csv.reader(source, delimiter=separator)


def _rows(reader: Any) -> Iterator[list[str] | BadRow]:
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            yield BadRow(0, f"cannot be read ({problem})")


def _order(line: int, cells: dict[str, str]) -> OrderRow:
    head = OrderDetails(
        customer=cells.get("customer", ""),
        customer_name=cells.get("customer_name", ""),
        placed_at=_moment(cells.get("placed_at", "")),
        status=cells.get("status", ""),
        total=_amount(cells.get("total", "")),
        currency=cells.get("currency", "").upper(),
    )
    name = clean_line(cells.get("item", ""), _LONGEST_NAME)
    item = {
        "name": name,
        "quantity": _quantity(cells.get("quantity", "")),
        "price": _amount(cells.get("price", "")),
    }
    return OrderRow(line, cells.get("number", ""), head, [item] if name else [])


def _moment(text: str) -> datetime | None:
    """A date or a moment; without a zone it is UTC."""
    if not text:
        return None
    try:
        if len(text) == len("2026-11-20"):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidInput("placed_at", "This is no date, such as “2026-11-20”.") from None


def _amount(text: str) -> str:
    return text.replace(",", ".") if _COMMA_AMOUNT.fullmatch(text) else text


def _quantity(text: str) -> int:
    number = bounded_int(text, least=1, most=_MOST_QUANTITY)
    if text and number is None:
        raise InvalidInput("quantity", "This is no number of things, such as “2”.")
    return number or 1
