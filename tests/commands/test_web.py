"""``postdesk web``: what it says when it cannot listen."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

from tests.support.running import POSTDESK


def start(folder: Path, listen: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "POSTDESK_DATA_DIR": str(folder), "POSTDESK_WEB_LISTEN": listen}
    return subprocess.run(
        [POSTDESK, "web"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = start(tmp_path, f"127.0.0.1:{taken.getsockname()[1]}")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "is taken by another program" in ended.stderr
    assert "POSTDESK_WEB_LISTEN" in ended.stderr


def test_an_address_of_another_machine_is_one_clear_line(tmp_path: Path) -> None:
    ended = start(tmp_path, "192.0.2.1:8000")
    assert ended.returncode == 1
    assert "is no address of this machine" in ended.stderr
