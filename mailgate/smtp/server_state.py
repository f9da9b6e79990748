"""What all the sessions of an SMTP server share, and the stages that each goes through."""

from __future__ import annotations

import asyncio
import ssl
from concurrent.futures import Executor
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from mailgate.smtp.group_commit import GroupCommit
from mailgate.smtp.limits import ConnectionCounter, SmtpLimits
from mailgate.spool.mailbox_snapshot import Snapshot
from mailgate.spool.spool import Spool


class Stage(Enum):
    """Where a session stands: what may be cut off, and what not."""

    TALKING = auto()
    RECEIVING = auto()
    COMMITTING = auto()


class Stoppable(Protocol):
    """A session, as the server ends it."""

    def stop(self, last_word: str, *, spare: Stage = ...) -> None: ...


@dataclass(eq=False)
class ServerState:
    """What all the sessions of an SMTP server share."""

    spool: Spool
    commits: GroupCommit
    snapshot: Snapshot
    connections: ConnectionCounter
    limits: SmtpLimits
    largest: int
    hostname: str
    threads: Executor
    tls: ssl.SSLContext | None = None
    disk_is_low: bool = False
    sessions: set[Stoppable] = field(default_factory=set)
    visited: asyncio.Event = field(default_factory=asyncio.Event)
    """The first client is there: the disk is to be looked at."""
    looked: asyncio.Event = field(default_factory=asyncio.Event)
    """It was looked at since."""

    def enter(self, session: Stoppable) -> None:
        """Count a session in. Others may have filled the disk while nobody was there."""
        if not self.sessions:
            self.looked.clear()
            self.visited.set()
        self.sessions.add(session)
