"""Forms whose mail stays byte for byte what it is."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote_from_bytes

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from tests.support.mail_posts import BOUNDARY, form
from web.posts.forms import LONGEST_FIELD, read_form
from web.posts.post import BadPost

MAIL = bytes(range(256)) * 50 + b"\r\n--xYzZ\r\n\r\n"


def request(body: bytes, kind: str) -> Request:
    builder = EnvironBuilder(method="POST", input_stream=BytesIO(body), content_type=kind)
    builder.content_length = len(body)
    return Request(builder.get_environ())


@pytest.mark.parametrize("size", [1, 50])
def test_a_mail_in_a_form_is_what_it_was(size: int) -> None:
    fields, mail = read_form(request(*form({"a": "ä".encode(), "mail": MAIL * size})), "mail")
    assert fields == {"a": "ä"}
    assert mail is not None
    mail.seek(0)
    assert mail.read() == MAIL * size


def test_the_same_where_it_is_urlencoded() -> None:
    body = b"a=%C3%A4+b&mail=" + quote_from_bytes(MAIL).encode() + b"&mail=x&junk"
    fields, mail = read_form(request(body, "application/x-www-form-urlencoded"), "mail")
    assert (fields["a"], fields["junk"]) == ("ä b", "")
    assert mail is not None
    mail.seek(0)
    assert mail.read() == MAIL


def test_the_first_of_a_name_counts_and_what_is_too_long_is_passed_over() -> None:
    body, kind = form({"a": b"1", "long": b"x" * (LONGEST_FIELD + 1)})
    body = body.replace(f"--{BOUNDARY}--".encode(), b"") + form({"a": b"2"})[0]
    fields, mail = read_form(request(body, kind), "mail")
    assert (fields["a"], fields["long"], mail) == ("1", "", None)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"x", "multipart/form-data"),
        (form({"mail": MAIL})[0][:-30], form({})[1]),
        (b"", form({})[1]),
        (b"--xYzZY\r\njunk", form({})[1]),
    ],
)
def test_what_is_no_form(body: bytes, kind: str) -> None:
    with pytest.raises(BadPost):
        read_form(request(body, kind), "mail")
