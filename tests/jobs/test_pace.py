"""Pace: no more mails a second than a relay takes."""

from __future__ import annotations

import threading

from helpdesk.settings import Relay
from jobs.pace import Pace
from jobs.relay import SmtpRelay
from tests.jobs.deliveries import MAIL, QUICK, SENDER, TO
from tests.support.relay import ScriptedRelay


def test_no_more_mails_a_second_than_are_allowed(relay: ScriptedRelay) -> None:
    now = [0.0]
    turns: list[float] = []

    def pause(seconds: float) -> bool:
        now[0] += seconds
        return False

    pace = Pace(4, monotonic=lambda: now[0], pause=pause)
    named = Relay("smtp", "127.0.0.1", relay.port)
    sender = SmtpRelay(named, own_name="localhost", timeouts=QUICK, pace=pace)
    for _ in range(4):
        sender.send(SENDER, TO, MAIL)
        turns.append(now[0])
    now[0] = 10.0
    sender.send(SENDER, TO, MAIL)
    assert [*turns, now[0]] == [0, 0.25, 0.5, 0.75, 10.0]


def test_told_to_stop_nobody_waits_for_their_turn(relay: ScriptedRelay) -> None:
    named = Relay("smtp", "127.0.0.1", relay.port)
    sender = SmtpRelay(named, own_name="localhost", timeouts=QUICK, pace=Pace(0.001))
    sender.send(SENDER, TO, MAIL)
    threading.Timer(0.1, sender.abort).start()
    assert sender.send(SENDER, TO, MAIL).kind == "unreachable"
    assert len(relay.mails) == 1
