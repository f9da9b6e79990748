"""Raw mails whose files are stored already: they come back byte for byte."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.blobs import Blobs
from helpdesk.blobs.parts import SMALLEST_PART, encoded, parts_named
from helpdesk.errors import NotFound

FILE, PICTURE = os.urandom(200_000), os.urandom(70_001)


def mail(*files: bytes, newline: str = "\r\n") -> bytes:
    """A mail with these files, as Python writes it."""
    made = EmailMessage(policy=policy.SMTP.clone(linesep=newline))
    made["From"], made["Subject"] = "ann@mail.example", "The bill"
    made.set_content("Here it is.\n")
    for number, file in enumerate(files):
        made.add_attachment(file, maintype="application", subtype="pdf", filename=f"{number}.pdf")
    return made.as_bytes()


def stored(blobs: Blobs, raw: bytes, *files: bytes) -> tuple[str, list[str]]:
    """Store a mail as the filer does."""
    return blobs.put_mail(raw, [(blobs.put(file), file) for file in files])


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_files_are_stored_once(tmp_path: Path, newline: str) -> None:
    blobs, raw = Blobs(tmp_path), mail(FILE, PICTURE, FILE, newline=newline)
    key, parts = stored(blobs, raw, FILE, PICTURE, FILE)
    assert key == sha256(raw).hexdigest()
    assert parts == [sha256(one).hexdigest() for one in (FILE, PICTURE, FILE)]
    assert parts_named(blobs.path(key).read_bytes(), key) == parts
    assert blobs.size(key) < 2000 < len(raw)
    assert blobs.get(key) == raw
    assert max(map(len, blobs.pieces(key))) < len(raw) // 2, "it never stands there as a whole"


def other_width(raw: bytes) -> bytes:
    return raw.replace(base64.encodebytes(FILE).replace(b"\n", b"\r\n"), lines(FILE, 64))


def lines(content: bytes, width: int) -> bytes:
    text = base64.b64encode(content)
    return b"\r\n".join(text[at : at + width] for at in range(0, len(text), width)) + b"\r\n"


def test_lines_of_another_width(tmp_path: Path) -> None:
    blobs, raw = Blobs(tmp_path), other_width(mail(FILE))
    assert raw != mail(FILE)
    key, parts = stored(blobs, raw, FILE)
    assert (len(parts), blobs.get(key)) == (1, raw)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.replace(b"\r\n", b"\n", 1000),
        lambda raw: raw.replace(base64.b64encode(FILE[57:114]) + b"\r\n", b" \r\n", 1),
        lambda raw: raw[:-4000],
        lambda raw: raw.replace(base64.b64encode(FILE[:57]) + b"\r\n", b""),
    ],
    ids=["mixed newlines", "a broken line", "cut short", "no first line"],
)
def test_what_is_written_otherwise_is_stored_whole(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    blobs, raw = Blobs(tmp_path), spoil(mail(FILE))
    key, parts = stored(blobs, raw, FILE)
    assert (parts, blobs.get(key)) == ([], raw)


def test_small_files_and_unknown_ones_change_nothing(tmp_path: Path) -> None:
    blobs, small = Blobs(tmp_path), os.urandom(SMALLEST_PART - 1)
    raw = mail(small, FILE)
    assert stored(blobs, raw, small, os.urandom(50_000))[1] == []
    assert blobs.get(sha256(raw).hexdigest()) == raw


def test_a_part_that_is_gone_is_said(tmp_path: Path) -> None:
    blobs, raw = Blobs(tmp_path), mail(FILE)
    key, (part,) = stored(blobs, raw, FILE)
    blobs.path(part).unlink()
    with pytest.raises(NotFound, match="missing"):
        blobs.get(key)


def test_a_damaged_list_is_said(tmp_path: Path) -> None:
    blobs, raw = Blobs(tmp_path), mail(FILE)
    key, _ = stored(blobs, raw, FILE)
    path = blobs.path(key)
    content = bytearray(path.read_bytes())
    for at in (3, 12, 40, -1):
        spoilt = bytearray(content)
        spoilt[at] ^= 1
        path.write_bytes(spoilt)
        with pytest.raises(NotFound, match="damaged"):
            blobs.get(key)


@given(
    st.binary(max_size=400),
    st.integers(1, 30).map(lambda n: n * 4),
    st.sampled_from([b"\n", b"\r\n"]),
    st.integers(1, 60),
)
def test_writing_out_does_not_depend_on_the_pieces(
    content: bytes, width: int, newline: bytes, size: int
) -> None:
    text = base64.b64encode(content)
    wanted = newline.join(text[at : at + width] for at in range(0, len(text), width))
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    assert b"".join(encoded(pieces, width, newline)) == wanted
