"""The outbox: what is put in, who may send it when, and what is noted of it."""

from __future__ import annotations

import itertools
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.mail_out import claims, outbox, recovery
from helpdesk.mail_out.claims import Attempt, ClaimedMail
from helpdesk.models import OutboundMail
from tests.helpdesk.outbox_rows import add_ticket, put_mail

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SAID = Attempt(relay="smtp://relay:25", tls=True, code=250, text="queued as 7")


def claim(
    database: Database, worker: str = "one", now: datetime = NOW, **more: Any
) -> list[ClaimedMail]:
    with database.transaction() as session:
        return claims.claim(session, worker=worker, queue="answers", now=now, **more)


def put(database: Database, count: int = 1, **changed: Any) -> list[int]:
    with database.transaction() as session:
        return [put_mail(session, changed.pop("now", NOW), **changed) for _ in range(count)]


def state(database: Database, mail_id: int) -> str:
    with database.reading() as session:
        mail = session.get(OutboundMail, mail_id)
        assert mail is not None
        return mail.state


def attempts(database: Database, mail_id: int) -> list[tuple[str, str, int | None, str]]:
    with database.reading() as session:
        mail = session.get(OutboundMail, mail_id)
        assert mail is not None
        return [(a.outcome, a.relay, a.code, a.text) for a in mail.attempts]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "ann@",
        "@example.org",
        "a@a <v@v>",
        "ann@example.org\r\nRCPT TO:<eve@example.org>",
        "ann@example.org, bob@example.org",
        "<ann@example.org>",
        "ann lee@example.org",
        "ann@exa mple.org",
        "ann@-example.org",
        "ann@example..org",
        ".ann@example.org",
        "ann..lee@example.org",
        '"ann\r\nlee"@example.org',
        "ann@[127.0.0.1]",
        "a" * 65 + "@example.org",
        "ann@" + "a" * 64 + ".org",
        "ann\x00@example.org",
        "=?utf-8?q?ann?=@example.org",
        "ann\udcff@example.org",
        "ann@example.org\u2028",
    ],
)
def test_a_recipient_that_is_no_strict_address_is_refused_by_name(address: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        outbox.strict_address(address)
    assert refused.value.field == "recipient"


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.org",
        "o'neil+tag@ex-ample.co.uk",
        '"ann lee"@example.org',
        "jürgen@bücher.example",
        "ann@localhost",
    ],
)
def test_a_strict_address_is_taken_as_it_is(address: str) -> None:
    assert outbox.strict_address(address) == address


def test_a_mail_put_in_wakes_its_queue_once_it_is_committed(database: Database) -> None:
    woken: list[frozenset[str]] = []
    database.after_commit(woken.append)
    with suppress(RuntimeError), database.transaction() as session:
        put_mail(session, NOW)
        raise RuntimeError
    assert woken == []
    put(database)
    assert woken == [frozenset({"answers"})]
    assert [mail.recipient for mail in claim(database)] == ["ann@example.org"]


def test_a_template_without_its_values_is_our_own_mistake(database: Database) -> None:
    with pytest.raises(ValueError, match="comment_added_customer needs values: text"):
        put(database, values={"author_name": "Mia"})


def test_a_claim_brings_all_that_is_needed_to_write_the_mail(database: Database) -> None:
    with database.transaction() as session:
        ticket = add_ticket(session, NOW)
        mail_id = put_mail(session, NOW, ticket, in_reply_to="a@b", references=["x@y", "a@b"])
    [mail] = claim(database)
    assert (mail.id, mail.ticket_number, mail.link_generation) == (mail_id, ticket.number, 1)
    assert (mail.mailbox_name, mail.mailbox_signature) == ("The Shop", "The Shop team")
    assert (mail.references, mail.values["author_name"]) == (["x@y", "a@b"], "Mia")


def test_a_mail_of_no_mailbox_leaves_from_the_first(database: Database) -> None:
    with database.transaction() as session:
        first = add_ticket(session, NOW)
        add_ticket(session, NOW)
        put_mail(session, NOW)
        address = first.mailbox.address if first.mailbox else ""
    assert [mail.mailbox_address for mail in claim(database)] == [address]


def test_no_mail_is_claimed_twice_or_before_its_time(database: Database) -> None:
    put(database, 3)
    later = put(database, not_before=NOW + 10 * SECOND)
    assert len(claim(database, limit=2)) == 2
    assert len(claim(database, "two")) == 1
    assert claim(database) == []
    assert [mail.id for mail in claim(database, now=NOW + 10 * SECOND)] == later


def test_many_workers_at_once_share_the_mails_without_overlap(database: Database) -> None:
    put(database, 120)
    taken: list[int] = []

    def work(name: str) -> None:
        while mails := claim(database, name, limit=7):
            taken.extend(mail.id for mail in mails)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    # A worker may end early while others hold rows; what is left is claimed by none.
    taken.extend(mail.id for mail in claim(database, "last"))
    assert len(taken) == len(set(taken)) == 120


def test_mails_to_one_person_on_one_ticket_keep_their_order(database: Database) -> None:
    with database.transaction() as session:
        ticket, other = add_ticket(session, NOW), add_ticket(session, NOW)
        first = put_mail(session, NOW, ticket)
        second = put_mail(session, NOW, ticket)
        elsewhere = put_mail(session, NOW, other)
        copy = put_mail(session, NOW, ticket, recipient="bob@example.org")
    mails = claim(database)
    assert {mail.id for mail in mails} == {first, elsewhere, copy}
    with database.transaction() as session:
        claims.mark_deferred(session, mails[0], "one", now=NOW, attempt=SAID)
    assert claim(database) == []
    [again] = claim(database, now=NOW + timedelta(minutes=2))
    assert again.id == first
    with database.transaction() as session:
        claims.mark_sent(session, again, "one", now=NOW, attempt=SAID)
    assert [mail.id for mail in claim(database)] == [second]


def test_a_mail_that_is_to_leave_later_holds_nobody_up(database: Database) -> None:
    with database.transaction() as session:
        ticket = add_ticket(session, NOW)
        put_mail(session, NOW, ticket, not_before=NOW + timedelta(days=1))
        now = put_mail(session, NOW, ticket)
    assert [mail.id for mail in claim(database)] == [now]


def test_each_outcome_is_noted_with_the_relays_words(database: Database) -> None:
    ids = put(database, 4)
    sent, failed, unsure, deferred = claim(database)
    with database.transaction() as session:
        assert claims.mark_sent(session, sent, "one", now=NOW, attempt=SAID)
        refused = Attempt("smtp://relay:25", False, 550, "no\r\nsuch user")
        assert claims.mark_failed(session, failed, "one", now=NOW, attempt=refused)
        assert claims.mark_uncertain(session, unsure, "one", now=NOW, attempt=Attempt("r"))
        assert claims.mark_deferred(session, deferred, "one", now=NOW, attempt=SAID) == "deferred"
    assert [state(database, mail_id) for mail_id in ids] == [
        "sent",
        "failed",
        "uncertain",
        "deferred",
    ]
    assert attempts(database, ids[0]) == [("sent", "smtp://relay:25", 250, "queued as 7")]
    assert attempts(database, ids[1]) == [("failed", "smtp://relay:25", 550, "no such user")]


def test_what_a_worker_notes_after_losing_its_claim_changes_nothing_but_is_kept(
    database: Database,
) -> None:
    [mail_id] = put(database)
    [mail] = claim(database)
    with database.transaction() as session:
        recovery.reclaim(session, recovery.leases(session), NOW)
    [again] = claim(database, "two")
    with database.transaction() as session:
        assert not claims.mark_failed(session, mail, "one", now=NOW, attempt=Attempt("late"))
        assert claims.renew(session, [mail.id], "one", NOW) == set()
    assert state(database, mail_id) == "sending"
    with database.transaction() as session:
        assert claims.mark_sent(session, again, "two", now=NOW, attempt=SAID)
    assert [a[0] for a in attempts(database, mail_id)] == ["stopped", "failed", "sent"]


def test_retries_wait_longer_each_time_and_end_after_five_days(database: Database) -> None:
    [mail_id] = put(database)
    now, waits = NOW, []
    while True:
        [mail] = claim(database, now=now)
        with database.transaction() as session:
            if claims.mark_deferred(session, mail, "one", now=now, attempt=SAID) == "failed":
                break
            row = session.get(OutboundMail, mail_id)
            assert row is not None
            waits.append(row.next_attempt_at - now)
            now = row.next_attempt_at
    assert timedelta(minutes=1) <= waits[0] <= timedelta(minutes=1, seconds=15)
    assert all(a <= b * 1.01 for a, b in itertools.pairwise(waits[:8]))
    assert max(waits) <= timedelta(hours=4)
    assert timedelta(days=5) <= now - NOW <= timedelta(days=5, hours=4)
    assert state(database, mail_id) == "failed"
    assert claim(database, now=now + timedelta(days=30)) == []


def test_two_mails_deferred_together_do_not_come_back_together() -> None:
    assert len({claims.backoff(5) for _ in range(20)}) > 10


def test_an_unreachable_relay_is_tried_every_quarter_of_an_hour_at_least() -> None:
    assert claims.backoff(30, reached=False) <= timedelta(minutes=19)


def test_a_lease_that_is_renewed_is_not_reclaimed(database: Database) -> None:
    [mail_id] = put(database)
    claim(database)
    with database.transaction() as session:
        seen = recovery.leases(session)
        assert claims.renew(session, [mail_id], "one", NOW + 5 * SECOND) == {mail_id}
        assert recovery.reclaim(session, seen, NOW) == 0
    assert state(database, mail_id) == "sending"


def test_a_dead_workers_mail_is_due_at_once_and_later_after_three_deaths(
    database: Database,
) -> None:
    [mail_id] = put(database)
    now, waited = NOW, []
    for _ in range(5):
        assert len(claim(database, now=now)) == 1
        with database.transaction() as session:
            assert recovery.reclaim(session, recovery.leases(session), now) == 1
            row = session.get(OutboundMail, mail_id)
            assert row is not None
            waited.append(row.next_attempt_at - now)
            now = row.next_attempt_at
    assert waited[:2] == [timedelta()] * 2
    assert timedelta() < waited[2] < waited[3] < waited[4]


def test_mails_given_back_are_due_at_once_and_nothing_is_noted(database: Database) -> None:
    ids = put(database, 2)
    claim(database)
    with database.transaction() as session:
        claims.give_back(session, ids, "one", NOW)
    assert [mail.id for mail in claim(database, "two")] == ids
    assert attempts(database, ids[0]) == []


def test_a_mail_can_be_taken_back_until_a_worker_has_it(database: Database) -> None:
    ids = put(database, 2)
    with database.transaction() as session:
        assert outbox.cancel(session, ids[0], now=NOW)
    claim(database)
    with database.transaction() as session:
        assert not outbox.cancel(session, ids[1], now=NOW)
    assert [state(database, mail_id) for mail_id in ids] == ["cancelled", "sending"]


def test_a_failed_mail_can_be_sent_again_and_a_sent_one_cannot(database: Database) -> None:
    [mail_id] = put(database)
    [mail] = claim(database)
    with database.transaction() as session:
        claims.mark_failed(session, mail, "one", now=NOW, attempt=SAID)
        outbox.send_again(session, mail_id, now=NOW + timedelta(days=9))
    [again] = claim(database, now=NOW + timedelta(days=9))
    assert (again.message_id, again.attempt_count) == (mail.message_id, 0)
    with database.transaction() as session:
        claims.mark_sent(session, again, "one", now=NOW, attempt=SAID)
        with pytest.raises(InvalidInput, match="is sent"):
            outbox.send_again(session, mail_id, now=NOW)
        with pytest.raises(NotFound):
            outbox.send_again(session, 999, now=NOW)


def test_a_sign_in_link_is_wiped_once_the_mail_is_gone(database: Database) -> None:
    [mail_id] = put(database, template="sign_in_link")
    [mail] = claim(database)
    assert mail.values["path"] == "/my/in/s3cret"
    with database.transaction() as session:
        claims.mark_sent(session, mail, "one", now=NOW, attempt=SAID)
    with database.reading() as session:
        row = session.get(OutboundMail, mail_id)
        assert row is not None
        assert row.values == {}


def test_what_waits_is_counted_by_queue(database: Database) -> None:
    put(database, 2)
    put(database, not_before=NOW + 60 * SECOND)
    put(database, template="ticket_created_customer")
    claim(database, limit=1)
    with database.reading() as session:
        waiting = outbox.due(session, NOW)
    assert waiting["answers"] == outbox.Waiting(1, NOW + 60 * SECOND)
    assert waiting["notifications"] == outbox.Waiting(1, None)
