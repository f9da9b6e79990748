"""What an access token is handed to a mail server in: SASL XOAUTH2, by IMAP and SMTP alike."""

from __future__ import annotations

import json

from helpdesk.text import clean_line


def xoauth2(login: str, token: str) -> bytes:
    """Return the initial response, not yet in base64.

    :param login: the mailbox that is to be opened.
    """
    return f"user={login}\x01auth=Bearer {token}\x01\x01".encode()


def refusal_words(challenge: bytes) -> str:
    """What a server said before it refused a token: a status and schemes, in JSON.

    :param challenge: already out of base64. It is answered by nothing, and then comes the refusal.
    """
    try:
        said = json.loads(challenge)
        status = said.get("status", "")
    except (ValueError, AttributeError):
        return ""
    return clean_line(f"status {status}", 60) if status else ""
