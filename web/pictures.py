"""Which bytes are a picture that browsers may show inline: by their first bytes, nobody's word."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.actions.set_branding import LARGEST_LOGO
from helpdesk.errors import InvalidInput
from helpdesk.queries.conversation import FileView

SHOWN_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_LARGEST_SHOWN = 15 * 1024 * 1024


def picture_type(content: bytes) -> str | None:
    """The type of a PNG, JPEG, GIF or WebP; None for all else, SVG and HTML above all."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def check_logo(content: bytes) -> None:
    """Whether these bytes may stand at the head of customers' pages.

    :raises InvalidInput: they are no such picture, or too many.
    """
    if picture_type(content) is None or len(content) > LARGEST_LOGO:
        size = f"{LARGEST_LOGO // 1000} kB"
        raise InvalidInput("logo", f"A logo is a PNG, JPEG, GIF or WebP of at most {size}.")


def is_shown(file: FileView) -> bool:
    """Whether to offer it as a picture; its bytes are checked when it is asked for."""
    kind = "image/jpeg" if file.content_type == "image/jpg" else file.content_type
    return kind in SHOWN_TYPES and 0 < file.size <= _LARGEST_SHOWN


def pictures_of(files: Sequence[FileView]) -> list[FileView]:
    return [file for file in files if is_shown(file)]
