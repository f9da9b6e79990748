"""An answer that was begun before others changed its ticket waits for its writer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.move_ticket import move_ticket
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.split_ticket import split_ticket
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import TicketMoved
from helpdesk.models import Ticket
from helpdesk.tickets.moved import Seen
from tests.helpdesk.mails import comments_of, history_of, mail, receive, ticket_of
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("what", "words"),
    [("split", "split messages off it"), ("moved", "moved it to returns@shop.example")],
)
def test_it_was_split_or_moved(database: Database, shop: Shop, what: str, words: str) -> None:
    old = ticket_of(database, receive(database, mail(message_id="kettle@mail.example")))
    receive(database, mail(text="And the invoice?", in_reply_to=("kettle@mail.example",)))
    ids = [one.id for one in comments_of(database, old.id)]
    seen = Seen(comment_id=ids[-1], change_id=history_of(database, old.id)[-1].id)
    with database.transaction() as session:
        if what == "split":
            split_ticket(session, shop.admin, old.id, ids[1:], now=LATER)
        else:
            name = "Returns"
            box = add_mailbox(session, SYSTEM, "returns@shop.example", name=name, now=NOW)
            move_ticket(session, shop.admin, old.id, box.id, now=LATER)
    with database.transaction() as session, pytest.raises(TicketMoved, match=words):
        reply(session, shop.agent, old.id, Answer("It is attached.", seen=seen), now=LATER)


@pytest.mark.parametrize(
    ("folders", "words"),
    [
        (["trash"], "admin put it in the trash"),
        (["spam"], "admin put it in spam"),
        (["trash", "inbox"], "admin brought it back to the inbox"),
    ],
)
def test_it_was_put_away_or_brought_back(
    database: Database, shop: Shop, ticket: Ticket, folders: list[str], words: str
) -> None:
    seen, answer = Seen(comment_id=0, change_id=0), "It is attached."
    for folder in folders:
        with database.transaction() as session:
            change_folder(session, shop.admin, ticket.id, folder, now=LATER)
    with database.transaction() as session, pytest.raises(TicketMoved, match=rf"{words}\."):
        reply(session, shop.agent, ticket.id, Answer(answer, seen=seen), now=LATER)
    with database.transaction() as session:  # of spam nobody is mailed
        change_folder(session, shop.admin, ticket.id, "inbox", now=LATER)
    newest = Seen(change_id=history_of(database, ticket.id)[-1].id)
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer(answer, seen=newest), now=LATER)
