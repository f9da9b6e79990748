"""The filer: real spool, real reader, both databases; and what may go wrong with each."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from helpdesk.blobs import Blobs
from helpdesk.blobs.folder import FolderPlace
from helpdesk.blobs.place import SHARDS
from helpdesk.db import Database, connect
from helpdesk.models import OutboundMail, Person, Ticket
from helpdesk.queries.ledger import current_ledger
from helpdesk.schema import migrate
from helpdesk.settings import Settings
from mailgate.filing.filer import Filer
from mailgate.spool.spool import Spool
from tests.conftest import MakeSettings
from tests.mailgate.filing.mails import (
    attachments,
    comments,
    file_all,
    filer_of,
    put,
    recorded,
    states,
    write,
)
from tests.support.factories import make_shop
from tests.support.process_tree import find
from tests.support.s3_server import Bucket
from tests.support.servers import PostgreSQL
from tests.support.statements import asked_of
from tests.support.warm_children import end_kept_children


@pytest.fixture
def spool(settings: Settings) -> Spool:
    return Spool(settings.spool_dir)


@pytest.fixture
def filer(settings: Settings, database: Database) -> Iterator[Filer]:
    make_shop(database)
    with filer_of(settings, database) as filer:
        yield filer


def forbid(database: Database, words: str) -> None:
    """Have the database refuse every comment with these words: a mail that cannot be filed."""
    if database.is_sqlite:
        rule = (
            "CREATE TRIGGER no_poison BEFORE INSERT ON comment WHEN NEW.text LIKE :words "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    else:
        rule = "ALTER TABLE comment ADD CONSTRAINT no_poison CHECK (text NOT LIKE :words)"
    with database.transaction() as session:
        session.execute(text(rule.replace(":words", f"'%{words}%'")))


def test_a_batch_is_filed_oldest_first_and_leaves_the_spool(
    filer: Filer, spool: Spool, database: Database
) -> None:
    names = [put(spool, write(f"Question {n}")) for n in range(30)]
    file_all(filer, spool)
    assert [mail.spool_name for mail in recorded(database)] == names
    assert {mail.state for mail in recorded(database)} == {"filed"}
    assert len(comments(database)) == 30
    with database.reading() as session:
        subjects = session.scalars(select(Ticket.subject).order_by(Ticket.number))
        assert list(subjects) == [f"Question {n}" for n in range(30)]
    assert current_ledger(spool.folder, database).difference == 0


def test_a_mail_becomes_a_ticket_with_its_parts(
    filer: Filer, spool: Spool, database: Database, settings: Settings
) -> None:
    html = "<p onclick='x()'>It <b>leaks</b>.</p>"
    raw = write(html=html, files=[("bill.pdf", b"%PDF-1.4 a bill")])
    put(spool, raw)
    file_all(filer, spool)
    (mail,) = recorded(database)
    (comment,) = comments(database)
    (file,) = attachments(database)
    blobs = Blobs(settings.blob_url)
    assert blobs.get(mail.raw_sha256) == raw
    assert mail.size == len(raw)
    assert mail.decision["rule"] == "new conversation"
    assert "<b>leaks</b>" in (comment.html or "")
    assert "onclick" not in (comment.html or "")
    assert (file.filename, file.size) == ("bill.pdf", len(blobs.get(file.sha256)))
    assert file.sha256 == sha256(blobs.get(file.sha256)).hexdigest()
    with database.reading() as session:
        (sent,) = session.scalars(select(OutboundMail))
    assert (sent.template, sent.recipient) == ("ticket_created_customer", "ann@mail.example")


def test_a_mail_costs_few_statements(filer: Filer, spool: Spool, database: Database) -> None:
    """On a database server each of them takes a tenth of what filing a mail may take."""
    first = write(Message_ID="<first@mail.example>")
    answer = write("Re: My kettle leaks", "Still.", In_Reply_To="<first@mail.example>")
    with database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.language = "en"  # else it is learned, once
    for raw, most in ((first, 18), (answer, 14)):
        put(spool, raw)
        with asked_of(database) as statements:
            file_all(filer, spool)
        assert len(statements) <= most, "\n".join(statements)


def test_a_file_sent_twice_is_stored_once(filer: Filer, spool: Spool, database: Database) -> None:
    put(spool, write("One", files=[("a.bin", b"the same bytes")]))
    put(spool, write("Two", files=[("b.bin", b"the same bytes")]))
    file_all(filer, spool)
    first, second = attachments(database)
    assert (first.filename, second.filename) == ("a.bin", "b.bin")
    assert first.sha256 == second.sha256


def test_a_mail_that_cannot_be_filed_is_held_and_the_others_go_on(
    filer: Filer, spool: Spool, database: Database
) -> None:
    forbid(database, "poison")
    good = [put(spool, write("Before"))]
    bad = put(spool, write("Bad", "This is poison."))
    good += [put(spool, write(f"After {n}")) for n in range(5)]
    file_all(filer, spool)
    assert states(database) == {**dict.fromkeys(good, "filed"), bad: "held"}
    (held,) = [mail for mail in recorded(database) if mail.state == "held"]
    assert "three times" in held.reason
    assert current_ledger(spool.folder, database).difference == 0


def test_a_mail_that_the_reader_cannot_read_is_held_with_its_raw_bytes(
    filer: Filer, spool: Spool, database: Database, settings: Settings
) -> None:
    bomb = write("Many lines", "x") + b"\n" * 600_000
    bad, good = put(spool, bomb), put(spool, write("Good"))
    file_all(filer, spool)
    assert states(database) == {bad: "held", good: "filed"}
    (held,) = (mail for mail in recorded(database) if mail.state == "held")
    assert "too complex" in held.reason
    assert (held.subject, held.from_address) == ("Many lines", "ann@mail.example")
    assert Blobs(settings.blob_url).get(held.raw_sha256) == bomb


def test_damaged_spool_files_are_held_whole(
    filer: Filer, spool: Spool, database: Database, settings: Settings
) -> None:
    damaged = {"1": b"", "2": b"no envelope\nSubject: x\n\n", "3": b"[]\n", "4": b"[" * 50_000}
    for name, content in damaged.items():
        spool.path(name).write_bytes(content)
    good = put(spool, write())
    file_all(filer, spool)
    assert states(database) == {**dict.fromkeys(damaged, "held"), good: "filed"}
    blobs = Blobs(settings.blob_url)
    kept = {mail.spool_name: blobs.get(mail.raw_sha256) for mail in recorded(database)}
    assert kept.items() >= damaged.items()


def test_what_no_database_takes_is_kept_without_it(
    filer: Filer, spool: Spool, database: Database
) -> None:
    raw = (
        b"From: \xff\x00Ann <ann@mail.example>\r\nTo: support@shop.example\r\n"
        b"Subject: nul\x00l and \xed\xa0\x80\r\nMessage-ID: <a\x00b@mail.example>\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nbody \x00 and \xed\xa0\x80 end\r\n"
    )
    put(spool, raw, mail_from="\udce9\x00@mail.example", rcpt_to="support@shop.example")
    file_all(filer, spool)
    (mail,) = recorded(database)
    assert mail.state == "filed"
    assert "\0" not in mail.subject + mail.envelope_from + comments(database)[0].text


def test_a_message_id_longer_than_any_index_takes_stops_nothing(
    filer: Filer, spool: Spool, database: Database
) -> None:
    noise = "".join(sha256(str(n).encode()).hexdigest() for n in range(400))
    raw = write().replace(b"Subject:", f"Message-ID: <{noise}@mail.example>\nSubject:".encode())
    first, second = put(spool, raw), put(spool, write("Next"))
    file_all(filer, spool)
    assert states(database) == {first: "filed", second: "filed"}


def test_killed_between_commit_and_removal_it_files_nothing_twice(
    filer: Filer, spool: Spool, database: Database, settings: Settings
) -> None:
    name = put(spool, write())
    kept = spool.path(name).read_bytes()
    file_all(filer, spool)
    spool.path(name).write_bytes(kept)
    with filer_of(settings, database) as another:
        file_all(another, Spool(settings.spool_dir))
    assert len(recorded(database)) == len(comments(database)) == 1


def test_a_mail_that_comes_again_is_set_aside(
    filer: Filer, spool: Spool, database: Database
) -> None:
    again = b"Received: from elsewhere\r\n\tby here; today\r\n"
    first = put(spool, write())
    second = put(spool, again + write())
    other = put(spool, write(text="It leaks at the top."))
    file_all(filer, spool)
    assert states(database) == {first: "filed", second: "set_aside", other: "filed"}


@pytest.mark.databases("sqlite")
def test_the_filer_waits_for_a_database_that_is_locked(
    filer: Filer, spool: Spool, database: Database, settings: Settings
) -> None:
    """SQLite has one writer; PostgreSQL is stopped in the next test."""
    impatient = connect(settings)
    event.listen(impatient.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=50"))
    names = [put(spool, write(f"Question {n}")) for n in range(3)]
    with database.transaction() as session, filer_of(settings, impatient) as filer:
        session.execute(text("SELECT 1"))  # the writer's lock is taken with the first statement
        assert filer.file_some() == 0
        assert spool.waiting(10) == names
    with filer_of(settings, impatient) as filer:
        file_all(filer, spool)
    assert list(states(database)) == names
    impatient.dispose()


def test_the_filer_waits_for_a_database_that_is_down(
    own_postgresql: PostgreSQL, make_settings: MakeSettings
) -> None:
    own_postgresql.execute("CREATE DATABASE postdesk")
    settings = make_settings(DATABASE_URL=own_postgresql.url("postdesk"))
    database, spool = connect(settings), Spool(settings.spool_dir)
    migrate(database)
    make_shop(database)
    with filer_of(settings, database) as filer:
        before = put(spool, write("Before"))
        file_all(filer, spool)
        own_postgresql.stop(crash=True)
        waiting = [put(spool, write(f"While it is down {n}")) for n in range(3)]
        assert [filer.file_some() for _ in range(4)] == [0, 0, 0, 0]
        assert spool.waiting(10) == waiting
        own_postgresql.start()
        file_all(filer, spool)
    assert states(database) == dict.fromkeys([before, *waiting], "filed")
    assert current_ledger(spool.folder, database).difference == 0
    database.dispose()


def test_a_full_disk_makes_the_mails_wait(
    filer: Filer, spool: Spool, database: Database, settings: Settings
) -> None:
    # A file stands where the store's folder belongs: nothing can be stored, as on a full disk.
    blobs = Blobs(settings.blob_url)
    store = blobs.path(sha256(b"").hexdigest()).parent.parent
    store.parent.mkdir(parents=True, exist_ok=True)
    store.write_bytes(b"")
    name = put(spool, write())
    assert filer.file_some() == 0
    assert spool.waiting(10) == [name]
    store.unlink()
    file_all(filer, spool)
    assert states(database) == {name: "filed"}


def test_a_mail_that_takes_long_is_read_in_the_slow_pool_and_keeps_its_html(
    filer: Filer, spool: Spool, database: Database
) -> None:
    put(spool, write("Before"))
    file_all(filer, spool)
    # The filer's own reader stands still, as on a machine that is busy with other things.
    end_kept_children()
    for process in find(os.getpid(), "mailgate.parse.child"):
        os.kill(process.pid, signal.SIGSTOP)
    slow = put(spool, write("Slow", html="<p>It <b>leaks</b>.</p>"))
    good = [put(spool, write(f"Good {n}")) for n in range(3)]
    file_all(filer, spool)
    assert set(states(database).values()) == {"filed"}
    assert states(database).keys() >= {slow, *good}
    assert [comment.html for comment in comments(database) if comment.html]


def test_mails_in_the_slow_pool_are_overtaken_by_those_behind_them(
    filer: Filer, spool: Spool, database: Database
) -> None:
    large = put(spool, write("Large", files=[("film.mp4", b"\x01film\xff" * 1_100_000)]))
    small = put(spool, write("Small"))
    file_all(filer, spool)
    assert [mail.spool_name for mail in recorded(database)] == [small, large]
    (file,) = attachments(database)
    assert file.size == 6_600_000


def test_an_answer_joins_by_the_message_id_of_the_acknowledgement(
    filer: Filer, spool: Spool, database: Database
) -> None:
    put(spool, write())
    file_all(filer, spool)
    with database.reading() as session:
        sent = session.scalars(select(OutboundMail)).one()
    assert re.fullmatch(r"[a-z2-7]{26}\.[a-z2-7]{8}@shop\.example", sent.message_id)
    put(spool, write("Re: something else", "Still.", References=f"<{sent.message_id}>"))
    file_all(filer, spool)
    first, second = comments(database)
    assert first.ticket_id == second.ticket_id
    assert recorded(database)[1].decision["rule"] == "minted_id"


@pytest.mark.parametrize("others", [250, 800])
def test_of_very_many_references_the_last_one_counts(
    filer: Filer, spool: Spool, database: Database, others: int
) -> None:
    put(spool, write())
    file_all(filer, spool)
    with database.reading() as session:
        sent = session.scalars(select(OutboundMail)).one()
    ids = [f"<{number:05}{'x' * 40}@mail.example>" for number in range(others)]
    field = "\n ".join([*ids, f"<{sent.message_id}>"])
    put(spool, f"References: {field}\n".encode() + write("Other", "Still."))
    file_all(filer, spool)
    first, second = comments(database)
    assert first.ticket_id == second.ticket_id


def test_a_store_that_is_away_makes_the_mails_wait(
    database: Database, settings: Settings, bucket: Bucket
) -> None:
    """However often it is tried: nothing is held for it, and each is filed once when it is back."""
    make_shop(database)
    spool, place = Spool(settings.spool_dir), bucket.place()
    bucket.refuse()
    files = [("photo.png", os.urandom(30_000))]
    names = [put(spool, write(f"Subject {number}", files=files)) for number in range(3)]
    with filer_of(settings, database, blobs=Blobs(place)) as filer:
        for _ in range(6):
            place._away_until = 0.0
            assert filer.file_some() == 0
        assert (spool.waiting_count(), states(database)) == (3, {})
        bucket.answer()
        place._away_until = 0.0
        file_all(filer, spool)
    assert states(database) == dict.fromkeys(names, "filed")
    assert len({file.sha256 for file in attachments(database)}) == 1
    stored = [size for shard in SHARDS for _, size in place.listed(shard)]
    assert len(stored) == 4, "three mails, and their file once"
    for row in recorded(database):
        assert Blobs(bucket.place()).get(row.raw_sha256)
        assert len(Blobs(bucket.place()).get(row.raw_sha256)) == row.size


def test_a_store_that_is_not_the_right_one_makes_them_wait_too(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    make_shop(database)
    spool, place = Spool(settings.spool_dir), FolderPlace(tmp_path / "files", "a1" * 16)
    put(spool, write("Where to?"))
    with filer_of(settings, database, blobs=Blobs(place)) as filer:
        for _ in range(6):
            assert filer.file_some() == 0
        assert (spool.waiting_count(), states(database)) == (1, {})
        assert not place.folder.exists()
        place.write_identity("a1" * 16)
        file_all(filer, spool)
