"""What of a long conversation a page shows: the first message, and the newest."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, text

from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.side_conversation import SideMessage, start_side_conversation
from helpdesk.db import Database
from helpdesk.models import Comment, Ticket
from helpdesk.queries.shown_comments import MORE, NEWEST, SPARED
from helpdesk.queries.ticket import TicketPage, ticket_page
from helpdesk.queries.ticket_version import ticket_version
from helpdesk.queries.tracking import tracking_page, version_of
from tests.helpdesk.queries.conftest import token
from tests.support.factories import NOW, Shop, make_ticket
from tests.support.long_tickets import add_many
from tests.support.plans import plans_of, reads_whole
from tests.support.statements import asked_of


def page_of(
    database: Database, shop: Shop, ticket: Ticket, newest: int | None = NEWEST
) -> TicketPage:
    with database.reading() as session:
        return ticket_page(session, shop.agent, ticket.number, newest)


def grow(database: Database, shop: Shop, ticket: Ticket, count: int) -> list[int]:
    with database.transaction() as session:
        return add_many(session, ticket.id, shop.ann.id, count, NOW)


def ids_of(database: Database, ticket: Ticket) -> list[int]:
    with database.reading() as session:
        of_it = select(Comment.id).where(Comment.ticket_id == ticket.id).order_by(Comment.id)
        return list(session.scalars(of_it))


def test_up_to_sixty_are_all_shown_and_ask_nothing_more(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with asked_of(database) as few:
        page_of(database, shop, ticket)
    grow(database, shop, ticket, NEWEST + SPARED - 4)
    with asked_of(database) as many:
        page = page_of(database, shop, ticket)
    assert (len(page.comments), page.left_out) == (NEWEST + SPARED, None)
    assert len(many) == len(few)


def test_of_more_the_first_and_the_newest_are_shown(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    grow(database, shop, ticket, 250)
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("The newest."), now=NOW)
    ids, page = ids_of(database, ticket), page_of(database, shop, ticket)
    shown = [one.id for one in page.comments]
    assert shown == [ids[0], *ids[-NEWEST:]]
    assert [file.filename for file in page.comments[0].files] == ["bill.pdf"]
    assert [mail.recipient for mail in page.comments[-1].deliveries] == ["ann@mail.example"]
    assert page.comments[0].inbound_mail_id
    left = page.left_out
    assert left
    assert left.count == len(ids) - len(shown)
    assert (left.first, left.since) == (ids[1], ids[-NEWEST])
    assert (left.more, left.more_from) == (NEWEST + MORE, ids[-NEWEST - MORE])

    more = page_of(database, shop, ticket, left.more)
    assert [one.id for one in more.comments] == [ids[0], *ids[-left.more :]]
    assert more.left_out
    assert more.left_out.more == 0, "the rest is so little that it comes at once"
    whole = page_of(database, shop, ticket, None)
    assert ([one.id for one in whole.comments], whole.left_out) == (ids, None)


def test_what_is_told_of_all_messages_stays_true_of_all(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    grow(database, shop, ticket, 100)
    page, whole = page_of(database, shop, ticket), page_of(database, shop, ticket, None)
    assert page.left_out
    assert page.files == whole.files
    assert len(page.files) == 3
    assert page.newest_comment_id == whole.newest_comment_id
    with database.reading() as session:
        now = ticket_version(session, session.get_one(Ticket, ticket.id))
    assert page.version == whole.version == now


def test_what_could_be_missed_is_shown_wherever_it_stands(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    message = SideMessage("Where is it?", to="info@carrier.example", subject="Parcel")
    with database.transaction() as session:
        made = start_side_conversation(session, shop.agent, ticket.id, message, now=NOW)
        made.leaves_at = None
        asked, side_id = made.id, made.side_conversation_id
    old = grow(database, shop, ticket, 100)
    with database.transaction() as session:
        session.get_one(Comment, old[5]).leaves_at = NOW + timedelta(days=9)
    ids, page = ids_of(database, ticket), page_of(database, shop, ticket)
    assert [one.id for one in page.comments] == [ids[0], old[5], *ids[-NEWEST:]]

    # All of a side conversation, once its newest message is shown.
    with database.transaction() as session:
        add_many(session, ticket.id, shop.ann.id, 1, NOW, side_conversation_id=side_id)
    ids, page = ids_of(database, ticket), page_of(database, shop, ticket)
    assert [one.id for one in page.comments] == [ids[0], asked, old[5], *ids[-NEWEST:]]
    assert page.left_out
    assert page.left_out.count == len(ids) - NEWEST - 3


def test_customers_are_told_of_what_they_may_see_alone(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        add_many(session, ticket.id, shop.ann.id, 100, NOW, internal=True)
    with database.reading() as session:
        page = tracking_page(session, token(ticket))
    assert (len(page.comments), page.left_out) == (2, None)

    public = grow(database, shop, ticket, 100)
    with database.reading() as session:
        page = tracking_page(session, token(ticket))
        assert page.version == version_of(session, token(ticket))
        whole = tracking_page(session, token(ticket), newest=None)
    assert page.left_out
    assert page.left_out.count == 102 - NEWEST - 1
    assert [one.id for one in page.comments[1:]] == public[-NEWEST:]
    assert len(page.comments[0].files) == 1
    assert (len(whole.comments), whole.left_out) == (102, None)
    assert whole.version == page.version


def test_what_is_shown_is_found_by_indexes(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        add_many(session, ticket.id, shop.ann.id, 100, NOW)
        elsewhere = make_ticket(session, session.merge(shop.bob))
        add_many(session, elsewhere.id, shop.bob.id, 3000, NOW)
        if not database.is_sqlite:
            session.execute(text("ANALYZE comment"))  # so that it knows that these are many
        with plans_of(database) as plans:
            ticket_page(session, shop.agent, ticket.number, NEWEST)
        session.rollback()
    assert not any(reads_whole("comment", plan) for plan in plans)
    assert any("ix_comment_ticket" in plan for plan in plans)
