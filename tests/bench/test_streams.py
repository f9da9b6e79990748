"""Open pages are told of what comes while they are counted."""

from __future__ import annotations

from bench import streams


def test_streams_tell_of_each_mail() -> None:
    found = streams.measure("sqlite", tickets=100, streams=5, mails=2, times=10)
    assert found.streams == 5
    assert 0 <= found.filed_to_event_p50_s <= found.filed_to_event_most_s
