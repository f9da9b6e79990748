"""What can be wrong with a mail server has a sentence each, and a field to look at."""

from __future__ import annotations

from helpdesk.imap.trouble import FIELDS, SENTENCES, ImapTrouble, TroubleKind, words_of


def test_each_has_a_sentence_and_a_field() -> None:
    assert set(SENTENCES) == set(FIELDS) == set(TroubleKind)


def test_the_servers_words_stand_beside_it_in_one_line() -> None:
    told = ImapTrouble(TroubleKind.REFUSED, "no\r\nand   " + "x" * 500)
    assert str(told).startswith("The server refuses the user name or the password. It says: no ")
    assert "\n" not in str(told)
    assert len(told.words) < 320


def test_words_are_read_out_of_whatever_was_raised() -> None:
    assert words_of(OSError(111, "Connection refused")) == "Connection refused"
    assert words_of(ValueError("b'[X] no'")) == "[X] no"
    assert words_of(ValueError(b"no")) == "no"
    assert words_of(TimeoutError()) == "TimeoutError"
