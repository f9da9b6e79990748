"""Signatures, and what clients add by themselves."""

from __future__ import annotations

import pytest

from mailgate.parse.html_text import text_of
from mailgate.parse.quotes import split
from mailgate.parse.sanitise import structure


@pytest.mark.parametrize(
    ("text", "reply", "signature"),
    [
        ("Hi\n\n-- \nrick", "Hi", "-- \nrick"),
        ("Hi\n\n--\nAnn\nShop", "Hi", "--\nAnn\nShop"),
        ("Hi\n\nSent from my iPhone", "Hi", "Sent from my iPhone"),
        *(
            (f"Hi\n\n{line}", "Hi", line)
            for line in (
                "Sent via the Samsung Galaxy S21 5G, an AT&T 5G smartphone",
                "Sent from my mobile device, please excuse typos",
                "Sent from my phone. Please excuse brevity and typos.",
            )
        ),
        ("Hi\n\nVon meinem iPhone gesendet", "Hi", "Von meinem iPhone gesendet"),
        ("Hi\n\nEnvoyé de mon iPhone", "Hi", "Envoyé de mon iPhone"),
        ("Hi\n\nOdoslané z iPhonu", "Hi", "Odoslané z iPhonu"),
        ("Hi\n\nمن\n\nتم الإرسال من الـ iPhone", "Hi\n\nمن", "تم الإرسال من الـ iPhone"),
        (
            "Hi\n\n\u2063Get BlueMail for Android \u200b",
            "Hi",
            "\u2063Get BlueMail for Android \u200b",
        ),
        ("Hi\n\nRegards,\n\nJohn Doe\nCEO", "Hi", "Regards,\n\nJohn Doe\nCEO"),
        ("Hi\n\nBest regards\n\nSome One", "Hi\n\nBest regards\n\nSome One", ""),
        (
            "Hi\n\n-- \n\n______\n\nLegal\nnotice\n______",
            "Hi",
            "-- \n\n______\n\nLegal\nnotice\n______",
        ),
        ("Yes.\n\nOn 1 Jan 2020, A <a@b.example> wrote:\n> Q?\n\n-- \nme", "Yes.", "-- \nme"),
        ("Hi,\n\n--\n- a lid\n--\n\nSend both.", "Hi,\n\n--\n- a lid\n--\n\nSend both.", ""),
        *(
            (f"Hi\n\n{line}", "Hi", line)
            for line in (
                "Sent from my Verizon, Samsung Galaxy smartphone",
                "Sent using https://www.zoho.com/mail/",
                "Sent with Tuta; enjoy secure & ad-free emails: https://tuta.com",
                "Envoyé de mon appareil avec Courriel K-9 Mail. Veuillez excuser ma brièveté.",
            )
        ),
        ("-- \nonly a signature", "-- \nonly a signature", ""),
    ],
)
def test_signatures_stand_apart(text: str, reply: str, signature: str) -> None:
    found = split(text)
    assert (found.reply, found.signature) == (reply, signature)


@pytest.mark.parametrize(
    "line",
    [
        "Tracking: 1Z999AA10123456784",
        "Order no. 88-2",
        "Model: XJ-900",
        "Door code 4711",
        "Sendungsnummer: JJD1234567890",
        "N° de colis : 6A12345678901",
        "Numer paczki 00340434161094042557",
        "快递单号：SF1234567890",
        "お問い合わせ番号：1234-5678-9012",
        "เลขพัสดุ EF123456789TH",
        "2 x lamp, blue",
        "3× Stuhl",
    ],
)
def test_what_is_sent_or_wanted_is_named_below_a_name(line: str) -> None:
    assert line in split(f"It is on its way.\n\nKind regards\nAnn Example\n{line}\n").reply


def test_a_question_under_two_dashes_is_asked() -> None:
    assert split("When does it come?\n--\nAnd how much is it?").signature == ""
    assert split("When does it come?\n-- \nWho knows?").signature == "-- \nWho knows?"


def test_a_number_right_under_the_dashes_is_said() -> None:
    assert "4711-2" in split("My data:\n-- \nCustomer no. 4711-2\nOrder no. 88-2").reply


def test_a_firms_long_signature() -> None:
    lines = [
        "Kind regards", "Ann Example", "Buyer", "", "Example Ltd", "1 Some Road", "London", "",
        "Tel. +44 20 123456", "Fax +44 20 123457", "ann@example.org", "www.example.org", "",
        "Registered in England",
    ]  # fmt: skip
    assert split("\n".join(["Yes, please.", "", *lines])).reply == "Yes, please."
    listed = [f"lamp {number}" for number in range(11, 19)]
    longer = "\n".join(["Send me:", "", "Regards", "Ann", "", *listed, "chair oak", "chair pine"])
    assert split(longer).signature == ""


@pytest.mark.parametrize(
    "mark",
    [
        'class="gmail_signature"', 'class="moz-signature"', 'class="protonmail_signature_block"',
        'id="Signature"', 'id="ms-outlook-mobile-signature"', 'id="AppleMailSignature"',
    ],
)  # fmt: skip
def test_an_answer_that_was_typed_into_the_clients_signature(mark: str) -> None:
    def reply(above: str, inside: str) -> str:
        return split(text_of(structure(f"<p>{above}</p><div {mark}>{inside}</div>"))).reply

    inside = "Please call before noon, the bell is broken.<br>Ann"
    assert "call before noon" in reply("Hello,", inside)
    assert reply("It broke.", "Ann<br>We make lamps for you since 1950.") == "It broke."
    assert "ring twice" in reply("It broke.", "Ann<br>PS: ring twice")
    assert "4711" in reply("It broke.", "Ann<br>I forgot that my order is 4711-22, paid on Monday.")


@pytest.mark.parametrize(
    "label", ["Delivery address:", "Ach ja, die Lieferadresse:", "Adresse de livraison :"]
)
def test_what_is_announced_below_a_name_is_said(label: str) -> None:
    said = f"Please send it.\n\nKind regards\nAnn\n\n{label}\nMax Muster\n1 Some Road\nLondon"
    assert "1 Some Road" in split(said).reply
    firm = f"{said}\nTel. +44 20 123456"
    assert split(firm).reply == "Please send it."
