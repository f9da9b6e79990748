"""The outbox: what is put in, cancelled, sent again and counted."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.mail_out import claims, outbox
from tests.helpdesk.outbox_rows import NOW, SAID, SECOND, claim, put, put_mail, state


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


def test_what_waits_is_counted_by_queue(database: Database) -> None:
    put(database, 2)
    put(database, not_before=NOW + 60 * SECOND)
    put(database, template="ticket_created_customer")
    claim(database, limit=1)
    with database.reading() as session:
        waiting = outbox.due(session, NOW)
    assert waiting["answers"] == outbox.Waiting(1, NOW + 60 * SECOND)
    assert waiting["notifications"] == outbox.Waiting(1, None)
