"""The key of a mail: the same when it comes again, another for every other mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.filing.same_mail import same_mail

MAIL = (
    b"From: ann@mail.example\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
    b"Subject: My kettle\r\n leaks\r\n\r\nIt leaks.\r\n"
)
KEY = same_mail(MAIL).key


@pytest.mark.parametrize(
    "trace",
    [
        b"Received: from a\r\n\tby b; today\r\n",
        b"Return-Path: <ann@mail.example>\r\n",
        b"Delivered-To: support@shop.example\r\n",
        b"X-Original-To: support@shop.example\r\n",
        b"AUTHENTICATION-RESULTS: mx;\r\n spf=pass\r\n dkim=pass\r\n",
        b"ARC-Seal: i=1\r\nARC-Message-Signature: x\r\n",
        b"X-Spam-Status: No\r\n",
        b"X-Envelope-From: <a@b>\r\nX-Forwarded-For: a@b c@d\r\nX-Real-To: sales@shop.example\r\n",
        b"X-MS-Exchange-Organization-SCL: 1\r\nX-Microsoft-Antispam: BCL:0;\r\n",
        b"X-Rspamd-Queue-Id: 1\r\nDKIM-Filter: OpenDKIM\r\nX-Gm-Message-State: AO\r\n",
    ],
)
def test_what_servers_add_on_the_way_is_left_out(trace: bytes) -> None:
    assert same_mail(trace + MAIL).key == KEY
    assert same_mail(trace + trace + MAIL).key == KEY


@pytest.mark.parametrize(
    "other",
    [
        MAIL.replace(b"kettle", b"Kettle"),
        MAIL + b"\r\n",
        MAIL.replace(b"ann@", b"bob@"),
        MAIL.replace(b"\r\n\r\n", b"\r\nX-Loop: 1\r\n\r\n"),
        MAIL.replace(b"\r\n\r\n", b"\r\n\r\nReceived: this is text\r\n"),
    ],
)
def test_any_other_difference_makes_another_mail(other: bytes) -> None:
    assert same_mail(other).key != KEY


@pytest.mark.parametrize(
    ("raw", "has_identity"),
    [
        (MAIL, True),
        (b"message-ID: <a@b>\n\nx", True),
        (b"Subject: x\n\nDate: in the body\n", False),
        (b"", False),
        (b"no header at all", False),
    ],
)
def test_a_date_or_a_message_id_is_its_identity(raw: bytes, has_identity: bool) -> None:
    assert same_mail(raw).has_identity is has_identity


@given(st.binary())
def test_any_bytes_have_a_key_of_their_own_length(raw: bytes) -> None:
    assert len(same_mail(raw).key) == 64
    assert same_mail(b"Received: x\r\n" + raw).key == same_mail(b"Received: y\r\n" + raw).key
