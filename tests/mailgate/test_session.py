"""The conversation at the door: every refusal, and what a taken mail leaves in the spool."""

from __future__ import annotations

import smtplib
import time

import pytest

from mailgate.mailboxes import SNAPSHOT, write_snapshot
from mailgate.server import Door
from tests.mailgate.conftest import OpenDoor, RawClient, spooled

MAIL = b"Subject: hello\r\n\r\n.a dot\r\n..two\r\nbody\r\n"


def test_a_mail_is_taken_and_kept_byte_for_byte(door: Door) -> None:
    with smtplib.SMTP("127.0.0.1", door.port, local_hostname="client.example") as smtp:
        smtp.sendmail("ann@customer.example", ["Support+k3y@SHOP.example"], MAIL)
        smtp.sendmail("ann@customer.example", ["orders@shop.example"], MAIL)
    first, second = (door.spool.read(name) for name in door.spool.waiting(10))
    assert first.raw() == second.raw() == MAIL
    envelope = first.envelope
    assert envelope.mail_from == "ann@customer.example"
    assert envelope.rcpt_tos == ("Support+k3y@SHOP.example",)
    assert envelope.mailboxes == ("support@shop.example",)
    assert (envelope.peer, envelope.helo) == ("127.0.0.1", "client.example")
    assert (envelope.protocol, envelope.tls) == ("ESMTP", False)
    assert second.envelope.mailboxes == ("Orders@shop.example",)
    assert door.spool.accepted_count() == 2


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        ("nobody@shop.example", "550 5.1.1"),
        ("nobody+support@shop.example", "550 5.1.1"),
        ("support@elsewhere.example", "550 5.7.1"),
        ("support%elsewhere.example@shop.example", "550 5.7.1"),
        ("elsewhere.example!support@shop.example", "550 5.7.1"),
        ('"ann@elsewhere.example"@shop.example', "550 5.7.1"),
        ("@shop.example:ann@elsewhere.example", "550 5.7.1"),
        ("@shop.example:support@shop.example", "550 5.7.1"),
        ("postmaster", "550 5.1.1"),
        ("SUPPORT@shop.EXAMPLE", "250"),
        ("support@shop.example.", "250"),
        ('"support"@shop.example', "250"),
        ("support+any+thing@shop.example", "250"),
        ("hilfe@xn--kufe-loa.example", "250"),
        ("", "501"),
    ],
)
def test_whom_mail_is_taken_for(client: RawClient, recipient: str, code: str) -> None:
    client.ask("EHLO client.example")
    client.ask("MAIL FROM:<ann@customer.example>")
    assert client.ask(f"RCPT TO:<{recipient}>").startswith(code)


def test_before_there_is_a_snapshot_the_answer_is_later(open_door: OpenDoor) -> None:
    with open_door(mailboxes=None) as door, RawClient(("127.0.0.1", door.port)) as client:
        client.ask("EHLO client.example")
        client.ask("MAIL FROM:<ann@customer.example>")
        assert client.ask("RCPT TO:<support@shop.example>").startswith("451")
        write_snapshot(door.spool.folder / SNAPSHOT, ["support@shop.example"])
        _until(lambda: client.ask("RCPT TO:<support@shop.example>").startswith("250"))


def test_a_changed_snapshot_counts_soon_and_a_broken_one_never(door: Door) -> None:
    with RawClient(("127.0.0.1", door.port)) as client:
        client.ask("EHLO client.example")
        client.ask("MAIL FROM:<ann@customer.example>")
        assert client.ask("RCPT TO:<new@shop.example>").startswith("550")
        write_snapshot(door.spool.folder / SNAPSHOT, ["new@shop.example"])
        _until(lambda: client.ask("RCPT TO:<new@shop.example>").startswith("250"))
        (door.spool.folder / SNAPSHOT).write_text("{")
        time.sleep(0.1)
        assert client.ask("RCPT TO:<new@shop.example>").startswith("250")


def test_the_null_sender_is_stored_as_empty(client: RawClient, door: Door) -> None:
    client.ask("EHLO client.example")
    assert client.ask("MAIL FROM:<>").startswith("250")
    assert client.ask("RCPT TO:<support@shop.example>").startswith("250")
    client.ask("DATA")
    client.send(b"x\r\n.\r\n")
    assert client.answer().startswith("250")
    (name,) = door.spool.waiting(10)
    assert door.spool.read(name).envelope.mail_from == ""


def _until(condition: object, within: float = 5) -> None:
    deadline = time.monotonic() + within
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)
