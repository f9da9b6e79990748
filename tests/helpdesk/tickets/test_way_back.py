"""What stands in the way of undoing a split: tickets that went on, other people, trash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from helpdesk.actions.change_checklist import add_item, change_item
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_people import add_person_to, change_requester
from helpdesk.actions.empty_trash import empty_trash
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.split_ticket import split_ticket
from helpdesk.actions.undo_change import undo_change
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import Ticket
from helpdesk.queries.ticket import ticket_page
from tests.helpdesk.mails import comments_of, history_of, mail, receive, ticket_of
from tests.support.factories import NOW, Shop, make_ticket

SPLIT, SINCE, UNDO = (NOW + timedelta(hours=hours) for hours in (1, 2, 3))


@pytest.fixture
def old(database: Database, shop: Shop) -> Ticket:
    ticket = ticket_of(database, receive(database, mail(message_id="kettle@mail.example")))
    again = mail(text="My IBAN is secret.", in_reply_to=("kettle@mail.example",))
    receive(database, again)
    return ticket


@pytest.fixture
def new(database: Database, shop: Shop, old: Ticket) -> Ticket:
    ids = [one.id for one in comments_of(database, old.id)][1:]
    with database.transaction() as session:
        return split_ticket(session, shop.agent, old.id, ids, now=SPLIT)


def _old_elsewhere(session: Session, shop: Shop, old: Ticket, new: Ticket) -> None:
    merge_tickets(session, shop.agent, old.id, make_ticket(session, shop.bob).id, now=SINCE)


def _new_elsewhere(session: Session, shop: Shop, old: Ticket, new: Ticket) -> None:
    merge_tickets(session, shop.agent, new.id, make_ticket(session, shop.bob).id, now=SINCE)


def _merged_by_hand(session: Session, shop: Shop, old: Ticket, new: Ticket) -> None:
    merge_tickets(session, shop.agent, old.id, new.id, now=SINCE)


def _of_another(session: Session, shop: Shop, old: Ticket, new: Ticket) -> None:
    change_requester(session, shop.agent, new.id, shop.bob.id, keep_old=False, now=SINCE)


def _with_another(session: Session, shop: Shop, old: Ticket, new: Ticket) -> None:
    add_person_to(session, shop.agent, new.id, shop.bob.id, now=SINCE)


def _thrown_away(session: Session, shop: Shop, old: Ticket, new: Ticket) -> None:
    change_folder(session, shop.agent, old.id, "trash", now=SINCE)


def _erased(session: Session, shop: Shop, old: Ticket, new: Ticket) -> None:
    change_folder(session, shop.agent, old.id, "trash", now=NOW)
    empty_trash(session, now=NOW + timedelta(days=40))


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (_old_elsewhere, "again since"),
        (_new_elsewhere, "again since"),
        (_merged_by_hand, "again since"),
        (_of_another, "would read each other"),
        (_with_another, "would read each other"),
        (_thrown_away, "spam or trash"),
        (_erased, "again since"),
    ],
)
def test_a_split_is_not_undone_past_what_happened_since(
    database: Database,
    shop: Shop,
    old: Ticket,
    new: Ticket,
    since: Callable[[Session, Shop, Ticket, Ticket], None],
    words: str,
) -> None:
    row = next(one for one in history_of(database, new.id) if one.field == "split_from")
    assert _offered(database, shop, new, "split_from"), "before that it could be"
    with database.transaction() as session:
        since(session, shop, old, new)
    assert not _offered(database, shop, new, "split_from")
    with database.transaction() as session, pytest.raises(InvalidInput, match=words):
        undo_change(session, shop.agent, new.id, row.id, now=UNDO)


def test_a_merge_is_not_done_again_with_a_third(
    database: Database, shop: Shop, old: Ticket
) -> None:
    with database.transaction() as session:
        into, third = make_ticket(session, shop.ann), make_ticket(session, shop.bob)
    with database.transaction() as session:
        merge_tickets(session, shop.agent, old.id, into.id, now=SPLIT)
    with database.transaction() as session:
        take_apart(session, shop.agent, old.id, now=SINCE)
        merge_tickets(session, shop.agent, into.id, third.id, now=SINCE)
    row = [one for one in history_of(database, old.id) if one.field == "merged_into"][-1]
    with database.transaction() as session, pytest.raises(InvalidInput, match="again since"):
        undo_change(session, shop.agent, old.id, row.id, now=UNDO)
    assert "My IBAN is secret." not in [one.text for one in comments_of(database, third.id)]


def test_an_item_that_went_back_with_its_ticket(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        one, other = make_ticket(session, shop.ann), make_ticket(session, shop.bob)
        item = add_item(session, shop.agent, one.id, "Call", now=NOW)
        merge_tickets(session, shop.agent, one.id, other.id, now=SPLIT)
        change_item(session, shop.agent, other.id, item.id, is_done=True, now=SPLIT)
    assert _offered(database, shop, other, "checklist")
    with database.transaction() as session:
        take_apart(session, shop.agent, one.id, now=SINCE)
    row = next(row for row in history_of(database, other.id) if row.field == "checklist")
    assert not _offered(database, shop, other, "checklist")
    with database.transaction() as session, pytest.raises(InvalidInput, match="any more"):
        undo_change(session, shop.agent, other.id, row.id, now=UNDO)


def _offered(database: Database, shop: Shop, ticket: Ticket, field: str) -> bool:
    with database.reading() as session:
        history = ticket_page(session, shop.agent, ticket.number).history
    return any(one.can_be_undone for one in history if one.field == field)
