"""A mail before the outbox: made whole, with an ID that says who was written to."""

from __future__ import annotations

import pytest

from helpdesk import links
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.mail_out.outgoing import Recipient, own_message_id, unthreaded_mail
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import Mailbox
from tests.conftest import SECRET
from tests.support.factories import NOW, make_shop, make_ticket

pytestmark = pytest.mark.databases("sqlite")


def test_our_ids_carry_the_mailboxs_domain_and_whom_they_were_made_for(database: Database) -> None:
    mailbox = Mailbox(address="support@shop.example")
    with database.transaction() as session:
        made = own_message_id(session, mailbox, 7, 8)
        assert made != own_message_id(session, mailbox, 7, 8)
    assert made.endswith("@shop.example")
    assert links.is_minted_for((SECRET,), made, 7, 8)
    assert not links.is_minted_for((SECRET,), made, 7, 9)


def test_a_mail_of_no_ticket_threads_on_nothing_and_gives_no_right(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        mail = unthreaded_mail(
            session,
            shop.mailbox,
            Recipient.of(shop.ann),
            template=TemplateName.DIGEST_STAFF,
            subject="What happened meanwhile",
            values={"events": [], "more": 0},
        )
    assert mail.recipient == Recipient("ann@mail.example", shop.ann.name, shop.ann.id)
    assert (mail.mailbox_id, mail.ticket_id, mail.comment_id) == (shop.mailbox.id, None, None)
    assert (mail.reply_to, mail.in_reply_to, list(mail.references)) == ("", "", [])


def test_a_mail_about_a_comment_belongs_to_its_ticket(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        comment = reply(session, shop.agent, ticket.id, Answer("A new seal."), now=NOW)
        mail = unthreaded_mail(
            session,
            shop.mailbox,
            Recipient("agent@shop.example"),
            template=TemplateName.DELIVERY_FAILED_STAFF,
            subject="Not delivered",
            values={},
            ticket_id=ticket.id,
            comment_id=comment.id,
        )
        assert (mail.ticket_id, mail.comment_id) == (ticket.id, comment.id)
        assert links.is_minted_for((SECRET,), mail.message_id, ticket.id, 0)
