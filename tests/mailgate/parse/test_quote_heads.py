"""The lines that introduce a quoted mail, in the words of many clients and languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailgate.parse.quotes import split

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


@pytest.mark.parametrize(
    "below",
    [
        "On Mon, Oct 12, 2026 at 10:46, Shop<shop@shop.example> wrote:   Shall we refund it?",
        "------------------&nbsp;原始邮件&nbsp;------------------\n发件人: Shop\nShall we?",
        "On Tue, Apr 11, 2017 at 7:08 PM Shop <\n\nmailto:a@shop.example\n\n> wrote:\n\nShall we?",
        "Am 20.06.24 um 16:20 schrieb Ann - Shop\n> Shall we?",
    ],
)
def test_heads_that_lost_their_form(below: str) -> None:
    assert split(f"Yes.\n\n{below}\n").reply == "Yes."


def test_a_persons_sentence_with_a_date_is_no_head() -> None:
    text = "Am 20.06.24 um 16:20 schrieb ich Ihnen wegen der Lieferung.\n\nSie kam nie."
    assert split(text).reply == text


@pytest.mark.parametrize(
    "told",
    [
        "On 12 October 2026 at 10:46 your colleague wrote to me:",
        "Am 12.10.2026 um 10:46 schrieb mir Ihr Kollege:",
        "Le 12/10/2026 à 10:46, votre collègue m’a écrit :",
        "El 12/10/2026 a las 10:46 su compañero me escribió:",
        "Il 12/10/2026 alle 10:46 il Suo collega mi ha scritto:",
        "Op 12-10-2026 om 10:46 schreef uw collega mij:",
        "12.10.2026 в 10:46 ваш коллега написал мне:",
        "Den 2026-10-12 kl. 10:46 skrev er kollega till mig:",
    ],
)
def test_a_person_who_tells_of_a_letter_quotes_nothing(told: str) -> None:
    text = f'Hello,\n\n{told}\n"It comes tomorrow."\n\nIt did not come.'
    assert split(text).reply == text
    quoting = f"Hello,\n\n{told}\n\n> It comes tomorrow.\n> Kim"
    assert split(quoting).reply == "Hello,"
