"""The commands that a mail of staff begins with: read, and taken off its text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail_in.commands import MOST, read_commands


@pytest.mark.parametrize(
    ("text", "commands", "rest"),
    [
        ("#resolve\nDone.", [("resolve", "")], "Done."),
        ("\n#Assign:  me \n\n#note\n\nPsst.\n", [("assign", "me"), ("note", "")], "Psst."),
        ("Hello.\n#resolve", [], "Hello.\n#resolve"),
        ("#1 is the best", [], "#1 is the best"),
        ("# A heading", [], "# A heading"),
        ("\u200b#note\nPsst.", [("note", "")], "Psst."),
        ("#note", [("note", "")], ""),
        ("", [], ""),
    ],
)
def test_commands_stand_first_and_the_rest_is_text(
    text: str, commands: list[tuple[str, str]], rest: str
) -> None:
    found, left = read_commands(text)
    assert [(one.name, one.argument) for one in found] == commands
    assert left == rest


def test_a_mail_full_of_commands_is_read_to_an_end() -> None:
    found, left = read_commands("#note\n" * (MOST + 1) + "x")
    assert (len(found), left) == (MOST, "#note\nx")


@given(st.text())
def test_what_is_left_is_the_end_of_the_text(text: str) -> None:
    _, left = read_commands(text)
    assert text.strip("\n").endswith(left)
