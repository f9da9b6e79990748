"""The database's machine is lost, and its standby takes over: nothing else is touched."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import InboundMail, OutboundMail, Ticket
from tests.support.running import RunningPostdesk
from tests.support.servers import PostgreSQL, wait_until
from tests.support.story import Customer, Shop

pytestmark = pytest.mark.servers
MAILS, BEFORE = 40, 15


def write(customer: Customer, gone: threading.Event) -> None:
    """One mail after another; the database goes while they come."""
    for index in range(MAILS):
        customer.writes(f"Failover {index}")
        if index == BEFORE:
            gone.set()


def test_a_standby_takes_over_and_no_mail_is_lost_or_filed_twice(tmp_path: Path) -> None:
    with closing(PostgreSQL()) as first, closing(PostgreSQL(of=first)) as second:
        first.execute("CREATE DATABASE shop")
        hosts = "&".join(f"host={one.folder}" for one in (first, second))
        url = f"postgresql+psycopg://postgres@/shop?{hosts}&target_session_attrs=read-write"
        with RunningPostdesk(tmp_path, DATABASE_URL=url) as postdesk:
            shop, gone = Shop(postdesk), threading.Event()
            writing = threading.Thread(
                target=write, args=(shop.customer("ann@mail.example"), gone), daemon=True
            )
            writing.start()
            assert gone.wait(30)
            first.stop(crash=True)
            writing.join(60)
            assert not writing.is_alive(), "each was taken while no database answered"
            second.promote()
            wait_until("all are filed", lambda: filed(shop) == MAILS, seconds=60)
            wait_until("all are acknowledged", lambda: left(shop) == 0, seconds=120)
            wait_until("the pages are back", postdesk.serves)
            assert tickets(shop) == MAILS
            assert postdesk.ledger()["difference"] == 0
            shop.database.dispose()


def filed(shop: Shop) -> int:
    with shop.database.reading() as session:
        return session.scalar(select(func.count(InboundMail.message_id.distinct()))) or 0


def tickets(shop: Shop) -> int:
    with shop.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def left(shop: Shop) -> int:
    """Mails that have not left, but for one that was just being handed over: of that nobody knows
    before its claim has ended. What staff are told of so many tickets is gathered: it leaves later.
    """
    with shop.database.reading() as session:
        waiting = OutboundMail.state.in_(("queued", "deferred"))
        at_once = OutboundMail.template != TemplateName.DIGEST_STAFF
        return session.scalar(select(func.count()).where(waiting, at_once)) or 0
