"""Senders from addresses that no standard allows: heard like any other, and not written to."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions.release_mail import release_mail
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.models import OutboundMail, Ticket
from helpdesk.settings import Settings
from mailgate.spool.spool import Spool
from tests.conftest import MakeSettings
from tests.mailgate.filing.mails import NOW, file_all, filer_of, put, recorded
from tests.support.factories import make_shop

ODD = [
    "ann..smith@docomo.example",
    ".ann@docomo.example",
    "ann.@docomo.example",
    f"reply-to-buyer-{'a' * 60}@relay.example",
    f"{'a' * 250}@relay.example",
    "ann@mail_out.example",
    "ann@_mail.out_.example",
    "ann@mail.example.",
    "printer@[192.0.2.17]",
    "printer@[IPv6:2001:db8::17]",
    "a..b..c._.@mail_out.example",
]


def _mail(sender: str) -> bytes:
    return (
        f"From: Ann <{sender}>\r\nTo: support@shop.example\r\nSubject: My kettle\r\n"
        "Message-ID: <odd@client.example>\r\n\r\nIt leaks.\r\n"
    ).encode()


QUOTED = [
    '"ann."@docomo.example',
    '"ann..b"@docomo.example',
    '"ann b"@mail.example',
    '".ann"@a.example',
]


@pytest.mark.parametrize("sender", [*ODD, *QUOTED])
def test_mail_from_an_odd_address_opens_a_ticket_that_nothing_is_mailed_for(
    settings: Settings, database: Database, sender: str
) -> None:
    shop = make_shop(database)
    with filer_of(settings, database) as filer:
        put(Spool(settings.spool_dir), _mail(sender), mail_from=sender)
        file_all(filer, Spool(settings.spool_dir))
    [row] = recorded(database)
    assert row.state == "filed"
    with database.transaction() as session:
        ticket = session.scalars(select(Ticket)).one()
        assert ticket.requester.address == sender.lower()
        reply(session, shop.agent, ticket.id, Answer("Try a new seal."), now=NOW)
        written_to = [mail.recipient for mail in session.scalars(select(OutboundMail))]
    # A quoted local part is as good an address as any.
    answers = [recipient for recipient in written_to if recipient == sender.lower()]
    assert bool(answers) == sender.startswith('"')


def test_a_held_mail_from_an_odd_address_is_filed_once_it_is_released(
    make_settings: MakeSettings, database: Database
) -> None:
    shop = make_shop(database)
    settings = make_settings(AUTH="front", TRUSTED_AUTHSERV="mx.shop.example")
    verdict = (
        b"Authentication-Results: mx.shop.example;"
        b" dmarc=fail (p=reject) header.from=docomo.example\r\n"
    )
    with filer_of(settings, database) as filer:
        put(Spool(settings.spool_dir), verdict + _mail(ODD[0]), mail_from=ODD[0])
        file_all(filer, Spool(settings.spool_dir))
        [held] = recorded(database)
        assert held.state == "held"
        with database.transaction() as session:
            release_mail(session, shop.agent, held.id, now=NOW)
        assert filer.file_released() == 1
    assert recorded(database)[0].state == "filed"
