"""What is in a dispute pack, and the chain of its lines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.take_pack import take_pack
from helpdesk.db import Database
from helpdesk.models import OutboundMail, Ticket
from tests.helpdesk.actions.test_file_side_mail import answer, aside
from tests.helpdesk.actions.test_side_conversation import ticket
from tests.helpdesk.mails import receive
from tests.support.factories import NOW, Shop, make_ticket

__all__ = ["aside", "ticket"]

LATER = NOW + timedelta(hours=1)


def test_each_pack_has_a_head_of_its_own_and_its_mails_in_order(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        number = make_ticket(session, shop.ann).number
        first = take_pack(session, shop.agent, number, now=LATER)
        second = take_pack(session, shop.agent, number, now=LATER + timedelta(seconds=1))
    assert first.head != second.head
    assert [mail.name for mail in first.mails] == ["outbound/0001.eml"]
    assert first.mails[0].sha256 == ""  # it was not written yet
    assert first.mails[0].line["previous"] == first.first_line["chain"]


@pytest.mark.parametrize("with_notes", [False, True])
def test_what_a_side_conversation_did_is_in_it_with_notes_alone(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail, with_notes: bool
) -> None:
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("Which colour?"), now=NOW)
    receive(database, answer(aside))
    with database.transaction() as session:
        pack = take_pack(session, shop.agent, ticket.number, with_notes=with_notes, now=LATER)
    became = [one.new_value for one in pack.changes if one.field == "status"]
    assert (pack.status, became[-1]) == (("in_progress",) * 2 if with_notes else ("waiting",) * 2)
    assert ("in_progress" in became[became.index("waiting") :]) is with_notes
