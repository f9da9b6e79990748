"""Declared, widened, detected: bytes become the text that their author wrote."""

from __future__ import annotations

import pytest

from mailgate.parse.charset import codec_name, decode


@pytest.mark.parametrize(
    ("payload", "declared", "text"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        (b"20 \x80 \x96 \x93x\x94", "iso-8859-1", "20 € – “x”"),
        ("20 €".encode("iso8859-15"), "ISO-8859-15", "20 €"),
        ("陳經理".encode("gbk"), "gb2312", "陳經理"),
        ("髙島屋".encode("cp932"), "Shift_JIS", "髙島屋"),
        ("똠방각하 펲".encode("cp949"), "euc-kr", "똠방각하 펲"),
        ("שלום".encode("iso8859-8"), "iso-8859-8-i", "שלום"),
        ("こんにちは".encode("iso2022_jp"), "iso-2022-jp", "こんにちは"),
        ("こんにちは".encode("iso2022_jp"), None, "こんにちは"),
        (b"\x1b$B-!\x1b(B", "iso-2022-jp", "①"),
        (b"Gr+APw-n", "utf-7", "Grün"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße aus Köln".encode("latin-1"), None, "Grüße aus Köln"),
        ("café, déjà".encode("latin-1"), "x-unknown", "café, déjà"),
        ("Привет, когда придёт заказ?".encode("cp1251"), None, "Привет, когда придёт заказ?"),
        ("Привет, когда придёт заказ?".encode("koi8-r"), None, "Привет, когда придёт заказ?"),
        ("お世話になっております".encode("cp932"), None, "お世話になっております"),
        ("お世話になっております".encode("euc_jp"), None, "お世話になっております"),
        ("您好，我的订单还没有收到".encode("gb18030"), None, "您好，我的订单还没有收到"),
        ("안녕하세요 주문 문의".encode("cp949"), None, "안녕하세요 주문 문의"),
        (b"plain", "us-ascii", "plain"),
        (b"\x81\x8d", "iso-8859-1", "\x81\x8d"),
    ],
)
def test_bytes_become_text(payload: bytes, declared: str | None, text: str) -> None:
    assert decode(payload, declared)[0] == text


def test_a_wrong_declaration_is_a_defect() -> None:
    assert (
        decode("Grüße".encode("latin-1"), "utf-8")[1] == "the declared charset utf-8 does not hold"
    )
    assert decode("Grüße".encode("latin-1"), None)[1] == "no charset is declared"
    assert decode("Grüße".encode(), "utf-8")[1] is None


def test_another_parts_charset_is_tried_first() -> None:
    assert decode("заказ".encode("koi8-r"), None, "koi8-r")[0] == "заказ"


NO_CHARSETS = [
    "zlib", "punycode", "idna", "rot13", "base64", "unicode_escape", "undefined", "a\0b", "", None,
    "x" * 10_000, "../../x", "mbcs", "raw_unicode_escape",
]  # fmt: skip


@pytest.mark.parametrize("name", NO_CHARSETS)
def test_codecs_that_are_no_charsets_are_never_used(name: str | None) -> None:
    assert codec_name(name) is None
    assert decode(b"caf\xe9", name)[0] == "café"
