"""A mail of ours shown before it leaves: in a frame, light or dark as asked for.

The frame's own answer carries the policy that confines it, as with mails that came.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from flask import Response

from helpdesk.mail_out.template_values import AttachedFile
from helpdesk.pictures import picture_type
from web.mail_frame import FRAME_POLICY
from web.store import store

THEMES = ("light", "dark")
LARGEST_PICTURE = 3_000_000
"""Bytes of a picture that a preview carries within itself."""
_POLICY = FRAME_POLICY.replace("img-src 'self'", "img-src data:")
_DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
_CID = re.compile(r'(?<=\ssrc=")cid:([^"]*)(?=")')


def with_pictures(html: str, files: Iterable[AttachedFile]) -> str:
    """The mail's HTML with its inline pictures within it, so that the frame asks for nothing."""
    shown = {}
    for file in files:
        content = store().blobs.get(file["sha256"]) if file.get("content_id") else b""
        kind = picture_type(content)
        if kind and len(content) <= LARGEST_PICTURE:
            data = base64.b64encode(content).decode("ascii")
            shown[file.get("content_id")] = f"data:{kind};base64,{data}"
    return _CID.sub(lambda found: shown.get(found[1], ""), html)


def framed(html: str, theme: str) -> Response:
    """The answer that the frame shows: the mail as a mail program would in this theme."""
    chosen = "@media all" if theme == "dark" else "@media not all"
    response = Response(_DARK.sub(chosen, html), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response
