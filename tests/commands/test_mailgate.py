"""``postdesk mailgate``: one gateway on a port."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

from mailgate.smtp.server import running_smtp_server
from tests.commands.test_web import environment
from tests.mailgate.smtp.server_process import settings_in
from tests.support.running import POSTDESK, free_port


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
