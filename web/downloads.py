"""Files as they leave: downloads that no browser runs, and pictures that were looked at."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, abort

from helpdesk.models import Attachment
from helpdesk.pictures import BrokenPicture, as_sent_out, picture_type, without_notes
from web.security import DOWNLOAD_POLICY
from web.store import store


def download(file: Attachment, *, for_customer: bool = False) -> Response:
    """A file as a download: saved, never opened in the page's own origin.

    :param for_customer: a picture leaves without the place and the device that took it.
    """
    content = store().blobs.get(file.sha256)
    if for_customer:
        content = as_sent_out(content)
    response = Response(content, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = _disposition(file.filename)
    return _confined(response)


def source(key: str, name: str) -> Response:
    """A raw mail as a text file: no program opens it as a mail by itself."""
    response = Response(store().blobs.get(key), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = _disposition(name)
    return _confined(response)


def picture(file: Attachment, *, in_frame: bool = False) -> Response:
    """A picture to show inline, without what its camera noted; 404 where the bytes are none.

    :param in_frame: for the frame of a mail, whose origin is nobody's: it may load it too.
    """
    try:
        content = without_notes(store().blobs.get(file.sha256))
    except BrokenPicture:
        abort(404)
    response = Response(content, mimetype=picture_type(content))
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = "private, max-age=86400"
    if in_frame:
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _confined(response)


def _confined(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _disposition(name: str) -> str:
    """RFC 6266 4: a plain name for old clients, and the real one in UTF-8."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-()") else "_" for c in name)
    return f"attachment; filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(name, safe='')}"
