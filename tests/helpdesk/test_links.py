"""What we sign: it holds for what it was made for, and for nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk import links
from helpdesk.links import ReplyRight, TrackingRight

SECRET = "a-secret-that-only-the-tests-know-0123456789"
OTHER = "another-secret-that-somebody-made-up-01234567"
IDS = st.integers(1, 2**63 - 1)


@given(IDS, IDS, st.integers(1, 10**6))
def test_tokens_hold_for_what_they_were_made_for(ticket: int, person: int, generation: int) -> None:
    reply = links.reply_token(SECRET, ticket, person, generation)
    tracking = links.tracking_token(SECRET, ticket, generation, person)
    assert links.read_reply_token((SECRET,), reply.upper()) == ReplyRight(
        ticket, person, generation
    )
    assert links.read_tracking_token((SECRET,), tracking) == TrackingRight(
        ticket, generation, person
    )
    assert links.read_reply_token((SECRET,), tracking) is None
    assert links.read_tracking_token((SECRET,), reply) is None
    assert links.read_reply_token((OTHER,), reply) is None
    assert links.read_tracking_token((OTHER,), tracking) is None


def test_a_link_of_before_links_named_a_person_holds_on() -> None:
    old = "bqb4na2gvhqbrhp7xpypyuhssw5wa"
    assert links.read_tracking_token((SECRET,), old) == TrackingRight(12, 3, None)
    assert links.read_tracking_token((OTHER,), old) is None


@given(st.text() | st.text("abcdefghijklmnopqrstuvwxyz234567"))
def test_no_other_text_is_a_token(text: str) -> None:
    assert links.read_reply_token((SECRET,), text) is None
    assert links.read_tracking_token((SECRET,), text) is None


def test_a_token_with_one_letter_changed_holds_no_more() -> None:
    token = links.reply_token(SECRET, 12, 34, 1)
    for place in range(len(token)):  # also the last, which has bits that carry nothing
        changed = token[:place] + ("a" if token[place] != "a" else "b") + token[place + 1 :]
        assert links.read_reply_token((SECRET,), changed) is None, place


def test_reply_addresses_fit_into_a_local_part() -> None:
    token = links.reply_token(SECRET, 10**9, 10**9, 99)
    address = links.reply_address("support@shop.example", token)
    assert address == f"support+{token}@shop.example"
    assert address == address.lower()
    assert len(address.partition("@")[0]) <= 64
    long = "our-very-long-support-mailbox@shop.example"
    assert links.reply_address(long, token) == long


@pytest.mark.parametrize(
    "domain",
    ["shop.example", "a.very.long.name.of.a.subdomain.shop.example", "x" * 63 + ".example"],
)
def test_message_ids_are_short_unique_and_for_one_person(domain: str) -> None:
    made = {links.mint_message_id(SECRET, 7, 8, domain) for _ in range(100)}
    assert len(made) == 100
    for message_id in made:
        assert len(message_id) <= 58
        assert links.may_be_ours(message_id)
        assert links.is_minted_for((SECRET,), message_id, 7, 8)
        assert not links.is_minted_for((SECRET,), message_id, 7, 9)
        assert not links.is_minted_for((SECRET,), message_id, 8, 8)
        assert not links.is_minted_for((OTHER,), message_id, 7, 8)


def test_a_message_id_is_ascii_whatever_the_domain() -> None:
    message_id = links.mint_message_id(SECRET, 7, 8, "bücher.example")
    assert message_id.isascii()
    assert message_id.endswith(".example")


@given(st.text())
def test_no_other_text_is_a_message_id_of_ours(text: str) -> None:
    assert not links.is_minted_for((SECRET,), text, 7, 8)
