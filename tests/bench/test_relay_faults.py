"""The rows of ``make faults`` that need neither a worker of their own nor minutes."""

from __future__ import annotations

import pytest

from bench import relay_faults


@pytest.mark.parametrize("name", [relay_faults.HANGS, relay_faults.FIVE_DAYS])
def test_what_a_relay_does_not_take_is_told_and_nothing_is_sent_twice(name: str) -> None:
    outcome = relay_faults.run(name, mails=8)
    assert outcome.holds, outcome
