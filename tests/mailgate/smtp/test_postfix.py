"""Behind a real Postfix: by SMTP, by LMTP over a unix socket, and by a pipe.

The lines of ``main.cf``, ``master.cf`` and of the transport map are those of
``docs/operating/postfix.md``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import commands
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from mailgate.spool.spool import Spool, SpooledMail
from tests.conftest import missing_program
from tests.support.postfix import Postfix
from tests.support.running import free_port
from tests.support.servers import ServerMissing, wait_until

pytestmark = pytest.mark.servers

PIPE = """
postdesk  unix  -  n  n  -  10  pipe
  flags=R user=nobody directory={folder}/pipe
  argv=PYTHON -m commands mail deliver --mailbox ${recipient} --sender ${sender}
"""
DOMAINS = ["smtp.example", "lmtp.example", "pipe.example"]


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    service = PIPE.replace("PYTHON", _python_for_all())
    one_each = "postdesk_destination_recipient_limit = 1\n"
    try:
        postfix = Postfix(DOMAINS, services=service, main=one_each)
    except ServerMissing as missing:
        missing_program(str(missing))
    yield postfix
    print(postfix.log)  # shown where the test fails
    postfix.close()


def _python_for_all() -> str:
    """A Python that the pipe's user may run too: that of the tests may stand in somebody's home."""
    candidates = [os.path.realpath(sys.executable), "/usr/bin/python3"]
    found = [python for python in candidates if _runs_for_all(python)]
    if not found:
        missing_program("every Python here is for its owner alone (on Debian: apt install python3)")
    return found[0]


def _runs_for_all(python: str) -> bool:
    try:
        return subprocess.run([python, "-c", ""], user="nobody", check=False).returncode == 0
    except OSError:
        return False


class Behind:
    """A Postdesk behind this Postfix, run by the pipe's user from a folder of theirs."""

    def __init__(self, postfix: Postfix) -> None:
        self.port = free_port()
        self.folder = postfix.folder / "pipe"
        self._lmtp = postfix.folder / "lmtp"
        _install(self.folder)
        self._lmtp.mkdir()
        self.spool = Spool(postfix.folder / "var" / "spool")
        listen = f"127.0.0.1:{self.port},lmtp:unix:{self._lmtp}/socket"
        values = {"DATA_DIR": self.spool.folder.parent, "SMTP_LISTEN": listen, "AUTH": "off"}
        lines = [f"POSTDESK_{name}={value}\n" for name, value in values.items()]
        (self.folder / ".env").write_text("".join(lines))
        for path in (self._lmtp, self.spool.folder.parent):
            _hand_over(path)
        shutil.chown(self._lmtp, group="postfix")
        self._lmtp.chmod(0o2750)

    @property
    def transport(self) -> str:
        return (
            f"smtp.example smtp:[127.0.0.1]:{self.port}\n"
            f"lmtp.example lmtp:unix:{self._lmtp}/socket\n"
            "pipe.example postdesk:\n"
        )

    @contextmanager
    def smtp_server(self) -> Iterator[None]:
        """Run the SMTP server."""
        words = (
            "from helpdesk.settings import load; from mailgate.smtp.server import run_smtp_server; "
        )
        command = [_python_for_all(), "-c", words + "run_smtp_server(load())"]
        with subprocess.Popen(
            command, cwd=self.folder, user="nobody", stdout=subprocess.DEVNULL
        ) as process:
            try:
                yield
            finally:
                process.terminate()

    def know_mailboxes(self) -> None:
        write_snapshot(self.spool.folder / SNAPSHOT, [f"support@{domain}" for domain in DOMAINS])
        _hand_over(self.spool.folder)

    def mails(self) -> dict[str, SpooledMail]:
        """What arrived, by its recipient."""
        mails = [self.spool.read(name) for name in self.spool.waiting(100)]
        return {mail.envelope.rcpt_tos[0]: mail for mail in mails}


def _hand_over(folder: Path) -> None:
    """To the user that the pipe runs as; whoever runs the tests is root, and may all the same."""
    nobody = pwd.getpwnam("nobody")
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def _install(folder: Path) -> None:
    """The command, where any user may run it: this checkout may stand in somebody's home."""
    listed = "import sys, commands.mail_deliver, mailgate.smtp.server; "
    listed += "print(*(m.__file__ for m in sys.modules.values()"
    listed += " if 'site-packages' in (getattr(m, '__file__', None) or '')), sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", listed], capture_output=True, text=True, check=True
    )
    ours = Path(commands.__file__).parent.parent
    wanted = {ours / name for name in ("commands", "helpdesk", "mailgate")}
    for line in done.stdout.splitlines():
        packages = Path(line.partition("site-packages")[0] + "site-packages")
        wanted.add(packages / Path(line).relative_to(packages).parts[0])
    for source in wanted:
        if source.is_dir():
            shutil.copytree(source, folder / source.name)
        else:
            folder.mkdir(exist_ok=True)
            shutil.copy(source, folder / source.name)


def _send(postfix: Postfix, *recipients: str, sender: str = "ann@customer.example") -> None:
    with smtplib.SMTP("127.0.0.1", postfix.port, local_hostname="x") as client:
        client.sendmail(sender, recipients, b"Subject: Behind Postfix\r\n\r\nHello.\r\n")


def test_mail_comes_through_postfix_by_each_of_the_three_ways(postfix: Postfix) -> None:
    behind = Behind(postfix)
    recipients = [f"support+k3y@{domain}" for domain in DOMAINS]
    postfix.start(behind.transport)
    # Nobody is at home yet, and the pipe knows no mailbox: Postfix keeps the mail.
    _send(postfix, *recipients)
    wait_until("all three were tried", lambda: postfix.log.count("status=deferred") >= 3)
    assert behind.mails() == {}
    behind.know_mailboxes()
    with behind.smtp_server():
        _all_arrive(postfix, behind, recipients)
        _is_refused_for_good(postfix, behind)


def _all_arrive(postfix: Postfix, behind: Behind, recipients: list[str]) -> None:
    _wait_for(postfix, behind, 3)
    mails = behind.mails()
    assert sorted(mails) == sorted(recipients)
    protocols = [mails[recipient].envelope.protocol for recipient in recipients]
    assert protocols == ["ESMTP", "LMTP", "pipe"], postfix.log
    for recipient, mail in mails.items():
        assert mail.envelope.mail_from == "ann@customer.example"
        assert mail.envelope.mailboxes == (recipient.replace("+k3y", ""),)
        assert b"Subject: Behind Postfix" in mail.raw()
        assert mail.raw().rstrip().endswith(b"Hello.")
    assert behind.spool.accepted_count() == 3


def _wait_for(postfix: Postfix, behind: Behind, count: int) -> None:
    def all_arrived() -> bool:
        return len(behind.mails()) == count and not postfix.queued()

    wait_until(f"all {count} arrived", lambda: all_arrived() or postfix.tries_again())


def _is_refused_for_good(postfix: Postfix, behind: Behind) -> None:
    """An address that is no mailbox is refused, not tried for five days; a bounce gets through."""
    _send(postfix, *(f"nobody@{domain}" for domain in DOMAINS), sender="")
    wait_until("all are refused", lambda: postfix.log.count("status=bounced") >= 3)
    _send(postfix, *(f"support@{domain}" for domain in DOMAINS), sender="")
    _wait_for(postfix, behind, 6)
    senders = {mail.envelope.mail_from for mail in behind.mails().values()}
    assert senders == {"", "ann@customer.example"}
    assert behind.spool.accepted_count() == 6
