"""Header fields: the bytes say exactly what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from helpdesk.mail_out.subjects import one_line
from jobs.fields import (
    AddressesField,
    AddressField,
    NotAsMeant,
    TextField,
    TokensField,
    check,
    message_ids,
    write,
)


@given(st.text(max_size=300))
@hypothesis_settings(max_examples=300, deadline=None)
def test_any_text_comes_back_from_a_field_as_the_line_it_was_made(text: str) -> None:
    meant = [("Subject", TextField(one_line(text) or "-"))]
    written = write(meant)
    check(written + b"\r\n", meant)
    assert written.isascii()
    assert all(len(line) <= 998 for line in written.split(b"\r\n"))


@given(st.lists(st.text(max_size=80), min_size=1, max_size=6))
@hypothesis_settings(max_examples=200, deadline=None)
def test_any_names_come_back_from_a_list_of_addresses(names: list[str]) -> None:
    people = ((one_line(name, limit=120), f"p{n}@x.example") for n, name in enumerate(names))
    meant = [("Cc", AddressesField(tuple(AddressField(*one) for one in people)))]
    written = write(meant)
    check(written + b"\r\n", meant)
    assert all(len(line) <= 998 for line in written.split(b"\r\n"))


def test_check_refuses_what_was_not_meant() -> None:
    meant = [("Subject", TextField("hello")), ("Message-ID", TokensField(("<a@b>",)))]
    good = write(meant) + b"\r\nbody\r\n"
    check(good, meant)
    for bad in (
        good.replace(b"hello\r\n", b"hello\r\nBcc: eve@evil.example\r\n"),
        good.replace(b"hello", b"hullo"),
        good.replace(b"body\r\n", b"body\n"),
        good.replace(b"body", b"bo\rdy"),
        good.replace(b"body", b"bo\0dy"),
        good.replace(b"body", b"x" * 999),
        good.replace(b"<a@b>", b"<a@b> <c@d>"),
        good.replace(b"Message-ID: <a@b>\r\n", b""),
    ):
        with pytest.raises(NotAsMeant):
            check(bad, meant)


def test_long_message_ids_are_never_encoded_and_references_keep_both_ends() -> None:
    ids = [f"{n}-{'x' * 180}@mail.example" for n in range(40)]
    written = write([("References", message_ids([*ids, "bad id", "a<b", "né@x", "y" * 300]))])
    assert b"=?" not in written
    kept = written.decode().removeprefix("References:").split()
    assert kept == [f"<{message_id}>" for message_id in (ids[0], *ids[-10:])]
    assert all(len(line) < 998 for line in written.split(b"\r\n"))
