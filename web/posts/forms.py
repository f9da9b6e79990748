"""Forms whose mail stays byte for byte what it is: the framework would read it as text."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from web.posts.post import BadPost

_PIECE = 64 * 1024
_IN_MEMORY = 256 * 1024
LONGEST_FIELD = 256 * 1024
"""Bytes of a field beside the mail; what is longer is none that we ask for, and passed over."""
_MOST_PARTS = 1000


def read_form(request: Request, mail_field: str) -> tuple[dict[str, str], BinaryIO | None]:
    """The fields of a form, the first of each name; and the field with the mail, as bytes.

    :raises BadPost: it is no form.
    """
    kind, options = parse_options_header(request.headers.get("Content-Type", ""))
    if kind == "multipart/form-data" and options.get("boundary"):
        return _multipart(request, options["boundary"].encode("latin-1", "replace"), mail_field)
    if kind == "application/x-www-form-urlencoded":
        return _urlencoded(request.get_data(cache=False), mail_field)
    raise BadPost("It is no form (multipart/form-data).")


def _multipart(
    request: Request, boundary: bytes, mail_field: str
) -> tuple[dict[str, str], BinaryIO | None]:
    fields: dict[str, bytearray] = {}
    mail: IO[bytes] | None = None
    into: bytearray | IO[bytes] | None = None
    for event in _events(request, boundary):
        if isinstance(event, Field | File):
            if event.name == mail_field and mail is None:
                into = mail = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (the caller reads it)
            elif isinstance(event, Field) and event.name not in fields:
                into = fields[event.name] = bytearray()
            else:
                into = None  # a file, or a field given twice
        elif isinstance(event, Data):
            into = _with(into, event.data)
    texts = {name: value.decode("utf-8", "replace") for name, value in fields.items()}
    return texts, cast("BinaryIO | None", mail)


def _with(into: bytearray | IO[bytes] | None, data: bytes) -> bytearray | IO[bytes] | None:
    """What the next bytes are added to, now with these; None where they are passed over."""
    if isinstance(into, bytearray):
        into += data
        if len(into) > LONGEST_FIELD:
            into.clear()
            return None
    elif into is not None:
        into.write(data)
    return into


def _events(request: Request, boundary: bytes) -> Iterator[object]:
    """What the form is made of, piece by piece.

    :raises BadPost: it is cut off, or broken.
    """
    decoder = MultipartDecoder(boundary, max_form_memory_size=None, max_parts=_MOST_PARTS)
    ended = False
    try:
        while True:
            event = decoder.next_event()
            if isinstance(event, NeedData):
                piece = request.stream.read(_PIECE)
                if not piece and ended:
                    raise BadPost("The form is cut off.")
                ended = not piece
                decoder.receive_data(piece or None)
            else:
                yield event
                if isinstance(event, Epilogue):
                    return
    except ValueError:
        raise BadPost("The form cannot be read.") from None


def _urlencoded(body: bytes, mail_field: str) -> tuple[dict[str, str], BinaryIO | None]:
    fields: dict[str, str] = {}
    mail: IO[bytes] | None = None
    for pair in body.split(b"&", _MOST_PARTS):
        name, _, value = (unquote_to_bytes(part.replace(b"+", b" ")) for part in _split(pair))
        if name == mail_field.encode() and mail is None:
            mail = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (the caller reads it)
            mail.write(value)
        elif len(value) <= LONGEST_FIELD:
            fields.setdefault(name.decode("utf-8", "replace"), value.decode("utf-8", "replace"))
    return fields, cast("BinaryIO | None", mail)


def _split(pair: bytes) -> tuple[bytes, bytes, bytes]:
    return pair.partition(b"=")
