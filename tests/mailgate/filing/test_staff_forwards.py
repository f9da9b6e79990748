"""What staff forward to a mailbox, in the words of their own client: the customer's ticket."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.db import Database
from helpdesk.models import Ticket
from mailgate.spool.spool import Envelope, Spool
from tests.conftest import MakeSettings
from tests.mailgate.filing.mails import NOW, SUPPORT, file_all, filer_of, write
from tests.support.factories import make_shop

FRONT = "192.0.2.25"
BLOCK = (
    "Please handle.\n\n-----Original Message-----\nFrom: Cora <cora@mail.example>\n"
    "Sent: Monday, 12 October 2026 10:46\nTo: Agent <agent@shop.example>\nSubject: Kettle\n\n"
    "My kettle leaks.\n"
)


@pytest.mark.databases("sqlite")
def test_the_customer_becomes_the_requester(
    make_settings: MakeSettings, database: Database
) -> None:
    make_shop(database)
    settings = make_settings(
        DATABASE_URL=str(database.engine.url.render_as_string(hide_password=False)),
        AUTH="front",
        TRUSTED_AUTHSERV="mx.shop.example",
        SMTP_EXEMPT=FRONT,
    )
    spool = Spool(settings.spool_dir)
    prefixes = ("ΠΡΘ:", "TRS:", "転送:", "PD:", "ENC:", "VB:", "İLT:", "转发：", "I:", "RV:")
    for prefix in prefixes:
        raw = write(
            f"{prefix} Kettle",
            BLOCK,
            sender="agent <agent@shop.example>",
            Authentication_Results="mx.shop.example; dmarc=pass header.from=shop.example",
            Message_ID=f"<{len(prefix)}{ord(prefix[0])}@shop.example>",
        )
        envelope = Envelope("agent@shop.example", (SUPPORT,), peer=FRONT, received_at=NOW)
        writer = spool.begin(envelope)
        writer.write(raw)
        writer.commit()
    with filer_of(settings, database) as filer:
        file_all(filer, spool)
    with database.reading() as session:
        tickets = session.scalars(select(Ticket)).all()
        assert [one.requester.address for one in tickets] == ["cora@mail.example"] * len(prefixes)
        assert {one.subject for one in tickets} == {"Kettle"}
