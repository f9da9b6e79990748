"""Taking a dispute pack from a ticket's page: with and without internal notes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from sqlalchemy import select

from helpdesk.actions.change_ticket import assign, change_priority
from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import SYSTEM
from helpdesk.models import AuditEntry, InboundMail, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.history import ANSWERED_ASIDE
from helpdesk.vocabulary import Status
from tests.support.factories import NOW
from tests.web.conftest import SECRET_NOTE, Browser, Desk
from tests.web.test_pack_file import answered, problems, take

__all__ = ["answered"]

REASON = "waits for the carrier, who lost it"


def test_notes_are_in_it_only_where_they_are_asked_for(
    answered: Desk, agent: Browser, tmp_path: Path
) -> None:
    def read(path: Path) -> str:
        with zipfile.ZipFile(path) as pack:
            return " ".join(pack.read(name).decode("latin-1") for name in pack.namelist())

    with answered.database.transaction() as session:
        actor, number = actor_of(answered.bo), answered.ticket.id
        change_priority(session, actor, number, "urgent", reason=REASON, now=NOW)
        for mail in session.scalars(select(InboundMail)):
            mail.decision = {**mail.decision, "weighed": [{"ticket_number": "TKT20260101001"}]}
        assign(session, actor, number, answered.bo.id, reason=REASON, now=NOW)
    inside = (SECRET_NOTE, REASON, "weighed", answered.bo.name, "assignee")
    without = read(take(answered, agent, tmp_path))
    assert [words for words in inside if words in without] == []
    assert "urgent" in without
    path = take(answered, agent, tmp_path, notes="yes")
    shown = read(path)
    assert [words for words in inside if words not in shown] == []
    assert problems(answered, path) == ()
    with answered.database.reading() as session:
        taken = session.scalars(select(AuditEntry).where(AuditEntry.kind == "dispute_pack")).all()
        taken = sorted(taken, key=lambda one: one.id)
        assert [(one.actor_id, one.subject, one.field) for one in taken] == [
            (answered.bo.id, answered.ticket.number, "taken"),
            (answered.bo.id, answered.ticket.number, "taken with notes"),
        ]


def test_its_page_says_how_the_ticket_stands_to_whom_it_is_for(
    answered: Desk, agent: Browser, tmp_path: Path
) -> None:
    with answered.database.transaction() as session:
        ticket = session.get_one(Ticket, answered.ticket.id)
        walk_status(session, ticket, actor_of(answered.bo), Status.WAITING, NOW)
        walk_status(session, ticket, SYSTEM, Status.IN_PROGRESS, NOW, ANSWERED_ASIDE)
        ticket.owes_answer = True
    for notes, stands in (("no", "waiting"), ("yes", "in_progress")):
        with zipfile.ZipFile(take(answered, agent, tmp_path, notes=notes)) as pack:
            words = stands.replace("_", " ")
            assert f"now {words}" in pack.read("index.html").decode()
            assert json.loads(pack.read("history.json"))[-1]["new"] == stands
