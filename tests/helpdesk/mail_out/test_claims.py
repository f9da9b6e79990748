"""Claims: which worker may send a mail, when, and what is recorded of it."""

from __future__ import annotations

import itertools
import threading
from datetime import timedelta

from helpdesk.db import Database
from helpdesk.mail_out import claims, recovery
from helpdesk.mail_out.claims import Attempt
from helpdesk.models import OutboundMail
from tests.helpdesk.outbox_rows import (
    NOW,
    SAID,
    SECOND,
    add_ticket,
    attempts,
    claim,
    put,
    put_mail,
    state,
)


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
        recovery.recover(session, recovery.current_leases(session), NOW)
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


def test_mails_given_back_are_due_at_once_and_nothing_is_noted(database: Database) -> None:
    ids = put(database, 2)
    claim(database)
    with database.transaction() as session:
        claims.give_back(session, ids, "one", NOW)
    assert [mail.id for mail in claim(database, "two")] == ids
    assert attempts(database, ids[0]) == []


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
