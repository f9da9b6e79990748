"""Import orders that were read from a file: those that hold, each of the others with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.save_order import check_customer, check_order, save_order
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import AuditKind
from helpdesk.tickets import audit
from helpdesk.tickets.order_csv import BadRow, OrderRow

BATCH = 200
"""Orders in one transaction: a second's work at most, so that mail and pages go on."""


@dataclass
class ImportedOrders:
    """What became of some rows."""

    new: int = 0
    known: int = 0
    """Orders that stood here already: each is now as the file has it."""
    problems: list[BadRow] = field(default_factory=list)

    def add(self, part: ImportedOrders) -> None:
        """Count in what became of some more."""
        self.new, self.known = self.new + part.new, self.known + part.known
        self.problems += part.problems


@dataclass(frozen=True)
class OrdersPreview:
    """What an import would find: nothing is saved by looking."""

    rows: int
    """Orders and lines that are none."""
    first: tuple[OrderRow, ...]
    problems: tuple[BadRow, ...]

    @property
    def good(self) -> int:
        return self.rows - len(self.problems)


def look_at_orders(
    session: Session, rows: Iterable[OrderRow | BadRow], *, most_shown: int = 10
) -> OrdersPreview:
    """Check each order as saving it would, and save none.

    :param most_shown: how many of those that hold are kept, to be shown.
    """
    count = 0
    first: list[OrderRow] = []
    problems: list[BadRow] = []
    for row in rows:
        count += 1
        bad = row if isinstance(row, BadRow) else _problem_of(session, row)
        if bad is not None:
            problems.append(bad)
        elif isinstance(row, OrderRow) and len(first) < most_shown:
            first.append(row)
    return OrdersPreview(count, tuple(first), tuple(problems))


def _problem_of(session: Session, row: OrderRow) -> BadRow | None:
    try:
        check_order(row.number, row.details)
        check_customer(session, row.details)
    except InvalidInput as problem:
        return BadRow(row.line, f"{problem.field}: {problem.message}")
    return None


def import_orders(
    session: Session, actor: Actor, rows: Iterable[OrderRow | BadRow], *, now: datetime
) -> ImportedOrders:
    """Save each order. The same file again changes nothing, so one that broke off is begun anew.

    :param rows: a few hundred at a time, so that nobody waits long for the database.
    :raises NotAllowed: the actor may not save orders.
    """
    done = ImportedOrders()
    for row in rows:
        if isinstance(row, BadRow):
            done.problems.append(row)
            continue
        try:
            with session.begin_nested():
                _, is_new = save_order(session, actor, row.number, row.details, now=now)
        except InvalidInput as problem:
            done.problems.append(BadRow(row.line, f"{problem.field}: {problem.message}"))
            continue
        done.new += is_new
        done.known += not is_new
    return done


def log_import(
    session: Session, actor: Actor, name: str, done: ImportedOrders, *, now: datetime
) -> None:
    """Write into the admins' log that a file was imported, and what became of it.

    :raises NotAllowed: the actor is no admin.
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may import orders here.")
    words = f"{done.new} new, {done.known} known before, {len(done.problems)} not imported"
    audit.record(session, actor, AuditKind.ORDERS, name, "imported", new=words, now=now)
