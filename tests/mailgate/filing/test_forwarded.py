"""Forwarded mail as the usual clients write it: whose it is, what they said, what stands above."""

from __future__ import annotations

import pytest

from helpdesk.mail_in.incoming import Forwarded
from helpdesk.tickets.content import StoredFile
from mailgate.filing.forwarded import forwarded_in
from mailgate.parse import ParsedMail

BLOCK = "From: Ann Lee <ann@mail.example>\nDate: Mon, 23 Nov 2026 at 09:00\nSubject: The lid\n"
GMAIL = f"Can you?\n\n---------- Forwarded message ---------\n{BLOCK}To: <bo@shop.example>\n\n\nIs"
OUTLOOK = (
    "Can you?\n\n________________________________\nVon: Ann Lee [mailto:ann@mail.example]\n"
    "Gesendet: Montag, 23. November 2026 09:00\nAn: Bo\nBetreff: The lid\n\nIs"
)
APPLE = (
    "Can you?\n\nBegin forwarded message:\n\n> From: Ann Lee <ann@mail.example>\n"
    "> Subject: The lid\n> Date: 23 November 2026 at 09:00:00 CET\n> To: bo@shop.example\n> \n> Is"
)
THUNDERBIRD = (
    "Can you?\n\n-------- Weitergeleitete Nachricht --------\nBetreff: The lid\n"
    "Datum: Mon, 23 Nov 2026 09:00:00 +0100\nVon: Ann Lee <ann@mail.example>\n"
    "An: bo@shop.example\n\nIs"
)


def forwarded(text: str, subject: str = "Fwd: The lid") -> Forwarded | None:
    return forwarded_in(ParsedMail(subject=subject, text=text), ())


@pytest.mark.parametrize("client", [GMAIL, OUTLOOK, APPLE, THUNDERBIRD])
def test_as_clients_write_it(client: str) -> None:
    marked = client is APPLE
    text = " it mine?\n> \n> Ann" if marked else " it mine?\n\nAnn"
    found = forwarded(client + text, "WG: The lid" if "Von:" in client else "Fwd: The lid")
    assert found
    assert (found.sender.name, found.sender.address) == ("Ann Lee", "ann@mail.example")
    assert found.text == "Is it mine?\n\nAnn"
    assert found.cover.startswith("Can you?")
    assert "orward" not in found.cover + found.text


def test_attached_whole() -> None:
    reading = {
        "type": "mail",
        "from": {"name": "Ann", "address": "ann@mail.example"},
        "text": "Is it mine?",
    }
    file = StoredFile("The lid.eml", "message/rfc822", 9, "0", reading=reading)
    found = forwarded_in(ParsedMail(subject="Fwd: The lid", text="See below."), (file,))
    assert found
    assert (found.sender.address, found.text) == ("ann@mail.example", "Is it mine?")
    assert found.cover == "See below."


def test_what_is_not_forwarded() -> None:
    assert forwarded(GMAIL, "Re: The lid") is None
    assert forwarded(GMAIL, "Forwarding the lid") is None
    assert forwarded("No mail in it.") is None
    assert forwarded(GMAIL.replace("<ann@mail.example>", "")) is None
    assert forwarded("From: x\n" * 5000) is None
