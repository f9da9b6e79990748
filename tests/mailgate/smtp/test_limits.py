"""How many connections an address may have."""

from __future__ import annotations

from mailgate.smtp.limits import ConnectionCounter, SmtpLimits, plain_address


def test_counting_visitors() -> None:
    connections = ConnectionCounter(SmtpLimits(), ())
    assert [connections.enter("192.0.2.1") for _ in range(21)] == [True] * 20 + [False]
    for _ in range(20):
        connections.leave("192.0.2.1")
    for number in range(200):
        assert connections.enter(f"192.0.2.{number}")
    assert not connections.enter("192.0.2.201")


def test_addresses_are_told_plainly() -> None:
    assert plain_address(("::ffff:192.0.2.1", 25, 0, 0)) == "192.0.2.1"
    assert plain_address(("fe80::1%eth0", 25, 0, 0)) == "fe80::1"
    assert plain_address("") == plain_address(None) == plain_address(b"") == ""
