"""``postdesk up`` where it cannot start: one line that says why, and nothing left behind."""

from __future__ import annotations

import fcntl
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from commands import up
from helpdesk import schema
from helpdesk.db import Database
from helpdesk.models import Mailbox, Person
from helpdesk.settings import Settings
from tests.commands.conftest import Postdesk, said
from tests.conftest import MakeSettings
from tests.support.running import free_port


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    chosen = {"WEB": free_port(), "SMTP": free_port()}
    for name, port in chosen.items():
        monkeypatch.setenv(f"POSTDESK_{name}_LISTEN", f"127.0.0.1:{port}")
    return chosen


@pytest.mark.parametrize("name", ["WEB", "SMTP"])
def test_a_taken_port_is_named(
    postdesk: Postdesk, ports: dict[str, int], settings: Settings, name: str
) -> None:
    with socket.create_server(("127.0.0.1", ports[name])):
        line = said(postdesk("up"))
    assert f"POSTDESK_{name}_LISTEN: 127.0.0.1:{ports[name]}" in line
    assert not (settings.data_dir / "postdesk.db").exists(), "nothing was begun"


def test_an_unwritable_folder_is_named(
    postdesk: Postdesk, ports: dict[str, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "var"
    monkeypatch.setenv("POSTDESK_DATA_DIR", str(folder))
    for secret in (True, False):
        if not secret:
            monkeypatch.delenv("POSTDESK_SECRET_KEY")
        line = said(postdesk("up"))
        assert "POSTDESK_DATA_DIR" in line
        assert str(folder) in line


def test_a_folder_in_use_is_named_with_its_holder(
    postdesk: Postdesk, ports: dict[str, int], settings: Settings
) -> None:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.data_dir / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
        line = said(postdesk("up"))
    assert str(settings.data_dir) in line
    assert "4711" in line


def test_the_lock_of_a_killed_process_is_taken_over(
    postdesk: Postdesk, ports: dict[str, int], settings: Settings
) -> None:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = settings.data_dir / "up.lock"
    lock.write_text("99999999 and more of it")
    with socket.create_server(("127.0.0.1", ports["WEB"])):
        assert "WEB_LISTEN" in said(postdesk("up")), "it came as far as the ports"
    assert lock.read_text() == str(os.getpid())


def test_the_first_admins_password_is_kept_until_it_is_changed(
    postdesk: Postdesk, settings: Settings
) -> None:
    postdesk("migrate")
    from helpdesk.db import connect

    database = connect(settings)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    first = up._first_admin(settings, database)
    assert first == up._first_admin(settings, database)
    assert (settings.data_dir / "first-password").stat().st_mode & 0o077 == 0
    postdesk(
        "person", "add", "admin@localhost", "--role", "admin", "--password-stdin",
        stdin="a long enough password\n",
    )  # fmt: skip
    assert "password" in up._first_admin(settings, database)
    assert first.split()[-1] not in up._first_admin(settings, database)
    database.dispose()


def test_two_machines_begin_on_one_empty_database(
    database: Database, database_url: str, make_settings: MakeSettings, tmp_path: Path
) -> None:
    """Each comes up, with one first admin and one demo mailbox between them."""
    schema.downgrade(database, "base")
    folders = [tmp_path / name for name in ("one", "other")]
    shared = {"DATABASE_URL": database_url, "BLOB_URL": str(tmp_path / "blobs")}
    settings = [make_settings(DATA_DIR=str(path), **shared) for path in folders]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda each: up._prepare(each, True), settings))
    assert [address for _, address in told] == [up.DEMO_MAILBOX] * 2
    assert sum("  password " in sign_in for sign_in, _ in told) == 1
    with database.reading() as session:
        assert session.query(Person).filter_by(role="admin").count() == 1
        assert session.query(Mailbox).count() == 1
