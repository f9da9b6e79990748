"""Declared, widened, detected: bytes become the text that their author wrote."""

from __future__ import annotations

import pytest

from mailgate.parse.charset import codec_name, decode, tells_script


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


RUSSIAN = "Здравствуйте, где моя посылка?"


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ("Bitte prüfen –\n".encode() + "Fürth".encode("cp1252"), "Bitte prüfen –\nFürth"),
        (RUSSIAN.encode() + b" Gr\xc3\xbc\xc3", RUSSIAN + " Grü\ufffd"),
        (b"Gr\xc3\xbc\xc3\x9fe \xed\xa0\xbd\xed\xb8\x80", "Grüße 😀"),
        (b"\x93Gr\xc3\xbc\xc3\x9fe\x94", "“Grüße”"),
        (b"Gr\xc3\xbc\xc3\x9fe\xc0\x80", "Grüße\ufffd"),
        (b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe B\xe4r", "Grüße Bär"),
        (RUSSIAN.encode()[:13] + b"\r\n " + RUSSIAN.encode()[13:], RUSSIAN),
        (RUSSIAN.encode()[:13] + b"!\n" + RUSSIAN.encode()[13:], RUSSIAN[:7] + "\n" + RUSSIAN[7:]),
        (RUSSIAN.encode() + "\nфирма".encode("cp1251"), RUSSIAN + "\nфирма"),
        ("ケトルが壊れました".encode() + b"\xe3\x81", "ケトルが壊れました\ufffd"),
        ("Grüße".encode("utf-16"), "Grüße"),
    ],
)
def test_a_few_bad_bytes_cost_only_themselves(payload: bytes, text: str) -> None:
    found, defect = decode(payload, "utf-8")
    assert found == text
    assert defect


@pytest.mark.parametrize("charset", ["shift_jis", "gb2312", "euc-kr", "big5", "iso-8859-7"])
def test_a_declared_charset_outlives_a_bad_byte(charset: str) -> None:
    text = {"euc-kr": "안녕하세요", "iso-8859-7": "Καλημέρα"}.get(charset, "日本")
    assert decode(text.encode(charset) + b"\xff", charset)[0].startswith(text)


def test_utf_8_under_another_name_is_seen() -> None:
    assert decode("Καλημέρα, ο βραστήρας".encode(), "iso-8859-7")[0] == "Καλημέρα, ο βραστήρας"
    assert decode("Привет".encode(), "koi8-r")[0] == "Привет"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Καλημέρα", "iso-8859-7"),
        ("שלום רב", "windows-1255"),
        ("สวัสดี", "tis-620"),
        ("žluťoučký kůň", "iso-8859-2"),
        ("привет", "koi8-r"),
        ("Şişli'de çay", "windows-1254"),
        ("déjà vu, crème brûlée pour l'été, très bientôt", "windows-1252"),
    ],
)
def test_a_hint_is_taken_where_nothing_is_declared(text: str, hint: str) -> None:
    for declared in (None, "us-ascii"):
        assert decode(text.encode(codec_name(hint) or ""), declared, hint)[0] == text


def test_names_that_stand_for_everything_tell_no_script() -> None:
    assert not any(map(tells_script, (None, "utf-8", "us-ascii", "iso-8859-1", "utf-16")))
    assert all(map(tells_script, ("iso-8859-2", "koi8-r", "gb2312", "tis-620")))


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("windows-874", "cp874"),
        ("win1251", "cp1251"),
        ("x-cp1250", "cp1250"),
        ("IBM-850", "cp850"),
        ("iso-88592", "iso8859-2"),
        ("ISO8859_15", "iso8859-15"),
        ("koi8-ru", "koi8-u"),
        ("windows-949", "cp949"),
        ("cp65001", "utf-8"),
        ("windows-9999", None),
    ],
)
def test_names_that_mailers_make_up(declared: str, codec: str | None) -> None:
    assert codec_name(declared) == codec


@pytest.mark.parametrize(
    ("payload", "declared", "text"),
    [
        ("مرحبا، غطاء".encode("iso8859-6"), "iso-8859-6", "مرحبا، غطاء"),
        ("안녕하세요".encode("iso2022_kr"), "iso-2022-kr", "안녕하세요"),
        ("Grüße: 20 €".encode("utf-16-be"), "utf-16", "Grüße: 20 €"),
        ("Grüße: 20 €".encode("utf-16-le"), "utf-16", "Grüße: 20 €"),
        ("Grüße aus Köln, größer".encode(), "unicode", "Grüße aus Köln, größer"),
        (b"Hello there, plain", "unicode", "Hello there, plain"),
        ("ケトル".encode("iso2022_jp") + "😀".encode(), "iso-2022-jp", "ケトル"),
    ],
)
def test_declared_charsets_in_odd_forms(payload: bytes, declared: str, text: str) -> None:
    assert decode(payload, declared)[0].startswith(text)


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "iso-8859-15"])
@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Здравствуйте, лампа пришла разбитой.", "cp1251"),
        ("Здравствуйте, лампа пришла разбитой.", "koi8-r"),
        ("Καλημέρα, η λάμπα έφτασε σπασμένη.", "iso8859-7"),
        ("שלום, המנורה הגיעה שבורה לגמרי", "iso8859-8"),
        ("您好，灯坏了，请问可以换货吗？谢谢您的帮助。", "gbk"),
        ("您好，燈壞了，請問可以換貨嗎？謝謝您的幫助。", "big5"),
        ("안녕하세요. 램프가 깨진 상태로 도착했습니다.", "euc_kr"),
        ("お世話になっております。ランプが壊れて届きました。", "cp932"),
        ("お世話になっております。ランプが壊れて届きました。", "euc_jp"),
    ],
)
def test_another_script_is_no_latin_letters_whatever_is_declared(
    text: str, codec: str, declared: str
) -> None:
    assert decode(text.encode(codec), declared)[0] == text


@pytest.mark.parametrize(
    "text",
    [
        "Ääääääh, schön!",
        "………… — ————",
        "ÄÖÜ äöü ß ÄÖÜß",
        "Your font has none of these letters: þýðæö àéèêëîïô çñ",
        "„Ölgäste“ für 5 €",
    ],
)
def test_latin_letters_are_believed(text: str) -> None:
    assert decode(text.encode("cp1252"), "iso-8859-1") == (text, None)
