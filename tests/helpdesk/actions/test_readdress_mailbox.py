"""Another address for a mailbox, and hidden ones that bring its mail."""

from __future__ import annotations

import pytest

from helpdesk.actions.readdress_mailbox import change_receiving, readdress_mailbox
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.stop_mailbox import remove_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Mailbox, OutboundMail
from helpdesk.tickets.mailboxes import is_ours, mailbox_taking
from tests.helpdesk.actions.administration import logged
from tests.support.factories import NOW, Shop, make_ticket

SUPPORT, HELP, HIDDEN = "support@shop.example", "help@shop.example", "in@inbound.example"


def test_mails_leave_from_the_new_address_and_the_old_one_is_still_received(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        box = readdress_mailbox(session, shop.admin, SUPPORT.upper(), f" {HELP}", now=NOW)
        reply(session, shop.agent, ticket.id, Answer("Soon."), now=NOW)
        assert (box.address, box.fed_through, box.former_addresses) == (HELP, [SUPPORT], [SUPPORT])
        assert is_ours(session, f"{SUPPORT[:7]}+tag{SUPPORT[7:]}")
        assert mailbox_taking(session, SUPPORT) is box
        told = session.query(OutboundMail).order_by(OutboundMail.id).all()
        assert [mail.reply_to.partition("+")[0] for mail in told] == ["support", "help"]
        said = [row for row in logged(session) if row[1] in ("address", "fed_through")]
        assert said == [(SUPPORT, "address", SUPPORT, HELP), (HELP, "fed_through", "", SUPPORT)]


def test_it_may_go_back_and_take_one_of_its_own_hidden_addresses(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        readdress_mailbox(session, shop.admin, SUPPORT, HELP, now=NOW)
        box = readdress_mailbox(session, shop.admin, HELP, SUPPORT, now=NOW)
        assert (box.address, box.fed_through, box.former_addresses) == (SUPPORT, [HELP], [HELP])
        assert readdress_mailbox(session, shop.admin, SUPPORT, SUPPORT, now=NOW) is box
        assert box.fed_through == [HELP]


def test_an_address_that_is_somebody_elses_is_refused_by_name(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        add_mailbox(session, SYSTEM, "orders@shop.example", fed_through=[HIDDEN], now=NOW)
        add_mailbox(session, SYSTEM, "old@shop.example", now=NOW)
        remove_mailbox(session, SYSTEM, "old@shop.example", now=NOW)
        for new, words in (
            ("help", "is no mailbox"),
            ("help+tag@shop.example", "is no mailbox"),
            ("ann@mail.example", "is the address of ann"),
            ("orders@shop.example", "brings mail to the mailbox orders@shop.example already"),
            (HIDDEN, "brings mail to the mailbox orders@shop.example already"),
            ("old@shop.example", "was removed"),
        ):
            with pytest.raises(InvalidInput, match=words) as refused:
                readdress_mailbox(session, shop.admin, SUPPORT, new, now=NOW)
            assert refused.value.field == "address"
        with pytest.raises(NotAllowed):
            readdress_mailbox(session, shop.agent, SUPPORT, HELP, now=NOW)
        with pytest.raises(NotFound):
            readdress_mailbox(session, shop.admin, "old@shop.example", HELP, now=NOW)
        assert session.get_one(Mailbox, shop.mailbox.id).address == SUPPORT


def test_hidden_addresses_come_and_go(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        add_mailbox(session, SYSTEM, "orders@shop.example", now=NOW)
        more = [HIDDEN.upper(), "<lists.shop.example>"]
        box = change_receiving(session, shop.admin, SUPPORT, more=more, now=NOW)
        assert box.fed_through == [HIDDEN, "lists.shop.example"]
        for taken in ("bob@mail.example", SUPPORT, "orders@shop.example"):
            with pytest.raises(InvalidInput):
                change_receiving(session, shop.admin, SUPPORT, more=[taken], now=NOW)
        with pytest.raises(InvalidInput, match=f"{HIDDEN} brings mail to the mailbox {SUPPORT}"):
            change_receiving(session, shop.admin, "orders@shop.example", more=[HIDDEN], now=NOW)
        with pytest.raises(NotFound, match="receives no mail of"):
            change_receiving(session, shop.admin, SUPPORT, less=["no@shop.example"], now=NOW)
        change_receiving(session, shop.admin, SUPPORT, less=[HIDDEN], now=NOW)
        assert box.fed_through == ["lists.shop.example"]
        assert not is_ours(session, HIDDEN)
        assert logged(session)[-1][1:] == (
            "fed_through", f"{HIDDEN}, lists.shop.example", "lists.shop.example")  # fmt: skip
