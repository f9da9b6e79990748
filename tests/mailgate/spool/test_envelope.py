"""The first line of a spool file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailgate.spool.envelope import DamagedMailError, Envelope

ENVELOPE = Envelope(
    "änn@käufe.example",
    ("Support+Tag@shop.example",),
    ("support@shop.example",),
    peer="2001:db8::25",
    helo="mx.example",
    tls=True,
    protocol="UTF8SMTPS",
    received_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
)


def test_it_is_one_line_of_ascii_and_comes_back() -> None:
    line = ENVELOPE.to_json()
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert Envelope.from_json(line) == ENVELOPE


def test_without_a_time_it_was_received_now() -> None:
    before = datetime.now(UTC)
    found = Envelope.from_json(Envelope("", ()).to_json())
    assert found.received_at is not None
    assert before <= found.received_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"Subject: x\n",
        b"[]\n",
        b"null\n",
        b"{}\n",
        b'{"mail_from":"","rcpt_tos":[],"received_at":"yesterday"}\n',
        b'{"mail_from":"","rcpt_tos":null,"mailboxes":[],"received_at":"2026-11-23"}\n',
        b'{"mail_from":"","rcpt_tos":[],"mailboxes":[],"received_at":"2026-11-23","more":1}\n',
        b"\xff\xfe\n",
    ],
)
def test_anything_else_is_damaged(line: bytes) -> None:
    with pytest.raises(DamagedMailError):
        Envelope.from_json(line)
