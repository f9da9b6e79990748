"""The real program, started as an operator starts it, in a folder of its own."""

from __future__ import annotations

import atexit
import email
import json
import os
import random
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from contextlib import chdir, suppress
from email import policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from click.testing import CliRunner

from commands.main import main
from helpdesk.db import connect
from helpdesk.schema import migrate
from helpdesk.settings import load
from tests.support.nursery import Nursery, Started
from tests.support.process_tree import Process, find, tree
from tests.support.servers import die_with_parent, wait_until

POSTDESK = Path(sys.executable).with_name("postdesk")


class RunningPostdesk:
    """``postdesk up`` on free ports. Settings are given by name: ``RELAY_URL="smtp://…"``.

    With a :attr:`nursery` it is a fork of a process that has loaded the program, and its database
    is a copy of one that was migrated; but with arguments, such as ``--demo``, it migrates its own.
    """

    nursery: ClassVar[Nursery | None] = None
    """None: each is begun from the ground, as for a measurement."""
    program: Path = POSTDESK
    """What is begun so."""

    def __init__(self, folder: Path, **changed: str) -> None:
        self.folder = folder
        self.data_dir = folder / "var"
        self.smtp_port, self.web_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.web_port}"
        values = {
            "DATA_DIR": str(self.data_dir),
            "SMTP_LISTEN": f"127.0.0.1:{self.smtp_port}",
            "WEB_LISTEN": f"127.0.0.1:{self.web_port}",
            "PUBLIC_URL": self.url,
            "RELAY_URL": "capture:",
            "AUTH": "off",
            **changed,
        }
        kept = {name: v for name, v in os.environ.items() if not name.startswith("POSTDESK_")}
        self.environment = kept | {f"POSTDESK_{name}": value for name, value in values.items()}
        self._process: subprocess.Popen[bytes] | Started | None = None

    def __enter__(self) -> RunningPostdesk:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, *arguments: str) -> RunningPostdesk:
        """Start it, or start it again; returns once pages and mail are served."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._share_templates()
        if self.nursery and not arguments:
            self.take_schema()
        self._process = self.begin("up", *arguments)
        wait_until("Postdesk serves", self.serves)
        return self

    def begin(self, *arguments: str) -> subprocess.Popen[bytes] | Started:
        """Begin a ``postdesk`` command with these settings; what it says goes to the log."""
        if self.nursery:
            return self.nursery.start(arguments, self.folder, self.environment, self.log)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [self.program, *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def _share_templates(self) -> None:
        self.data_dir.mkdir(mode=0o700, exist_ok=True)
        (self.data_dir / "run").mkdir(mode=0o700, exist_ok=True)
        with suppress(FileExistsError):
            (self.data_dir / "run" / "templates").symlink_to(_shared() / "templates")

    def take_schema(self) -> None:
        """Begin with a database that is migrated, where it is a file of our own."""
        self.data_dir.mkdir(mode=0o700, exist_ok=True)
        file = self.data_dir / "postdesk.db"
        if load(self.environment).database_url == f"sqlite:///{file}" and not file.exists():
            shutil.copy(_migrated(), file)

    def stop(self, *, seconds: float = 15) -> int:
        """End it as Ctrl-C does, and return its exit status. It must end within ``seconds``."""
        if not self._process:
            return 0
        process, self._process = self._process, None
        process.send_signal(signal.SIGINT)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise

    def kill(self) -> None:
        """End it and all its parts with SIGKILL, as when the machine loses power."""
        assert self._process
        parts = tree(self.pid)
        for part in parts:
            with suppress(ProcessLookupError):
                os.kill(part.pid, signal.SIGKILL)
        self._process.wait(10)
        self._process = None
        wait_until("its parts are gone", lambda: not any(map(_is_alive, parts)))

    @property
    def pid(self) -> int:
        assert self._process, "it is not running"
        return self._process.pid

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def serves(self) -> bool:
        """Whether it is ready for people and for mail."""
        if self._process and self._process.poll() is not None:
            raise RuntimeError(f"postdesk up ended: {self.log.read_text()[-3000:]}")
        return self.get_status("/readyz") == 200 and self.takes_connections()

    def takes_connections(self) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=2) as client:
                return client.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def get_status(self, path: str) -> int:
        """The HTTP status of a page; 0 where nothing answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def parts(self, words: str) -> list[Process]:
        """The living processes of this Postdesk whose command line contains ``words``."""
        return find(self.pid, words)

    def command(self, *arguments: str, stdin: str = "") -> str:
        """Run a ``postdesk`` command on the same data; its output. It must succeed.

        It runs in this process: a new one spends a second on its imports.
        """
        ours = {name for name in os.environ if name.startswith("POSTDESK_")}
        environment = dict.fromkeys(ours) | self.environment
        with chdir(self.folder):
            done = CliRunner().invoke(main, arguments, input=stdin, env=environment)
        if done.exit_code != 0:
            raise RuntimeError(f"postdesk {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def api(self, path: str, token: str, **body: str) -> Any:
        """What the API answers; with a body, to a POST."""
        request = urllib.request.Request(
            f"{self.url}/api/{path}",
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def ledger(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.command("ledger", "--json"))
        return found

    def sent(self) -> list[EmailMessage]:
        """The mails that left, where the relay is ``capture:``, oldest first."""
        files = sorted((self.data_dir / "sent").glob("[cn]*/*"), key=lambda f: f.stat().st_mtime_ns)
        return [
            email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files
        ]


@cache
def _shared() -> Path:
    """The folder of what each that is started would make anew."""
    folder = Path(tempfile.mkdtemp(prefix="postdesk-shared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "templates").mkdir()
    return folder


@cache
def _migrated() -> Path:
    """A new database's file."""
    folder = _shared() / "database"
    database = connect(load({"POSTDESK_DATA_DIR": str(folder)}))
    migrate(database)
    database.dispose()
    return folder / "postdesk.db"


def free_port() -> int:
    """A port of loopback that nothing listens on just now.

    Not one of those that clients get, by the thousand: it would be taken before it is used.
    """
    while True:
        port = _DICE.randrange(12_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


_DICE = random.Random()


def _is_alive(process: Process) -> bool:
    try:
        state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
