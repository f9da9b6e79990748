"""Mail of a mailbox with a relay of its own leaves by that, beside all other mail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from helpdesk.db import Database
from helpdesk.models import Mailbox, MailboxRelay, Ticket
from jobs import deliver as deliver_module
from jobs import lanes
from jobs.deliver import Deliverer
from jobs.queue import Nudger
from tests.helpdesk.outbox_rows import add_ticket, put_mail
from tests.jobs.deliveries import make_sweep, rows, states
from tests.support.clock import FakeClock
from tests.support.own_relays import account_relay, send_by
from tests.support.relay import HANG, ScriptedRelay, Slow
from tests.support.servers import wait_until
from tests.support.statements import asked_of


@pytest.fixture
def own() -> Iterator[ScriptedRelay]:
    with account_relay() as made:
        yield made


def tickets(database: Database, clock: FakeClock, count: int = 2) -> list[Ticket]:
    with database.transaction() as session:
        made = [add_ticket(session, clock()) for _ in range(count)]
        session.flush()
        session.expunge_all()
        return made


def drained(worker: Deliverer, *queues: str) -> None:
    for queue in queues or ("answers",):
        worker.drain(queue)
    worker.wait_for_lanes()


def test_each_mail_leaves_by_the_relay_of_its_mailbox(
    database: Database,
    relay: ScriptedRelay,
    own: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
) -> None:
    mine, other = tickets(database, clock)
    with database.transaction() as session:
        send_by(session, mine.mailbox_id, own, clock())
        for n in range(3):
            put_mail(session, clock(), mine, recipient=f"ann{n}@example.org")
        put_mail(session, clock(), other)
        put_mail(
            session, clock(), mine, template="ticket_created_customer", recipient="bo@x.example"
        )
        # What belongs to no mailbox leaves from the first one, and so as its mail does.
        put_mail(session, clock(), template="sign_in_link", recipient="cy@x.example")
        address = session.get_one(Mailbox, mine.mailbox_id).address
    drained(deliverer(), "answers", "notifications")
    assert set(states(database)) == {"sent"}
    assert [mail.recipient for mail in relay.mails] == ["ann@example.org"]
    assert len(own.mails) == 5
    assert {mail.envelope_from for mail in own.mails} == {address}
    assert {str(mail.message["From"].addresses[0].addr_spec) for mail in own.mails} == {address}
    assert own.connections <= 2, "kept, one a queue"
    [attempt] = rows(database)[0].attempts
    assert (attempt.relay, attempt.code) == (f"smtp://127.0.0.1:{own.port}", 250)


def test_one_that_hangs_holds_up_nobody_else(
    database: Database,
    relay: ScriptedRelay,
    own: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deliver_module, "CUT_OFF_AFTER", 0.3)
    mine, other = tickets(database, clock)
    own.plan("content", HANG)
    with database.transaction() as session:
        send_by(session, mine.mailbox_id, own, clock())
        put_mail(session, clock(), mine)
        put_mail(session, clock(), mine, recipient="bo@example.org")
    worker = deliverer()
    worker.drain("answers")
    wait_until("it is in hand", lambda: "DATA" in own.lines)
    with database.transaction() as session:
        put_mail(session, clock(), other)
    began = time.monotonic()
    assert worker.drain("answers") == 1
    assert len(relay.mails) == 1
    worker.stop()
    worker.close()
    assert time.monotonic() - began < 8
    assert states(database) == ["uncertain", "queued", "sent"]
    assert own.mails == []


def test_told_to_stop_a_lane_ends_after_the_mail_in_hand(
    database: Database,
    own: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
) -> None:
    mine, _ = tickets(database, clock)
    own.plan("content", Slow(0.4))
    with database.transaction() as session:
        send_by(session, mine.mailbox_id, own, clock())
        for n in range(3):
            put_mail(session, clock(), mine, recipient=f"ann{n}@example.org")
    worker = deliverer()
    worker.drain("answers")
    wait_until("it is in hand", lambda: "DATA" in own.lines)
    worker.close()
    assert states(database) == ["sent", "queued", "queued"]


def test_what_was_set_or_taken_away_counts_for_the_next_mail(
    database: Database,
    relay: ScriptedRelay,
    own: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
) -> None:
    mine, _ = tickets(database, clock)
    with database.transaction() as session:
        send_by(session, mine.mailbox_id, own, clock())
        put_mail(session, clock(), mine)
    worker = deliverer()
    drained(worker)
    with database.transaction() as session:
        session.query(MailboxRelay).delete()
        put_mail(session, clock(), mine)
    drained(worker)
    assert (len(own.mails), len(relay.mails)) == (1, 1)
    worker.close()


def test_a_sweep_that_nobody_hears_sends_them_too(
    database: Database,
    own: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
) -> None:
    mine, _ = tickets(database, clock)
    with database.transaction() as session:
        send_by(session, mine.mailbox_id, own, clock())
        put_mail(session, clock(), mine)
    worker = deliverer()
    assert make_sweep(database, worker, clock).sweep() is False
    worker.wait_for_lanes()
    assert states(database) == ["sent"]


def test_a_lane_of_its_own_is_no_sign_to_the_sweep_that_others_hear(
    database: Database,
    relay: ScriptedRelay,
    own: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine, other = tickets(database, clock)
    own.plan("content", Slow(1))
    now = [0.0]
    worker = deliverer()
    sweep = make_sweep(database, worker, clock, lambda: now[0])
    # Redis answers, and nobody works.
    monkeypatch.setattr(Nudger, "reachable", lambda self: True)
    monkeypatch.setattr(Nudger, "nudge", lambda self, queues: None)
    with database.transaction() as session:
        send_by(session, mine.mailbox_id, own, clock())
        put_mail(session, clock(), mine)
    sweep.sweep()
    now[0] = 6.0
    sweep.sweep()
    wait_until("its lane has it in hand", lambda: "DATA" in own.lines)
    with database.transaction() as session:
        put_mail(session, clock(), other)
    now[0] = 12.0
    sweep.sweep()
    assert len(relay.mails) == 1
    worker.wait_for_lanes()
    worker.close()


def test_where_no_mailbox_has_one_a_mail_costs_no_question_more(
    database: Database,
    relay: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lanes, "ASKED_EVERY", 3600.0)
    worker = deliverer()
    worker.drain("answers")  # from now on it is known, for a while, that there is none
    _, other = tickets(database, clock)
    with database.transaction() as session:
        put_mail(session, clock(), other)
    with asked_of(database) as asked:
        worker.drain("answers")
    assert len(relay.mails) == 1
    assert not [one for one in asked if "FROM mailbox_relay" in one and "outbound_mail" not in one]
