"""The ledger's page."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import delete

from commands.checkup.services import ledger
from helpdesk.models import InboundMail, ParseReport
from mailgate.spool.envelope import Envelope
from mailgate.spool.spool import Spool
from tests.support.clock import FakeClock
from tests.support.gateways import Pair, pair
from tests.web.conftest import Browser, Desk

__all__ = ["pair"]


def test_the_ledger_shows_what_is_missing_in_red(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    spool = Spool(desk.settings.spool_dir, clock=lambda: clock.now.timestamp())
    writer = spool.begin(Envelope("ann@mail.example", ("support@shop.example",)))
    writer.write(b"Subject: x\r\n\r\nx\r\n")
    name = writer.commit()
    # No SMTP server accepted the desk's own mail: it makes up for the one in the spool.
    assert "Every accepted mail is accounted for" not in agent.get("/desk/mail/ledger").text
    with desk.database.transaction() as session:
        session.execute(delete(ParseReport))
        session.execute(delete(InboundMail))
    page = agent.get("/desk/mail/ledger").text
    assert "Every accepted mail is accounted for" in page
    assert 'class="bar-waiting"' in page
    spool.path(name).unlink()
    page = agent.get("/desk/mail/ledger").text
    assert "1 accepted mail is nowhere to be found" in page
    assert 'class="bar-missing"' in page
    assert '<tr class="wrong">' in page


def test_a_spool_that_cannot_be_read_is_said(desk: Desk, agent: Browser) -> None:
    desk.settings.spool_dir.parent.mkdir(parents=True, exist_ok=True)
    desk.settings.spool_dir.write_text("a file where the folder belongs")
    assert "cannot be read" in agent.get("/desk/mail/ledger?hours=47").text


@pytest.mark.databases("postgresql")
def test_what_one_gateway_has_too_many_of_does_not_make_up_for_another(
    desk: Desk, agent: Browser, pair: Pair
) -> None:
    with desk.database.transaction() as session:
        session.execute(delete(ParseReport))
        session.execute(delete(InboundMail))
    first, second = pair
    (name,) = first.takes("Filed by both")
    shutil.copy(first.spool.path(name), second.spool.path(name))
    second.files()
    first.files()
    first.tells()
    second.tells()
    page = agent.get("/desk/mail/ledger").text
    assert "recorded as were accepted, but not at each gateway" in page
    assert "(1 more recorded)" in agent.get("/desk/mail/watch").text
    assert "as it usually does" not in agent.get("/desk/mail/watch").text
    found = ledger(desk.settings, desk.database)
    assert "but not at each gateway" in found.text
