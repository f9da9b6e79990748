"""How much is open at each mailbox and team."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from helpdesk.actions.edit_team import TeamDraft, add_team
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries import places
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.places import Place, open_counts
from helpdesk.vocabulary import MailboxRight
from tests.helpdesk.queries.test_queue import belongs, fill
from tests.support.factories import NOW, Shop
from tests.support.plans import plans_of, reads_whole


def spread(database: Database, shop: Shop, count: int) -> tuple[list[dict[str, Any]], Place, Place]:
    """Tickets of the shop's mailbox, but for one of forty, of another mailbox and a team."""
    rows = fill(database, shop, count)
    with database.transaction() as session:
        rare = add_mailbox(session, SYSTEM, "rare@shop.example", name="Rare", now=NOW)
        team = add_team(session, shop.admin, TeamDraft("Few"), now=NOW)
        everything = Ticket.__table__.update()  # type: ignore[attr-defined]
        session.execute(everything.values(mailbox_id=shop.mailbox.id))
        some = everything.where(Ticket.id % 40 == 1)
        session.execute(some.values(mailbox_id=rare.id, team_id=team.id))
        session.execute(text("ANALYZE"))
        found = Place("mailbox", rare.id, "Rare"), Place("team", team.id, "Few")
    return rows, *found


def test_what_is_open_is_counted_of_each_and_as_far_as_one_sees_it(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, rare, team = spread(database, shop, 400)
    common = Place("mailbox", shop.mailbox.id, "Shop")
    opened = [row["id"] for row in rows if belongs(row, "open", shop.agent)]
    few = len([one for one in opened if one % 40 == 1])
    assert few
    every = [rare, team, common]
    expected = {rare.name: few, team.name: few, common.name: len(opened) - few}
    with_one = Actor(shop.agent.person_id, "agent", rights=((shop.mailbox.id, MailboxRight.SEE),))
    with database.reading() as session:
        assert open_counts(session, shop.agent, every) == expected
        seen = open_counts(session, with_one, every)
        assert seen == {rare.name: 0, team.name: 0, common.name: len(opened) - few}
        assert open_counts(session, shop.agent, []) == {}
        monkeypatch.setattr(places, "MOST_COUNTED", 2)
        assert open_counts(session, shop.agent, [common]) == {common.name: 2}


def test_counting_walks_the_index_of_each(database: Database, shop: Shop) -> None:
    _, rare, team = spread(database, shop, 6000)
    with database.reading() as session, plans_of(database) as plans:
        open_counts(session, shop.agent, [rare, team])
    (plan,) = plans
    assert not reads_whole("ticket", plan)
    assert "ix_ticket_mailbox_unfinished" in plan
    assert "ix_ticket_team_unfinished" in plan


def test_a_filter_is_a_place_where_it_asks_for_nothing_else() -> None:
    assert QueueFilter(mailbox="3").place == "mailbox-3"
    assert QueueFilter(team="3", sort="-created").place == "team-3"
    assert QueueFilter(mailbox="3", search="x").place == ""
    assert QueueFilter(mailbox="3", team="3").place == QueueFilter(priority="low").place == ""
    assert QueueFilter().place == ""
