"""Lay large bodies aside before the structure is parsed, and find them again after.

Python's parser keeps a string object a line: a mail of 25 MB becomes 300 MB on its way through it.
All it needs are the lines that may part a mail, which begin with two dashes, and the fields under
them. Long runs of other lines are replaced by a marker each, so that what is parsed is small; the
bytes stay where they are, in the raw mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_SMALLEST_MAIL = 256 * 1024
_SMALLEST_RUN = 4 * 1024
"""A mail has at most 1,000 boundaries, so what is left to be parsed is small in any mail."""
_DASHES = re.compile(rb"\n--")
_BLANK_LINE = re.compile(rb"\n\r?\n")
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
    for start, end in _runs(body):
        mark = _MARK % len(aside)
        aside[mark] = body[start:end]
        pieces += [body[at:start], mark]
        at = end
    return [*pieces, body[at:]], aside


def _runs(body: memoryview) -> Iterator[tuple[int, int]]:
    """Where long runs of lines stand that part nothing: behind the fields of a part, if any, and
    without the end of their last line, which belongs to what follows."""
    begin = 2 if bytes(body[:2]) == b"--" else 0
    for dashes in (*_DASHES.finditer(body), None):
        end = dashes.start() if dashes else len(body) - (begin > 0 and body[-1] == 0x0A)
        if end - begin >= _SMALLEST_RUN:
            fields_end = _BLANK_LINE.search(body, begin, end) if begin else None
            start = fields_end.end() if fields_end else (begin and end)
            end -= end < len(body) and body[end - 1] == 0x0D
            if end - start >= _SMALLEST_RUN:
                yield start, end
        begin = dashes.end() if dashes else end


def put_back(raw: bytes, aside: Aside) -> bytes | memoryview:
    """A part's bytes as they came. Without a copy where a part is one run, as most are."""
    if not aside or not _MARKED.search(raw):
        return raw
    whole = aside.get(raw.strip())
    if whole is not None:
        return whole
    return _MARKED.sub(lambda mark: bytes(aside.get(mark[0], mark[0])), raw)
