"""Sending on to the customer what was answered in a side conversation."""

from __future__ import annotations

import pytest

from helpdesk.actions.send_on import send_on
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import DraftKind, OutboundMail, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.drafts import DraftContent, find_draft, put_draft
from tests.helpdesk.actions.test_file_side_mail import answer, aside, ticket
from tests.helpdesk.mails import comments_of, outbox, receive
from tests.support.factories import NOW, Shop

__all__ = ["aside", "ticket"]

FILES = tuple(StoredFile(f"{n}.pdf", "application/pdf", 3, f"{n}" * 64) for n in range(2))


def test_it_is_quoted_below_what_is_written_with_the_chosen_files_and_no_names(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    token = aside.reply_to.partition("@")[0]
    receive(database, answer(aside, f"At the depot.\nWrite to {token}@shop.example", files=FILES))
    heard = comments_of(database, ticket.id)[-1]
    mails, person_id = len(outbox(database)), shop.agent.person_id or 0
    with database.transaction() as session:
        written = DraftContent("Dear Ann,", {"status": "resolved"})
        put_draft(session, person_id, DraftKind.REPLY, ticket.id, written, NOW)
    with database.transaction() as session:
        heard = session.merge(heard)
        chosen = [heard.attachments[1].id]
        send_on(session, shop.agent, ticket.id, heard.id, chosen, now=NOW)
    with database.reading() as session:
        kept = find_draft(session, person_id, DraftKind.REPLY, ticket.id)
    assert kept is not None
    expected = "Dear Ann,\n\n> At the depot.\n> Write to support@shop.example"
    assert (kept.text, kept.fields) == (expected, {"status": "resolved"})
    assert [file.filename for file in kept.files] == ["1.pdf"]
    assert len(outbox(database)) == mails


def test_nothing_else_is_sent_on(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    receive(database, answer(aside))
    first, *_, heard = comments_of(database, ticket.id)
    with database.transaction() as session, pytest.raises(NotFound):
        send_on(session, shop.agent, ticket.id, first.id, (), now=NOW)
    with database.transaction() as session, pytest.raises(NotAllowed):
        send_on(session, actor_of(shop.ann), ticket.id, heard.id, (), now=NOW)
