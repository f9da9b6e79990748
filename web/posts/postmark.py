"""Postmark: JSON, with the raw mail in ``RawEmail``, and a password in the address (basic auth)."""

from __future__ import annotations

from io import BytesIO

from flask import Request

from web.posts.json_body import json_body, text_of
from web.posts.post import Post, SetUpWrong


def read(request: Request) -> Post:
    """The mail; who posted it is proven already.

    :raises BadPost:
    """
    body = json_body(request)
    raw = text_of(body, "RawEmail")
    if not raw:
        raise SetUpWrong(
            "There is no RawEmail in it: switch on “Include raw email content in JSON payload”."
        )
    # Postmark has read what was no UTF-8 already; half a surrogate pair is nothing to be kept.
    content = BytesIO(raw.encode("utf-8", "replace"))
    recipient = text_of(body, "OriginalRecipient")
    return Post(content, recipients=(recipient,) if recipient else ())
