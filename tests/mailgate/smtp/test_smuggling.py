"""SMTP smuggling: whatever looks like an end of data, it is one mail or none, never two."""

from __future__ import annotations

import pytest

from mailgate.smtp.dots import DotStream
from mailgate.smtp.server import SmtpServer
from tests.mailgate.smtp.conftest import RawClient, spooled

FAKE_ENDS = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\r.\r",
    b"\r.\r\n",
    b"\r\n.\r",
    b"\n.\r",
    b"\r.\n",
    b"\r\n.\r\r\n",
    b"\r\r\n.\r\r\n",
    b"\r\n\0.\r\n",
    b"\r\n.\0\r\n",
    b"\n\0.\r\n",
    b"\r\n. \r\n",
    b"\r\n..\r\n",
]
#: What another server could take for an end is refused; the rest is one mail with odd bytes.
HARMLESS = FAKE_ENDS[10:]
SMUGGLED = (
    b"MAIL FROM:<boss@shop.example>\r\nRCPT TO:<support@shop.example>\r\nDATA\r\n"
    b"Subject: smuggled\r\n\r\nsecond\r\n"
)


@pytest.mark.parametrize("fake_end", FAKE_ENDS, ids=repr)
def test_a_false_end_never_makes_two_mails(
    client: RawClient, server: SmtpServer, fake_end: bytes
) -> None:
    client.begin_data()
    client.send(b"Subject: first\r\n\r\nbody" + fake_end + SMUGGLED + b".\r\n")
    answer = client.answer()
    assert client.ask("QUIT").startswith("221")
    if fake_end in HARMLESS:
        assert answer.startswith("250")
        (mail,) = spooled(server)
        assert b"Subject: smuggled" in mail
    else:
        assert answer.startswith("550 5.6.0")
        assert spooled(server) == []
    assert server.spool.accepted_count() == len(spooled(server))


@pytest.mark.parametrize("fake_end", FAKE_ENDS, ids=repr)
def test_neither_when_it_comes_byte_by_byte(fake_end: bytes) -> None:
    wire = b"Subject: first\r\n\r\nbody" + fake_end + SMUGGLED + b".\r\nQUIT\r\n"
    whole, single = DotStream(), DotStream()
    content = whole.feed(wire)
    pieces = b"".join(_until_done(single, wire))
    assert whole.done
    assert single.done
    assert whole.rest == b"QUIT\r\n"
    assert content == pieces
    assert whole.ambiguous == single.ambiguous == (fake_end not in HARMLESS)


def _until_done(stream: DotStream, wire: bytes) -> list[bytes]:
    content = []
    for index in range(len(wire)):
        content.append(stream.feed(wire[index : index + 1]))
        if stream.done:
            stream.rest = wire[index + 1 :]
            break
    return content
