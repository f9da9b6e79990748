"""Signatures, and what clients add by themselves."""

from __future__ import annotations

import pytest

from mailgate.parse.quotes import split


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
