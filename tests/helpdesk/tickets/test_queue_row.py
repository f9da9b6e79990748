"""What the queue shows of a ticket, worked out anew from its comments."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from helpdesk.actions.add_note import add_note
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.take_back import take_back
from helpdesk.db import Database
from helpdesk.models import Comment, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.queue_row import refresh_queue_row
from tests.helpdesk.mails import comments_of, now_of
from tests.support.factories import NOW, Shop, make_ticket

MINUTE = timedelta(minutes=1)


def shown(ticket: Ticket) -> tuple[object, ...]:
    return ticket.preview, ticket.comment_count, ticket.answered, ticket.waiting_since


def test_it_is_what_the_actions_left_and_follows_what_is_moved_away(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("Try a new seal."), now=NOW + MINUTE)
        reply(session, actor_of(shop.ann), ticket.id, Answer("Done."), now=NOW + 2 * MINUTE)
        reply(session, actor_of(shop.ann), ticket.id, Answer("Thanks."), now=NOW + 3 * MINUTE)
    before = shown(now_of(database, ticket))
    assert before == ("Thanks.", 4, False, NOW + 2 * MINUTE)

    def refreshed(*gone: int) -> tuple[object, ...]:
        with database.transaction() as session:
            moved = update(Comment).where(Comment.id.in_(gone))
            session.execute(moved.values(ticket_id=make_ticket(session, shop.bob).id))
            refresh_queue_row(session, session.get_one(Ticket, ticket.id))
        return shown(now_of(database, ticket))

    opening, answer, done, thanks = (comment.id for comment in comments_of(database, ticket.id))
    assert refreshed() == before
    assert refreshed(done, thanks) == ("Try a new seal.", 2, True, NOW + MINUTE)
    assert refreshed(answer) == (ticket.preview, 1, False, NOW)
    assert refreshed(opening) == ("", 0, False, NOW)


def test_files_count_and_pictures_within_a_text_do_not(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    picture = StoredFile("logo.png", "image/png", 3, "ab" * 32, "inline", "logo@x")
    signature = StoredFile("smime.p7s", "application/pkcs7-signature", 3, "ab" * 32)
    bill = StoredFile("bill.pdf", "application/pdf", 3, "cd" * 32, "inline", "bill@x")

    def write(*files: StoredFile) -> Comment:
        with database.transaction() as session:
            given = Answer("Look.", files=files, may_undo=True)
            return reply(session, shop.agent, ticket.id, given, now=NOW + MINUTE)

    write(picture, signature)
    assert not now_of(database, ticket).has_files
    with_bill = write(picture, bill)
    assert now_of(database, ticket).has_files
    with database.transaction() as session:
        take_back(session, shop.agent, with_bill.id, now=NOW + MINUTE)
    assert not now_of(database, ticket).has_files
    with database.transaction() as session:
        add_note(session, shop.agent, ticket.id, text="See.", files=[bill], now=NOW + MINUTE)
    assert now_of(database, ticket).has_files


def test_of_several_opening_messages_the_first_is_one(database: Database, ticket: Ticket) -> None:
    with database.transaction() as session:
        on = session.get_one(Ticket, ticket.id)
        for opening in (True, False):
            session.add(
                Comment(
                    ticket_id=on.id,
                    opening=opening,
                    source="web",
                    text="x",
                    reply_text="x",
                    created_at=NOW,
                )
            )
        session.flush()
        refresh_queue_row(session, on)
    assert [comment.opening for comment in comments_of(database, ticket.id)] == [True, False, False]
