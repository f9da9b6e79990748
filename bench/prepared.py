"""A Postdesk with many tickets, on either database, for a measurement or kept for several."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bench import seed
from bench.browser import Browser, forms_of
from helpdesk.db import connect
from helpdesk.models import PersonAddress, Ticket
from helpdesk.schema import migrate
from helpdesk.settings import load
from tests.support.running import RunningPostdesk
from tests.support.servers import PostgreSQL

AGENT, PASSWORD = "bench@shop.example", "a long enough password"


@dataclass(frozen=True)
class Prepared:
    """A Postdesk that is not started yet, and what lies in its database."""

    postdesk: RunningPostdesk
    number: str
    """Of a ticket with twenty comments."""
    database_pid: int | None
    """Of a database that is a process of its own."""

    def sign_in(self) -> Browser:
        """An agent at the desk of a running Postdesk."""
        desk = Browser(self.postdesk.web_port)
        desk.submit("/desk/login", email=AGENT, password=PASSWORD)
        return desk

    def in_view(self, count: int) -> list[tuple[int, str]]:
        """Ids and numbers of so many open tickets of medium priority, from all over that view."""
        database = connect(load(self.postdesk.environment))
        with database.reading() as session:
            statement = select(Ticket.id, Ticket.number).where(Ticket.status == "open")
            statement = statement.where(Ticket.priority == "medium")
            found = session.execute(statement.order_by(Ticket.id)).all()
        database.dispose()
        assert len(found) >= count, f"only {len(found)} tickets are open"
        return [(found[at * len(found) // count][0], found[at * len(found) // count][1])
                for at in range(count)]  # fmt: skip

    @property
    def roots(self) -> list[int]:
        """The processes that a running Postdesk's CPU and memory are counted from."""
        return [self.postdesk.pid, *([self.database_pid] if self.database_pid else [])]


@contextmanager
def prepared(kind: str, tickets: int, keep: Path | None = None) -> Iterator[Prepared]:
    """A Postdesk on ``sqlite`` or ``postgresql`` with so many tickets.

    :param keep: a folder where the data stay, and are taken from where they lie there already: a
        million tickets take minutes to write. What a measurement changed in them stays changed.
    """
    with tempfile.TemporaryDirectory(prefix="postdesk-bench-") as passing:
        folder = keep / f"{kind}-{tickets}" if keep else Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        own = folder / "postgresql" if keep else None
        server = PostgreSQL(durable=True, folder=own) if kind == "postgresql" else None
        try:
            changed = {"DATABASE_URL": server.url()} if server else {}
            postdesk = RunningPostdesk(folder, **changed)
            number = _seed_once(postdesk, tickets, folder / "seeded")
            yield Prepared(postdesk, number, server.pid if server else None)
        finally:
            if server:
                server.close()


def _seed_once(postdesk: RunningPostdesk, tickets: int, mark: Path) -> str:
    database = connect(load(postdesk.environment))
    migrate(database)
    if not mark.exists():
        mark.write_text(seed.seed(database, tickets))
    with database.reading() as session:
        is_known = session.scalar(select(PersonAddress.id).where(PersonAddress.address == AGENT))
    database.dispose()
    if not is_known:
        words = ("person", "add", AGENT, "--role", "agent", "--password-stdin")
        postdesk.command(*words, stdin=PASSWORD)
    return mark.read_text()


def csrf_token(desk: Browser) -> str:
    """What the forms of a browser's session carry."""
    forms = forms_of(desk.get("/desk"))
    return next(fields["csrf_token"] for _, fields in forms if "csrf_token" in fields)
