"""SendGrid: a form with the raw mail in ``email``, and a password in the address (basic auth)."""

from __future__ import annotations

from flask import Request

from web.posts.forms import read_form
from web.posts.json_body import json_object, text_of, texts_of
from web.posts.post import BadPost, Post, SetUpWrong


def read(request: Request) -> Post:
    """The mail; who posted it is proven already.

    :raises BadPost:
    """
    fields, mail = read_form(request, "email")
    if mail is None:
        raise SetUpWrong("There is no raw mail in it: tick “POST the raw, full MIME message”.")
    try:
        envelope = json_object(fields.get("envelope", "{}"))
    except BadPost:
        envelope = {}
    sender = text_of(envelope, "from") if "from" in envelope else None
    return Post(mail, texts_of(envelope, "to"), sender)
