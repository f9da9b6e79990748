"""What MAIL and RCPT are answered."""

from __future__ import annotations

import pytest

from mailgate.smtp.server import SmtpServer
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from tests.mailgate.smtp.conftest import OpenServer, RawClient


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


def test_before_there_is_a_snapshot_the_answer_is_later(open_server: OpenServer) -> None:
    with open_server(mailboxes=None) as server, RawClient(("127.0.0.1", server.port)) as client:
        client.ask("EHLO client.example")
        client.ask("MAIL FROM:<ann@customer.example>")
        assert client.ask("RCPT TO:<support@shop.example>").startswith("451")
        write_snapshot(server.spool.folder / SNAPSHOT, ["support@shop.example"])
        assert client.ask("RCPT TO:<support@shop.example>").startswith("250")


def test_the_null_sender_is_stored_as_empty(client: RawClient, server: SmtpServer) -> None:
    client.ask("EHLO client.example")
    assert client.ask("MAIL FROM:<>").startswith("250")
    assert client.ask("RCPT TO:<support@shop.example>").startswith("250")
    client.ask("DATA")
    client.send(b"x\r\n.\r\n")
    assert client.answer().startswith("250")
    (name,) = server.spool.waiting(10)
    assert server.spool.read(name).envelope.mail_from == ""


def test_other_alphabets_need_smtputf8(client: RawClient, server: SmtpServer) -> None:
    assert "SMTPUTF8" in client.ask("EHLO client.example")
    assert client.ask("MAIL FROM:<анна@пошта.example>").startswith("553 5.6.7")
    assert client.ask("MAIL FROM:<ann@customer.example>").startswith("250")
    assert client.ask("RCPT TO:<hilfe@käufe.example>").startswith("553 5.6.7")
    client.ask("RSET")
    assert client.ask("MAIL FROM:<анна@пошта.example> SMTPUTF8").startswith("250")
    assert client.ask("RCPT TO:<HILFE@KÄUFE.example>").startswith("250")
    client.ask("DATA")
    client.send("Subject: привіт\r\n\r\nтак\r\n.\r\n".encode())
    assert client.answer().startswith("250")
    envelope = server.spool.read(server.spool.waiting(1)[0]).envelope
    assert envelope.mail_from == "анна@пошта.example"
    assert envelope.mailboxes == ("hilfe@käufe.example",)
    assert envelope.protocol == "UTF8SMTP"
