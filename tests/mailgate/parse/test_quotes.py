"""The new part of a mail, in the words of many clients and languages."""

from __future__ import annotations

import pytest

from mailgate.parse.quotes import less_what_we_sent, split


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
    found = less_what_we_sent(split(answer), sent)
    assert found.reply == "It did, thanks!"
    assert "left on Monday" in found.quoted
    assert less_what_we_sent(split("Thanks!"), sent).reply == "Thanks!"
    assert less_what_we_sent(split(sent), sent).reply == sent


@pytest.mark.parametrize(
    "head",
    [
        ">>> Ann One <ann@b.example> 12.10.2026 10:46 >>>",
        '"Ann One" ---12.10.2026 10:46:05---Old text.\n\nVon: Ann <ann@b.example>\n'
        "An: b@c.example\nDatum: 12.10.2026 10:46\nBetreff: Re: Kettle",
        "On Mon, Oct 12, 2026 at 10:46 AM Ann\n\n<\n\nmailto:Ann One <ann@b.example>\n\n> wrote:",
        "原始邮件\n\n发件人：Ann <ann@b.example>\n发件时间：2026年10月12日 10:46\n主题：Re",
    ],
)
def test_heads_of_clients_with_ways_of_their_own(head: str) -> None:
    assert split(f"Yes.\n\n{head}\n\nOld text.\n").reply == "Yes."


def test_a_line_of_text_above_a_head_is_no_front_of_it() -> None:
    for above in ("Yes, please.", "Shall I call you?", "My address:"):
        text = f"Hello\n\n{above}\n<ann@b.example> schrieb am 12.10.2026 um 10:46:\n\n> Old"
        assert above in split(text).reply
