"""What the relays of marketplaces write: whose alias it is, and where the order stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.mail_in.incoming import NamedAddress
from helpdesk.mail_in.marketplaces import (
    RelayedOrder,
    buyers_name,
    named_orders,
    relay_of,
    relayed_order,
)
from tests.helpdesk.mails import mail

AMAZON = "xyz12abc345def+5f3c1a2b@marketplace.amazon.de"
EBAY = "ann_k1984@members.ebay.com"
ETSY = "annlee84+c1@mail.etsy.com"
COUNTRIES = (
    "com ca com.mx com.br co.uk de fr it es nl se pl com.be com.tr ae sa eg in co.jp com.au sg"
)


@pytest.mark.parametrize("country", COUNTRIES.split())
def test_amazons_relay_in_every_country(country: str) -> None:
    found = relay_of(f"xyz12abc345def+1@marketplace.amazon.{country}")
    assert found
    assert found.name == "amazon"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (AMAZON, "amazon"),
        (AMAZON.upper(), "amazon"),
        (EBAY, "ebay"),
        ("ann.k-1984@members.ebay.com.au", "ebay"),
        (ETSY, "etsy"),
        ("annlee84@transaction.etsy.com", "etsy"),
        ("xyz12abc345def@amazon.de", ""),
        ("xyz12abc345def@marketplace.amazon.de.evil.example", ""),
        ("xyz12abc345def@evil-marketplace.amazon.de", ""),
        ("xyz12abc345def@marketplace-amazon.de", ""),
        ("no-reply+1@marketplace.amazon.de", ""),
        ("reply.messages+1@members.ebay.com", ""),
        ("ann@marketplace.amazon.de", ""),
        ("+1@marketplace.amazon.de", ""),
        ("no address", ""),
        ("", ""),
    ],
)
def test_whose_address_is_a_buyers(address: str, name: str) -> None:
    found = relay_of(address)
    assert (found.name if found else "") == name


@pytest.mark.parametrize(
    ("sender", "subject", "number"),
    [
        (AMAZON, "Product question from Amazon customer Ann (Order: {})", "028-1234567-1234567"),
        (AMAZON, "Produktanfrage von Amazon-Kunde Ann (Bestellung: {})", "302-1234567-1234567"),
        (AMAZON, "Re: Question d'un client Amazon (Commande : {})", "402-1234567-1234567"),
        (AMAZON, "Richiesta dal cliente Amazon (Ordine: {} )", "403-1234567-1234567"),
        (AMAZON, "Pregunta de un cliente de Amazon [Pedido: {}]", "404-1234567-1234567"),
        (AMAZON, "購入者からのお問い合わせ（注文： {}）", "503-1234567-1234567"),
        (AMAZON, "Vraag van een klant (Bestelling: {})", "D01-1234567-1234567"),
        (AMAZON, "Anfrage zu Bestellung {}", "302-1234567-1234567"),
        (EBAY, "Other: ann sent a message about Kettle, 2 l #{}", "284212345678"),
        (EBAY, "Sonstiges: ann hat eine Frage zum Artikel Kessel #{} gesendet", "284212345678"),
        (EBAY, "Re: Your order (Order: {})", "12-34567-89012"),
        (ETSY, "Etsy Conversation with Ann (Order #{})", "3123456789"),
        (ETSY, "Ann asks about order #{}", "3123456789"),
    ],
)
def test_the_order_stands_at_the_end_of_the_subject(sender: str, subject: str, number: str) -> None:
    found = relayed_order(mail(sender, subject.format(number)))
    assert found
    assert found.number == number
    assert found.alias == sender.replace("+5f3c1a2b", "").replace("+c1", "")


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        (AMAZON, "Where is 302-1234567-1234567, please?"),
        (AMAZON, "Question from Ann (Order: 302-1234567-1234567) of Amazon"),
        (AMAZON, "Question (Order: 302-1234567-123456)"),
        (AMAZON, "Question (Order: 9302-1234567-1234567x)"),
        (EBAY, "My telephone is 284212345678"),
        (ETSY, "My telephone is 3123456789"),
        ("ann@mail.example", "Question (Order: 302-1234567-1234567)"),
        ("", "Question (Order: 302-1234567-1234567)"),
    ],
)
def test_elsewhere_a_number_says_nothing(sender: str, subject: str) -> None:
    assert relayed_order(mail(sender or None, subject)) is None


def test_the_last_place_counts_and_not_the_buyers_name() -> None:
    found = relayed_order(
        mail(AMAZON, "From Ann (Order: 302-1111111-1111111) (Order: 302-2222222-2222222)")
    )
    assert found == RelayedOrder(
        "amazon", "302-2222222-2222222", "xyz12abc345def@marketplace.amazon.de"
    )


def test_a_mail_taken_as_from_whom_its_reply_to_names_says_nothing() -> None:
    by_form = mail("form@evil.example", "Question (Order: 302-1234567-1234567)")
    assert relayed_order(replace(by_form, sender=NamedAddress("", AMAZON))) is None


def test_numbers_anywhere_are_good_for_a_link() -> None:
    texts = (
        "About 302-1234567-1234567",
        "注文503-1234567-1234567の件, 12-34567-89012, #3123456789, +49 151 12345678901",
        "D01-1234567-1234567 302-1234567-1234567 302-1234567-12345678",
    )
    assert named_orders(texts) == (
        "302-1234567-1234567",
        "503-1234567-1234567",
        "12-34567-89012",
        "3123456789",
        "12345678901",
        "D01-1234567-1234567",
    )
    assert len(named_orders([" ".join(str(10**9 + one) for one in range(99))])) == 10


@pytest.mark.parametrize(
    ("address", "name", "own"),
    [
        (AMAZON, "Ann Lee - Amazon Marketplace", "Ann Lee"),
        (ETSY, "Ann Lee via Etsy", "Ann Lee"),
        (EBAY, "ann_k1984 via eBay", "ann_k1984"),
        (AMAZON, "Ann Amazon", "Ann Amazon"),
        ("ann@mail.example", "Ann - Amazon Marketplace", "Ann - Amazon Marketplace"),
    ],
)
def test_what_a_relay_adds_to_a_name(address: str, name: str, own: str) -> None:
    assert buyers_name(address, name) == own
