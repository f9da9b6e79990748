"""A mail that waits in the spool, as the filer takes it up."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mailgate.spool.envelope import Envelope


@dataclass(frozen=True)
class SpooledMail:
    """A waiting mail. The raw bytes of all but short ones stay on disk until asked for."""

    name: str
    envelope: Envelope
    path: Path
    raw_offset: int
    raw_size: int
    """In bytes, as all sizes are."""
    content: bytes | None = None
    """The raw bytes of a mail that is short."""

    def open_raw(self) -> BinaryIO:
        """The file, standing at the raw mail's first byte."""
        file = self.path.open("rb")
        file.seek(self.raw_offset)
        return file

    def raw(self) -> bytes:
        if self.content is not None:
            return self.content
        with self.open_raw() as file:
            return file.read()

    def sample(self, size: int) -> bytes:
        """So many bytes of its middle."""
        start = max(0, (self.raw_size - size) // 2)
        if self.content is not None:
            return self.content[start : start + size]
        with self.open_raw() as file:
            file.seek(start, os.SEEK_CUR)
            return file.read(size)
