"""The log's lines, in plain words."""

from __future__ import annotations

import pytest

from helpdesk.queries.administration import LogEntry
from tests.support.factories import NOW
from web.audit_words import audit_kind, audit_label


@pytest.mark.parametrize(
    ("kind", "field", "old", "new", "words"),
    [
        ("person", "added", "", "agent", "Added as agent"),
        ("person", "role", "agent", "admin", "Role: agent → admin"),
        ("person", "password", "", "", "Password changed"),
        ("person", "token issued", "", "read", "Token issued: read"),
        ("person", "tickets", "", "3 to Kim", "Tickets handed over: 3 to Kim"),
        ("mailbox", "fed_through", "", "a@b.example", "Fed through added: a@b.example"),
        ("mailbox", "fetch", "", "me at mx, INBOX", "Fetch added: me at mx, INBOX"),
        (
            "mailbox",
            "fetch",
            "me at mx, INBOX",
            "me at mx, INBOX",
            "Fetch changed: me at mx, INBOX",
        ),
        ("mail", "done", "", "3 mails read again", "3 mails read again"),
        ("sign_in", "refused", "", "Firefox", "Refused: Firefox"),
        ("sign_in", "signed out", "Firefox", "", "Signed out: Firefox"),
        ("sign_in", "of a newer version", "", "", "Of a newer version"),
    ],
)
def test_a_line_in_plain_words(kind: str, field: str, old: str, new: str, words: str) -> None:
    entry = LogEntry(1, "Ada", kind, "x", field, old, new, NOW)
    assert audit_label(entry) == words
    assert audit_kind(entry) == ("sign-in" if kind == "sign_in" else kind)
