"""Roles: who counts as staff, and who as an admin."""

from __future__ import annotations

import pytest

from helpdesk.actor import SYSTEM, VISITOR, Actor
from helpdesk.vocabulary import Role


@pytest.mark.parametrize(
    ("actor", "is_staff", "is_admin"),
    [
        (Actor(1, Role.ADMIN), True, True),
        (Actor(1, Role.AGENT), True, False),
        (Actor(1, Role.CUSTOMER), False, False),
        (SYSTEM, False, True),
        (VISITOR, False, False),
    ],
)
def test_rights_hang_on_the_role(actor: Actor, is_staff: bool, is_admin: bool) -> None:
    assert (actor.is_staff, actor.is_admin) == (is_staff, is_admin)
