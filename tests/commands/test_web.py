"""``postdesk web``: what it says when it cannot listen, and how it serves and ends."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.running import POSTDESK, RunningPostdesk, free_port
from tests.support.servers import wait_until
from tests.support.small_disk import fill


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


def environment(folder: Path, **changed: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("POSTDESK_")}
    named = {"DATA_DIR": str(folder / "var"), **changed}
    return kept | {f"POSTDESK_{name}": value for name, value in named.items()}


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def asks_to_send(port: int, size: int) -> bytes:
    """What is heard by a service that asks first whether to send so large a mail."""
    head = "POST /api/mail/inbound/postmark/x/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(f"{head}Content-Length: {size}\r\n\r\n".encode())
        return client.recv(1000)


@pytest.mark.slow
def test_it_serves_beside_clients_that_hang_and_ends_at_once(tmp_path: Path) -> None:
    metrics = free_port()
    postdesk = RunningPostdesk(tmp_path, METRICS_LISTEN=f"127.0.0.1:{metrics}")
    postdesk.take_schema()
    port, web = postdesk.web_port, postdesk.begin("web")
    try:
        wait_until("it serves", lambda: status(port, "/healthz") == 200)
        halves = (
            b"GET / HTTP/1.1\r\nHost: x\r\n",
            b"POST /new HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
        )
        with ExitStack() as stack:
            for number in range(200):
                client = socket.create_connection(("127.0.0.1", port))
                stack.enter_context(client).sendall(halves[number % 2])
            assert [status(port, "/") for _ in range(10)] == [200] * 10
            assert (status(port, "/metrics"), status(metrics, "/metrics")) == (404, 200)
            assert status(metrics, "/") == 404
            assert asks_to_send(port, 72 * 1024 * 1024).startswith(b"HTTP/1.1 100 ")
            assert asks_to_send(port, 73 * 1024 * 1024).startswith(b"HTTP/1.1 4")
            web.terminate()
            assert web.wait(15) == 0
    finally:
        web.kill()
        web.wait()


@pytest.mark.slow
def test_its_processes_end_with_it_and_leave_the_port(tmp_path: Path) -> None:
    """However it died."""
    postdesk = RunningPostdesk(tmp_path)
    postdesk.take_schema()
    port = postdesk.web_port
    for _ in range(2):
        web = postdesk.begin("web")
        try:
            wait_until("it serves", lambda: status(port, "/healthz") == 200)
        finally:
            web.kill()
            web.wait()
        wait_until("nobody has the port", lambda: status(port, "/healthz") == 0)


@pytest.mark.slow
def test_a_disk_without_a_byte_of_room_ends_no_process(small_disk: Path, tmp_path: Path) -> None:
    """The pages say that the disk is full: those that run, and those that begin then."""
    metrics = free_port()
    # What it says goes beside the disk.
    where = {"DATA_DIR": str(small_disk / "var"), "METRICS_LISTEN": f"127.0.0.1:{metrics}"}
    postdesk = RunningPostdesk(tmp_path, **where)
    postdesk.command("migrate")
    port, web = postdesk.web_port, postdesk.begin("web")
    try:
        wait_until("it serves", lambda: status(port, "/healthz") == 200)
        fill(small_disk / "ballast", leave=0)
        for began_full in (False, True):
            pages = [status(port, path) for path in ("/readyz", "/desk/login", "/nowhere") * 5]
            assert pages == [503, 200, 404] * 5, began_full
            assert status(metrics, "/metrics") == 200
            web.terminate()
            web.wait(20)
            assert "SIGBUS" not in postdesk.log.read_text(), began_full
            if not began_full:
                web = postdesk.begin("web")
                wait_until("it serves", lambda: status(port, "/healthz") == 200)
    finally:
        web.kill()
        web.wait()
