"""Import orders that were read from a file: those that hold, each of the others with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.save_order import save_order
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.order_csv import BadRow, OrderRow


@dataclass
class Imported:
    """What became of some rows."""

    new: int = 0
    known: int = 0
    """Orders that stood here already: each is now as the file has it."""
    problems: list[BadRow] = field(default_factory=list)


def import_orders(
    session: Session, actor: Actor, rows: Iterable[OrderRow | BadRow], *, now: datetime
) -> Imported:
    """Save each order. The same file again changes nothing, so one that broke off is begun anew.

    :param rows: a few hundred at a time, so that nobody waits long for the database.
    :raises NotAllowed: the actor may not save orders.
    """
    done = Imported()
    for row in rows:
        if isinstance(row, BadRow):
            done.problems.append(row)
            continue
        try:
            with session.begin_nested():
                _, is_new = save_order(
                    session, actor, row.number, **row.values, items=row.items, now=now
                )
        except InvalidInput as problem:
            done.problems.append(BadRow(row.line, f"{problem.field}: {problem.message}"))
            continue
        done.new += is_new
        done.known += not is_new
    return done
