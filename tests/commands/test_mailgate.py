"""``postdesk mailgate``: one gateway on a port."""

from __future__ import annotations

import json
import socket
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from helpdesk import heartbeat
from helpdesk.db import Database
from helpdesk.settings import Settings
from mailgate.smtp.server import running_smtp_server
from mailgate.spool.spool import Spool
from tests.commands.conftest import Postdesk, said
from tests.commands.test_web import environment
from tests.mailgate.filing.mails import put, write
from tests.mailgate.smtp.server_process import settings_in
from tests.support.gateways import Pair, pair
from tests.support.running import POSTDESK, free_port

__all__ = ["pair"]


def start(folder: Path, listen: str) -> str:
    """Start one that does not come up; the line that says why."""
    (folder / "var").mkdir(mode=0o700, exist_ok=True)
    ended = subprocess.run(
        [POSTDESK, "mailgate"],
        cwd=folder,
        env=environment(folder, SMTP_LISTEN=listen),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr


def test_a_second_gateway_on_one_port_is_refused_in_one_line(tmp_path: Path) -> None:
    """More doors may share the port, and say so (``--only door``); a whole gateway is a slip."""
    listen = f"127.0.0.1:{free_port()}"
    (tmp_path / "var").mkdir(mode=0o700)
    with running_smtp_server(settings_in(tmp_path, SMTP_LISTEN=listen)):
        line = start(tmp_path, listen)
    assert f"another Postdesk takes mail on {listen}" in line
    assert "mailgate --only door" in line


def test_a_port_of_another_program_is_refused_in_one_line(tmp_path: Path) -> None:
    """A door would die over and over, with a line each time."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        line = start(tmp_path, f"127.0.0.1:{taken.getsockname()[1]}")
    assert "it is in use by another program" in line


@pytest.mark.databases("sqlite")
def test_with_sqlite_the_folder_of_the_machine_tells_who_works(
    database: Database, settings: Settings, postdesk: Postdesk
) -> None:
    put(Spool(settings.spool_dir), write("One"))
    assert ": silent, accepted 1, 1 waiting" in postdesk("mailgate", "list").stdout
    for part in ("door", "filer"):
        heartbeat.beat(settings, part)
    assert ": at work, accepted 1, 1 waiting" in postdesk("mailgate", "list").stdout


@pytest.mark.databases("postgresql")
def test_gateways_are_listed_and_one_that_is_lost_is_given_up(
    pair: Pair, postdesk: Postdesk
) -> None:
    first, second = pair
    second.takes("One")
    first.tells()
    second.tells()
    assert "mx2: at work, accepted 1, 1 waiting" in postdesk("mailgate", "list").stdout
    assert "mx2 is at work" in said(postdesk("mailgate", "forget", "mx2", "--yes"))
    second.was_last_heard(timedelta(hours=1))
    told = {one["name"]: one for one in json.loads(postdesk("mailgate", "list", "--json").stdout)}
    assert told["mx2"]["stopped"] == ["door", "filer"]
    assert postdesk("mailgate", "forget", "mx2", stdin="n\n").exit_code == 2
    assert "is given up" in postdesk("mailgate", "forget", "mx2", "--yes").stdout
    assert "mx2: given up" in postdesk("mailgate", "list").stdout
    again = postdesk("mailgate", "forget", "mx2")
    assert again.stdout == "Gateway mx2 was given up before: there is nothing to do.\n", "unasked"


def test_what_waits_on_the_disk_of_a_lost_one_is_taken_over(
    pair: Pair, postdesk: Postdesk, settings: Settings
) -> None:
    _, second = pair
    second.takes("One", "Two")
    second.tells()
    folder = second.settings.data_dir
    assert "mx2 is at work" in said(postdesk("mailgate", "adopt", str(folder)))
    second.was_last_heard(timedelta(hours=1))
    assert "at work" in said(postdesk("mailgate", "adopt", str(folder)))
    second.close()
    done = postdesk("mailgate", "adopt", str(folder))
    assert done.stdout == "2 mails are taken over, 0 had been filed before.\n", done.output
    assert "No filer runs here" in done.stderr
    counts = json.loads(postdesk("ledger", "--json").stdout)
    assert (counts["accepted"], counts["waiting"], counts["difference"]) == (2, 2, 0)
    assert "taken over before" in said(postdesk("mailgate", "adopt", str(folder)))
    assert "is no spool" in said(postdesk("mailgate", "adopt", str(settings.data_dir / "run")))
