"""Opening the store that the settings name, and no other one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from helpdesk.blobs.bucket import BucketAddress, BucketPlace
from helpdesk.blobs.folder import FolderPlace
from helpdesk.blobs.place import ObjectPlace
from helpdesk.blobs.store import Blobs
from helpdesk.settings import Settings

_LENGTH = 32


def open_blobs(settings: Settings) -> Blobs:
    """The store of this Postdesk: nothing is read from, or written to, one with another id.

    Nothing is asked yet. Of a Postdesk that was never started any store may be the one.
    """
    return Blobs(open_place(settings, expected=known_identity(settings)))


def open_place(settings: Settings, url: str = "", *, expected: str = "") -> ObjectPlace:
    """A store by its address.

    :param url: a folder, or ``s3://bucket/prefix``; that of the settings if not given.
    :param expected: the id that it must have.
    """
    url = url or settings.blob_url
    if not url.startswith("s3://"):
        return FolderPlace(Path(url), expected)
    parts = urlsplit(url)
    address = BucketAddress(
        parts.netloc, parts.path.strip("/"), settings.s3_endpoint, settings.s3_variables
    )
    return BucketPlace(address, expected)


def known_identity(settings: Settings) -> str:
    """The id of the store as this machine heard it from the database last; empty: never."""
    try:
        text = _note(settings).read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
    return text if len(text) == _LENGTH else ""


def note_identity(settings: Settings, identity: str) -> None:
    """Have this machine know the id while the database is away.

    :raises OSError: it cannot be written down.
    """
    path = _note(settings)
    if known_identity(settings) == identity:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{identity}\n")
    draft.rename(path)


def _note(settings: Settings) -> Path:
    return settings.data_dir / "run" / "store"
