"""From the outbox to the relay and back: what is sent, what is noted, what survives."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.mail_out import claims, outbox, render
from helpdesk.models import Comment, OutboundMail, Person, PersonAddress
from helpdesk.queries.mail_watch import unwritten_mails
from helpdesk.settings import Settings
from helpdesk.submission.session import Timeouts
from jobs import deliver as deliver_module
from jobs.deliver import Deliverer
from tests.helpdesk.outbox_rows import add_ticket, put_mail
from tests.jobs.deliveries import put, rows, states
from tests.support.clock import FakeClock
from tests.support.relay import DROP, HANG, ScriptedRelay, Slow
from tests.support.servers import wait_until


def test_what_is_due_leaves_and_what_the_relay_said_is_noted(
    database: Database, relay: ScriptedRelay, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    put(database, clock, 3)
    assert deliverer().drain("answers") == 3
    assert states(database) == ["sent"] * 3
    [attempt] = rows(database)[0].attempts
    assert (attempt.relay, attempt.code, attempt.text, attempt.outcome) == (
        f"smtp://127.0.0.1:{relay.port}",
        250,
        "2.0.0 queued as 1",
        "sent",
    )
    assert [mail.message_id for mail in relay.mails] == [
        f"<{row.message_id}>" for row in rows(database)
    ]
    assert relay.connections == 1


def test_each_way_of_going_wrong_is_noted_as_what_it_is(
    database: Database, relay: ScriptedRelay, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    put(database, clock, 5)
    relay.plan("rcpt", "451 4.7.1 greylisted", "550 5.1.1 no such user")
    relay.plan("content", DROP, HANG, "554 5.6.0 spam")
    deliverer().drain("answers")
    assert states(database) == ["deferred", "failed", "uncertain", "uncertain", "failed"]
    words = [(a.code, a.text) for mail in rows(database) for a in mail.attempts]
    assert words[:2] == [(451, "4.7.1 greylisted"), (550, "5.1.1 no such user")]
    assert words[4] == (554, "5.6.0 spam")
    assert relay.mails == []
    clock.advance(hours=5)
    deliverer().drain("answers")
    # Only the deferred one is tried again by itself.
    assert states(database) == ["sent", "failed", "uncertain", "uncertain", "failed"]


def test_every_attempt_sends_the_same_bytes(
    database: Database, relay: ScriptedRelay, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    [mail_id] = put(database, clock)
    relay.plan("content", DROP)
    deliverer().drain("answers")
    with database.transaction() as session:
        mail = session.get(OutboundMail, mail_id)
        assert mail is not None
        assert mail.rendered_sha256
        mail.values = {"text": "changed meanwhile", "author_name": "Mia"}
        outbox.send_again(session, mail_id, now=clock())
    deliverer().drain("answers")
    [taken] = relay.mails
    assert b"changed meanwhile" not in taken.content
    assert b"Your parcel is on its way." in taken.content


@pytest.mark.parametrize("left", [None, b""])
def test_bytes_that_a_power_cut_took_are_written_again_the_same(
    settings: Settings,
    database: Database,
    relay: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
    left: bytes | None,
) -> None:
    put(database, clock)
    relay.plan("rcpt", "451 later")
    deliverer().drain("answers")
    [kept] = [file for file in Path(settings.blob_url).rglob("*") if file.is_file()]
    whole = Blobs(settings.blob_url).get(kept.parent.name + kept.name)
    sender, _, content = whole.partition(b"\n")
    kept.unlink() if left is None else kept.write_bytes(left)
    clock.advance(minutes=2)
    deliverer().drain("answers")
    [taken] = relay.mails
    assert (taken.envelope_from.encode(), taken.content) == (sender, content)


@pytest.mark.parametrize("template", ["comment_added_customer", "sign_in_link"])
def test_a_mail_that_waited_is_dated_when_it_was_written_and_stays_so(
    database: Database,
    relay: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
    template: str,
) -> None:
    put(database, clock, template=template, not_before=clock() + timedelta(hours=2))
    leaving = clock.advance(hours=2, minutes=5)
    relay.plan("content", "451 later")
    deliverer().drain("answers")
    clock.advance(hours=1)
    deliverer().drain("answers")
    [taken] = relay.mails
    assert taken.message["Date"].datetime == leaving
    assert rows(database)[0].sent_at == clock()


def test_mails_to_one_person_on_a_ticket_arrive_in_order_past_a_greylisting(
    database: Database, relay: ScriptedRelay, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    with database.transaction() as session:
        ticket = add_ticket(session, clock())
        for _ in range(3):
            put_mail(session, clock(), ticket)
    relay.plan("rcpt", "451 greylisted")
    deliverer().drain("answers")
    assert relay.mails == []
    clock.advance(minutes=2)
    deliverer().drain("answers")
    expected = [f"<{row.message_id}>" for row in rows(database)]
    assert [mail.message_id for mail in relay.mails] == expected


def test_the_second_relay_takes_over_and_both_words_are_kept(
    database: Database, relay: ScriptedRelay, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    put(database, clock)
    relay.plan("connect", "554 5.3.2 closed")
    with ScriptedRelay() as second:
        deliverer(second).drain("answers")
        assert len(second.mails) == 1
    assert [(a.code, a.outcome) for a in rows(database)[0].attempts] == [
        (554, "deferred"),
        (250, "sent"),
    ]


def test_a_relay_that_is_down_defers_all_quickly_and_all_leave_when_it_is_back(
    database: Database, relay: ScriptedRelay, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    put(database, clock, 60)
    relay.plan("connect", HANG)
    began = time.monotonic()
    deliverer().drain("answers")
    assert time.monotonic() - began < 10
    assert set(states(database)) == {"deferred"}
    clock.advance(minutes=2)
    deliverer().drain("answers")
    assert set(states(database)) == {"sent"}


def test_a_mail_that_cannot_be_written_fails_by_name_and_holds_up_no_other(
    database: Database,
    relay: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [broken] = put(database, clock, template="sign_in_link")
    put(database, clock)
    templates = tmp_path / "mail"
    for file in render.FOLDER.rglob("*.*"):
        copy = templates / file.relative_to(render.FOLDER)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    good = (templates / "sign_in_link" / "body.txt").read_text()
    (templates / "sign_in_link" / "body.txt").write_text("hello\n{{ values.nothing }}")
    monkeypatch.setattr(render, "FOLDER", templates)
    render.environment.cache_clear()
    try:
        deliverer().drain("answers")
        assert states(database) == ["failed", "sent"]
        [attempt] = rows(database)[0].attempts
        assert "sign_in_link/body.txt, line 2" in attempt.text
        with database.reading() as session:
            unwritten = unwritten_mails(session, clock())
        assert unwritten
        assert (unwritten.count, unwritten.words) == (1, attempt.text)
        (templates / "sign_in_link" / "body.txt").write_text(good + " ")
        with database.transaction() as session:
            mail = session.get(OutboundMail, broken)
            assert mail is not None
            mail.values = {"path": "/my/in/s3cret", "minutes": 30}  # wiped when it failed
            outbox.send_again(session, broken, now=clock())
        deliverer().drain("answers")
        assert states(database) == ["sent", "sent"]
        with database.reading() as session:
            assert unwritten_mails(session, clock()) is None
    finally:
        render.environment.cache_clear()


def test_a_sign_in_link_is_kept_nowhere_once_it_is_sent(
    settings: Settings,
    database: Database,
    relay: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
) -> None:
    put(database, clock, template="sign_in_link")
    deliverer().drain("answers")
    assert "/my/in/s3cret" in relay.mails[0].content.decode()
    blobs, files = Blobs(settings.blob_url), Path(settings.blob_url).rglob("*")
    kept = [blobs.get(file.parent.name + file.name) for file in files if file.is_file()]
    assert not any(b"s3cret" in content for content in kept)
    assert rows(database)[0].values == {}


def stop_at_first_data(relay: ScriptedRelay, worker: Deliverer) -> None:
    def stop() -> None:
        wait_until("a mail is in hand", lambda: "DATA" in relay.lines)
        worker.stop()

    threading.Thread(target=stop).start()


def test_told_to_stop_it_finishes_the_mail_in_hand_and_gives_the_rest_back(
    database: Database, relay: ScriptedRelay, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    put(database, clock, 5)
    relay.plan("content", Slow(0.4))
    worker = deliverer()
    stop_at_first_data(relay, worker)
    assert worker.drain("answers") == 1
    assert states(database) == ["sent"] + ["queued"] * 4
    assert deliverer().drain("answers") == 4


def test_told_to_stop_it_does_not_wait_for_a_relay_that_hangs(
    database: Database,
    relay: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deliver_module, "CUT_OFF_AFTER", 0.3)
    put(database, clock, 2)
    relay.plan("content", HANG)
    worker = deliverer(timeouts=Timeouts())
    stop_at_first_data(relay, worker)
    began = time.monotonic()
    worker.drain("answers")
    assert time.monotonic() - began < 5
    assert states(database) == ["uncertain", "queued"]


def test_a_database_that_is_away_for_a_moment_costs_no_second_mail(
    database: Database,
    relay: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sqlalchemy.exc import OperationalError

    put(database, clock)
    real, failures = claims.mark_sent, [2]

    def away(*args: Any, **more: Any) -> bool:
        if failures[0]:
            failures[0] -= 1
            raise OperationalError("UPDATE", {}, Exception("the server closed the connection"))
        return real(*args, **more)

    monkeypatch.setattr(claims, "mark_sent", away)
    deliverer().drain("answers")
    assert states(database) == ["sent"]
    assert len(relay.mails) == 1


def test_the_author_of_an_answer_that_was_refused_gets_the_relays_words(
    database: Database, relay: ScriptedRelay, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    with database.transaction() as session:
        ticket = add_ticket(session, clock(), status="waiting")
        mia = Person(name="Mia", role="agent", created_at=clock())
        mia.addresses.append(PersonAddress(address="mia@shop.example", created_at=clock()))
        comment = Comment(
            ticket_id=ticket.id,
            author=mia,
            from_staff=True,
            source="web",
            text="On its way.",
            reply_text="On its way.",
            created_at=clock(),
        )
        session.add_all([mia, comment])
        session.flush()
        put_mail(session, clock(), ticket, comment_id=comment.id)
    relay.plan("rcpt", "550 5.1.1 no such user", "550 5.1.1 nor is she")
    deliverer().drain("answers")
    # A notice that fails makes no further notice.
    deliverer().drain("notifications")
    assert states(database) == ["failed", "failed"]
    with database.transaction() as session:
        outbox.send_again(session, rows(database)[1].id, now=clock())
    deliverer().drain("notifications")
    [taken] = relay.mails
    assert taken.recipient == "mia@shop.example"
    assert "550 5.1.1 no such user" in str(taken.message.get_body(("plain",)))
    assert rows(database)[0].state == "failed"


def test_answers_leave_while_the_store_is_away(
    settings: Settings,
    database: Database,
    relay: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
) -> None:
    """They can be written anew; one with a file needs the store, and waits for it."""
    file = Path(settings.blob_url)
    key = Blobs(settings.blob_url).put(b"the bill")
    attached = {"filename": "bill.pdf", "content_type": "application/pdf", "sha256": key}
    put(database, clock)
    [plain] = rows(database)
    put(database, clock, values=plain.values | {"attachments": [attached]})
    file.rename(f"{file}.away")
    file.write_bytes(b"")  # as where nothing is mounted
    deliverer().drain("answers")
    assert states(database) == ["sent", "deferred"]
    assert rows(database)[1].attempts[0].text.startswith("The store that its files are in")
    file.unlink()
    Path(f"{file}.away").rename(file)
    clock.advance(minutes=20)
    deliverer().drain("answers")
    assert states(database) == ["sent", "sent"]
    assert b"bill.pdf" in relay.mails[1].content
