"""The embedded Redis: started, found by every process, or the reason why there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from commands import redis_server
from helpdesk.settings import SettingError
from jobs import queue as jobs_queue
from tests.conftest import MakeSettings
from tests.support.ownership import hand_over


def test_the_embedded_server_starts_answers_and_ends(tmp_path: Path) -> None:
    started = redis_server.start(tmp_path)
    assert isinstance(started, redis_server.RedisServer), started
    try:
        with redis.Redis.from_url(started.url) as client:
            client.set("kept", "yes")
            assert client.config_get("appendonly") == {"appendonly": "yes"}
    finally:
        started.stop()
    again = redis_server.start(tmp_path)
    assert isinstance(again, redis_server.RedisServer)
    try:
        with redis.Redis.from_url(again.url) as client:
            assert client.get("kept") == b"yes"
    finally:
        again.stop()
    assert again.process.poll() is not None


def test_every_process_finds_the_same_socket_however_deep_the_folder(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    shallow = make_settings(REDIS_URL="")
    assert jobs_queue.redis_url(shallow) == f"unix://{jobs_queue.socket_path(shallow.data_dir)}"
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    socket = jobs_queue.socket_path(deep)
    assert len(str(socket)) <= jobs_queue.LONGEST_SOCKET_PATH
    assert socket == jobs_queue.socket_path(deep)
    started = redis_server.start(deep)
    assert isinstance(started, redis_server.RedisServer), started
    try:
        assert socket.parent.stat().st_mode & 0o777 == 0o700
        socket.parent.chmod(0o755)
        with pytest.raises(SettingError, match="POSTDESK_REDIS_URL"):
            jobs_queue.socket_path(deep)
        socket.parent.chmod(0o700)
    finally:
        started.stop()
        for left in socket.parent.iterdir():
            left.unlink()
        socket.parent.rmdir()


def test_where_no_server_can_be_had_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_server, "find_servers", list)
    told = redis_server.start(tmp_path)
    assert isinstance(told, redis_server.Unavailable)
    assert "valkey-server" in told.reason


def test_the_server_that_wrote_the_data_is_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older server from Debian, installed later, could not read what a newer one wrote."""
    (ours, *_) = redis_server.find_servers()
    first = redis_server.start(tmp_path)
    assert isinstance(first, redis_server.RedisServer)
    first.stop()
    newcomer = tmp_path / "bin" / "valkey-server"
    newcomer.parent.mkdir()
    newcomer.write_text(f'#!/bin/sh\nexec {ours} "$@"\n')
    newcomer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{newcomer.parent}:{os.environ['PATH']}")
    assert redis_server.find_servers()[0] == str(newcomer)
    for folder, program in ((tmp_path, ours), (tmp_path / "new", str(newcomer))):
        started = redis_server.start(folder)
        assert isinstance(started, redis_server.RedisServer)
        started.stop()
        assert started.process.args[0] == program  # type: ignore[index]


def test_data_that_no_server_can_read_is_set_aside(tmp_path: Path) -> None:
    kept = tmp_path / "redis" / "appendonlydir"
    kept.mkdir(parents=True)
    (kept / "appendonly.aof.manifest").write_text("file nobody.knows seq 1 type z\n")
    started = redis_server.start(tmp_path)
    assert isinstance(started, redis_server.RedisServer), started
    try:
        assert started.set_aside
        assert (started.set_aside / "appendonlydir" / "appendonly.aof.manifest").exists()
        with redis.Redis.from_url(started.url) as client:
            assert client.ping()
    finally:
        started.stop()
    again = redis_server.start(tmp_path)
    assert isinstance(again, redis_server.RedisServer)
    again.stop()
    assert again.set_aside is None


def test_a_folder_that_nobody_lets_us_into_is_set_aside(tmp_path: Path) -> None:
    """What root left there, say. One file that root left is no reason to."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    hand_over(data)
    kept = data / "redis"
    kept.mkdir(mode=0o700 if os.geteuid() == 0 else 0)
    program = (
        "import sys; from pathlib import Path\n"
        "from commands.folder_owner import enter\n"
        "from commands import redis_server\n"
        "import redis\n"
        "redis_server.find_servers()\n"  # what is imported later may be where the owner cannot look
        "enter(Path(sys.argv[1]))\n"
        "started = redis_server.start(Path(sys.argv[1]))\n"
        "print(started.set_aside)\n"
        "started.stop()\n"
    )

    def start() -> str:
        command = [sys.executable, "-c", program, str(data)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert start().startswith(f"{data / 'redis.unreadable.'}")
    (kept / "written-by").chmod(0o400)
    if os.geteuid() == 0:
        os.chown(kept / "written-by", 0, 0)
    assert start() == "None"
