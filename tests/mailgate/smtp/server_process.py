"""The SMTP server as a process that a test may trace, fill the disk of, or kill at a point."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from helpdesk.settings import Settings, load
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from tests.support.running import free_port
from tests.support.servers import die_with_parent, wait_until

SUPPORT = "support@shop.example"

#: Runs the server; with a number, it dies (SIGKILL) at that sync of the disk from the first mail
#: on, before it, or after it where the second argument says so.
_RUN = """
import os, signal, sys
from helpdesk.settings import load
from mailgate.smtp import server
from mailgate.spool import spool

kill_at, when = int(sys.argv[1]), sys.argv[2]
settings, syncs = load(), 0

def sync(descriptor):
    global syncs
    syncs += 1
    if syncs == kill_at and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    os.fsync(descriptor)
    if syncs == kill_at and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)

server._open_spool = lambda settings: spool.Spool(settings.spool_dir, sync=sync)
server.run_smtp_server(settings)
"""


class ServerProcess:
    """A server in ``folder``, taking mail for one mailbox."""

    def __init__(self, folder: Path, **changed: str) -> None:
        self.data_dir = folder / "var"
        self.port = free_port()
        values = {"DATA_DIR": str(self.data_dir), "SMTP_LISTEN": f"127.0.0.1:{self.port}"}
        given = {f"POSTDESK_{name}": value for name, value in (values | changed).items()}
        self._environ = {**os.environ, **given}
        write_snapshot(self.data_dir / "spool" / SNAPSHOT, [SUPPORT])

    @contextmanager
    def running(
        self, *, kill_at: int = 0, when: str = "before", under: Sequence[str] = ()
    ) -> Iterator[subprocess.Popen[bytes]]:
        """The process, once it answers. ``under``: a command that it is started by."""
        process = subprocess.Popen(
            [*under, sys.executable, "-c", _RUN, str(kill_at), when],
            env=self._environ,
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent(signal.SIGKILL),
            start_new_session=True,
        )
        try:
            wait_until("the server answers", lambda: process.poll() is not None or self._answers())
            yield process
        finally:
            if process.poll() is None:
                # All of them: strace itself heeds no signal.
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(15)

    def send(self, mail: bytes) -> bool:
        """Whether the server said 250 to it."""
        try:
            with smtplib.SMTP("127.0.0.1", self.port, local_hostname="x", timeout=15) as client:
                client.sendmail("ann@customer.example", [SUPPORT], mail)
        except (OSError, smtplib.SMTPException):
            return False
        return True

    def answer(self, mail: bytes) -> tuple[int, str]:
        """Code and words of the answer that decided, at MAIL or at the end of DATA."""
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="x", timeout=15) as client:
            client.ehlo()
            code, words = client.mail("ann@customer.example")
            if code == 250:
                client.rcpt(SUPPORT)
                code, words = client.data(mail)
            return code, words.decode()

    def listeners(self) -> int:
        """How many sockets listen on the port (proc_net_tcp(5): state 0A)."""
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(each[1].endswith(f":{self.port:04X}") and each[3] == "0A" for each in lines)

    def _answers(self) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=2) as client:
                return client.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False


def settings_in(folder: Path, **changed: str) -> Settings:
    environ = {"DATA_DIR": str(folder / "var"), "SMTP_LISTEN": "127.0.0.1:0", **changed}
    return load({f"POSTDESK_{name}": value for name, value in environ.items()})
