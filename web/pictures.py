"""Which files a page offers as pictures, to be shown where they stand."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.queries.conversation import FileView

SHOWN_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_LARGEST_SHOWN = 15 * 1024 * 1024


def is_shown(file: FileView) -> bool:
    """Whether to offer it as a picture; its bytes are checked when it is asked for."""
    kind = "image/jpeg" if file.content_type == "image/jpg" else file.content_type
    return kind in SHOWN_TYPES and 0 < file.size <= _LARGEST_SHOWN


def pictures_of(files: Sequence[FileView]) -> list[FileView]:
    return [file for file in files if is_shown(file)]
