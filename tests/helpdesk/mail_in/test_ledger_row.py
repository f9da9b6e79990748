"""The ledger's row of a mail: how it came, what it says, and where it went."""

from __future__ import annotations

from dataclasses import replace

from helpdesk.db import Database
from helpdesk.mail_in.ledger_row import LedgerEntry, record_discarded, record_filed, record_mail
from helpdesk.models import Comment, InboundState, Ticket
from tests.helpdesk.mails import mail, recorded
from tests.support.factories import NOW, Shop


def test_a_filed_mail_names_its_ticket_and_its_decision(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    one = mail("Ann@Mail.example", "The\nlid", authentication={"verdict": "pass"})
    with database.transaction() as session:
        comment = session.get_one(Comment, 1)
        decision = {"outcome": "new", "why": "Nothing in it names a ticket."}
        filed = record_filed(session, one, ticket, comment, decision, NOW)
    assert (filed.state, filed.is_new_ticket) == ("filed", True)
    assert (filed.ticket_id, filed.ticket_number) == (ticket.id, ticket.number)
    [row] = recorded(database)
    assert (row.subject, row.from_address) == ("The lid", "ann@mail.example")
    assert (row.ticket_id, row.comment_id, row.mailbox_id) == (ticket.id, 1, shop.mailbox.id)
    assert row.decision == {**decision, "authentication": {"verdict": "pass"}}
    assert row.reading is None


def test_a_discarded_mail_says_why_and_one_of_ours_counts_for_no_mailbox(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        assert record_discarded(session, mail(), "Twice.", NOW).state == "set_aside"
        record_discarded(session, mail(), "Ours.", NOW, counts=False)
    twice, ours = recorded(database)
    assert (twice.reason, twice.decision["why"], twice.ticket_id) == ("Twice.", "Twice.", None)
    assert (twice.mailbox_id, ours.mailbox_id) == (shop.mailbox.id, None)


def test_a_held_mail_is_kept_as_far_as_it_could_be_read(database: Database, shop: Shop) -> None:
    entry = LedgerEntry(InboundState.HELD, "It could not be read.")
    with database.transaction() as session:
        record_mail(session, mail().arrival, None, entry, NOW)
        record_mail(session, (one := mail()).arrival, one, entry, NOW)
    unread, read = recorded(database)
    assert (unread.subject, unread.from_address, unread.reading) == ("", "", None)
    assert read.reading is not None
    assert read.reading["text"] == "It leaks."


def test_a_released_mail_keeps_its_row(database: Database, shop: Shop) -> None:
    one = mail()
    with database.transaction() as session:
        record_mail(session, one.arrival, one, LedgerEntry(InboundState.HELD, "Why not."), NOW)
        released = replace(one, arrival=replace(one.arrival, released_by="Mia"))
        record_discarded(session, released, "Nobody wants it.", NOW)
    [row] = recorded(database)
    assert (row.state, row.decision["released_by"]) == ("set_aside", "Mia")
