"""What mails cost in memory, in all processes of Postdesk together.

``python -m bench.memory`` sends one large mail of each kind through the SMTP server, samples the
memory of the whole process tree until the mail is filed (``/proc/*/smaps_rollup``: what processes
share counts once), and then compares a thousand waiting mails with ten. Exits with 1 where it is
more than it may be. Linux only.
"""

from __future__ import annotations

import base64
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench import clients
from bench.file import PARTS, count_filed
from bench.mails import MAILBOX, Mail, mixed, new_mails
from helpdesk.db import Database, connect
from helpdesk.settings import load
from tests.support.process_tree import tree
from tests.support.running import RunningPostdesk
from tests.support.servers import wait_until

SIZE = 25_000_000
MOST_TIMES = 5.0
"""So many times its own size a large mail may cost."""
FEW, MANY = 10, 1_000
MOST_FOR_MANY = 8.0
"""MB that many waiting mails may cost more than few: their names, and noise."""
_MB = 1_000_000

_WORDS = b"the kettle that came in the second parcel leaks at the bottom and nobody answers "


def _lines(size: int, line: bytes) -> bytes:
    return line * (size // len(line))


def _part(content_type: bytes, body: bytes, *, encoding: bytes = b"8bit") -> bytes:
    fields = b"Content-Type: " + content_type + b"\r\nContent-Transfer-Encoding: " + encoding
    return fields + b"\r\n\r\n" + body + b"\r\n"


def _multipart(parts: list[bytes]) -> bytes:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"".join(b"--b\r\n" + part for part in parts) + b"--b--\r\n"


def _base64(size: int) -> bytes:
    return base64.encodebytes(random.Random(1).randbytes(size * 3 // 4)).replace(b"\n", b"\r\n")


_TEXT = b"text/plain; charset=utf-8"
_HTML = b"text/html; charset=utf-8"
_FILE = b"application/octet-stream; name=a.bin"

LARGE: dict[str, Callable[[], bytes]] = {
    "HTML, paragraphs": lambda: _part(_HTML, _lines(SIZE, b"<p>" + _WORDS[:-1] + b"</p>\r\n")),
    "HTML, one line in umlauts": lambda: _part(
        _HTML,
        _base64_of(_lines(SIZE * 3 // 4, "<b>Größe</b> für übermorgen ".encode())),
        encoding=b"base64",
    ),
    "HTML beside plain text": lambda: _multipart(
        [
            _part(_TEXT, _lines(SIZE // 2, _WORDS[:-1] + b"\r\n")),
            _part(_HTML, _lines(SIZE // 2, b"<p>" + _WORDS[:-1] + b"</p>\r\n")),
        ]
    ),
    "plain text": lambda: _part(_TEXT, _lines(SIZE, _WORDS[:-1] + b"\r\n")),
    "an attachment in base64": lambda: _multipart(
        [_part(_TEXT, b"See the file."), _part(_FILE, _base64(SIZE), encoding=b"base64")]
    ),
    "many small attachments": lambda: _multipart(
        [_part(_FILE, _base64(SIZE // 900), encoding=b"base64") for _ in range(900)]
    ),
    "many small texts": lambda: _multipart(
        [_part(_TEXT, _lines(SIZE // 900, _WORDS[:-1] + b"\r\n")) for _ in range(900)]
    ),
    "mails in a mail": lambda: _multipart(
        [
            _part(b"message/rfc822", b"Subject: x\r\n\r\n" + _lines(SIZE // 15, _WORDS + b"\r\n"))
            for _ in range(15)
        ]
    ),
}


def _base64_of(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


@dataclass(frozen=True)
class Peak:
    """The most memory over what there was before, in MB, and how it was parted at that moment."""

    grown: float
    by_part: dict[str, float]

    def __str__(self) -> str:
        parts = ", ".join(f"{part} {mb:.0f}" for part, mb in self.by_part.items() if mb >= 1)
        return f"{self.grown:7.1f} MB ({self.grown * _MB / SIZE:.1f} x): {parts}"


class Meter:
    """Samples the memory of a process tree while it runs."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._before = self.now()
        self._most = self._before
        self._over = threading.Event()

    def now(self) -> dict[str, float]:
        """Return the megabytes of each part, shared memory counted once."""
        parts: dict[str, float] = {}
        for process in tree(self._root):
            name = next((part for words, part in PARTS.items() if words in process.command), "")
            parts[name] = parts.get(name, 0.0) + _own_bytes(process.pid) / _MB
        return parts

    @contextmanager
    def watching(self) -> Iterator[None]:
        watch = threading.Thread(target=self._watch)
        watch.start()
        try:
            yield
        finally:
            self._over.set()
            watch.join()

    @property
    def peak(self) -> Peak:
        grown = {part: mb - self._before.get(part, 0) for part, mb in self._most.items()}
        return Peak(sum(self._most.values()) - sum(self._before.values()), grown)

    def _watch(self) -> None:
        while not self._over.is_set():
            found = self.now()
            if sum(found.values()) > sum(self._most.values()):
                self._most = found
            time.sleep(0.01)


def _own_bytes(pid: int) -> int:
    """The memory of a process, its part of what it shares with others; 0 where it has ended."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
    return 0


def large(name: str) -> Peak:
    """What one large mail costs, in a Postdesk of its own that has filed some mails before."""
    with _running() as (postdesk, database):
        first = new_mails(20, "first")
        _send(postdesk, first)
        wait_until("all are filed", lambda: count_filed(database) == len(first))
        time.sleep(3)
        head = f"From: Ann <ann@mail.example>\r\nTo: {MAILBOX}\r\nSubject: Large\r\n"
        mail = Mail("ann@mail.example", "<x@mail.example>", head.encode() + LARGE[name]())
        meter = Meter(postdesk.pid)
        with meter.watching():
            _send(postdesk, [mail])
            wait_until("it is decided", lambda: postdesk.ledger()["waiting"] == 0, seconds=60)
            time.sleep(1)
        assert count_filed(database) == len(first) + 1, "it was not filed"
        return meter.peak


def waiting(count: int) -> Peak:
    """What so many mails cost while they wait for a database that is locked."""
    with _running() as (postdesk, database):
        first = new_mails(60, "first")
        _send(postdesk, first)
        wait_until("all are filed", lambda: count_filed(database) == len(first))
        time.sleep(3)
        meter = Meter(postdesk.pid)
        with database.transaction(), meter.watching():
            _send(postdesk, mixed(count, "waiting", first))
            time.sleep(8)
        return meter.peak


def _send(postdesk: RunningPostdesk, mails: list[Mail]) -> None:
    sent = clients.send(mails, postdesk.smtp_port, clients=4)
    assert len(sent.accepted) == len(mails), f"not all were taken: {sent.refused[:3]}"


@contextmanager
def _running() -> Iterator[tuple[RunningPostdesk, Database]]:
    with (
        tempfile.TemporaryDirectory(prefix="postdesk-memory-") as folder,
        RunningPostdesk(Path(folder)) as postdesk,
    ):
        postdesk.command("mailbox", "add", MAILBOX)
        database = connect(load(postdesk.environment))
        try:
            yield postdesk, database
        finally:
            database.dispose()


def main(only: str = "") -> int:
    worst = 0.0
    for name in LARGE:
        if only in name:
            peak = large(name)
            worst = max(worst, peak.grown * _MB / SIZE)
            print(f"{SIZE // _MB} MB, {name:28}{peak}", flush=True)
    more = 0.0
    if only in "waiting":
        peaks = [waiting(count) for count in (FEW, MANY)]
        more = peaks[1].grown - peaks[0].grown
        for count, peak in zip((FEW, MANY), peaks, strict=True):
            print(f"{count:5} mails waiting              {peak}", flush=True)
    return 0 if worst <= MOST_TIMES and more <= MOST_FOR_MANY else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
