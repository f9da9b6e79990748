"""A file that a raw mail is stored by stays until the mail goes, and then goes too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from helpdesk.actions.delete_tickets import note_unused
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.errors import NotFound
from helpdesk.models import Attachment, InboundMail, StoredPart
from helpdesk.settings import Settings
from jobs.unused_files import remove_unused
from tests.helpdesk.blobs.test_parts import FILE, mail, stored
from tests.helpdesk.mails import mail as incoming
from tests.helpdesk.mails import receive
from tests.support.factories import NOW, make_shop

LATER = NOW + timedelta(days=9000)


def filed(database: Database, blobs: Blobs) -> tuple[str, str]:
    """A mail in the ledger that is stored by its file: the keys of both."""
    make_shop(database)
    key, (part,) = stored(blobs, mail(FILE), FILE)
    came = incoming("ann@mail.example")
    arrival = replace(came.arrival, raw_sha256=key, stored_by=(part,))
    receive(database, replace(came, arrival=arrival))
    return key, part


def removed(database: Database, blobs: Blobs) -> int:
    """Remove what is noted; how many files went."""
    count = 0
    while (some := remove_unused(database, blobs, now=LATER, sleep=lambda _: None)).more:
        count += some.files
    return count


def test_the_part_goes_after_the_whole(database: Database, settings: Settings) -> None:
    blobs = Blobs(settings.blob_url)
    key, part = filed(database, blobs)
    with database.transaction() as session:
        session.execute(delete(Attachment))
        note_unused(session, [part, key], "trash", NOW)
    assert removed(database, blobs) == 0, "the mail's row has the one, and the mail the other"
    assert len(blobs.get(key)) > len(FILE)

    with database.transaction() as session:
        session.execute(update(InboundMail).values(raw_sha256=""))
        note_unused(session, [key], "raw_mail", NOW)
    assert removed(database, blobs) == 2
    for gone in (key, part):
        with pytest.raises(NotFound):
            blobs.get(gone)
    with database.reading() as session:
        assert session.scalar(select(StoredPart)) is None


def test_the_same_mail_twice_is_noted_once(database: Database, settings: Settings) -> None:
    blobs = Blobs(settings.blob_url)
    key, part = filed(database, blobs)
    came = incoming("ann@mail.example", spool_name="again")
    receive(
        database,
        replace(came, arrival=replace(came.arrival, raw_sha256=key, stored_by=(part, part))),
    )
    with database.reading() as session:
        assert len(session.scalars(select(StoredPart)).all()) == 1
