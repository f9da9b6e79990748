"""The store of mails and attachments: whether it answers, is the right one, and takes files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from commands.checkup.findings import Finding, fail, ok, warn
from helpdesk.actions.recognise_store import known_store
from helpdesk.blobs import Blobs, ObjectPlace, StoreAway, WrongStore, open_place
from helpdesk.blobs.folder import FolderPlace
from helpdesk.blobs.opening import known_identity
from helpdesk.db import Database
from helpdesk.settings import Settings

NAME = "store"
SLOW = 0.5
"""Seconds for writing, reading and removing one small file."""
_PROBE = b"Written by postdesk doctor, and removed again.\n"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_WAITS = "mail waits in the spool meanwhile, and is filed once the store is back"
_SETTING = "see POSTDESK_BLOB_URL"


def file_store(settings: Settings, database: Database) -> Iterator[Finding]:
    """What is to be said of the store; one line more where mails cross a network in clear."""
    try:
        with database.reading() as session:
            expected = known_store(session)
    except SQLAlchemyError:
        expected = known_identity(settings)
    place = open_place(settings, expected=expected)
    yield _answers(place)
    host = urlsplit(settings.s3_endpoint).hostname
    in_clear = settings.s3_endpoint.startswith("http://") and host not in _LOOPBACK
    if settings.blob_url.startswith("s3://") and in_clear:
        yield warn(
            NAME,
            f"mails go to {settings.s3_endpoint} without encryption",
            "use an https:// address in POSTDESK_S3_ENDPOINT",
        )


def _answers(place: ObjectPlace) -> Finding:
    began = time.monotonic()
    if not place.expected and isinstance(place, FolderPlace) and not place.folder.exists():
        return ok(NAME, f"{place.name} is made when the first file comes")
    try:
        place.check()
        if not place.expected:
            place.identity()
        _try_out(Blobs(place))
    except WrongStore as problem:
        return fail(NAME, f"{problem}", f"no part starts, and {_WAITS}; {_SETTING}")
    except StoreAway as problem:
        return fail(NAME, f"{problem}", f"{_WAITS}; {_SETTING}")
    except OSError as problem:
        return fail(NAME, f"{place.name} takes no files ({problem.strerror})", _WAITS)
    seconds = time.monotonic() - began
    if seconds > SLOW:
        return warn(
            NAME,
            f"{place.name} is slow: {seconds:.1f} s for a small file",
            "every mail waits for it; put it nearer",
        )
    return ok(NAME, f"{place.name} keeps files, and gives them back")


def _try_out(blobs: Blobs) -> None:
    """Write, read and remove a file.

    :raises StoreAway: one of them is refused.
    """
    key = blobs.put(_PROBE)
    if blobs.get(key) != _PROBE:
        raise StoreAway(f"{blobs.place.name} gives back something else than was stored.")
    blobs.remove(key, stored_before=time.time() + 60, at_once=True)
