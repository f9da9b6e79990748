"""Encoded words (RFC 2047) and raw 8-bit in header fields."""

from __future__ import annotations

import pytest

from mailgate.parse.words import charsets_of_words, decode_text


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ?=", "Grüße"),
        ("=?utf-8?b?44GT44KT?= =?utf-8?b?44Gr?=", "こんに"),
        ("=?utf-8?b?44E=?= =?utf-8?b?kw==?=", "こ"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("a =?utf-8?q?b?=\r\n c", "a b c"),
        ("=?utf-8?q?a b c?=", "a b c"),
        ("=?utf-8*en?q?x?=", "x"),
        ("=?iso-8859-1?Q?Die_Fr\udcf6sche?=", "Die Frösche"),
        ("R\udce9clamation", "Réclamation"),
        ("x\r\n y\r\n\tz", "x y z"),
        ("=?utf-8?q?a=0D=0ABcc=3A_x?=", "a Bcc: x"),
        ("=?punycode?q?a-b?=", "a-b"),
        ("100=?", "100=?"),
        ("a\0b", "ab"),
    ],
)
def test_encoded_words(field: str, text: str) -> None:
    assert decode_text(field) == text


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("=?utf-8?q?Gr=C3?= =?UTF8?b?vMOfZQ==?=", "Grüße"),
        ("=?utf-8?b?R3L?= =?utf-8?b?DvMOfZSBhbg?= =?utf-8?b?==?=", "Grüße an"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe_B=E4r?=", "Grüße Bär"),
        ("Gr\udcc3\udcbc\udcc3\udc9fe an B\udce4r", "Grüße an Bär"),
        ("=?iso-8859-2?q?=BEena?= =?utf-8?q?_x?=", "žena x"),
    ],
)
def test_characters_that_were_cut_or_spoiled(field: str, text: str) -> None:
    assert decode_text(field) == text


def test_charsets_of_words_are_told_in_order() -> None:
    assert charsets_of_words("=?koi8-r?b?8A==?= x =?utf-8*ru?q?y?=") == ["koi8-r", "utf-8"]
