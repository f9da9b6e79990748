"""What the measured searches look for is on the seeded tickets, and nothing of them is unknown."""

from __future__ import annotations

from bench import searches
from bench.seed import seed
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.models import Person
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.vocabulary import Role


def test_each_search_is_understood_and_what_is_rare_is_found(database: Database) -> None:
    seed(database, 60)
    with database.transaction() as session:
        searches.add_kinds(session)
        agent = session.query(Person).filter_by(role="agent").first()
        assert agent
        actor = Actor(agent.id, Role.AGENT)
    filled = {"person": "1", "middle": "2026-01-01", "number": "TKT20260101900001"}
    found = {}
    with database.reading() as session:
        for name, typed in searches.SEARCHES.items():
            wanted = QueueFilter(search=typed.format(**filled))
            assert not wanted.query.not_known, name
            found[name] = len(queue_page(session, actor, "all", wanted).rows)
    for name in ("tag:rare", "mailbox:rare", "team:rare", "has:order", "has:side", "subject:rare",
                 "order:number", "from:domain, rare", "cc:address"):  # fmt: skip
        assert found[name] == 1, name
    assert found["from:nobody"] == found["cc:nobody"] == 0
