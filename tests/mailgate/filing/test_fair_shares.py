"""Whose turn it is: those who used little before those who used much, and none never."""

from __future__ import annotations

from mailgate.filing.fair_shares import (
    LIGHT,
    REMEMBERED,
    SHARE,
    SMALL,
    WINDOW,
    Claim,
    FairShares,
    Lane,
)

TRY = 0.5
SHAPE = "</>a"


class Reading:
    """A reader with a clock of its own: a mail takes as long as its size says in milliseconds."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.shares = FairShares(lambda: self.now)
        self.read: list[str] = []

    def add(self, name: str, sender: str, **more: int | str) -> None:
        self.shares.add(Claim(name, sender, **more))  # type: ignore[arg-type]

    def next(self, lane: Lane = Lane.FIRST, seconds: float = 0.005) -> str:
        """Read the next mail for so long; its name, empty for nobody's turn."""
        claim = self.shares.take(lane)
        if claim is None:
            return ""
        self.now += seconds
        self.shares.charge(claim, lane, seconds)
        return claim.name


def test_the_oldest_goes_first() -> None:
    reading = Reading()
    for name in ("3", "1", "2"):
        reading.add(name, f"s{name}")
    assert [reading.next() for _ in range(4)] == ["1", "2", "3", ""]


def test_who_used_up_a_try_stands_behind_those_who_did_not() -> None:
    reading = Reading()
    for number in range(10):
        reading.add(f"1{number}", "slow")
    assert reading.next(seconds=TRY) == "10"
    for number in range(3):
        reading.add(f"2{number}", f"s{number}")
    assert [reading.next() for _ in range(4)] == ["20", "21", "22", "11"]


def test_those_behind_get_a_quarter_while_first_ones_wait() -> None:
    reading = Reading()
    for number in range(100):
        reading.add(f"1{number:03}", "slow", size=SMALL + 1)
    for number in range(1000):
        reading.add(f"2{number:03}", f"s{number}")
    spent = {"1": 0.0, "2": 0.0}
    longest = waited = 0.0
    while reading.now < 1003:
        before = reading.now
        claim = reading.shares.take(Lane.FIRST)
        assert claim
        seconds = 0.2 if claim.sender == "slow" else 0.005
        reading.now += seconds
        reading.shares.charge(claim, Lane.FIRST, seconds)
        spent[claim.name[0]] += reading.now - before
        waited = waited + seconds if claim.sender == "slow" else 0.0
        longest = max(longest, waited)
    assert spent["1"] / 3 <= 0.3
    assert spent["1"] > 0
    assert longest <= 0.2 + 1e-9, "a first one waits for one of the others at most"


def test_of_those_behind_the_least_used_is_next() -> None:
    reading = Reading()
    for number in range(4):
        reading.add(f"1{number}", "much", size=SMALL + 1)
        reading.add(f"2{number}", "little", size=SMALL + 1)
    order = [reading.next(seconds=TRY) for _ in range(6)]
    assert order == ["10", "20", "11", "21", "12", "22"]
    reading.add("30", "new", size=SMALL + 1)
    assert reading.next() == "30"


def test_who_held_a_quarter_of_a_minute_comes_last_sender_or_peer() -> None:
    reading = Reading()
    for number in range(9):
        reading.add(f"1{number}", f"s{number}", peer="192.0.2.1", size=SMALL + 1)
    for _ in range(8):
        reading.next(seconds=SHARE / 8 + 0.01)
    reading.add("20", "s20", peer="192.0.2.2", size=SMALL + 1)
    reading.add("21", "s21", peer="192.0.2.1")
    assert [reading.next() for _ in range(3)] == ["20", "18", "21"]


def test_a_server_of_our_own_holds_as_much_as_it_brings() -> None:
    reading = Reading()
    for number in range(50):
        reading.add(f"1{number}", f"s{number}")
        assert reading.next(seconds=TRY)
    reading.add("20", "new")
    reading.add("21", "other")
    assert reading.next() == "20"


def test_what_was_used_is_forgotten_after_a_while() -> None:
    reading = Reading()
    reading.add("1", "slow")
    reading.next(seconds=LIGHT * 2)
    reading.now += 2 * WINDOW
    reading.add("2", "slow")
    reading.add("3", "new")
    assert [reading.next(), reading.next()] == ["2", "3"]


def test_a_shape_that_was_slow_has_no_first_try_from_the_same_sender() -> None:
    reading = Reading()
    slow = Claim("1", "slow", size=300_000, skeleton=SHAPE)
    reading.shares.note_slow(slow)
    reading.add("2", "slow", size=300_001, skeleton=SHAPE)
    reading.add("3", "slow", size=300_000, skeleton="a")
    reading.add("4", "other", size=300_000, skeleton=SHAPE)
    reading.add("5", "new", size=300_000, skeleton=" a")
    assert [reading.next() for _ in range(4)] == ["5", "3", "4", ""], "the shape itself is suspect"
    assert reading.next(Lane.SLOW) == "2"
    reading.shares.note_quick(slow)
    reading.add("6", "slow", size=300_000, skeleton=SHAPE)
    assert reading.next() == "6"


def test_a_slow_shape_is_forgotten_after_a_while() -> None:
    reading = Reading()
    slow = Claim("1", "slow", size=300_000, skeleton=SHAPE)
    reading.shares.note_slow(slow)
    assert reading.shares.expects_slow(slow)
    reading.now += REMEMBERED
    assert not reading.shares.expects_slow(slow)


def test_a_small_mail_is_never_expected_to_be_slow() -> None:
    reading = Reading()
    small = Claim("1", "slow", size=3_000)
    reading.shares.note_slow(small)
    assert not reading.shares.expects_slow(small)
    assert not reading.shares.suspects(small)


def test_first_ones_alone_can_be_asked_for() -> None:
    reading = Reading()
    reading.add("1", "a", size=SMALL + 1)
    assert reading.shares.take(Lane.FIRST, others=False) is None
    assert reading.shares.has(Lane.FIRST)
    reading.add("2", "b")
    claim = reading.shares.take(Lane.FIRST, others=False)
    assert claim
    assert (claim.name, reading.shares.stood_behind(claim, Lane.FIRST)) == ("2", False)
    other = reading.shares.take(Lane.FIRST)
    assert other
    assert (other.name, reading.shares.stood_behind(other, Lane.FIRST)) == ("1", True)


def test_the_slow_lane_takes_senders_in_turn() -> None:
    reading = Reading()
    for number in range(5):
        reading.shares.add(Claim(f"1{number}", "flood"), Lane.SLOW)
    assert reading.next(Lane.SLOW, 3.0) == "10"
    reading.shares.add(Claim("20", "new", size=5_000_000), Lane.SLOW)
    assert reading.next(Lane.SLOW, 3.0) == "20"
    assert reading.next(Lane.SLOW, 3.0) == "11"


def test_a_thousand_senders_that_nobody_knows_do_not_stand_before_a_new_mail() -> None:
    reading = Reading()
    for number in range(1_000):
        reading.add(f"1{number:03}", f"s{number}", size=SMALL + 1)
    assert reading.next() == "1000"
    reading.add("2000", "new", size=SMALL + 1)
    assert "2000" in [reading.next() for _ in range(2)]
    taken = [reading.next() for _ in range(8)]
    assert "1002" in taken, "nor are the oldest forgotten"


def test_a_shape_that_nobody_suspects_goes_before_a_thousand_suspects() -> None:
    reading = Reading()
    reading.shares.note_slow(Claim("0", "s", size=SMALL + 1, skeleton=SHAPE))
    for number in range(1_000):
        reading.add(f"1{number:03}", f"s{number}", size=SMALL + 1, skeleton=SHAPE)
    for number in range(3):
        reading.add(f"200{number}", f"new{number}", size=SMALL + 1, skeleton="a")
    assert sorted(reading.next() for _ in range(3)) == ["2000", "2001", "2002"]


def test_a_large_mail_has_its_first_try_before_those_that_had_theirs() -> None:
    reading = Reading()
    for number in range(100):
        claim = Claim(f"1{number:02}", f"s{number}", size=SMALL + 1)
        reading.shares.add(claim, Lane.SLOW, tried=True)
    reading.add("200", "new", size=9_000_000)
    reading.shares.add(Claim("201", "new", size=9_000_000), Lane.SLOW)
    assert reading.next(Lane.FIRST) == "200"
    assert "201" in [reading.next(Lane.SLOW, seconds=TRY) for _ in range(2)]
