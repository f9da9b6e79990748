"""Taking a note of one's own back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.add_note import add_note
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_draft import keep_taken_back
from helpdesk.actions.take_back_note import take_back_note
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Comment, DraftKind, Notice, Ticket
from helpdesk.queries.conversation import conversation
from helpdesk.queries.drafts import own_drafts
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from tests.helpdesk.mails import history_of, mail, now_of, receive, ticket_of
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(days=3)
FILE = StoredFile("map.png", "image/png", 3, "ab" * 32)


def note(database: Database, shop: Shop, ticket: Ticket, text: str = "He is right.") -> Comment:
    with database.transaction() as session:
        return add_note(session, shop.agent, ticket.id, text=text, files=[FILE], now=NOW)


def take_back(database: Database, actor: Actor, comment_id: int) -> None:
    with database.transaction() as session:
        taken = take_back_note(session, actor, comment_id, now=LATER)
        keep_taken_back(session, actor, taken, now=LATER)


def test_it_stands_in_the_composer_and_the_history_says_so(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    before = now_of(database, ticket)
    made = note(database, shop, ticket)
    take_back(database, shop.agent, made.id)
    after = now_of(database, ticket)
    assert (after.comment_count, after.preview) == (before.comment_count, before.preview)
    with database.reading() as session:
        assert made.id not in [one.id for one in conversation(session, ticket.id)]
        draft = own_drafts(session, shop.agent.person_id, ticket.id).by_kind[DraftKind.NOTE]
    assert (draft.text, [file.filename for file in draft.files]) == ("He is right.", ["map.png"])
    last = history_of(database, ticket.id)[-1]
    assert (last.field, last.new_value, last.changed_by_id) == (
        "note",
        "taken back",
        shop.agent.person_id,
    )
    with pytest.raises(NotFound):
        take_back(database, shop.agent, made.id)


def test_whom_it_names_is_told_nothing(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.reading() as session:
        before = session.scalars(select(Notice.id)).all()
    made = note(database, shop, ticket, "@ada, is he right?")
    take_back(database, shop.agent, made.id)
    with database.reading() as session:
        assert session.scalars(select(Notice.id)).all() == before


def test_only_a_note_and_only_ones_own(database: Database, shop: Shop, ticket: Ticket) -> None:
    made = note(database, shop, ticket)
    with pytest.raises(InvalidInput, match="of your own"):
        take_back(database, shop.admin, made.id)
    with pytest.raises(NotAllowed):
        take_back(database, actor_of(shop.ann), made.id)
    with database.transaction() as session:
        answer = reply(session, shop.agent, ticket.id, Answer("Soon."), now=NOW)
    with pytest.raises(InvalidInput):
        take_back(database, shop.agent, answer.id)
    with pytest.raises(NotFound):
        take_back(database, shop.agent, 2**70)


def test_it_is_taken_back_where_the_ticket_goes_on(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    other = ticket_of(database, receive(database, mail(message_id="other@mail.example")))
    made = note(database, shop, ticket)
    with database.transaction() as session:
        merge_tickets(session, shop.agent, ticket.id, other.id, now=NOW)
    take_back(database, shop.agent, made.id)  # it went along, and is a note there
    assert history_of(database, other.id)[-1].field == "note"
