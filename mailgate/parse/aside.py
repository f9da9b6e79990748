"""Lay large base64 bodies aside before the structure is parsed, and find them again after.

Python's parser keeps a string object a line: a mail of 25 MB becomes 300 MB on its way through it.
The runs of base64 lines, which are most of any large mail, are replaced by a marker each, so that
what is parsed is small; the bytes stay where they are, in the raw mail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_SMALLEST_MAIL = 256 * 1024
_SMALLEST_RUN = 96 * 1024
# Possessive, and measured after: a minimum in the pattern would make it start over
_RUN = re.compile(rb"(?<=\n)(?:[A-Za-z0-9+/]{4,998}+={0,2}[ \t]{0,9}\r?\n)++")
_MARK = b"=_aside_%d_="
_MARKED = re.compile(rb"=_aside_\d+_=")

Aside = Mapping[bytes, memoryview]


def lay_aside(body: memoryview) -> tuple[list[bytes | memoryview], Aside]:
    """The pieces of the body with markers between, and what each marker stands for."""
    if len(body) < _SMALLEST_MAIL or _MARKED.search(body):
        return [body], {}
    pieces: list[bytes | memoryview] = []
    aside: dict[bytes, memoryview] = {}
    at = 0
    for number, run in enumerate(_RUN.finditer(body)):
        if run.end() - run.start() < _SMALLEST_RUN:
            continue
        mark = _MARK % number
        aside[mark] = body[run.start() : run.end()]
        pieces += [body[at : run.start()], mark + b"\n"]
        at = run.end()
    return [*pieces, body[at:]], aside


def put_back(raw: bytes, aside: Aside) -> bytes | memoryview:
    """A part's bytes as they came. Without a copy where a part is one run, as most are."""
    if not aside or not _MARKED.search(raw):
        return raw
    whole = aside.get(raw.strip())
    if whole is not None:
        return whole
    return _MARKED.sub(lambda mark: bytes(aside.get(mark[0], mark[0])), raw)
