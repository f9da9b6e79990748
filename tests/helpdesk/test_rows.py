"""Rows that wait, and objects that are inserted at once: nobody sees a difference."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Executable, bindparam, exists, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from helpdesk.db import Database
from helpdesk.models import AuditEntry, Base, Mailbox
from helpdesk.rows import add_now, ask, insert_row, objects, waiting_rows
from tests.support.factories import NOW
from tests.support.statements import asked_of

Count = Callable[[Session], int]


def box(address: str, at: datetime = NOW) -> Mailbox:
    return Mailbox(address=address, name="Shop", created_at=at)


def test_what_is_added_at_once_stands_in_the_session_like_any_other(database: Database) -> None:
    with database.transaction() as session:
        added = box("a@shop.example")
        add_now(session, added)
        assert session.get(Mailbox, added.id) is added
        assert added.fed_through == []  # what its column gives where nothing is given
        added.name = "Store"
    with database.reading() as session:
        found = session.get_one(Mailbox, added.id)
        assert (found.address, found.name, found.created_at) == ("a@shop.example", "Store", NOW)


def test_what_is_added_at_once_goes_with_its_savepoint(database: Database) -> None:
    with database.transaction() as session:
        kept = box("kept@shop.example")
        add_now(session, kept)
        savepoint = session.begin_nested()
        add_now(session, box("one@shop.example"))
        with session.begin_nested():
            gone = box("two@shop.example")
            add_now(session, gone)
        savepoint.rollback()
        assert gone not in session
        # SQLite gives the same ids out again: they must not be taken for those that are gone.
        for name in ("three", "four"):
            add_now(session, box(f"{name}@shop.example"))
        kept.name = "Store"
    with database.reading() as session:
        names = {found.address.partition("@")[0] for found in session.query(Mailbox)}
    assert names == {"kept", "three", "four"}


def entry(subject: str, field: str = "name") -> dict[str, Any]:
    return {"kind": "person", "subject": subject, "field": field, "created_at": NOW}


_COUNT = select(func.count()).select_from(AuditEntry)
_OF_MAILBOX = select(Mailbox.id).where(Mailbox.name == bindparam("name"))


def inserts(asked: list[str]) -> int:
    return sum(one.startswith("INSERT INTO audit_entry") for one in asked)


def test_rows_wait_for_one_another_and_are_written_in_their_order(database: Database) -> None:
    with asked_of(database) as asked, database.transaction() as session:
        for number in range(5):
            insert_row(session, AuditEntry, **entry(f"{number}"))
        insert_row(session, AuditEntry, **entry("5"), new_value="Zoe")
        insert_row(session, AuditEntry, **entry("6"))
        assert not inserts(asked)
    assert inserts(asked) == 3  # one of five, and two that give other columns than those before
    with database.reading() as session:
        rows = session.query(AuditEntry).order_by(AuditEntry.id).all()
    assert [row.subject for row in rows] == [f"{number}" for number in range(7)]
    assert [row.new_value for row in rows] == ["", "", "", "", "", "Zoe", ""]


@pytest.mark.parametrize(
    "count",
    [
        lambda session: session.scalar(_COUNT),
        lambda session: session.execute(_COUNT).scalar_one(),
        lambda session: session.scalars(_COUNT).one(),
        lambda session: session.connection().scalar(_COUNT),
        lambda session: ask(session, _COUNT).scalar_one(),
        lambda session: ask(session, text("SELECT count(*) FROM audit_entry")).scalar_one(),
        lambda session: session.query(AuditEntry).count(),
        lambda session: len(objects(session, select(AuditEntry)).all()),
        lambda session: len([session.get_one(AuditEntry, 1)]),
    ],
)  # fmt: skip
def test_whoever_asks_finds_the_rows_that_waited(database: Database, count: Count) -> None:
    with database.transaction() as session:
        insert_row(session, AuditEntry, **entry("Zoe"))
        assert count(session) == 1


def test_what_is_asked_of_other_tables_leaves_rows_waiting(database: Database) -> None:
    with asked_of(database) as asked, database.transaction() as session:
        kept = box("a@shop.example")
        add_now(session, kept)
        insert_row(session, AuditEntry, **entry("Zoe"))
        assert [one["subject"] for one in waiting_rows(session, AuditEntry)] == ["Zoe"]
        assert ask(session, _OF_MAILBOX, name="Shop").scalar() == kept.id
        kept.name = "Store"
        assert ask(session, _OF_MAILBOX, name="Store").scalar() == kept.id
        session.refresh(kept)
        number = kept.id
        session.expire(kept)
        assert session.get(Mailbox, number) is kept
        assert objects(session, select(Mailbox)).all() == [kept]
        assert not inserts(asked)
        session.add(AuditEntry(**entry("of the unit of work")))
        session.flush()  # whose row comes after it, as it was written after it
    with database.reading() as session:
        rows = session.query(AuditEntry).order_by(AuditEntry.id).all()
    assert [row.subject for row in rows] == ["Zoe", "of the unit of work"]


_other = aliased(AuditEntry)


@pytest.mark.parametrize(
    "made",
    [
        select(func.count()).select_from(_other),
        select(func.count()).select_from(select(AuditEntry.id).subquery()),
        select(func.count()).select_from(select(AuditEntry.id).cte()),
        select(select(func.count()).select_from(AuditEntry).scalar_subquery()),
        select(func.count()).where(exists().where(AuditEntry.subject == "Zoe")),
        select(AuditEntry.id).union_all(select(Mailbox.id)),
    ],
)
def test_a_table_is_found_wherever_it_stands_in_a_statement(
    database: Database, made: Executable
) -> None:
    with database.transaction() as session:
        insert_row(session, AuditEntry, **entry("Zoe"))
        assert ask(session, made).scalar() == 1


def test_no_relationship_is_read_with_its_object() -> None:
    """For what is got by its id, only rows of its own table are written before."""
    mappers = Base.registry.mappers
    read = {(one.class_, each.key): each.lazy for one in mappers for each in one.relationships}
    assert set(read.values()) == {"select"}


def test_to_flush_writes_what_waits(database: Database) -> None:
    with asked_of(database) as asked, database.transaction() as session:
        insert_row(session, AuditEntry, **entry("Zoe"))
        session.flush()
        assert inserts(asked) == 1


def test_rows_that_waited_go_with_their_savepoint_and_no_others(database: Database) -> None:
    with database.transaction() as session:
        insert_row(session, AuditEntry, **entry("before"))
        savepoint = session.begin_nested()
        insert_row(session, AuditEntry, **entry("gone"))
        savepoint.rollback()
        with session.begin_nested():
            insert_row(session, AuditEntry, **entry("within"))
        insert_row(session, AuditEntry, **entry("after"))
    with database.reading() as session:
        rows = session.query(AuditEntry).order_by(AuditEntry.id).all()
    assert [row.subject for row in rows] == ["before", "within", "after"]


def test_what_cannot_be_written_fails_in_its_savepoint(database: Database) -> None:
    with database.transaction() as session:
        with pytest.raises(IntegrityError), session.begin_nested():
            insert_row(session, AuditEntry, **(entry("nobody's") | {"subject": None}))
        insert_row(session, AuditEntry, **entry("Zoe"))
    with database.reading() as session:
        assert session.scalar(_COUNT) == 1


def test_nothing_that_waited_is_left_of_a_transaction_that_fails(database: Database) -> None:
    with suppress(ZeroDivisionError), database.transaction() as session:
        insert_row(session, AuditEntry, **entry("Zoe"))
        _ = 1 / 0
    with database.reading() as session:
        assert not session.scalar(_COUNT)
