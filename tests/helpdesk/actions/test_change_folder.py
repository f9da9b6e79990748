"""Spam, trash and back: what is out of sight, who is mailed no more, and that it can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_many import Selection, begin_bulk
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.take_back import take_back
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import BulkState, Notice, OutboundMail, Ticket
from helpdesk.queries.metrics import metric_counts
from helpdesk.queries.queue import queue_page
from helpdesk.queries.stats import figures
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import ticket_list
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import Folder
from tests.helpdesk.actions.test_change_many import finish, undo
from tests.support.factories import NOW, Shop, make_ticket

LATER = NOW + timedelta(minutes=5)


def shown(database: Database, shop: Shop, view: str) -> list[str]:
    with database.reading() as session:
        return [row.subject for row in queue_page(session, shop.agent, view).rows]


@pytest.mark.parametrize("folder", [Folder.SPAM, Folder.TRASH])
def test_it_is_out_of_lists_counts_and_figures(
    database: Database, shop: Shop, folder: Folder
) -> None:
    with database.transaction() as session:
        make_ticket(session, shop.bob, "A question")
        ticket = make_ticket(session, shop.ann, "Win a prize")
        change_folder(session, shop.agent, ticket.id, folder, now=LATER)
    assert shown(database, shop, "open") == shown(database, shop, "all") == ["A question"]
    assert shown(database, shop, folder) == ["Win a prize"]
    with database.reading() as session:
        assert figures(session, shop.agent).total == 1
        assert metric_counts(session, now=LATER).tickets["open"] == 1
        assert ticket_list(session, shop.agent, TicketFilter()).count == 1
        assert ticket_list(session, shop.agent, TicketFilter(folder=folder)).count == 1
        # Who wrote it is not told.
        assert ticket_list(session, actor_of(shop.ann), TicketFilter()).count == 1


def test_undone_it_is_where_it_was(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        change_folder(session, shop.agent, ticket.id, "trash", now=LATER)
        change = newest_change(session, shop.agent, ticket, LATER)
        undo_change(session, shop.agent, ticket.id, change or 0, now=LATER)
        assert (ticket.folder, ticket.put_away_at) == ("inbox", None)


def test_nobody_outside_is_mailed_of_spam_whatever_is_done_to_it(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        change_folder(session, shop.agent, ticket.id, "spam", now=LATER)
        assert session.scalars(select(Notice)).all() == []
        change_status(session, shop.agent, ticket.id, "resolved", now=LATER)
        assert session.scalars(select(Notice)).all() == []
        with pytest.raises(InvalidInput) as problem:
            reply(session, shop.agent, ticket.id, Answer("Who are you?"), now=LATER)
        assert problem.value.field == "folder"
    with database.reading() as session:
        states = session.scalars(select(OutboundMail.state)).all()
        assert set(states) == {"cancelled"}


@pytest.mark.parametrize("folder", ["spam", "trash"])
def test_an_answer_that_has_not_left_has_to_be_taken_back_first(
    database: Database, shop: Shop, folder: str
) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        later = LATER + timedelta(hours=1)
        soon = Answer("Soon.", leaves_at=later)
        answer = reply(session, shop.agent, ticket.id, soon, now=LATER)
        with pytest.raises(InvalidInput, match="take it back first"):
            change_folder(session, shop.agent, ticket.id, folder, now=LATER)
        assert ticket.folder == "inbox"
    with database.transaction() as session:
        both = Selection(view="all")
        bulk = begin_bulk(session, shop.agent, both, "folder", folder, now=LATER)
    assert finish(database, shop, bulk.id).counts == {BulkState.FAILED: 1}
    with database.transaction() as session:
        take_back(session, shop.agent, answer.id, now=LATER)
        change_folder(session, shop.agent, ticket.id, folder, now=LATER)


def test_an_answer_brings_a_ticket_back_from_trash(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        change_folder(session, shop.agent, ticket.id, "trash", now=LATER)
        reply(session, shop.agent, ticket.id, Answer("Here it is."), now=LATER)
        assert ticket.folder == "inbox"


def test_only_staff_do_it_and_into_a_folder_that_there_is(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        with pytest.raises(NotAllowed):
            change_folder(session, actor_of(shop.ann), ticket.id, "trash", now=LATER)
        with pytest.raises(InvalidInput):
            change_folder(session, shop.agent, ticket.id, "cellar", now=LATER)


def test_a_wave_goes_in_one_act_and_comes_back_by_one(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for number in range(30):
            make_ticket(session, shop.bob, f"Win {number}")
    with database.transaction() as session:
        every = Selection(view="all")
        bulk = begin_bulk(session, shop.agent, every, "folder", "spam", now=LATER)
    assert finish(database, shop, bulk.id).counts[BulkState.DONE] == 30
    assert len(shown(database, shop, "spam")) == 30
    undo(database, shop, bulk.id)
    assert shown(database, shop, "spam") == []
    with database.reading() as session:
        assert set(session.scalars(select(Ticket.folder))) == {"inbox"}
