"""A Postfix of a test's own: in a folder of its own, on a port of loopback, asking no DNS."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import smtplib
import stat
import subprocess
import tempfile
import time
from pathlib import Path

from tests.support.running import free_port
from tests.support.servers import ServerMissing, die_with_parent, wait_until

DAEMONS = Path("/usr/lib/postfix/sbin")
#: The queue's folders, as `postfix check` makes them.
_QUEUE = "active bounce corrupt defer deferred flush hold incoming private saved trace public"

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/mail
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
smtp_host_lookup = native
alias_maps =
fast_flush_domains =
bounce_notice_recipient = nobody@shop.example
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
"""
_RELAYING = """
myhostname = mx.shop.example
mydestination =
mynetworks = 127.0.0.0/8
local_recipient_maps =
recipient_delimiter = +
transport_maps = texthash:{folder}/transport
relay_domains = {domains}
"""
#: As Debian's package configures an “Internet site”.
_DEBIAN = """
myhostname = mx.shop.example
mydestination = $myhostname, shop.example, localhost
mynetworks = 127.0.0.0/8
recipient_delimiter = +
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 1 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
smtp      unix - - n - - smtp
lmtp      unix - - n - - lmtp
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
anvil     unix - - n - 1 anvil
proxymap  unix - - n - - proxymap
postlog   unix-dgram n - n - 1 postlogd
"""

#: Where a mail is until it left, in the order it goes through them, twice round: a mail that
#: moves on while they are read is met in one of them.
_WAITING = ("incoming", "active", "deferred") * 2


class Postfix:
    """Takes mail on ``port`` and delivers it as ``transport`` says.

    :param domains: the domains it relays to; None: it is as Debian installs it, and the test
        goes on from there.
    :param services: lines for ``master.cf``; ``{folder}`` is :attr:`folder`.
    """

    def __init__(self, domains: list[str] | None, *, services: str = "", main: str = "") -> None:
        if not (DAEMONS / "master").exists():
            raise ServerMissing("Postfix is not installed (on Debian: apt install postfix)")
        if os.geteuid() != 0:
            raise ServerMissing("Postfix can be started by root alone")
        os.umask(0o022)  # its processes are other users', and read what is written here
        self.port = free_port()
        # Not below pytest's own temporary folder: that one only its owner may enter.
        self.folder = Path(tempfile.mkdtemp(prefix="postdesk-postfix-"))
        self.folder.chmod(0o755)
        self._make_queue()
        config = _DEBIAN if domains is None else _RELAYING.replace("{domains}", " ".join(domains))
        self._write("main.cf", _MAIN + config + main)
        self._write("master.cf", _MASTER + services)
        self._write("transport", "")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, transport: str | None = None) -> None:
        """Start it, with these lines of the transport map where they are given."""
        if transport is not None:
            self._write("transport", transport)
        os.umask(0o022)
        with (self.folder / "out").open("ab") as out:
            self._process = subprocess.Popen(
                [DAEMONS / "master", "-c", self.folder, "-d"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        wait_until("Postfix answers", self._answers)

    def queued(self) -> int:
        """How many mails it still has.

        What a client began and gave up lies there for a moment too: a file becomes a mail when
        Postfix makes it executable. A mail on its way between two folders counts once.
        """
        folders = (self.folder / "queue" / name for name in ("maildrop", *_WAITING))
        return len({path.name for folder in folders for path in folder.rglob("*") if _whole(path)})

    def tries_again(self) -> bool:
        """Have it try all that it keeps, as ``postfix flush`` does, while one waits for something.

        It tries each second; but a mail that its queue manager comes upon while it is still being
        delivered rests for five minutes, whatever is configured.

        :return: False: what is waited for is to be looked at once more.
        """
        kick = ["/usr/sbin/postkick", "-c", str(self.folder), "public", "qmgr", "IDFA"]
        subprocess.run(kick, check=False)  # it may end for lack of a listener: once more, then
        time.sleep(0.5)
        return False

    @property
    def log(self) -> str:
        """What it logged, for a test that fails."""
        paths = (self.folder / "log" / "mail", self.folder / "out")
        return next((path.read_text() for path in paths if path.exists()), "")

    def close(self) -> None:
        """Stop it, and remove all it kept."""
        if self._process:
            self._process.terminate()
            self._process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        assert self._process
        if self._process.poll() is not None:
            raise RuntimeError(f"Postfix did not start: {self.log[-2000:]}")
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=2) as client:
                return client.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _make_queue(self) -> None:
        owner = pwd.getpwnam("postfix")
        (self.folder / "queue" / "pid").mkdir(parents=True)
        (self.folder / "log").mkdir()
        for path in [*(f"queue/{name}" for name in _QUEUE.split()), "queue/maildrop", "data"]:
            made = self.folder / path
            made.mkdir()
            os.chown(made, owner.pw_uid, -1)
            made.chmod(0o700)
        shutil.chown(self.folder / "queue" / "public", group="postdrop")
        (self.folder / "queue" / "public").chmod(0o710)

    def _write(self, name: str, text: str) -> None:
        values = {"folder": self.folder, "daemons": DAEMONS, "port": self.port}
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", str(value))
        (self.folder / name).write_text(text)


def _whole(path: Path) -> bool:
    """Whether this is a mail's file, and the mail is whole (Postfix: ``MAIL_QUEUE_STAT_READY``)."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(status.st_mode) and bool(status.st_mode & stat.S_IXUSR)
