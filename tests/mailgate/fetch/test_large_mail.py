"""A mail of 25 MB: whole in the spool, and never whole in memory."""

from __future__ import annotations

import hashlib
import tracemalloc
from email.message import EmailMessage

import pytest

from helpdesk.imap.connection import PIECE
from mailgate.fetch.catch_up import CatchUp
from tests.conftest import MakeSettings
from tests.mailgate.fetch.fetching import Fetching

pytestmark = pytest.mark.databases("sqlite")

MIB = 1024 * 1024


def large_mail() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Ann <ann@mail.example>", "support@shop.example"
    mail["Subject"], mail["Message-ID"] = "A film of my kettle", "<film@mail.example>"
    head = mail.as_bytes().replace(b"\n", b"\r\n")
    line = b"x" * 76 + b"\r\n"
    return head + line * (25 * MIB // len(line))


def test_it_comes_piece_by_piece(fetching: Fetching, make_settings: MakeSettings) -> None:
    fetching.settings = make_settings(
        DATABASE_URL=fetching.settings.database_url, AUTH="off", SMTP_SIZE=str(36 * MIB)
    )
    mail = large_mail()
    wanted, size = hashlib.sha256(mail).hexdigest(), len(mail)
    fetching.set()
    fetching.put(mail)
    del mail
    place, imap = fetching.place(), fetching.connect()
    tracemalloc.start()
    try:
        assert CatchUp(place, imap).run() == 1
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 * PIECE, f"{most / MIB:.1f} MiB of {size / MIB:.1f} stood in memory at once"
    (raw,) = fetching.waiting
    assert hashlib.sha256(raw).hexdigest() == wanted
    fetching.check_balance(1)
