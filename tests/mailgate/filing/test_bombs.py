"""The bombs, by a real socket into a real filer: each is decided, and stops neither of them."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from structlog.testing import capture_logs

from bench.bombs import BOMBS, SENDER, bomb
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.queries.ledger import current_ledger
from helpdesk.settings import Settings
from mailgate.authenticate import Authenticator
from mailgate.filing.filer import Filer
from mailgate.smtp.server import SmtpServer, running_smtp_server
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from mailgate.spool.spool import Spool
from tests.mailgate.filing.mails import SUPPORT, recorded, write
from tests.support.factories import make_shop
from tests.support.servers import wait_until

#: Read, with less of it or with a defect; all others are over a limit, and held.
HARMLESS = {
    "a charset named zlib",
    "quotes in To",
    "nested <div>",
    "400,000 attributes",
    "quotes of quotes",
    "25 MB of base64",
}

pytestmark = [pytest.mark.databases("sqlite"), pytest.mark.timeout(180)]


@pytest.fixture
def server(settings: Settings, database: Database) -> Iterator[SmtpServer]:
    make_shop(database)
    write_snapshot(settings.spool_dir / SNAPSHOT, [SUPPORT])
    with running_smtp_server(settings) as server, capture_logs():
        yield server


@contextmanager
def filing(settings: Settings, database: Database) -> Iterator[None]:
    """A filer at work behind the SMTP server."""
    filer = Filer(
        Spool(settings.spool_dir), database, Blobs(settings.blob_url), Authenticator(settings)
    )
    work = threading.Thread(target=filer.run)
    work.start()
    try:
        yield
    finally:
        filer.stop()
        work.join()


def test_each_bomb_is_decided_and_the_mails_between_them_are_filed(
    server: SmtpServer, settings: Settings, database: Database
) -> None:
    with (
        filing(settings, database),
        smtplib.SMTP("127.0.0.1", server.port, local_hostname="x", timeout=60) as client,
    ):
        for number, name in enumerate(BOMBS):
            client.sendmail(SENDER, [SUPPORT], bomb(name))
            client.sendmail("ann@mail.example", [SUPPORT], write(f"Good {number}", str(number)))
        count = 2 * len(BOMBS)
        wait_until("all is decided", lambda: len(recorded(database)) == count, seconds=150)
    states = {mail.message_id or mail.subject: mail.state for mail in recorded(database)}
    good = [state for key, state in states.items() if not key.startswith("bomb-")]
    assert good == ["filed"] * len(BOMBS)
    held = {name for n, name in enumerate(BOMBS) if states[f"bomb-{n}@mail.example"] == "held"}
    assert held == BOMBS.keys() - HARMLESS
    assert current_ledger(settings.spool_dir, database).difference == 0


def test_what_waits_behind_a_huge_mail_overtakes_it(
    server: SmtpServer, settings: Settings, database: Database
) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, local_hostname="x", timeout=60) as client:
        client.sendmail(SENDER, [SUPPORT], bomb("25 MB of base64"))
        for number in range(5):
            client.sendmail("ann@mail.example", [SUPPORT], write(f"Good {number}", str(number)))
    with filing(settings, database):
        wait_until("all is decided", lambda: len(recorded(database)) == 6, seconds=60)
    in_order = [mail.subject for mail in sorted(recorded(database), key=lambda mail: mail.id)]
    assert in_order == [*(f"Good {number}" for number in range(5)), ""]
