"""The end of a mail: finding ``CRLF . CRLF`` in a stream, and nothing else that looks like it.

Servers that disagree on where a mail ends let one mail be read as two, the second with any sender
(SMTP smuggling). So the end is what RFC 5321 4.1.1.4 says it is, and a mail is refused as a whole
if it holds what another server could take for an end: a bare CR, or a bare LF before a dot, or a
dot alone on its line before a bare LF. (A sentence's dot before a bare LF is ordinary text.)
"""

from __future__ import annotations

import re

_END = b"\r\n.\r\n"
#: What a piece may end with that only the next piece can explain, longest first.
_OPEN_ENDS = (b"\r\n.\r", b"\r\n.", b"\n.", b"\r\n", b"\n", b"\r")
_DOT_AT_BARE_LF = re.compile(rb"(?<!\r)\n\.|\n\.\n")


class DotStream:
    """Undoes the dot-stuffing of one mail (RFC 5321 4.5.2), piece by piece.

    ``done`` once the end was seen; ``rest`` then holds what followed it. ``ambiguous`` if another
    server could see an end where we see none. ``line_too_long`` if a line had more bytes, its end
    included, than ``longest_line``.
    """

    def __init__(self, longest_line: int = 64 * 1024) -> None:
        self.done = False
        self.rest = b""
        self.ambiguous = False
        self.line_too_long = False
        self._longest_line = longest_line
        self._before = b""
        # The line end of the DATA command counts as the mail's own: an empty mail is ".CRLF".
        self._buffered = b"\r\n"
        self._virtual = 2
        self._line = -2

    def feed(self, piece: bytes) -> bytes:
        """Take what came over the wire; return what of the mail is certain."""
        wire = self._buffered + piece
        end = wire.find(_END)
        if end >= 0:
            self.done = True
            self.rest = wire[end + len(_END) :]
            wire, self._buffered = wire[: end + 2], b""
        else:
            self._buffered = next((tail for tail in _OPEN_ENDS if wire.endswith(tail)), b"")
            wire = wire[: len(wire) - len(self._buffered)]
        self._check(wire)
        content = wire.replace(b"\r\n.", b"\r\n")
        if self._virtual and content:
            content, self._virtual = content[self._virtual :], 0
        return content

    def _check(self, wire: bytes) -> None:
        line_ends = wire.count(b"\r\n")
        if wire.count(b"\r") != line_ends:
            self.ambiguous = True
        if wire.count(b"\n") != line_ends:
            # Of three bytes from before, the first only tells whether the next is a bare LF.
            known = max(len(self._before) - 2, 0)
            if _DOT_AT_BARE_LF.search(self._before + wire, known):
                self.ambiguous = True
        self._before = (self._before + wire)[-3:]
        self._measure(wire)

    def _measure(self, wire: bytes) -> None:
        lines = wire.split(b"\n") if len(wire) > self._longest_line else ()
        first, last = wire.find(b"\n"), wire.rfind(b"\n")
        if first < 0:
            self._line = longest = self._line + len(wire)
        else:
            longest = self._line + first + 1
            self._line = len(wire) - last - 1
        longest = max([longest, *(len(line) + 1 for line in lines[1:-1])])
        if longest > self._longest_line:
            self.line_too_long = True
