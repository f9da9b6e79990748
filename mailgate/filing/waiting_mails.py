"""The filer's knowledge of each waiting mail: how far it is, its failures, its rest.

A mail is first known by its name in the spool alone. It is remembered here from its first failure
or its way into the slow pool until it was filed. Nothing is remembered over a restart: the spool
has the mails, the database what became of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from mailgate.filing.prepared_mail import PreparedMail

MOST_TRIES = 3
REST = 60.0
"""Seconds for which a mail is left alone that cannot even be held."""


class WaitingStage(Enum):
    """How far a waiting mail is."""

    IN_SPOOL = auto()
    """To be read, at once or after a rest."""
    IN_SLOW_POOL = auto()
    IN_CHECK = auto()
    """Read and stored; its sender is being checked."""
    READY = auto()
    """It waits for the database alone."""


@dataclass(eq=False)
class WaitingMail:
    """One waiting mail."""

    name: str
    stage: WaitingStage = WaitingStage.IN_SPOOL
    tries: int = 0
    """How often it failed since it came to where it is: to the spool, or to the database."""
    rest_until: float = 0.0
    """Seconds of the monotonic clock; 0 for none."""
    prepared: PreparedMail | None = None

    def may_be_read(self, now: float) -> bool:
        """Return whether it is to be read, and not at rest."""
        return self.stage is WaitingStage.IN_SPOOL and self.rest_until <= now

    def advance(self, stage: WaitingStage, prepared: PreparedMail) -> None:
        """Note that it was read, so its failures so far count no more."""
        self.stage, self.prepared = stage, prepared
        self.tries, self.rest_until = 0, 0.0


class WaitingMails:
    """The waiting mails, by name. Those that are ready stand in the order in which they became so.

    Not for several threads.
    """

    def __init__(self) -> None:
        self._mails: dict[str, WaitingMail] = {}

    def __getitem__(self, name: str) -> WaitingMail:
        """Return what is known of a mail; one that is not known yet stands in the spool."""
        return self._mails.get(name) or WaitingMail(name)

    def passed_over(self, now: float) -> set[str]:
        """Return the names of those not to be read now; forget the rests that are over.

        :param now: seconds of the monotonic clock.
        """
        for mail in [mail for mail in self._mails.values() if 0 < mail.rest_until <= now]:
            self.forget(mail.name)
        return {mail.name for mail in self._mails.values() if not mail.may_be_read(now)}

    def count(self, *stages: WaitingStage) -> int:
        """Return how many stand at one of these stages."""
        return sum(mail.stage in stages for mail in self._mails.values())

    def ready(self) -> list[PreparedMail]:
        """Return those that wait for the database alone, in the order in which they came to it."""
        return list(self._at(WaitingStage.READY))

    def read_slowly(self, name: str) -> None:
        """Note that the slow pool has it."""
        mail = self._mails[name] = self[name]
        mail.stage = WaitingStage.IN_SLOW_POOL

    def prepare(self, prepared: PreparedMail) -> None:
        """Note that a mail was read: it is ready, or its sender is still being checked."""
        stage = WaitingStage.READY if prepared.is_complete else WaitingStage.IN_CHECK
        self._move(prepared, stage)

    def settle_checks(self, most: int) -> None:
        """Make ready those, at most so many, whose sender's check is done by now."""
        done = [mail for mail in self._at(WaitingStage.IN_CHECK) if mail.is_complete]
        for prepared in done[:most]:
            self._move(prepared, WaitingStage.READY)

    def fail(self, name: str) -> bool:
        """Count a failure; return whether it was the last that a mail may have."""
        self.return_to_spool(name)
        mail = self._mails[name] = self[name]
        mail.tries += 1
        return mail.tries >= MOST_TRIES

    def return_to_spool(self, name: str) -> None:
        """Have a mail that the slow pool had read anew."""
        mail = self[name]
        if mail.stage is WaitingStage.IN_SLOW_POOL:
            mail.stage = WaitingStage.IN_SPOOL

    def rest(self, name: str, now: float) -> None:
        """Leave a mail alone for a while, and then begin anew with it."""
        self._mails[name] = WaitingMail(name, rest_until=now + REST)

    def forget(self, name: str) -> None:
        """Drop what is known of a mail: it was filed, or somebody else took it."""
        self._mails.pop(name, None)

    def _at(self, stage: WaitingStage) -> Iterator[PreparedMail]:
        for mail in self._mails.values():
            if mail.stage is stage and mail.prepared is not None:
                yield mail.prepared

    def _move(self, prepared: PreparedMail, stage: WaitingStage) -> None:
        mail = self[prepared.name]
        mail.advance(stage, prepared)
        self._mails.pop(mail.name, None)  # to the end of the row
        self._mails[mail.name] = mail
