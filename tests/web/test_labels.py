"""The labels of what happened, and names cut short."""

from __future__ import annotations

from web.labels import first_name, initials, middle


def test_names_are_shortened_where_it_hurts_least() -> None:
    assert middle("a" * 100 + ".pdf", 20) == "aaaaaaaaaaaaa…aa.pdf"
    assert middle("x\r\ny\u202ez.png", 20) == "x yz.png"
    assert first_name("Wolfeschlegelsteinhausenbergerdorff Hubert") == "Wolfeschlegelsteinh…"
    assert first_name("") == ""
    assert (initials("Ann Mary Lee"), initials("n0b0dy"), initials("!")) == ("AL", "N", "?")
