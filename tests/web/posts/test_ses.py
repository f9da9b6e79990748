"""What a notification of Amazon SES holds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.mail_posts import RAW, ses
from web.posts.post import BadPost, Post
from web.posts.ses import read


def of(told: Any) -> Post | None:
    return read(json.dumps(told))


def raw(told: Any) -> bytes:
    post = of(told)
    assert post is not None
    return b"".join(post.pieces())


def test_a_mail_with_its_envelope() -> None:
    for encoding in ("BASE64", "UTF8"):
        post = of(ses(encoding=encoding))
        assert post is not None
        assert (post.sender, post.recipients) == ("ann@mail.example", ("support@shop.example",))
        assert b"".join(post.pieces()) == RAW
        assert not post.hold
    bounce = ses()
    bounce["mail"]["source"] = "<>"
    post = of(bounce)
    assert post is not None
    assert post.sender == ""


def test_what_is_no_mail() -> None:
    assert read("Successfully validated SNS topic for Amazon SES event publishing.") is None
    assert of({"notificationType": "Bounce"}) is None
    with pytest.raises(BadPost):
        of(ses() | {"content": "no base64!"})


def test_what_stands_for_a_mail_has_its_header_and_nothing_else_of_it() -> None:
    told = ses(None)
    told["mail"]["headers"] += [
        {"name": "X-Bad\r\nBcc", "value": "x"},
        {"name": "X-Folded", "value": "one\r\nBcc: all@shop.example"},
        {"name": 1, "value": "x"},
        "junk",
    ]
    head, _, text = raw(told).partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"From: Ann <ann@mail.example>",
        b"Subject: My kettle leaks",
        b"X-Folded: one Bcc: all@shop.example",
        b"MIME-Version: 1.0",
        b"Content-Type: text/plain; charset=utf-8",
    ]
    assert b"by reference" in text
    assert b"d6iitobk75ur44p8kdnnp7g2n800" in text


@pytest.mark.parametrize("part", ["mail", "receipt"])
@pytest.mark.parametrize("junk", [None, [], "x", {}])
def test_parts_that_are_not_as_they_should_be(part: str, junk: Any) -> None:
    assert of(ses(None) | {part: junk}) is not None
