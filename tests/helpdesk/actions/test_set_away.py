"""Away: nothing is handed out, and what one has goes back, and comes back by an undo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.actions.assign_team import assign_team
from helpdesk.actions.change_many import undo_bulk, work_off
from helpdesk.actions.change_ticket import assign, change_status
from helpdesk.actions.edit_team import TeamDraft, add_team
from helpdesk.actions.set_away import set_away, unfinished_count
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import MailboxRight
from tests.support.factories import NOW, make_shop, make_ticket


def test_who_is_away_hands_back_what_can_be_undone(database: Database) -> None:
    shop = make_shop(database)
    agent_id = shop.agent.person_id
    with database.transaction() as session:
        team = add_team(session, shop.admin, TeamDraft("Repairs"), now=NOW)
        tickets = [make_ticket(session, shop.ann) for _ in range(3)]
        for one in tickets:
            assign_team(session, shop.admin, one, team.id, now=NOW)
            assign(session, shop.admin, one, agent_id, now=NOW)
        change_status(session, shop.admin, tickets[0], "resolved", now=NOW)
    with database.transaction() as session:
        assert unfinished_count(session, shop.agent) == 2
        assert set_away(session, shop.agent, True, now=NOW) is None  # only away
        bulk = set_away(session, shop.agent, True, hand_back=True, now=NOW)
        assert bulk
        bulk_id = bulk.id
    work(database, bulk_id)
    assert of_each(database, Ticket.assignee_id) == [agent_id, None, None]
    assert of_each(database, Ticket.team_id) == [team.id] * 3
    with database.transaction() as session:
        undo_bulk(session, shop.agent, bulk_id, now=NOW)
    work(database, bulk_id)
    assert of_each(database, Ticket.assignee_id) == [agent_id] * 3
    with database.transaction() as session, pytest.raises(NotAllowed):
        set_away(session, actor_of(shop.ann), True, now=NOW)


def test_only_what_one_may_change_is_promised_to_go_back(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        assign(session, shop.admin, ticket, shop.agent.person_id, now=NOW)
        # Theirs from a time before whoever may only read had none.
        reader = replace(shop.agent, rights=((shop.mailbox.id, MailboxRight.SEE),))
        assert unfinished_count(session, reader) == 0
        assert set_away(session, reader, True, hand_back=True, now=NOW) is None
        answers = replace(shop.agent, rights=((shop.mailbox.id, MailboxRight.ANSWER),))
        assert unfinished_count(session, answers) == 1


def work(database: Database, bulk_id: int) -> None:
    work_off(
        database.transaction,
        bulk_id,
        clock=lambda: NOW,
        monotonic=lambda: 0.0,
        sleep=lambda _: None,
        seconds=1,
    )


def of_each(database: Database, column: Any) -> list[int | None]:
    with database.reading() as session:
        return list(session.scalars(select(column).order_by(Ticket.id)))
