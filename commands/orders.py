"""``postdesk orders``: the shop's orders."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from commands.environment import load_settings, now, plain_errors
from commands.operator import operator

if TYPE_CHECKING:
    from helpdesk.actions.import_orders import ImportedOrders
    from helpdesk.db import Database


@click.group("orders")
def orders_group() -> None:
    """The shop's orders."""


@orders_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_orders_command(file: Path) -> None:
    """Import the orders of a CSV FILE (UTF-8, separated by comma, semicolon or tab).

    The first line names the columns: number and customer (an address); and, if there are such,
    customer_name, placed_at, status, total, currency, item, quantity, price. Rows of one number
    after the other are one order. The same file again changes nothing: after an interruption, run
    it again. Rows that do not hold are named with their line, and the rest is imported.
    """
    from helpdesk import db
    from helpdesk.actions.import_orders import log_import

    database = db.connect(load_settings())
    with plain_errors(), file.open("rb") as source:
        done = _import(database, source, file.stat().st_size)
        with database.transaction() as session:
            log_import(session, operator(), file.name, done, now=now())
    for bad in done.problems:
        click.echo(f"line {bad.line}: {bad.problem}", err=True)
    count = len(done.problems)
    click.echo(f"{done.new} new, {done.known} known before, {count} not imported.")
    if done.problems:
        lines = "line was" if count == 1 else "lines were"
        raise click.ClickException(f"{count} {lines} not imported; mend and import again.")


def _import(database: Database, source: BinaryIO, size: int) -> ImportedOrders:
    from helpdesk.actions.import_orders import BATCH, ImportedOrders, import_orders
    from helpdesk.tickets.order_csv import decoded_lines, read_orders

    done = ImportedOrders()
    with click.progressbar(length=size, label="Importing", file=sys.stderr) as bar:
        rows = read_orders(decoded_lines(source))
        while batch := list(islice(rows, BATCH)):
            with database.transaction() as session:
                part = import_orders(session, operator(), batch, now=now())
            done.add(part)
            bar.update(source.tell() - bar.pos)
    return done
