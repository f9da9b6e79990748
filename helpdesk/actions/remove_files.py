"""Take stored files away that deleted rows had, where no other row has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.actions.delete_tickets import note_unused
from helpdesk.actions.empty_trash import unshared
from helpdesk.models import RetentionKind, RetentionRule, UnusedFile
from helpdesk.tickets.stored_parts import forget_stored_parts

BEING_FILED = timedelta(days=1)
"""What was stored since then may be of a mail that no row tells of yet."""
AT_ONCE = 5000
"""Files looked for at a time: each look goes through all that has files."""


@dataclass(frozen=True)
class NotedFiles:
    """Files that were noted as unused."""

    unused: Mapping[str, str]
    """Those that nothing refers to: why they go, by their keys."""
    used: frozenset[str]


def noted_files(session: Session, *, now: datetime) -> NotedFiles:
    """Some of the files that may be to remove. Reads alone."""
    chosen = select(UnusedFile.key, UnusedFile.cause).where(UnusedFile.look_at <= now)
    noted = {row.key: row.cause for row in session.execute(chosen.limit(AT_ONCE))}
    alone = unshared(session, noted) if noted else frozenset[str]()
    return NotedFiles({key: noted[key] for key in alone}, frozenset(noted) - alone)


def files_removed(
    session: Session, settled: Mapping[str, int], causes: Mapping[str, str], *, now: datetime
) -> None:
    """Forget these notes, and count the bytes that went. What raw mails were stored by is next.

    :param settled: the size of each by its key; 0 for what stays, for somebody has it.
    :param causes: why each of those goes that nothing refers to.
    """
    session.execute(delete(UnusedFile).where(UnusedFile.key.in_(settled)))
    gone = [key for key in settled if key in causes]
    if gone and (parts := forget_stored_parts(session, gone)):
        note_unused(session, parts, causes[gone[0]], now)
    counted: Counter[str] = Counter()
    for key, size in settled.items():
        counted[causes.get(key, "")] += size
    for kind in RetentionKind:
        if counted[kind]:
            session.execute(
                update(RetentionRule)
                .where(RetentionRule.kind == kind)
                .values(gone_bytes=RetentionRule.gone_bytes + counted[kind])
            )


def look_later(session: Session, keys: Collection[str], *, now: datetime) -> None:
    """Look again in a day: these were stored anew a moment ago."""
    later = update(UnusedFile).where(UnusedFile.key.in_(keys))
    session.execute(later.values(look_at=now + BEING_FILED))
