"""Any bytes at all give a value: a small share of what ``make fuzz`` does."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import fuzz
from mailgate.parse import ParsedMail


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes(raw: bytes) -> None:
    assert fuzz.check(raw) is None


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300), st.sampled_from([b"From", b"Subject", b"Content-Type", b"To", b"Date"])
)
def test_any_field(value: bytes, name: bytes) -> None:
    assert fuzz.check(name + b": " + value + b"\n\nhi") is None


@pytest.mark.parametrize("seed", range(4))
def test_mutated_mails(seed: int) -> None:
    mails = fuzz.seeds()
    chance = random.Random(seed)
    for number in range(250):
        problem = fuzz.check(fuzz.mutated(chance, mails))
        assert problem is None, f"mail {number} of seed {seed}: {problem}"


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (ParsedMail(subject="a\0b"), "NUL"),
        (ParsedMail(text="\ud800", reply="x"), "UTF-8"),
        (ParsedMail(text="words"), "empty reply"),
    ],
)
def test_the_check_itself_finds_faults(
    monkeypatch: pytest.MonkeyPatch, mail: ParsedMail, words: str
) -> None:
    monkeypatch.setattr(fuzz, "read_mail", lambda raw: mail)
    assert words in (fuzz.check(b"") or "")


def test_an_exception_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(raw: bytes) -> ParsedMail:
        raise ValueError("broken")

    monkeypatch.setattr(fuzz, "read_mail", broken)
    assert fuzz.check(b"") == "ValueError: broken"
