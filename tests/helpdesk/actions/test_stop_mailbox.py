"""A mailbox is paused, resumed and removed."""

from __future__ import annotations

import pytest

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.edit_mailbox import set_form, set_public
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.stop_mailbox import (
    pause_mailbox,
    remove_mailbox,
    resume_mailbox,
    unfinished_in,
)
from helpdesk.actor import SYSTEM, VISITOR
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Mailbox, OutboundMail, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.mailboxes import is_ours
from tests.helpdesk.actions.administration import logged
from tests.support.factories import NOW, Shop, make_ticket

SUPPORT, ORDERS = "support@shop.example", "orders@shop.example"


def test_pausing_is_for_admins_and_logged_once(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for change in (pause_mailbox, pause_mailbox, resume_mailbox, resume_mailbox):
            change(session, shop.admin, SUPPORT, now=NOW)
        said = [row[2:] for row in logged(session) if row[1] == "paused"]
        assert said == [("no", "yes"), ("yes", "no")]
        for refused in (pause_mailbox, resume_mailbox, remove_mailbox):
            with pytest.raises(NotAllowed):
                refused(session, shop.agent, SUPPORT, now=NOW)
            with pytest.raises(NotFound):
                refused(session, shop.admin, "no@shop.example", now=NOW)


def test_the_tickets_of_a_removed_mailbox_are_answered_from_the_first_that_is_left(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        with pytest.raises(InvalidInput, match="the only mailbox"):
            remove_mailbox(session, shop.admin, SUPPORT, now=NOW)
        ticket = make_ticket(session, shop.ann)
        add_mailbox(session, SYSTEM, ORDERS, name="Orders", now=NOW)
        assert unfinished_in(session, session.get_one(Mailbox, shop.mailbox.id)) == 1
        remove_mailbox(session, shop.admin, SUPPORT, now=NOW)
        assert not is_ours(session, SUPPORT)
        reply(session, shop.agent, ticket.id, Answer("Soon."), now=NOW)
        answer = session.query(OutboundMail).order_by(OutboundMail.id.desc()).first()
        assert answer is not None
        assert (answer.mailbox_id, answer.reply_to[:7]) == (2, "orders+")
        assert make_ticket(session, shop.bob).mailbox_id == 2
        assert logged(session)[-1] == (SUPPORT, "mailbox", "Shop", "")
        with pytest.raises(InvalidInput):
            remove_mailbox(session, shop.admin, ORDERS, now=NOW)


def test_a_removed_mailbox_comes_back_with_its_tickets_by_being_added(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        ticket_id = make_ticket(session, shop.ann).id
        session.get_one(Mailbox, shop.mailbox.id).fed_through = ["in@shop.example", "to@x.example"]
        add_mailbox(session, SYSTEM, ORDERS, now=NOW)
        remove_mailbox(session, shop.admin, SUPPORT, now=NOW)
        add_mailbox(session, SYSTEM, ORDERS, fed_through=["in@shop.example"], now=NOW)
        box = add_mailbox(session, SYSTEM, SUPPORT, only_new=True, now=NOW)
        assert (box.id, box.removed_at, box.name) == (shop.mailbox.id, None, "Shop")
        assert box.fed_through == ["to@x.example"], "the other is another mailbox's by now"
        assert session.get_one(Ticket, ticket_id).mailbox is box
        assert logged(session)[-1] == (SUPPORT, "added", "", "Shop")


def test_customers_write_to_mailboxes_whose_form_is_open(database: Database, shop: Shop) -> None:
    def mailbox_of(actor: object, mailbox_id: int | None = None) -> int | None:
        with database.transaction() as session:
            draft = TicketDraft("My kettle", "It leaks.", mailbox_id=mailbox_id)
            if actor is not ann:
                draft = TicketDraft(
                    "My kettle", "It leaks.", customer="new@mail.example", mailbox_id=mailbox_id
                )
            return create_ticket(session, actor, draft, now=NOW).mailbox_id  # type: ignore[arg-type]

    ann = actor_of(shop.ann)
    with database.transaction() as session:
        orders = add_mailbox(session, SYSTEM, ORDERS, now=NOW).id
        set_form(session, shop.admin, SUPPORT, False, now=NOW)
    support = shop.mailbox.id
    assert [mailbox_of(actor) for actor in (ann, VISITOR, shop.agent)] == [orders, orders, support]
    assert mailbox_of(shop.agent, support) == support
    for actor in (ann, VISITOR):
        with pytest.raises(InvalidInput) as refused:
            mailbox_of(actor, support)
        assert refused.value.field == "mailbox"
    with database.transaction() as session:
        set_public(session, shop.admin, ORDERS, False, now=NOW)
        set_form(session, shop.admin, SUPPORT, True, now=NOW)
    assert mailbox_of(ann) == support, "the other one is hidden, but may be named"
    assert mailbox_of(ann, orders) == orders
    with database.transaction() as session:
        for address in (SUPPORT, ORDERS):
            set_form(session, shop.admin, address, False, now=NOW)
    with pytest.raises(InvalidInput, match="The form is closed"):
        mailbox_of(VISITOR)
    assert mailbox_of(shop.agent) == support
