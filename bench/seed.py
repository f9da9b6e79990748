"""Fill a database with tickets, quickly: ten thousand in seconds, a million in minutes.

``python -m bench.seed 10000`` fills the database that the settings name. What it writes is made
up, but has the shape of a shop's: most tickets are closed, and most are short.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from helpdesk.db import Database, connect
from helpdesk.models import Base, Mailbox, Person, Ticket
from helpdesk.schema import migrate
from helpdesk.settings import load
from helpdesk.tickets import search
from helpdesk.vocabulary import CATEGORIES, PRIORITIES

CHUNK = 5_000
MAILBOX = "support@shop.example"
LONG_TICKET_COMMENTS = 20
CLOSES_AFTER = timedelta(days=6)
"""What was resolved longer ago is closed, as the sweep would have done."""

# In the order in which their keys refer to one another.
_TABLES = ("person", "person_address", "ticket", "participant", "thread_id", "comment")

_STATUSES = ["closed"] * 70 + ["resolved"] * 10 + ["open"] * 8 + ["in_progress"] * 6
_STATUSES += ["waiting"] * 6
_PRIORITIES = ["medium"] * 6 + ["low"] * 2 + ["high", "urgent"]
_THINGS = "parcel|kettle|lamp|invoice|voucher|charger|jacket|blender|refund|lid|tent|mug"
_TROUBLES = "never arrived|came broken|is the wrong colour|was charged twice|has no receipt"
_TEXT = (
    "Hello,\n\nmy {thing} {trouble}. I ordered it two weeks ago and have waited since.\n"
    "Could you tell me what happens next?\n\nKind regards\n{name}"
)


@dataclass
class _Rows:
    """Rows of several tables, kept until they are written together."""

    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def add(self, table: str, **given: Any) -> None:
        """A row; the columns that are not given get what the models give them."""
        row = {**_defaults(table), **given}
        self.columns.setdefault(table, tuple(row))
        self.values.setdefault(table, []).append(tuple(row.values()))


@cache
def _defaults(table: str) -> dict[str, Any]:
    """What the models fill in by themselves, so that a new column needs no word here."""
    found = {}
    for column in Base.metadata.tables[table].columns:
        default: Any = column.default
        if default is not None and default.is_scalar:
            found[column.name] = default.arg
        elif default is not None and default.is_callable:
            found[column.name] = json.dumps(default.arg(None))
    return found


def seed(database: Database, tickets: int, *, now: datetime | None = None) -> str:
    """Insert ``tickets`` more tickets. Returns the number of one with twenty comments."""
    now = now or datetime.now(UTC)
    chance = random.Random(tickets)
    long_number = ""
    with database.transaction() as session:
        mailbox, agents = _people_and_mailbox(session, now)
        first = _next_id(session, Ticket)
        customer = _next_id(session, Person)
    numbers = _numbers(tickets, first, now)
    for start in range(0, tickets, CHUNK):
        rows = _Rows()
        for offset in range(start, min(start + CHUNK, tickets)):
            at, number = next(numbers)
            comments = chance.choice((1, 1, 2, 3))
            if offset == tickets - 1:
                comments, long_number = LONG_TICKET_COMMENTS, number
            ids = (first + offset, customer + offset // 3, mailbox)
            status = chance.choice(_STATUSES)
            if status == "resolved" and at < now - CLOSES_AFTER:
                status = "closed"
            _ticket(rows, chance, ids, agents, (number, status), at, comments, offset % 3 == 0)
        with database.transaction() as session:
            _write(session, rows)
    with database.transaction() as session:
        search.index_all(session.connection(), first)
    with database.transaction() as session:
        _settle(session)
    if not database.is_sqlite:
        # What autovacuum would do in a minute; until then every index is read with its table.
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM"))
    return long_number


def _ticket(
    rows: _Rows,
    chance: random.Random,
    ids: tuple[int, int, int],
    agents: list[int],
    named: tuple[str, str],
    at: datetime,
    comments: int,
    new_person: bool,
) -> None:
    (ticket, person, mailbox), (number, status) = ids, named
    thing, trouble = chance.choice(_THINGS.split("|")), chance.choice(_TROUBLES.split("|"))
    name = f"Customer {person}"
    if new_person:
        rows.add("person", id=person, name=name, role="customer", active=True,
                 session_generation=1, created_at=at)  # fmt: skip
        rows.add("person_address", address=f"c{person}@mail.example", person_id=person,
                 created_at=at)  # fmt: skip
    assignee = chance.choice(agents) if status != "open" else None
    last = at + timedelta(minutes=37 * (comments - 1))
    rows.add("ticket", id=ticket, number=number, subject=f"My {thing} {trouble}", status=status,
             priority=PRIORITIES.index(chance.choice(_PRIORITIES)),
             category=chance.choice(list(CATEGORIES)), mailbox_id=mailbox, requester_id=person,
             assignee_id=assignee, preview=f"My {thing} {trouble}. I ordered it two weeks ago",
             comment_count=comments, answered=comments % 2 == 0, waiting_since=last,
             link_generation=1, created_at=at, updated_at=last,
             first_response_at=at + timedelta(minutes=37) if comments > 1 else None,
             resolved_at=last if status in ("resolved", "closed") else None,
             closed_at=last if status == "closed" else None)  # fmt: skip
    rows.add("participant", ticket_id=ticket, person_id=person, role="requester", pending=False,
             added_at=at)  # fmt: skip
    rows.add("thread_id", message_id=f"seed-{ticket}@mail.example", ticket_id=ticket,
             recipients=json.dumps([MAILBOX]))  # fmt: skip
    body = _TEXT.format(thing=thing, trouble=trouble, name=name)
    for index in range(comments):
        staff = index % 2 == 1
        rows.add("comment", ticket_id=ticket, author_id=chance.choice(agents) if staff else person,
                 from_staff=staff, internal=False, opening=index == 0, source="mail",
                 kind="message", text=body, reply_text=body, quoted_text="", signature_text="",
                 unverified=False, remark="",
                 created_at=at + timedelta(minutes=37 * index))  # fmt: skip


def _people_and_mailbox(session: Session, now: datetime) -> tuple[int, list[int]]:
    mailbox = session.scalar(select(Mailbox).where(Mailbox.address == MAILBOX))
    if mailbox is None:
        mailbox = Mailbox(address=MAILBOX, name="Shop", created_at=now)
        session.add(mailbox)
    agents = [Person(name=f"Agent {n}", role="agent", created_at=now) for n in range(1, 9)]
    session.add_all(agents)
    session.flush()
    return mailbox.id, [agent.id for agent in agents]


def _next_id(session: Session, model: type[Ticket] | type[Person]) -> int:
    return (session.scalar(select(func.max(model.id))) or 0) + 1


def _numbers(tickets: int, first: int, now: datetime) -> Iterator[tuple[datetime, str]]:
    """Moments over the last year, oldest first, each with a number of its day."""
    a_day = max(25, tickets // 365)
    step = timedelta(days=1) / (a_day + 1)
    days = -(-tickets // a_day)
    for day in range(days, 0, -1):
        midnight = (now - timedelta(days=day)).replace(hour=0, minute=0, second=0, microsecond=0)
        for count in range(1, a_day + 1):
            # Far above what the day itself gives out, so that the two never meet.
            yield midnight + step * count, f"TKT{midnight:%Y%m%d}{900_000 + first}"
            first += 1


def _write(session: Session, rows: _Rows) -> None:
    connection = session.connection()
    for table in _TABLES:
        values, columns = rows.values.get(table, []), rows.columns.get(table, ())
        if connection.dialect.name == "postgresql":
            driver: Any = connection.connection.driver_connection
            with driver.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
            connection.exec_driver_sql(statement, list(_as_sqlite_keeps_it(values)))


def _as_sqlite_keeps_it(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(
            value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value
            for value in row
        )


def _settle(session: Session) -> None:
    """What a database learns by itself in time: statistics, and where its sequences stand."""
    if session.connection().dialect.name == "postgresql":
        for table in ("person", "ticket"):
            session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
                )
            )
    session.execute(text("ANALYZE"))


def main() -> None:
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    database = connect(load())
    migrate(database)
    began = time.monotonic()
    number = seed(database, tickets)
    print(f"{tickets:,} tickets in {time.monotonic() - began:.1f} s; {number} has twenty comments")


if __name__ == "__main__":
    main()
