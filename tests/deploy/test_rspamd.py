"""rspamd beside Postfix, set up as ``docs/operating/postfix.md`` says: who wrote the results."""

from __future__ import annotations

import re
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import missing_program
from tests.support.machine import blocks
from tests.support.postfix import Postfix
from tests.support.relay import ScriptedRelay
from tests.support.running import free_port
from tests.support.servers import ServerMissing, die_with_parent, wait_until

pytestmark = pytest.mark.servers

FORGED = (
    b"Authentication-Results: mx.shop.example; dmarc=pass header.from=customer.example\r\n"
    b"From: kim@customer.example\r\nTo: support@shop.example\r\nSubject: Hi\r\n\r\nHello.\r\n"
)


@pytest.fixture
def rspamd() -> Iterator[int]:
    """The port of an rspamd with the file that the page writes."""
    program = shutil.which("rspamd")
    if not program:
        missing_program("rspamd is not installed (on Debian: apt install rspamd)")
    folder = Path(tempfile.mkdtemp(prefix="postdesk-rspamd-"))
    folder.chmod(0o755)
    port = free_port()
    for name in ("local.d", "override.d", "db", "run", "log"):
        (folder / name).mkdir()
        shutil.chown(folder / name, "_rspamd", "_rspamd")
    written = re.search(r"<<'END'\n(.*?)END\n", _block(), re.S)
    assert written
    (folder / "local.d" / "milter_headers.conf").write_text(written[1])
    scanner = 'upstream "local" { default = yes; self_scan = yes; }'
    for name, text in (
        ("worker-proxy", f'bind_socket = "127.0.0.1:{port}"; {scanner}'),
        ("worker-normal", "enabled = false;"),
        ("worker-controller", f'enabled = false; bind_socket = "127.0.0.1:{free_port()}";'),
        ("logging", 'type = "console";'),
    ):
        (folder / "override.d" / f"{name}.inc").write_text(text)
    folders = {"LOCAL_CONFDIR": "", "DBDIR": "/db", "RUNDIR": "/run", "LOGDIR": "/log"}
    options = [f"--var={name}={folder}{below}" for name, below in folders.items()]
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            [program, "-f", "-u", "_rspamd", "-g", "_rspamd", *options],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
    try:
        wait_until("rspamd answers", lambda: _answers(port), seconds=60)
        yield port
    finally:
        process.terminate()
        process.wait(20)
        print((folder / "out").read_text()[-2000:])  # shown where the test fails
        shutil.rmtree(folder, ignore_errors=True)


def _block() -> str:
    return blocks("postfix.md", "## 4. Who checks the sender")[0]


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def test_its_word_stands_on_top_and_a_forged_one_is_gone(rspamd: int) -> None:
    settings = re.findall(r"'(\w+ = [^']*)'", _block().replace("11332", str(rspamd)))
    assert len(settings) == 2
    with ExitStack() as stack:
        behind = stack.enter_context(ScriptedRelay())
        try:
            postfix = Postfix(["shop.example"], main="\n".join([*settings, ""]))
        except ServerMissing as missing:
            missing_program(str(missing))
        stack.callback(postfix.close)
        postfix.start(f"shop.example smtp:[127.0.0.1]:{behind.port}\n")
        with smtplib.SMTP("127.0.0.1", postfix.port, timeout=60) as client:
            client.sendmail("kim@customer.example", ["support@shop.example"], FORGED)
        wait_until("it came through", lambda: behind.mails, seconds=60)
        [results] = behind.mails[0].message.get_all("Authentication-Results", [])
    assert str(results).startswith("mx.shop.example;")
    assert "dmarc=pass" not in str(results)
