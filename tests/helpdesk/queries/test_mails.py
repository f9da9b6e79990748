"""The mails themselves, as the API lists them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import InboundMail, OutboundMail
from helpdesk.queries.inbox import mail_page
from helpdesk.queries.mails import inbound_mail, inbound_page, mails_since, outbound_page
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import MailboxRight
from tests.helpdesk.mails import mail, receive, recorded
from tests.helpdesk.outbox_rows import put_mail
from tests.support.factories import NOW, Shop


def test_inbound_mails_by_state_and_page(database: Database, shop: Shop) -> None:
    for n in range(3):
        receive(database, mail(subject=f"Mail {n}"))
    ids = [row.id for row in recorded(database)]
    with database.transaction() as session:
        session.get_one(InboundMail, ids[0]).state = "held"
    with database.reading() as session:
        page = inbound_page(session, shop.agent, "", page=2, page_size=2)
        assert (page.count, [one.id for one in page.mails]) == (3, [ids[0]])
        held = inbound_page(session, shop.agent, "held")
        assert [one.id for one in held.mails] == [ids[0]]
        view = inbound_mail(session, shop.agent, ids[2])
        assert (view.subject, view.from_address) == ("Mail 2", "ann@mail.example")
        assert view.ticket_number
        assert mails_since(session, NOW) == ids
        assert mails_since(session, NOW + timedelta(days=1)) == []


def test_outbound_mails_by_state_and_page(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ids = [put_mail(session, NOW, recipient=f"c{n}@mail.example") for n in range(3)]
        session.get_one(OutboundMail, ids[1]).state = "sent"
    with database.reading() as session:
        page = outbound_page(session, shop.agent, "", page_size=2)
        assert (page.count, [one.id for one in page.mails]) == (3, [ids[2], ids[1]])
        sent = outbound_page(session, shop.agent, "sent")
        assert [(one.recipient, one.attempts) for one in sent.mails] == [("c1@mail.example", ())]


def test_they_are_for_staff(database: Database, shop: Shop) -> None:
    ann = actor_of(shop.ann)
    with database.reading() as session:
        for read in (inbound_page, outbound_page):
            with pytest.raises(NotAllowed):
                read(session, ann, "")
        with pytest.raises(NotAllowed):
            inbound_mail(session, ann, 1)
        with pytest.raises(NotFound):
            inbound_mail(session, shop.agent, 999)


def test_a_decision_names_no_ticket_that_one_does_not_see(database: Database, shop: Shop) -> None:
    receive(database, mail("ann@mail.example"))
    some = replace(shop.agent, rights=((shop.mailbox.id, MailboxRight.SEE),))
    with database.transaction() as session:
        box = add_mailbox(session, SYSTEM, "other@shop.example", name="Other", now=NOW)
        draft = TicketDraft("Elsewhere", "Hello", mailbox_id=box.id)
        other = create_ticket(session, actor_of(shop.ann), draft, now=NOW).number
        own = session.scalars(select(InboundMail)).one()
        [number] = [inbound_mail(session, some, own.id).ticket_number]
        own.decision = {
            **own.decision,
            "weighed": [{"kind": "number", "ticket_number": one} for one in (other, number)],
            "moved": [{"from": other, "to": number, "by": "Ada"}],
        }
        session.flush()
        for seen in (
            inbound_mail(session, some, own.id),
            inbound_page(session, some, "").mails[0],
            mail_page(session, some, own.id).mail,
        ):
            assert other not in str(seen)
            assert [one["ticket_number"] for one in seen.decision["weighed"]] == ["", number]
        page = mail_page(session, some, own.id)
        assert other not in str(page)
        assert f"Moved from another ticket to {number} by Ada." in str(page.explanation)
        assert str(mail_page(session, shop.agent, own.id)).count(other) > 1
