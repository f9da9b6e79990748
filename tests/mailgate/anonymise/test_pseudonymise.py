"""Words made unreadable: their script, shape and company stay."""

from __future__ import annotations

import re

from mailgate.anonymise.parse_report import report_parse
from mailgate.parse.isolated import Reader
from tests.mailgate.anonymise.secret_mail import KEY, secret_mail


def test_letters_keep_script_shape_and_company(reader: Reader) -> None:
    read = reader.read(report_parse(reader, secret_mail(), KEY).copy).mail
    shape = r"[A-Z][^\W\d_]{9}: [a-z]{4} [А-Я][а-ѿ]{5} [a-z]{2} [一-鿿]{2}"
    assert re.fullmatch(shape, read.subject)
    assert read.sender is not None
    first = read.sender.name.split()[0]
    assert re.search(rf"^> [A-Z][a-z]{{3}} {first} ", read.quoted, re.M), (
        "the same word became the same other word"
    )
    assert "On Mon, 23 Nov 2026 at 10:00" in read.quoted
    assert read.attachments[0].filename.endswith(".pdf")
