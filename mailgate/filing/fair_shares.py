"""Which of the waiting mails is read next, so that no mail delays another for long.

Each mail first has one short try; what is not done by then is read in a slow lane, beside the
others. In each lane:

- The mails of those who used up no try of late go first, the oldest before the others.
- All others stand behind: mails that had a try, large ones, those of a sender who has, those of a
  peer that held more than its share, and those of a shape that was slow before, whoever sent it.
  While first ones wait they get one try in four times its time: so a first one waits for one of
  them at most.
- Of these others the one is next whose sender used the least. Those who used more than a quarter
  of the last minute, sender or peer, come last. Among equals it is the oldest; where many senders
  wait, the newest have half of the time: no number of unknown senders keeps a new mail waiting.

A mail of a shape that was slow, from the same sender, has no first try: it would be wasted.
All is forgotten after a while; nothing is kept over a restart. Plain values and a clock: no disk.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import TypeVar

WINDOW = 60.0
"""Seconds over which the time that somebody used is counted."""
SHARE = WINDOW / 4
"""Seconds of them that a sender or a peer may have while others wait."""
LIGHT = 0.25
"""Seconds that a sender may have used and still go first: half of a first try."""
SMALL = 64 * 1024
"""Bytes up to which a mail goes first, in the first lane: it takes a lot of text to be slow."""
REST_WAITS = 3.0
"""So many times as long as one of the others took, no other is taken while first ones wait."""
REMEMBERED = 600.0
"""Seconds for which a shape is remembered."""
_MOST_REMEMBERED = 10_000
_MOST_COMPARED = 250
"""Senders from either end of the row: whose mails wait for longest, and who came last."""
_MANY = 20
"""Senders of mails that stand behind."""
_MOST_MOVED = 200

_Shape = TypeVar("_Shape", tuple[str, int, str], tuple[int, str])
_User = tuple[str, str]
"""What kind of user, and its key."""


class Lane(Enum):
    """Where mails wait to be read; each lane is read from one mail at a time."""

    FIRST = auto()
    SLOW = auto()
    LAST = auto()
    """For what the slow lane could not read in its time either."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A waiting mail, as far as its turn goes."""

    name: str
    """In the spool. Names sort by time."""
    sender: str
    """A key: an address or a domain."""
    peer: str = ""
    """A key for the client that brought it; empty for a server of our own."""
    size: int = 0
    skeleton: str = ""
    """What is alike in mails that were made alike; empty for a mail too small to be slow."""

    @property
    def shape(self) -> tuple[int, str]:
        """Size class and skeleton."""
        return self.size.bit_length(), self.skeleton


class FairShares:
    """The waiting mails, lane by lane. Not for several threads.

    :param clock: seconds, growing evenly.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._slow_shapes: dict[tuple[str, int, str], float] = {}
        self._suspect_shapes: dict[tuple[int, str], float] = {}
        self._lanes = {lane: _Lane(self, small=lane is Lane.FIRST) for lane in Lane}

    def add(self, claim: Claim, lane: Lane = Lane.FIRST, *, tried: bool = False) -> None:
        """Have a mail wait for its turn.

        :param tried: it had a try, which was not enough: it stands behind all that had none.
        """
        self._lanes[lane].add(claim, behind=tried)

    def take(self, lane: Lane, *, others: bool = True) -> Claim | None:
        """Return whose turn it is in a lane, and have it wait there no more; None for nobody.

        What is taken must be charged for, be it nothing.

        :param others: False takes one of the first alone.
        """
        for _ in range(_MOST_MOVED):
            claim = self._lanes[lane].take(self._clock(), others)
            if lane is not Lane.FIRST or claim is None or not self.expects_slow(claim):
                return claim
            self.charge(claim, lane, 0)
            self._lanes[Lane.SLOW].add(claim, behind=True)
        return None  # for now: to move so many took a while

    def has(self, lane: Lane) -> bool:
        """Return whether a mail waits in this lane."""
        return len(self._lanes[lane]) > 0

    def stood_behind(self, claim: Claim, lane: Lane) -> bool:
        """Return whether a mail that was taken, and not charged for yet, is not of the first."""
        return self._lanes[lane].stood_behind(claim)

    def charge(self, claim: Claim, lane: Lane, seconds: float) -> None:
        """Note that it was read for so long."""
        self._lanes[lane].charge(claim, self._clock(), seconds)

    def note_slow(self, claim: Claim) -> None:
        """Note that a first try was not enough: the like of it is expected to be slow too."""
        if claim.skeleton:
            until = self._clock() + REMEMBERED
            _remember(self._slow_shapes, (claim.sender, *claim.shape), until)
            _remember(self._suspect_shapes, claim.shape, until)

    def note_quick(self, claim: Claim) -> None:
        """Note that a first try would have been enough."""
        self._slow_shapes.pop((claim.sender, *claim.shape), None)
        self._suspect_shapes.pop(claim.shape, None)

    def expects_slow(self, claim: Claim) -> bool:
        """Return whether a mail of this sender and shape was slow before."""
        return self._slow_shapes.get((claim.sender, *claim.shape), 0) > self._clock()

    def suspects(self, claim: Claim) -> bool:
        """Return whether a mail of this shape was slow before, whoever sent it."""
        return self._suspect_shapes.get(claim.shape, 0) > self._clock()


def _remember(known: dict[_Shape, float], shape: _Shape, until: float) -> None:
    known.pop(shape, None)
    known[shape] = until
    while len(known) > _MOST_REMEMBERED:
        del known[next(iter(known))]


class _Lane:
    """One lane: those that go first, by name, and the others, by sender."""

    def __init__(self, shares: FairShares, *, small: bool) -> None:
        self._shares = shares
        self._small = small
        self._first: list[tuple[str, Claim]] = []
        self._others: dict[str, list[tuple[str, Claim]]] = {}
        self._count = 0
        self._used = _Uses()
        self._others_from = 0.0
        """When one of the others may be taken, though first ones wait."""
        self._owed_to_newest = 0.0
        """Seconds that the oldest of the others had more than the newest, where many wait."""
        self._in_hand: dict[str, bool] = {}
        """The names of others that were taken, and are being read; whether as the newest."""

    def __len__(self) -> int:
        return self._count

    def add(self, claim: Claim, *, behind: bool) -> None:
        row = self._others.setdefault(claim.sender, []) if behind else self._first
        heapq.heappush(row, (claim.name, claim))
        self._count += 1

    def take(self, now: float, others: bool) -> Claim | None:
        while self._first and self._stands_behind(self._first[0][1], now):
            name, claim = heapq.heappop(self._first)
            heapq.heappush(self._others.setdefault(claim.sender, []), (name, claim))
        taken: Claim | None = None
        if others and self._others and (not self._first or now >= self._others_from):
            taken = self._take_other(now)
            self._others_from = math.inf  # until it is known how long this one took
        elif self._first:
            taken = heapq.heappop(self._first)[1]
        self._count -= taken is not None
        return taken

    def stood_behind(self, claim: Claim) -> bool:
        return claim.name in self._in_hand

    def charge(self, claim: Claim, now: float, seconds: float) -> None:
        self._used.add(("sender", claim.sender), now, seconds)
        if claim.peer:
            self._used.add(("peer", claim.peer), now, seconds)
        was_newest = self._in_hand.pop(claim.name, None)
        if was_newest is not None:
            owed = self._owed_to_newest + (-seconds if was_newest else seconds)
            self._owed_to_newest = max(-LIGHT, min(owed, LIGHT))
        if was_newest is not None or seconds > LIGHT:
            self._others_from = now + REST_WAITS * seconds

    def _stands_behind(self, claim: Claim, now: float) -> bool:
        return (
            (self._small and (claim.size > SMALL or self._shares.suspects(claim)))
            or self._used.of(("sender", claim.sender), now) > LIGHT
            or self._used.of(("peer", claim.peer), now) > SHARE
        )

    def _take_other(self, now: float) -> Claim:
        rows = self._others
        compared = dict(islice(rows.items(), _MOST_COMPARED))
        compared |= islice(reversed(rows.items()), _MOST_COMPARED)
        ranks = {sender: self._rank(row[0][1], now) for sender, row in compared.items()}
        best = min(ranks.values())
        equals = [sender for sender, rank in ranks.items() if rank == best]
        newest = len(rows) > _MANY and self._owed_to_newest > 0
        sender = (max if newest else min)(equals, key=lambda one: rows[one][0][0])
        row = rows.pop(sender)
        claim = heapq.heappop(row)[1]
        if row:
            rows[sender] = row  # to the end: all are compared some time
        self._in_hand[claim.name] = newest
        return claim

    def _rank(self, claim: Claim, now: float) -> tuple[bool, bool, int]:
        sender = self._used.of(("sender", claim.sender), now)
        peer = self._used.of(("peer", claim.peer), now)
        suspect = self._small and self._shares.suspects(claim)
        return max(sender, peer) > SHARE, suspect, int(sender / LIGHT)


class _Uses:
    """The seconds that each used of late: over a window that slides, near enough."""

    def __init__(self) -> None:
        self._began = 0.0
        self._now: dict[_User, float] = {}
        self._before: dict[_User, float] = {}

    def add(self, user: _User, now: float, seconds: float) -> None:
        self._slide(now)
        self._now[user] = self._now.get(user, 0.0) + seconds

    def of(self, user: _User, now: float) -> float:
        self._slide(now)
        faded = 1 - (now - self._began) / WINDOW
        return self._now.get(user, 0.0) + faded * self._before.get(user, 0.0)

    def _slide(self, now: float) -> None:
        past = now - self._began
        if past >= WINDOW:
            self._before = self._now if past < 2 * WINDOW else {}
            self._now = {}
            self._began = now if past >= 2 * WINDOW else self._began + WINDOW
