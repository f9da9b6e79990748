"""A mailbox's own relay: what is wrong with the account puts its mail off, and fails none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from helpdesk.db import Database
from helpdesk.models import MailboxRelay
from helpdesk.settings import Settings
from jobs.deliver import Deliverer
from tests.helpdesk.outbox_rows import add_ticket, put_mail
from tests.jobs.deliveries import rows, states
from tests.support.clock import FakeClock
from tests.support.own_relays import LOGIN, account_relay, send_by
from tests.support.relay import DROP, ScriptedRelay

Drain = Callable[[], None]


@pytest.fixture
def own() -> Iterator[ScriptedRelay]:
    with account_relay() as made:
        yield made


@pytest.fixture
def drain(deliverer: Callable[..., Deliverer]) -> Iterator[Drain]:
    worker = deliverer()

    def run() -> None:
        worker.drain("answers")
        worker.wait_for_lanes()

    yield run
    worker.close()


def put_two(database: Database, clock: FakeClock, own: ScriptedRelay, **more: str) -> int:
    """Two mails of a mailbox that sends by ``own``; the mailbox."""
    with database.transaction() as session:
        ticket = add_ticket(session, clock())
        send_by(session, ticket.mailbox_id, own, clock(), **more)  # type: ignore[arg-type]
        for name in ("ann", "bo"):
            put_mail(session, clock(), ticket, recipient=f"{name}@example.org")
        return ticket.mailbox_id


def trouble(database: Database) -> tuple[str, str]:
    with database.reading() as session:
        relay = session.query(MailboxRelay).one()
        return relay.trouble, relay.words


def test_a_wrong_password_is_tried_once_and_all_leave_once_it_is_mended(
    database: Database, own: ScriptedRelay, clock: FakeClock, drain: Drain
) -> None:
    mailbox_id = put_two(database, clock, own, password="forgotten")
    drain()
    assert states(database) == ["deferred", "deferred"]
    words = "535 5.7.8 Username and Password not accepted"
    assert trouble(database) == ("refused", words)
    assert words.endswith(rows(database)[0].attempts[0].text)
    assert own.connections == 1, "servers lock accounts"
    clock.advance(seconds=50)
    with database.transaction() as session:
        send_by(session, mailbox_id, own, clock())
    drain()
    assert states(database) == ["sent", "sent"]
    assert trouble(database) == ("", "")


@pytest.mark.parametrize(
    ("stage", "said", "fault"),
    [
        ("mail", "553 5.7.1 not owned by user", "sender"),
        ("content", "554 5.2.252 SendAsDenied", "sender"),
        ("rcpt", "550 5.4.5 Daily user sending limit exceeded", "limit"),
        ("connect", DROP, "unreachable"),
    ],
)
def test_what_is_wrong_with_the_account_fails_no_mail_and_ends_by_itself(
    database: Database,
    own: ScriptedRelay,
    clock: FakeClock,
    drain: Drain,
    stage: str,
    said: object,
    fault: str,
) -> None:
    put_two(database, clock, own)
    own.plan(stage, said)
    drain()
    assert states(database) == ["deferred", "deferred"]
    assert trouble(database)[0] == fault
    assert own.connections == 1
    clock.advance(minutes=30)
    drain()
    assert states(database) == ["sent", "sent"]
    assert trouble(database) == ("", "")


def test_what_is_wrong_with_a_mail_is_that_mails_alone(
    database: Database, own: ScriptedRelay, clock: FakeClock, drain: Drain
) -> None:
    put_two(database, clock, own)
    own.plan("rcpt", "550 5.1.1 no such user")
    drain()
    assert states(database) == ["failed", "sent"]
    assert trouble(database) == ("", "")


def test_a_password_that_cannot_be_opened_is_said(
    settings: Settings, database: Database, own: ScriptedRelay, clock: FakeClock, drain: Drain
) -> None:
    put_two(database, clock, own)
    with database.transaction() as session:
        session.query(MailboxRelay).one().sealed_password = "1:bm90aGluZw=="
    drain()
    assert states(database) == ["deferred", "deferred"]
    assert trouble(database)[0] == "sealed"
    assert own.connections == 0


def test_the_password_is_never_shown(database: Database, own: ScriptedRelay) -> None:
    from helpdesk.settings import Relay

    named = replace(Relay("smtp", "h", 1, LOGIN, "x", token="a-token"))
    assert "a-token" not in repr(named)
