"""Mailgun: a form with the raw mail in ``body-mime``, signed by HMAC over a time and a token.

The signature says nothing of the mail, so each token is good for one mail: the same token with the
same mail is a retry, and with another it is somebody who overheard it.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta

from flask import Request

from helpdesk.text import bounded_int
from web.posts.forms import read_form
from web.posts.post import Post, SetUpWrong, Unproven

RETRIED_FOR = timedelta(hours=12)
"""For how long a post is good: Mailgun tries for eight hours."""
_AHEAD = timedelta(minutes=15)
_LONGEST_TOKEN = 200


def read(request: Request, signing_key: str, moment: datetime) -> Post:
    """The mail.

    :raises BadPost:
    """
    fields, mail = read_form(request, "body-mime")
    token = _proven_token(fields, signing_key, moment)
    if mail is None:
        raise SetUpWrong("There is no raw mail in it: let the route’s address end in “/mime”.")
    recipients = tuple(one.strip() for one in fields.get("recipient", "").split(",") if one.strip())
    return Post(mail, recipients, fields.get("sender"), token=token)


def _proven_token(fields: dict[str, str], signing_key: str, moment: datetime) -> str:
    timestamp, token = fields.get("timestamp", ""), fields.get("token", "")
    signed = (timestamp + token).encode("utf-8", "replace")
    expected = hmac.new(signing_key.encode(), signed, "sha256").hexdigest()
    given = fields.get("signature", "").encode("utf-8", "replace")
    if (
        not token
        or len(token) > _LONGEST_TOKEN
        or not hmac.compare_digest(expected.encode(), given)
    ):
        raise Unproven("Its signature does not hold: is the signing key the right one?")
    seconds = bounded_int(timestamp, most=10**11)
    if seconds is None:
        raise Unproven("Its time cannot be read.")
    signed_at = datetime.fromtimestamp(seconds, UTC)
    if not moment - RETRIED_FOR < signed_at < moment + _AHEAD:
        raise Unproven("It was signed too long ago, or one of the two clocks is wrong.")
    return token
