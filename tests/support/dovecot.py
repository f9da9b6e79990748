"""Dovecot, the tests' IMAP server: in the foreground, as nobody, with mails in a folder of its own.

Everybody may sign in with :data:`PASSWORD`, and by the access tokens of
:mod:`tests.support.token_server`. Everything else is as Debian ships it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from imapclient import IMAPClient

from tests.support.running import free_port
from tests.support.servers import ServerMissing, die_with_parent, wait_until
from tests.support.token_server import Introspection

PASSWORD = "a-secret-of-the-shop"
_PROGRAM = "/usr/sbin/dovecot"
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{folder}/mail/%u
mailbox_list_index = no
imap_idle_notify_interval = 2 mins
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
  unix_listener stats-reader {{
    mode = 0666
  }}
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""
_OAUTH2 = """
introspection_mode = get
introspection_url = {url}/introspect?token=
username_attribute = username
active_attribute = active
active_value = true
"""


class Dovecot:
    """Runs from its making until :meth:`close`.

    :raises ServerMissing: it is not installed.
    """

    def __init__(self) -> None:
        if not Path(_PROGRAM).exists():
            raise ServerMissing("Dovecot is missing. On Debian: apt install dovecot-imapd")
        self.folder = Path(tempfile.mkdtemp(prefix="postdesk-dovecot-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        for name in ("run", "state", "mail"):
            (self.folder / name).mkdir()
        user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        group = _group_of(user)
        if os.getuid() == 0:
            shutil.chown(self.folder / "mail", user, group)
        (self.folder / "dovecot.conf").write_text(
            _CONFIG.format(
                folder=self.folder, user=user, group=group, port=self.port, password=PASSWORD
            )
        )
        self._introspection = Introspection()
        (self.folder / "oauth2.conf").write_text(_OAUTH2.format(url=self._introspection.url))
        try:
            self._process = self._start()
        except BaseException:
            self._introspection.close()
            raise

    def __enter__(self) -> Dovecot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it, and remove its folder."""
        self.stop()
        self._introspection.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self) -> None:
        """End the server; its mails stay."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)

    def start(self) -> None:
        """Run it again, on the same port."""
        self._process = self._start()

    def client(self, user: str) -> IMAPClient:
        """A client of the tests' own, signed in; to be logged out."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10)
        client.login(user, PASSWORD)
        return client

    def put(
        self,
        user: str,
        *mails: bytes,
        folder: str = "INBOX",
        at: datetime | None = None,
        seen: bool = False,
    ) -> None:
        """Put mails into somebody's folder, as any mail program would."""
        client = self.client(user)
        try:
            for mail in mails:
                client.append(folder, mail, [b"\\Seen"] if seen else [], at)
        finally:
            client.logout()

    def flags(self, user: str, folder: str = "INBOX") -> dict[int, set[bytes]]:
        """The flags of each mail in somebody's folder."""
        client = self.client(user)
        try:
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["FLAGS"]) if client.search() else {}
            return {uid: set(one[b"FLAGS"]) - {b"\\Recent"} for uid, one in found.items()}
        finally:
            client.logout()

    def number_anew(self, user: str) -> None:
        """Lose what it knows of the numbers in somebody's inbox: the server makes others."""
        for path in (self.folder / "mail" / user).glob("dovecot*"):
            path.unlink()
        time.sleep(1.1)  # the new UIDVALIDITY is the time, in seconds

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [_PROGRAM, "-F", "-c", str(self.folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "stderr").open("wb"),
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        try:
            wait_until("Dovecot answers", self._answers)
        except TimeoutError:
            process.kill()
            log = (self.folder / "log").read_text() if (self.folder / "log").exists() else ""
            raise RuntimeError(f"{(self.folder / 'stderr').read_text()}{log}") from None
        return process

    def _answers(self) -> bool:
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self.port), 1)) as s:
            return s.recv(4) == b"* OK"
        return False


def _group_of(user: str) -> str:
    import grp

    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
