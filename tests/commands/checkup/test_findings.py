"""A finding: what was looked at, how it stands, and what to do."""

from __future__ import annotations

from commands.checkup.findings import fail, ok, warn


def test_what_is_not_fine_says_what_to_do() -> None:
    assert ok("disk", "2 GB free").state == "ok"
    for make, state in ((warn, "warn"), (fail, "fail")):
        found = make("disk", "full", "remove something")
        assert (found.name, found.state, found.text, found.advice) == (
            "disk",
            state,
            "full",
            "remove something",
        )
