"""Which language a text is written in."""

from __future__ import annotations

import pytest

from helpdesk.detected_language import LANGUAGE_NAMES, detected_language

SENTENCES = {
    "en": "Hello, where is my order? It should have been here yesterday.",
    "de": "Guten Tag, wo bleibt meine Bestellung? Sie sollte gestern kommen.",
    "fr": "Bonjour, je n’ai toujours pas reçu ma commande.",
    "es": "Hola, ¿dónde está mi pedido? Gracias",
    "it": "Buongiorno, vorrei sapere quando arriva il mio ordine",
    "pt": "Olá, ainda não recebi a minha encomenda",
    "nl": "Hallo, waar blijft mijn bestelling?",
    "sv": "Hej, när kommer min beställning?",
    "da": "Hej, hvornår kommer min bestilling?",
    "no": "Hei, når kommer bestillingen min? Takk",
    "pl": "Dzień dobry, kiedy przyjdzie moje zamówienie?",
    "cs": "Dobrý den, kdy přijde moje objednávka?",
    "hu": "Jó napot, mikor érkezik meg a rendelés?",
    "ro": "Bună ziua, când vine comanda mea?",
    "tr": "Merhaba, siparişim ne zaman gelecek?",
    "el": "Καλημέρα, πού είναι η παραγγελία μου;",
    "ru": "Здравствуйте, где мой заказ?",
    "uk": "Доброго дня, де моє замовлення? Дякую, чекаю її",
    "he": "שלום, איפה ההזמנה שלי",
    "ar": "مرحبا، أين طلبي؟",
    "th": "สินค้าของฉันยังไม่มา",
    "ja": "注文した商品がまだ届きません",
    "zh": "我的包裹还没有到",
    "ko": "주문한 상품이 아직 안 왔어요",
}


@pytest.mark.parametrize("language", LANGUAGE_NAMES)
def test_each_by_a_sentence(language: str) -> None:
    assert detected_language(SENTENCES[language]) == language
    assert detected_language(SENTENCES[language].upper()) == language


@pytest.mark.parametrize(
    "text",
    ["", "ok", "Danke!", "thx", "Order 4711", "Ann Lee", "https://shop.example/the/and/is/are/you",
     "the@and.example is@are.example you@your.example", "…………………", "İİİİİİİİİİİİ",
     "xqzt wvkj plmn"],
)  # fmt: skip
def test_what_cannot_be_told_is_not_said(text: str) -> None:
    assert detected_language(text) == ""


def test_a_name_or_a_few_words_of_another_language_do_not_decide() -> None:
    german = "Hallo, ich habe das Modell “The Best of the West” bestellt und es ist nicht da."
    assert detected_language(german) == "de"
    assert detected_language("Order from Мария: where is the parcel that I paid for?") == "en"
