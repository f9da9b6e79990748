"""The mailboxes: which addresses are ours, and where a mail came to."""

from __future__ import annotations

import pytest

from helpdesk.actions.set_up import add_mailbox
from helpdesk.db import Database
from helpdesk.models import Mailbox
from helpdesk.tickets.mailboxes import (
    all_mailboxes,
    feeders,
    first_mailbox,
    forget_mailboxes,
    is_ours,
    mailbox_of,
    mailboxes_among,
)
from tests.support.factories import NOW, Shop

SUPPORT, SALES = "support@shop.example", "sales@shop.example"


def test_a_mailbox_is_ours_with_any_tag_and_so_is_what_feeds_it(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        session.get_one(Mailbox, shop.mailbox.id).fed_through = ["info@old.example"]
        for ours in (SUPPORT, "Support+Tag@Shop.example", "info@old.example"):
            assert is_ours(session, ours), ours
        for other in ("ann@mail.example", "support@shop.example.evil", "", "@"):
            assert not is_ours(session, other), other
        assert feeders(session) == {"info@old.example"}


@pytest.mark.parametrize("spelt", ["büro.example", "xn--bro-hoa.example"])
def test_a_mailbox_is_ours_however_its_domain_is_spelt(
    database: Database, shop: Shop, spelt: str
) -> None:
    with database.transaction() as session:
        hidden = f"in@in.{spelt}"
        box = add_mailbox(session, shop.admin, f"hi@{spelt}", fed_through=[hidden], now=NOW)
        for domain in ("büro.example", "xn--bro-hoa.example"):
            for came in (f"hi@{domain}", f"Hi+tag@{domain}", f"in@in.{domain}"):
                assert is_ours(session, came), came
                assert mailbox_of(session, [came]) is box, came
            assert f"in@in.{domain}" in feeders(session)
            assert not is_ours(session, f"ho@{domain}")


def test_a_mail_came_to_the_first_of_its_recipients_that_is_a_mailbox(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        add_mailbox(session, shop.admin, SALES, now=NOW)
        to = ["ann@mail.example", "sales+x@shop.example", SUPPORT, SALES]
        assert [box.address for box in mailboxes_among(session, to)] == [SALES, SUPPORT]
        found = mailbox_of(session, to)
        assert found is not None
        assert found.address == SALES
        assert mailbox_of(session, ["ann@mail.example"]) is None
        assert first_mailbox(session).address == SUPPORT, "the oldest"


def test_they_are_read_once_until_they_are_forgotten(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        assert list(all_mailboxes(session)) == [SUPPORT]
        session.add(Mailbox(address=SALES, name="Sales", created_at=NOW))
        session.flush()
        assert list(all_mailboxes(session)) == [SUPPORT]
        forget_mailboxes(session)
        assert list(all_mailboxes(session)) == [SUPPORT, SALES]


def test_without_a_mailbox_one_is_told_how_to_add_it(database: Database) -> None:
    with database.reading() as session, pytest.raises(LookupError, match="postdesk mailbox add"):
        first_mailbox(session)
