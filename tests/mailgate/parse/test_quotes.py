"""The new part of a mail, in the words of many clients and languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailgate.parse.quotes import split, split_reply

INTRODUCTIONS = json.loads(
    (Path(__file__).parent / "fixtures" / "quote_heads.json").read_text("utf-8")
)
HEADS: dict[str, str] = INTRODUCTIONS["heads"]
BLOCKS: dict[str, str] = INTRODUCTIONS["blocks"]


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_what_stands_above_a_quotes_head_is_new(head: str) -> None:
    found = split(f"Thank you,\n\nit came today.\n\n{head}\n\n> Has it come?\n> Yours")
    assert found.reply == "Thank you,\n\nit came today."
    assert "Has it come?" in found.quoted


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_a_head_needs_no_marks_below_it(head: str) -> None:
    assert split(f"It came today.\n\n{head}\n\nHas it come?\n\nYours").reply == "It came today."


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_a_head_may_follow_the_text_at_once(head: str) -> None:
    assert split(f"It came today.\n{head}\n> Has it come?").reply == "It came today."


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_what_stands_above_a_header_block_is_new(block: str) -> None:
    found = split(f"It came today.\n\n{block}\n\nHas it come?\n")
    assert found.reply == "It came today."
    assert "Has it come?" in found.quoted


def test_answers_between_quotes_stay_with_them() -> None:
    text = "On 1 Jan 2020 at 10:00, Ann <a@example.org> wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.\n"
    found = split(text)
    assert found.reply == "> One?\n\nYes.\n\n> Two?\n\nNo."
    assert found.quoted.startswith("On 1 Jan")


def test_an_answer_below_the_quote_is_the_reply() -> None:
    found = split("On 04/02/2012 06:26 PM, Megan One wrote:\n> Hi\nHello")
    assert (found.reply, "> Hi" in found.quoted) == ("Hello", True)


def test_a_line_that_broke_in_a_quote_belongs_to_it() -> None:
    quote = (
        "> Lorem ipsum dolor sit amet, consectetur adipiscing elit. Nullam phar\netra?\n>\n> Bye"
    )
    assert split(f"Yes.\n\nOn 1 Jan 2020, Ann <a@b.example> wrote:\n{quote}").reply == "Yes."


@pytest.mark.parametrize(
    "text",
    [
        "On your remote host you can run:\n\n    telnet 127.0.0.1 52698",
        "From: what I understand it is broken.",
        "He wrote:\nplease help",
        "I tried these dates:\n1. Monday\n2. Tuesday",
        "Subject: my order 12\nIt never came.",
        "at 10:00 I tried to pay, and it said: no",
        "Formatting and\n\nspaces\n\n- A\n- B\n\nshould be retained",
        "Sent from my desk, is much easier then my mobile phone.",
        "a -- b\n---- c",
        "It says:\n\nSent from " + "a" * 100 + "!x",  # once read in hours
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert split(text).reply == text


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
        ("-- \nonly a signature", "-- \nonly a signature", ""),
    ],
)
def test_signatures_stand_apart(text: str, reply: str, signature: str) -> None:
    found = split(text)
    assert (found.reply, found.signature) == (reply, signature)


@pytest.mark.parametrize(
    "text",
    [
        "> all\n> of it quoted",
        "On 8 May 2017 17:34, A <a@b.example> wrote:\n\nnothing was above this",
        "----- Original Message -----\nFrom: a\nSubject: b\n\nforwarded",
        "...",
        "--",
        "> ",
    ],
)
def test_a_reply_is_never_empty(text: str) -> None:
    assert split(text).reply.strip()


def test_our_own_mail_is_found_where_its_marks_were_lost() -> None:
    sent = "Dear Ann,\n\nyour parcel left on Monday.\nIt should arrive on Wednesday.\n\nThe shop"
    answer = f"It did, thanks!\n\n{sent}"
    assert split(answer).reply == answer
    found = split_reply(answer, sent)
    assert found.reply == "It did, thanks!"
    assert "left on Monday" in found.quoted
    assert split_reply("Thanks!", sent).reply == "Thanks!"
    assert split_reply(sent, sent).reply == sent
