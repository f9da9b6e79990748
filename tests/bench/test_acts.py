"""What staff do at the desk is done while it is timed."""

from __future__ import annotations

from bench import acts


def test_each_act_is_timed() -> None:
    timed = acts.measure("sqlite", tickets=2500, times=4)
    assert [one.page for one in timed] == [
        "open a ticket",
        "priority, in the list",
        "undo of 1",
        "the list's 50 rows anew",
        "priority of 10",
        "undo of 10",
        "priority of 100",
        "undo of 100",
        "priority, beside a ticket",
        "undo beside a ticket",
        "send and next",
        "undo of an answer",
        "resolve and next",
    ]
    assert all(0 < one.p50_ms <= one.p95_ms for one in timed)
