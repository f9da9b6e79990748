"""Content-Type and Content-Disposition, in their broken forms."""

from __future__ import annotations

import pytest

from mailgate.parse.params import parameters, split_value


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ('attachment; filename="a.pdf"', "a.pdf"),
        ("attachment; filename=a b.pdf", "a b.pdf"),
        ("attachment; filename*=utf-8''Gr%C3%BCn.pdf", "Grün.pdf"),
        ("attachment; filename*0*=utf-8''Gr%C3; filename*1*=%BCn; filename*2=.pdf", "Grün.pdf"),
        ("attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        ('attachment; filename="=?utf-8?q?Gr=C3=BCn?=.pdf"', "Grün.pdf"),
        ("attachment; filename*=undefined''a.pdf", "a.pdf"),
        ("attachment; filename*=idna''" + "a" * 80 + ".pdf", "a" * 80 + ".pdf"),
        ("attachment; filename*=x; filename*1=y", "xy"),
        ('attachment; filename="Hofj\udce4ger.png"', "Hofjäger.png"),
        ('attachment; filename="a\\"b.pdf"', 'a"b.pdf'),
        ('attachment; filename="unclosed.pdf', "unclosed.pdf"),
    ],
)
def test_parameters(field: str, name: str) -> None:
    assert parameters(split_value(field)[1])["filename"] == name


def test_a_missing_semicolon_is_mended() -> None:
    assert split_value("text/plain charset=utf-8") == ("text/plain", "charset=utf-8")
    assert split_value("TEXT/Plain (comment); x=y")[0] == "text/plain"


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("=?utf-8?q?text/html?=; charset=utf-8", "text/html", {"charset": "utf-8"}),
        ("=?utf-8?q?text/html=3B_charset=3Dkoi8-r?=", "text/html", {"charset": "koi8-r"}),
        ("attachment; filename*0=a; filename*2=.pdf", "attachment", {"filename": "a.pdf"}),
    ],
)
def test_values_where_encoded_words_are_forbidden(
    field: str, value: str, found: dict[str, str]
) -> None:
    told, rest = split_value(field)
    assert (told, parameters(rest)) == (value, found)
