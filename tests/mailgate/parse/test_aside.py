"""Large bodies are laid aside, and come back byte for byte."""

from __future__ import annotations

import os
import time

from mailgate.parse import read_mail
from mailgate.parse.aside import lay_aside, put_back
from tests.mailgate.parse.build import HEAD, file, multipart, text

LARGE = os.urandom(400_000)


def test_a_large_file_comes_back() -> None:
    raw = HEAD + multipart(text(b"hi"), file(LARGE, b"application/pdf; name=a.pdf"), text(b"bye"))
    mail = read_mail(raw)
    assert mail.attachments[0].content == LARGE
    assert mail.text.split() == ["hi", "bye"]


def test_what_is_parsed_is_small() -> None:
    raw = multipart(file(LARGE, b"application/pdf"))
    pieces, aside = lay_aside(memoryview(raw))
    assert sum(len(piece) for piece in pieces) < 2_000
    marker = next(iter(aside))
    assert bytes(put_back(b"a" + marker + b"b", aside)) == b"a" + bytes(aside[marker]) + b"b"


def test_a_mail_that_holds_our_marker_is_left_as_it_is() -> None:
    raw = HEAD + multipart(text(b"=_aside_0_="), file(LARGE, b"application/pdf"))
    mail = read_mail(raw)
    assert mail.text.strip() == "=_aside_0_="
    assert mail.attachments[0].content == LARGE


def test_no_body_makes_the_search_slow() -> None:
    started = time.process_time()
    for line in (b"x" * 3_000_000, (b"A" * 76 + b"\n") * 900 + b"-\n", b"AAAA\n" * 20_000 + b"-\n"):
        lay_aside(memoryview(line * (3_000_000 // len(line))))
    assert time.process_time() - started < 2
