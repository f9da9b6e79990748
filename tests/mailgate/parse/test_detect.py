"""The charset of 8-bit text that declares none."""

from __future__ import annotations

import pytest

from mailgate.parse.detect import charset


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Привет, когда придёт моя посылка? Спасибо за ответ.", "cp1251"),
        ("Привет, когда придёт моя посылка? Спасибо за ответ.", "koi8-r"),
        ("您好，我的订单什么时候发货？谢谢您的回复。", "gb18030"),
        ("注文した商品はいつ届きますか。よろしくお願いします。", "shift_jis"),
        ("주문한 상품이 언제 도착하나요? 감사합니다.", "euc_kr"),
        ("您好，水壺漏水，請寄一個新的蓋子給我。謝謝！", "big5"),
        ("Καλημέρα, ο βραστήρας στάζει, στείλτε μου καινούριο καπάκι παρακαλώ.", "cp1253"),
        ("שלום, הקומקום דולף, אנא שלחו לי מכסה חדש. תודה רבה", "cp1255"),
        ("مرحبا، الغلاية تسرب الماء، أرجو إرسال غطاء جديد.", "cp1256"),
        ("Dobrý den, konvice teče, prosím o nové víko, příští týden žluťoučký kůň.", "cp1250"),
        (
            "La bouilloire achetée à Orléans fuit déjà, où est mon colis ? Ça me gêne.",
            "cp1252",
        ),
        ("¿Dónde está mi pedido? El hervidor gotea y mañana viajo a Córdoba, según él.", "cp1252"),
        ("Olá, a chaleira está a pingar, não sei o que fazer, também faltam peças.", "cp1252"),
        ("Perché il bollitore perde così tanto? Più volte è già successo, però.", "cp1252"),
        ("Hej, vattenkokaren läcker på köksbänken, jag vill gärna få en ny före fredag.", "cp1252"),
        ("Góðan dag, ketillinn lekur, vinsamlegast sendið nýtt lok. Þakka þér fyrir.", "cp1252"),
        ("Die Bestellung ist schön, danke für die Grüße", "cp1252"),
    ],
)
def test_the_writing_tells_the_charset(text: str, codec: str) -> None:
    payload = text.encode(codec)
    assert payload.decode(charset(payload)) == text


@pytest.mark.parametrize("payload", [b"", b"plain", b"\xff", b"\x80" * 50, bytes(range(256)) * 4])
def test_anything_has_a_charset_that_python_knows(payload: bytes) -> None:
    payload.decode(charset(payload), "replace")
