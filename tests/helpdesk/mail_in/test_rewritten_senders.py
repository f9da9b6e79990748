"""Who stood in an envelope before servers on the way rewrote it."""

from __future__ import annotations

import pytest

from helpdesk.mail_in.rewritten_senders import before_rewriting


@pytest.mark.parametrize(
    "rewritten",
    [
        "ann@mail.example",
        "SRS0=HHH=TT=mail.example=ann@forwarder.example",
        "srs0+hHh=TT=mail.example=ann@forwarder.example",
        "SRS1=GGG=forwarder.example==HHH=TT=mail.example=ann@second.example",
        "SRS1+GGG=forwarder.example=+HHH=TT=mail.example=ann@second.example",
        "prvs=0123abcdef=ann@mail.example",
        "SRS0=HHH=TT=mail.example=prvs=0123abcdef=ann@forwarder.example",
    ],
)
def test_who_it_was(rewritten: str) -> None:
    assert before_rewriting(rewritten) == "ann@mail.example"


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("", ""),
        ("SRS0=only@forwarder.example", "SRS0=only@forwarder.example"),
        ("prvs=x@mail.example", "prvs=x@mail.example"),
        ("no address", "no address"),
        ("ann+caf_=support=in.shop.example@gmail.com", "ann@gmail.com"),
    ],
)
def test_what_says_nothing_stays(address: str, same: str) -> None:
    assert before_rewriting(address) == same
