"""winmail.dat, built by hand."""

from __future__ import annotations

import struct

from mailgate.parse import read_mail, tnef
from tests.mailgate.parse.build import HEAD, file, multipart, text


def _attribute(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 0, len(value)) + value + b"\0\0"


def _properties(*rows: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(rows))
    for kind, tag, value in rows:
        padded = value + b"\0" * (-len(value) % 4)
        out += struct.pack("<HHII", kind, tag, 1, len(value)) + padded
    return out


WINMAIL = (
    struct.pack("<IH", 0x223E9F78, 1)
    + _attribute(1, 0x9007, struct.pack("<II", 1252, 0))
    + _attribute(1, 0x9003, _properties((0x102, 0x1013, b"<p>rich body</p>")))
    + _attribute(2, 0x9002, b"\0" * 14)
    + _attribute(2, 0x8010, b"SHORT~1.PDF\0")
    + _attribute(2, 0x800F, b"%PDF-")
    + _attribute(2, 0x9005, _properties((0x1F, 0x3707, "Grün.pdf".encode("utf-16-le"))))
)


def test_files_and_body_come_out() -> None:
    found = tnef.unpack(WINMAIL)
    assert found
    assert [(f.name, f.content) for f in found.files] == [("Grün.pdf", b"%PDF-")]
    assert found.html == "<p>rich body</p>"


def test_in_a_mail_the_envelope_stays_beside_its_files() -> None:
    dat = file(WINMAIL, b"application/ms-tnef; name=winmail.dat")
    mail = read_mail(HEAD + multipart(text(b"plain"), dat))
    assert [a.filename for a in mail.attachments] == ["winmail.dat", "Grün.pdf"]
    assert mail.text.strip() == "plain"
    assert read_mail(HEAD + multipart(dat)).text == "rich body"


def test_cut_short_anywhere_it_gives_what_it_can() -> None:
    for end in range(len(WINMAIL)):
        tnef.unpack(WINMAIL[:end])
    assert tnef.unpack(b"not tnef") is None
    odd = HEAD + multipart(text(b"x"), file(b"junk", b"application/ms-tnef"))
    assert "winmail.dat cannot be unpacked" in read_mail(odd).defects
