"""What is in a dispute pack, and the chain of its lines."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.actions.take_pack import take_pack
from helpdesk.db import Database
from tests.support.factories import NOW, Shop, make_ticket

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
