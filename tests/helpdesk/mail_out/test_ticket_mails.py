"""The mails of a ticket: each with an ID and a reply address made for its recipient."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import links
from helpdesk.actions.add_note import add_note
from helpdesk.db import Database
from helpdesk.mail_in.thread_index import thread_to
from helpdesk.mail_out import ticket_mails
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import OutboundMail
from tests.conftest import SECRET
from tests.support.factories import NOW, make_person, make_shop, make_ticket

pytestmark = pytest.mark.databases("sqlite")


def test_a_mail_on_a_ticket_is_answered_by_its_recipient_alone(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        mail = ticket_mails.tell_status(session, ticket, shop.ann, NOW)
        assert links.is_minted_for((SECRET,), mail.message_id, ticket.id, shop.ann.id)
        token = mail.reply_to.partition("+")[2].partition("@")[0]
        right = links.read_reply_token((SECRET,), token)
        assert right == links.ReplyRight(ticket.id, shop.ann.id, ticket.link_generation)
        assert mail.subject == f"Re: [{ticket.number}] My kettle leaks"
        assert thread_to(session, ticket, shop.ann).in_reply_to == mail.message_id


def test_a_mail_of_an_internal_note_gives_no_right(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        note = add_note(session, shop.agent, ticket.id, text="Look.", now=NOW)
        mia = make_person(session, "mia@shop.example", "agent")
        mail = ticket_mails.tell_staff(
            session,
            ticket,
            mia,
            template=TemplateName.MENTIONED_STAFF,
            values={"author_name": "Tom", "text": "Look."},
            private_to=note,
            now=NOW,
        )
        assert mail.reply_to == ""
        assert mail.comment_id is None


def test_a_corrected_copy_is_a_mail_of_its_own_on_the_same_thread(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        old = ticket_mails.tell_status(session, ticket, shop.ann, NOW)
        old.values = {**old.values, "text": "seel"}
        new = ticket_mails.send_in_place_of(
            session, ticket, old, "ann@new.example", "seal", NOW + timedelta(minutes=1)
        )
        assert (new.recipient, new.values["text"]) == ("ann@new.example", "seal")
        assert new.message_id != old.message_id
        assert (new.in_reply_to, new.references) == (old.in_reply_to, old.references)
        assert (new.template, new.queue, new.reply_to) == (old.template, old.queue, old.reply_to)


def test_an_address_gets_so_many_fresh_links_an_hour(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        for _ in range(ticket_mails.MOST_FRESH_LINKS):
            assert ticket_mails.send_tracking_link(session, ticket, shop.ann, NOW)
        assert ticket_mails.send_tracking_link(session, ticket, shop.ann, NOW) is None
        later = NOW + timedelta(hours=1, minutes=1)
        assert ticket_mails.send_tracking_link(session, ticket, shop.ann, later)
        sent = select(OutboundMail).where(OutboundMail.template == TemplateName.TRACKING_LINK)
        assert {mail.queue for mail in session.scalars(sent)} == {"answers"}
