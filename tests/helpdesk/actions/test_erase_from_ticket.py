"""Somebody in copy on another's ticket is erased: what the other said stays, without quotes."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions.change_people import add_person_to, person_named
from helpdesk.actions.keep_meanings import keep_meanings
from helpdesk.db import Database
from helpdesk.models import Comment, InboundMail, Participant, Ticket, TicketMeaning
from helpdesk.tickets.content import StoredFile
from tests.helpdesk.actions.test_erase_person import CARA, NAME, SECRET, erase, traces
from tests.helpdesk.mails import mail, receive
from tests.support.factories import NOW, Shop


def test_the_ticket_stays_anns(database: Database, shop: Shop) -> None:
    filed = receive(database, mail("ann@mail.example", "Our kettle", "It leaks.", verdict="pass"))
    ticket_id, subject = filed.ticket_id or 0, f"Re: [{filed.ticket_number}] Our kettle"
    with database.transaction() as session:
        cara = person_named(session, shop.agent, CARA, NAME, now=NOW)
        add_person_to(session, shop.agent, ticket_id, cara.id, now=NOW)
        cara_id = cara.id
        keep_meanings(session, "model", {ticket_id: b"of all that was said"})
    receive(database, mail(CARA, subject, f"{SECRET}\nMine, too.", verdict="pass"))
    quoting = f"Dear Cara,\nI see.\n\nAm Montag schrieb {NAME}:\n> {SECRET}\n> Mine, too."
    returned = StoredFile("returned.eml", "message/rfc822", 9, "ab" * 32)
    receive(
        database,
        mail("ann@mail.example", subject, quoting, files=(returned,), verdict="pass", cc=(CARA,)),
    )
    done = erase(database, shop.admin)
    assert (done.counts["tickets"], done.counts["shared"]) == (0, 1)
    assert list(traces(database)) == []
    with database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id)
        assert ticket.subject == "Our kettle"
        said = session.scalars(select(Comment.reply_text).order_by(Comment.id)).all()
        assert said[:2] == ["It leaks.", "[erased]"]
        assert "I see." in said[2]
        assert session.scalars(select(TicketMeaning)).all() == []
        on_it = session.scalars(select(Participant.person_id)).all()
        assert cara_id not in on_it
        raws = session.scalars(select(InboundMail.raw_sha256).order_by(InboundMail.id)).all()
        assert raws == ["", "", ""], "originals of the ticket quote"
        places = session.scalars(select(InboundMail.ticket_id).order_by(InboundMail.id)).all()
        assert places == [ticket_id, None, ticket_id]
