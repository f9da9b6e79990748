"""Outside of tickets: what is held, who is blocked, what names them; and mails on their way."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from helpdesk.actions.erase_person import begin_erasure, work_off_erasure
from helpdesk.actions.receive_mail import hold
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_view import ViewDraft, save_view
from helpdesk.db import Database
from helpdesk.models import (
    BlockedSender,
    InboundMail,
    InboundState,
    OutboundMail,
    OutboundState,
    SavedView,
    Ticket,
)
from helpdesk.queries.erasure import plan_erasure
from tests.helpdesk.actions.test_erase_person import CARA, erase, traces
from tests.helpdesk.mails import mail, receive
from tests.support.factories import NOW, Shop


def test_mails_of_an_address_that_is_nobodys(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        held = mail(CARA, "Held", "x")
        hold(session, held.arrival, "It is odd.", now=NOW, mail=held)
        session.add(BlockedSender(address=CARA, added_at=NOW))
        save_view(session, shop.agent, ViewDraft("Hers", f"from:{CARA}"), now=NOW)
    done = erase(database, shop.admin, CARA.upper())
    assert (done.counts["mails"], done.counts["rows"]) == (1, 2)
    assert list(traces(database)) == []
    with database.reading() as session:
        row = session.scalars(select(InboundMail)).one()
        assert (row.state, row.raw_sha256) == (InboundState.SET_ASIDE, "")
        assert session.scalar(select(BlockedSender.id)) is None
        assert session.scalar(select(SavedView.search)) == "from:[erased]"


def test_a_mail_that_is_being_sent_is_waited_for(database: Database, shop: Shop) -> None:
    filed = receive(database, mail(CARA, "Own", "x", verdict="pass"))
    with database.transaction() as session:
        reply(session, shop.agent, filed.ticket_id or 0, Answer("Dear Cara"), now=NOW)
        sending = {"state": OutboundState.SENDING, "lease_until": NOW + timedelta(seconds=15)}
        session.execute(update(OutboundMail).values(sending))
    with database.reading() as session:
        plan = plan_erasure(session, shop.admin, CARA)
    with database.transaction() as session:
        erasure_id = begin_erasure(session, shop.admin, plan, now=NOW).id
    waited: list[float] = []
    work_off_erasure(
        database.reading,
        database.transaction,
        erasure_id,
        clock=lambda: NOW + timedelta(seconds=sum(waited)),
        sleep=waited.append,
    )
    assert 15 <= sum(waited) < 17
    with database.reading() as session:
        assert session.scalar(select(OutboundMail.id)) is None
        assert session.scalars(select(Ticket.folder)).all() == ["trash"], "a hollow row"
