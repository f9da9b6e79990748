"""The filer's knowledge of each waiting mail: how far it is, its failures, its rest.

A mail is remembered here from the moment when the filer saw it in the spool until it was filed:
a few hundred bytes while it waits for its turn (:mod:`mailgate.filing.fair_shares`). Nothing is
remembered over a restart: the spool has the mails, the database what became of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from mailgate.filing.fair_shares import Claim, FairShares, Lane
from mailgate.filing.prepared_mail import PreparedMail

MOST_TRIES = 3
REST = 60.0
"""Seconds for which a mail is left alone that cannot even be held."""


class WaitingStage(Enum):
    """How far a waiting mail is."""

    IN_SPOOL = auto()
    """To be read, at once or after a rest."""
    IN_SLOW_POOL = auto()
    """Its first try was not enough, or was not worth it."""
    IN_CHECK = auto()
    """Read and stored; its sender is being checked."""
    READY = auto()
    """It waits for the database alone."""


@dataclass(eq=False, slots=True)
class WaitingMail:
    """One waiting mail."""

    name: str
    stage: WaitingStage = WaitingStage.IN_SPOOL
    tries: int = 0
    """How often it failed since it came to where it is: to the spool, or to the database."""
    rest_until: float = 0.0
    """Seconds of the monotonic clock; 0 for none."""
    prepared: PreparedMail | None = None
    claim: Claim | None = None
    lane: Lane = Lane.FIRST

    def advance(self, prepared: PreparedMail) -> None:
        """Note that it was read, so its failures so far count no more."""
        self.prepared = prepared
        self.tries, self.rest_until = 0, 0.0


class WaitingMails:
    """The waiting mails, by name. Those that are ready stand in the order in which they became so.

    Not for several threads.
    """

    def __init__(self, shares: FairShares | None = None) -> None:
        """:param shares: decides about the turns."""
        self.shares = shares or FairShares(time.monotonic)
        self._mails: dict[str, WaitingMail] = {}
        self._stages: dict[WaitingStage, dict[str, WaitingMail]] = {s: {} for s in WaitingStage}
        self._resting: set[str] = set()
        self._again: list[Claim] = []

    def __getitem__(self, name: str) -> WaitingMail:
        """Return what is known of a mail; one that is not known yet stands in the spool."""
        return self._mails.get(name) or WaitingMail(name)

    def __contains__(self, name: str) -> bool:
        """Return whether a mail is known."""
        return name in self._mails

    def count(self, *stages: WaitingStage) -> int:
        """Return how many stand at one of these stages."""
        return sum(len(self._stages[stage]) for stage in stages)

    def ready(self) -> list[PreparedMail]:
        """Return those that wait for the database alone, in the order in which they came to it."""
        return list(self._at(WaitingStage.READY))

    def expect(self, claim: Claim, lane: Lane = Lane.FIRST) -> None:
        """Note a mail that stands in the spool: it waits for its turn."""
        stage = WaitingStage.IN_SPOOL if lane is Lane.FIRST else WaitingStage.IN_SLOW_POOL
        mail = self._place(claim.name, stage)
        mail.claim, mail.lane = claim, lane
        self.shares.add(claim, lane)

    def take(self, lane: Lane, *, others: bool = True) -> Claim | None:
        """Return whose turn it is to be read, if anybody's."""
        return self.shares.take(lane, others=others)

    def read_slowly(self, claim: Claim, lane: Lane = Lane.SLOW) -> None:
        """Note that a mail needs more time than it had, and have it wait for that."""
        mail = self._place(claim.name, WaitingStage.IN_SLOW_POOL)
        mail.claim, mail.lane = claim, lane
        self.shares.add(claim, lane, tried=True)

    def prepare(self, prepared: PreparedMail) -> None:
        """Note that a mail was read: it is ready, or its sender is still being checked."""
        stage = WaitingStage.READY if prepared.is_complete else WaitingStage.IN_CHECK
        self._place(prepared.name, stage).advance(prepared)

    def settle_checks(self, most: int) -> list[PreparedMail]:
        """Make ready those, at most so many, whose sender's check is done by now; return them."""
        done = [mail for mail in self._at(WaitingStage.IN_CHECK) if mail.is_complete][:most]
        for prepared in done:
            self._place(prepared.name, WaitingStage.READY).advance(prepared)
        return done

    def fail(self, name: str) -> bool:
        """Count a failure; return whether it was the last that a mail may have."""
        self.return_to_spool(name)
        mail = self._mails.get(name) or self._place(name, WaitingStage.IN_SPOOL)
        mail.tries += 1
        return mail.tries >= MOST_TRIES

    def return_to_spool(self, name: str) -> None:
        """Have a mail that was taken to be read taken anew, from :meth:`begin_anew` on."""
        mail = self[name]
        if mail.stage in (WaitingStage.IN_SPOOL, WaitingStage.IN_SLOW_POOL):
            self._place(name, WaitingStage.IN_SPOOL)
            if mail.claim is not None:
                self._again.append(mail.claim)

    def begin_anew(self, now: float) -> None:
        """Have those wait for their turn that failed, and forget the rests that are over.

        :param now: seconds of the monotonic clock.
        """
        again, self._again = self._again, []
        for claim in again:
            mail = self._mails.get(claim.name)
            if mail and mail.stage is WaitingStage.IN_SPOOL and not mail.rest_until:
                self.expect(claim, mail.lane)
        for name in [name for name in self._resting if self._mails[name].rest_until <= now]:
            self.forget(name)

    def rest(self, name: str, now: float) -> None:
        """Leave a mail alone for a while, and then begin anew with it."""
        self.forget(name)
        self._place(name, WaitingStage.IN_SPOOL).rest_until = now + REST
        self._resting.add(name)

    def forget(self, name: str) -> None:
        """Drop what is known of a mail: it was filed, or somebody else took it."""
        mail = self._mails.pop(name, None)
        if mail is not None:
            del self._stages[mail.stage][name]
            self._resting.discard(name)

    def _at(self, stage: WaitingStage) -> Iterator[PreparedMail]:
        for mail in self._stages[stage].values():
            if mail.prepared is not None:
                yield mail.prepared

    def _place(self, name: str, stage: WaitingStage) -> WaitingMail:
        """Move a mail to the end of a stage's row."""
        mail = self._mails.get(name)
        if mail is None:
            mail = self._mails[name] = WaitingMail(name)
        else:
            self._stages[mail.stage].pop(name, None)
        mail.stage = stage
        self._stages[stage][name] = mail
        return mail
