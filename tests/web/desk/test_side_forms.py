"""Where the messages of a side conversation stand on a ticket's page."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.ticket import ticket_page
from tests.helpdesk.actions.test_file_side_mail import answer
from tests.helpdesk.actions.test_side_conversation import sent, start, ticket
from tests.helpdesk.mails import mail, receive, reply_address
from tests.support.factories import Shop, make_shop
from web.conversation import Shown, shown
from web.desk.side_forms import SideBlock, in_places

__all__ = ["ticket"]


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


def test_they_stand_together_where_the_newest_does(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    start(database, shop, ticket)
    theirs = reply_address(database, ticket, shop.ann)
    receive(database, mail("ann@mail.example", to=(theirs,), text="And?", verdict="pass"))
    receive(database, answer(sent(database)[0]))
    start(database, shop, ticket, to="other@depot.example", subject="Another")
    with database.reading() as session:
        page = ticket_page(session, shop.agent, ticket.number)
    messages = [shown(one, lambda *_: "") for one in page.comments]
    first, second, aside, another = in_places(page, messages)
    assert isinstance(first, Shown)
    assert isinstance(second, Shown)
    assert second.comment.text == "And?"
    assert isinstance(aside, SideBlock)
    assert [one.comment.text for one in aside.messages] == ["Where is it?", "At the depot."]
    assert aside.is_open
    assert isinstance(another, SideBlock)
    assert not another.is_open
