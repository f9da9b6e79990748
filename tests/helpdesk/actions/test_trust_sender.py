"""“Always accept from …”: mail is not held for its sender's check, and gains no right by that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.actions.release_mail import release_and_trust
from helpdesk.actions.trust_sender import distrust_sender, trust_sender
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.mail_in.incoming import NamedAddress
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import MailboxRight
from tests.helpdesk.mails import mail, receive, recorded
from tests.support.factories import NOW, make_shop

HOLD = "It fails the check of its sender."


def test_mail_of_a_trusted_sender_is_filed_and_says_so(database: Database) -> None:
    shop = make_shop(database)
    receive(database, mail("eve@bad.example", verdict="fail", hold_reason=HOLD))
    [held] = recorded(database)
    assert (held.state, held.reading and held.reading["text"]) == ("held", "It leaks.")

    with database.transaction() as session:
        release_and_trust(session, shop.agent, held.id, now=NOW)
    filed = receive(database, mail("Eve@Bad.example", verdict="fail", hold_reason=HOLD))
    assert filed.state == "filed"
    assert recorded(database)[-1].decision["trusted_as"] == "eve@bad.example"
    other = receive(database, mail("mallory@bad.example", verdict="fail", hold_reason=HOLD))
    assert other.state == "held"


def test_a_trusted_domain_joins_nothing_by_that(database: Database) -> None:
    shop = make_shop(database)
    first = receive(database, mail("ann@mail.example", verdict="pass"))
    with database.transaction() as session:
        trust_sender(session, shop.agent, "@mail.example", now=NOW)
    forged = mail(
        "ann@mail.example", f"Re: [{first.ticket_number}]", verdict="fail", hold_reason=HOLD
    )
    assert receive(database, forged).ticket_id != first.ticket_id


def test_a_listed_contact_form_makes_its_writer_the_requester(database: Database) -> None:
    shop = make_shop(database)
    form = {"verdict": "none", "reply_to": (NamedAddress("", "bob@mail.example"),)}
    assert receive(database, mail("support@shop.example", **form)).state == "held"
    with database.transaction() as session:
        rule = trust_sender(session, shop.agent, "support@shop.example", now=NOW)
    assert receive(database, mail("support@shop.example", **form)).state == "filed"
    assert recorded(database)[-1].from_address == "bob@mail.example"
    with database.transaction() as session:
        distrust_sender(session, shop.agent, rule.id)
    assert receive(database, mail("support@shop.example", **form)).state == "held"


def test_customers_have_no_say_in_it(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session, pytest.raises(NotAllowed):
        trust_sender(session, actor_of(shop.ann), "eve@bad.example", now=NOW)


def test_who_does_not_decide_about_held_mail_names_nobody(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        rule = trust_sender(session, shop.admin, "eve@bad.example", now=NOW)
        for rights in ((), ((shop.mailbox.id, MailboxRight.ANSWER),)):
            for address in ("eve@bad.example", "mallory@bad.example"):
                with pytest.raises(NotAllowed):
                    trust_sender(session, replace(shop.agent, rights=rights), address, now=NOW)
            with pytest.raises(NotAllowed):
                distrust_sender(session, replace(shop.agent, rights=rights), rule.id)
        decides = replace(shop.agent, rights=((shop.mailbox.id, MailboxRight.MANAGE),))
        own = trust_sender(session, decides, "mallory@bad.example", now=NOW)
        assert distrust_sender(session, decides, own.id) == "mallory@bad.example"
