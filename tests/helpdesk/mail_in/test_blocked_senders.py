"""What a blocked sender writes goes to spam, joins nothing, is not answered, and nobody is told."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions.block_sender import block_sender
from helpdesk.actions.change_folder import change_folder
from helpdesk.db import Database
from helpdesk.mail_in.incoming import NamedAddress
from helpdesk.models import Notice, Ticket
from helpdesk.vocabulary import Folder
from tests.helpdesk.mails import comments_of, mail, outbox, receive, ticket_of
from tests.support.factories import NOW, Shop

EVE = "eve@bad.example"


def block(database: Database, shop: Shop, address: str) -> None:
    with database.transaction() as session:
        block_sender(session, shop.agent, address, now=NOW)


def told(database: Database) -> list[Notice]:
    with database.reading() as session:
        return list(session.scalars(select(Notice)))


def test_new_mail_of_a_blocked_sender_is_spam_at_once(database: Database, shop: Shop) -> None:
    block(database, shop, EVE)
    outcome = receive(database, mail("Eve@Bad.example", verdict="pass"))
    ticket = ticket_of(database, outcome)
    assert outcome.state == "filed"
    assert (ticket.folder, ticket.put_away_at, ticket.not_acknowledged) == ("spam", NOW, "spam")
    assert outbox(database) == []
    assert told(database) == []


def test_a_tag_in_the_address_makes_it_no_other_sender(database: Database, shop: Shop) -> None:
    block(database, shop, EVE)
    tagged = receive(database, mail("eve+again@bad.example", verdict="pass"))
    assert ticket_of(database, tagged).folder == "spam"
    assert outbox(database) == []
    assert ticket_of(database, receive(database, mail("adam@bad.example"))).folder == "inbox"


def test_a_blocked_domain_is_each_of_its_addresses(database: Database, shop: Shop) -> None:
    block(database, shop, "@bad.example")
    for sender in (EVE, "eve@sub.bad.example"):
        assert ticket_of(database, receive(database, mail(sender))).folder == "spam"
    assert ticket_of(database, receive(database, mail("eve@notbad.example"))).folder == "inbox"


def test_another_address_for_answers_makes_it_no_other_sender(
    database: Database, shop: Shop
) -> None:
    block(database, shop, EVE)
    for verdict in ("pass", "unknown"):
        elsewhere = (NamedAddress("", "other@bad.example"),)
        outcome = receive(database, mail(EVE, verdict=verdict, reply_to=elsewhere))
        assert ticket_of(database, outcome).folder == "spam"
    assert outbox(database) == []


def test_it_joins_no_ticket_except_its_own_spam(database: Database, shop: Shop) -> None:
    first = receive(database, mail(EVE, verdict="pass"))
    block(database, shop, EVE)
    named = f"Re: [{first.ticket_number}]"
    second = receive(database, mail(EVE, named, verdict="pass"))
    assert second.ticket_id != first.ticket_id
    assert ticket_of(database, second).folder == "spam"
    assert ticket_of(database, first).folder == "inbox"
    third = receive(database, mail(EVE, f"Re: [{second.ticket_number}]", verdict="pass"))
    assert third.ticket_id == second.ticket_id
    assert len(comments_of(database, second.ticket_id)) == 2
    assert ticket_of(database, third).folder == "spam"


def test_a_customers_word_brings_a_ticket_back_from_trash_but_not_from_spam(
    database: Database, shop: Shop
) -> None:
    for folder, then in ((Folder.TRASH, "inbox"), (Folder.SPAM, "spam")):
        first = receive(database, mail("ann@mail.example", verdict="pass"))
        with database.transaction() as session:
            change_folder(session, shop.agent, first.ticket_id or 0, folder, now=NOW)
        before = len(outbox(database))
        named = f"Re: [{first.ticket_number}]"
        again = receive(database, mail("ann@mail.example", named, verdict="pass"))
        assert again.ticket_id == first.ticket_id
        assert ticket_of(database, again).folder == then
        assert len(outbox(database)) == before
    with database.reading() as session:
        assert session.scalar(select(Ticket.put_away_at).where(Ticket.folder == "inbox")) is None
