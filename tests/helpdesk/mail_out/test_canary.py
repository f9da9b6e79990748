"""The name of a canary: nobody else can make one."""

from __future__ import annotations

from helpdesk.mail_out.canary import canary_name, read_canary
from tests.conftest import SECRET


def test_a_canary_is_known_by_its_name_anywhere_in_a_subject() -> None:
    name = canary_name(SECRET, 7)
    assert read_canary((SECRET,), f"x {name.upper()} y") == 7


def test_nobody_else_makes_a_canary() -> None:
    name = canary_name(SECRET, 7)
    for forged in (canary_name("another" * 8, 7), name.replace("c7", "c8"), name[:-1], "c7-", ""):
        assert read_canary((SECRET,), f"x {forged} y") is None
