"""The ledger as it is now: the spool's count beside the database's."""

from __future__ import annotations

import time

from helpdesk.db import Database
from helpdesk.queries.ledger import Ledger, already_recorded, ledger
from mailgate.spool import Spool

TRIES = 20


def current_ledger(spool: Spool, database: Database) -> Ledger:
    """Count, while mails may be moving: read again until the three counts belong together.

    A mail passes from the spool into the database between one count and the next, so a difference
    counts only when it is still there after the accepted count stood still around the others.
    """
    counts = _count(spool, database)
    for _ in range(TRIES):
        if counts.difference == 0:
            break
        time.sleep(0.1)
        counts = _count(spool, database)
    return counts


def _count(spool: Spool, database: Database) -> Ledger:
    accepted = spool.accepted_count()
    names = spool.waiting(1_000_000)
    with database.reading() as session:
        recorded = already_recorded(session, names)
        return ledger(session, accepted=accepted, waiting=len(names) - len(recorded))
