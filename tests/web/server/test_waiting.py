"""Who is waited for, and until when."""

from __future__ import annotations

from web.server.waiting import ServerLimits, WaitingList

LIMITS = ServerLimits(header=20, body=30, headers_waiting=2)


class Told:
    def __init__(self) -> None:
        self.late: list[str] = []
        self.dropped: list[str] = []
        self.waiting: WaitingList[str] = WaitingList(
            LIMITS, late=self.late.append, dropped=self.dropped.append
        )


def test_a_header_has_its_time_from_its_beginning() -> None:
    told = Told()
    told.waiting.header("one", 0)
    told.waiting.header("one", 15)
    told.waiting.sweep(19)
    assert told.late == []
    told.waiting.sweep(20)
    told.waiting.sweep(40)
    assert told.late == ["one"]


def test_a_body_has_its_time_anew_with_each_step() -> None:
    told = Told()
    told.waiting.body("one", 0)
    told.waiting.body("two", 5)
    told.waiting.body("one", 20)
    told.waiting.sweep(40)
    assert told.late == ["two"]
    assert told.waiting.awaits_body("one")


def test_of_headers_the_oldest_makes_room_once_it_had_a_moment() -> None:
    told = Told()
    for name in ("one", "two", "three", "four"):
        told.waiting.header(name, 0)
    assert told.dropped == []
    told.waiting.header("five", 0.5)
    told.waiting.sweep(1)
    assert told.dropped == ["one", "two", "three"]


def test_no_burst_is_without_an_end() -> None:
    told = Told()
    for number in range(100):
        told.waiting.header(str(number), 0)
    assert len(told.dropped) > 50


def test_what_came_is_waited_for_no_more() -> None:
    told = Told()
    told.waiting.header("one", 0)
    told.waiting.body("two", 0)
    told.waiting.over("one")
    told.waiting.over("two")
    told.waiting.sweep(100)
    assert told.late == []
