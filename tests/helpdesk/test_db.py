"""Transactions: what is committed, what is dropped, and who hears of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from helpdesk import db
from helpdesk.db import Database
from helpdesk.models import Mailbox, TicketDay
from tests.support.factories import NOW


def box(address: str, at: datetime = NOW) -> Mailbox:
    return Mailbox(address=address, name="Shop", created_at=at)


def heard_by(database: Database) -> list[frozenset[str]]:
    heard: list[frozenset[str]] = []
    database.after_commit(heard.append)
    return heard


def test_listeners_hear_after_the_commit_and_once(database: Database) -> None:
    seen: list[int] = []

    def listen(what: frozenset[str]) -> None:
        assert what == {"answers", "notifications"}
        with database.reading() as session:
            seen.append(session.query(Mailbox).count())

    database.after_commit(listen)
    with database.transaction() as session:
        session.add(box("a@shop.example"))
        for what in ("answers", "notifications", "answers"):
            db.wake(session, what)
        assert seen == []
    assert seen == [1]


def test_what_is_rolled_back_wakes_nobody(database: Database) -> None:
    heard = heard_by(database)

    def fail() -> None:
        with database.transaction() as session:
            session.add(box("a@shop.example"))
            db.wake(session, "answers")
            raise KeyError("trouble")

    with pytest.raises(KeyError):
        fail()
    with database.transaction() as session:
        assert session.query(Mailbox).count() == 0
    assert heard == []


def test_a_listeners_trouble_is_not_the_transactions(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    database.after_commit(lambda _: 1 / 0)
    heard = heard_by(database)
    with database.transaction() as session:
        session.add(box("a@shop.example"))
        db.wake(session, "answers")
    assert heard == [frozenset({"answers"})]
    assert "a listener failed" in caplog.text


def test_reading_changes_nothing_and_leaves_what_was_read(database: Database) -> None:
    with database.transaction() as session:
        session.add(box("a@shop.example"))
    with database.reading() as session:
        mailbox = session.query(Mailbox).one()
        session.add(box("b@shop.example"))
    assert mailbox.address == "a@shop.example"
    with database.reading() as session:
        session.add(box("c@shop.example"))
        if database.is_sqlite:
            session.flush()
        else:
            with pytest.raises(DBAPIError, match="read-only"):
                session.flush()
    with database.reading() as session:
        assert session.query(Mailbox).count() == 1


def test_all_that_is_read_together_is_of_one_moment(database: Database) -> None:
    with database.reading() as session:
        assert session.query(Mailbox).count() == 0
        with database.transaction() as other:
            other.add(box("a@shop.example"))
        assert session.query(Mailbox).count() == 0
    with database.reading() as session:
        assert session.query(Mailbox).count() == 1


@pytest.mark.databases("postgresql")
def test_what_is_read_again_and_again_is_planned_once(database: Database) -> None:
    for _ in range(8):
        with database.reading() as session:
            assert not session.scalars(select(Mailbox).where(Mailbox.name == "Store")).all()
    with database.reading() as session:
        kept = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("FROM mailbox" in one for one in kept)


@pytest.mark.databases("postgresql")
def test_a_connection_that_was_cut_off_is_made_anew(database: Database) -> None:
    own = text("SELECT pg_backend_pid()")
    with database.transaction() as third:
        assert third.scalar(own)  # a connection of its own, before the two are free
        with database.reading() as session, database.reading() as other:
            pids = [session.scalar(own), other.scalar(own)]
        third.execute(
            text("SELECT pg_terminate_backend(pid) FROM unnest(:pids) pid"), {"pids": pids}
        )
    with database.reading() as session, database.reading() as other:
        assert session.scalar(text("SELECT 1")) == other.scalar(text("SELECT 1")) == 1


def test_a_question_that_stands_alone_sees_what_was_written_since(database: Database) -> None:
    with database.noting() as session:
        session.execute(insert(Mailbox).values(address="a@b.example", name="", created_at=NOW))
        if not database.is_sqlite:  # it stands before the block ends
            with database.reading() as other:
                assert other.query(Mailbox).count() == 1
    with database.asking() as session:
        (mailbox,) = session.scalars(select(Mailbox)).all()
        if not database.is_sqlite:
            with database.transaction() as other:
                other.add(box("b@b.example"))
            assert session.query(Mailbox).count() == 2
    assert mailbox.address == "a@b.example"


@pytest.mark.databases("postgresql")
def test_who_asks_again_and_again_is_cut_off_unnoticed(database: Database) -> None:
    own = text("SELECT pg_backend_pid()")
    with database.transaction() as third:
        assert third.scalar(own)  # a connection of its own, before the two are free
        with database.asking() as session, database.asking() as other:
            pids = [session.scalar(own), other.scalar(own)]
        cut_off = text("SELECT pg_terminate_backend(pid, 10000) FROM unnest(:pids) pid")
        third.execute(cut_off, {"pids": pids})
    with database.asking() as session, database.asking() as other:
        assert session.scalar(text("SELECT 1")) == other.scalar(text("SELECT 1")) == 1


def test_no_update_is_lost_between_threads(database: Database) -> None:
    with database.transaction() as session:
        session.add(TicketDay(day="20261123", last=0))

    def add_one(_: int) -> None:
        with database.transaction() as session:
            row = session.get_one(TicketDay, "20261123", with_for_update=True)
            row.last += 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_one, range(80)))
    with database.reading() as session:
        assert session.get_one(TicketDay, "20261123").last == 80


def test_naive_moments_are_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive"), database.transaction() as session:
        session.add(box("a@shop.example", NOW.replace(tzinfo=None)))


def test_moments_come_back_as_aware_utc(database: Database) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-7))) + timedelta(microseconds=7)
    with database.transaction() as session:
        session.add(box("a@shop.example", elsewhere))
    with database.reading() as session:
        kept = session.query(Mailbox).one().created_at
    assert kept == elsewhere
    assert kept.tzinfo == UTC


def test_text_that_no_database_takes_is_kept_without_it(database: Database) -> None:
    with database.transaction() as session:
        session.add(Mailbox(address="a\0b\ud800", name="\0", created_at=NOW))
    with database.reading() as session:
        assert session.query(Mailbox).filter_by(address="ab").one().name == ""
        assert session.query(Mailbox).filter(Mailbox.address == "a\0b").count() == 1
