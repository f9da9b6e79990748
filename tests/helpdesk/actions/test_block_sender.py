"""Block a sender, or all of a domain; and take that back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.actions.block_sender import block_sender, unblock_sender
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.folders import is_blocked
from helpdesk.vocabulary import MailboxRight
from tests.support.factories import NOW, Shop


def test_one_who_is_blocked_is_so_with_a_tag_too(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        block_sender(session, shop.agent, "eve@gmail.com", now=NOW)
        block_sender(session, shop.agent, "list+spam@gmail.com", now=NOW)
        assert is_blocked(session, "Eve+Again@gmail.com")
        assert is_blocked(session, "list+spam@gmail.com")
        for other in ("list@gmail.com", "list+news@gmail.com", "e+ve@gmail.com", "eve@gmail.net"):
            assert not is_blocked(session, other)


def test_a_rule_stands_once_and_can_go_again(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        rule = block_sender(session, shop.agent, " EVE@Bad.example ", now=NOW)
        assert block_sender(session, shop.admin, "eve@bad.example", now=NOW).id == rule.id
        assert rule.added_by_id == shop.agent.person_id
        assert is_blocked(session, "Eve@bad.example")
        assert not is_blocked(session, "mallory@bad.example")
    with database.transaction() as session:
        assert unblock_sender(session, shop.agent, rule.id) == "eve@bad.example"
        assert not is_blocked(session, "eve@bad.example")
        with pytest.raises(NotFound):
            unblock_sender(session, shop.agent, rule.id)


@pytest.mark.parametrize(
    "address",
    [
        "nobody",
        "@",
        "@gmail.com",
        "@googlemail.com",
        "agent@shop.example",
        "@shop.example",
        "support@shop.example",
    ],
)
def test_what_cannot_be_blocked(database: Database, shop: Shop, address: str) -> None:
    with database.transaction() as session, pytest.raises(InvalidInput) as problem:
        block_sender(session, shop.agent, address, now=NOW)
    assert problem.value.field == "address"


def test_customers_block_nobody(database: Database, shop: Shop) -> None:
    with database.transaction() as session, pytest.raises(NotAllowed):
        block_sender(session, actor_of(shop.ann), "eve@bad.example", now=NOW)


def test_who_does_not_decide_about_held_mail_names_nobody(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        rule = block_sender(session, shop.admin, "eve@bad.example", now=NOW)
        for rights in ((), ((shop.mailbox.id, MailboxRight.ANSWER),)):
            for address in ("eve@bad.example", "mallory@bad.example"):
                with pytest.raises(NotAllowed):
                    block_sender(session, replace(shop.agent, rights=rights), address, now=NOW)
            with pytest.raises(NotAllowed):
                unblock_sender(session, replace(shop.agent, rights=rights), rule.id)
        decides = replace(shop.agent, rights=((shop.mailbox.id, MailboxRight.MANAGE),))
        own = block_sender(session, decides, "mallory@bad.example", now=NOW)
        assert unblock_sender(session, decides, own.id) == "mallory@bad.example"
