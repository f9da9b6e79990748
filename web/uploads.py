"""Files that a form carries: stored before the transaction begins, named within it.

Where the form comes back with an error, its files come back with it: they are in the store
already, and a signed word in the form names them, so that nobody can name a file of others.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import astuple

from flask import request
from itsdangerous import BadData, URLSafeTimedSerializer

from helpdesk.pictures import picture_type
from helpdesk.text import clean_line
from helpdesk.tickets.content import StoredFile
from web.security import timed_serializer
from web.store import store

_LONGEST_NAME = 200
_MOST_FILES = 50
_KEPT_FOR = 30 * 24 * 3600


def stored_files(field: str = "files") -> tuple[StoredFile, ...]:
    """The files of this request's form, in the store. Empty choices are none.

    The browser's word on a type is kept only where it cannot matter: what is shown inline is
    looked at again when it is served.
    """
    stored = list(kept_files())
    for upload in request.files.getlist(field)[:_MOST_FILES]:
        if not upload.filename:
            continue
        content = upload.read()
        stored.append(
            StoredFile(
                filename=_plain_name(upload.filename),
                content_type=picture_type(content) or _plain_type(upload.mimetype),
                size=len(content),
                sha256=store().blobs.put(content),
            )
        )
    return tuple(stored)


def kept_token(file: StoredFile) -> str:
    """The signed word for a file that is stored already, for a form that is shown again."""
    return _signer().dumps(astuple(file)[:4])


def kept_files() -> tuple[StoredFile, ...]:
    """The files that came with this form before, and are in the store already."""
    kept = []
    for token in request.form.getlist("kept")[:_MOST_FILES]:
        with suppress(BadData, TypeError):
            kept.append(StoredFile(*_signer().loads(token, max_age=_KEPT_FOR)))
    return tuple(kept)


def _signer() -> URLSafeTimedSerializer:
    return timed_serializer("kept file")


def _plain_name(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return clean_line(last, _LONGEST_NAME).strip(". ") or "file"


def _plain_type(mimetype: str) -> str:
    kind = clean_line(mimetype, 100).lower()
    return kind if kind.isascii() and kind.count("/") == 1 else "application/octet-stream"
