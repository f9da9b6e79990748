"""What a transaction noted to be absent."""

from __future__ import annotations

from helpdesk.absent import is_absent, is_there_now, note_absent
from helpdesk.db import Database


def test_what_was_noted_is_absent_until_it_is_added(database: Database) -> None:
    with database.transaction() as session:
        assert not is_absent(session, "address", "zoe@mail.example")
        note_absent(session, "address", ["zoe@mail.example", "max@mail.example"])
        note_absent(session, "address", ["eve@mail.example"])
        assert is_absent(session, "address", "zoe@mail.example")
        assert not is_absent(session, "name", "zoe@mail.example")
        is_there_now(session, "address", "zoe@mail.example")
        is_there_now(session, "name", "zoe@mail.example")
        assert not is_absent(session, "address", "zoe@mail.example")
        assert is_absent(session, "address", "max@mail.example")
    with database.transaction() as session:
        assert not is_absent(session, "address", "max@mail.example")
