"""Erasing a person: afterwards no column and no stored file has a name, address or word of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.erase_person import (
    begin_erasure,
    kept_tombstones,
    next_erasure,
    work_off_erasure,
)
from helpdesk.actions.receive_mail import hold
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_draft import save_draft
from helpdesk.actions.save_order import save_order
from helpdesk.actor import SYSTEM, Actor
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.mail_in.incoming import Incoming
from helpdesk.models import Base, Comment, DraftKind, Erasure, Person, Ticket
from helpdesk.queries.erasure import ErasurePlan, plan_erasure
from helpdesk.queries.ledger import ledger
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.drafts import DraftContent
from helpdesk.tickets.orders import OrderDetails
from jobs.unused_files import remove_unused
from tests.helpdesk.mails import mail, receive
from tests.support.factories import NOW, Shop

CARA = "cara.quill@mail.example"
NAME = "Cara Quillfeather"
SECRET = "the purple kettle of my grandmother leaks"
TRACES = (CARA, "cara.quill", "quillfeather", "purple kettle", "grandmother")


def erase(database: Database, actor: Actor, address: str = CARA) -> Erasure:
    with database.reading() as session:
        plan = plan_erasure(session, actor, address)
    with database.transaction() as session:
        erasure_id = begin_erasure(session, actor, plan, now=NOW).id
    work_off_erasure(
        database.reading, database.transaction, erasure_id, clock=lambda: NOW, sleep=lambda _: None
    )
    with database.reading() as session:
        return session.get_one(Erasure, erasure_id)


def traces(database: Database) -> Iterator[str]:
    """Where something of hers stands in the database: every column of every table."""
    with database.reading() as session:
        tables = [*Base.metadata.tables, "ticket_words"]
        for name in tables:
            for row in session.execute(text(f"SELECT * FROM {name}")).mappings():
                for column, value in row.items():
                    written = json.dumps(value, default=str, ensure_ascii=False).lower()
                    yield from (f"{name}.{column}: {one}" for one in TRACES if one in written)


def in_store(blobs: Blobs, folder: Path) -> list[Path]:
    """The stored files that have something of hers, once what is unused is gone."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    texts = ((path, path.read_bytes().decode("utf-8", "replace").lower()) for path in found)
    return [path for path, text in texts if any(one in text for one in TRACES)]


def stored(blobs: Blobs, incoming: Incoming, text: str) -> Incoming:
    """The mail with its original in the store."""
    raw = f"From: {NAME} <{CARA}>\r\n\r\n{text} {incoming.arrival.spool_name}".encode()
    return replace(incoming, arrival=replace(incoming.arrival, raw_sha256=blobs.put(raw)))


def write(database: Database, blobs: Blobs) -> int:
    """What Cara wrote; the ticket that Ann is on, too."""
    named = {"verdict": "pass"}
    file = StoredFile("purple kettle.txt", "text/plain", 5, blobs.put(b"grandmother's kettle"))
    own = mail(CARA, f"My {SECRET}", f"{SECRET}\n{NAME}", files=(file,), **named)
    receive(database, stored(blobs, own, SECRET))
    words = f"Dear all,\n{SECRET}\nYours, {NAME}"
    ours = mail(CARA, "Ours", words, cc=("ann@mail.example",), **named)
    shared = receive(database, stored(blobs, ours, words))
    with database.transaction() as session:
        held = stored(blobs, mail(CARA, "Held", SECRET), SECRET)
        hold(session, held.arrival, "It is odd.", now=NOW, mail=held)
        details = OrderDetails(customer=CARA, items=[{"name": SECRET, "quantity": 1}])
        save_order(session, SYSTEM, "A-77", details, now=NOW)
    return shared.ticket_id or 0


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def test_nothing_of_them_is_left_and_what_others_said_is(
    database: Database, shop: Shop, blobs: Blobs, tmp_path: Path
) -> None:
    shared = write(database, blobs)
    with database.transaction() as session:
        cara = session.scalar(
            select(Person).join(Person.addresses).where(text(f"address='{CARA}'"))
        )
        assert cara
        cara.name = NAME
        cara_id = cara.id
        add_person_to(session, shop.agent, shared, shop.ann.id, now=NOW)
        answer = Answer("Dear Cara Quillfeather, we look into it.")
        reply(session, shop.agent, shared, answer, now=NOW)
        add_note(session, shop.agent, shared, text=f"{CARA} rang: {SECRET}", now=NOW)
        draft = DraftContent(f"Dear {NAME}, {SECRET}", {}, ())
        save_draft(session, shop.agent, DraftKind.REPLY, shared, draft, now=NOW)
    quoting = f"I have the same.\n\nOn Monday {NAME} <{CARA}> wrote:\n> {SECRET}"
    number = number_of(database, shared)
    quoted = mail("ann@mail.example", f"Re: [{number}] Ours", quoting, verdict="pass")
    receive(database, stored(blobs, quoted, quoting))
    assert set(traces(database))
    assert len(in_store(blobs, tmp_path)) == 5
    before = accepted(database)
    done = erase(database, shop.admin)
    assert list(traces(database)) == []
    assert done.ended_at
    assert done.counts["tickets"] >= 1
    assert done.counts["shared"] == 1
    assert done.work == {}
    with database.reading() as session:
        said = session.scalars(
            select(Comment.text).where(Comment.ticket_id == shared).order_by(Comment.id)
        ).all()
        assert any("we look into it" in one for one in said)
        assert any("I have the same." in one for one in said)
        assert "[erased]" in said
        assert session.get_one(Person, cara_id).name == ""
        assert ledger(session, accepted=before, waiting=0).difference == 0
        (stone,) = kept_tombstones(session)
    remove_unused(database, blobs, now=datetime.now(UTC), wait=timedelta(days=-1))
    assert in_store(blobs, tmp_path) == []
    assert stone.is_address(CARA)
    assert not stone.is_address("ann@mail.example")
    again = receive(database, mail(CARA, "New", "Hello again", verdict="pass"))
    with database.reading() as session:
        requester = session.get_one(Ticket, again.ticket_id).requester_id
    assert requester != cara_id


def number_of(database: Database, ticket_id: int) -> str:
    with database.reading() as session:
        return session.get_one(Ticket, ticket_id).number


def accepted(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(text("SELECT count(*) FROM inbound_mail")) or 0


def plan_of(database: Database, actor: Actor, address: str) -> ErasurePlan:
    with database.reading() as session:
        return plan_erasure(session, actor, address)


def test_who_may_and_who_cannot_be(database: Database, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        plan_of(database, shop.agent, CARA)
    with pytest.raises(InvalidInput):
        plan_of(database, shop.admin, "agent@shop.example")
    with pytest.raises(InvalidInput):
        plan_of(database, shop.admin, "support@shop.example")
    nothing = plan_of(database, shop.admin, "nobody@mail.example")
    assert nothing.is_nothing
    with database.transaction() as session:
        with pytest.raises(InvalidInput):
            begin_erasure(session, shop.admin, nothing, now=NOW)
        assert next_erasure(session) is None
        assert session.scalar(select(func.count()).select_from(Erasure)) == 0
