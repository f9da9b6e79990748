"""``postdesk retention``: what is older, and its deletion now."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from helpdesk.actions.set_retention import set_retention
from helpdesk.db import Database
from helpdesk.models import AuditEntry, OutboundMail, OutboundState, RetentionKind, Ticket
from helpdesk.vocabulary import Status
from tests.commands.conftest import Postdesk
from tests.support.factories import make_shop, make_ticket


def test_it_shows_and_deletes_what_is_old_enough(database: Database, postdesk: Postdesk) -> None:
    now = datetime.now(UTC)
    old = now - timedelta(days=400)
    shop = make_shop(database, old)
    with database.transaction() as session:
        make_ticket(session, shop.ann, "old", now=old)
        make_ticket(session, shop.ann, "newest", now=now)
        closed = {"status": Status.CLOSED, "closed_at": old, "updated_at": old}
        session.execute(update(Ticket).where(Ticket.subject == "old").values(closed))
        session.execute(update(OutboundMail).values(state=OutboundState.SENT))
        set_retention(
            session, shop.admin, {RetentionKind.TICKETS: 365}, now=now - timedelta(days=2)
        )
    shown = json.loads(postdesk("retention", "show", "--json").stdout)
    assert shown["spam"]["days"] is None
    assert (shown["tickets"]["days_now"], shown["tickets"]["would_go"]["count"]) == (365, 1)
    assert "tickets  365 days: 1 older" in postdesk("retention", "show").stdout
    with database.transaction() as session:
        set_retention(session, shop.admin, {RetentionKind.TICKETS: 300}, now=now)
    words = f"counts from {now + timedelta(days=1):%Y-%m-%d %H:%M} UTC, until then 365 days count"
    assert words in postdesk("retention", "show").stdout
    asked = postdesk("retention", "run", stdin="")
    assert asked.exit_code == 2
    assert "--yes" in asked.stderr
    done = postdesk("retention", "run", "--yes", "--json")
    assert json.loads(done.stdout) == {"deleted": {"tickets": 1}, "files": 0, "bytes": 0}
    with database.reading() as session:
        assert [one.subject for one in session.query(Ticket)] == ["newest"]
        (line,) = session.query(AuditEntry).where(AuditEntry.field == "deleted_tickets")
    assert line.operator, "the log says who ran it"
