"""The child process: results cross, and a mail that kills it costs nobody else anything."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.parse import isolated, limits, read_mail
from mailgate.parse.isolated import Reader
from mailgate.parse.pipe import ReadResult
from tests.mailgate.parse.build import HEAD, PNG, file, multipart, text

MAIL = HEAD + multipart(text("Grüße".encode()), file(PNG, b"image/png; name=a.png"))
HEAVY = HEAD + b"Content-Type: text/html\n\n" + b"&" * 5_000_000


@pytest.fixture(scope="module", params=[False, True], ids=["spawned", "forked"])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    with Reader(fork=request.param) as made:
        yield made


def test_a_mail_reads_as_it_does_in_this_process(reader: Reader) -> None:
    assert reader.read(MAIL) == ReadResult(read_mail(MAIL))


def test_a_file_is_read_from_an_offset(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "mail"
    path.write_bytes(b'{"envelope": 1}\n' + MAIL)
    assert reader.read(path, offset=16) == ReadResult(read_mail(MAIL))


def test_contents_can_be_left_out(reader: Reader) -> None:
    (found,) = reader.read(MAIL, contents=False).mail.attachments
    assert (found.content, found.size) == (b"", len(PNG))


def test_a_missing_file_is_the_callers_error(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        reader.read(tmp_path / "none")
    assert reader.read(MAIL).failure is None


def test_a_mail_over_a_limit_is_a_failure_with_its_header(reader: Reader) -> None:
    result = reader.read(HEAD + b"\n" + b"\n" * 600_000)
    assert result.failure == "too complex to be read: the mail has more than 500,000 lines"
    assert result.mail.subject == "parts"


def test_html_that_takes_too_long_is_read_without(reader: Reader) -> None:
    started = time.monotonic()
    result = reader.read(HEAVY)
    assert result.failure is None
    assert result.mail.html is None
    assert len(result.mail.text) == 5_000_000
    assert time.monotonic() - started < 15
    started = time.monotonic()
    assert reader.read(MAIL).failure is None
    assert time.monotonic() - started < 1


def test_a_child_killed_while_idle_is_replaced(reader: Reader) -> None:
    child = reader._child
    assert child
    os.kill(child._pid, signal.SIGKILL)
    assert reader.read(MAIL) == ReadResult(read_mail(MAIL))


def test_a_mail_that_takes_too_long_by_the_clock_is_a_failure() -> None:
    with Reader(wall=0.0) as impatient:
        result = impatient.read(MAIL)
    assert result.failure == "could not be read: it took too long"
    assert result.mail.subject == "parts"


def test_memory_is_limited(reader: Reader) -> None:
    """A file of 300 MB would need more than a child may have."""
    huge = HEAD + b"Content-Type: application/pdf\n\n" + b"x" * 300_000_000
    assert reader.read(huge).failure
    assert reader.read(MAIL).failure is None


@pytest.mark.skipif(sys.platform != "linux", reason="the memory a process has is in /proc")
def test_a_mail_that_cannot_even_be_handed_over_is_a_failure() -> None:
    """A forked child begins with all its parent has: here, with 60 MB short of its limit."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    ballast = bytearray(max(0, limits.MEMORY - pages * os.sysconf("SC_PAGE_SIZE") - 60_000_000))
    with Reader(fork=True) as reader:
        result = reader.read(HEAD + b"\n" + b"x" * 120_000_000)
        assert result.failure == "could not be read: it needed more memory than a mail may"
        assert result.mail.subject == "parts"
        assert reader.read(MAIL).failure is None
    del ballast


def test_a_reader_may_be_closed_twice() -> None:
    reader = Reader()
    reader.close()
    reader.close()
    assert reader.read(MAIL).failure is None
    reader.close()


def test_a_child_whose_parent_is_gone_ends_without_a_word() -> None:
    source, sink = os.pipe()
    os.close(source)
    command = [sys.executable, "-m", "mailgate.parse.child"]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.PIPE, check=False
    )
    os.close(sink)
    assert (done.returncode, done.stderr) == (0, b"")


def test_nothing_but_our_values_is_unpickled() -> None:
    with pytest.raises(pickle.UnpicklingError):
        isolated._loads(pickle.dumps(os.system))
    with pytest.raises(pickle.UnpicklingError):
        isolated._loads(pickle.dumps(Path("x")))
    with pytest.raises(pickle.UnpicklingError):
        isolated._loads(pickle.dumps({"a": 1}))


def test_a_child_costs_little(reader: Reader) -> None:
    before = time.process_time()
    for _ in range(200):
        reader.read(MAIL)
    assert (time.process_time() - before) / 200 < 0.001
