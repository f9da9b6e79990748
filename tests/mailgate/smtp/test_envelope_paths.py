"""The arguments of MAIL and RCPT."""

from __future__ import annotations

import pytest

from mailgate.smtp.envelope_paths import parse
from mailgate.smtp.server import SmtpServer
from tests.mailgate.smtp.conftest import RawClient


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "FROM",
        "FROM:",
        "FROM:ann@customer.example",
        "FROM:<ann@customer.example",
        "FROM:<ann>",
        "FROM:<ann@>",
        "FROM:<@customer.example>",
        "FROM:<ann@customer.example>SIZE=3",
        "FROM:<ann@customer.example> SIZE=",
        "FROM:<ann@customer.example> SIZE=1 SIZE=2",
        "FROM:<ann@customer.example> SIZE=-1",
        "FROM:<ann@customer.example> SIZE=٣",
        "FROM:<ann@customer.example> BODY=BINARYMIME",
        "FROM:<ann@customer.example> SMTPUTF8=yes",
        "FROM:<ann@@customer.example>",
        "FROM:<ann@customer example>",
        "FROM:<ann@-customer-.example>",
        "FROM:<a\x00nn@customer.example>",
        'FROM:<"ann@customer.example>',
        "FROM:<ann@customer.example> <bob@customer.example>",
        f"FROM:<{'a' * 300}@customer.example>",
        f"FROM:<ann@{'a' * 300}.example>",
        "TO:<support@shop.example>",
    ],
)
def test_bad_paths_and_parameters_are_501(
    client: RawClient, server: SmtpServer, argument: str
) -> None:
    client.ask("EHLO client.example")
    assert client.ask(f"MAIL {argument}").startswith("501 5.")
    assert client.ask("MAIL FROM:<ann@customer.example>").startswith("250")


def test_bytes_that_are_no_text_are_501(client: RawClient) -> None:
    client.ask("EHLO client.example")
    client.send(b"MAIL FROM:<\xff\xfe@customer.example> SMTPUTF8\r\n")
    assert client.answer().startswith("501")
    client.send(b"\xff\xfe\r\n")
    assert client.answer().startswith("500")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ('"ann smith"@customer.example', '"ann smith"@customer.example'),
        ("ann..b.@customer.example", "ann..b.@customer.example"),
        ("b=x/y+z{1}@customer.example", "b=x/y+z{1}@customer.example"),
        ("ann@[192.0.2.1]", "ann@[192.0.2.1]"),
        ("ann@[IPv6:2001:db8::1]", "ann@[IPv6:2001:db8::1]"),
        ("@one.example,@two.example:ann@customer.example", "ann@customer.example"),
        ("ann@under_score.example", "ann@under_score.example"),
    ],
)
def test_odd_senders_that_exist_are_taken(path: str, text: str) -> None:
    read, parameters = parse(f"FROM: <{path}> size=10 BODY=8BITMIME", "FROM")
    assert read.text == text
    assert parameters == {"SIZE": "10", "BODY": "8BITMIME"}


@pytest.mark.parametrize(
    "sender",
    [
        "ann..smith@docomo.example",
        ".ann@docomo.example",
        "ann.@docomo.example",
        '"ann."@docomo.example',
        f"reply-to-buyer-{'a' * 60}@relay.example",
        "ann@mail_out.example",
    ],
)
def test_senders_that_no_standard_allows_are_taken(client: RawClient, sender: str) -> None:
    client.ask("EHLO client.example")
    assert client.ask(f"MAIL FROM:<{sender}>").startswith("250")
    assert client.ask("RCPT TO:<support@shop.example>").startswith("250")
