"""What MAIL and RCPT are answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.links import reply_token
from helpdesk.mail_addresses import MailAddresses
from helpdesk.mail_out.bounce_address import bounce_token
from mailgate.smtp.server import SmtpServer
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from tests.mailgate.smtp.conftest import OpenServer, RawClient

SECRET = "x" * 40
SUPPORT = "support@shop.example"


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


def test_a_mailbox_that_is_paused_is_for_later_at_all_its_addresses(
    client: RawClient, server: SmtpServer
) -> None:
    known = MailAddresses(
        frozenset({SUPPORT, "orders@shop.example"}),
        receives={"in@inbound.example": SUPPORT, "hidden@inbound.example": "orders@shop.example"},
        paused=frozenset({SUPPORT}),
    )
    write_snapshot(server.spool.folder / SNAPSHOT, known)
    client.ask("EHLO client.example")
    client.ask("MAIL FROM:<ann@customer.example>")
    for address in (SUPPORT, "support+tag@shop.example", "in@inbound.example"):
        assert client.ask(f"RCPT TO:<{address}>").startswith("450 4.2.1"), address
    assert client.ask("RCPT TO:<hidden+tag@inbound.example>").startswith("250")
    assert client.ask("RCPT TO:<no@inbound.example>").startswith("550 5.1.1")
    client.ask("DATA")
    client.send(b"x\r\n.\r\n")
    assert client.answer().startswith("250")
    envelope = server.spool.read(server.spool.waiting(1)[0]).envelope
    assert envelope.rcpt_tos == ("hidden+tag@inbound.example",)
    assert envelope.mailboxes == ("orders@shop.example",)
    write_snapshot(server.spool.folder / SNAPSHOT, replace(known, paused=frozenset()))
    client.ask("MAIL FROM:<ann@customer.example>")
    assert client.ask(f"RCPT TO:<{SUPPORT}>").startswith("250")


def test_where_an_address_is_gone_answers_to_tickets_that_live_are_taken(
    open_server: OpenServer,
) -> None:
    with open_server(SECRET_KEY=SECRET) as server:
        secret = SECRET
        known = MailAddresses(
            frozenset({"orders@shop.example"}),
            gone={SUPPORT: SUPPORT},
            open_tickets={7: 2},
        )
        write_snapshot(server.spool.folder / SNAPSHOT, known)
        with RawClient(("127.0.0.1", server.port)) as client:
            client.ask("EHLO client.example")
            client.ask("MAIL FROM:<ann@customer.example>")
            for token, code in (
                (reply_token(secret, 7, 1, 2), "250"),
                (reply_token(secret, 7, 1, 2).upper(), "250"),
                (reply_token(secret, 7, 1, 1), "550 5.1.1"),  # revoked
                (reply_token(secret, 8, 1, 1), "550 5.1.1"),  # closed for good
                (reply_token("another" * 6, 7, 1, 2), "550 5.1.1"),
                (bounce_token(secret, 3), "550 5.1.1"),
                ("tag", "550 5.1.1"),
            ):
                said = client.ask(f"RCPT TO:<support+{token}@shop.example>")
                assert said.startswith(code), token
            assert client.ask(f"RCPT TO:<{SUPPORT}>").startswith("550 5.1.1")
            client.ask("RSET")
            client.ask("MAIL FROM:<>")
            for token, code in ((bounce_token(secret, 3), "250"), ("b3-" + "a" * 16, "550")):
                said = client.ask(f"RCPT TO:<support+{token}@shop.example>")
                assert said.startswith(code), token
