"""Tickets of teams: given by hand and undone; new ones handed out to who has the fewest."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from helpdesk.actions.assign_team import HANDED_OUT, assign_team
from helpdesk.actions.change_many import Selection, begin_bulk, undo_bulk, work_off
from helpdesk.actions.change_ticket import assign, change_status
from helpdesk.actions.edit_team import TeamDraft, add_team
from helpdesk.actions.set_away import set_away
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.mail_out.notifications import notifications_suppressed
from helpdesk.models import Change, Ticket
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import mail, receive
from tests.support.factories import NOW, Shop, make_person, make_shop, make_ticket
from tests.support.statements import asked_of


def team_of(
    database: Database, shop: Shop, count: int, *, hands_out: bool = True
) -> tuple[int, list[int]]:
    """A team of so many agents that has the shop's new tickets: its id, and theirs."""
    with database.transaction() as session:
        ids = [
            make_person(session, f"agent{number}@shop.example", "agent").id
            for number in range(count)
        ]
        draft = TeamDraft("Repairs", ids, [shop.mailbox.id], hands_out)
        return add_team(session, shop.admin, draft, now=NOW).id, ids


def assignees(database: Database) -> list[int | None]:
    with database.reading() as session:
        return list(session.scalars(select(Ticket.assignee_id).order_by(Ticket.id)))


def test_a_ticket_is_given_to_a_team_and_back(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        team = add_team(session, shop.admin, TeamDraft("Repairs"), now=NOW)
        ticket = make_ticket(session, shop.ann)
        assign(session, shop.admin, ticket, shop.agent.person_id, now=NOW)
        assign_team(session, shop.agent, ticket, "repairs", now=NOW)
        assign_team(session, shop.agent, ticket, team.id, now=NOW)  # so already
        assert (ticket.team_id, ticket.assignee_id) == (team.id, shop.agent.person_id)
        assert ticket.team
        assert ticket.team.name == "Repairs"
        for wanted, found in (
            (QueueFilter(team=str(team.id)), 1),
            (QueueFilter(team="none"), 0),
            (QueueFilter(search="team:rep"), 1),
            (QueueFilter(search="team:none"), 0),
            (QueueFilter(search="team:billing"), 0),
        ):
            assert len(queue_page(session, shop.agent, "all", wanted).rows) == found
        change_id = newest_change(session, shop.agent, ticket, NOW)
        assert change_id
        undo_change(session, shop.agent, ticket.id, change_id, now=NOW)
        assert ticket.team_id is None
        with pytest.raises(InvalidInput):
            assign_team(session, shop.agent, ticket, "nobody knows", now=NOW)
        with pytest.raises(NotAllowed):
            assign_team(session, actor_of(shop.ann), ticket, team.id, now=NOW)


def test_many_are_given_to_a_team_and_back(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        add_team(session, shop.admin, TeamDraft("Repairs"), now=NOW)
        ids = [make_ticket(session, shop.ann).id for _ in range(3)]
        bulk_id = begin_bulk(session, shop.agent, Selection(ids), "team", "Repairs", now=NOW).id
    work(database, bulk_id)
    assert teams(database) == [1, 1, 1]
    with database.transaction() as session:
        undo_bulk(session, shop.agent, bulk_id, now=NOW)
    work(database, bulk_id)
    assert teams(database) == [None] * 3


def work(database: Database, bulk_id: int) -> None:
    work_off(
        database.transaction,
        bulk_id,
        clock=lambda: NOW,
        monotonic=lambda: 0.0,
        sleep=lambda _: None,
        seconds=1,
    )


def teams(database: Database) -> list[int | None]:
    with database.reading() as session:
        return list(session.scalars(select(Ticket.team_id).order_by(Ticket.id)))


def test_new_tickets_go_to_whoever_has_the_fewest(database: Database) -> None:
    shop = make_shop(database)
    team_id, (first, second, third) = team_of(database, shop, 3)
    for _ in range(4):
        receive(database, mail())
    assert assignees(database) == [first, second, third, first]
    with database.transaction() as session:
        for ticket in session.scalars(select(Ticket).where(Ticket.assignee_id == second)):
            change_status(session, shop.admin, ticket, "resolved", now=NOW)
    receive(database, mail())
    assert assignees(database)[-1] == second
    with database.reading() as session:
        assert set(session.scalars(select(Ticket.team_id))) == {team_id}
        why = select(Change.changed_by_id).where(Change.reason == HANDED_OUT)
        assert session.scalars(why).all() == [None] * 5


def test_nobody_gets_one_who_is_away_may_not_or_asks(database: Database) -> None:
    shop = make_shop(database)
    _, (first, second, third) = team_of(database, shop, 3)
    with database.transaction() as session:
        people = [make_person(session, f"agent{n}@shop.example", "agent") for n in range(2)]
        set_away(session, actor_of(people[0]), True, now=NOW)
        set_mailbox_rights(session, shop.admin, second, {shop.mailbox.id: "see"}, now=NOW)
    receive(database, mail())
    receive(database, mail(sender="agent2@shop.example"))
    assert assignees(database) == [third, None]
    with database.transaction() as session:
        set_away(session, actor_of(people[0]), False, now=NOW)
    receive(database, mail())
    assert assignees(database)[-1] == first


def test_a_team_that_does_not_hand_out_and_mail_of_the_past(database: Database) -> None:
    shop = make_shop(database)
    team_of(database, shop, 2, hands_out=False)
    receive(database, mail())
    assert (assignees(database), teams(database)) == ([None], [1])
    with database.transaction() as session, notifications_suppressed(session):
        make_ticket(session, shop.ann)
    assert assignees(database) == [None, None]


def test_a_mailbox_without_a_team_costs_no_statement(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session, asked_of(database) as asked:
        make_ticket(session, shop.ann)
    assert not [one for one in asked if "team" in one.partition("WHERE")[2]]
    assert not [one for one in asked if "FROM team" in one]


def test_two_who_file_at_once_hand_out_fairly(database: Database) -> None:
    shop = make_shop(database)
    _, ids = team_of(database, shop, 4)
    start = Barrier(2)

    def file() -> None:
        start.wait()
        for _ in range(6):
            receive(database, mail())

    threads = [Thread(target=file) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        counted = select(Ticket.assignee_id, func.count()).group_by(Ticket.assignee_id)
        assert dict(session.execute(counted).all()) == dict.fromkeys(ids, 3)
