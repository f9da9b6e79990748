"""``postdesk backup`` and ``restore``: everything in one file, and back into an empty place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import select

from helpdesk.actions.change_checklist import add_item
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.blobs import Blobs
from helpdesk.db import Database, connect
from helpdesk.models import ChecklistItem, CustomValue, InboundMail, Ticket
from helpdesk.settings import Settings
from mailgate.spool.spool import Spool
from tests.commands.conftest import Postdesk, said
from tests.mailgate.filing.mails import file_all, filer_of, put, write
from tests.support.factories import NOW, make_shop


def test_what_was_backed_up_while_mail_came_is_whole_elsewhere(
    database: Database,
    settings: Settings,
    postdesk: Postdesk,
    tmp_path: Path,
    elsewhere: Callable[[], Settings],
) -> None:
    shop = make_shop(database)
    spool, stop = Spool(settings.spool_dir), Event()
    with filer_of(settings, database) as filer:
        for number in range(3):
            put(spool, write(f"Before {number}"))
        file_all(filer, spool)
        put(spool, write("Waiting"))
        with database.transaction() as session:
            add_custom_field(session, shop.admin, FieldDraft("Serial"), now=NOW)
            set_custom_fields(session, shop.agent, 1, {"serial": "A1"}, now=NOW)
            add_item(session, shop.agent, 1, "Refund", now=NOW)

        def mail_comes() -> None:
            number = 0
            while not stop.is_set():
                put(spool, write(f"Meanwhile {number}"))
                file_all(filer, spool)
                number += 1

        coming = Thread(target=mail_comes)
        coming.start()
        try:
            done = postdesk("backup", str(tmp_path / "kept.tar.gz"))
        finally:
            stop.set()
            coming.join()
    assert done.exit_code == 0, done.output
    assert (tmp_path / "kept.tar.gz").stat().st_mode & 0o777 == 0o600

    there = elsewhere()
    done = postdesk("restore", str(tmp_path / "kept.tar.gz"))
    assert done.exit_code == 0, done.output
    counts = json.loads(postdesk("ledger", "--json").stdout)
    assert counts["difference"] == 0
    assert counts["accepted"] >= 4
    restored = connect(there)
    with restored.reading() as session:
        assert session.scalars(select(Ticket.subject).order_by(Ticket.id)).all()[:3] == [
            f"Before {n}" for n in range(3)
        ]
        for sha256 in session.scalars(select(InboundMail.raw_sha256)):
            assert Blobs(there.blob_url).get(sha256)
        values = session.execute(select(CustomValue.ticket_id, CustomValue.text)).all()
        assert values == [(1, "A1")]
        assert session.scalars(select(ChecklistItem.text)).all() == ["Refund"]
    restored.dispose()
    assert "already" in said(postdesk("restore", str(tmp_path / "kept.tar.gz")))


def test_a_database_without_a_table_is_none_yet(
    database: Database, postdesk: Postdesk, tmp_path: Path, elsewhere: Callable[[], Settings]
) -> None:
    """A command that was too early made SQLite's file: nothing to keep, and room to restore."""
    make_shop(database)
    file = str(tmp_path / "kept.tar.gz")
    assert postdesk("backup", file).exit_code == 0
    elsewhere()
    assert "Run `postdesk migrate`" in said(postdesk("ledger"))
    assert "There is no database yet" in said(postdesk("backup", str(tmp_path / "none.tar.gz")))
    restored = postdesk("restore", file)
    assert restored.exit_code == 0, restored.output
    assert postdesk("ledger").exit_code == 0
