"""A machine of an operator's, in a folder: the docs' commands are run there as they stand.

Its `/etc`, `/var`, `/run`, `/usr/local` and `/opt` are folders below :attr:`Machine.root`, and its
ports are free ones. The commands that would change the real machine are replaced, as
``tests/journeys/test_operator.py`` lists; all others are the real ones.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.support.running import POSTDESK, free_port
from tests.support.servers import ServerMissing, die_with_parent, wait_until

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "docs" / "operating"
PARTS = ("migrate", "web", "door", "filer", "worker")

_BLOCK_OR_HEADING = re.compile(
    r"^```sh\n(?P<block>.*?)^```$|^```.*?^```$|^(?P<heading>#+ [^\n]*)$", re.M | re.S
)
_PLAIN_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_FOLDERS = re.compile(r"(?<![\w.}/-])/(etc|var|run|usr/local|opt)/")
_SYSTEMCTL = '#!/bin/sh\necho "$*" >>{root}/asked\n'
_SU = '#!/bin/sh\nexec sh -c "$3"\n'
_NOTHING = "#!/bin/sh\n"
_INSTALL = """#!/bin/sh
# The machine has no user `postdesk`: all is the tests' own user's.
exec /usr/bin/install $(echo "$*" | sed 's/-o postdesk//; s/-g postdesk//')
"""


def blocks(page: str, heading: str) -> list[str]:
    """The shell blocks of a page between a heading and the next one."""
    text = (MANUAL / page).read_text("utf-8")
    found = []
    inside = False
    for match in _BLOCK_OR_HEADING.finditer(text):
        if match["heading"]:
            inside = match["heading"] == heading
        elif inside:
            found.append(match["block"])
    assert found, f"{page} has no commands under {heading!r}"
    return found


def records(page: str) -> list[str]:
    """The lines of a page that stand in blocks of no language, such as records of the DNS."""
    found = _PLAIN_BLOCK.findall((MANUAL / page).read_text("utf-8"))
    return [line for language, block in found if not language for line in block.splitlines()]


class Machine:
    """Runs what the docs say; see the module.

    :param ports: the ports that the docs name, and those that stand for them.
    :param redis_url: the Redis that stands for that of the machine.
    :param environment: what the commands find there, such as ``PGHOST``.
    :param name_server: the address of its name server, which no other process sees.
    :raises ServerMissing: the tests may not mount anything.
    """

    def __init__(
        self,
        ports: Mapping[str, int],
        redis_url: str,
        environment: Mapping[str, str],
        name_server: str,
    ) -> None:
        if subprocess.run(
            ["unshare", "--mount", "true"], capture_output=True, check=False
        ).returncode:
            raise ServerMissing("a machine with a DNS of its own can be had by root alone")
        self._redis_url = redis_url
        self.root = Path(tempfile.mkdtemp(prefix="postdesk-machine-"))
        self.root.chmod(0o755)
        self.web_port, self.smtp_port = free_port(), free_port()
        self._ports = {"8000": self.web_port, "8025": self.smtp_port, **ports}
        for folder in ("etc/cron.d", "etc/systemd/system", "etc/nginx/conf.d", "var/lib", "run",
                       "var/backups", "usr/local/bin", "usr/local/sbin", "opt/postdesk/.venv/bin",
                       "shims", "etc/rspamd/local.d"):  # fmt: skip
            (self.root / folder).mkdir(parents=True)
        for name in ("deploy", "docs"):
            (self.root / "opt" / "postdesk" / name).symlink_to(ROOT / name)
        (self.root / "opt/postdesk/.venv/bin/postdesk").symlink_to(POSTDESK)
        shims = {"systemctl": _SYSTEMCTL, "su": _SU, "install": _INSTALL}
        shims |= dict.fromkeys(("apt-get", "useradd", "chgrp", "make", "nginx"), _NOTHING)
        for name, text in shims.items():
            shim = self.root / "shims" / name
            shim.write_text(text.replace("{root}", str(self.root)))
            shim.chmod(0o755)
        below = [self.root / name for name in ("shims", "usr/local/sbin", "usr/local/bin")]
        path = [*map(str, below), "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        kept = {name: v for name, v in os.environ.items() if not name.startswith("POSTDESK_")}
        self._environment = kept | {
            "PATH": ":".join(path),
            "POSTDESK_SETTINGS": str(self.settings),
            **environment,
        }
        (self.root / "etc" / "resolv.conf").write_text(f"nameserver {name_server}\n")
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def settings(self) -> Path:
        return self.root / "etc" / "postdesk.env"

    def follow(self, page: str, *headings: str) -> None:
        """Do all that the page says under these headings, and what systemd then does."""
        for heading in headings:
            for block in blocks(page, heading):
                self.do(block)

    def do(self, script: str, *, stdin: str = "") -> str:
        """Run a block of the docs, as it stands but for folders and ports; its output.

        Each line that asks systemd for something is carried out before the next one is run.
        """
        said = []
        for piece in _pieces(script):
            said.append(self._run(piece, stdin))
            self._obey()
        return "".join(said)

    def on_this_machine(self, text: str) -> str:
        """The text with the folders and ports that stand for those that the docs name."""
        text = _FOLDERS.sub(rf"{self.root}/\1/", text)
        text = text.replace("redis://127.0.0.1:6379/0", self._redis_url)
        for port, free in self._ports.items():
            text = re.sub(rf"(127\.0\.0\.1\]?):{port}\b", rf"\1:{free}", text)
        return text

    def start(self) -> None:
        """Start all parts as their units say, and wait until pages and mail are served."""
        for part in PARTS:
            command = shlex.split(self._unit(part)["ExecStart"])
            process = self._spawn(part, command)
            if part == "migrate":
                assert process.wait(60) == 0, self.log
            else:
                self._running[part] = process
        wait_until("Postdesk serves", lambda: self.get_status("/readyz") == 200, seconds=60)

    def stop(self) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(20)
        self._running.clear()

    def get_status(self, path: str) -> int:
        """The HTTP status of a page; 0 where nothing answers."""
        for part, process in self._running.items():
            assert process.poll() is None, f"{part} ended: {self.log}"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.web_port}{path}") as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    @property
    def log(self) -> str:
        """The end of what the parts said."""
        path = self.root / "log"
        return path.read_text()[-3000:] if path.exists() else ""

    def close(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self.stop()
        for process in self._running.values():
            process.kill()
            process.wait()
        shutil.rmtree(self.root, ignore_errors=True)

    def _run(self, script: str, stdin: str) -> str:
        done = subprocess.run(
            self._with_own_dns(["sh", "-eu", "-c", self.on_this_machine(script)]),
            cwd=self.root,
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{script}\n{done.stdout}{done.stderr}")
        return done.stdout

    def _obey(self) -> None:
        """Do what systemd was asked for."""
        asked = self.root / "asked"
        lines = asked.read_text().splitlines() if asked.exists() else []
        asked.unlink(missing_ok=True)
        for line in lines:
            words = line.split()
            if not words[-1].endswith("postdesk.target"):
                continue
            if words[0] in ("stop", "restart"):
                self.stop()
            if words[0] in ("start", "restart", "enable"):
                self.start()

    def _with_own_dns(self, command: Sequence[str]) -> list[str]:
        """A command that finds this machine's name server in ``/etc/resolv.conf``."""
        mount = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
        resolv = str(self.root / "etc" / "resolv.conf")
        return ["unshare", "--mount", "sh", "-c", mount, resolv, *command]

    def _unit(self, part: str) -> dict[str, str]:
        """A unit's settings, with those that all parts have."""
        folder = self.root / "etc" / "systemd" / "system"
        text = (folder / "postdesk-.service.d" / "all-parts.conf").read_text()
        text += (folder / f"postdesk-{part}.service").read_text()
        lines = self.on_this_machine(text).splitlines()
        return dict(line.split("=", 1) for line in lines if re.match(r"\w+=", line))

    def _spawn(self, part: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        unit = self._unit(part)
        written = Path(unit["EnvironmentFile"]).read_text().splitlines()
        settings = dict(line.split("=", 1) for line in written if "=" in line)
        kept = {n: v for n, v in self._environment.items() if not n.startswith("POSTDESK_")}
        with (self.root / "log").open("ab") as log:
            return subprocess.Popen(
                self._with_own_dns(command),
                cwd=unit["WorkingDirectory"],
                env=kept | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )


def _pieces(script: str) -> list[str]:
    """A script, cut after each line that asks systemd for something."""
    return re.findall(r"(?:(?!systemctl ).*\n)*?systemctl .*\n|(?:.*\n)+\Z", script)
