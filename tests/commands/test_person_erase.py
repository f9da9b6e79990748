"""``postdesk person erase``; and that a restore of an older backup brings nobody back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from helpdesk import tombstones
from helpdesk.db import Database, connect
from helpdesk.models import InboundMail, PersonAddress, Ticket
from helpdesk.settings import Settings
from tests.commands.conftest import Postdesk, said
from tests.helpdesk.mails import mail, receive
from tests.support.factories import make_shop

CARA = "cara.quill@mail.example"


def fill(database: Database) -> None:
    make_shop(database)
    for sender in (CARA, CARA, "ann@mail.example"):
        receive(database, mail(sender, f"Of {sender}", verdict="pass"))


def tickets(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Ticket.subject).order_by(Ticket.id)))


def test_it_says_what_goes_and_asks(
    database: Database, settings: Settings, postdesk: Postdesk
) -> None:
    fill(database)
    asked = postdesk("person", "erase", CARA)
    assert asked.exit_code == 2
    assert "2 tickets go, with 2 messages" in asked.stdout
    assert len(tickets(database)) == 3
    done = postdesk("person", "erase", CARA, "--yes", "--json")
    assert json.loads(done.stdout)["tickets"] == 2
    assert tickets(database) == ["Of ann@mail.example"]
    assert CARA not in (settings.data_dir / tombstones.NAME).read_text()
    assert "Nothing is kept" in said(postdesk("person", "erase", CARA, "--yes"))
    assert "colleague" in said(postdesk("person", "erase", "agent@shop.example", "--yes"))


def test_an_older_backup_brings_nobody_back(
    database: Database,
    settings: Settings,
    postdesk: Postdesk,
    tmp_path: Path,
    elsewhere: Callable[[], Settings],
) -> None:
    fill(database)
    file, brought = tmp_path / "before.tar.gz", tmp_path / "brought.jsonl"
    assert postdesk("backup", str(file)).exit_code == 0
    assert postdesk("person", "erase", CARA, "--yes").exit_code == 0
    newer = tmp_path / "after.tar.gz"
    receive(database, mail(CARA, "I came back", verdict="pass"))
    assert postdesk("backup", str(newer)).exit_code == 0
    brought.write_bytes((settings.data_dir / tombstones.NAME).read_bytes())
    there = elsewhere()
    done = postdesk("restore", str(file), "--erasures", str(brought))
    assert done.exit_code == 0, done.output
    assert "1 of these people erased again" in done.stdout
    restored = connect(there)
    assert tickets(restored) == ["Of ann@mail.example"]
    with restored.reading() as session:
        addresses = session.scalars(select(PersonAddress.address)).all()
        assert session.scalar(select(func.count()).select_from(InboundMail)) == 3
    restored.dispose()
    assert CARA not in addresses
    kept = tombstones.read_tombstones(there.data_dir / tombstones.NAME)
    assert all(one in kept for one in tombstones.read_tombstones(brought))


def test_who_came_back_is_not_erased_by_a_newer_backup(
    database: Database,
    settings: Settings,
    postdesk: Postdesk,
    tmp_path: Path,
    elsewhere: Callable[[], Settings],
) -> None:
    fill(database)
    file = tmp_path / "after.tar.gz"
    assert postdesk("person", "erase", CARA, "--yes").exit_code == 0
    receive(database, mail(CARA, "I came back", verdict="pass"))
    assert postdesk("backup", str(file)).exit_code == 0
    there = elsewhere()
    there.data_dir.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(settings.data_dir / tombstones.NAME, there.data_dir)
    done = postdesk("restore", str(file))
    assert done.exit_code == 0, done.output
    assert "--erasures" not in done.stdout
    assert len(tombstones.read_tombstones(there.data_dir / tombstones.NAME)) == 1
    restored = connect(there)
    assert "I came back" in tickets(restored)
    restored.dispose()
