"""Large bodies are laid aside, and come back byte for byte."""

from __future__ import annotations

import contextlib
import os
import quopri
import threading
import time
from pathlib import Path

import pytest

from mailgate.parse import aside, read_mail
from mailgate.parse.aside import lay_aside, put_back
from mailgate.parse.isolated import Reader
from tests.mailgate.parse.build import HEAD, file, multipart, part, text
from tests.support.process_tree import resident_bytes, tree

FIXTURES = Path(__file__).parent / "fixtures"
LARGE = os.urandom(400_000)


def test_a_large_file_comes_back() -> None:
    raw = HEAD + multipart(text(b"hi"), file(LARGE, b"application/pdf; name=a.pdf"), text(b"bye"))
    mail = read_mail(raw)
    assert mail.attachments[0].content == LARGE
    assert mail.text.split() == ["hi", "bye"]


def test_what_is_parsed_is_small() -> None:
    raw = multipart(file(LARGE, b"application/pdf"))
    pieces, kept = lay_aside(memoryview(raw))
    assert sum(len(piece) for piece in pieces) < 2_000
    marker = next(iter(kept))
    assert bytes(put_back(b"a" + marker + b"b", kept)) == b"a" + bytes(kept[marker]) + b"b"


def test_a_mail_that_holds_our_marker_is_left_as_it_is() -> None:
    raw = HEAD + multipart(text(b"=_aside_0_="), file(LARGE, b"application/pdf"))
    mail = read_mail(raw)
    assert mail.text.strip() == "=_aside_0_="
    assert mail.attachments[0].content == LARGE


@pytest.mark.parametrize("smallest", [64, 1_000])
def test_a_mail_reads_the_same_whatever_is_laid_aside(
    smallest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_short = HEAD + multipart(text(b"hi\n" * 999), text(b"bye\n" * 999))[: -len("--b1--\n")]
    mails = [*(path.read_bytes() for path in FIXTURES.glob("*.eml")), cut_short]
    whole = [read_mail(raw) for raw in mails]
    monkeypatch.setattr(aside, "_SMALLEST_MAIL", 0)
    monkeypatch.setattr(aside, "_SMALLEST_RUN", smallest)
    assert [read_mail(raw) for raw in mails] == whole


def test_no_body_makes_the_search_slow() -> None:
    started = time.process_time()
    for line in (b"x" * 3_000_000, (b"A" * 76 + b"\n") * 900 + b"-\n", b"AAAA\n" * 20_000 + b"-\n"):
        lay_aside(memoryview(line * (3_000_000 // len(line))))
    assert time.process_time() - started < 2


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("encoding", [b"8bit", b"quoted-printable"])
def test_a_large_text_comes_back(end: bytes, encoding: bytes) -> None:
    long = "".join(f"Zeile {number}: Grüße\n" for number in range(30_000))
    content = long.encode() if encoding == b"8bit" else quopri.encodestring(long.encode())
    html = part(
        content + b"--\nAnn",
        b"Content-Type: text/html; charset=utf-8",
        b"Content-Transfer-Encoding: " + encoding,
    )
    for raw in (
        HEAD + multipart(html, text(b"bye")),
        HEAD + multipart(text(b"hi"), html),
        HEAD + html,
    ):
        raw = raw.replace(b"\n", end)
        pieces, _ = lay_aside(memoryview(raw[len(HEAD) :]))
        assert sum(map(len, pieces)) < 2_000
        found = read_mail(raw).text
        assert "Zeile 0: Grüße Zeile 1: Grüße" in found
        assert found.count("Grüße") == 30_000
        assert "Zeile 29999: Grüße -- Ann" in found


_LINE = b"<p>Where is my <b>kettle</b>? It has been three weeks.</p>\n"
_LARGE_MAILS = {
    "HTML": lambda: b"Content-Type: text/html\n\n" + _LINE * (25_000_000 // len(_LINE)),
    "many small texts": lambda: multipart(*[text(_LINE * 460)] * 900),
    "many small files": lambda: multipart(*[file(os.urandom(20_000), b"image/png")] * 900),
}


@pytest.mark.parametrize("kind", _LARGE_MAILS)
def test_a_mail_of_25_mb_takes_little_more_than_itself(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "large.eml"
    path.write_bytes(HEAD + _LARGE_MAILS[kind]())
    most, done = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.01):
            most = max(most, _resident())

    with Reader() as reader:
        reader.read(HEAD)
        before = _resident()
        watcher = threading.Thread(target=watch)
        watcher.start()
        result = reader.read(path)
        done.set()
        watcher.join()
    assert path.stat().st_size > 24_000_000
    assert result.failure is None
    assert result.mail.text.count("kettle") > 50_000 or len(result.mail.attachments) == 900
    assert most - before < 5 * path.stat().st_size


def test_of_many_texts_the_first_are_read() -> None:
    mail = read_mail(HEAD + multipart(*[text(_LINE * 4_000)] * 100))
    assert 200_000 < mail.text.count("kettle") < 250_000
    assert "its text is too long to be read to its end" in mail.defects


def _resident() -> int:
    total = 0
    for process in tree(os.getpid()):
        with contextlib.suppress(OSError):  # it has just ended
            total += resident_bytes(process.pid)
    return total
