"""Two addresses of one mailbox."""

from __future__ import annotations

import pytest

from helpdesk.mail_in.same_mailbox import is_same_mailbox


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ann+shop@gmail.com", "ann@gmail.com", True),
        ("ann+shop@gmail.com", "Ann+Else@GMail.com ", True),
        ("gil@gmail.com", "gil@googlemail.com", True),
        ("gil+x@googlemail.com", "gil+y@gmail.com", True),
        ("ann.lee@gmail.com", "annlee+x@googlemail.com", True),
        ("ann.lee@firm.example", "annlee@firm.example", False),
        ("ann@me.com", "ann@icloud.com", True),
        ("ann+shop@firm.example", "ann@firm.example", True),
        ("ann@müller.example", "ann+x@xn--mller-kva.example", True),
        ("ann@straße.example", "ann@strasse.example", False),
        ("ann@gmail.com", "ann@hotmail.com", False),
        ("ann+shop@gmail.com", "anna@gmail.com", False),
        ("ann@firm.example", "ann@mail.firm.example", False),
        ("+x@firm.example", "+y@firm.example", False),
        ("reply+a1@reply.forge.example", "reply+b2@reply.forge.example", False),
        ("reply+a1@reply.forge.example", "Reply+A1@reply.forge.example", True),
        ("no-reply+1@service.example", "no-reply+2@service.example", False),
        ("do.not_reply+1@service.example", "do.not_reply@service.example", False),
        ("notifications+a@service.example", "notifications+b@service.example", False),
        ("r+1@meier.example", "r+2@meier.example", True),
        ("mail+shop@meier.example", "mail@meier.example", True),
        ("ann.reply+1@firm.example", "ann.reply@firm.example", True),
        ("info+shop@firm.example", "info@firm.example", True),
        ("", "", False),
        ("+", "+", False),
    ],
)
def test_a_plus_tag_and_a_providers_other_name_are_one_mailbox(
    one: str, other: str, same: bool
) -> None:
    assert is_same_mailbox(one, other) is same
