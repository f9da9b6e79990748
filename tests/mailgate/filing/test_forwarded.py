"""Forwarded mail as the usual clients write it: whose it is, what they said, what stands above."""

from __future__ import annotations

import pytest

from helpdesk.mail_in.incoming import Forwarded
from helpdesk.subject_prefixes import PREFIXES, subject_parts
from helpdesk.tickets.content import StoredFile
from mailgate.filing.forwarded import forwarded_in
from mailgate.parse import ParsedMail
from mailgate.parse.delimiter_phrases import DELIMITERS
from mailgate.parse.label_phrases import LABELS
from mailgate.parse.languages import LANGUAGES

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


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_the_words_of_each_language(language: str) -> None:
    labels, row = LABELS[language], DELIMITERS[language]
    sender, sent, to, subject = (
        getattr(labels, one).split("|")[0] for one in ("sender", "sent", "to", "subject")
    )
    block = (
        f"{sender}: Cora <cora@mail.example>\n{sent}: 12.10.2026 10:46\n{to}: Sam "
        f"<sam@shop.example>\n{subject}: The lid\n\nIs it mine?"
    )
    for prefix in PREFIXES[language].forward.split("|"):
        for colon in (":", "：", " :"):
            given = f"{prefix}{colon} The lid"
            if not subject_parts(given).forwards:  # a word of ordinary subjects too
                assert len(prefix) <= 4
                continue
            for line in (f"-----{row.original.split('|')[0]}-----", "_" * 32, ""):
                found = forwarded(f"Please look.\n\n{line}\n{block}", given)
                assert found, given
                assert found.sender.address == "cora@mail.example"
                assert found.text == "Is it mine?"
                assert found.cover.startswith("Please look.")


@pytest.mark.parametrize(
    "subject",
    ["[Fwd: x]", "[Fwd: Fwd: x]", "Fwd:: x", "Fwd﹕x", "\u200bFwd: x", "Fwd:\xa0x", "TR\xa0: x",
     "Tr\u202f: x", "I: x", "RV: x", "ENC: x", "VS: x", "VB: x", "PD: x", "TV: x", "İLT: x",
     "ilt: x",
     "転送: x",
     "轉寄：x", "전달: x", "转发：x", "TRS: x", "ΠΡΘ: x", "Fwd[2]: x", "WG: AW: x"],
)  # fmt: skip
def test_subjects_that_say_forwarded(subject: str) -> None:
    parts = subject_parts(subject)
    assert (parts.forwards, parts.rest) == (True, "x")


@pytest.mark.parametrize(
    "subject",
    ["R: x", "RIF: x", "Vá: x", "ΑΠ: x", "回覆：x", "답장: x", "Re[2]: x", "AW: WG: x", "Re : x",
     "SV: VB: x", "Odp: x", "YNT: x", "رد: x", "\u200fהשב: x"],
)  # fmt: skip
def test_subjects_that_say_answer(subject: str) -> None:
    parts = subject_parts(subject)
    assert (parts.forwards, parts.answers, parts.rest) == (False, True, "x")


@pytest.mark.parametrize(
    ("subject", "rest", "forwards"),
    [
        ("[EXTERNAL] Fwd: x", "[EXTERNAL] x", True),
        ("[SPAM?] [EXT] WG: x", "[SPAM?] [EXT] x", True),
        ("***SPAM*** FW: x", "***SPAM*** x", True),
        ("EXTERN: WG: x", "EXTERN: x", True),
        ("{Spam?} TR : x", "{Spam?} x", True),
        ("[kettles] Fwd: x", "[kettles] x", True),
        ("Fwd: [EXT] Re: x", "[EXT] x", True),
        ("[EXT] RE: [EXT] FW: x", "[EXT] x", False),
        ("Re: [EXT] Re: [EXT] x", "[EXT] x", False),
    ],
)
def test_what_servers_and_lists_put_before_it_stays(
    subject: str, rest: str, forwards: bool
) -> None:
    parts = subject_parts(subject)
    assert (parts.rest, parts.forwards) == (rest, forwards)


@pytest.mark.parametrize(
    "subject",
    [
        "Forwarding: x y",
        "[a] [a]  x",
        "[1][2] x",
        "[Re] x",
        "Ext: x",
        "[Fwd: a] and [Re: b]",
        "[[[[",
        "****",
        "[EXTERNAL] x",
        "Question",
        "Rest: x",
        "Pro: x",
        "PS: x",
    ],
)
def test_ordinary_subjects(subject: str) -> None:
    parts = subject_parts(subject)
    assert (parts.forwards, parts.answers, parts.rest) == (False, False, subject)


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ('"tom@shop.example" <eve@mail.example>', "eve@mail.example"),
        ("tom@shop.example <eve@mail.example>", "eve@mail.example"),
        ("Tom [mailto:tom@shop.example]", "tom@shop.example"),
        ("tom@shop.example [mailto:eve@mail.example]", "eve@mail.example"),
        ("ann@mail.example <mailto:ann@mail.example>", "ann@mail.example"),
        ("Ann (ann@mail.example)", "ann@mail.example"),
        ("Ann <ann@mail.example>, Bo <bo@mail.example>", ""),
        ("<ann@mail.example> <eve@mail.example>", ""),
        ("Ann [ann@mail.example] <eve@mail.example>", ""),
        ("ann@mail.example, bo@mail.example", ""),
    ],
)
def test_the_sender_is_who_stands_in_brackets_and_nobody_where_that_is_several(
    sender: str, address: str
) -> None:
    found = forwarded(GMAIL.replace("Ann Lee <ann@mail.example>", sender))
    assert found
    assert found.sender.address == address


def test_a_mail_attached_to_what_was_forwarded_is_not_what_was_forwarded() -> None:
    reading = {"type": "mail", "from": {"name": "", "address": "bo@mail.example"}, "text": "Old."}
    file = StoredFile("old.eml", "message/rfc822", 9, "0", reading=reading)
    found = forwarded_in(ParsedMail(subject="Fwd: The lid", text=f"{GMAIL} it mine?"), (file,))
    assert found
    assert (found.sender.address, found.text) == ("ann@mail.example", "Is it mine?")
