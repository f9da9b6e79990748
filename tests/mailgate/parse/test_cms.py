"""Signed content out of its envelope, and who signed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgate.parse.cms import is_encrypted, read_signed

SMIME = Path(__file__).parent / "fixtures" / "smime"


@pytest.mark.parametrize("name", ["signed.p7m", "signed-stream.p7m"])
def test_content_and_signer_are_read_from_both_forms_of_length(name: str) -> None:
    found = read_signed((SMIME / name).read_bytes())
    assert found
    assert found.content.decode().endswith("Grüße aus dem Brief.\r\n")
    assert found.signer == "Bea Bäcker <bea@example.org>"


@pytest.mark.parametrize("name", ["detached.p7s", "encrypted.p7m"])
def test_what_holds_no_signed_content_is_none(name: str) -> None:
    assert read_signed((SMIME / name).read_bytes()) is None
    assert is_encrypted((SMIME / name).read_bytes()) == name.startswith("encrypted")


def test_broken_bytes_are_none() -> None:
    whole = (SMIME / "signed.p7m").read_bytes()
    stream = (SMIME / "signed-stream.p7m").read_bytes()
    for data in (whole, stream):
        for end in range(0, len(data) - 1, 7):
            read_signed(data[:end])
            read_signed(data[:end] + b"\xff" + data[end + 1 :])
            is_encrypted(data[:end])
    assert read_signed(whole[:100]) is None
    assert read_signed(b"") is None
    assert read_signed(b"\x30\x80" * 100_000) is None
    assert read_signed(b"\x30\x80" + b"\x24\x80\x00\x00" * 300_000) is None
