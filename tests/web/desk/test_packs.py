"""Taking a dispute pack from a ticket's page: with and without internal notes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from sqlalchemy import select

from helpdesk.models import AuditEntry
from tests.web.conftest import SECRET_NOTE, Browser, Desk
from tests.web.test_pack_file import answered, problems, take

__all__ = ["answered"]


def test_notes_are_in_it_only_where_they_are_asked_for(
    answered: Desk, agent: Browser, tmp_path: Path
) -> None:
    def read(path: Path) -> str:
        with zipfile.ZipFile(path) as pack:
            return " ".join(pack.read(name).decode("latin-1") for name in pack.namelist())

    assert SECRET_NOTE not in read(take(answered, agent, tmp_path))
    path = take(answered, agent, tmp_path, notes="yes")
    assert SECRET_NOTE in read(path)
    assert problems(answered, path) == ()
    with answered.database.reading() as session:
        taken = session.scalars(select(AuditEntry).where(AuditEntry.kind == "dispute_pack")).all()
        assert [(one.actor_id, one.subject, one.field) for one in taken] == [
            (answered.bo.id, answered.ticket.number, "taken"),
            (answered.bo.id, answered.ticket.number, "taken with notes"),
        ]
