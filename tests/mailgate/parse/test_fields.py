"""Header fields: split, mended, decoded."""

from __future__ import annotations

import time

import pytest

from mailgate.parse import limits, read_mail
from mailgate.parse.fields import check, split
from mailgate.parse.mail import MailAddress


def test_a_line_that_lost_its_indent_does_not_end_the_header() -> None:
    raw = b"Subject: One\r\nNet Business\r\nFrom: a@example.org\r\n\r\nbody"
    mail = read_mail(raw)
    assert (mail.subject, mail.text) == ("One Net Business", "body")
    assert "a header line is broken" in mail.defects


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"From x Mon\nFrom: a@example.org\nSubject: s\n\nbody", "body"),
        (b"From: a@example.org\rSubject: s\r\rbody", "body"),
        (b"From: a@example.org\r\r\nSubject: s\r\r\n\r\r\nbody", "body"),
        (b"\n\nFrom: a@example.org\nSubject: s\n\nbody", "body"),
        (b"From : a@example.org\nSubject : s\n\nbody", "body"),
        (b"Subject:\n \n s\nFrom: a@example.org\n\nbody", "body"),
        (b"From: a@example.org\nSubject: s\nThis is the body", "This is the body"),
    ],
)
def test_broken_line_ends(raw: bytes, text: str) -> None:
    mail = read_mail(raw)
    assert (mail.subject, mail.sender, mail.text) == ("s", MailAddress("", "a@example.org"), text)


def test_a_long_list_of_recipients_is_cut_with_a_defect() -> None:
    raw = (
        b"From: a@x.example\nTo: "
        + b", ".join(b"u%d@x.example" % i for i in range(4000))
        + b"\n\nhi"
    )
    mail = read_mail(raw)
    assert mail.text == "hi"
    assert "the To field is too long, and was cut" in mail.defects


def test_a_line_of_blanks_does_not_end_the_header_where_another_field_follows() -> None:
    head = split(b"Subject: hi\r\n    \r\nFrom: Ann <ann@example.org>\r\n\r\nbody\r\n")
    assert head.first("from") == "Ann <ann@example.org>"
    assert bytes(head.body) == b"body\r\n"


def test_a_line_of_blanks_ends_the_header_where_a_forwarded_one_follows() -> None:
    head = split(b"Subject: hi\r\nFrom: a@b.example\r\n \r\nFrom: c@d.example\r\n\r\nbody\r\n")
    assert head.all("from") == ["a@b.example"]


def test_of_many_message_ids_the_first_and_the_newest_are_kept() -> None:
    ids = [f"<{number:05}{'x' * 60}@mail.example>" for number in range(900)]
    head = split(b"References: " + "\r\n ".join(ids).encode() + b"\r\n\r\n")
    check(head)
    kept = head.first("references") or ""
    assert kept.startswith(ids[0])
    assert kept.endswith(ids[-1])
    assert len(kept) <= limits.FIELD


@pytest.mark.parametrize("place", [0, 1, 400, 700, 899, 900])
def test_of_many_message_ids_those_that_look_like_ours_are_kept(place: int) -> None:
    ids = [f"<{number:05}{'x' * 60}@mail.example>" for number in range(900)]
    ids.insert(place, f"<{'a' * 26}.{'b' * 8}@shop.example>")
    head = split(b"References: " + "\r\n ".join(ids).encode() + b"\r\n\r\n")
    check(head)
    kept = (head.first("references") or "").split()
    assert kept.count(ids[place]) == 1 or place == 0
    assert (kept[0], kept[-1]) == (ids[0], ids[-1])


@pytest.mark.parametrize("end", ["", "\n", "\n\nbody", "\r\n\r\nbody"])
def test_very_many_folds_take_no_longer_than_their_bytes(end: str) -> None:
    raw = b"Subject: s\n" + b"  a\n" * 400_000 + end.encode()
    began = time.process_time()
    split(raw)
    assert time.process_time() - began < 2


def test_a_header_in_order_gives_what_one_that_is_mended_gives() -> None:
    raw = (
        b"From : Ann\r\n\t<ann@example.org>\r\nsubject:\r\nX-Empty: \r\n"
        b"To: \xc3\xa4@example.org,\r\n  b@example.org\r\n\r\n: no field\r\n\r\nbody"
    )
    broken = raw.replace(b"X-Empty: \r\n", b"X-Empty: \r\nstray words\r\n")
    whole, mended = split(raw), split(broken)
    assert mended.defects == ["a header line is broken"]
    assert whole.defects == []
    assert whole.body == mended.body == b": no field\r\n\r\nbody"
    assert [pair for pair in mended.fields if pair[0] != "x-empty"] == [
        pair for pair in whole.fields if pair[0] != "x-empty"
    ]
    assert whole.fields == [
        ("from", "Ann\r\n\t<ann@example.org>"),
        ("subject", ""),
        ("x-empty", ""),
        ("to", "\udcc3\udca4@example.org,\r\n  b@example.org"),
    ]
